"""交出去的表: what the first worksheet of every export says, and the file as it is handed out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO
from urllib.parse import quote

from django.http import FileResponse
from django.utils.translation import gettext as _

from bihuan.web.access import Acted
from bihuan.web.shell import shell_for
from bihuan.words import moments

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def about(
    request: Acted, what: str, conditions: Iterable[str] = (), more: Iterable[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Return what the first worksheet says: what it is, under which conditions, as of when, who took it."""
    shell = shell_for(request)
    return [
        (_("内容"), what),
        *((_("条件"), said) for said in conditions if said),
        *more,
        (_("截至"), moments.moment(request.now, request.now)),
        (_("导出人"), f"{shell.person} {shell.post}".strip()),
        (_("说明"), _("导出已登记。")),
    ]


def handed(file: IO[bytes], name: str) -> FileResponse:
    """Return a workbook as a download under its name."""
    file.seek(0)
    answer = FileResponse(file, content_type=KIND)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
