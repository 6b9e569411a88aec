"""名册: the whole roll of units, posts and holdings as rows; what changes is laid over, never lost.

A unit's earlier names and facts stay in its row under `_was`, each with its last day, so that a look back shows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Value

from bihuan.core.programmes import Programme
from bihuan.core.roll import HoldingEntry, PostEntry, Roll, UnitEntry
from bihuan.store import versions
from bihuan.store.models import Holding, Person, Post, Unit, UnitEdge, Version
from bihuan.store.pinyin import letters

MAIN_TREE = "line"
WAS = "_was"
ONE_DAY = timedelta(days=1)
_SOME = 500


def read(programmes: Iterable[Programme] = ()) -> Roll:
    """Return the whole roll, checked by the kinds these programmes declare; five queries."""
    parents = dict(
        UnitEdge.objects.filter(tree=MAIN_TREE).order_by("since", "id").values_list("child__key", "parent__key")
    )
    units = [
        UnitEntry(
            row.key,
            row.name,
            row.type,
            row.since,
            parents.get(row.key, ""),
            row.until,
            row.name_en,
            facts_of(row.facts),
        )
        for row in Unit.objects.order_by("order", "id")
    ]
    posts = [
        PostEntry(row.key, row.name, row.kind, row.unit.key, row.since, tuple(row.covers), row.until)
        for row in Post.objects.select_related("unit").order_by("unit__order", "id")
    ]
    holdings = [
        HoldingEntry(person, post, since, until, for_ or "")
        for person, post, since, until, for_ in Holding.objects.order_by(
            "post__unit__order", "post_id", "since", "id"
        ).values_list("person__key", "post__key", "since", "until", "stands_for__key")
    ]
    persons = dict(Person.objects.order_by("id").values_list("key", "name"))
    return Roll(units, posts, holdings, persons, programmes)


def hold() -> None:
    """Let no other change of the network run beside this transaction: two could each be right and not both."""
    list(Version.objects.select_for_update().filter(id=1).values_list("id"))


def facts_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts in force in a unit's row, as texts."""
    return {key: str(value) for key, value in facts.items() if not key.startswith("_")}


def as_of(name: str, facts: Mapping[str, Any], day: date) -> tuple[str, dict[str, str]]:
    """Return the name and the facts a unit had on a day."""
    for was in facts.get(WAS, ()):
        if day.isoformat() <= was["until"]:
            return was["name"], facts_of(was["facts"])
    return name, facts_of(facts)


def changed(units: Iterable[str]) -> dict[str, list[date]]:
    """Return the days on which a unit's name or facts became others, by unit; one query."""
    rows = Unit.objects.filter(key__in=list(units)).values_list("key", "facts")
    return {
        key: [date.fromisoformat(was["until"]) + ONE_DAY for was in facts[WAS]] for key, facts in rows if WAS in facts
    }


def save(
    *,
    day: date,
    units: Iterable[UnitEntry] = (),
    posts: Iterable[PostEntry] = (),
    persons: Mapping[str, str] | None = None,
    holdings: Iterable[HoldingEntry] = (),
) -> None:
    """Keep checked entries, new or changed, in the caller's transaction, and let the network's version move on.

    `day` is the first day on which changed names and facts hold; units must come after the ones they stand within.
    """
    _save_units(list(units), day)
    _save_posts(list(posts), day)
    Person.objects.bulk_create(
        [Person(key=key, name=name, pinyin=letters(name)[:120]) for key, name in (persons or {}).items()],
        batch_size=_SOME,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "pinyin"],
    )
    _save_holdings(list(holdings), day)
    versions.bump("network")


def _save_units(units: list[UnitEntry], day: date) -> None:
    if not units:
        return
    known = Unit.objects.in_bulk([one.key for one in units], field_name="key")
    last = Unit.objects.order_by("-order").values_list("order", flat=True).first() or 0
    rows = []
    for one in units:
        old = known.get(one.key)
        last += 1 if old is None else 0
        rows.append(
            Unit(
                key=one.key,
                name=one.name,
                name_en=one.name_en,
                type=one.type,
                facts=_facts(old, one, day),
                pinyin=letters(one.name)[:200],
                since=one.since or day,
                until=one.until,
                order=old.order if old else last,
            )
        )
    changing = ["name", "name_en", "facts", "pinyin", "since", "until"]
    Unit.objects.bulk_create(
        rows, batch_size=_SOME, update_conflicts=True, unique_fields=["key"], update_fields=changing
    )
    _save_edges(units, day)


def _facts(old: Unit | None, new: UnitEntry, day: date) -> dict[str, Any]:
    facts: dict[str, Any] = dict(new.facts)
    if old is None:
        return facts
    was = list(old.facts.get(WAS, ()))
    changed = (old.name, facts_of(old.facts)) != (new.name, facts)
    until = (day - ONE_DAY).isoformat()
    began = was[-1]["until"] if was else (old.since - ONE_DAY).isoformat()
    if changed and until > began:  # what was put right on the day it began leaves no trace here, only in the events
        was.append({"until": until, "name": old.name, "facts": facts_of(old.facts)})
    return {**facts, WAS: was} if was else facts


def _save_edges(units: list[UnitEntry], day: date) -> None:
    ids = dict(Unit.objects.values_list("key", "id"))
    open_edges = {
        edge.child_id: edge
        for edge in UnitEdge.objects.filter(
            tree=MAIN_TREE, until=None, child__key__in=[one.key for one in units]
        ).order_by("id")
    }
    new = []
    for one in units:
        child, parent = ids[one.key], ids.get(one.parent)
        edge = open_edges.get(child)
        if parent is None or one.since is None or (edge is not None and edge.parent_id == parent):
            continue
        if edge is None:
            new.append(UnitEdge(child_id=child, parent_id=parent, tree=MAIN_TREE, since=one.since))
        elif edge.since >= day:
            UnitEdge.objects.filter(pk=edge.pk).update(parent_id=parent)
        else:
            UnitEdge.objects.filter(pk=edge.pk).update(until=day - ONE_DAY)
            new.append(UnitEdge(child_id=child, parent_id=parent, tree=MAIN_TREE, since=day))
    UnitEdge.objects.bulk_create(new, batch_size=_SOME)


def _save_posts(posts: list[PostEntry], day: date) -> None:
    if not posts:
        return
    ids = dict(Unit.objects.filter(key__in={one.unit for one in posts}).values_list("key", "id"))
    rows = [
        Post(
            key=one.key,
            name=one.name,
            kind=one.kind,
            unit_id=ids[one.unit],
            covers=sorted(one.covers),
            since=one.since or day,
            until=one.until,
        )
        for one in posts
    ]
    Post.objects.bulk_create(
        rows,
        batch_size=_SOME,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "covers", "since", "until"],
    )


def _save_holdings(holdings: list[HoldingEntry], day: date) -> None:
    if not holdings:
        return
    posts = dict(Post.objects.filter(key__in={one.post for one in holdings}).values_list("key", "id"))
    people = {one.person for one in holdings} | {one.stands_for for one in holdings}
    persons = dict(Person.objects.filter(key__in=people).values_list("key", "id"))
    have: defaultdict[tuple[Any, ...], list[Holding]] = defaultdict(list)
    for row in Holding.objects.filter(post_id__in=posts.values()):
        have[row.person_id, row.post_id, row.since, row.stands_for_id].append(row)
    new, changed = [], []
    for one in holdings:
        identity = (persons[one.person], posts[one.post], one.since or day, persons.get(one.stands_for))
        if known := have.get(identity):
            known[0].until = one.until
            changed.append(known[0])
        else:
            person, post, since, for_ = identity
            new.append(Holding(person_id=person, post_id=post, since=since, until=one.until, stands_for_id=for_))
    Holding.objects.bulk_update(changed, ["until"], batch_size=_SOME)
    Holding.objects.bulk_create(new, batch_size=_SOME)


def open_work(unit: str, covers: Iterable[str], post: str, person: str) -> dict[str, int]:
    """Return how many open orders hang on a post: as `handler` the person's own, `lead` the unit's, `desk` those of the
    units it covers (or of the unit itself), `supervisor` those it supervises. One query over open work."""
    desks = sorted({unit, *covers})
    marks = ", ".join(["%s"] * len(desks))
    base = "SELECT COUNT(*) FROM store_order WHERE tenant = 1 AND open AND"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({base} handler = %s AND NOT (handler = '')), ({base} lead = %s AND NOT (lead = '')), "
            f"({base} desk IN ({marks})), ({base} supervisor = %s)",
            [person, unit, *desks, post],
        )
        row = cursor.fetchone()
    return dict(zip(("handler", "lead", "desk", "supervisor"), map(int, row), strict=True))


def open_by_unit() -> dict[str, int]:
    """Return how many open orders every unit leads or, as a desk, answers for; one query over open work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lead, COUNT(*) FROM store_order WHERE tenant = 1 AND open AND NOT (lead = '') GROUP BY lead "
            "UNION ALL SELECT desk, COUNT(*) FROM store_order WHERE tenant = 1 AND open AND desk <> '' GROUP BY desk"
        )
        return {unit: int(n) for unit, n in cursor.fetchall()}


def history(posts: Iterable[str]) -> list[dict[str, Any]]:
    """Return every holding of these posts through all time with the names, newest first."""
    rows = Holding.objects.filter(post__key__in=list(posts)).order_by("-since", "-id")
    wanted = ("person__key", "person__name", "post__key", "post__name", "since", "until", "stands_for__name")
    return [dict(row) for row in rows.values(*wanted)]


def latest(day: date, limit: int, without: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the newest holdings that began up to a day, with person, post and unit; kinds of post may be left out."""
    rows = Holding.objects.filter(since__lte=day).exclude(post__kind__in=list(without)).order_by("-since", "-id")
    wanted = ("person__key", "person__name", "post__key", "post__name", "post__unit__key", "post__unit__name")
    return [dict(row) for row in rows.values(*wanted, "since", "until", "stands_for__name")[:limit]]


def held_by(person: str) -> list[dict[str, Any]]:
    """Return every holding of a person through all time with post and unit, newest first."""
    rows = Holding.objects.filter(person__key=person).order_by("-since", "-id")
    post = ("post__key", "post__name", "post__kind", "post__unit__key", "post__unit__name")
    return [dict(row) for row in rows.values(*post, "since", "until", "stands_for__name")]


def growth(unit: str) -> list[dict[str, Any]]:
    """Return what was set up at a unit and directly below it: posts and units with their first and last days."""
    below = UnitEdge.objects.filter(parent__key=unit, tree=MAIN_TREE)
    posts = Post.objects.filter(unit__key=unit)
    found = below.values_list(Value("unit"), "child__name", "since", "until").union(
        posts.values_list(Value("post"), "name", "since", "until"), all=True
    )
    return [{"what": what, "name": name, "since": since, "until": until} for what, name, since, until in found]
