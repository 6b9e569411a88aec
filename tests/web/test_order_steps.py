"""一步: what a step by POST costs, and that one move asked for alone has the verdict it has among all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.actions.orders import move_order, option_for, options_for
from bihuan.core.order_state import OrderState
from bihuan.core.refusal import Refused
from bihuan.store import drafts, orders, packs
from tests import cast, lives
from tests.web.staff import at, signed_in

pytestmark = pytest.mark.django_db
MOST = 6  # with sign-in; a transaction of the test stands around it


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def step(client: Client, order: OrderState, n: int) -> int:
    """Write progress once more and return how many statements that took."""
    sent = {"text": f"第{n}次联系", "form_key": f"{n:032x}", "expect": lives.again(order).seq}
    with CaptureQueriesContext(connection) as made:
        assert client.post(f"/orders/{order.number}/progress/", sent).status_code == 302
    return len(made)


def test_a_step_reads_as_little_of_a_long_record_as_of_a_short_one() -> None:
    order, now = lives.played(lives.ACCEPTED)
    at(now + timedelta(minutes=1))
    client = signed_in("wang")
    step(client, order, 1)
    few = step(client, order, 2)
    for n in range(3, 12):
        step(client, order, n)
    assert step(client, order, 12) == few <= MOST
    assert lives.again(order).seq == order.seq + 12


@pytest.mark.django_db(transaction=True)
def test_a_step_by_post_is_sign_in_the_order_and_the_writing() -> None:
    order, now = lives.played(lives.ACCEPTED)
    at(now + timedelta(minutes=1))
    client = signed_in("wang")
    step(client, order, 1)
    assert step(client, order, 2) == {"postgresql": 3, "sqlite": 6}[connection.vendor]


def test_a_move_alone_has_the_verdict_it_has_among_all() -> None:
    for steps in ((), lives.DISPATCHED, lives.ACCEPTED, lives.ANSWERED, (*lives.CHECKED, lives.BAD)):
        order, now = lives.played(steps)
        for person in ("zhou", "wang", "hebing", "sun", "liufang"):
            actor = cast.actor(person)
            among = {one.move.verb: one for one in options_for(actor=actor, order=order, now=now)}
            for verb in packs.order_type(order.bundle, order.type).moves:
                alone, known = option_for(actor=actor, order=order, verb=verb, now=now), among.get(verb)
                assert (alone is None) == (known is None), verb
                if alone and known:
                    said = [one.refused and (one.refused.code, one.refused.facts) for one in (alone, known)]
                    assert said[0] == said[1], verb
    assert option_for(actor=cast.actor("zhou"), order=order, verb="nonsense", now=now) is None


def test_a_draft_that_was_sent_is_gone_and_others_stay() -> None:
    for person, place in (("wang", "a:progress"), ("wang", "b:progress"), ("zhou", "a:progress")):
        drafts.put(person=person, place=place, facts={"text": "x"}, at="")
    assert drafts.drop(person="wang", place="a:progress") == 1
    assert drafts.drop(person="wang", place="a:progress") == 0
    assert drafts.of("wang", "b:progress") and drafts.of("zhou", "a:progress")


def test_a_step_made_by_a_form_forgets_its_draft_and_asks_for_none_where_none_is() -> None:
    order, now = lives.played(lives.ACCEPTED)
    at(now + timedelta(minutes=1))
    client, place = signed_in("wang"), f"{order.number}:progress"
    step(client, order, 0)  # from now on it is known whose the session is
    few = step(client, order, 1)
    for mine in (place, f"{order.number}:reply_desk"):
        drafts.put(person="wang", place=mine, facts={"text": "x"}, at="")
    drafts.put(person="zhou", place=place, facts={"text": "x"}, at="")
    assert step(client, order, 2) == few + 1
    assert drafts.of("wang", place) is None
    assert drafts.of("wang", f"{order.number}:reply_desk") and drafts.of("zhou", place)


def test_a_move_decided_on_what_was_read_before_somebody_else_moved_is_decided_anew() -> None:
    order, now = lives.played(lives.ACCEPTED)
    wang, zhou = cast.actor("wang"), cast.actor("zhou")
    read = orders.for_move(order.number, place=f"{order.number}:progress", seen_by=wang)
    assert not read.drafted
    move_order(actor=zhou, number=order.number, verb="remind", facts={"text": "请抓紧"}, now=now)
    sent = {"actor": wang, "number": order.number, "verb": "progress", "facts": {"text": "联系了"}, "now": now}
    event, after = move_order(**sent, command="a" * 32, read=read)
    assert event.seq == after.seq == read.order.seq + 2
    with pytest.raises(Refused) as stale:
        move_order(**sent, expect=read.order.seq, read=read)
    assert stale.value.kind == "stale"
    again, _ = move_order(**sent, command="a" * 32, read=read)
    assert (again.seq, lives.again(order).seq) == (event.seq, event.seq)
