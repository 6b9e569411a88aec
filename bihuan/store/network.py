"""网: the network as it stood on a day, read whole and kept in memory by version and day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q

from bihuan.core import network as core
from bihuan.store import versions
from bihuan.store.models import Holding, Order, Person, Post, Unit, UnitEdge
from bihuan.store.roll import MAIN_TREE, as_of


def snapshot(day: date) -> core.Network:
    """Return the network of that day."""
    return _snapshot(versions.current().network, day)


@lru_cache(maxsize=8)
def _snapshot(version: int, day: date) -> core.Network:
    parents: defaultdict[str, dict[str, str]] = defaultdict(dict)
    alive = Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))
    for child, parent, tree in UnitEdge.objects.filter(alive).values_list("child__key", "parent__key", "tree"):
        parents[child][tree] = parent
    units = []
    for row in Unit.objects.filter(alive).order_by("order", "id"):
        name, facts = as_of(row.name, row.facts, day)
        units.append(
            core.Unit(
                key=row.key,
                name=name,
                name_en=row.name_en,
                type=row.type,
                parent=parents[row.key].get(MAIN_TREE, ""),
                parents=dict(parents[row.key]),
                facts=facts,
                since=row.since,
                until=row.until,
                pinyin=row.pinyin,
            )
        )
    posts = [_post(row) for row in Post.objects.filter(alive).select_related("unit").order_by("unit__order", "id")]
    held = [
        core.Holding(person=person, post=post, since=since, until=until, stands_for=for_ or "")
        for person, post, since, until, for_ in Holding.objects.filter(alive)
        .order_by("since", "id")
        .values_list("person__key", "post__key", "since", "until", "stands_for__key")
    ]
    # Who stands in acts for a holder: once there is none, nobody signs in their name, whatever end was written down.
    own = {(one.person, one.post) for one in held if not one.stands_for}
    holdings = [one for one in held if not one.stands_for or (one.stands_for, one.post) in own]
    persons = dict(Person.objects.values_list("key", "name"))
    keepers: defaultdict[str, set[str]] = defaultdict(set)
    for keeper in Order.objects.filter(tenant=1).exclude(keeper="").values_list("keeper", flat=True).distinct():
        person, _, kind = keeper.rpartition("~")
        keepers[person].add(kind)
    return core.Network(
        day, version, units, posts, holdings, persons, {person: frozenset(kinds) for person, kinds in keepers.items()}
    )


def _post(row: Post) -> core.Post:
    covers = frozenset(row.covers)
    return core.Post(row.key, row.name, row.kind, row.unit.key, covers, since=row.since, until=row.until)


def of_all_time(day: date) -> core.Network:
    """Return a network with the units and posts of all time under their last names, holders those of the day.

    For what is recorded late or taken over from old sheets: each unit says from when to when there was one.
    """
    return _of_all_time(versions.current().network, day)


@lru_cache(maxsize=2)
def _of_all_time(version: int, day: date) -> core.Network:
    today = _snapshot(version, day)
    units = [
        today.units.get(row.key)
        or core.Unit(key=row.key, name=row.name, type=row.type, name_en=row.name_en, since=row.since, until=row.until)
        for row in Unit.objects.order_by("order", "id")
    ]
    posts = [_post(row) for row in Post.objects.select_related("unit").order_by("unit__order", "id")]
    held = [holding for post in today.posts for holding in today.holders(post)]
    return core.Network(day, version, units, posts, held, today.persons)


def put_unit(
    *,
    key: str,
    name: str,
    type_: str,
    parent: str,
    since: date,
    until: date | None = None,
    tree: str = MAIN_TREE,
    facts: dict[str, Any] | None = None,
    name_en: str = "",
    pinyin: str = "",
    order: int = 0,
) -> bool:
    """Keep a unit and its place in a tree; return whether anything changed."""
    row, made = Unit.objects.get_or_create(
        key=key,
        defaults={
            "name": name,
            "type": type_,
            "since": since,
            "until": until,
            "facts": facts or {},
            "name_en": name_en,
            "pinyin": pinyin,
            "order": order,
        },
    )
    changed = made
    if not made:
        new = {"name": name, "until": until, "facts": {**row.facts, **(facts or {})}, "name_en": name_en or row.name_en}
        if any(getattr(row, k) != v for k, v in new.items()):
            Unit.objects.filter(pk=row.pk).update(**new)
            changed = True
    if parent:
        above = Unit.objects.get(key=parent)
        edge = UnitEdge.objects.filter(child=row, tree=tree, until=None).select_related("parent").first()
        if edge is None or edge.parent_id != above.pk:
            if edge is not None:
                edge.until = max(edge.since, since - timedelta(days=1))
                edge.save(update_fields=["until"])
            UnitEdge.objects.create(child=row, parent=above, tree=tree, since=since)
            changed = True
    return changed


def put_post(*, key: str, name: str, kind: str, unit: str, since: date, covers: list[str]) -> bool:
    """Keep a post; return whether anything changed."""
    above = Unit.objects.get(key=unit)
    row, made = Post.objects.get_or_create(
        key=key, defaults={"name": name, "kind": kind, "unit": above, "since": since, "covers": sorted(covers)}
    )
    if not made and (row.covers != sorted(covers) or row.name != name):
        Post.objects.filter(pk=row.pk).update(covers=sorted(covers), name=name)
        return True
    return made


def put_person(*, key: str, name: str, pinyin: str = "") -> bool:
    """Keep a person's name; return whether it is new or changed."""
    row, made = Person.objects.get_or_create(key=key, defaults={"name": name, "pinyin": pinyin})
    if not made and row.name != name:
        Person.objects.filter(pk=row.pk).update(name=name)
        return True
    return made


def put_holding(*, person: str, post: str, since: date, until: date | None = None, stands_for: str = "") -> bool:
    """Keep that a person holds a post; return whether it is new or its end changed."""
    row, made = Holding.objects.get_or_create(
        person=Person.objects.get(key=person),
        post=Post.objects.get(key=post),
        since=since,
        stands_for=Person.objects.get(key=stands_for) if stands_for else None,
        defaults={"until": until},
    )
    if not made and row.until != until:
        Holding.objects.filter(pk=row.pk).update(until=until)
        return True
    return made


def end_holding(*, person: str, post: str, until: date) -> int:
    """Let a person's open holdings of a post end on a day; return how many."""
    return Holding.objects.filter(person__key=person, post__key=post, until=None).update(until=until)


def dissolve(*, unit: str, until: date) -> int:
    """Let a unit end on a day."""
    return Unit.objects.filter(key=unit).update(until=until)
