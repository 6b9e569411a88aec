"""工单: the facts of one order arranged for the page, the move pages and the printed sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from bihuan.actions import review_orders
from bihuan.actions.joined import main_of
from bihuan.actions.list_links import may_give
from bihuan.core import approval
from bihuan.core.entries import born_of
from bihuan.core.matching import matches
from bihuan.core.queues import queue
from bihuan.core.replies import both
from bihuan.store import packs
from bihuan.web.jinja import masked
from bihuan.web.order_forms import MoveForm, form_of
from bihuan.web.order_sight import Sight
from bihuan.words import approval as approval_words
from bihuan.words import clocks, moments, outward, state_path
from bihuan.words import events as event_words
from bihuan.words import notes as note_words
from bihuan.words.orders import (
    ask_name,
    category_name,
    field_name,
    handler_text,
    haste_name,
    move_name,
    named,
    person_name,
    post_holders,
    priority_name,
    role_name,
    standing_name,
    state_name,
    unit_name,
    value_text,
)
from bihuan.words.people import counted_names
from bihuan.words.refusals import Told
from bihuan.words.sources import answered_text, source_text

PAGE = 60  # lines of the record shown at first
FILTERS = ("", "outward", "limits")
PERSONAL = ("C2", "C3")


@dataclass(frozen=True, slots=True)
class Person:
    """One row of 有关的人: the part, who plays it, a word beside it; `phone` where there is a number to see."""

    part: str
    name: str
    note: str = ""
    phone: str = ""
    hidden: bool = False


def heading(seen: Sight) -> dict[str, Any]:
    """Return what stands at the top of every page about the order."""
    order, t = seen.order, seen.type
    return {
        "seen": seen,
        "order": order,
        "light": seen.light,
        "state": standing_name(t, order.state, "" if seen.rated or not seen.inner else queue(t, order)),
        "category": category_name(t, order.category),
        "priority": priority_name(order.priority) if seen.inner else haste_name(order.priority),
        "urgent": order.urgency == "urgent",
        "desk": unit_name(seen.net, order.desk),
        "pending": _pending(seen),
        "writing": _writing(seen),
    }


def _writing(seen: Sight) -> list[str]:
    found = []
    for person, move, at in seen.writing():
        said = {"who": person_name(seen.net, person), "move": move_name(move), "at": moments.clock_time(at)}
        found.append(_("%(who)s正在写“%(move)s”（%(at)s）") % said)
    return found


def _pending(seen: Sight) -> str:
    """A request that waits for its decision stands as a tag beside the light; never one about a rating's truth."""
    asks = [ask for ask in seen.order.asks if ask != "verification" or not seen.rated]
    if not asks or not seen.inner:
        return ""
    return _("差评待核实") if asks[0] == "verification" else _("%(ask)s待批") % {"ask": ask_name(asks[0])}


def context(seen: Sight, asked: Mapping[str, str], *, shown: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return everything the order page draws; `shown` are personal values just revealed, by key."""
    open_ = seen.to_do()
    forms = [form_of(seen, move) for move in open_]
    lines = seen.clock_lines
    title, sentence = outward.standing(seen.order, seen.type, seen.net, seen.now)
    return {
        **heading(seen),
        "path": state_path.of_order(seen.order, seen.type, seen.events, seen.now) if not seen.type.looped else [],
        "step": seen.step,
        "closed": seen.type.states[seen.order.state].closed,
        "notes": ring_notes(seen),
        "forms": forms,
        "answer": next((form for form in forms if form.move.effect == "reply"), None),
        "following": following(seen),
        "turn": turn(seen, forms),
        "others": seen.others(open_),
        "reasons": seen.reasons() if seen.inner else [],
        "undo": seen.undo(),
        "done": done(seen, asked.get("done", "")),
        "clocks": [line for line in lines if line.running],
        "stopped": [line for line in lines if not line.running],
        "changes": clocks.changes_of(lines),
        "matter": matter(seen),
        "approval": chain(seen),
        "words": note_words.notes(seen.events, seen.order, seen.type, seen.net, seen.now) if seen.inner else [],
        "people": people(seen, shown or {}) if seen.inner else [],
        "may_link": bool(seen.order.requester) and may_give(seen.actor, seen.order.requester, seen.net),
        "matches": suggestions(seen) if seen.inner else [],
        "files": seen.beside.files,
        "standing": (title, sentence),
        "steps": outward.steps(seen.order, seen.type, seen.net, seen.now),
        **record(seen, asked),
    }


def following(seen: Sight) -> str:
    """Return the address that leads to the next order of the same tray, "" where it lies in none for its reader."""
    return reverse("order_next", args=[seen.order.number]) if tray_of(seen) else ""


def tray_of(seen: Sight) -> str:
    """Return the tray in which the order lies, "" for who may not know it: those outside, and those who are rated."""
    return queue(seen.type, seen.order) if seen.inner and not seen.rated else ""


def turn(seen: Sight, forms: list[MoveForm]) -> str:
    """Return the sentence that says whose turn it is when it is not the reader's."""
    state = seen.type.states.get(seen.order.state)
    if forms or state is None or state.closed or not state.owner:
        return ""
    owing = _owing(seen, state.owner)
    who = seen.cast.names(owing) if seen.inner else ""
    if owing != [state.owner] and seen.inner:
        return _("现在等%(who)s审签。") % {"who": who}
    return _("现在等%(who)s。") % {"who": who or role_name(seen.type, state.owner)}


def _owing(seen: Sight, owner: str) -> list[str]:
    """Return the roles whose turn it is: who signs once both halves are drafted or out, else the state's owner."""
    order, drafts = seen.order, approval.waiting(seen.order)
    if not drafts or not both({**order.replies, **drafts}):
        return [owner]
    return list(dict.fromkeys(role for half in drafts for role in approval.roles_at(seen.setting, order, half)))


def chain(seen: Sight) -> list[approval_words.Half]:
    """Return where each half of the answer lay for signature and what was changed there; inner words."""
    if not seen.inner:
        return []
    return approval_words.halves(seen.events, seen.order, seen.type, seen.net, seen.now, seen.calendar)


def ring_notes(seen: Sight) -> dict[int, str]:
    """Return the words under the steps of the ring: when each was reached, and which half of the answer is out."""
    times, notes = seen.order.times, {}
    for step, moment in ((1, "submitted"), (2, "dispatched"), (3, "accepted"), (6, "rated"), (7, "closed")):
        if at := times.get(moment):
            notes[step] = moments.table_moment(at, seen.now)
    if seen.order.resume_on:
        notes[4] = _("挂起至%(day)s") % {"day": moments.day(seen.order.resume_on, seen.now)}
    if seen.inner and seen.order.lead and seen.step in (4, 5, 6):
        notes[5] = halves(seen)
    elif at := times.get("replied"):
        notes[5] = moments.table_moment(at, seen.now)
    return notes


def halves(seen: Sight) -> str:
    """Return which half of the dual feedback is out: 点单企业✓　产业链党委—."""
    order, marks = seen.order, []
    for move in seen.type.by_effect("reply"):
        draft = order.drafts.get(move.half)
        waits = draft and not draft.get("returned")
        mark = "✓" if move.half in order.replies else _("待审签") if waits else "—"
        marks.append(f"{_half(seen, move.half)}{mark}")
    return "　".join(marks)


def _half(seen: Sight, half: str) -> str:
    """To whom a half of the answer goes: the role that asked, or the kind of unit that is the desk."""
    if half == "desk" and seen.type.desk in seen.programme.unit_types:
        return named(seen.programme.unit_types[seen.type.desk])
    asking = next((r for r in seen.type.roles.values() if any(who.of == "requester" for who in r.who)), None)
    return named(asking) if asking else half


def record(seen: Sight, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the lines of the record under the filter asked for, newest first."""
    which = asked.get("lines", "") if asked.get("lines", "") in FILTERS else ""
    inner = seen.inner and which != "outward"
    lines = event_words.timeline(
        seen.events,
        seen.type,
        seen.net,
        seen.now,
        inner=inner,
        rated=seen.rated,
        requester=seen.order.requester,
        calendar=seen.calendar,
    )
    if which == "limits":
        lines = [line for line in lines if line.timed]
    total = len(lines)
    whole = asked.get("all") == "1"
    return {
        "lines": lines if whole else lines[:PAGE],
        "older": 0 if whole else max(total - PAGE, 0),
        "which": which,
        "total": event_words.count_text(total),
    }


def done(seen: Sight, asked: str) -> dict[str, Any] | None:
    """Return what was just done and what comes next, for the reader who did it; None when something came after."""
    if asked != str(seen.order.seq) or seen.order.last.get("person") != seen.actor.person:
        return None
    move = seen.type.moves.get(seen.order.last.get("verb", ""))
    if move is None:
        return None
    state = seen.type.states[seen.order.state]
    said = {"move": move_name(move), "state": state_name(seen.type, seen.order.state)}
    text = _("已办“%(move)s”，现在是“%(state)s”。") % said
    if not state.closed and state.owner and seen.inner:
        who = seen.cast.names(_owing(seen, state.owner))
        text += _("接下来由%(who)s办。") % {"who": who}
    if seen.light.due and not state.closed:
        text += _("%(due)s到期。") % {"due": seen.light.due}
    return {"text": text, "seq": seen.order.seq}


def matter(seen: Sight) -> list[tuple[str, str]]:
    """Return what was asked for, as pairs of a name and a value; personal values are not among them."""
    order, t = seen.order, seen.type
    pairs = []
    for key, value in order.fields.items():
        spec = t.fields.get(key)
        if spec is None or spec.data_class in PERSONAL or spec.kind == "files" or (spec.internal and not seen.inner):
            continue
        pairs.append((field_name(spec), value_text(spec, value, seen.net, seen.now)))
    if order.channel:
        pairs.append((_("来源"), source_text(seen.programme, order.channel, order.source_number)))
    if seen.inner and (entry := born_of(order.source_number)):
        link = Markup('<a class="mono" href="{}">{}</a>').format(reverse("ledger_entry", args=[entry]), entry)
        pairs.append((_("由台账转来"), link))
    if seen.inner and (number := review_orders.born_of(order.source_number)):
        link = Markup('<a class="mono" href="{}">{}</a>').format(reverse("review_result", args=[number]), number)
        pairs.append((_("由测评会转来"), link))
    if order.source_due:
        pairs.append((_("来源时限"), moments.until(order.source_due, seen.now)))
    if seen.inner and (told := answered_text(order, t, seen.now)):
        pairs.append((_("回复来源"), told))
    if order.merged_into and not seen.inner and (main := main_of(order)):
        kind = packs.order_type(main.bundle, main.type)
        pairs.append((_("并在一起办"), outward.standing(main, kind, seen.net, seen.now)[1]))
    if order.merged_into and seen.inner:
        pairs.append((_("并入"), _linked(order.merged_into)))
    if order.joined and seen.inner:
        pairs.append((_("并来的单"), Markup(_("、")).join(_linked(number) for number in order.joined)))
    return pairs


def suggestions(seen: Sight) -> list[tuple[str, str, str, str]]:
    """Return (unit, its name, the words it shares with the need, its products) inside the chain, while it is open.

    The words are the whole of the hint: no figure stands beside a firm.
    """
    order, rule = seen.order, seen.type.matching
    if rule is None or seen.type.states[order.state].closed:
        return []
    asked = " ".join(str(one) for one in (order.fields.get(rule.asks, ""), order.title) if one)
    firms = [one for one in seen.net.below(order.desk, rule.unit) if one.key != order.requester and one.until is None]
    found = matches(asked, ((one.key, one.facts.get(rule.fact, "")) for one in firms))
    return [(one.unit, unit_name(seen.net, one.unit), _("、").join(one.words), one.products) for one in found]


def _linked(number: str) -> Markup:
    return Markup('<a class="mono" href="{}">{}</a>').format(reverse("order", args=[number]), number)


def phones(seen: Sight) -> list[tuple[str, str]]:
    """Return the personal values that are telephone numbers, by key."""
    return [
        (key, value)
        for key, value in seen.beside.personal.items()
        if key in seen.type.fields and seen.type.fields[key].kind == "phone"
    ]


def people(seen: Sight, shown: Mapping[str, str]) -> list[Person]:
    """Return who has to do with the order; the requester's number is masked until somebody asks for it."""
    order, net, t = seen.order, seen.net, seen.type
    names = [v for k, v in seen.beside.personal.items() if k in t.fields and t.fields[k].kind != "phone"]
    number = next(iter(phones(seen)), ("", ""))
    asked = unit_name(net, order.requester) if order.requester else order.requester_name
    note = "" if order.verified else _("未核实")
    rows = [
        Person(
            _("点单"),
            " ".join(part for part in (asked, *names) if part),
            note,
            shown.get(number[0], masked(number[1])) if number[1] else "",
            bool(number[1]) and number[0] not in shown and seen.may_call,
        )
    ]
    first = seen.events[0].actor if seen.events else {}
    if first.get("sort") == "post" and first.get("unit") != order.requester:
        rows.append(Person(_("代点"), person_name(net, first.get("person", "")), net.name(first.get("post", ""))))
    desk = next((role for role in t.roles.values() if any(who.of in ("desk", "covers") for who in role.who)), None)
    if desk is not None:
        names = [person_name(net, key) for key in seen.cast.persons(desk.key)]
        rows.append(Person(role_name(t, desk.key), counted_names(names), unit_name(net, order.desk)))
    if order.lead:
        team = _("服务团队%(team)s") % {"team": order.team} if order.team else ""
        rows.append(Person(_("主办"), handler_text(order, net), team))
    if order.first_receiver and order.first_receiver != order.lead:
        rows.append(Person(_("首接"), unit_name(net, order.first_receiver)))
    for unit, part in order.co.items():
        who = person_name(net, part["by"]) if part.get("by") else ""
        rows.append(Person(_("协办"), f"{unit_name(net, unit)} {who}".strip(), _part(part.get("state", ""))))
    if order.supervisor:
        rows.append(Person(_("分管领导"), post_holders(net, order.supervisor), _("已督办") if order.supervised else ""))
    return rows


def _part(state: str) -> str:
    return {
        "open": _("未会签"),
        "accepted": _("已接，未会签"),
        "done": _("已会签"),
        "objected": _("不同意，待商"),
    }.get(state, state)


def ways(said: Told, seen: Sight) -> list[tuple[str, str]]:
    """Return what else one can do as (words, address)."""
    number = seen.order.number
    return [
        (way.text, reverse("order_move", args=[number, way.verb]) if way.verb else reverse("order", args=[number]))
        for way in said.ways
    ]


def since(seen: Sight, expect: Any) -> list[event_words.Line]:
    """Return the lines written after the sequence a form was filled in at, newest first."""
    lines = record(seen, {"all": "1"})["lines"]
    return [line for line in lines if isinstance(expect, int) and line.seq > expect][:5]


def sheet(seen: Sight) -> dict[str, Any]:
    """Return what the printed 办理单 shows: facts, people, limits with lights as words, the record."""
    lines = record(seen, {"all": "1"})["lines"]
    return {
        **heading(seen),
        "matter": matter(seen),
        "approval": chain(seen),
        "people": people(seen, {}) if seen.inner else [],
        "clocks": [line for line in seen.clock_lines if line.running or line.promise],
        "lines": lines[::-1],
        "standing": outward.standing(seen.order, seen.type, seen.net, seen.now),
        "count": ngettext("%(n)s条", "%(n)s条", len(lines)) % {"n": len(lines)},
    }
