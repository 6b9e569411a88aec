"""登记: what was changed, what was taken out and who looked at personal values; narrowed, read by pages, taken out."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from bihuan.actions.register import EXPORTS, note_export
from bihuan.actions.sheets import as_date, write_sheet
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import Event
from bihuan.store import calendars, network, register
from bihuan.store.register import READ, Asked
from bihuan.web.access import Acted
from bihuan.web.handed import about, attached
from bihuan.web.jinja import render
from bihuan.web.setup import HASH, administrators, today_of
from bihuan.words import moments
from bihuan.words.network import change_text, problem, verb_name
from bihuan.words.orders import unit_name
from bihuan.words.people import actor_text

KINDS = {
    "": gettext_noop("全部"),
    "network": gettext_noop("网络"),
    "setup": gettext_noop("设置"),
    "export": gettext_noop("导出和备份"),
    READ: gettext_noop("看联系方式"),
}
CHUNK = 500


@dataclass(slots=True)
class Wish:
    """What the form asks for, as typed; `persons` are the keys meant by a name."""

    kind: str = ""
    person: str = ""
    since: str = ""
    until: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    asked: Asked = field(default_factory=Asked)

    def address(self, **more: str) -> str:
        given = {"kind": self.kind, "person": self.person, "since": self.since, "until": self.until, **more}
        return f"{reverse('setup_audit')}?{urlencode({key: value for key, value in given.items() if value})}"


def _wish(request: Acted, net: Network) -> Wish:
    given = request.GET
    wish = Wish(
        given.get("kind", "") if given.get("kind", "") in KINDS else "",
        " ".join(given.get("person", "").split())[:60],
        given.get("since", "").strip()[:20],
        given.get("until", "").strip()[:20],
    )
    since, until = _day(wish, "since"), _day(wish, "until")
    if since and until and until < since:
        wish.faults["until"] = problem("backwards", {"until": wish.until, "since": wish.since})
    persons: tuple[str, ...] = ()
    if wish.person:
        persons = tuple(key for key, name in net.persons.items() if wish.person in (key, name))
        if not persons:
            wish.faults["person"] = _("名册里没有叫“%(name)s”的人，请核对姓名，或填人员编码") % {"name": wish.person}
    calendar = calendars.calendar()
    wish.asked = Asked(
        kinds=_kinds(wish.kind),
        verbs=EXPORTS if wish.kind == "export" else (),
        persons=persons,
        since=iso(calendar.midnight(since)) if since else "",
        until=iso(calendar.midnight(until + timedelta(days=1))) if until else "",
    )
    return wish


def _kinds(kind: str) -> tuple[str, ...]:
    if kind in ("export", "setup"):
        return ("setup",)
    return (kind,) if kind else register.KINDS


def _day(wish: Wish, name: str) -> date | None:
    text = getattr(wish, name)
    found = as_date(text) if text else None
    if text and found is None:
        wish.faults[name] = problem("not_a_date", {"value": text})
    return found


@administrators
@require_GET
def audit(request: Acted) -> HttpResponse:
    """Show the register, the newest first; `?kind=`, `?person=`, `?since=` and `?until=` narrow it."""
    net = network.snapshot(today_of(request))
    wish = _wish(request, net)
    found, after = ([], "") if wish.faults else register.page(request.GET.get("after", ""), wish.asked)
    context = {
        "rows": [_row(kind, event, net) for kind, event in found],
        "more": wish.address(after=after) if after else "",
        "wish": wish,
        "kinds": [(key, _(name), replace(wish, kind=key).address()) for key, name in KINDS.items()],
        "listed": [(f"f-{where}", said) for where, said in wish.faults.items()],
        "narrowed": bool(wish.person or wish.since or wish.until),
        "query": wish.address().partition("?")[2],
    }
    return render(request, "setup/audit.html", context, status=400 if wish.faults else 200)


def _row(kind: str, event: Event, net: Network) -> dict[str, Any]:
    return {
        "at": event.at,
        "who": actor_text(event.actor, net),
        "post": net.name(event.actor["post"]) if event.actor.get("post") else "",
        "unit": unit_name(net, event.actor.get("unit", "")),
        "what": verb_name(event.verb),
        "text": change_text(event, net),
        "hash": event.hash[:HASH],
        "seq": event.seq,
        "kind": kind,
    }


@administrators
@require_POST
def export(request: Acted) -> HttpResponse:
    """Hand out the register as it is narrowed at the same address; that is an entry of the register itself."""
    net = network.snapshot(today_of(request))
    wish = _wish(request, net)
    if wish.faults:
        return redirect(wish.address())
    rows: list[tuple[str, ...]] = []
    cursor = ""
    while True:
        found, cursor = register.page(cursor, wish.asked, CHUNK)
        for kind, event in found:
            row = _row(kind, event, net)
            at = f"{moments.local(event.at):%Y-%m-%d %H:%M:%S}"
            rows.append((at, row["who"], row["unit"], row["post"], row["what"], row["text"], event.hash))
        if not cursor:
            break
    what = _("操作与导出登记：%(kind)s") % {"kind": _(KINDS[wish.kind])}
    note_export(actor=request.actor, what=what, rows=len(rows), purpose="", now=request.now)
    kept = io.BytesIO()
    header = (_("时间"), _("谁"), _("单位"), _("以什么岗位"), _("做什么"), _("内容"), _("指纹"))
    write_sheet(kept, header, rows, name=_("登记"), about=about(request, what))
    return attached(kept.getvalue(), _("操作与导出登记%(day)s.xlsx") % {"day": today_of(request).isoformat()})


urlpatterns = [
    path("setup/audit/", audit, name="setup_audit"),
    path("setup/audit/export/", export, name="setup_audit_export"),
]
