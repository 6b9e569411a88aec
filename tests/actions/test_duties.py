"""周期和覆盖: duties of units and posts, what is waived for a reason, who is covered, now and as of any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.actions import ledger as actions
from bihuan.actions.verify import verify
from bihuan.core.cadence import Cadence, counts
from bihuan.core.entries import EntryState
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.reaches import Reach, window
from bihuan.core.refusal import Refused
from bihuan.store import duties, ledger, network, packs
from tests import cast

pytestmark = pytest.mark.django_db
P = "enterprise_order"
TODAY = date(2022, 9, 29)
FIRST = date(2022, 8, 1)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def visit(person: str = "chen", later: int = 0, **facts: Any) -> EntryState:
    given = {"unit": "equipment", "date": "2022-09-28", "enterprise": "foundry", "content": "缺工", **facts}
    now = cast.NOW + timedelta(minutes=later)
    return actions.enter(actor=cast.actor(person), programme=P, activity="enterprise_visit", facts=given, now=now)


def waive(book: str, person: str = "du", later: int = 0, **facts: Any) -> EntryState:
    given = {"unit": "equipment", "date": "2022-08-01", "until": "2022-08-15", "reason": "换届", **facts}
    now = cast.NOW + timedelta(minutes=later)
    return actions.enter(actor=cast.actor(person), programme=P, activity=book, facts=given, now=now)


def kept(cadence: Cadence, of: str, actor: Actor = SYSTEM, **more: Any) -> list[str]:
    found = duties.of_cadence(
        seen_by=actor, programme=packs.programme(P), cadence=cadence, net=network.of_all_time(TODAY), since=FIRST,
        until=TODAY, today=TODAY, **more,
    )  # fmt: skip
    return [duty.kept for one in found if one.key == of for duty in one.duties]


def huddle() -> Cadence:
    return next(one for one in packs.programme(P).cadences if one.key == "huddle")


def visited() -> Reach:
    return packs.programme(P).reaches[0]


def covered(actor: Actor = SYSTEM, reach: Reach | None = None, as_of: str = "") -> dict[str, list[str]]:
    reach = reach or visited()
    found = duties.of_reach(
        seen_by=actor, programme=packs.programme(P), reach=reach, net=network.snapshot(TODAY),
        period=window(reach, TODAY), as_of=as_of,
    )  # fmt: skip
    return {
        "covered": [one.key for one, _n in found.covered],
        "lacking": [one.key for one, _n in found.lacking],
        "exempt": [one.key for one in found.exempt],
    }


def test_a_period_is_excused_by_somebody_with_a_reason_and_the_excuse_can_be_taken_back() -> None:
    assert kept(huddle(), "equipment") == ["missed", "missed", "missed", "open"]
    entry = waive("cadence.huddle")
    (event,) = ledger.events_of(entry)
    assert (entry.number[:3], event.verb, event.actor["person"]) == ("HM-", "excused", "du")
    assert kept(huddle(), "equipment") == ["excused", "missed", "missed", "open"]
    assert kept(huddle(), "food") == ["missed", "missed", "missed", "open"]
    actions.withdraw(
        actor=cast.actor("du"), number=entry.number, reason="没有换届", now=cast.NOW + timedelta(minutes=5)
    )
    assert kept(huddle(), "equipment") == ["missed", "missed", "missed", "open"]
    assert kept(huddle(), "equipment", as_of=iso(cast.NOW))[0] == "excused"
    assert verify().faults == []


def test_days_to_come_may_be_excused_and_an_entry_all_the_same_counts() -> None:
    waive("cadence.huddle", date="2022-09-16", until="2022-10-15")
    assert kept(huddle(), "equipment")[-1] == "excused"
    actions.enter(
        actor=cast.actor("shen"), programme=P, activity="half_month_meeting", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-09-28", "topic": "用工", "attendance": "9", "has_evidence": True},
    )  # fmt: skip
    assert kept(huddle(), "equipment")[-1] == "met"


@pytest.mark.parametrize(
    ("person", "facts", "code", "problem"),
    [
        ("shen", {}, "enter.post", ""),
        ("he", {}, "enter.post", ""),
        ("du", {"reason": ""}, "enter.needs", "reason"),
        ("du", {"until": "2022-07-31"}, "enter.needs", "until"),
        ("du", {"unit": "foundry"}, "enter.needs", "unit"),
    ],
)
def test_who_may_not_excuse_or_gives_no_reason_is_refused(
    person: str, facts: dict[str, str], code: str, problem: str
) -> None:
    with pytest.raises(Refused) as why:
        waive("cadence.huddle", person, **facts)
    assert why.value.code == code and (not problem or problem in why.value.problems)
    assert kept(huddle(), "equipment")[0] == "missed"


def test_the_same_period_is_excused_once() -> None:
    first = waive("cadence.huddle")
    with pytest.raises(Refused) as why:
        waive("cadence.huddle", reason="又一次")
    assert why.value.facts["number"] == first.number


def test_a_duty_of_posts_is_kept_by_the_posts_own_entries_and_a_stand_in_counts() -> None:
    each = replace(huddle(), key="each", activity="enterprise_visit", every="month", post="service_officer")
    actor = cast.actor("chen")
    visit()
    assert kept(each, actor.post) == ["missed", "open"][:1] + ["met"]
    stand_in = replace(actor, person="shen", stands_for="chen")
    actions.enter(
        actor=stand_in, programme=P, activity="enterprise_visit", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-08-28", "enterprise": "foundry", "content": "代办"},
    )  # fmt: skip
    assert kept(each, actor.post) == ["late", "met"]


def test_every_enterprise_is_covered_lacking_or_exempt() -> None:
    everyone = sum(covered().values(), [])
    assert "foundry" in everyone and covered()["covered"] == []
    visit()
    assert covered()["covered"] == ["foundry"]
    waive("coverage.visited", unit="shanjuan", date="2022-07-01", until="2022-12-31", reason="停产")
    found = covered()
    assert found["exempt"] == ["shanjuan"] and "shanjuan" not in found["lacking"]
    assert sorted(sum(found.values(), [])) == sorted(everyone)
    visit(enterprise="shanjuan", unit="equipment", date="2022-09-27")
    assert covered()["exempt"] == []


def test_an_exemption_that_ended_before_the_window_does_counts_no_more() -> None:
    waive("coverage.visited", unit="shanjuan", date="2022-07-01", until="2022-09-29", reason="停产")
    assert covered()["exempt"] == []


def test_coverage_is_known_as_of_any_moment() -> None:
    entry = visit()
    at = iso(cast.NOW)
    facts = {"unit": "equipment", "date": "2022-09-28", "enterprise": "shanjuan", "content": "记错了企业"}
    actions.correct(
        actor=cast.actor("chen"), number=entry.number, facts=facts, reason="记错", now=cast.NOW + timedelta(hours=1)
    )
    assert covered()["covered"] == ["shanjuan"]
    assert covered(as_of=at)["covered"] == ["foundry"]
    assert covered(as_of=iso(cast.NOW - timedelta(hours=1)))["covered"] == []


def test_every_post_of_a_kind_may_be_what_is_covered() -> None:
    each = Reach("officers", "每个服务专员走访过", "service_officer", "enterprise_visit", "quarter")
    officers = [one.key for one in network.snapshot(TODAY).posts_of_kind("service_officer")]
    assert sorted(covered(reach=each)["lacking"]) == sorted(officers)
    visit()
    assert covered(reach=each)["covered"] == [cast.actor("chen").post]


def test_a_reader_counts_only_the_units_it_may_read_of() -> None:
    own = covered(cast.actor("chen"))
    assert set(sum(own.values(), [])) < set(sum(covered().values(), []))
    assert kept(huddle(), "food", cast.actor("shen")) == []


def test_counts_of_duties_add_up() -> None:
    waive("cadence.huddle")
    found = duties.of_cadence(
        seen_by=SYSTEM, programme=packs.programme(P), cadence=huddle(), net=network.of_all_time(TODAY), since=FIRST,
        until=TODAY, today=TODAY,
    )  # fmt: skip
    n = counts(duty for one in found for duty in one.duties)
    assert n["due"] == n["met"] + n["late"] + n["missed"] + n["excused"] and n["excused"] == 1
