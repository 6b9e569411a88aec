"""版本之差: what is different between two versions of a programme, and which running orders that would touch.

Compared is what was published, as plain data. Each difference has a verdict of `core.verdicts`. A running order stays
with its version, so nothing of it happens by publishing; the verdict says what a migration would meet. What who may see
is the exception: it follows the newest version at once (`Difference.at_once`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bihuan.core.chain import canonical
from bihuan.core.clocks import limit_of, running
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Clock
from bihuan.core.verdicts import AHEAD, BEGINNING, BEHIND, NOUNS, WORDING, Rule

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which running orders a difference concerns.

    `kind` is "" (none) | all | types | state | clock | limit | clocks | field | choice; `keys` are what it names.
    """

    kind: str = ""
    keys: tuple[str, ...] = ()
    limits: tuple[Clock, Clock] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `noun` says what it is about (order, field, state, move, clock …), `key` which one.

    `what` is added | removed | changed | sorted; a change names its `attribute` with the values before and after,
    None where it was not written. `name` and `name_en` are what the thing is called in the later version that has it.
    """

    verdict: str
    what: str
    noun: str
    type: str
    key: str
    name: str
    name_en: str = ""
    attribute: str = ""
    before: Any = None
    after: Any = None
    scope: Scope = field(default_factory=Scope)

    @property
    def at_once(self) -> bool:
        """Whether it holds for running orders as soon as the version is published."""
        return self.noun == "role" and self.verdict != WORDING


def diff(before: Table, after: Table) -> list[Difference]:
    """Return every difference between two published contents, in the order of the pack's files."""
    found: list[Difference] = []
    old, new = (_by(("key",), one.get("orders", {}).get("order", ())) for one in (before, after))
    whole = _Whole(before, {key: (_steps(old[key]), _steps(new[key])) for key in old.keys() & new.keys()})
    for part in ("programme", "network"):
        found += _tables(part, "", "", before.get(part, {}), after.get(part, {}), whole)
    found += _listed("order", "", "", old, new, whole)
    for part in ("ledger", "statistics", "reviews", "reports"):
        found += _tables(part, "", "", before.get(part, {}), after.get(part, {}), whole)
    return found


def concerned(one: Difference, order: OrderState) -> bool:
    """Whether a running order is among those that a difference would touch if it were moved."""
    scope = one.scope
    if not scope.kind or (one.type and order.type != one.type):
        return False
    match scope.kind:
        case "all":
            return True
        case "types":
            return order.type in scope.keys
        case "state":
            return order.state in scope.keys
        case "clocks":
            return any(running(clock) for clock in order.clocks.values())
        case "clock":
            return _runs(order, scope.keys[0])
        case "limit":
            assert scope.limits is not None
            old, new = scope.limits
            return _runs(order, scope.keys[0]) and limit_of(old, order) != limit_of(new, order)
        case "field":
            return bool(held(order, scope.keys[0]))
    value = held(order, scope.keys[0])
    return scope.keys[1] in (value if isinstance(value, list | tuple) else (value,))


def _runs(order: OrderState, key: str) -> bool:
    return any(running(clock) for name, clock in order.clocks.items() if name.partition(":")[0] == key)


def held(order: OrderState, key: str) -> Any:
    """Return what an order holds of a field, from its beginning or in what waits or was answered; None if nothing."""
    if key in ("title", "category", "importance", "urgency"):
        return getattr(order, key) or None
    if key in order.fields:
        return order.fields[key]
    for part in facts_of(order):
        if key in part:
            return part[key]
    return None


def facts_of(order: OrderState) -> Iterator[Mapping[str, Any]]:
    """Yield what an order holds besides what it began with: requests, drafts, answers, ratings' measures."""
    for part in (*order.asks.values(), *order.drafts.values(), *order.replies.values()):
        yield part.get("facts", {})
    yield order.measures


def reused(before: Table, after: Table) -> list[tuple[str, str, str, str, str]]:
    """Return (order type, field | move, key, was, is) of every key that came to mean another sort of thing.

    For the ledger it is (activity, measure | entry_field, key, was, is).

    A field keeps its kind and a verb its effect for ever, so that what was recorded can be read under any version.
    """
    found = []
    old, new = (_by(("key",), one.get("orders", {}).get("order", ())) for one in (before, after))
    for type_ in old.keys() & new.keys():
        for noun, key, sort in (("field", "key", "kind"), ("move", "verb", "effect")):
            had = {one[key]: one.get(sort, one[key]) for one in old[type_].get(noun, ())}
            for one in new[type_].get(noun, ()):
                is_ = one.get(sort, one[key])
                if had.get(one[key], is_) != is_:
                    found.append((type_, noun, one[key], had[one[key]], is_))
    books, now = (_by(("key",), one.get("ledger", {}).get("activity", ())) for one in (before, after))
    for book in books.keys() & now.keys():
        for noun, table in (("measure", "measure"), ("entry_field", "field")):
            kinds = {one["key"]: one["kind"] for one in books[book].get(table, ())}
            for one in now[book].get(table, ()):
                if kinds.get(one["key"], one["kind"]) != one["kind"]:
                    found.append((book, noun, one["key"], kinds[one["key"]], one["kind"]))
    words, then = (_by(("key",), one.get("statistics", {}).get("series", ())) for one in (before, after))
    for key in words.keys() & then.keys():
        if words[key]["word"] != then[key]["word"]:
            found.append((key, "series", key, words[key]["word"], then[key]["word"]))
    return sorted(found)


# ---- how two tables are compared ----
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_NAMING = ("from", "to", "starts", "stops", "restarts")  # attributes that name states and verbs


@dataclass(frozen=True, slots=True)
class _Whole:
    """The earlier content, and for every kind of order the states and verbs it had and has."""

    before: Table
    steps: Mapping[str, tuple[frozenset[str], frozenset[str]]]

    def follows(self, type_: str, a: Any, b: Any) -> bool:
        """Whether two values differ only because a state or verb they name came or went, which is told by itself."""
        had, has = self.steps.get(type_, (frozenset(), frozenset()))
        old, new = ([value] if isinstance(value, str) else list(value or ()) for value in (a, b))
        return [one for one in old if _root(one) in has] == [one for one in new if _root(one) in had]


def _root(token: str) -> str:
    return token.partition(".")[0]


def _steps(order: Table) -> frozenset[str]:
    states = {one["key"] for one in order.get("state", ())}
    return frozenset(states | {one["verb"] for one in order.get("move", ())} | {"bad_rating", "good_rating"})


def _tables(noun: str, type_: str, key: str, old: Table, new: Table, whole: _Whole) -> list[Difference]:
    """Return the differences of one table that both versions have, its own attributes first."""
    rules = NOUNS[noun]
    found: list[Difference] = []
    for name in sorted(old.keys() | new.keys()):
        if name in rules.known or any(name == child for child, _ in rules.children):
            continue
        a, b = old.get(name), new.get(name)
        if a == b or (a in _EMPTY and b in _EMPTY) or (name in _NAMING and whole.follows(type_, a, b)):
            continue
        if isinstance(a or b, Mapping) and name != "lights":
            parts = [(f"{name}.{k}", (a or {}).get(k), (b or {}).get(k)) for k in sorted({**(a or {}), **(b or {})})]
        else:
            parts = [(name, a, b)]
        for attribute, was, is_ in parts:
            if was != is_:
                verdict, scope = _judged(noun, name, old, new)
                placed = _scope(scope, type_, key, old, new, whole)
                if attribute == "from" and verdict == BEHIND:
                    placed = Scope("state", tuple(sorted(set(was or ()) - set(is_ or ()))))
                found.append(_made(verdict, "changed", noun, type_, key, new, attribute, was, is_, placed))
    for name, child in rules.children:
        had, has = (_by(NOUNS[child].known, one.get(name, ())) for one in (old, new))
        inner = key if noun == "order" else type_
        found += _listed(child, inner, key if noun.endswith("field") or noun == "activity" else "", had, has, whole)
    return found


def _listed(
    noun: str, type_: str, above: str, old: Mapping[str, Table], new: Mapping[str, Table], whole: _Whole
) -> Iterator[Difference]:
    """Yield the differences of a list of tables: what went, what came, what changed, what stands in another order."""
    rules = NOUNS[noun]
    for key, was in old.items():
        full = f"{above}.{key}" if above else key
        if key not in new:
            verdict, scope = _judged(noun, "", was, was)
            where = type_ or (key if noun == "order" else "")
            yield _made(verdict, "removed", noun, where, full, was, scope=_scope(scope, where, full, was, was, whole))
        else:
            yield from _tables(noun, type_ or (key if noun == "order" else ""), full, was, new[key], whole)
    for key, is_ in new.items():
        if key not in old:
            yield _made(
                AHEAD, "added", noun, type_ or (key if noun == "order" else ""), f"{above}.{key}" if above else key, is_
            )
    both = [key for key in old if key in new]
    if rules.known and both != [key for key in new if key in old]:
        yield Difference(WORDING, "sorted", noun, type_, above, "")


def _judged(noun: str, attribute: str, old: Table, new: Table) -> Rule:
    """Return verdict and scope of an attribute, or ("") of the whole table's going."""
    rules = NOUNS[noun]
    rule = rules.attributes.get(attribute, rules.other) if attribute else rules.removed
    if rule[0] == BEHIND and noun == "move":
        effect = old.get("effect", old.get("verb"))
        looser = attribute == "needs" and set(new.get(attribute, ())) < set(old.get(attribute, ()))
        wider = attribute == "from" and set(new.get(attribute, ())) > set(old.get(attribute, ()))
        if effect in BEGINNING or looser or wider:
            return AHEAD, ""
    return rule


def _scope(kind: str, type_: str, key: str, old: Table, new: Table, whole: _Whole) -> Scope:
    match kind:
        case "type":
            return Scope("types", (type_ or key,))
        case "types":
            return Scope("types", tuple(_naming(key, whole.before)))
        case "from":
            return Scope("state", tuple(old.get("from", ())))
        case "choice":
            return Scope("choice", tuple(key.split(".", 1)))
        case "limit":
            return Scope("limit", (key,), (_clock(old), _clock(new)))
        case "state" | "clock" | "field":
            return Scope(kind, (key,))
    return Scope(kind)


def _clock(table: Table) -> Clock:
    return Clock(table["key"], "", table["limit"], (), (), by=table.get("by", ""), limits=table.get("limits", {}))


def _naming(key: str, whole: Table) -> Iterator[str]:
    """Yield the kinds of order that name a kind of unit or post."""
    for order in whole.get("orders", {}).get("order", ()):
        named = {order.get("requester"), order.get("desk")}
        named |= {one.get(name) for one in order.get("field", ()) for name in ("unit", "post")}
        named |= {who.get("post") for role in order.get("role", ()) for who in role.get("who", ())}
        if key in named:
            yield order["key"]


def _by(known: Sequence[str], tables: Iterable[Table]) -> dict[str, Table]:
    """Return tables by what makes them the same thing; those that nothing does are the same where all is equal."""
    return {".".join(one[key] for key in known if one.get(key)) if known else canonical(one): one for one in tables}


def _made(
    verdict: str,
    what: str,
    noun: str,
    type_: str,
    key: str,
    table: Table,
    attribute: str = "",
    before: Any = None,
    after: Any = None,
    scope: Scope | None = None,
) -> Difference:
    name, english = str(table.get("name", "")), str(table.get("name_en", ""))
    return Difference(verdict, what, noun, type_, key, name, english, attribute, before, after, scope or Scope())
