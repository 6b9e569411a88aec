"""并单: each requester's page follows the order that is handled, to the answer and the rating, and notices reach all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bihuan.actions import links, notices
from bihuan.actions.orders import submit_order
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.store.models import Delivery
from tests import cast, lives
from tests.web.lives import Life
from tests.web.staff import at, signed_in, text

pytestmark = pytest.mark.django_db
OTHER = "13900000777"


@pytest.fixture(autouse=True)
def county(settings: Any) -> None:
    settings.SITE, settings.SMS_URL = "https://zone.example", "http://127.0.0.1:9/sms"
    cast.found()
    at(cast.NOW)


def of_shanjuan(**more: Any) -> OrderState:
    """The food company asks by itself, without signing in; its desk registers it."""
    order = submit_order(
        actor=None, programme="enterprise_order", type_="enterprise_request", requester="shanjuan", now=cast.NOW,
        facts={"title": "我们也缺数控工", "category": "recruitment", "facts": "缺5人。", "contact_name": "郭婷",
               "contact_phone": OTHER, **more},
    )  # fmt: skip
    return lives.go_on(order, [lives.REGISTER], cast.NOW)[0]


def joined(**more: Any) -> tuple[Life, OrderState]:
    """An order of the foundry to which one of the food company was joined, before anybody handles it."""
    main = Life(*_of(lives.submitted(**more)))
    other = of_shanjuan()
    other, now = lives.go_on(other, [("zhou", "merge", {"main": main.number})], cast.NOW + timedelta(hours=1))
    main.wait(now - main.now)
    return main, other


def _of(order: OrderState) -> tuple[int, str, Any]:
    return order.id, order.number, cast.NOW


def page(order: OrderState) -> str:
    return text(Client().get(f"/t/{links.link_for(order.id)}/"))


def test_the_page_of_each_requester_follows_the_main_order_to_the_answer_and_the_rating() -> None:
    main, other = joined()
    main.accepted()
    assert "人社局已接单" in page(other)
    main.answered("第一批12人已到岗。")
    assert "部门这样答复大家" in page(other) and "第一批12人已到岗。" in page(other)
    assert "内部情况" not in page(other)
    main.invited().go("link", "rate", rating="satisfied", words="很快")
    said = page(other)
    assert "已由那张单的点单人评价" in said and "很快" not in said and "满意" not in said
    assert main.number not in said and "数控操作工缺口30人" not in said
    assert verify().broken is None


def test_an_answer_on_a_secret_order_stays_with_its_own_requester() -> None:
    main, other = joined(secret="1")
    main.accepted().answered("按你们的配方批了。")
    assert "按你们的配方批了" not in page(other)
    assert "并在一起办的那张单" in page(other)


def test_the_same_enterprise_goes_on_with_its_other_order_and_rates_it_there() -> None:
    main = Life(*_of(lives.submitted()))
    twice, now = lives.go_on(lives.submitted(title="数控工"), [lives.REGISTER], cast.NOW)
    twice, now = lives.go_on(twice, [("zhou", "merge", {"main": main.number})], now)
    main.wait(now - main.now).accepted().answered().invited()
    client = Client()
    answer = client.get(f"/t/{links.link_for(twice.id)}/")
    address = f"/t/{links.link_for(main.id)}/"
    assert f'href="{address}"' in answer.content.decode()
    assert "您觉得办得怎么样" in text(client.get(address))


def test_what_was_never_verified_opens_no_other_order() -> None:
    main = Life(*_of(lives.submitted()))
    stranger = submit_order(
        actor=None, programme="enterprise_order", type_="enterprise_request", requester="foundry", now=cast.NOW,
        facts={"title": "我也是这家的", "category": "recruitment", "facts": "缺人。", "contact_phone": OTHER},
    )  # fmt: skip
    lives.go_on(stranger, [("zhou", "merge", {"main": main.number})], cast.NOW)
    answer = Client().get(f"/t/{links.link_for(stranger.id)}/")
    assert links.link_for(main.id) not in answer.content.decode()


def told() -> set[tuple[str, str, str]]:
    """Return (number, channel, person) of everything said to those who asked."""
    return {
        (one.number, one.channel, one.person) for one in Delivery.objects.filter(verb="", channel__in=("inapp", "sms"))
    }


def test_notices_of_the_main_order_reach_every_requester_on_their_own_order() -> None:
    main, other = joined()
    now = main.now + timedelta(minutes=5)
    notices.tell(now=now)
    merged = {(other.number, "inapp", "guo"), (other.number, "sms", "")}
    assert merged <= told()
    Delivery.objects.all().delete()
    main.wait(timedelta(minutes=5)).dispatched()
    now = main.now + timedelta(minutes=5)
    notices.tell(now=now)
    assert told() == {
        (main.number, "inapp", "liufang"), (main.number, "sms", ""), (other.number, "inapp", "guo"),
        (other.number, "sms", ""),
    }  # fmt: skip
    n = Delivery.objects.count()
    notices.tell(now=now + timedelta(minutes=1))
    assert Delivery.objects.count() == n
    office = {one.number for one in Delivery.objects.exclude(verb="")}
    assert office == {main.number}  # the office is told once, of the order it handles


def test_a_telephone_that_both_gave_rings_once() -> None:
    main = Life(*_of(lives.submitted()))
    other = of_shanjuan(contact_phone=lives.PHONE)
    _other, now = lives.go_on(other, [("zhou", "merge", {"main": main.number})], cast.NOW)
    notices.tell(now=now + timedelta(minutes=5))
    Delivery.objects.all().delete()
    main.wait(now - main.now + timedelta(minutes=5)).dispatched()
    notices.tell(now=main.now + timedelta(minutes=5))
    assert [one.number for one in Delivery.objects.filter(channel="sms", person="")] == [main.number]


def test_whoever_answers_reads_to_whom_else_the_answer_goes() -> None:
    main, other = joined()
    main.accepted()
    said = text(signed_in("wang").get(f"/orders/{main.number}/"))
    assert "这份答复也给并来的单" in said and other.number in said


def test_the_contact_of_a_joined_order_reads_where_the_matter_stands_on_its_own_page() -> None:
    main, other = joined()
    main.accepted()
    said = text(signed_in("guo").get(f"/orders/{other.number}/"))
    assert "并在一起办" in said and "人社局已接单" in said and main.number not in said
