"""一步: what a step by POST costs, and that one move asked for alone has the verdict it has among all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.actions.orders import option_for, options_for
from bihuan.core.order_state import OrderState
from bihuan.store import drafts, packs
from tests import cast, lives
from tests.web.staff import at, signed_in

pytestmark = pytest.mark.django_db
MOST = 15  # with sign-in, on SQLite with BEGIN and COMMIT


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def step(client: Client, order: OrderState, n: int) -> int:
    """Write progress once more and return how many statements that took."""
    sent = {"text": f"第{n}次联系", "form_key": f"{n:032x}"}
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
