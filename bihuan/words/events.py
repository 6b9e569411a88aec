"""流转记录的说法: each event as one line, with what this reader may not see left out.

The rated never see who rated or how; after a founded bad rating they read the reasons and the words (decisions 22,
ux 6.5). The requester reads outward lines only, and an answer only once it was signed and sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.core.changes import outcome_of
from bihuan.core.network import Network
from bihuan.core.order_state import Event
from bihuan.core.programmes import ANSWER_SOURCE, Move, OrderType
from bihuan.core.replies import rewritten
from bihuan.store import packs
from bihuan.words import moments
from bihuan.words.approval import sent_back, signed_on
from bihuan.words.archives import archived_text
from bihuan.words.clocks import reclock_text
from bihuan.words.documents import event_text as paper_text
from bihuan.words.handovers import handed_text
from bihuan.words.lights import COLORS, SPOKEN
from bihuan.words.orders import (
    choice_name,
    clock_name,
    field_name,
    haste_name,
    move_name,
    person_name,
    post_holders,
    priority_name,
    unit_name,
    value_text,
)  # fmt: skip
from bihuan.words.people import actor_text
from bihuan.words.versions import migrated_text

KEY_EFFECTS = ("submit", "import", "dispatch", "arbitrate", "accept", "approve", "check", "rate", "close", "reopen")
SAID = ("text", "long_text")
# Facts a line already says in its own sentence, by effect.
TOLD = {
    "submit": ("title", "category", "importance", "urgency"),
    "import": ("title", "category", "importance", "urgency"),
    "register": ("category", "importance", "urgency", "title"),
    "amend": ("category", "importance", "urgency"),
    "dispatch": ("lead", "co", "supervisor", "category", "importance", "urgency"),
    "arbitrate": ("lead", "co", "supervisor"),
    "accept": ("handler", "team"),
    "assign": ("handler",),
}
# Never told outward: how an office weighs a matter and whom it set over it.
HIDDEN_OUTWARD = ("importance", "urgency", "supervisor", "confirmed", "opinion")
LIGHT_WORDS = {
    "yellow": gettext_noop("剩余时间不多"),
    "orange": gettext_noop("即将逾期"),
    "red": gettext_noop("已经逾期"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record. `text` goes beside the name, `quote` under it; `facts` are (label, value) pairs."""

    seq: int
    verb: str
    name: str
    text: str
    who: str
    when: str
    at: datetime
    quote: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    inner: bool = False
    key: bool = False
    alarm: bool = False
    system: bool = False
    timed: bool = False  # it has to do with a limit
    effect: str = ""


@dataclass(slots=True)
class _Reading:
    """What one pass over the events remembers: drafts waiting for a signature, and which ratings proved founded."""

    founded: set[int]
    drafts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    papers: dict[int, Mapping[str, Any]] = field(default_factory=dict)  # marks of the signings by the paper's id


def timeline(
    events: Iterable[Event],
    order_type: OrderType,
    net: Network,
    now: datetime,
    *,
    inner: bool,
    rated: bool = False,
    requester: str = "",
    calendar: Any = None,
) -> list[Line]:
    """Return the lines of an order, newest first. `inner`: the reader sees all; `rated`: is of those who were rated.

    `order_type` is the kind of order as it is now; each event is read by the version it names.
    With a `calendar` days that are not plain workdays carry their names. An event that was undone stays, as does its
    undoing: the record only grows.
    """
    past = list(events)
    reading = _Reading(founded=_founded(past, order_type))
    lines = []
    for event in past:
        kind = packs.type_of(event, order_type)
        move = kind.moves.get(event.verb)
        if move is None:
            continue
        line = _line(event, move, kind, net, now, reading, inner, rated, requester, calendar)
        if line is not None:
            lines.append(line)
    return lines[::-1]


def _founded(events: list[Event], order_type: OrderType) -> set[int]:
    """Return the sequences of bad ratings and of their verifications that were found true."""
    found: set[int] = set()
    last = 0
    for event in events:
        move = packs.type_of(event, order_type).moves.get(event.verb)
        if move is None:
            continue
        if move.effect == "rate":
            last = event.seq
        elif move.effect == "decide" and move.ask == "verification" and outcome_of(event.facts) == "agree":
            found |= {last, event.seq}
    return found


def _line(
    event: Event,
    move: Move,
    t: OrderType,
    net: Network,
    now: datetime,
    reading: _Reading,
    inner: bool,
    rated: bool,
    requester: str,
    calendar: Any,
) -> Line | None:
    facts: Mapping[str, Any] = event.facts
    name = move_name(move)
    if move.effect == "reply" and t.signs:
        reading.drafts[move.half] = facts
    elif move.effect == "edit_draft":
        reading.drafts[move.half] = rewritten(move, reading.drafts.get(move.half, {}), facts)
    hidden_half = not inner and move.effect == "reply" and bool(t.signs)
    if not inner and move.effect == "approve":
        answer = reading.drafts.get("requester", {})
        if "requester" not in event.then.get("issued", ()) or not answer:
            return None
        facts, name = answer, _("答复")
    elif not inner and (move.inner or hidden_half or (move.effect == "progress" and not facts.get("outward"))):
        return None
    verification = move.effect == "decide" and move.ask == "verification"
    if rated and verification and event.seq not in reading.founded:
        return None
    if rated and move.effect == "rate":
        return _rating_for_the_rated(event, move, t, net, now, event.seq in reading.founded, calendar)
    text, told = _sentence(event, move, facts, t, net, inner)
    if mark := event.then.get("paper"):
        if mark["act"] == "issue":
            reading.papers[mark["id"]] = mark
        text = paper_text(event, t, net, reading.papers)
    quote, pairs = shown(move, facts, t, net, now, inner, told)
    alarm = move.effect in ("alarm", "remind", "supervise", "escalate")
    internal = move.inner or (move.effect == "progress" and not event.facts.get("outward"))
    return Line(
        seq=event.seq,
        verb=event.verb,
        name=name,
        text=text,
        who=actor_text(event.actor, net, outward=not inner, requester=requester),
        when=_when(event.at, now, calendar),
        at=event.at,
        quote=quote,
        facts=pairs,
        files=list(facts.get("attachments", ())),
        inner=internal and inner,
        key=move.effect in KEY_EFFECTS or (move.effect == "reply" and not t.signs),
        alarm=alarm,
        system=event.actor.get("sort") == "system",
        timed=_timed(event, move),
        effect=move.effect,
    )


def _rating_for_the_rated(
    event: Event, move: Move, t: OrderType, net: Network, now: datetime, founded: bool, calendar: Any
) -> Line:
    pairs = []
    quote = ""
    if founded:
        reasons = t.fields.get("rating_reasons")
        if reasons and event.facts.get("rating_reasons"):
            pairs.append((field_name(reasons), value_text(reasons, event.facts["rating_reasons"], net)))
        quote = str(event.facts.get("words", ""))
    said = _("经核实需要整改；不显示评价人和档次") if founded else _("已评；评价内容不向承办部门显示")
    return Line(
        event.seq, event.verb, move_name(move), said, _("点单企业"), _when(event.at, now, calendar), event.at, quote,
        pairs, key=True, effect=move.effect,
    )  # fmt: skip


def _when(at: datetime, now: datetime, calendar: Any) -> str:
    name = ""
    if calendar is not None:
        local = moments.local(at).date()
        if calendar.kind(local) != "workday":
            name = calendar.name_of(local)
    return moments.table_moment(at, now, name)


def _timed(event: Event, move: Move) -> bool:
    if move.effect in ("alarm", "settle", "resume") or move.ask in ("extension", "suspension"):
        return True
    return any(not clock.get("stop") for clock in event.then.get("clocks", {}).values())


def _sentence(
    event: Event, move: Move, facts: Mapping[str, Any], t: OrderType, net: Network, inner: bool
) -> tuple[str, tuple[str, ...]]:
    """Return what stands beside the line's name, and the facts it has thereby told."""
    told = TOLD.get(move.effect, ())
    effect = move.effect
    if effect in ("submit", "import", "register", "amend"):
        return _settled(facts, t, inner), told
    if effect in ("dispatch", "arbitrate"):
        return _dispatched(facts, t, net, inner), told
    if effect in ("accept", "assign"):
        return _taken(facts, net, inner), told
    if effect in ("decide", "co_reply"):
        key = next((k for k in facts if k.startswith("agreed")), "")
        return (choice_name(t.fields[key], facts[key]) if key else ""), (key,)
    if effect == "ask":
        return _asked(move, facts, t, net), tuple(k for k in facts if t.fields[k].kind not in SAID)
    if effect == "reply" or (effect == "approve" and not inner):
        said = value_text(t.fields["result"], facts["result"], net) if "result" in facts else ""
        if inner and t.signs and effect == "reply":
            said = _("%(result)s（拟稿，待审签）") % {"result": said}
        return said, ("result",)
    if effect == "approve":
        return signed_on(event, t), told
    if effect == "return_draft":
        return sent_back(event, t), ("back_to",)
    if effect in ("check", "callback") and inner and "confirmed" in facts:
        return value_text(t.fields["confirmed"], facts["confirmed"], net), ("confirmed",)
    if effect == "rate":
        return choice_name(t.fields[t.rating], facts.get(t.rating, "")), (t.rating,)
    if effect == "alarm":
        return _rung(event, t), told
    if effect == "joined":
        return _("%(number)s并入本单") % {"number": event.then.get("other", "")} if inner else "", told
    if effect == "migrate":
        return migrated_text(event, t), told
    if effect == ANSWER_SOURCE:
        return sheet_text(event.then["returned"]), told
    if effect == "hand_over":
        return handed_text(event, net), ("handler",)
    if effect == "archive":
        return archived_text(facts), told
    if effect == "reclock":
        return reclock_text(event, t, inner), told
    if effect == "merge":
        return _("并入%(number)s") % {"number": facts.get("main", "")} if inner else "", ("main",)
    return "", told


def sheet_text(mark: Mapping[str, Any]) -> str:
    """Return which line of which sheet an answer was written into: 已回填“派单表.xlsx”第3行."""
    return _("已回填“%(sheet)s”第%(line)s行") % {"sheet": mark.get("sheet", ""), "line": mark.get("line", "")}


def _settled(facts: Mapping[str, Any], t: OrderType, inner: bool) -> str:
    parts = []
    if "category" in facts:
        parts.append(_("类别%(category)s") % {"category": choice_name(t.fields["category"], facts["category"])})
    if "importance" in facts and "urgency" in facts:
        heavy, urgent = facts["importance"] == "heavy", facts["urgency"] == "urgent"
        rank = ("P1" if heavy else "P2") if urgent else ("P3" if heavy else "P4")
        parts.append(priority_name(rank) if inner else haste_name(rank))
    elif inner:
        parts += [choice_name(t.fields[key], facts[key]) for key in ("importance", "urgency") if key in facts]
    return _("，").join(parts)


def _dispatched(facts: Mapping[str, Any], t: OrderType, net: Network, inner: bool) -> str:
    lead = unit_name(net, facts.get("lead", ""))
    if not inner:
        return _("已派给%(unit)s") % {"unit": lead}
    parts = [_("主办%(unit)s") % {"unit": lead}]
    if facts.get("co"):
        parts.append(_("协办%(units)s") % {"units": _("、").join(unit_name(net, one) for one in facts["co"])})
    if facts.get("supervisor"):
        parts.append(_("分管领导%(name)s") % {"name": post_holders(net, facts["supervisor"])})
    return _("，").join(parts)


def _taken(facts: Mapping[str, Any], net: Network, inner: bool) -> str:
    if not inner:
        return ""
    parts = []
    if facts.get("handler"):
        parts.append(_("办理人%(name)s") % {"name": person_name(net, facts["handler"])})
    if facts.get("team"):
        parts.append(_("服务团队%(team)s") % {"team": facts["team"]})
    return _("，").join(parts)


def _asked(move: Move, facts: Mapping[str, Any], t: OrderType, net: Network) -> str:
    pairs = [
        _("%(label)s%(value)s") % {"label": field_name(t.fields[k]), "value": value_text(t.fields[k], v, net)}
        for k, v in facts.items()
        if t.fields[k].kind not in SAID
    ]
    return _("，").join(pairs)


def _rung(event: Event, t: OrderType) -> str:
    parts = []
    for rung in event.then.get("rungs", ()):
        clock, _dot, rest = rung.partition(".")
        light = rest.partition(".")[0]
        if light in LIGHT_WORDS:
            said = {"light": _(SPOKEN[COLORS[light]]), "clock": clock_name(t, clock), "words": _(LIGHT_WORDS[light])}
            parts.append(_("%(light)s：%(clock)s%(words)s") % said)
    return _("；").join(parts)


def shown(
    move: Move,
    facts: Mapping[str, Any],
    t: OrderType,
    net: Network,
    now: datetime,
    inner: bool,
    told: tuple[str, ...],
) -> tuple[str, list[tuple[str, str]]]:
    """Return the longest words as a quotation and the other facts as pairs; personal ones stay in their own table."""
    quote, pairs = "", []
    for key, value in facts.items():
        spec = t.fields.get(key)
        if spec is None or key in told or spec.data_class in ("C2", "C3") or spec.kind == "files":
            continue
        if not inner and (spec.internal or key in HIDDEN_OUTWARD):
            continue
        if key in ("outward", "secret"):
            continue
        if spec.kind == "long_text" and not quote:
            quote = str(value)
        elif key in ("text", "words", "opinion", "note") and not quote:
            quote = str(value)
        else:
            pairs.append((field_name(spec), value_text(spec, value, net, now)))
    return quote, pairs


def summary(line: Line) -> str:
    """Return a line as one sentence, for lists and notices."""
    return _("　").join(part for part in (line.name, line.text) if part)


def count_text(n: int) -> str:
    """Return 8条，只增不改."""
    return ngettext("%(n)s条，只增不改", "%(n)s条，只增不改", n) % {"n": n}
