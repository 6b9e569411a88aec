"""Running orders move to another version by a plan, nothing is lost, and what was moved can be put back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bihuan.actions import migrations, programmes
from bihuan.actions.orders import move_order, submit_order
from bihuan.actions.register import CHAIN, SETUP
from bihuan.actions.verify import verify
from bihuan.core.migration import Plan, Way, read
from bihuan.core.order_state import OrderState
from bihuan.core.orders import replay
from bihuan.core.permission import SYSTEM
from bihuan.core.projection import columns
from bihuan.core.refusal import Refused
from bihuan.store import counters, events, orders, packs, running
from tests import cast, lives

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = cast.NOW + timedelta(days=2)
TYPE = "enterprise_request"
KEEP = dict.fromkeys(("registering", "dispatching", "accepting", "promise", "handling", "co_handling"), "keep-deadline")
Content = dict[str, Any]


@pytest.fixture(autouse=True)
def _county() -> None:
    cast.found()


def original() -> Content:
    return copy.deepcopy(cast.content())


def order_of(content: Content) -> Content:
    found: Content = content["orders"]["order"][0]
    return found


def one(tables: list[Content], key: str, by: str = "key") -> Content:
    return next(table for table in tables if table[by] == key)


def published(*changes: Callable[[Content], None]) -> str:
    """Publish a second version, changed so, and return its name."""
    content = original()
    for change in changes:
        change(order_of(content))
    name, new = packs.publish(content, note="改", by="", now=cast.NOW)
    assert new
    return name


def renamed_state(was: str, becomes: str) -> Callable[[Content], None]:
    def change(order: Content) -> None:
        one(order["state"], was)["key"] = becomes
        for move in order["move"]:
            move["from"] = [becomes if key == was else key for key in move.get("from", [])]
            if move.get("to") == was:
                move["to"] = becomes
        for clock in order["clock"]:
            for part in ("starts", "stops", "restarts"):
                clock[part] = [becomes if key == was else key for key in clock.get(part, [])]

    return change


def limit(clock: str, text: str) -> Callable[[Content], None]:
    def change(order: Content) -> None:
        found = one(order["clock"], clock)
        found["limit"] = text
        found.pop("limits", None)
        found.pop("by", None)

    return change


def plan(states: dict[str, str] | None = None, becomes: dict[str, str] | None = None, **clocks: str) -> Plan:
    return Plan("enterprise_order", 1, 2, {TYPE: Way(states or {}, {**KEEP, **clocks}, becomes or {})})


def played(*steps: lives.Step) -> OrderState:
    return lives.played(steps)[0]


def now_of(order: OrderState) -> OrderState:
    return orders.by_id(order.id, seen_by=SYSTEM).order


def applied(chosen: Plan, **more: Any) -> migrations.Done:
    return migrations.apply(chosen, actor=cast.actor("wu"), now=LATER, **more)


def whole() -> None:
    """Rows, chains, clocks and counters are what the events make them, and nothing else."""
    report = verify()
    assert report.broken is None, report.faults
    for id_ in orders.ids_after(0, 100):
        held, chain = orders.by_id(id_, seen_by=SYSTEM), events.of_order(id_)

        def kind(bundle: str, type_: str = held.order.type) -> Any:
            return packs.order_type(bundle, type_)

        assert replay(kind(chain[0].bundle), chain, kind) == held.order
        row = orders.stored([id_])[id_]
        assert {name: row[name] for name in columns(held.type, held.order)} == columns(held.type, held.order)


# ---- moving ----
def test_orders_go_over_one_event_each_and_everything_still_verifies() -> None:
    first, second = played(*lives.ACCEPTED), played()
    published(renamed_state("in_progress", "working"))
    done = applied(plan({"in_progress": "working"}))
    assert (done.moved, done.refused) == (2, [])
    moved, waiting = now_of(first), now_of(second)
    assert (moved.bundle, moved.state, moved.seq) == ("enterprise_order@2", "working", first.seq + 1)
    assert (waiting.bundle, waiting.state) == ("enterprise_order@2", "submitted")
    event = events.of_order(first.id)[-1]
    assert (event.verb, event.bundle, event.facts["from"]) == ("migrate", "enterprise_order@2", "enterprise_order@1")
    assert event.prev == events.of_order(first.id)[-2].hash
    assert moved.clocks == first.clocks
    whole()


def test_a_moved_order_lives_on_to_its_end_under_the_new_version() -> None:
    order = played(*lives.ACCEPTED)
    published(renamed_state("in_progress", "working"))
    applied(plan({"in_progress": "working"}))
    now = LATER
    for who, verb, facts in (lives.ANSWER, lives.REPORT, lives.SIGN, lives.CHECK, lives.GOOD, lives.CLOSE):
        now += HOUR
        actor = cast.link_to(order.id) if who == "link" else cast.actor(who, now)
        _, order = move_order(actor=actor, id_=order.id, verb=verb, facts=facts, now=now)
    assert (order.state, order.solved or order.result) == ("closed", "partly_solved")
    whole()


def test_the_same_plan_a_second_time_moves_nothing() -> None:
    played()
    published(limit("registering", "3 workdays"))
    assert applied(plan()).moved == 1
    again = applied(plan())
    assert (again.moved, again.refused) == (0, [])
    assert notes() == ["orders_migrated"]


def test_a_plan_cut_off_goes_on_where_it_stopped() -> None:
    for _ in range(3):
        played()
    published(limit("registering", "3 workdays"))
    done = applied(plan(), limit=2)
    assert (done.moved, done.left) == (2, 1)
    assert running.total("enterprise_order@1") == 1
    assert applied(plan()).moved == 1
    whole()


def test_an_order_that_somebody_moves_meanwhile_goes_over_as_it_then_stands() -> None:
    first, second = sorted((played(*lives.DISPATCHED), played(*lives.DISPATCHED)), key=lambda order: order.id)
    published(limit("registering", "3 workdays"))

    def meanwhile(done: int) -> None:
        if done == 1:
            move_order(actor=cast.actor("wang"), id_=second.id, verb="accept", facts={}, now=LATER)

    assert applied(plan(), progress=meanwhile).moved == 2
    assert [event.verb for event in events.of_order(second.id)][-2:] == ["accept", "migrate"]
    assert now_of(first).state == "dispatched" and now_of(second).state == "in_progress"
    whole()


def notes() -> list[str]:
    return [event.verb for event in events.of_orders([CHAIN], SETUP).get(CHAIN, [])]


def test_counters_follow_an_order_whose_tray_changes_with_the_version() -> None:
    played(*lives.ACCEPTED)

    def checking(order: Content) -> None:
        one(order["state"], "in_progress")["milestone"] = "rectifying"

    published(checking)
    applied(plan())
    counters.fold()
    found = counters.read("enterprise_order", [""])
    assert found.get(("", "queue:rectifying", "")) == 1 and not found.get(("", "queue:in_progress", ""))
    whole()


# ---- clocks ----
@pytest.mark.parametrize("choice", ["keep-deadline", "keep-elapsed", "restart"])
def test_each_choice_does_to_a_deadline_what_it_says(choice: str) -> None:
    order = played(*lives.DISPATCHED)
    before = order.clocks["accepting"]
    published(limit("accepting", "3 workdays"))
    applied(plan(accepting=choice))
    after = now_of(order).clocks["accepting"]
    if choice == "keep-deadline":
        assert after == before
    elif choice == "keep-elapsed":
        assert (after["start"], after["limit"], after["first"]) == (before["start"], "3 workdays", before["due"])
        assert after["due"] > before["due"] and after["reclocked"] == 1
    else:
        assert after["start"] > before["start"] and after["due"] > before["due"]
        assert after["first"] == before["due"]
    whole()


def test_without_a_choice_for_a_running_clock_nothing_moves_and_the_clock_is_named() -> None:
    order = played(*lives.DISPATCHED)
    published(limit("accepting", "3 workdays"))
    chosen = Plan("enterprise_order", 1, 2, {TYPE: Way({}, {"promise": "keep-deadline", "handling": "restart"}, {})})
    with pytest.raises(Refused) as why:
        applied(chosen)
    assert why.value.code == "migrate.needs" and list(why.value.problems) == [f"{TYPE}.accepting"]
    assert now_of(order) == order and notes() == []


def test_the_promise_to_the_requester_never_restarts() -> None:
    played(*lives.DISPATCHED)
    published(limit("accepting", "3 workdays"))
    with pytest.raises(Refused) as why:
        applied(plan(promise="restart"))
    assert [fault.code for fault in why.value.facts["faults"]] == ["promise_restart"]


def test_a_clock_that_is_no_more_ends_where_the_plan_says_so_and_strands_where_not() -> None:
    order = played(*lives.DISPATCHED)

    def without(table: Content) -> None:
        table["clock"] = [one_ for one_ in table["clock"] if one_["key"] != "handling"]

    published(without)
    with pytest.raises(Refused) as why:
        applied(plan(handling="keep-deadline"))
    assert [fault.code for fault in why.value.facts["faults"]] == ["no_clock"]
    applied(plan(handling="end"))
    assert now_of(order).clocks["handling"]["stop"]
    whole()


def test_a_clock_goes_on_under_a_new_key() -> None:
    order = played(*lives.DISPATCHED)

    def rename(table: Content) -> None:
        one(table["clock"], "accepting")["key"] = "taking"
        for rung in table["ladder"]:
            rung["clock"] = "taking" if rung["clock"] == "accepting" else rung["clock"]

    published(rename)
    applied(plan(becomes={"accepting": "taking"}))
    after = now_of(order)
    assert after.clocks["taking"] == order.clocks["accepting"] and "accepting" not in after.clocks
    whole()


def test_a_paused_clock_stays_paused_and_resumes_by_the_new_limit() -> None:
    now = cast.NOW + timedelta(hours=4)
    order = played(*lives.ACCEPTED)
    facts = {"suspend_reason": "superior", "resume_on": "2022-11-10", "reason": "等省厅批复"}
    _, order = move_order(actor=cast.actor("wang", now), id_=order.id, verb="ask_suspension", facts=facts, now=now)
    facts = {"agreed": "agree", "opinion": "可"}
    _, order = move_order(actor=cast.actor("zhou", now), id_=order.id, verb="decide_suspension", facts=facts, now=now)
    assert order.clocks["handling"]["paused"]
    published(limit("handling", "20 workdays"))
    applied(plan(handling="keep-elapsed"))
    moved = now_of(order)
    assert moved.clocks["handling"]["paused"] == order.clocks["handling"]["paused"]
    _, after = move_order(actor=cast.actor("wang", LATER), id_=order.id, verb="resume", facts={}, now=LATER + HOUR)
    assert after.clocks["handling"]["limit"] == "20 workdays" and not after.clocks["handling"].get("paused")
    whole()


def test_other_lights_in_the_new_version_leave_promised_clocks_alone() -> None:
    order = played(*lives.DISPATCHED)

    def lights(table: Content) -> None:
        table["lights"] = {"yellow_share": "0.6", "yellow_workdays": 5, "orange_share": "0.4"}

    published(lights)
    applied(plan(accepting="restart"))
    after = now_of(order)
    assert after.clocks["promise"] == order.clocks["promise"]
    whole()


def test_an_amendment_of_another_fact_does_not_count_a_kept_deadline_anew() -> None:
    order = played(*lives.DISPATCHED)

    def shorter(table: Content) -> None:
        one(table["clock"], "promise")["limit"] = "10 workdays"

    published(shorter)
    applied(plan())
    given = {"category": "recruitment", "importance": "light", "urgency": "calm"}
    _, after = move_order(actor=cast.actor("zhou"), id_=order.id, verb="amend", facts=given, now=LATER + HOUR)
    assert after.clocks["promise"] == order.clocks["promise"]
    given = {**given, "category": "arrears"}
    _, after = move_order(actor=cast.actor("zhou"), id_=order.id, verb="amend", facts=given, now=LATER + HOUR)
    assert after.clocks["promise"]["limit"] == "30 days"
    whole()


# ---- stranding ----
def stays(chosen: Plan, code: str, order: OrderState) -> Refused:
    """The plan is refused as a whole, the order's own reason is `code`, and nothing has changed."""
    with pytest.raises(Refused) as why:
        applied(chosen)
    assert why.value.code == "migrate.state.stranded", why.value
    reason: Refused = why.value.facts["first"].refused
    assert reason.code == code, reason
    assert now_of(order) == order and notes() == []
    whole()
    return reason


def test_a_state_that_is_no_more_and_not_mapped_strands() -> None:
    order = played(*lives.ACCEPTED)
    published(renamed_state("in_progress", "working"))
    assert stays(plan(), "migrate.state.missing", order).facts["state"] == "in_progress"


def test_a_state_nobody_could_bring_the_order_out_of_strands() -> None:
    order = played(*lives.ACCEPTED)

    def nobody(table: Content) -> None:
        for move in table["move"]:
            if "in_progress" in move.get("from", []) and move.get("to") not in (None, "in_progress", "withdrawn"):
                move["by"] = ["reviewers_of_the_moon"]
        table["role"].append(
            {"key": "reviewers_of_the_moon", "name": "无人", "who": [{"of": "everywhere", "post": "nobody"}]}
        )

    published(nobody)
    stays(plan(), "migrate.state.dead", order)


def test_a_pending_request_that_could_not_be_decided_strands() -> None:
    order = played(*lives.ACCEPTED, ("wang", "ask_extension", {"until": "2022-12-01", "reason": "等设备"}))

    def without(table: Content) -> None:
        table["move"] = [move for move in table["move"] if move["verb"] not in ("ask_extension", "decide_extension")]

    published(without)
    assert stays(plan(deciding="keep-deadline"), "migrate.pending.ask", order).facts["ask"] == "extension"


def test_a_draft_that_could_not_be_signed_strands() -> None:
    order = played(*lives.DRAFTED)
    published(lambda table: table.pop("sign"))
    stays(plan(), "migrate.pending.draft", order)


def test_what_an_order_holds_must_be_readable_in_the_new_version() -> None:
    order = played()

    def without(table: Content) -> None:
        field = one(table["field"], "category")
        field["choices"] = [choice for choice in field["choices"] if choice["key"] != "recruitment"]

    published(without)
    assert stays(plan(), "migrate.needs.choice", order).facts["choice"] == "recruitment"


def test_the_rest_may_stay_while_the_others_go() -> None:
    stuck, free = played(*lives.ACCEPTED), played()
    published(renamed_state("in_progress", "working"))
    done = applied(plan(), rest_stays=True)
    assert done.moved == 1 and [row.number for row in done.refused] == [stuck.number]
    assert now_of(stuck) == stuck and now_of(free).bundle == "enterprise_order@2"
    whole()


def test_a_look_lists_states_and_both_deadlines_and_changes_nothing() -> None:
    order = played(*lives.DISPATCHED)
    published(limit("accepting", "3 workdays"))
    seen = migrations.look(plan(accepting="keep-elapsed"), actor=cast.actor("wu"), now=LATER)
    assert (seen.total, seen.ready, seen.stranded) == (1, 1, 0)
    shifts = {shift.clock: shift for shift in seen.rows[0].shifts}
    assert shifts["accepting"].due < shifts["accepting"].would
    assert shifts["promise"].due == shifts["promise"].would
    assert now_of(order) == order and notes() == []


# ---- plans ----
@pytest.mark.parametrize(
    ("made", "code"),
    [
        (Plan("enterprise_order", 1, 7), "no_bundle"),
        (Plan("nothing", 1, 2), "no_programme"),
        (Plan("enterprise_order", 1, 1), "same_version"),
        (plan({"nowhere": "submitted"}), "unknown_state"),
        (plan({"submitted": "nowhere"}), "no_state"),
        (plan({"submitted": "closed"}), "closed_state"),
        (plan(promise="later"), "unknown_choice"),
        (plan(promise="end"), "end_known"),
        (plan(nothing="restart"), "unknown_clock"),
        (plan(becomes={"accepting": "nothing"}), "unknown_clock"),
        (Plan("enterprise_order", 1, 2, {"other": Way()}), "unknown_type"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_place(made: Plan, code: str) -> None:
    published(limit("accepting", "3 workdays"))
    with pytest.raises(Refused) as why:
        applied(made)
    assert why.value.code == "migrate.invalid"
    assert code in [fault.code for fault in why.value.facts["faults"]]
    assert all(fault.place for fault in why.value.facts["faults"])


def test_a_plan_reads_back_as_it_was_written() -> None:
    made = plan({"in_progress": "working"}, {"accepting": "taking"})
    assert read(made.dump()) == (made, [])
    assert read({**made.dump(), "from": "1"})[0] is None


def test_only_administrators_move_orders() -> None:
    published(limit("accepting", "3 workdays"))
    for call in (migrations.apply, migrations.look, migrations.revert):
        with pytest.raises(Refused, match="migrate.post"):
            call(plan(), actor=cast.actor("zhou"), now=LATER)  # type: ignore[operator]


def test_nobody_moves_an_order_to_another_version_by_a_plain_move() -> None:
    order = played()
    for actor in (SYSTEM, cast.actor("zhou")):
        with pytest.raises(Refused, match="migrate.post"):
            move_order(actor=actor, id_=order.id, verb="migrate", facts={}, now=LATER)


# ---- back ----
def test_what_was_moved_is_put_back_exactly_by_an_event_of_its_own() -> None:
    order = played(*lives.ACCEPTED)
    published(renamed_state("in_progress", "working"), limit("handling", "20 workdays"))
    chosen = plan({"in_progress": "working"}, handling="restart")
    applied(chosen)
    done = migrations.revert(chosen, actor=cast.actor("wu"), now=LATER + HOUR)
    assert (done.moved, done.refused) == (1, [])
    after = now_of(order)
    assert (after.bundle, after.state, after.clocks, after.moved) == (order.bundle, order.state, order.clocks, {})
    assert after.seq == order.seq + 2
    whole()
    assert applied(chosen).moved == 1
    whole()
    assert notes() == ["orders_migrated", "orders_moved_back", "orders_migrated"]


def test_an_order_to_which_anything_happened_since_stays_where_it_is() -> None:
    order, other = played(*lives.ACCEPTED), played()
    published(limit("handling", "20 workdays"))
    applied(plan())
    _, after = move_order(
        actor=cast.actor("wang", LATER), id_=order.id, verb="progress", facts={"text": "在谈"}, now=LATER + HOUR
    )
    done = migrations.revert(plan(), actor=cast.actor("wu"), now=LATER + 2 * HOUR)
    assert done.moved == 1
    assert [(row.number, row.refused and row.refused.code) for row in done.refused] == [(order.number, "migrate.stale")]
    assert now_of(order) == after and now_of(other).bundle == "enterprise_order@1"
    whole()


# ---- versions ----
def test_a_closing_programme_takes_no_new_orders_and_goes_on_with_those_it_has() -> None:
    order = played()
    admin = cast.actor("wu")
    assert programmes.set_state("enterprise_order@1", "closing", actor=admin, now=LATER)
    assert not programmes.set_state("enterprise_order@1", "closing", actor=admin, now=LATER)
    with pytest.raises(Refused) as why:
        lives.submitted()
    assert (why.value.code, why.value.kind) == ("submit.closed-version", "closed-version")
    move_order(actor=cast.actor("zhou"), id_=order.id, verb="register", facts=lives.REGISTER[2], now=LATER)
    programmes.set_state("enterprise_order@1", "open", actor=admin, now=LATER)
    assert lives.submitted().number
    assert notes() == ["version_state", "version_state"]


def test_a_version_is_retired_when_nothing_runs_under_it_and_receives_no_orders() -> None:
    played()
    admin = cast.actor("wu")
    with pytest.raises(Refused) as why:
        programmes.set_state("enterprise_order@1", "retired", actor=admin, now=LATER)
    assert (why.value.code, why.value.facts["n"]) == ("version.state.running", 1)
    published(limit("registering", "3 workdays"))
    assert packs.states() == {"enterprise_order@1": "closing", "enterprise_order@2": "open"}
    applied(plan())
    programmes.set_state("enterprise_order@1", "retired", actor=admin, now=LATER)
    with pytest.raises(Refused, match="migrate.closed-version"):
        migrations.revert(plan(), actor=admin, now=LATER)
    with pytest.raises(Refused, match="version.state.newer"):
        programmes.set_state("enterprise_order@1", "open", actor=admin, now=LATER)


def test_the_command_line_of_the_public_meets_a_closed_programme_too() -> None:
    programmes.set_state("enterprise_order@1", "closing", actor=SYSTEM, now=LATER)
    with pytest.raises(Refused, match="submit.closed-version"):
        submit_order(
            actor=None, programme="enterprise_order", type_=TYPE, facts={"title": "a", "facts": "b"}, now=LATER,
            requester_name="某公司", desk="equipment",
        )  # fmt: skip


# ---- comparing ----
def test_differences_come_with_the_number_of_running_orders_they_concern() -> None:
    played(*lives.DISPATCHED)
    played()

    def changes(table: Content) -> None:
        one(table["state"], "submitted")["name"] = "刚收到"
        table["field"].append({"key": "extra", "name": "补充", "kind": "text"})
        one(table["clock"], "accepting")["limit"] = "2 workdays"

    published(changes)
    found = programmes.compare("enterprise_order", 1, 2, actor=cast.actor("wu"))
    assert [(d.noun, d.key) for d, _ in found.of("wording")] == [("state", "submitted")]
    assert [(d.noun, d.key) for d, _ in found.of("ahead")] == [("field", "extra")]
    assert [(d.noun, d.key, d.attribute, n) for d, n in found.of("behind")] == [("clock", "accepting", "limit", 1)]
    assert found.looked == 2 and not found.more
    assert programmes.compare("enterprise_order", 1, 1, actor=SYSTEM).found == ()


def test_a_version_is_compared_with_a_pack_that_is_not_published_yet() -> None:
    found = programmes.compare("enterprise_order", 1, cast.PROGRAMMES / "enterprise_order", actor=SYSTEM)
    assert found.found == ()
    with pytest.raises(Refused, match="compare.needs"):
        programmes.compare("enterprise_order", 1, 9, actor=SYSTEM)
