"""通知: what was told to me, where I can be reached, what a desk sent out and nobody accepted, and the ways out."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import contacts as contact_actions
from bihuan.actions import notices as actions
from bihuan.actions.register import may_set_up
from bihuan.actions.reminders import VERB
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.core.whole import whole
from bihuan.store import calendars, contacts, network, notices, packs, turns
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.rows import Line, lines_of
from bihuan.web.scopes import desk_types
from bihuan.web.setup import administrators
from bihuan.web.shell import programme_of
from bihuan.words import moments
from bihuan.words import notices as words
from bihuan.words.orders import unit_name

FOUND = 20  # people shown for one search


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as its reader sees it; the title only where they may see the order in the post they act in."""

    id: int
    number: str
    what: str
    when: str
    title: str
    light: str
    fresh: bool
    duty: bool = False

    @property
    def href(self) -> str:
        """The order's own page; of orders handed over the list of what is in the reader's name, of duties one's own."""
        if self.duty:
            return "/mine/#duties"
        return f"/orders/{self.number}/" if not self.number.isdigit() else "/orders/?view=open&handler=me"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that was sent out and not accepted: its row, and what went out about it by which channel."""

    line: Line
    sent: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """What waits at one office, with the text for its chat group."""

    key: str
    name: str
    lines: tuple[Waiting, ...]
    text: str


def _network(request: Acted) -> Network:
    return network.snapshot(calendars.calendar().local_day(request.now))


@staff
@require_http_methods(["GET", "POST"])
def told(request: Acted) -> HttpResponse:
    """List what the reader was told, the newest first; POST marks one (`id`) or all up to `upto` as read."""
    if request.method == "POST":
        return _read(request)
    before, only = request.GET.get("before", ""), request.GET.get("only") == "unread"
    rows = notices.of_person(
        request.actor.person, now=iso(request.now), before=whole(before) or 0, unread=only,
        limit=notices.PAGE + 1,
    )  # fmt: skip
    more, rows = len(rows) > notices.PAGE, rows[: notices.PAGE]
    seen = turns.picked((one.number for one in rows), seen_by=request.actor)
    types = {(p.key, t.key): t for p in packs.current().values() for t in p.orders.values()}
    lines = [
        Told(
            id=one.id,
            number=one.number,
            what=words.headline(one, types.get((one.programme, one.type))),
            when=moments.table_moment(one.at, request.now),
            title=seen[one.number].row.title if one.number in seen else "",
            light=one.light,
            fresh=not one.seen,
            duty=one.verb == VERB,
        )
        for one in rows
    ]
    context = {
        "lines": lines,
        "unread": notices.unread(request.actor.person),
        "only": only,
        "upto": rows[0].id if rows else 0,
        "more": f"{reverse('notices')}?before={rows[-1].id}{'&only=unread' if only else ''}" if more else "",
        "at_desk": bool(desk_types(request.actor, programme_of(request))),
    }
    return render(request, "notices/told.html", context)


def _read(request: Acted) -> HttpResponse:
    one, upto = request.POST.get("id", ""), request.POST.get("upto", "")
    picked, last = whole(one), whole(upto)
    if picked is not None or last is not None:
        ids = None if picked is None else [picked]
        notices.see(request.actor.person, iso(request.now), ids, upto=last or 0)
    return redirect("notices")


@staff
@require_http_methods(["GET", "POST"])
def address(request: Acted, key: str = "") -> HttpResponse:
    """Show and take where somebody can be reached: the reader, or for administrators anybody by key."""
    person = key or request.actor.person
    if person != request.actor.person and not may_set_up(request.actor):
        raise Http404
    net = _network(request)
    if person not in net.persons:
        raise Http404
    known = contacts.addresses([person]).get(person, {})
    faults: dict[str, str] = {}
    given = {"mail": known.get("mail", ""), "mobile": known.get("mobile", "")}
    if request.method == "POST":
        given = {kind: request.POST.get(kind, "").strip()[:254] for kind in given}
        try:
            contact_actions.set_addresses(actor=request.actor, person=person, given=given, now=request.now)
        except Refused as refused:
            faults = words.problems(refused)
        else:
            messages.success(request, _("联系方式已保存。"))
            return redirect(request.path)
    context = {
        "name": net.name(person), "own": person == request.actor.person, "given": given, "faults": faults,
        "listed": [(f"f-{kind}", said) for kind, said in faults.items()], "ways": actions.ways(),
    }  # fmt: skip
    return render(request, "notices/address.html", context, status=400 if faults else 200)


@staff
@require_GET
def unaccepted(request: Acted) -> HttpResponse:
    """Show a desk what it dispatched and nobody accepted, by office, with a text for the office's chat group."""
    if not desk_types(request.actor, programme_of(request)):
        raise Http404
    net, calendar = _network(request), calendars.calendar()
    link = actions.ways().site or f"{request.scheme}://{request.get_host()}"
    offices = []
    found, more = actions.unaccepted(actor=request.actor, now=request.now, limit=actions.LISTED)
    for lead, sent in found.items():
        lines = lines_of((one.row for one in sent), net, request.now, request.actor)
        offices.append(
            Office(
                lead,
                unit_name(net, lead),
                tuple(
                    Waiting(
                        line,
                        words.summary(one.deliveries, request.now, "sent"),
                        words.summary(one.deliveries, request.now, "failed", "waiting"),
                    )
                    for line, one in zip(lines, sent, strict=True)
                ),
                words.reminder(lead, sent, net, request.now, calendar, f"{link}/mine/"),
            )
        )
    shown = {"offices": offices, "n": sum(len(o.lines) for o in offices), "more": more}
    return render(request, "notices/unaccepted.html", shown)


@administrators
@require_http_methods(["GET", "POST"])
def setup(request: Acted) -> HttpResponse:
    """Show an administrator the ways out, what did not get through, the chat groups, and people's addresses."""
    faults: dict[str, str] = {}
    given = {name: request.POST.get(name, "").strip()[:400] for name in ("name", "unit", "address", "secret")}
    if request.method == "POST":
        try:
            if done := _change(request, given):
                messages.success(request, done)
            return redirect("notice_setup")
        except Refused as refused:
            faults = words.problems(refused)
    net, text = _network(request), request.GET.get("who", "").strip()[:60]
    askers = {kind.asker for programme in packs.current().values() for kind in programme.orders.values()}
    people = [key for key, name in net.persons.items() if text and (text in name or text == key)][:FOUND]
    known = contacts.addresses(people) if people else {}
    groups = [(robot, words.vendor(robot.kind), unit_name(net, robot.unit)) for robot in contacts.robots()]
    context = {
        "findings": words.health(request.now),
        "failed": [(one, words.outcome(one, request.now), words.reason(one.said)) for one in notices.failed()],
        "groups": groups,
        "units": [(unit.key, unit_name(net, unit.key)) for unit in net.units.values() if unit.type not in askers],
        "who": text,
        "people": [(key, net.name(key), known.get(key, {})) for key in people],
        "given": given,
        "faults": faults,
        "listed": [(f"f-{field}", said) for field, said in faults.items()],
    }
    return render(request, "notices/setup.html", context, status=400 if faults else 200)


def _change(request: Acted, given: dict[str, str]) -> str:
    do, robot = request.POST.get("do", ""), request.POST.get("robot", "")
    if do == "add":
        contact_actions.add_robot(actor=request.actor, now=request.now, **given)
        return _("群机器人已加上，下一条通知起生效。")
    if do == "drop" and (id_ := whole(robot)) is not None:
        contact_actions.drop_robot(actor=request.actor, robot=id_, now=request.now)
        return _("群机器人已去掉。")
    if do == "retry":
        n = notices.retry(iso(request.now))
        return ngettext("%(n)s条重新排队，后台马上再发。", "%(n)s条重新排队，后台马上再发。", n) % {"n": n}
    return ""


urlpatterns = [
    path("notices/", told, name="notices"),
    path("notices/address/", address, name="notice_address"),
    path("notices/unaccepted/", unaccepted, name="notice_unaccepted"),
    path("setup/notices/", setup, name="notice_setup"),
    path("setup/notices/<str:key>/", address, name="notice_person"),
]
