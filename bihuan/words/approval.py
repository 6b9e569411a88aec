"""审签的说法: where each half of the answer lay, for how long, who signed it, and what was changed on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core import approval
from bihuan.core.approval import Ground, Stay
from bihuan.core.calendar import Calendar
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import Field, Move, OrderType
from bihuan.core.replies import rewritten
from bihuan.store import packs
from bihuan.words import moments
from bihuan.words.orders import field_name, move_name, named, role_name, value_text
from bihuan.words.people import Cast, name_text

HOW = {
    "signed": gettext_noop("已签"),
    "returned": gettext_noop("退回"),
    "rewritten": gettext_noop("拟稿人改稿重报"),
    "drafted": gettext_noop("改好重报"),
    "dropped": gettext_noop("作废"),
}
LONG = ("text", "long_text")


@dataclass(frozen=True, slots=True)
class Desk:
    """One line of the chain: the desk, who is or was there, since when, how long in working time, how it ended."""

    name: str
    who: str
    since: str
    took: str
    how: str = ""
    said: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a draft that was changed: pieces of text as (mark, text), the mark being "", `ins` or `del`."""

    name: str
    pieces: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a draft's text: its number, who wrote it, when, and what differs from the one before."""

    n: int
    who: str
    when: str
    changes: list[Change]


@dataclass(slots=True)
class Half:
    """One half of the answer on its way: the desks it passed and the versions of its text."""

    title: str
    desks: list[Desk] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)


def halves(
    events: Iterable[Event], order: OrderState, order_type: OrderType, net: Network, now: datetime, calendar: Calendar
) -> list[Half]:
    """Return how each half of the answer was signed, [] where none was drafted; for those who read inner words."""
    past = list(events)

    def kind_of(event: Event) -> OrderType:
        return packs.type_of(event, order_type)

    found: dict[str, Half] = {}
    for half, versions in _versions(past, order_type, net, now).items():
        move = _reply(order_type, half)
        found[half] = Half(move_name(move) if move else half, versions=versions)
    for stay in approval.stays(past, kind_of):
        if stay.half in found:
            found[stay.half].desks.append(_desk(stay, order, order_type, net, now, calendar))
    return [half for half in found.values() if half.desks]


def _reply(order_type: OrderType, half: str) -> Move | None:
    return next((move for move in order_type.by_effect("reply") if move.half == half), None)


def _desk(
    stay: Stay, order: OrderState, order_type: OrderType, net: Network, now: datetime, calendar: Calendar
) -> Desk:
    here = stay.until is None
    name = named(stay.sign) if stay.sign else _("拟稿人修改")
    if here:
        name, who = _waits(stay, order, order_type, net, name)
    else:
        who = name_text(stay.by or {}, net)
    minutes = approval.worked(stay.since, stay.until or now, calendar)
    return Desk(
        name=name,
        who=who,
        since=moments.moment(stay.since, now),
        took=_("已等%(time)s") % {"time": span(minutes)} if here else _("用%(time)s") % {"time": span(minutes)},
        how=_(HOW[stay.how]) if stay.how else "",
        said=stay.said,
        here=here,
    )


def _waits(stay: Stay, order: OrderState, order_type: OrderType, net: Network, name: str) -> tuple[str, str]:
    """Return the desk at which a draft lies now, and who may sign it there: it may have been passed on."""
    draft = order.drafts.get(stay.half)
    cast = Cast(order_type, order, net)
    if draft is None or stay.sign is None:
        return name, cast.names([_drafting(order_type, stay.half)])
    ground = Ground(order_type, net)
    sign = order_type.signs[min(approval.lies(ground, order, draft), len(order_type.signs) - 1)]
    people = approval.signers(ground, order, stay.half)
    if not people:
        return named(sign), _("%(role)s（空缺）") % {"role": role_name(order_type, sign.role)}
    return named(sign), _("、").join(dict.fromkeys(net.name(person) for person, _post in people))


def _drafting(order_type: OrderType, half: str) -> str:
    move = _reply(order_type, half)
    return move.by[0] if move and move.by else ""


def span(minutes: int) -> str:
    """Return 3小时12分, 12分 or 不到1分 for working time."""
    hours, rest = divmod(minutes, 60)
    if hours:
        return _("%(h)s小时%(m)s分") % {"h": hours, "m": rest}
    return _("%(m)s分") % {"m": rest} if rest else _("不到1分")


# ---- versions ----
def _versions(events: list[Event], order_type: OrderType, net: Network, now: datetime) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    texts: dict[str, Mapping[str, Any]] = {}
    for event in events:
        kind = packs.type_of(event, order_type)
        move = kind.moves.get(event.verb)
        if move is None or not kind.signs:
            continue
        if move.effect in ("reply", "edit_draft"):
            before = texts.get(move.half, {})
            text = event.facts if move.effect == "reply" else rewritten(move, before, event.facts)
            made = found.setdefault(move.half, [])
            changes = _changes(before, text, kind, net, now) if made else []
            made.append(Version(len(made) + 1, name_text(event.actor, net), moments.moment(event.at, now), changes))
            texts[move.half] = text
    return found


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], kind: OrderType, net: Network, now: datetime
) -> list[Change]:
    found = []
    for key in dict.fromkeys((*before, *after)):
        spec = kind.fields.get(key)
        if spec is None or before.get(key) == after.get(key) or spec.data_class in ("C2", "C3"):
            continue
        was, is_ = (value_text(spec, one.get(key), net, now) for one in (before, after))
        found.append(Change(field_name(spec), _pieces(spec, was, is_)))
    return found


def _pieces(spec: Field, was: str, is_: str) -> list[tuple[str, str]]:
    """Return what was struck out and what was written in, letter by letter in prose and whole in anything else."""
    if spec.kind not in LONG:
        return [(mark, text) for mark, text in (("del", was), ("ins", is_)) if text]
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, was, is_, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("", was[a:b]))
            continue
        found += [(mark, text) for mark, text in (("del", was[a:b]), ("ins", is_[c:d])) if text]
    return found


def signed_text(events: Iterable[Event], half: str, order_type: OrderType, net: Network, now: datetime) -> str:
    """Return who signed a half that went out, for papers: 科室审核邓云舒（10月20日），部门负责人审定何兵（10月21日）."""

    def kind_of(event: Event) -> OrderType:
        return packs.type_of(event, order_type)

    last: dict[str, Stay] = {}
    for stay in approval.stays(events, kind_of):
        if stay.half != half:
            continue
        if stay.sign is None or stay.how in ("rewritten", "dropped"):
            last = {}  # what was signed before it came back to be written anew has to be signed again
        elif stay.how == "signed":
            last.pop(stay.sign.key, None)
            last[stay.sign.key] = stay
    return _("，").join(
        _("%(desk)s%(who)s（%(day)s）")
        % {
            "desk": named(stay.sign),
            "who": name_text(stay.by or {}, net),
            "day": moments.day(stay.until, now) if stay.until else "",
        }
        for stay in last.values()
        if stay.sign is not None
    )


def signed_on(event: Event, t: OrderType) -> str:
    """Return what a signature did: which halves went out, or to which desk they go on."""
    names = {m.half: move_name(m) for m in t.by_effect("reply")}
    issued, signed = event.then.get("issued", ()), event.then.get("signed", ())
    if issued:
        return _("“%(names)s”已发出") % {"names": _("、").join(names.get(half, half) for half in issued)}
    said = {"names": _("、").join(names.get(half, half) for half in signed)}
    if to := next(iter(event.then.get("desks", {}).values()), None):
        return _("“%(names)s”已签，送%(desk)s") % {**said, "desk": named(t.signs[to])}
    return _("“%(names)s”已签，送下一步") % said


def sent_back(event: Event, t: OrderType) -> str:
    """Return where a draft was sent back to."""
    to = next(iter(event.then.get("desks", {}).values()), None)
    return _("退到%(desk)s") % {"desk": named(t.signs[to])} if to is not None else _("退给拟稿人")
