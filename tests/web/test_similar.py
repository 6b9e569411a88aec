"""相似工单: said before filing and at the desk, with the reason, of fixed cost, and never across what one may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from bihuan.actions import links
from bihuan.actions.orders import submit_order
from bihuan.actions.similar import Matter, similar_to
from bihuan.core.order_state import OrderState
from bihuan.store.models import Order
from tests import cast, lives
from tests.web.staff import KEY, at, copies, queries, signed_in, text

pytestmark = pytest.mark.django_db
DESK = "/orders/desk/?queue=to-dispatch"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def enter(client: Client, title: str, key: str = KEY, **more: str) -> HttpResponse:
    sent = {
        "requester": "foundry", "count": "1", "form_key": key, "channel": "visit", "title-1": title,
        "category-1": "recruitment", **more,
    }  # fmt: skip
    return client.post("/orders/new/", sent)  # type: ignore[return-value]


def test_before_filing_one_reads_what_the_enterprise_has_open_and_what_is_like_it() -> None:
    order = lives.submitted()
    chen = signed_in("chen")
    page = text(chen.get("/orders/new/?requester=foundry"))
    assert "这家企业在办的单" in page and f"{order.number} “数控操作工缺口30人”" in page and "企业相同" in page
    asked = enter(chen, "数控操作工还缺口30人")
    assert asked.status_code == 200
    said = text(asked)
    assert "有很像的单，还没有提交" in said and order.number in said and "文字相近" in said
    assert Order.objects.count() == 1
    assert "已点1件" in text(enter(chen, "数控操作工还缺口30人", sure="1"))
    assert Order.objects.count() == 2


def test_another_matter_is_filed_without_a_question_and_a_double_tap_makes_it_once() -> None:
    lives.submitted()
    chen = signed_in("chen")
    for _ in range(2):
        assert "已点1件" in text(enter(chen, "厂区断电三次"))
    assert Order.objects.count() == 2


def test_the_desk_reads_why_an_order_is_like_and_may_join_them() -> None:
    first = lives.submitted()
    second, now = lives.go_on(lives.submitted(title="数控操作工缺口二十人"), [lives.REGISTER], cast.NOW)
    at(now)
    zhou = signed_in("zhou")
    page = zhou.get(f"{DESK}&at={second.number}")
    said = text(page)
    assert "相似的单" in said and "企业相同，文字相近" in said
    address = f"/orders/{second.number}/merge/?main={first.number}"
    assert address in page.content.decode()
    assert f'value="{first.number}"' in zhou.get(address).content.decode()


def test_what_one_may_not_see_is_never_said() -> None:
    secret = lives.submitted(secret="1")
    asked = [Matter("数控操作工缺口30人", "", "recruitment", "foundry")]
    found = {
        person: [
            one.order.number
            for one in similar_to(actor=cast.actor(person), programme="enterprise_order", matters=asked, now=cast.NOW)[
                0
            ]
        ]
        for person in ("zhou", "tang", "sun", "guo", "he")
    }
    assert found == {"zhou": [secret.number], "tang": [], "sun": [], "guo": [], "he": []}


def test_old_orders_are_not_looked_at_unless_the_enterprise_has_them_open() -> None:
    order = lives.submitted()
    later = cast.NOW + timedelta(days=91)
    asked = [Matter("数控操作工缺口30人", "", "recruitment", who) for who in ("", "foundry")]
    found = similar_to(actor=cast.actor("zhou"), programme="enterprise_order", matters=asked, now=later)
    assert [[one.order.number for one in some] for some in found] == [[], [order.number]]


def test_looking_costs_as_many_queries_for_a_thousand_orders_as_for_two() -> None:
    order = lives.go_on(lives.submitted(), [lives.REGISTER], cast.NOW)[0]
    lives.submitted()
    zhou, chen = signed_in("zhou"), signed_in("chen")
    pages = (f"{DESK}&at={order.number}", "/orders/new/?requester=foundry")
    few = [queries(client, page) for client, page in zip((zhou, chen), pages, strict=True)]
    assert few[0] <= 8  # the desk, with what is like the order in its pane
    copies(order.number, 1200)
    assert [queries(client, page) for client, page in zip((zhou, chen), pages, strict=True)] == few


def test_at_the_desk_another_enterprise_is_like_by_its_words_alone() -> None:
    first = lives.submitted(category="recruitment")
    facts = {
        "title": "数控操作工缺口三十人", "category": "recruitment", "facts": "旺季缺人。", "contact_phone": lives.PHONE,
    }  # fmt: skip
    second = submit_order(
        actor=cast.actor("guo"), programme="enterprise_order", type_="enterprise_request", requester="shanjuan",
        facts=facts, now=cast.NOW,
    )  # fmt: skip
    said = text(signed_in("zhou").get(f"/orders/desk/?queue=to-register&at={second.number}"))
    assert f"{first.number} “数控操作工缺口30人”" in said
    assert "文字相近" in said and "企业相同" not in said
    # 唐宁 looks after the food chain alone: the other chain's order is none of hers.
    assert first.number not in text(signed_in("tang").get(f"/orders/desk/?queue=to-register&at={second.number}"))


# ---------- without sign-in ----------
def public(order: OrderState, facts: str, **more: str) -> HttpResponse:
    """Ask for something else from the page of an order's link."""
    address = f"/p/enterprise_order/new/?from={links.link_for(order.id)}"
    sent = {
        "category": "recruitment", "facts": facts, "requester_name": "沅澧精密铸造", "contact_name": "刘芳",
        "contact_phone": lives.PHONE, "form_key": KEY, **more,
    }  # fmt: skip
    return Client().post(address, sent)  # type: ignore[return-value]


def test_whoever_comes_from_the_link_of_an_order_is_asked_before_saying_the_same_again() -> None:
    order = lives.submitted()
    track = Client().get(f"/t/{links.link_for(order.id)}/")
    assert f"/p/enterprise_order/new/?from={links.link_for(order.id)}" in track.content.decode()
    same = "旺季订单排到春节，数控操作工缺30人。"
    asked = public(order, same)
    assert asked.status_code == 200 and "您有一张很像的单" in text(asked) and order.number in text(asked)
    assert Order.objects.count() == 1
    assert public(order, same, sure="1").status_code == 302
    assert Order.objects.count() == 2


def test_other_words_are_filed_at_once_and_a_forged_link_shows_nothing() -> None:
    order = lives.submitted()
    assert public(order, "门前一下雨就积水，货车进不来。").status_code == 302
    forged = Client().post(
        "/p/enterprise_order/new/?from=" + "a" * 39,
        {"category": "recruitment", "facts": "旺季订单排到春节，数控操作工缺30人。", "requester_name": "沅澧精密铸造",
         "contact_name": "刘芳", "contact_phone": lives.PHONE, "form_key": KEY[::-1]},
    )  # fmt: skip
    assert forged.status_code == 302
