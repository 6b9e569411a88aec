"""Random lives for property tests: whoever may do something does it, with facts made up from the pack's fields."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from bihuan.actions import orders
from bihuan.core.order_state import OrderState
from bihuan.core.orders import Option
from bihuan.core.permission import Actor, link_to
from bihuan.core.programmes import Field, Move
from bihuan.core.refusal import Refused
from bihuan.store import packs
from bihuan.store.orders import NotFound
from tests import cast

# Moves that end a life or say little: seldom made, so that walks get somewhere.
RARE = ("refuse", "merge", "withdraw", "recuse", "remind", "instruct", "supplement", "redispatch", "ask_termination")
DEPARTMENTS = ("labour_bureau", "science_bureau", "finance_bureau")


def value(field: Field, rng: random.Random, now: datetime, order: OrderState) -> Any:
    """Return a plausible value of a field; sometimes one that will be refused."""
    if field.kind == "choice":
        return rng.choice(field.choices).key
    if field.kind == "choices":
        return [rng.choice(field.choices).key]
    if field.kind == "unit":
        return rng.choice(DEPARTMENTS) if field.unit == "department" else "foundry"
    if field.kind == "units":
        return rng.sample(DEPARTMENTS, rng.randint(0, 2))
    if field.kind == "post":
        return "zone.supervisor"
    if field.kind == "person":
        return rng.choice(["wang", "liyun", "lihang", "wubo"])
    if field.kind == "date":
        return (now + timedelta(days=rng.randint(-1, 60))).date().isoformat()
    if field.kind in ("money", "count", "number"):
        return str(rng.randint(0, 5000))
    if field.kind == "phone":
        return "13800000618"
    if field.kind == "yes_no":
        return rng.random() < 0.5
    if field.kind == "order":
        return order.number
    if field.kind == "files":
        return []
    return rng.choice(["已联系", "请尽快办理", "情况属实", "资料齐全"])


def facts(move: Move, fields: Any, rng: random.Random, now: datetime, order: OrderState) -> dict[str, Any]:
    """Return facts for a move: what it needs and, now and then, what it takes."""
    wanted = [*move.needs, *(key for key in move.takes if rng.random() < 0.4)]
    return {key: value(fields[key], rng, now, order) for key in wanted}


def place(now: datetime, rng: random.Random) -> OrderState:
    """Return a new order of the cast's enterprise."""
    return orders.submit_order(
        actor=cast.actor("chen", now),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        channel="officer",
        facts={
            "title": "招工",
            "category": rng.choice(["recruitment", "finance", "arrears"]),
            "facts": "缺人。",
            "contact_phone": "13800000618",
        },
        now=now,
    )


def walk(seed: int, steps: int) -> tuple[OrderState, datetime, int]:
    """Play one random life and return the order, the time it ended and how many moves were refused on their facts."""
    rng = random.Random(seed)
    now = cast.NOW
    order = place(now, rng)
    order_type = packs.order_type(order.bundle, order.type)
    refused = 0
    for _ in range(steps):
        now += timedelta(minutes=rng.choice([1, 30, 300, 1500, 6000, 20000]))
        actors: list[Actor] = [cast.actor(person, now) for person in cast.POST_OF] + [link_to(order.id)]
        rng.shuffle(actors)
        chosen: tuple[Actor, Option] | None = None
        wished = "main" if rng.random() < 0.75 else "any"
        for actor in actors:
            possible = [o for o in orders.options_for(actor=actor, order=order, now=now) if o.yes]
            lively = [o for o in possible if o.move.main or (wished == "any" and o.move.verb not in RARE)]
            if not lively and rng.random() < 0.02:
                lively = possible
            if lively:
                chosen = actor, rng.choice(lively)
                break
        if chosen is None:
            continue
        actor, option = chosen
        given = facts(option.move, order_type.fields, rng, now, order)
        try:
            _, order = orders.move_order(actor=actor, id_=order.id, verb=option.move.verb, facts=given, now=now)
        except (Refused, NotFound):
            refused += 1
    return order, now, refused
