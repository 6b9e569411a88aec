"""交出去的表: what the first worksheet of every export says, and the file as it is handed out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
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


def handed(file: IO[bytes], name: str, kind: str = KIND) -> FileResponse:
    """Return an open file, a workbook unless said otherwise, as a download under its name that no browser keeps."""
    file.seek(0)
    answer = FileResponse(file, content_type=kind)
    _named(answer, name)
    return answer


def attached(data: bytes, name: str, kind: str = KIND) -> HttpResponse:
    """Return what `handed` does of a file that is in memory."""
    answer = HttpResponse(data, content_type=kind)
    _named(answer, name)
    return answer


def _named(answer: HttpResponseBase, name: str) -> None:
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Cache-Control"] = "private, no-store"
