"""Who is told, and not before when: tables on plain values, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core import notices
from bihuan.core.network import Holding, Network, Post, Unit
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import Notice, OrderType
from bihuan.packs import calendars, loader
from tests.cast import POSTS, PROGRAMMES, SINCE, UNITS

CALENDAR = calendars.load()
TYPE = loader.programme(PROGRAMMES / "enterprise_order").orders["enterprise_request"]
NETWORK = Network(
    date(2022, 9, 29),
    1,
    [Unit(key, name, kind, parent) for key, kind, name, parent in UNITS],
    [Post(key, key, kind, unit, frozenset(covers)) for key, kind, unit, covers, _, _ in POSTS],
    [Holding(person, key, SINCE) for key, _, _, _, person, _ in POSTS],
    {person: name for *_, person, name in POSTS},
)
ORDER = OrderState(
    id=7, number="QD2022-0001", state="dispatched", desk="equipment", lead="labour_bureau", requester="foundry",
    supervisor="zone.supervisor", co={"science_bureau": {"state": "open"}}, importance="heavy", urgency="calm",
)  # fmt: skip


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone).astimezone(UTC)


def event(verb: str, *, by: str = "zhou", sort: str = "post", facts: Any = None, **then: Any) -> Event:
    return Event(7, 3, verb, {"sort": sort, "person": by}, local("2022-09-29 10:20"), facts or {}, then, "", "")


def table(*rows: Notice) -> OrderType:
    return replace(TYPE, notices=rows)


def told(kind: OrderType, what: Event, order: OrderState = ORDER, before: OrderState = ORDER) -> set[tuple[str, str]]:
    return {(one.person, one.channel) for one in notices.tellings(kind, before, order, what, NETWORK)}


# ---------- when ----------
@pytest.mark.parametrize(
    ("now", "urgency", "then"),
    [
        ("2022-09-29 10:20", "", "2022-09-29 10:20"),
        ("2022-09-29 07:10", "", "2022-09-29 08:30"),
        ("2022-09-29 12:40", "", "2022-09-29 14:00"),  # at noon people rest
        ("2022-09-29 19:00", "", "2022-09-30 08:30"),
        ("2022-09-30 19:00", "", "2022-10-08 08:30"),  # over the National Day, to a make-up Saturday
        ("2022-10-03 10:00", "urgent", "2022-10-03 10:00"),
        ("2022-10-03 00:00", "urgent", "2022-10-03 07:00"),  # a deadline that ran out at midnight wakes nobody
        ("2022-10-03 22:30", "urgent", "2022-10-04 07:00"),
        ("2022-10-03 03:00", "at_once", "2022-10-03 03:00"),
    ],
)
def test_a_message_waits_for_working_hours_unless_it_is_urgent(now: str, urgency: str, then: str) -> None:
    first = CALENDAR.windows[0][0], CALENDAR.windows[1][0]
    expected = local(then.replace("08:30", f"{first[0]:%H:%M}").replace("14:00", f"{first[1]:%H:%M}"))
    assert notices.not_before(local(now), CALENDAR, urgency) == expected


@given(st.integers(0, 4 * 365 * 24 * 60), st.sampled_from(["", "urgent", "at_once"]))
def test_a_message_never_goes_out_before_its_event_and_waiting_again_changes_nothing(minutes: int, how: str) -> None:
    now = local("2022-01-01 00:00") + timedelta(minutes=minutes)
    then = notices.not_before(now, CALENDAR, how)
    assert now <= then <= now + timedelta(days=12)
    assert notices.not_before(then, CALENDAR, how) == then


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2022-09-30 08:29", ""),
        ("2022-09-30 08:30", "2022-09-30"),
        ("2022-09-30 12:30", "2022-09-30"),
        ("2022-09-30 20:00", ""),
        ("2022-10-03 09:00", ""),
        ("2022-10-08 09:00", "2022-10-08"),
    ],
)
def test_the_digest_is_of_a_workday_from_half_past_eight(now: str, day: str) -> None:
    assert notices.digest_day(local(now), CALENDAR) == day


def test_a_weighty_and_urgent_order_is_told_at_once_and_a_red_light_urgently() -> None:
    assert notices.urgency(ORDER, "") == ""
    assert notices.urgency(ORDER, "red") == "urgent"
    assert notices.urgency(replace(ORDER, urgency="urgent"), "") == "at_once"
    assert notices.urgency(ORDER, "", always=True) == "at_once"


# ---------- who ----------
def test_a_role_is_everybody_who_plays_it_and_the_one_who_accepted_stands_for_the_others() -> None:
    kind = table(Notice(("remind",), ("handler",), ("inapp",)))
    assert told(kind, event("remind")) == {("wang", "inapp"), ("liyun", "inapp")}
    assert told(kind, event("remind"), replace(ORDER, handler="wang")) == {("wang", "inapp")}
    gone = replace(ORDER, handler="somebody-who-left")
    assert told(kind, event("remind"), gone) == {("wang", "inapp"), ("liyun", "inapp")}


def test_whoever_did_it_is_not_told_and_the_others_are() -> None:
    kind = table(Notice(("progress",), ("handler", "unit_head"), ("inapp",)))
    assert told(kind, event("progress", by="wang")) == {("liyun", "inapp"), ("hebing", "inapp")}


def test_an_event_no_row_names_tells_nobody_and_neither_does_an_import() -> None:
    kind = table(Notice(("remind", "registered", "import"), ("desk",), ("inapp",)))
    assert told(kind, event("supplement")) == set()
    assert told(kind, event("import", to="registered"), before=OrderState(id=7)) == set()
    assert not notices.concerns(kind, event("supplement"))
    assert notices.concerns(kind, event("remind"))


def test_each_person_hears_once_by_each_channel_however_many_rows_name_them() -> None:
    row = Notice(("remind", "dispatched"), ("handler", "handler_person", "unit_head"), ("inapp", "mail"))
    found = notices.tellings(table(row, row), ORDER, replace(ORDER, handler="wang"), event("remind"), NETWORK)
    assert sorted((one.person, one.channel) for one in found) == [
        ("hebing", "inapp"), ("hebing", "mail"), ("wang", "inapp"), ("wang", "mail"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("token", "what", "happens"),
    [
        ("decide_extension.refuse", event("decide_extension", facts={"agreed": "refuse"}), True),
        ("decide_extension.refuse", event("decide_extension", facts={"agreed": "agree"}), False),
        ("rectifying", event("verify", facts={"agreed_bad": "agree"}, to="rectifying"), True),
        ("rectifying", event("verify", facts={"agreed_bad": "refuse"}), False),
        ("dispatched", event("redispatch", to="dispatched"), False),  # it stood there before
        ("bad_rating", event("rate", by="", sort="link", bad=True), True),
        ("good_rating", event("rate", by="", sort="link", bad=True), False),
        ("arbitrate.other", event("arbitrate", facts={"lead": "science_bureau"}), True),
        ("arbitrate.other", event("arbitrate", facts={"lead": "labour_bureau"}), False),
    ],
)
def test_a_row_may_wait_for_what_a_decision_came_to(token: str, what: Event, happens: bool) -> None:
    assert bool(told(table(Notice((token,), ("supervisor",), ("inapp",))), what)) is happens


def test_an_alarm_tells_whom_its_rung_names_with_the_most_pressing_light() -> None:
    steps = [
        {"clock": "promise", "light": "yellow", "does": "remind", "tell": ["handler", "unit_head"]},
        {"clock": "accepting", "light": "red", "does": "remind", "tell": ["unit_head"]},
    ]
    kind = table(Notice(("alarm.yellow", "alarm.red"), ("told",), ("inapp",)))
    found = notices.tellings(kind, ORDER, ORDER, event("alarm", by="", sort="system", steps=steps), NETWORK)
    said = {one.person: (one.light, one.clock, one.urgency) for one in found}
    assert said == {
        "wang": ("yellow", "promise", ""),
        "liyun": ("yellow", "promise", ""),
        "hebing": ("red", "accepting", "urgent"),
    }


def test_who_asked_is_reached_by_the_link_too_but_never_in_an_office_group() -> None:
    kind = table(Notice(("check",), ("requester",), ("inapp", "sms", "robot", "digest")))
    assert told(kind, event("check")) == {("liufang", "inapp"), ("liufang", "sms"), ("", "sms")}
    assert all(one.asking for one in notices.tellings(kind, ORDER, ORDER, event("check"), NETWORK))
    assert ("", "sms") not in told(kind, event("check", by="", sort="link"))


def test_a_role_without_business_secrets_hears_nothing_of_a_secret_order() -> None:
    kind = table(Notice(("check",), ("reader", "supervisor"), ("inapp",)))
    assert ("he", "inapp") in told(kind, event("check"))
    assert told(kind, event("check"), replace(ORDER, secret=True)) == {("zhao", "inapp")}


def test_the_shipped_table_speaks_only_of_people_who_may_see_the_order() -> None:
    from bihuan.core.permission import actor_in, may_see

    for verb in TYPE.moves:
        steps = [{"clock": r.clock, "light": r.light, "does": r.does, "tell": list(r.tell)} for r in TYPE.ladder]
        what = event(verb, by="", sort="system", steps=steps if verb == "alarm" else ())
        for one in notices.tellings(TYPE, ORDER, ORDER, what, NETWORK):
            if one.person:
                assert may_see(actor_in(NETWORK, one.person, one.post), ORDER, TYPE), (verb, one)
