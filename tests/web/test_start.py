"""Orders of other kinds than the loop's: their form, their page, their place in the list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from bihuan.actions import orders
from bihuan.store import network, packs, people, versions
from bihuan.web import start
from bihuan.words.orders import named
from tests import cast
from tests.stories.player import actor_of, more_cast
from tests.web.staff import at, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    more_cast()
    at(cast.NOW)


def supply() -> str:
    return orders.submit_order(
        actor=actor_of("guorui"), programme="enterprise_order", type_="supply_match", requester="foundry",
        facts={"title": "找减速机壳体", "product": "减速机壳体铸件", "category": "upstream"}, now=cast.NOW,
    ).number  # fmt: skip


def test_a_lead_is_registered_by_its_own_form(client: Client) -> None:
    officer = signed_in("xu")
    page = officer.get("/orders/new/investment_lead/").content.decode()
    assert "登记招商项目" in page and "装备制造产业链党委" in page and "轻工食品" not in page
    said = officer.post(
        "/orders/new/investment_lead/", {"requester": "equipment", "title": "精密轴承", "estimate": "2亿元"}
    )
    assert said.status_code == 302 and re.search(r"/orders/ZS\d{4}-\d+/", said["Location"])
    page = officer.get(said["Location"]).content.decode()
    assert "精密轴承" in page and "线索" in page and "双反馈" not in page


def test_a_form_without_what_is_needed_comes_back_whole() -> None:
    officer = signed_in("xu")
    said = officer.post("/orders/new/investment_lead/", {"requester": "equipment", "estimate": "很多"})
    page = said.content.decode()
    assert said.status_code == 400 and "写成数字" in page and 'value="很多"' in page
    assert officer.post("/orders/new/investment_lead/", {"title": "无主"}).status_code == 400


def test_a_kind_somebody_may_not_open_is_not_there() -> None:
    assert signed_in("sun").get("/orders/new/investment_lead/").status_code == 404
    assert signed_in("liufang").get("/orders/new/investment_lead/").status_code == 404
    assert signed_in("xu").get("/orders/new/no_such/").status_code == 404


def test_the_contact_of_a_firm_asks_for_it_alone() -> None:
    page = signed_in("liufang").get("/orders/new/supply_match/").content.decode()
    assert "沅澧精密铸造" in page and "善卷食品" not in page


def test_the_contact_of_a_firm_asks_within_the_loop_and_the_office_has_its_sheet_for_that() -> None:
    contact = signed_in("liufang")
    assert '/orders/new/enterprise_request/"' in contact.get("/orders/").content.decode()
    assert '/orders/new/enterprise_request/"' not in signed_in("chen").get("/orders/?view=all").content.decode()
    told = {"title": "数控操作工缺口30人", "category": "recruitment", "facts": "旺季缺30人。", "wish": "国庆前到岗20人"}
    more = {"contact_name": "刘芳", "contact_phone": "13800000618", "requester": "foundry"}
    answer = contact.post("/orders/new/enterprise_request/", {**told, **more})
    assert answer.status_code == 302, answer.content.decode()
    assert "数控操作工缺口30人" in contact.get(answer.headers["Location"]).content.decode()


def test_the_list_is_cut_by_kind_and_shows_each_reader_theirs() -> None:
    number = supply()
    officer = signed_in("xu")
    assert number in officer.get("/orders/?type=supply_match&view=open").content.decode()
    assert number not in officer.get("/orders/?type=investment_lead&view=open").content.decode()
    assert number not in signed_in("sun").get("/orders/?view=all").content.decode()
    assert number not in signed_in("zhou").get("/orders/?view=all").content.decode()


def test_firms_of_the_chain_that_may_fit_stand_beside_the_need() -> None:
    network.put_unit(
        key="boxes", name="减速机配件厂（合成）", type_="enterprise", parent="equipment", since=cast.SINCE,
        facts={"products": "球墨铸铁减速机壳体"},
    )  # fmt: skip
    number = supply()
    page = signed_in("xu").get(f"/orders/{number}/").content.decode()
    assert "链内可能配得上的" in page and "减速机壳体" in page and "减速机配件厂（合成）" in page
    assert "链内可能配得上的" not in signed_in("liufang").get(f"/orders/{number}/").content.decode()


def test_a_chain_is_no_outside_asker() -> None:
    """The chain's own posts stay readers of the office's rolls, though the chain registers projects."""
    from bihuan.store.names import contact_kinds

    assert "chain_secretary" not in contact_kinds() and "enterprise_contact" in contact_kinds()
    assert people.actor("shen", cast.POST_OF["shen"], cast.NOW) is not None


def test_what_is_offered_is_each_reader_s_and_ends_with_their_last_unit() -> None:
    programme = packs.current()["enterprise_order"]

    def offered(person: str) -> tuple[tuple[str, str], ...]:
        net = network.snapshot(cast.NOW.date())
        found = start.links(actor_of(person), programme, net)
        assert found == tuple((one.key, named(one)) for one in start.kinds(actor_of(person), programme, net))
        return found

    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            assert offered("xu") and not offered("wang")
    with override("en"):
        assert offered("xu") != start.links(actor_of("guorui"), programme, network.snapshot(cast.NOW.date()))
    before = offered("xu")
    for unit in network.snapshot(cast.NOW.date()).units.values():
        if unit.type in {programme.orders[key].requester for key, _name in before}:
            network.dissolve(unit=unit.key, until=cast.NOW.date() - timedelta(days=1))
    versions.bump("network")
    assert not offered("xu")
