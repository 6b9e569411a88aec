"""单位: its figures, its posts with who holds them and since when, and what changed, as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.network import Holding, Network, Post, Unit
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.roll import COUNTS
from bihuan.store import lists
from bihuan.store.lists import Asked
from bihuan.web.network_tree import address
from bihuan.words import moments
from bihuan.words.network import fact_name, powers
from bihuan.words.orders import named

MOVES = 4  # named in the table; the rest is counted and opens
CHANGES = 12
LISTED = 1000  # units in one list; a cap that was hit is said
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a unit and where it opens."""

    name: str
    value: str
    href: str = ""
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a post: `other` are further posts of theirs as (name with unit, address, in another body)."""

    name: str
    href: str
    since: date
    until: date | None
    stands_for: str = ""
    other: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """One post as the table shows it. `elsewhere` is the unit it belongs to where it only looks after this one."""

    key: str
    name: str
    kind: str
    elsewhere: str
    href: str
    holders: tuple[Holder, ...]
    ahead: tuple[str, ...]
    does: tuple[str, ...]
    more: tuple[str, ...]
    covers: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what changed: when, in bold what, then how."""

    when: date
    what: str
    how: str = ""


@dataclass(slots=True)
class UnitPage:
    """Everything the page of a unit draws."""

    unit: Unit
    type_name: str
    above: list[Unit]
    twins: list[tuple[str, str]]
    figures: list[Figure]
    facts: list[tuple[str, str]]
    seats: list[Seat]
    changes: list[Change]
    earlier: list[Change]
    listed: list[tuple[Unit, str]] = field(default_factory=list)
    listed_name: str = ""
    listed_n: int = 0
    listed_facts: list[tuple[str, str, int | None]] = field(default_factory=list)


def posts_shown(net: Network, unit: str) -> list[Post]:
    """Return the posts of a unit, then those elsewhere that look after it."""
    own = net.posts_at(unit)
    return own + [post for post in net.posts.values() if unit in post.covers and post.unit != unit]


def page_of(
    net: Network,
    unit: Unit,
    *,
    programmes: Mapping[str, Programme],
    held: list[dict[str, Any]],
    grown: list[dict[str, Any]],
    actor: Actor,
    now: datetime,
    at: date | None,
    work: Mapping[str, int],
    list_: str = "",
) -> UnitPage:
    """Return a unit's page on the network's day; `held` and `grown` are the store's history of its posts and units."""
    types = {key: type_ for one in programmes.values() for key, type_ in one.unit_types.items()}
    changes = _changes(net, unit, held, grown)
    below = net.below(unit.key, list_) if list_ in types else []
    return UnitPage(
        unit=unit,
        type_name=named(types[unit.type]) if unit.type in types else unit.type,
        above=_above(net, unit),
        twins=_twins(net, unit, at),
        figures=_figures(net, unit, programmes, actor, now, at, work),
        facts=[(fact_name(key), value) for key, value in unit.facts.items()],
        seats=[_seat(net, post, unit, programmes, held, now, at) for post in posts_shown(net, unit.key)],
        changes=changes[:CHANGES],
        earlier=changes[CHANGES:],
        listed=[(one, net.name(one.parent)) for one in below[:LISTED]],
        listed_name=named(types[list_]) if list_ in types else "",
        listed_n=len(below),
        listed_facts=[(key, fact_name(key), _total(below, key)) for key in types[list_].facts] if below else [],
    )


def _above(net: Network, unit: Unit) -> list[Unit]:
    found: list[Unit] = []
    parent = unit.parent
    while parent in net.units and len(found) < 20:
        found.insert(0, net.units[parent])
        parent = net.units[parent].parent
    return found


def _twins(net: Network, unit: Unit, at: date | None) -> list[tuple[str, str]]:
    """The bodies that share their leading people with this one: 交叉任职."""
    shared: dict[str, int] = {}
    for post in net.posts_at(unit.key):
        for held in net.holders(post.key):
            for other in net.held_by(held.person):
                body = net.posts[other.post].unit
                if body != unit.key and not held.stands_for and not other.stands_for:
                    shared[body] = shared.get(body, 0) + 1
    near = [key for key in shared if net.units[key].parent == unit.key or unit.parent == key]
    return [(net.name(key), address(key, at)) for key in near]


def _figures(
    net: Network,
    unit: Unit,
    programmes: Mapping[str, Programme],
    actor: Actor,
    now: datetime,
    at: date | None,
    work: Mapping[str, int],
) -> list[Figure]:
    found: list[Figure] = []
    bounds = {(c.every, c.has): c for one in programmes.values() for c in one.coverages}
    for programme in programmes.values():
        for key, type_ in programme.unit_types.items():
            below = net.below(unit.key, key)
            if len(below) < 2 or len(found) > 2:
                continue
            asked = bounds.get((unit.type, key))
            sub = _("应%(min)s—%(max)s个") % {"min": asked.min, "max": asked.max} if asked and asked.max else ""
            found.append(Figure(named(type_), str(len(below)), address(unit.key, at, list=key), sub))
            for fact in type_.facts:
                if fact in COUNTS:
                    found.append(Figure(fact_name(fact), str(_total(below, fact)), address(unit.key, at, list=key)))
    return found[:3] + _work(unit, programmes, actor, now, at, work)


def _work(
    unit: Unit,
    programmes: Mapping[str, Programme],
    actor: Actor,
    now: datetime,
    at: date | None,
    work: Mapping[str, int],
) -> list[Figure]:
    """The open orders of a desk, a lead unit or a requester. The figure opens only where it opens as many rows."""
    if at is not None:
        return []
    kinds = [order for one in programmes.values() for order in one.orders.values() if order.looped]
    column = ""
    if any(unit.type == order.desk for order in kinds):
        column = "desk"
    elif any(unit.type in {f.unit for f in order.fields.values() if f.kind == "unit"} for order in kinds):
        column = "lead"
    if any(unit.type == order.requester for order in kinds):
        column = "requester"
    if not column:
        return []
    asked = {
        "open": Asked(open=True, **{column: unit.key}),  # type: ignore[arg-type]
        "late": Asked(open=True, light="red", **{column: unit.key}),  # type: ignore[arg-type]
    }
    n = lists.counts(seen_by=actor, programmes=programmes.values(), asked=asked, now=now)
    seen, total = n["open"], work.get(unit.key, 0) if column != "requester" else n["open"]
    href = f"/orders/?view=open&{column}={unit.key}" if seen else ""
    late = _("逾期%(n)s件") % {"n": n["late"]}
    if seen == total:
        return [Figure(_("在办工单"), str(total), href, late)]
    if seen:
        return [Figure(_("在办工单"), str(seen), href, _("您可看的；共%(n)s件") % {"n": total})]
    return [Figure(_("在办工单"), str(total), "", _("不在您可看的范围"))]


def _seat(
    net: Network,
    post: Post,
    unit: Unit,
    programmes: Mapping[str, Programme],
    held: list[dict[str, Any]],
    now: datetime,
    at: date | None,
) -> Seat:
    does = powers(programmes, post.kind)
    day = net.day
    ahead = [
        _("%(from)s起由%(person)s%(way)s")
        % {
            "from": moments.day(row["since"], now),
            "person": row["person__name"],
            "way": _("代%(name)s") % {"name": row["stands_for__name"]} if row["stands_for__name"] else _("担任"),
        }
        + (_("，到%(day)s") % {"day": moments.day(row["until"], now)} if row["until"] else "")
        for row in held
        if row["post__key"] == post.key and row["since"] > day
    ]
    return Seat(
        key=post.key,
        name=post.name,
        kind=post.kind,
        elsewhere=net.name(post.unit) if post.unit != unit.key else "",
        href=address(post.unit, at),
        holders=tuple(_holder(net, one, post, at) for one in net.holders(post.key)),
        ahead=tuple(ahead),
        does=tuple(does[:MOVES]),
        more=tuple(does[MOVES:]),
        covers=_("、").join(net.name(key) for key in sorted(post.covers)) if post.unit == unit.key else "",
    )


def _holder(net: Network, one: Holding, post: Post, at: date | None) -> Holder:
    other = []
    for held in net.held_by(one.person):
        if held.post != post.key:
            there = net.posts[held.post]
            name = there.name if there.unit == post.unit else f"{net.name(there.unit)} {there.name}"
            other.append((name, address(there.unit, at), there.unit != post.unit and not held.stands_for))
    return Holder(
        name=net.name(one.person),
        href=reverse("network_person", args=[one.person]),
        since=one.since,
        until=one.until,
        stands_for=net.name(one.stands_for) if one.stands_for else "",
        other=tuple(other),
    )


def _total(units: list[Unit], fact: str) -> int | None:
    """The sum of a counted fact over units; None for a fact that is no count."""
    return sum(int(one.facts.get(fact, 0) or 0) for one in units) if fact in COUNTS else None


def _changes(net: Network, unit: Unit, held: list[dict[str, Any]], grown: list[dict[str, Any]]) -> list[Change]:
    """What changed at a unit up to the network's day, the newest first."""
    day = net.day
    found = [Change(unit.since, _("设立"))] if unit.since else []
    mine = {post.key for post in net.posts_at(unit.key)}
    own = [row for row in held if not row["stands_for__name"] and row["post__key"] in mine]
    followed = set()
    for row in own:
        before = next(
            (r for r in own if r["post__key"] == row["post__key"] and r["until"] == row["since"] - ONE_DAY), None
        )
        if before:
            followed.add((before["post__key"], before["person__key"], before["until"]))
            found.append(Change(row["since"], row["post__name"], f"{before['person__name']} → {row['person__name']}"))
        elif row["since"] != unit.since:
            found.append(Change(row["since"], row["post__name"], row["person__name"]))
    for row in own:
        if row["until"] and (row["post__key"], row["person__key"], row["until"]) not in followed:
            left = _("%(person)s离任，暂缺") % {"person": row["person__name"]}
            found.append(Change(row["until"] + ONE_DAY, row["post__name"], left))
    for row in grown:
        if row["since"] != unit.since:
            word = _("增设") if row["what"] == "unit" else _("增设岗位")
            found.append(Change(row["since"], word, row["name"]))
        if row["until"]:
            found.append(Change(row["until"] + ONE_DAY, _("撤并"), row["name"]))
    return sorted((one for one in found if one.when <= day), key=lambda one: one.when, reverse=True)
