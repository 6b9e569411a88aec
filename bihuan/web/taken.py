"""成册导出: a list as a workbook with every row, and the entry in the register that somebody took it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from bihuan.actions.register import note_export
from bihuan.actions.sheets import write_book
from bihuan.store import calendars
from bihuan.web.access import Acted
from bihuan.web.handed import about, handed


def book(
    request: Acted,
    what: str,
    pages: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]],
    words: Sequence[str] = (),
) -> FileResponse:
    """Hand out worksheets (name, heading, rows) of a list, every row; that somebody took it stands in the register."""
    file = tempfile.TemporaryFile()
    n = write_book(file, pages, about=about(request, what, words))
    note_export(actor=request.actor, what=_("；").join((what, *words)), rows=n, purpose="", now=request.now)
    return handed(file, f"{what}{calendars.calendar().local_day(request.now).isoformat()}.xlsx")
