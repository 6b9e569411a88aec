"""One unit or post is set up, renamed, moved or ended by a form: first what hangs on it is shown, then it is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from bihuan.actions.register import CHAIN, NETWORK
from bihuan.store import clock, events
from bihuan.store import network as networks
from tests import cast, lives
from tests.web.staff import queries, signed_in, text

pytestmark = pytest.mark.django_db

DAY = date(2022, 9, 29)
ADDRESSES = (
    "/network/units/zone/add/",
    "/network/units/foundry/change/",
    "/network/units/labour_jobs/dissolve/",
    "/network/units/labour_bureau/posts/add/",
    "/network/posts/desk.dispatcher/change/",
    "/network/posts/labour.handler/dissolve/",
)


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


@pytest.fixture
def admin() -> Client:
    return signed_in("wu")


def net(day: date = DAY) -> Any:
    return networks.snapshot(day)


def verbs() -> list[str]:
    return [one.verb for one in events.of_orders([CHAIN], NETWORK).get(CHAIN, [])]


def previewed(admin: Client, address: str, form: dict[str, Any]) -> str:
    """Send a form, see that nothing was changed by it, and confirm it; return what the preview said."""
    before = verbs()
    looked = admin.post(address, form)
    assert looked.status_code == 200 and verbs() == before, text(looked)
    done = admin.post(address, {**form, "sure": "1"})
    assert done.status_code == 302, text(done)
    return text(looked)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_administrator_finds_the_form_and_everybody_else_404(admin: Client, address: str) -> None:
    assert admin.get(address).status_code == 200
    assert queries(admin, address) <= 8
    for person in ("zhou", "luo", "guo"):
        assert signed_in(person).get(address).status_code == 404
        assert signed_in(person).post(address, {"name": "x", "sure": "1"}).status_code == 404
    assert verbs() == []


def test_a_unit_is_set_up_below_another_one(admin: Client) -> None:
    form = {"type": "department", "name": "商务局", "name_en": "Commerce Bureau", "since": "2022-09-30"}
    said = previewed(admin, "/network/units/zone/add/", form)
    assert "2022-09-30起设立职能部门“商务局”" in said
    assert not [one for one in net().units.values() if one.name == "商务局"]
    [unit] = [one for one in net(date(2022, 9, 30)).units.values() if one.name == "商务局"]
    assert (unit.parent, unit.type, unit.name_en) == ("zone", "department", "Commerce Bureau")
    assert verbs() == ["unit_set"]


def test_a_unit_is_renamed_moved_and_its_former_name_stays_readable(admin: Client) -> None:
    order = lives.submitted()
    form = {"name": "沅澧精密", "name_en": "", "parent": "food"}
    said = previewed(admin, "/network/units/foundry/change/", form)
    assert "“沅澧精密铸造”改名为“沅澧精密”" in said and "由装备制造产业链党委之下改挂到轻工食品产业链党委之下" in said
    assert "1个岗位跟着过去" in said
    assert (net().units["foundry"].name, net().units["foundry"].parent) == ("沅澧精密", "food")
    assert net(DAY - timedelta(days=1)).units["foundry"].name == "沅澧精密铸造"
    assert net(DAY - timedelta(days=1)).units["foundry"].parent == "equipment"
    assert lives.again(order).requester == "foundry"


def test_a_move_that_cannot_be_is_said_at_its_field(admin: Client) -> None:
    for form, said in (
        ({"name": "", "name_en": "", "parent": "equipment"}, "没有填"),
        ({"name": "沅澧", "name_en": "", "parent": "labour_bureau"}, "不能设在"),
        ({"name": "沅澧", "name_en": "", "parent": "nowhere"}, "没有“nowhere”这个单位"),
        ({"name": "沅澧精密铸造", "name_en": "", "parent": "equipment"}, "没有要改的"),
    ):
        answer = admin.post("/network/units/foundry/change/", {**form, "sure": "1"})
        assert answer.status_code == 400 and said in text(answer), form
    assert verbs() == []


def test_a_unit_ends_with_its_posts_once_nothing_open_hangs_on_it(admin: Client) -> None:
    said = previewed(admin, "/network/units/labour_jobs/dissolve/", {"until": "2022-10-31"})
    assert "“就业科”到2022-10-31为止" in said and "1个岗位、1人次任职同一天结束" in said
    assert "labour_jobs" in net(date(2022, 10, 31)).units
    assert "labour_jobs" not in net(date(2022, 11, 1)).units
    assert "labour.handler" not in net(date(2022, 11, 1)).posts
    assert verbs() == ["unit_dissolved"]


def test_a_unit_with_open_orders_or_units_below_stays_and_says_how_many(admin: Client) -> None:
    lives.played(lives.DISPATCHED)
    for unit, said in (("labour_bureau", "下面还有1个单位：就业科"), ("equipment", "下面还有1个单位")):
        answer = admin.post(f"/network/units/{unit}/dissolve/", {"until": "2022-10-31"})
        assert answer.status_code == 409 and said in text(answer)
    previewed(admin, "/network/units/labour_jobs/dissolve/", {"until": "2022-09-29"})
    answer = admin.post("/network/units/labour_bureau/dissolve/", {"until": "2022-10-31"})
    assert answer.status_code == 409 and "还有1件在办单" in text(answer)
    assert admin.post("/network/units/labour_bureau/dissolve/", {"until": "明天"}).status_code == 400


def test_a_post_is_set_up_renamed_and_covers_something_else(admin: Client) -> None:
    form = {"kind": "handler", "name": "承办人二", "since": "2022-09-29"}
    said = previewed(admin, "/network/units/finance_bureau/posts/add/", form)
    assert "2022-09-29起财政局设立岗位“承办人二”，先空着" in said
    new = next(one for one in net().posts.values() if one.name == "承办人二")
    assert (new.unit, new.kind) == ("finance_bureau", "handler")
    said = previewed(admin, "/network/posts/desk.dispatcher/change/", {"name": "派单员", "covers": ["equipment"]})
    assert "改名为“派单员”" in said and "不再负责轻工食品产业链党委" in said and "范围外的马上看不到" in said
    assert net().posts["desk.dispatcher"].covers == frozenset({"equipment"})
    assert verbs() == ["post_set", "post_set"]


def test_a_second_post_of_a_kind_that_stands_once_is_refused_at_its_field(admin: Client) -> None:
    answer = admin.post(
        "/network/units/labour_bureau/posts/add/", {"kind": "department_head", "name": "", "since": "2022-09-29"}
    )
    assert answer.status_code == 400 and "只能有一个" in text(answer)
    wrong = admin.post("/network/units/labour_bureau/posts/add/", {"kind": "zone_leader", "since": "2022-09-29"})
    assert wrong.status_code == 400 and "不在选项里" in text(wrong)
    assert verbs() == []


def test_a_post_ends_with_its_holding_and_says_what_its_holder_has_in_hand(admin: Client) -> None:
    lives.played(lives.ACCEPTED)
    said = previewed(admin, "/network/posts/labour.handler/dissolve/", {"until": "2022-10-31"})
    assert "王磊的任职同一天结束" in said and "王磊经办的1件在办单留在单位" in said
    assert net(date(2022, 10, 31)).holders("labour.handler")
    assert "labour.handler" not in net(date(2022, 11, 1)).posts
    assert not net(date(2022, 11, 1)).held_by("wang")
    assert verbs() == ["post_dissolved"]
    assert "撤销岗位" in text(admin.get("/setup/audit/?kind=network"))


def test_a_post_that_supervises_open_orders_and_the_last_administrator_stay(admin: Client) -> None:
    lives.played(lives.DISPATCHED)
    for post, said in (("zone.supervisor", "还分管1件在办单"), ("zone.admin", "吴凡是最后一位管理员")):
        answer = admin.post(f"/network/posts/{post}/dissolve/", {"until": "2022-10-31", "sure": "1"})
        assert answer.status_code == 409 and said in text(answer), post
    assert verbs() == []


def test_going_back_from_the_preview_keeps_what_was_typed(admin: Client) -> None:
    form = {"type": "department", "name": "商务局", "name_en": "", "since": "2022-09-30", "back": "1"}
    page = admin.post("/network/units/zone/add/", form).content.decode()
    assert 'value="商务局"' in page and "还有" not in text(admin.get("/network/units/zone/add/"))


def test_the_page_of_a_unit_leads_to_its_forms_for_administrators_alone(admin: Client) -> None:
    mine, theirs = (one.get("/network/units/labour_bureau/").content.decode() for one in (admin, signed_in("zhou")))
    for where in ("units/labour_bureau/change", "units/labour_bureau/posts/add", "posts/labour.head/change"):
        assert f"/network/{where}/" in mine and f"/network/{where}/" not in theirs
