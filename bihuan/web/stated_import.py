"""统计值导入: a sheet of stated statistics, rehearsed first, every row told what became of it, the rest handed back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.actions import statistic_imports as actions
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.ledger_imports import Account
from bihuan.actions.sheets import Sheet
from bihuan.core.ledger_kinds import keeps
from bihuan.web import intake
from bihuan.web.access import Acted, staff
from bihuan.web.shell import programme_of
from bihuan.words.ledger_imports import refusal
from bihuan.words.statistics import reason


def _into(request: Acted) -> intake.Intake:
    """Return where sheets of the programme's statistics go; 404 for who enters none."""
    programme = programme_of(request)
    if programme is None or not any(keeps(request.actor, one) for one in programme.series.values()):
        raise Http404
    seen = actions.series_of(programme.key, request.actor)
    home = reverse("stated")

    def run(sheet: Sheet, dry: bool) -> Account:
        return actions.import_statistics(
            actor=request.actor, programme=programme.key, sheet=sheet, mapping=Mapping_(), now=request.now, dry_run=dry
        )

    return intake.Intake(
        title=_("导入统计值"),
        name=_("统计值"),
        at=reverse("stated_import"),
        home=home,
        crumbs=[(_("报表"), reverse("reports")), (_("统计值"), home)],
        columns=[actions.HEADINGS[fact][0] for fact in actions.WRITTEN if fact != "number"],
        known=list(actions.known_headings()),
        hint=_(
            "数照来源写（75.89亿元、7.87%），时段写成2022年1-9月、2022年第三季度，或用“起”“止”两列；每一行都要有来源文件。"
        ),
        run=run,
        reason=lambda faults: reason(faults, seen),
        refusal=lambda why: refusal(why, next(iter(seen.values()))),
    )


@staff
@require_http_methods(["GET", "POST"])
def take(request: Acted) -> HttpResponse:
    """Ask for a sheet; POST rehearses it and changes nothing."""
    into = _into(request)
    return intake.asked(request, into) if request.method == "GET" else intake.rehearsed(request, into)


@staff
@require_POST
def apply(request: Acted, token: str) -> HttpResponse:
    """Import what was rehearsed."""
    return intake.applied(request, _into(request), token)


@staff
@require_GET
def rejected(request: Acted, token: str) -> HttpResponse:
    """Give back the rows that were not taken, with line and reason, to be mended and imported again."""
    return intake.rejects(request, _into(request), token)


@staff
@require_GET
def blank(request: Acted) -> HttpResponse:
    """Give an empty sheet with the headings of statistics."""
    return intake.empty(_into(request))


urlpatterns = [
    path("reports/stated/import/", take, name="stated_import"),
    path("reports/stated/import/blank.xlsx", blank, name="stated_blank"),
    path("reports/stated/import/<str:token>/", apply, name="stated_import_apply"),
    path("reports/stated/import/<str:token>/rejected.xlsx", rejected, name="stated_import_rejected"),
]
