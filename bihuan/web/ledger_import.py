"""台账导入: a sheet into a book, rehearsed first, every row told what became of it; and the book back as a sheet."""

from __future__ import annotations

import io
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.actions.import_columns import Mapping_
from bihuan.actions.ledger import places
from bihuan.actions.ledger_imports import Account, export_entries, import_entries
from bihuan.actions.ledger_rows import facts_of, heading, known_headings
from bihuan.actions.sheets import Sheet, write_sheet
from bihuan.core.ledger_kinds import Activity, keeps
from bihuan.core.programmes import Programme
from bihuan.store import calendars
from bihuan.web import intake
from bihuan.web.access import Acted, staff
from bihuan.web.handed import about, attached
from bihuan.web.ledger import NAMES, Listed, asked_of, book_of
from bihuan.web.rows import word
from bihuan.words.ledger_imports import reason, refusal
from bihuan.words.orders import named


def _kept_book(request: Acted, key: str) -> tuple[Programme, Activity]:
    programme, activity = book_of(request, key)
    if not keeps(request.actor, activity):
        raise Http404
    return programme, activity


def _into(request: Acted, key: str) -> intake.Intake:
    programme, activity = _kept_book(request, key)
    home = reverse("ledger_book", args=[key])

    def run(sheet: Sheet, dry: bool) -> Account:
        return import_entries(
            actor=request.actor, programme=programme.key, activity=key, sheet=sheet, mapping=Mapping_(),
            now=request.now, dry_run=dry,
        )  # fmt: skip

    return intake.Intake(
        title=_("导入台账"),
        name=named(activity),
        at=reverse("ledger_import", args=[key]),
        home=home,
        crumbs=[(_("台账"), reverse("ledger")), (named(activity), home)],
        columns=[heading(activity, fact) for fact in facts_of(activity) if fact not in ("number", "late")],
        known=list(known_headings(activity)),
        hint=_("数可以带单位（3,200份、2150万），日期可以写成2022年10月25日。"),
        run=run,
        reason=lambda faults: reason(faults, activity),
        refusal=lambda why: refusal(why, activity),
    )


@staff
@require_http_methods(["GET", "POST"])
def take(request: Acted, key: str) -> HttpResponse:
    """Ask for a sheet; POST rehearses it and changes nothing."""
    into = _into(request, key)
    return intake.asked(request, into) if request.method == "GET" else intake.rehearsed(request, into)


@staff
@require_POST
def apply(request: Acted, key: str, token: str) -> HttpResponse:
    """Import what was rehearsed."""
    return intake.applied(request, _into(request, key), token)


@staff
@require_GET
def rejected(request: Acted, key: str, token: str) -> HttpResponse:
    """Give back the rows that were not taken, with line and reason, to be mended and imported again."""
    return intake.rejects(request, _into(request, key), token)


@staff
@require_GET
def blank(request: Acted, key: str) -> HttpResponse:
    """Give an empty sheet with the headings of the book."""
    return intake.empty(_into(request, key))


@staff
@require_POST
def export(request: Acted, key: str) -> HttpResponse:
    """Hand out the list at the same conditions as a sheet, every row of it; the register keeps who took it."""
    programme, activity = book_of(request, key)
    net, today = places(request.now)
    given = {name: value for name in NAMES if (value := word(request.GET, name))}
    page = Listed(activity, given, [], [], None, "", [])
    asked = asked_of(page, net, today)
    if page.faults:
        return redirect(page.address())
    header, rows = export_entries(
        actor=request.actor, programme=programme.key, activity=key, now=request.now, asked=asked
    )  # fmt: skip
    kept = io.BytesIO()
    told = about(request, _("台账：%(name)s") % {"name": named(activity)}, [said for _name, said in page.words])
    write_sheet(kept, header, rows, name=activity.name, about=told)
    day: date = calendars.calendar().local_day(request.now)
    return attached(kept.getvalue(), f"{activity.name}-{day.isoformat()}.xlsx")


urlpatterns = [
    path("ledger/<book:key>/import/", take, name="ledger_import"),
    path("ledger/<book:key>/import/blank.xlsx", blank, name="ledger_blank"),
    path("ledger/<book:key>/import/<str:token>/", apply, name="ledger_import_apply"),
    path("ledger/<book:key>/import/<str:token>/rejected.xlsx", rejected, name="ledger_import_rejected"),
    path("ledger/<book:key>/export/", export, name="ledger_export"),
]
