"""字段: each kind of field says what it needs, and what an order says about its fields is true."""

from __future__ import annotations

from decimal import Decimal

from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import NOUNS, Node, Pack

CHOOSING = ("choice", "choices")
PRIORITIES: tuple[str, ...] = ("P1", "P2", "P3", "P4")


def check(pack: Pack) -> None:
    """Note what is wrong with fields, the order's own keys, its catalogue, its lights and the choices of its clocks."""
    for order in pack.tables("orders", "order"):
        fields = pack.names("field", order)
        for field in order.many("field"):
            asked(pack, field)
        _order(pack, order, fields)
        _catalogue(pack, order, fields)
        _lights(pack, order)
        for clock in order.many("clock"):
            _limits(pack, clock, fields)


def asked(pack: Pack, field: Node) -> None:
    """Complain of a field, of an order or an entry, that lacks what its kind needs or has what it does not take."""
    kind = field.text("kind")
    if kind in CHOOSING and "choices" not in field.children and "choices" not in field.values:
        pack.add(field, "kind", "choices-missing", key=field.key)
    if kind and kind not in CHOOSING and field.many("choices"):
        pack.add(field, "choices", "choices-extra", key=field.key)
    if kind in ("unit", "units") and not field.text("unit"):
        pack.add(field, "kind", "unit-missing", key=field.key)
    if field.get("past") and kind != "date":
        pack.add(field, "past", "past-kind", key=field.key)
    if kind == "post" and not field.text("post"):
        pack.add(field, "kind", "post-missing", key=field.key)


def _order(pack: Pack, order: Node, fields: dict[str, Node]) -> None:
    for key, kinds, code in (("title", ("text",), "title-kind"), ("rating", ("choice",), "rating-kind")):
        name = order.text(key)
        rated = key == "title" or any(
            move.text("effect") == "rate" or move.key == "rate" for move in order.many("move")
        )
        if name in fields:
            if fields[name].text("kind") not in kinds:
                pack.add(fields[name], "kind", code, key=name)
        elif key not in order.values and rated:
            _unknown(pack, order, key, name, fields)
    levels = choices(fields.get(order.text("rating")))
    for n, level in enumerate(order.texts("bad_ratings")):
        if levels and level not in levels:
            facts = {"table": order.title, "key": "bad_ratings", "what": "评价选项", "word": level}
            pack.add(order, ("bad_ratings", n), "unknown-ref", suggestion=suggestion(level, levels), **facts)
    for n, name in enumerate(order.texts("public")):
        if name in fields and fields[name].get("internal"):
            pack.add(order, ("public", n), "public-internal", key=name)


def _unknown(pack: Pack, order: Node, key: str, name: str, fields: dict[str, Node]) -> None:
    facts = {"table": order.title, "key": key, "what": NOUNS["field"], "word": name}
    pack.add(order, "", "unknown-ref", suggestion=suggestion(name, fields), **facts)


def _catalogue(pack: Pack, order: Node, fields: dict[str, Node]) -> None:
    known = choices(fields.get("category"))
    for word in order.get("catalogue"):
        if word not in known:
            near = suggestion(word, known)
            pack.add(order, ("catalogue", word), "unknown-category", word=word, suggestion=near)


def _lights(pack: Pack, order: Node) -> None:
    lights = order.one("lights")
    if lights is None:
        return
    shares = {key: Decimal(str(lights.get(key))) for key in ("yellow_share", "orange_share") if key in lights.values}
    for key, share in shares.items():
        if not 0 < share < 1 or (key == "orange_share" and share >= shares.get("yellow_share", Decimal(1))):
            pack.add(lights, key, "lights-range", key=key)


def _limits(pack: Pack, clock: Node, fields: dict[str, Node]) -> None:
    by = clock.text("by")
    if by == "priority":
        known = PRIORITIES
        if not {"importance", "urgency"} <= fields.keys():
            pack.add(clock, "by", "by-priority", key=clock.key)
    else:
        known = choices(fields.get(by))
    for word in clock.get("limits"):
        if word not in known and (known or not by):
            facts = {"key": clock.key, "word": word, "by": by}
            pack.add(clock, ("limits", word), "limits-unknown", suggestion=suggestion(word, known), **facts)


def choices(field: Node | None) -> tuple[str, ...]:
    """Return the keys a choosing field offers; none for any other field."""
    return tuple(choice.key for choice in field.many("choices")) if field else ()
