"""代企业点单: several matters of one requester written down at once, each its own order with its own link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import budget, files, links
from bihuan.actions.orders import submit_order
from bihuan.actions.similar import Matter, similar_to
from bihuan.core.calendar import Calendar
from bihuan.core.network import Network, Unit
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.similar import ENOUGH
from bihuan.core.whole import whole
from bihuan.store import calendars, network
from bihuan.store.orders import by_command
from bihuan.web import start
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.web.scopes import may_ask, scope_of
from bihuan.web.shell import programme_of
from bihuan.web.similar import Like, like
from bihuan.words.orders import PRIORITIES, category_name, channel_name, person_name, unit_name
from bihuan.words.problems import file_sentence, problems
from bihuan.words.refusals import told

LINES, MOST = 3, 12  # lines offered at first, lines of one sheet
TYPED = ("category", "title", "facts", "wish", "priority", "source_number", "source_due")
CHANNELS = ("officer", "visit", "meeting", "mailbox", "grid")  # and every one that is external
IMPORT = "import"  # of sheets, never of what is typed
HASTE = {"P1": ("heavy", "urgent"), "P2": ("light", "urgent"), "P3": ("heavy", "calm"), "P4": ("light", "calm")}


@dataclass(slots=True)
class Entry:
    """One line of the sheet as typed, with what is wrong with it by field."""

    at: int
    category: str = ""
    title: str = ""
    facts: str = ""
    wish: str = ""
    priority: str = ""
    source_number: str = ""
    source_due: str = ""
    secret: bool = False
    alike: list[Like] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing was written in it."""
        return not (self.category or self.title or self.facts or self.wish or self.source_number)


@dataclass(frozen=True, slots=True)
class Made:
    """An order just submitted, with the address its requester opens without sign-in."""

    order: OrderState
    link: str


@dataclass(slots=True)
class Sheet:
    """The page as the template draws it."""

    programme: Programme
    type: OrderType
    requesters: list[tuple[str, str, list[Unit]]]
    chosen: Unit | None
    contacts: budget.Contacts | None = None
    contact: str = ""
    phone: str = ""
    channel: str = CHANNELS[0]
    visit_list: str = ""
    entries: list[Entry] = field(default_factory=list)
    categories: list[tuple[str, str]] = field(default_factory=list)
    priorities: list[tuple[str, str]] = field(default_factory=list)
    channels: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    has: frozenset[str] = frozenset()
    running: list[Like] = field(default_factory=list)  # what the same requester has open
    others: tuple[tuple[str, str], ...] = ()  # kinds with a form of their own
    sure: bool = False  # the like orders were read, and these are other matters

    @property
    def external(self) -> str:
        """The names of the channels that have a number and a deadline of their own, "" for none."""
        known = self.programme.channels
        return _("、").join(name for key, name in self.channels if known[key].external)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every sentence of what must be mended, with the id of its field."""
        found = [(f"f-{key}", sentence) for key, sentence in self.errors.items()]
        for entry in self.entries:
            said = _("第%(n)s件：%(sentence)s")
            found += [
                (f"l-{entry.at}-{key}", said % {"n": entry.at, "sentence": text}) for key, text in entry.errors.items()
            ]
        return found


@staff
@require_http_methods(["GET", "POST"])
def enter(request: Acted) -> HttpResponse:
    """Choose a requester, then write the lines; POST submits every line that is whole and keeps the others."""
    programme = programme_of(request)
    types = list(programme.orders.values()) if programme else []
    order_type = next((one for one in types if one.looped and may_ask(request.actor, one)), None)
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(request.now))
    others = start.links(request.actor, programme, net)
    if programme is None or order_type is None:
        if others:
            return redirect("start", others[0][0])
        raise Http404
    sheet = Sheet(programme, order_type, _requesters(request.actor, order_type, net), None, others=others)
    given = request.POST if request.method == "POST" else request.GET
    sheet.chosen = next(
        (unit for _key, _name, some in sheet.requesters for unit in some if unit.key == given.get("requester")), None
    )
    if sheet.chosen is None:
        if request.method == "POST":
            sheet.errors["requester"] = _("请先选一家企业。")
        return render(request, "enter/page.html", {"sheet": sheet}, status=400 if sheet.errors else 200)
    _fill(sheet, net)
    if request.method == "POST":
        return _submit(request, sheet, net, calendar)
    sheet.entries = [Entry(n + 1) for n in range(LINES)]
    asked = [Matter("", requester=sheet.chosen.key)]
    found = similar_to(actor=request.actor, programme=programme.key, matters=asked, now=request.now)
    sheet.running = [like(one, net) for one in found[0]]
    sheet.contacts = budget.count(sheet.chosen.key, calendar, request.now)
    return render(request, "enter/page.html", {"sheet": sheet})


def _requesters(actor: Actor, order_type: OrderType, net: Network) -> list[tuple[str, str, list[Unit]]]:
    """Return the units one may ask for, by chain in the network's order."""
    scope = scope_of(actor, order_type, net)
    return [(key, unit_name(net, key), net.below(key, order_type.requester)) for key in (scope.desks if scope else ())]


def _fill(sheet: Sheet, net: Network) -> None:
    order_type = sheet.type
    start = order_type.start()
    sheet.has = frozenset((*start.needs, *start.takes))
    if spec := order_type.fields.get("category"):
        sheet.categories = [(one.key, category_name(order_type, one.key)) for one in spec.choices]
    sheet.priorities = [(key, _(name)) for key, name in PRIORITIES.items()]
    sheet.channels = [
        (one.key, channel_name(sheet.programme, one.key))
        for one in sheet.programme.channels.values()
        if one.key in CHANNELS or (one.external and one.key != IMPORT)
    ]
    assert sheet.chosen is not None
    persons = [holding.person for post in net.posts_at(sheet.chosen.key) for holding in net.holders(post.key)]
    sheet.contact = person_name(net, persons[0]) if persons else ""


def _read(request: Acted, sheet: Sheet) -> None:
    form = request.POST
    sheet.contact = form.get("contact_name", "").strip()[:30]
    sheet.phone = form.get("contact_phone", "").strip()[:30]
    sheet.visit_list = form.get("visit_list", "").strip()[:40]
    sheet.channel = form.get("channel", "") if form.get("channel") in dict(sheet.channels) else CHANNELS[0]
    count = whole(form.get("count", "0") or "0")
    count = LINES if count is None else count
    for n in range(1, min(max(count, 1), MOST) + 1):
        one = {key: form.get(f"{key}-{n}", "").strip() for key in TYPED}
        sheet.entries.append(Entry(n, **one, secret=f"secret-{n}" in form))  # type: ignore[arg-type]


def _submit(request: Acted, sheet: Sheet, net: Network, calendar: Calendar) -> HttpResponse:
    assert sheet.chosen is not None
    _read(request, sheet)
    written = [entry for entry in sheet.entries if not entry.empty]
    if "more" in request.POST:
        sheet.entries.append(Entry(len(sheet.entries) + 1))
        sheet.contacts = budget.count(sheet.chosen.key, calendar, request.now)
        return render(request, "enter/page.html", {"sheet": sheet})
    if not written:
        sheet.errors["lines"] = _("还没有写任何一件。至少写一行。")
    uploads = _uploads(request, sheet)
    if not sheet.errors:
        if _repeats(request, sheet, net, written):
            sheet.contacts = budget.count(sheet.chosen.key, calendar, request.now)
            return render(request, "enter/page.html", {"sheet": sheet})
        for entry in written:
            _one(request, sheet, net, entry, uploads)
    rest = [entry for entry in written if entry.errors]
    if sheet.made and not rest:
        return render(request, "enter/done.html", {"sheet": sheet})
    sheet.entries = rest or sheet.entries
    for at, entry in enumerate(sheet.entries, 1):
        entry.at = at
    sheet.contacts = budget.count(sheet.chosen.key, calendar, request.now)
    return render(request, "enter/page.html", {"sheet": sheet}, status=400)


def _repeats(request: Acted, sheet: Sheet, net: Network, written: list[Entry]) -> bool:
    """Whether a line is so like another order that the page asks once before it files; each line says which."""
    assert sheet.chosen is not None
    sheet.sure = "sure" in request.POST  # the page said so once, and it was sent again
    command = _command(request, written[0])
    if sheet.sure or (command and by_command(command) is not None):
        return False
    key = sheet.chosen.key
    matters = [Matter(one.title or one.facts, one.facts, one.category, key) for one in written]
    found = similar_to(actor=request.actor, programme=sheet.programme.key, matters=matters, now=request.now)
    for entry, some in zip(written, found, strict=True):
        entry.alike = [like(one, net) for one in some if one.share >= ENOUGH]
    sheet.sure = any(entry.alike for entry in written)
    return sheet.sure


def _uploads(request: Acted, sheet: Sheet) -> list[UploadedFile]:
    given = [file for file in request.FILES.getlist("attachments") if file.size]
    if len(given) > files.MOST:
        sheet.errors["attachments"] = _("一次最多6个附件。")
    for file in given:
        try:
            files.check(file.name or "", file.read(files.HEAD), file.size or 0)
        except Refused as refused:
            sheet.errors["attachments"] = file_sentence(refused)
        file.seek(0)
    return given


def _one(request: Acted, sheet: Sheet, net: Network, entry: Entry, uploads: list[UploadedFile]) -> None:
    """Submit one line; every order has files of its own, for a file belongs to one order."""
    assert sheet.chosen is not None
    importance, urgency = HASTE.get(entry.priority, ("", ""))
    facts: dict[str, Any] = {
        "title": entry.title, "category": entry.category, "facts": entry.facts or entry.title, "wish": entry.wish,
        "importance": importance, "urgency": urgency, "secret": "1" if entry.secret else "",
        "contact_name": sheet.contact, "contact_phone": sheet.phone, "visit_list": sheet.visit_list,
    }  # fmt: skip
    try:
        if uploads:
            for file in uploads:
                file.seek(0)
            facts["attachments"] = [files.keep(file, by=request.actor.person, now=request.now) for file in uploads]
        order = submit_order(
            actor=request.actor,
            programme=sheet.programme.key,
            type_=sheet.type.key,
            requester=sheet.chosen.key,
            channel=sheet.channel,
            source_number=entry.source_number,
            source_due=entry.source_due,
            facts={key: value for key, value in facts.items() if key in sheet.has},
            now=request.now,
            command=_command(request, entry),
        )
    except Refused as refused:
        found = problems(refused, sheet.type, request.now)
        for key in ("contact_name", "contact_phone", "visit_list"):
            if key in found:
                sheet.errors[key] = found.pop(key)
                entry.errors.setdefault("title", _("联系人一栏改好后再提交。"))
        if not found and not entry.errors:
            found["title"] = told(refused, sheet.type, net, request.now).sentence
        entry.errors |= found
        return
    sheet.made.append(Made(order, request.build_absolute_uri(f"/t/{links.link_for(order.id)}/")))


def _command(request: Acted, entry: Entry) -> str:
    """Name this line of this filling-in, so that a double tap makes each order once."""
    key = word(request.POST, "form_key", 40)
    return f"{key}-{entry.at}" if key else ""


urlpatterns = [path("orders/new/", enter, name="enter")]
