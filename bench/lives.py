"""单的一生: who does what in which order, for the lives that are timed and for those that fill the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench import county
from bihuan.actions import orders as actions
from bihuan.core import orders as core
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.setting import Setting
from bihuan.store import keys

FACTS = {
    "title": "数控操作工缺口30人",
    "category": "recruitment",
    "facts": "旺季订单排到春节，数控操作工缺30人，希望帮助招工。",
}
HEAVY = {"category": "recruitment", "importance": "heavy", "urgency": "urgent"}
ANSWER = {"result": "solved", "answer": "已组织三场专场招聘，到岗二十八人，其余两人本月底前到岗。"}
REPORT = {"result": "solved", "report": "三场招聘到岗二十八人。", "workers_hired": "28"}
PARTS = ("contact", "desk", "secretary", "head", "handler0", "handler1", "handler2", "co")
Step = tuple[str, str, dict[str, Any], float]  # who, verb, facts, hours after the step before


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of one life: firm, chain and office by number."""

    firm: int
    office: int
    co: int

    @property
    def chain(self) -> int:
        return self.firm % county.CHAINS

    def person(self, part: str) -> str:
        """Return who plays a part in this life."""
        return {
            "contact": f"contact{self.firm}",
            "desk": f"dispatcher{self.chain // 4}",
            "secretary": f"secretary{self.chain}",
            "head": f"head{self.office}",
            "handler0": f"handler{self.office}_0",
            "handler1": f"handler{self.office}_1",
            "handler2": f"handler{self.office}_2",
            "co": f"handler{self.co}_0",
        }[part]


def seven(crew: Crew) -> list[Step]:
    """Return the six steps after 点单 of the seven-step programme, each by another person."""
    return [
        ("desk", "dispatch", {"lead": f"office{crew.office}", "supervisor": "zone.supervisor", **HEAVY}, 1),
        ("handler0", "accept", {}, 2),
        ("handler1", "reply_requester", ANSWER, 22),
        ("handler2", "reply_desk", REPORT, 1),
        ("contact", "rate", {"rating": "satisfied"}, 20),
        ("secretary", "close", {}, 4),
    ]


def shipped(crew: Crew, co: bool = False, bad: bool = False) -> list[Step]:
    """Return the steps after 点单 of the shipped programme; with a co-handling office, or with a bad rating put right."""
    named = {"co": [f"office{crew.co}"]} if co else {}
    answered: list[Step] = [
        ("handler0", "reply_requester", ANSWER, 20),
        ("handler0", "reply_desk", REPORT, 1),
        ("head", "approve", {}, 3),
        ("desk", "check", {"confirmed": "yes"}, 2),
    ]
    steps: list[Step] = [
        ("desk", "register", HEAVY, 2),
        ("desk", "dispatch", {"lead": f"office{crew.office}", "supervisor": "zone.supervisor", **named}, 1),
        ("handler0", "accept", {}, 4),
        ("handler1", "progress", {"text": "已联系企业人事，约定现场对接。"}, 3),
    ]
    if co:
        steps.append(("co", "co_reply", {"agreed": "agree", "text": "同意"}, 5))
    steps += answered
    if bad:
        steps.append(("contact", "rate", {"rating": "unsatisfied", "rating_reasons": ["slow"]}, 30))
        steps.append(("desk", "verify", {"agreed_bad": "agree", "text": "属实"}, 20))
        steps += answered
    steps.append(("contact", "rate", {"rating": "satisfied"}, 14))
    steps.append(("desk", "close", {}, 8))
    return steps


def live(programme: str, crew: Crew, steps: list[Step], people: dict[str, Actor], now: datetime) -> Iterator[str]:
    """Live one life through the actions, as the pages do, and yield after every committed step its verb."""
    order = actions.submit_order(
        actor=people[crew.person("contact")],
        programme=programme,
        type_=county.TYPE,
        requester=f"firm{crew.firm}",
        facts=FACTS,
        now=now,
        command=keys.new_key(),
    )
    yield "submit"
    for who, verb, facts, hours in steps:
        now += timedelta(hours=hours)
        _, order = actions.move_order(
            actor=people[crew.person(who)],
            number=order.number,
            verb=verb,
            facts=facts,
            now=now,
            expect=order.seq,
            command=keys.new_key(),
        )
        yield verb


def played(
    setting: Setting,
    bundle: str,
    order: OrderState,
    crew: Crew,
    steps: list[Step],
    people: dict[str, Actor],
    now: datetime,
) -> list[tuple[Event, OrderState]]:
    """Play a life on the rules alone, and return every event with the order after it. `order` has id and number."""
    opening = {
        "number": order.number,
        "programme": bundle.partition("@")[0],
        "type": setting.type.key,
        "bundle": bundle,
        "channel": "self",
        "requester": f"firm{crew.firm}",
        "requester_name": f"示例企业{crew.firm}",
        "desk": f"chain{crew.chain}",
        "verified": True,
    }
    order.requester, order.desk = f"firm{crew.firm}", f"chain{crew.chain}"
    who = people[crew.person("contact")]
    move = core.possible(setting, order, who, "submit", now)
    facts = core.clean(setting.type, move, FACTS, setting.network, setting.today(now))
    event = core.event_of(setting, order, who, move, facts, now, then=opening)
    found = [(event, core.apply(setting.type, order, event))]
    for part, verb, given, hours in steps:
        now += timedelta(hours=hours)
        before = found[-1][1]
        event = core.decide(setting, before, people[crew.person(part)], verb, given, now)
        found.append((event, core.apply(setting.type, before, event)))
    return found
