"""网: the invented county of the benchmark, and two programmes: the shipped one, and its shortest life."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from bihuan.core.permission import Actor
from bihuan.packs import loader
from bihuan.store import network, packs, people, versions

SHIPPED = Path(__file__).resolve().parent.parent / "programmes" / "enterprise_order"
PROGRAMME, SEVEN, TYPE = "enterprise_order", "seven_steps", "enterprise_request"
# Thursday 29 September 2022, 10:20 in Changde.
NOW = datetime(2022, 9, 29, 2, 20, tzinfo=UTC)
SINCE = date(2015, 1, 1)
CHAINS, OFFICES, FIRMS = 8, 24, 160

# Which of the shipped moves remain, and what of them differs.
_SEVEN: dict[str, dict[str, Any]] = {
    "submit": {"to": "registered"},
    "dispatch": {},
    "accept": {},
    "reply_requester": {"to": "in_progress"},
    "reply_desk": {},
    "rate": {"from": ["replied"]},
    "close": {"from": ["replied"]},
}


def seven_steps() -> dict[str, Any]:
    """Return the shipped programme without registering, signing and checking: seven steps from 点单 to 销号.

    Roles, fields, guards, clocks and the ladder stay; the clocks begin and end at the moves that are left.
    """
    content = loader.load(SHIPPED).content
    order = content["orders"]["order"][0]
    order["approval"], order["sign"] = [], []
    order["move"] = [move | _SEVEN[move["verb"]] for move in order["move"] if move["verb"] in _SEVEN]
    starts = {"dispatching": ["submit"], "rating_window": ["replied"], "registering": [], "checking": []}
    for clock in order["clock"]:
        clock["starts"] = starts.get(clock["key"], clock["starts"])
    content["programme"] |= {"key": SEVEN, "name": "七步单"}
    return content


def found() -> None:
    """Make the county in an empty database: both programmes, units, posts and holders."""
    published = NOW - timedelta(days=2500)
    with transaction.atomic():
        packs.publish(loader.load(SHIPPED).content, note="", by="", now=published)
        packs.publish(seven_steps(), note="", by="", now=published)
        _unit("zone", "zone", "示例经开区", "")
        _unit("liangxin", "liangxin_committee", "“两新”组织党委", "zone")
        _post("zone.leader", "zone_leader", "zone", "leader")
        _post("zone.supervisor", "supervising_leader", "zone", "supervisor")
        for n in range(CHAINS):
            _unit(f"chain{n}", "chain_committee", f"产业链党委{n}", "liangxin")
            _post(f"chain{n}.secretary", "chain_secretary", f"chain{n}", f"secretary{n}")
        for n in range(0, CHAINS, 4):
            covers = [f"chain{m}" for m in range(n, n + 4)]
            _post(f"desk{n // 4}", "dispatcher", "liangxin", f"dispatcher{n // 4}", covers)
        for n in range(OFFICES):
            _unit(f"office{n}", "department", f"职能部门{n}", "zone")
            _post(f"office{n}.head", "department_head", f"office{n}", f"head{n}")
            for m in range(3):
                _post(f"office{n}.handler{m}", "handler", f"office{n}", f"handler{n}_{m}")
        for n in range(FIRMS):
            _unit(f"firm{n}", "enterprise", f"示例企业{n}", f"chain{n % CHAINS}")
            _post(f"firm{n}.contact", "enterprise_contact", f"firm{n}", f"contact{n}")
        versions.bump("network")


def actor(person: str, now: datetime = NOW) -> Actor:
    """Return somebody of the county acting in their post; raises LookupError."""
    found_ = people.actor(person, "", now)
    if found_ is None:
        raise LookupError(person)
    return found_


def _unit(key: str, type_: str, name: str, parent: str) -> None:
    network.put_unit(key=key, name=name, type_=type_, parent=parent, since=SINCE)


def _post(key: str, kind: str, unit: str, person: str, covers: list[str] | None = None) -> None:
    network.put_post(key=key, name=key, kind=kind, unit=unit, since=SINCE, covers=covers or [])
    network.put_person(key=person, name=f"示例人员{person}")
    network.put_holding(person=person, post=key, since=SINCE)
