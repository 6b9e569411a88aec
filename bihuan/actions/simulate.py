"""模拟: play N lives through the real actions, for trying out a programme and for load."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bihuan.actions import lives
from bihuan.core.instants import iso
from bihuan.core.programmes import Field, OrderType
from bihuan.core.refusal import Refused
from bihuan.store import calendars, network, notices, packs


def simulate(
    *,
    folder: Path,
    programme: str,
    orders: int,
    days: int,
    seed: int,
    actors: int,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> lives.Played:
    """Play lives of `orders` orders spread over the `days` before `now`; the same seed plays the same lives.

    `actors` bounds how many requesters ask. Raises Refused where the programme's folder has no courses or the network
    has nobody to ask. Moves that are refused end their life and are listed.
    """
    sheet = folder / "seed" / "courses.toml"
    if not sheet.is_file():
        raise Refused("simulate.needs.courses", programme=programme)
    known = lives.courses(tomllib.loads(sheet.read_text(encoding="utf-8")))
    declared = packs.programme(programme)
    order_type = declared.loop
    if order_type is None:
        raise Refused("simulate.needs.courses", programme=programme)
    rng = random.Random(seed)
    askers = _askers(order_type, now)
    if not askers:
        raise Refused("simulate.needs.requesters", programme=programme)
    askers = rng.sample(askers, min(len(askers), max(1, actors)))
    chosen = [c for c in known.values() if c.weight]
    cases = []
    for _ in range(orders):
        course = rng.choices(chosen, [c.weight for c in chosen])[0]
        at = now - timedelta(seconds=rng.uniform(0, days * 86400))
        requester = rng.choice(askers)
        cases.append(lives.Case(at.replace(microsecond=0), requester, course, _facts(order_type, requester, rng)))
    played = lives.play(
        cases, programme=programme, type_=order_type.key, until=now, seed=seed, progress=progress, strict=False
    )
    notices.skip(iso(now))
    return played


def _askers(order_type: OrderType, now: datetime) -> list[str]:
    net = network.snapshot(calendars.calendar().local_day(now))
    kinds = (
        {who.post for who in order_type.roles["requester"].who if who.post}
        if "requester" in order_type.roles
        else set()
    )
    return [u.key for u in net.of_type(order_type.requester) if any(net.staff(u.key, kind) for kind in sorted(kinds))]


def _facts(order_type: OrderType, requester: str, rng: random.Random) -> dict[str, Any]:
    """Return the facts of a made-up matter: every `$` place a course may name."""
    facts: dict[str, Any] = {key: _value(field, rng) for key, field in order_type.fields.items()}
    category = rng.choice(sorted(order_type.catalogue)) if order_type.catalogue else ""
    lead = order_type.catalogue.get(category, "")
    others = sorted({unit for unit in order_type.catalogue.values() if unit != lead})
    second = rng.choice(others) if others else ""
    good = [c.key for c in order_type.fields[order_type.rating].choices if c.key not in order_type.bad_ratings]
    return {
        **facts,
        "category": category,
        "lead": lead,
        "second": second,
        "co": second,
        "result": "solved",
        "confirmed": "yes",
        order_type.rating: rng.choice(good),
        "title": f"模拟诉求{rng.randint(1000, 9999)}",
        "secret": "",
    }


def _value(field: Field, rng: random.Random) -> Any:
    if field.kind in ("choice", "choices"):
        return rng.choice(field.choices).key if field.choices else ""
    if field.kind in ("text", "long_text"):
        return f"模拟：{field.name}"
    if field.kind == "money":
        return f"{rng.randint(1, 300)}万元"
    if field.kind in ("count", "number"):
        return str(rng.randint(1, 40))
    return ""
