"""账: an entry is made, corrected and withdrawn; nothing is written over, and every count follows from the events."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.actions import ledger as actions
from bihuan.actions import seals
from bihuan.actions.verify import verify
from bihuan.core.entries import EntryState, as_of, replay
from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import counters, ledger, network
from bihuan.store.models import Attachment, Entry, EntryUnit, Event
from tests import cast

pytestmark = pytest.mark.django_db
P = "enterprise_order"
HUDDLE = {"unit": "equipment", "date": "2022-09-28", "topic": "订单与用工", "attendance": "18", "issues": "2"}


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def minutes(person: str = "shen") -> list[int]:
    """Return a kept file that the person brought."""
    return [Attachment.objects.create(name="纪要.jpg", kind="image/jpeg", size=3, digest="0" * 64, by=person, at="").pk]


def enter(person: str = "shen", activity: str = "half_month_meeting", files: list[int] | None = None, **facts: Any):
    given_ = {**(HUDDLE if activity == "half_month_meeting" else {}), **facts}
    kept = minutes(person) if files is None else files
    return actions.enter(
        actor=cast.actor(person), programme=P, activity=activity, facts=given_, now=cast.NOW, files=kept
    )


def visit(person: str = "chen", **facts: Any) -> EntryState:
    given_ = {"unit": "equipment", "date": "2022-09-28", "enterprise": "foundry", "content": "缺工", "issues": "1"}
    return enter(person, "enterprise_visit", [], **{**given_, **facts})


def counted(measure: str, unit: str = "", month: str = "2022-09", activity: str = "half_month_meeting") -> int:
    return counters.read(P, [unit]).get((unit, f"ledger:{activity}:{measure}", month), 0)


def refused(call: Any, *args: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as why:
        call(*args, **facts)
    return why.value


def test_an_entry_is_one_row_one_event_and_what_it_counts() -> None:
    entry = enter()
    assert entry.number == "TZ-2022-0001"
    assert (entry.values, entry.fields) == ({"attendance": 18, "issues": 2}, {"topic": "订单与用工"})
    (event,) = ledger.events_of(entry)
    assert (event.verb, event.actor["person"], event.bundle) == ("entered", "shen", "enterprise_order@1")
    assert [counted("entries"), counted("m:attendance"), counted("m:issues", "at:equipment")] == [1, 18, 2]
    assert not entry.late
    assert verify().faults == []


def test_whoever_is_no_recorder_enters_nothing() -> None:
    assert refused(enter, "he").code == "enter.post"
    assert refused(enter, "shen", unit="food").code == "enter.post"
    assert Entry.objects.count() == Event.objects.filter(kind="ledger").count() == 0


@pytest.mark.parametrize(
    ("facts", "problems"),
    [
        ({"attendance": ""}, {"attendance": "missing"}),
        ({"attendance": "18人"}, {"attendance": "other_kind"}),
        ({"issues": "2份"}, {"issues": "other_word"}),
        ({"attendance": "十八"}, {"attendance": "chinese_number"}),
        ({"attendance": "50多"}, {"attendance": "approximate"}),
        ({"attendance": "-1"}, {"attendance": "negative"}),
        ({"attendance": "1.5"}, {"attendance": "not_whole"}),
        ({"date": "2022-10-01"}, {"date": "in_future"}),
        ({"date": "2020-12-31"}, {"unit": "before_founding"}),
        ({"unit": "nowhere"}, {"unit": "unknown_unit"}),
        ({"unit": "labour_bureau"}, {"unit": "wrong_unit"}),
        ({"topic": "", "date": "昨天"}, {"date": "not_a_date"}),
        ({"idle": "holiday"}, {"idle": "idle_with_numbers"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(facts: dict[str, str], problems: dict[str, str]) -> None:
    why = refused(enter, "shen", **facts)
    assert (why.code, why.problems) == ("enter.needs", problems)
    assert not Entry.objects.exists()


def test_a_unit_that_was_dissolved_keeps_its_past_and_takes_nothing_new() -> None:
    network.dissolve(unit="equipment", until=date(2022, 9, 20))
    from bihuan.store import versions

    versions.bump("network")
    assert refused(enter).problems == {"unit": "dissolved"}
    assert enter(date="2022-09-19").live


def test_numbers_come_as_people_write_them() -> None:
    content = "律师团咨询"
    entry = enter("shen", "resource_share", None, unit="equipment", date="2022年9月28日", kind="lawyer",
                  content=content, enterprises=["foundry"], cost="2150万", saved="8,500.5元")  # fmt: skip
    assert (entry.date, entry.values) == ("2022-09-28", {"cost": "21500000.00", "saved": "8500.50"})
    assert counted("m:cost", activity="resource_share") == 2_150_000_000  # in fen
    assert enter(attendance="1,0 人次".replace(" ", "").replace("1,0", "1,000"), note="全链大会").values == {
        "attendance": 1000,
        "issues": 2,
    }


def test_nought_is_a_number_idle_is_a_statement_and_empty_is_not_reported() -> None:
    assert enter(issues="0").values["issues"] == 0
    assert "issues" not in enter(date="2022-09-14", issues="").values
    idle = actions.enter(
        actor=cast.actor("shen"), programme=P, activity="half_month_meeting", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-09-12", "idle": "holiday"},
    )  # fmt: skip
    assert idle.idle == "holiday"
    assert (counted("entries"), counted("idle")) == (2, 1)


def test_persons_of_two_entries_never_add_up_and_firms_are_told_apart() -> None:
    for day, firms in (("2022-09-05", ["foundry"]), ("2022-09-26", ["foundry", "shanjuan"])):
        enter("shen", "policy_study", unit="equipment", date=day, topic=day, persons="30", enterprises=firms)
    sums = {key for (_, key, _) in counters.read(P, [""]) if ":m:" in key}
    assert sums == set()
    assert counted("entries", "in:foundry", activity="policy_study") == 2
    assert counted("entries", "in:shanjuan", activity="policy_study") == 1


def test_an_entry_made_after_its_days_is_late_for_all_to_see() -> None:
    assert enter(date="2022-09-26").late is False
    assert enter(date="2022-09-25").late is True
    assert (counted("late"), counted("entries")) == (1, 2)


def test_a_doubtful_number_is_a_question_and_not_a_wall() -> None:
    why = refused(enter, attendance="96")
    assert (why.code, why.problems, why.facts["usual"]) == (
        "enter.needs.reason", {"attendance": "doubtful"}, {"attendance": 60},
    )  # fmt: skip
    assert enter(attendance="96", note="与商会换届同场").note == "与商会换届同场"


def test_far_above_the_units_own_average_is_doubtful_too() -> None:
    for n in range(5):
        enter(date=f"2022-09-{10 + n}", attendance="12")
    assert refused(enter, attendance="40").facts["usual"] == {"attendance": 12}
    assert enter(attendance="30").live


def test_the_same_material_is_asked_once() -> None:
    first = enter()
    why = refused(enter, "zhou")
    assert (why.code, why.facts["number"]) == ("enter.invalid.same", first.number)
    actions.withdraw(actor=cast.actor("shen"), number=first.number, reason="记错链", now=cast.NOW)
    assert enter("zhou").number != first.number


def test_the_same_form_sent_twice_makes_one_entry() -> None:
    one, two = (
        actions.enter(actor=cast.actor("shen"), programme=P, activity="half_month_meeting", facts=HUDDLE,
                      now=cast.NOW, files=minutes(), command="form-1")
        for _ in range(2)
    )  # fmt: skip
    assert one.number == two.number
    assert Entry.objects.count() == 1


def test_a_correction_keeps_what_stood_there_before() -> None:
    entry = enter()
    facts = {**HUDDLE, "attendance": "20", "date": "2022-08-30"}
    after = actions.correct(
        actor=cast.actor("shen"), number=entry.number, facts=facts, reason="签到表核对", now=cast.NOW
    )
    assert (after.values["attendance"], after.date, after.corrections, after.late) == (20, "2022-08-30", 1, True)
    assert after.evidence == entry.evidence
    assert (counted("m:attendance"), counted("m:attendance", month="2022-08")) == (0, 20)
    first, second = ledger.events_of(after)
    assert (first.facts["values"]["attendance"], second.facts["reason"]) == (18, "签到表核对")
    assert as_of([first, second], iso(cast.NOW)) == after
    assert verify().faults == []


def test_a_correction_needs_a_reason_and_something_to_correct() -> None:
    entry = enter()
    same = {"actor": cast.actor("shen"), "number": entry.number, "now": cast.NOW}
    assert refused(actions.correct, facts={**HUDDLE, "issues": "3"}, reason=" ", **same).problems == {
        "reason": "missing"
    }
    assert refused(actions.correct, facts=HUDDLE, reason="核对", **same).problems == {"reason": "nothing_changed"}
    assert refused(actions.correct, facts=HUDDLE, reason="核对", expect=9, **same).code == "correct.stale"
    assert ledger.by_number(entry.number, seen_by=cast.actor("shen")).seq == 1


def test_what_is_withdrawn_counts_nowhere_and_can_still_be_read() -> None:
    entry = visit()
    assert EntryUnit.objects.count() == 1
    assert refused(
        actions.withdraw, actor=cast.actor("zhou"), number=entry.number, reason="不对", now=cast.NOW
    ).code == "withdraw_entry.post"  # fmt: skip
    after = actions.withdraw(actor=cast.actor("chen"), number=entry.number, reason="走访改期", now=cast.NOW)
    assert after.withdrawn["reason"] == "走访改期"
    assert EntryUnit.objects.count() == 0
    assert {n for (_, key, _), n in counters.read(P, ["", "in:foundry"]).items() if "visit" in key} == set()
    assert ledger.by_number(entry.number, seen_by=cast.actor("chen")).withdrawn
    assert refused(
        actions.withdraw, actor=cast.actor("chen"), number=entry.number, reason="再撤", now=cast.NOW
    ).code == "withdraw_entry.state.withdrawn"  # fmt: skip
    assert verify().faults == []


@pytest.mark.parametrize(
    ("person", "sees"), [("shen", True), ("zhou", True), ("he", True), ("chen", True), ("sun", False), ("guo", False)]
)
def test_a_stranger_finds_no_entry_and_the_list_agrees(person: str, sees: bool) -> None:
    entry = enter()
    book = ledger.declared(P, "half_month_meeting")
    actor: Actor = cast.actor(person)
    listed = ledger.page(seen_by=actor, programme=P, activity=book, asked=ledger.Asked(book.key)).entries
    assert [one.number for one in listed] == ([entry.number] if sees else [])
    if sees:
        assert ledger.by_number(entry.number, seen_by=actor) == entry
    else:
        with pytest.raises(ledger.NotFound):
            ledger.by_number(entry.number, seen_by=actor)


def test_a_matter_raised_at_a_visit_becomes_an_order_and_both_name_each_other() -> None:
    entry = visit()
    facts = {"title": "数控操作工缺口30人", "category": "recruitment", "facts": "缺30人。"}
    after, order = actions.give_order(
        actor=cast.actor("chen"), number=entry.number, facts=facts, requester="foundry", now=cast.NOW, command="c1"
    )
    assert after.orders == [{"id": order.id, "number": order.number}]
    assert (order.channel, order.source_number, order.desk) == ("visit", f"{entry.number}-1", "equipment")
    again, same = actions.give_order(
        actor=cast.actor("chen"), number=entry.number, facts=facts, requester="foundry", now=cast.NOW, command="c1"
    )
    assert (again.orders, same.id) == (after.orders, order.id)
    assert verify().faults == []


def test_an_order_that_is_refused_leaves_the_entry_as_it_was() -> None:
    entry = visit()
    why = refused(
        actions.give_order, actor=cast.actor("chen"), number=entry.number, facts={}, requester="foundry", now=cast.NOW
    )
    assert why.code == "submit.needs"
    assert ledger.by_number(entry.number, seen_by=cast.actor("chen")).orders == []


@pytest.mark.parametrize("column", ["unit", "date", "late", "same", "body"])
def test_a_row_changed_by_hand_is_found(column: str) -> None:
    entry = enter()
    value = {"late": True, "body": "{}"}.get(column, "x")
    Entry.objects.filter(pk=entry.id).update(**{column: value})
    assert verify().broken is not None


def test_an_entry_is_sealed_with_the_orders() -> None:
    enter()
    seals.seal(now=cast.NOW)
    assert verify().seals == 1
    event = Event.objects.get(kind="ledger")
    Event.objects.filter(pk=event.pk).update(body=event.body.replace('"attendance":18', '"attendance":81'))
    assert verify().broken is not None


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 10**6))
def test_counters_equal_a_recount_after_random_histories(seed: int) -> None:
    rng = random.Random(seed)
    now, numbers = cast.NOW, []
    for n in range(rng.randint(3, 8)):
        now += timedelta(hours=rng.randint(1, 40))
        facts = {
            "unit": rng.choice(["equipment", "food"]), "enterprise": rng.choice(["foundry", "shanjuan"]),
            "date": (now - timedelta(days=rng.randint(1, 60))).date().isoformat(), "content": f"{seed}-{n}",
            "issues": rng.choice(["", "0", "3"]), "note": "核对过",
        }  # fmt: skip
        act = rng.choice(["enter", "enter", "correct", "withdraw", "fold"])
        try:
            if act == "enter" or not numbers:
                made = actions.enter(actor=cast.SYSTEM, programme=P, activity="enterprise_visit", facts=facts, now=now)
                numbers.append(made.number)
            elif act == "correct":
                actions.correct(actor=cast.SYSTEM, number=rng.choice(numbers), facts=facts, reason="核对", now=now)
            elif act == "withdraw":
                actions.withdraw(actor=cast.SYSTEM, number=rng.choice(numbers), reason="重复", now=now)
            else:
                counters.fold()
        except Refused as why:
            assert why.code in ("enter.invalid.same", "correct.invalid.same") or "withdrawn" in why.code
    report = verify()
    assert report.faults == []
    for row in Entry.objects.all():
        assert replay(ledger.events_of(EntryState(id=row.id))).seq == row.seq
