"""评: a round is opened, voted in, closed, published, contested and put right, and no rater is ever seen."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.actions import review_orders, reviews
from bihuan.actions.verify import verify
from bihuan.core import reviews as rules
from bihuan.core import scores
from bihuan.core.instants import instant
from bihuan.core.refusal import Refused
from bihuan.core.reviews import RoundState
from bihuan.store import events, ledger, orders, packs
from bihuan.store import reviews as store
from bihuan.store.models import Ballot, Entry, Order
from bihuan.store.orders import NotFound
from bihuan.words import reviews as words
from tests import cast

pytestmark = pytest.mark.django_db
P, M = "enterprise_order", "department_review"
HEADS, WATCH = "enterprise_head", "environment_supervisor"
CRITERIA = ("response", "effect", "attitude", "policy", "integrity")
STEPS = ("very_good", "good", "fair", "poor", "very_poor")
NOBODY: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def opened(person: str = "zhou", **more: Any) -> RoundState:
    facts = {
        "unit": "equipment", "title": "三季度面对面测评会", "date": "2022-09-29",
        "objects": ["finance_bureau", "labour_bureau"], "invited": {HEADS: "12", WATCH: "8"},
    }  # fmt: skip
    return reviews.open_round(actor=cast.actor(person), programme=P, meeting=M, given={**facts, **more}, now=cast.NOW)


def token(held: RoundState, kind: str = HEADS) -> str:
    found = reviews.opened(reviews.hall(held, kind))
    assert found is not None
    return reviews.take(found=found, units=NOBODY)


def votes(held: RoundState, unit: str, steps: list[str], kind: str = HEADS) -> list[str]:
    """One ballot for each step, which it gives for everything."""
    tokens = [token(held, kind) for _ in steps]
    for one, step in zip(tokens, steps, strict=True):
        reviews.answer(token=one, unit=unit, given=dict.fromkeys(CRITERIA, step), units=NOBODY)
    return tokens


def closed(held: RoundState, person: str = "zhou", **more: Any) -> RoundState:
    return reviews.close(actor=cast.actor(person), number=held.number, now=cast.NOW, **more)


def published(held: RoundState) -> RoundState:
    return reviews.publish(actor=cast.actor("zhou"), number=held.number, now=cast.NOW)


def rectified(held: RoundState, criterion: str, unit: str = "labour_bureau", person: str = "zhou") -> Any:
    return review_orders.rectify(
        actor=cast.actor(person), number=held.number, unit=unit, criterion=criterion, supervisor="zone.supervisor",
        write=words.rectification, now=cast.NOW + timedelta(hours=1),
    )  # fmt: skip


def refused(call: Any, *args: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as why:
        call(*args, **facts)
    return why.value


def test_a_round_is_played_from_its_opening_to_a_rectification_order() -> None:
    held = opened()
    assert held.number == "CP-2022-0001"
    votes(held, "labour_bureau", ["good"] * 5 + ["very_poor"] * 5)
    votes(held, "labour_bureau", ["fair"] * 5, WATCH)
    after = closed(held)
    score = after.score("labour_bureau")
    assert score is not None
    assert (score.n, score.kinds, score.total) == ({HEADS: 10, WATCH: 5}, {HEADS: 500, WATCH: 600}, 530)
    assert after.answered == {HEADS: 10, WATCH: 5}
    after = published(after)
    assert rules.due(store.meeting_of(after), after) == [("labour_bureau", one) for one in CRITERIA]
    after, order = rectified(after, "response")
    held_order = orders.by_number(order.number, seen_by=cast.actor("wang")).order
    assert (held_order.state, held_order.lead, held_order.channel) == ("dispatched", "labour_bureau", "rating_meeting")
    assert held_order.source_number == "CP-2022-0001-1" and held_order.source_due
    assert review_orders.born_of(held_order.source_number) == after.number
    assert after.orders == [
        {"id": order.id, "number": order.number, "object": "labour_bureau", "criterion": "response"}
    ]
    assert refused(rectified, after, "response").code == "rectify.state.none"
    assert verify().faults == []


def test_the_same_seat_taps_twice_and_takes_one_ballot_that_is_gone_with_its_round() -> None:
    held = opened()
    found = reviews.opened(reviews.hall(held, HEADS))
    assert found is not None
    mine = reviews.take(found=found, units=NOBODY, seat="s" * 24)
    assert reviews.take(found=found, units=NOBODY, seat="s" * 24) == mine == reviews.seated(held, "s" * 24)
    assert Ballot.objects.count() == 1
    assert reviews.take(found=found, units=NOBODY, seat="t" * 24) != mine
    assert reviews.seated(opened(), "s" * 24) != mine


def test_without_five_ballots_nothing_is_shown_to_anyone() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 3)
    votes(held, "labour_bureau", ["very_poor"], WATCH)
    after = published(closed(held))
    score = after.score("labour_bureau")
    assert score is not None
    assert (score.total, score.kinds, score.criteria, score.counted) == (None, {}, {}, 4)
    assert rules.due(store.meeting_of(after), after) == []
    assert "very_poor" not in events.of_kind("review")[after.id][-1].body


def test_a_kind_with_few_ballots_cannot_be_found_by_subtraction() -> None:
    held = opened()
    votes(held, "labour_bureau", ["good"] * 6)
    votes(held, "labour_bureau", ["very_poor"] * 4, WATCH)
    score = closed(held).score("labour_bureau")
    assert score is not None
    assert score.total is not None and score.kinds == {}


def test_a_ballot_that_does_not_answer_everything_is_not_counted_for_the_unit() -> None:
    held = opened()
    for one in votes(held, "labour_bureau", ["good"] * 5)[:1]:
        reviews.answer(token=one, unit="labour_bureau", given={"response": "good"}, units=NOBODY)
    score = closed(held).score("labour_bureau")
    assert score is not None
    assert (score.counted, score.total) == (4, None)


def test_the_same_link_shows_what_was_answered_and_changes_it_until_the_end() -> None:
    held = opened()
    (one,) = votes(held, "labour_bureau", ["good"])
    reviews.answer(token=one, unit="labour_bureau", given=dict.fromkeys(CRITERIA, "poor"), units=NOBODY)
    found = reviews.opened(one)
    assert found is not None and found.ballot is not None
    assert found.ballot.answers == {"labour_bureau": dict.fromkeys(CRITERIA, "poor")}
    assert Ballot.objects.exclude(answers="").count() == 1
    closed(held)
    assert refused(
        reviews.answer, token=one, unit="labour_bureau", given=dict.fromkeys(CRITERIA, "good"), units=NOBODY
    ).code == "ballot.frozen"  # fmt: skip
    assert refused(token, held).code == "ballot.frozen"


def test_after_the_end_no_link_leads_to_an_answer_and_no_row_tells_when() -> None:
    held = opened()
    tokens = votes(held, "labour_bureau", ["good"] * 6)
    closed(held)
    for one in tokens:
        found = reviews.opened(one)
        assert found is not None and found.ballot is not None
        assert found.ballot.answers == {}
    assert not Ballot.objects.exclude(token="").exclude(answers="").exists()
    assert Ballot.objects.exclude(answers="").count() == 6
    assert {field.name for field in Ballot._meta.fields} == {"id", "tenant", "round", "kind", "token", "answers"}
    assert not Ballot.objects.filter(token__in=tokens).exists()  # only hashes are kept


def test_a_forged_link_opens_nothing() -> None:
    held = opened()
    for forged in ("x" * 24, "", reviews.hall(held, HEADS)[:-1] + "!", "a" * 39):
        assert reviews.opened(forged) is None
    with pytest.raises(NotFound):
        reviews.answer(token="x" * 24, unit="labour_bureau", given={}, units=NOBODY)


def test_who_holds_a_post_in_a_unit_judged_gets_no_ballot_and_chairs_nothing() -> None:
    held = opened()
    found = reviews.opened(reviews.hall(held, HEADS))
    assert found is not None
    above = cast.actor("wang").above  # of the jobs section, below the bureau that is judged
    assert refused(reviews.take, found=found, units=above).code == "ballot.self"
    one = token(held)
    assert refused(reviews.answer, token=one, unit="labour_bureau", given={}, units=above).code == "ballot.self"
    assert refused(opened, "wang").code == "review.post"
    assert refused(opened, "zhou", unit="nowhere").code == "review.post"


def test_no_more_ballots_than_were_invited() -> None:
    held = opened(invited={HEADS: "5", WATCH: "0"})
    for _ in range(5):
        token(held)
    assert refused(token, held).code == "ballot.none_left"
    reviews.invite(actor=cast.actor("zhou"), number=held.number, more={HEADS: "1"}, now=cast.NOW)
    assert token(held)


def test_cards_printed_again_make_the_unused_ones_void() -> None:
    held = opened(invited={HEADS: "6", WATCH: "0"})
    votes(held, "labour_bureau", ["good"])
    _, first = reviews.cards(actor=cast.actor("zhou"), number=held.number, kind=HEADS)
    _, second = reviews.cards(actor=cast.actor("zhou"), number=held.number, kind=HEADS)
    assert (len(first), len(second)) == (5, 5)
    assert all(reviews.opened(one) is None for one in first)
    assert all(reviews.opened(one) is not None for one in second)
    assert refused(token, held).code == "ballot.none_left"


@pytest.mark.parametrize(
    ("facts", "problems"),
    [
        ({"title": " "}, {"title": "no_title"}),
        ({"date": "2022-09-28"}, {"date": "past_date"}),
        ({"date": "明天"}, {"date": "no_date"}),
        ({"objects": []}, {"objects": "no_object"}),
        ({"objects": ["foundry"]}, {"objects": "wrong_object"}),
        ({"invited": {HEADS: "4"}}, {HEADS: "few"}),
        ({"invited": {HEADS: "一些"}}, {HEADS: "not_a_number"}),
        ({"invited": {HEADS: "501"}}, {HEADS: "many_invited"}),
    ],
)
def test_what_is_wrong_with_a_round_is_named_and_none_is_opened(facts: Any, problems: dict[str, str]) -> None:
    why = refused(opened, **facts)
    assert (why.code, why.problems) == ("review.needs", problems)
    assert set(words.problems(why)) == set(problems)
    assert not events.of_kind("review")


def test_a_round_before_its_day_is_not_closed() -> None:
    assert refused(closed, opened(date="2022-09-30")).code == "review.clock.early"


def test_the_entry_of_the_day_is_taken_and_not_asked_for_again() -> None:
    held = opened()
    votes(held, "labour_bureau", ["good"] * 5)
    from tests.actions.test_ledger import minutes

    facts = {"enterprises": ["foundry"], "topic": "会上写的"}
    after = closed(held, "shen", entry=facts, files=minutes())
    entry = ledger.by_number(after.entry, seen_by=cast.actor("shen"))
    assert (entry.fields["departments"], entry.fields["topic"]) == (held.objects, held.title)
    again = closed(opened("shen"), "shen", entry=facts)
    assert again.entry == after.entry and Entry.objects.count() == 1


def test_an_entry_that_is_refused_leaves_the_round_open() -> None:
    held = opened()
    one = votes(held, "labour_bureau", ["good"] * 5)[0]
    assert refused(closed, held, entry={"enterprises": []}).code == "enter.needs"
    found = reviews.opened(one)
    assert found is not None and found.ballot is not None and found.ballot.answers


def test_an_appeal_is_decided_by_somebody_else_and_an_upheld_one_takes_the_result_out() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 6)
    closed(held)
    facts: dict[str, Any] = {"number": held.number, "unit": "labour_bureau", "now": cast.NOW}
    with pytest.raises(NotFound):  # not published: the unit judged does not even see the round
        reviews.contest(actor=cast.actor("hebing"), reason="有票打错了单位", **facts)
    published(held)
    assert refused(reviews.contest, actor=cast.actor("wang"), reason="不服", **facts).code == "contest.post"
    after = reviews.contest(actor=cast.actor("hebing"), reason="有票打错了单位", **facts)
    assert refused(rectified, after, "response").code == "rectify.state.none"
    assert refused(reviews.contest, actor=cast.actor("hebing"), reason="再说", **facts).code == "contest.state.again"
    decided = {"decision": rules.UPHELD, "words": "核实有3张票填错", **facts}
    assert refused(reviews.review, actor=cast.actor("zhou"), **decided).code == "decide.post"
    after = reviews.review(actor=cast.actor("fu"), **decided)
    assert after.excluded("labour_bureau")
    meeting = store.meeting_of(after)
    score = after.score("labour_bureau")
    assert score is not None
    assert "核实有3张票填错" in words.why(meeting, after, score)
    assert rules.due(meeting, after) == []
    assert verify().faults == []


def test_an_appeal_after_its_days_comes_too_late() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 6)
    closed(held)
    late = instant(published(held).until) + timedelta(minutes=1)
    why = refused(reviews.contest, actor=cast.actor("hebing", late), number=held.number, unit="labour_bureau",
                  reason="晚了", now=late)  # fmt: skip
    assert why.code == "contest.clock"


def test_strangers_and_units_judged_before_publication_see_no_round() -> None:
    held = opened()
    votes(held, "labour_bureau", ["good"] * 5)
    closed(held)
    for person in ("sun", "hebing", "liufang"):
        with pytest.raises(NotFound):
            store.by_number(held.number, seen_by=cast.actor(person))
        assert store.page(seen_by=cast.actor(person), programme=P) == []
    published(held)
    assert store.page(seen_by=cast.actor("hebing"), programme=P)[0].number == held.number
    with pytest.raises(NotFound):
        store.by_number(held.number, seen_by=cast.actor("sun"))


def test_orders_say_nothing_of_a_ballot() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 5)
    after = published(closed(held))
    rectified(after, "effect")
    text = Order.objects.get().body
    assert "很差" not in text and "very_poor" not in text and "解决实效4.0分" in text


def test_a_changed_ballot_is_noticed_by_the_recount() -> None:
    held = opened()
    votes(held, "labour_bureau", ["good"] * 6)
    closed(held)
    assert verify().faults == []
    row = Ballot.objects.exclude(answers="").first()
    assert row is not None
    Ballot.objects.filter(pk=row.pk).update(answers=row.answers.replace("good", "poor"))
    assert [code for code, _ in verify().faults] == ["verify.ballots"]


def brute(meeting: Any, unit: str, ballots: list[scores.Ballot]) -> Any:
    """The result by hand: every ballot's points, the mean of each kind, weighted."""
    means = {}
    for kind in meeting.kinds:
        some = [one.answers[unit] for one in ballots if one.kind == kind and len(one.answers.get(unit, {})) == 5]
        points = [sum(Fraction(20 * meeting.steps[step].percent, 100) for step in one.values()) for one in some]
        if points:
            means[kind] = (sum(points) / len(points), len(points))
    weight = sum(meeting.kinds[kind].weight for kind in means)
    if sum(n for _, n in means.values()) < 5:
        return None
    return sum(meeting.kinds[kind].weight * mean for kind, (mean, _) in means.items()) / weight


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.integers(0, 10**6))
def test_a_result_equals_brute_force_over_the_ballots_and_few_ballots_never_show(seed: int) -> None:
    rng = random.Random(seed)
    meeting = packs.current()[P].reviews[M]
    units = ["labour_bureau", "finance_bureau"]
    ballots = [
        scores.Ballot(
            rng.choice([HEADS, HEADS, WATCH]),
            {
                unit: {key: rng.choice(STEPS) for key in CRITERIA if rng.random() < 0.98}
                for unit in units
                if rng.random() < 0.8
            },
        )
        for _ in range(rng.randint(0, 25))
    ]
    for score in scores.scores(meeting, units, ballots):
        expected = brute(meeting, score.object, ballots)
        assert score.total == (None if expected is None else scores.tenths(expected))
        assert sum(score.n.values()) >= 5 or (score.total, score.kinds, score.criteria) == (None, {}, {})
        if score.kinds:
            assert all(n == 0 or n >= 5 for n in score.n.values())
    shuffled = rng.sample(ballots, len(ballots))
    assert scores.scores(meeting, units, shuffled) == scores.scores(meeting, units, ballots)
    assert scores.root_of(shuffled) == scores.root_of(ballots)


def test_the_highest_and_lowest_ballots_are_left_out_where_the_programme_says_so() -> None:
    from dataclasses import replace

    meeting = replace(packs.current()[P].reviews[M], trim=20)
    ballots = [
        scores.Ballot(HEADS, {"labour_bureau": dict.fromkeys(CRITERIA, step)})
        for step in ["very_poor", "good", "good", "good", "very_good"]
    ]
    (score,) = scores.scores(meeting, ["labour_bureau"], ballots)
    assert (score.total, score.counted) == (800, 5)
