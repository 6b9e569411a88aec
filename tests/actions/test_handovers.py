"""When a post changes hands its open orders go with it or stay with the old person until done, each by an event."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bihuan.actions import handovers, network
from bihuan.actions.handovers import FOLLOW, KEEP, STAY, hand_over, leaving, look, plan_of
from bihuan.actions.orders import move_order
from bihuan.actions.register import CHAIN, NETWORK
from bihuan.actions.turns import turns_of
from bihuan.actions.verify import verify
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM, Actor, may_see
from bihuan.core.refusal import Refused
from bihuan.store import events, lists, notices, orders, packs, people, search, terms
from bihuan.store.orders import NotFound
from bihuan.words.handovers import reason
from bihuan.words.notices import headline
from tests import cast
from tests.web.lives import Life, begun, set_clock
from tests.web.staff import signed_in, text

pytestmark = pytest.mark.django_db

DAY = date(2022, 9, 29)
LATER = cast.NOW + timedelta(days=1)
POST = "labour.handler"


@pytest.fixture(autouse=True)
def _county() -> None:
    cast.found()


def taken(n: int) -> list[Life]:
    """Orders that 王磊 has accepted; afterwards he changes to 财政局 and 秦川 has his post."""
    lives = [begun(title=f"缺口{k}人").accepted() for k in range(n)]
    now = max(life.now for life in lives)
    set_clock(now)
    network.set_post(
        actor=SYSTEM, key="finance.reader", name="综合岗", kind="service_officer", unit="finance_bureau",
        since=DAY, now=now,
    )  # fmt: skip
    network.appoint(actor=SYSTEM, post=POST, since=DAY, name="秦川", person="qin", now=now, relieve=True)
    network.appoint(actor=SYSTEM, post="finance.reader", since=DAY, person="wang", now=now)
    return lives


def wang(now) -> Actor:
    found = people.actor("wang", "finance.reader", now)
    assert found is not None
    return found


def plan(**more):
    return plan_of(**{"actor": SYSTEM, "post": POST, "person": "wang", "now": LATER, **more})


def test_orders_follow_the_post_or_stay_with_the_old_person_as_chosen_for_each() -> None:
    first, second, third = taken(3)
    assert leaving(POST, LATER) == {"wang": 3}
    choices = {"": FOLLOW, second.number: KEEP, third.number: STAY}
    seen = look(plan(), choices, actor=SYSTEM, now=LATER)
    assert sorted((row.number, row.choice, row.refused) for row in seen.rows) == [
        (first.number, FOLLOW, None), (second.number, KEEP, None), (third.number, STAY, None),
    ]  # fmt: skip
    assert [len(events.of_order(one.id)) for one in (first, second, third)] == [4, 4, 4]  # a look changes nothing
    done = hand_over(plan(), choices, actor=SYSTEM, now=LATER, command="a1")
    assert not done.refused and (done.ready(FOLLOW), done.ready(KEEP)) == (1, 1)
    assert [one.order.handler for one in (first, second, third)] == ["qin", "wang", "wang"]
    assert [events.of_order(one.id)[-1].verb for one in (first, second, third)] == ["hand_over", "hand_over", "accept"]
    assert [e.verb for e in events.of_orders([CHAIN], NETWORK)[CHAIN]][-1] == "orders_handed_over"
    assert verify().broken is None


def test_who_keeps_an_order_goes_on_with_it_from_a_new_post_and_with_no_other() -> None:
    kept, gone = taken(2)
    assert not leaving(POST, LATER) == {}
    with pytest.raises(NotFound):
        orders.by_number(kept.number, seen_by=wang(LATER))
    hand_over(plan(), {"": FOLLOW, kept.number: KEEP}, actor=SYSTEM, now=LATER, command="a1")
    actor = wang(LATER)
    listed = lists.page(seen_by=actor, programmes=list(packs.current().values()), asked=lists.Asked(), now=LATER)
    assert [row.number for row in listed.rows] == [kept.number]
    assert [turn.order.number for turn in turns_of(actor=actor, now=LATER)] == [kept.number]
    with pytest.raises(NotFound):
        orders.by_number(gone.number, seen_by=actor)
    kept.wait(timedelta(days=1))
    result = {"result": "solved", "answer": "已到岗12人。"}
    move_order(actor=actor, number=kept.number, verb="reply_requester", facts=result, now=kept.now)
    report = {"result": "solved", "report": "已到岗12人。"}
    move_order(actor=actor, number=kept.number, verb="reply_desk", facts=report, now=kept.now)
    kept.go("hebing", "approve").invited()
    kept.go("link", "rate", rating="satisfied").go("zhou", "close")
    assert kept.order.keeper == "" and kept.order.kept == {"ended": "wang"}
    with pytest.raises(NotFound):  # it is done: so is what they may see
        orders.by_number(kept.number, seen_by=wang(kept.now))
    assert verify().broken is None


def test_lists_and_the_single_check_agree_for_who_keeps_orders() -> None:
    lives = taken(3)
    choices = {"": FOLLOW, lives[0].number: KEEP, lives[2].number: KEEP}
    hand_over(plan(), choices, actor=SYSTEM, now=LATER, command="a1")
    programmes = list(packs.current().values())
    actors = [
        wang(LATER),
        people.actor("qin", POST, LATER),
        *(cast.actor(p, LATER) for p in cast.POST_OF if p != "wang"),
    ]
    for actor in actors:
        assert actor is not None
        page = lists.page(seen_by=actor, programmes=programmes, asked=lists.Asked(), now=LATER)
        listed = {row.id for row in page.rows}
        for life in lives:
            order = orders.by_id(life.id, seen_by=SYSTEM).order
            assert (life.id in listed) == bool(may_see(actor, order, packs.roles_of(order.programme, order.type)))


def test_who_keeps_orders_finds_them_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    lives = taken(3)
    choices = {"": FOLLOW, lives[0].number: KEEP}
    hand_over(plan(), choices, actor=SYSTEM, now=LATER, command="a1")
    while terms.fold():
        pass
    monkeypatch.setattr(search, "FURTHER", (0, 0))  # too many have the word: a reader's own are looked through
    title = orders.by_id(lives[0].id, seen_by=SYSTEM).order.title
    page = search.orders(seen_by=wang(LATER), programmes=packs.current().values(), text=title)
    assert [row.number for row in page.rows] == [lives[0].number]


def test_a_kept_order_given_to_a_colleague_is_the_unit_s_again() -> None:
    (life,) = taken(1)
    hand_over(plan(), {"": KEEP}, actor=SYSTEM, now=LATER, command="a1")
    life.wait(timedelta(days=1)).go("hebing", "assign", handler="liyun")
    assert (life.order.handler, life.order.kept) == ("liyun", {})
    with pytest.raises(NotFound):
        orders.by_number(life.number, seen_by=wang(life.now))
    assert verify().broken is None


def test_a_hand_over_cut_off_is_taken_up_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    lives = taken(3)
    real, calls = handovers._written, []

    def breaks(*given) -> bool:
        calls.append(given)
        if len(calls) == 2:
            raise OSError("power cut")
        return real(*given)

    monkeypatch.setattr(handovers, "_written", breaks)
    with pytest.raises(OSError):
        hand_over(plan(), {"": FOLLOW}, actor=SYSTEM, now=LATER, command="a1")
    assert sorted(life.order.handler for life in lives) == ["qin", "wang", "wang"]
    again = hand_over(plan(), {"": FOLLOW}, actor=SYSTEM, now=LATER, command="a1")
    assert len(again.rows) == 2 and not again.refused
    for life in lives:
        assert [e.verb for e in events.of_order(life.id)].count("hand_over") == 1
    assert hand_over(plan(), {"": FOLLOW}, actor=SYSTEM, now=LATER, command="a1").rows == []
    assert verify().broken is None


def test_an_order_that_moved_on_since_the_preview_is_left_as_it_is() -> None:
    (life,) = taken(1)
    seen = look(plan(), {"": FOLLOW}, actor=SYSTEM, now=LATER)
    life.go("hebing", "progress", text="在联系。")
    expect = {row.number: row.order.seq - 1 for row in seen.rows}
    done = hand_over(plan(), {"": FOLLOW}, actor=SYSTEM, now=LATER, command="a1", expect=expect)
    assert [reason(row.refused) for row in done.rows if row.refused] == ["这张单刚被别人改过，请再看一遍"]
    assert life.order.handler == "wang"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"post": "nowhere"}, "没有这个岗位，请核对岗位的编码"),
        ({"person": "nobody"}, "名册里没有这个人，请核对"),
        ({"to_post": "labour.old"}, "“老岗位”2022-09-29已撤销，不能移交给它，请选一个在设的岗位"),
        ({"to_post": "finance.handler"}, "“吴波的岗位”是财政局的岗位，不在人社局；换部门请用“改派”"),
        ({"to_post": "labour.empty"}, "“空岗位”现在没有人任职，请先任命，或换一个岗位"),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused_with_a_sentence(more: dict[str, str], said: str) -> None:
    taken(1)
    common = {"actor": SYSTEM, "kind": "handler", "unit": "labour_bureau", "since": cast.SINCE, "now": LATER}
    network.set_post(key="labour.old", name="老岗位", until=DAY, **common)
    network.set_post(key="labour.empty", name="空岗位", **common)
    with pytest.raises(Refused) as why:
        plan(**more)
    assert reason(why.value) == said


def test_what_cannot_be_done_with_one_order_is_said_beside_it_and_leaves_the_others_alone() -> None:
    first, second = taken(2)
    liyun = cast.actor("liyun", LATER)
    move_order(actor=liyun, number=first.number, verb="recuse", facts={"reason": "亲属在该企业"}, now=LATER)
    done = hand_over(plan(to="liyun", to_post="labour.handler2"), {"": FOLLOW}, actor=SYSTEM, now=LATER, command="a1")
    assert {row.number: reason(row.refused) if row.refused else "" for row in done.rows} == {
        first.number: "接手的人已回避这张单，请换一个人", second.number: "",
    }  # fmt: skip
    assert (first.order.handler, second.order.handler) == ("wang", "liyun")


def test_who_has_no_post_any_more_cannot_keep_an_order_and_who_is_still_there_need_not() -> None:
    (life,) = taken(1)
    seen = look(plan_of(actor=SYSTEM, post="labour.handler2", person="wang", to="liyun", now=LATER), {"": KEEP},
                actor=SYSTEM, now=LATER)  # fmt: skip
    assert [row.refused for row in seen.rows] == [None]
    network.end_holding(actor=SYSTEM, person="wang", post="finance.reader", until=DAY, now=LATER)
    seen = look(plan(), {"": KEEP}, actor=SYSTEM, now=LATER)
    assert reason(seen.rows[0].refused) == "王磊现在没有任何岗位，进不了系统，请选随岗移交"
    network.appoint(actor=SYSTEM, post=POST, since=LATER.date(), person="wang", now=LATER, relieve=True)
    seen = look(plan(needs=False), {"": KEEP}, actor=SYSTEM, now=LATER)
    assert reason(seen.rows[0].refused) == "王磊还在本单位的承办岗位上，不用移交也能办完"
    assert life.order.handler == "wang"


def test_only_an_administrator_hands_over_and_reads_no_titles_of_orders_that_are_not_theirs() -> None:
    (life,) = taken(1)
    with pytest.raises(Refused) as why:
        plan(actor=cast.actor("hebing", LATER))
    assert reason(why.value) == "只有管理员岗位能办移交"
    admin = cast.actor("wu", LATER)
    seen = look(plan(actor=admin), {"": FOLLOW}, actor=admin, now=LATER)
    assert [(row.number, row.title) for row in seen.rows] == [(life.number, "")]


def test_who_receives_orders_is_told_once_however_many_they_are_and_finds_them_in_a_list() -> None:
    lives = taken(3)
    choices = {"": FOLLOW, lives[0].number: KEEP}
    for _ in range(2):
        hand_over(plan(), choices, actor=SYSTEM, now=LATER, command="a1")
    [told] = [one for one in notices.of_person("qin", now=iso(LATER)) if not one.order]
    assert headline(told, None) == "移交给您2件"
    set_clock(LATER)
    client = signed_in("qin")
    assert "移交给您2件" in text(client.get("/notices/"))
    assert "共2件" in text(client.get("/orders/?view=open&handler=me"))
