"""测评结果的导出: what a reader sees of a closed round's result as a workbook, nothing that is held back on the page."""

from __future__ import annotations

import tempfile

from django.http import Http404, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.actions.register import note_export
from bihuan.actions.sheets import write_sheet
from bihuan.store import calendars, network, reviews
from bihuan.web.access import Acted, staff
from bihuan.web.handed import about, handed
from bihuan.web.review_result import rows_of
from bihuan.web.reviews import NUMBER
from bihuan.words import reviews as words
from bihuan.words.orders import named, unit_name


@staff
@require_POST
def export(request: Acted, number: str) -> HttpResponseBase:
    """Hand out the result; it stands in the register."""
    held = reviews.by_number(number, seen_by=request.actor)
    meeting = reviews.meeting_of(held)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    rows = rows_of(request.actor, held, meeting, net) if held.closed else []
    if not rows:
        raise Http404
    kinds, criteria = [name for name, _mean in rows[0].means], [named(one) for one in meeting.criteria.values()]
    heads = (_("参评单位"), _("类"), *kinds, _("总分"), _("票数"), _("说明"), *criteria)
    cells = [
        (
            row.name, row.class_, *(mean for _name, mean in row.means), row.total, row.n, row.why,
            *(dict(row.criteria).get(name, "") for name in criteria),
        )
        for row in rows
    ]  # fmt: skip
    what = _("测评结果：%(title)s") % {"title": held.title}
    told = about(
        request, what, (unit_name(net, held.unit), str(held.date)), [(_("票数"), words.turnout(held, meeting))]
    )
    file = tempfile.TemporaryFile()
    n = write_sheet(file, heads, cells, name=_("测评结果"), about=told)
    note_export(actor=request.actor, what=what, rows=n, purpose="", now=request.now)
    return handed(file, f"{held.number}.xlsx")


urlpatterns = [path(f"reviews/{NUMBER}/result/export/", export, name="review_result_export")]
