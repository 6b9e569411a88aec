"""文书登记: the register of papers as a workbook at the same conditions, every row, with an entry that it was taken."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.actions import document_lists as actions
from bihuan.actions.register import note_export
from bihuan.actions.sheets import write_sheet
from bihuan.store import calendars, network
from bihuan.store.documents import Paper
from bihuan.web.access import Acted, staff
from bihuan.web.document_lists import asked_of, row_of
from bihuan.web.handed import about, handed
from bihuan.words import moments
from bihuan.words.orders import unit_name

CHUNK = 500


@staff
@require_POST
def export(request: Acted) -> HttpResponseBase:
    """Hand out every paper of the list one may see."""
    kinds, kind, waiting = asked_of(request)
    day = calendars.calendar().local_day(request.now)
    net = network.snapshot(day)
    rows = []
    for one in _papers(request, kind, waiting):
        said = row_of(one, net, request)
        state = [_("已更正")] if one.replaced else []
        state += [_("有盖章件")] if one.scan else []
        rows.append((
            said["name"], one.number, one.order_number, said["about"], unit_name(net, one.issuer),
            f"{moments.local(one.at):%Y-%m-%d %H:%M}", said["who"],
            _("、").join(unit_name(net, unit) for unit in one.received), _("、").join(said["waiting"]),
            _("、").join(state), one.digest,
        ))  # fmt: skip
    what = _("文书登记")
    words = [kinds[kind]] if kind else []
    words += [_("只看已送达、未签收的")] if waiting else []
    file = tempfile.TemporaryFile()
    heads = (
        _("文书"), _("文号"), _("单号"), _("事由"), _("发文单位"), _("签发时间"), _("签发人"), _("送达"), _("未签收"),
        _("情况"), _("指纹"),
    )  # fmt: skip
    n = write_sheet(file, heads, rows, name=what, about=about(request, what, words))
    note_export(actor=request.actor, what=_("；").join((what, *words)), rows=n, purpose="", now=request.now)
    return handed(file, _("文书登记%(day)s.xlsx") % {"day": day.isoformat()})


def _papers(request: Acted, kind: str, waiting: bool) -> Iterator[Paper]:
    before: dict[str, Any] = {}
    while True:
        found, before = actions.seen_part(actor=request.actor, kind=kind, waiting=waiting, limit=CHUNK, **before)
        yield from found
        if not before:
            return


urlpatterns = [path("documents/export/", export, name="documents_export")]
