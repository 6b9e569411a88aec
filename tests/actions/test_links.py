"""A link opens one order and no other, can be sent again and taken back, and cannot be made up."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.actions import links, orders
from bihuan.core.order_state import OrderState
from bihuan.core.refusal import Refused
from bihuan.store.orders import NotFound
from tests import cast

pytestmark = pytest.mark.django_db
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.fixture
def order() -> OrderState:
    cast.found()
    return orders.submit_order(
        actor=cast.actor("chen"),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        channel="officer",
        now=cast.NOW,
        facts={"title": "缺工", "category": "recruitment", "facts": "缺30人。", "contact_phone": "13800000618"},
    )


def test_a_link_opens_its_order(order: OrderState) -> None:
    token = links.link_for(order.id)
    assert links.order_of(token) == cast.link_to(order.id)
    assert len(token) == links.LENGTH
    assert token == token.lower()


def test_a_link_is_the_same_each_time_it_is_asked_for(order: OrderState) -> None:
    assert links.link_for(order.id) == links.link_for(order.id)


def test_a_link_typed_in_capitals_opens_too(order: OrderState) -> None:
    assert links.order_of(links.link_for(order.id).upper()) == cast.link_to(order.id)


@pytest.mark.parametrize("at", [0, 5, 12, 13, 14, 30, 37, 38])
def test_a_link_with_one_letter_changed_opens_nothing(order: OrderState, at: int) -> None:
    token = links.link_for(order.id)
    wrong = token[:at] + LETTERS[LETTERS.index(token[at]) ^ 1] + token[at + 1 :]
    assert links.read(wrong) is None


@pytest.mark.parametrize("text", ["", "x", "1" * 39, "点" * 39, "a" * 38, "a" * 40, "a" * 39, "7" * 39, "=" * 39])
def test_what_is_no_link_opens_nothing(order: OrderState, text: str) -> None:
    assert links.read(text) is None


def test_a_revoked_link_opens_nothing_and_the_new_one_does(order: OrderState) -> None:
    old = links.link_for(order.id)
    new = links.revoke(actor=cast.actor("zhou"), number=order.number)
    assert links.order_of(old) is None
    assert links.order_of(new) == cast.link_to(order.id)
    assert links.read(old) == links.Link(order.id, current=False)
    assert links.link_for(order.id) == new


def test_another_key_makes_other_links(order: OrderState, settings: Any) -> None:
    token = links.link_for(order.id)
    settings.LINK_KEY = "another"
    assert links.read(token) is None
    assert links.link_for(order.id) != token


def test_sessions_and_links_do_not_share_a_key(order: OrderState, settings: Any) -> None:
    token = links.link_for(order.id)
    settings.SECRET_KEY = "another"
    assert links.link_for(order.id) == token


def test_who_may_ask_in_the_requesters_place_may_send_the_link_again(order: OrderState) -> None:
    for person in ("chen", "zhou", "liufang"):
        assert links.resend(actor=cast.actor(person), number=order.number) == links.link_for(order.id)


def test_the_statistician_reads_the_order_but_gets_no_link(order: OrderState) -> None:
    with pytest.raises(Refused) as why:
        links.resend(actor=cast.actor("he"), number=order.number)
    assert why.value.code == "link.post"
    with pytest.raises(Refused):
        links.revoke(actor=cast.actor("he"), number=order.number)


def test_the_bearer_of_a_link_cannot_take_it_back(order: OrderState) -> None:
    with pytest.raises(Refused):
        links.revoke(actor=cast.link_to(order.id), number=order.number)


def test_a_stranger_gets_no_link_and_learns_of_no_order(order: OrderState) -> None:
    with pytest.raises(NotFound):
        links.resend(actor=cast.actor("sun"), number=order.number)
    with pytest.raises(NotFound):
        links.link_for(order.id + 1)
