"""周期和覆盖 on pages: one's own open periods, one period with what was waived, the uncovered, and the burden."""

from __future__ import annotations

import pytest

from bihuan.actions import ledger as actions
from bihuan.store import duties, packs
from tests import cast
from tests.web.staff import KEY, at, links, queries, signed_in, text

pytestmark = pytest.mark.django_db
P = "enterprise_order"
CELL = "/duties/cadence/huddle/?of=equipment&from=2022-08-01&to=2022-08-15"
FIRM = "/duties/coverage/visited/?of=foundry&from=2022-07-01&to=2022-09-30"


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def huddle(day: str = "2022-09-28") -> None:
    actions.enter(
        actor=cast.actor("shen"), programme=P, activity="half_month_meeting", now=cast.NOW,
        facts={"unit": "equipment", "date": day, "topic": "用工", "attendance": "9", "has_evidence": True},
    )  # fmt: skip


def test_ones_own_open_periods_are_offered_with_one_tap_until_an_entry_is_there() -> None:
    shen = signed_in("shen")
    page = shen.get("/mine/")
    assert "半月一碰头 装备制造产业链党委 2022年9月16日至2022年9月30日 · 到9月30日 · 约3分钟 记一条" in text(page)
    (tap,) = [one for one in links(page) if one.startswith("/ledger/half_month_meeting/new/")]
    form = shen.get(tap).content.decode()
    assert 'value="2022-09-29"' in form and 'value="equipment" selected' in form
    huddle()
    page = shen.get("/mine/")
    assert "本期已记1项" in text(page)  # what is met is folded away
    assert not [one for one in links(page) if one.startswith("/ledger/half_month_meeting/new/")]
    assert "半月一碰头 装备制造产业链党委 2022年9月16日至2022年9月30日 按时" in text(page)
    assert "我的周期义务" not in text(signed_in("wang").get("/mine/"))


def test_own_duties_cost_one_query_whatever_was_entered() -> None:
    shen = signed_in("shen")
    few = queries(shen, "/mine/")
    for n in range(1, 29):
        huddle(f"2022-09-{n:02}")
    assert queries(shen, "/mine/") == few


def test_a_period_is_excused_on_its_page_and_the_reason_is_read_by_all_who_read_the_book() -> None:
    du = signed_in("du")
    assert CELL in links(du.get("/ledger/"))
    assert "为什么免" in text(du.get(CELL))
    wrong = du.post(CELL, {"reason": "", "until": "2022-08-15", "form_key": KEY})
    assert wrong.status_code == 400 and "为什么免" in text(wrong)
    assert du.post(CELL, {"reason": "换届停开", "until": "2022-08-31", "form_key": KEY}).status_code == 302
    du.post(CELL, {"reason": "换届停开", "until": "2022-08-31", "form_key": KEY})
    shen = signed_in("shen")
    said = text(shen.get(CELL))
    assert "杜督查免到2022-08-31：换届停开" in said and "为什么收回" not in said
    assert "缺15 · 免2" in text(shen.get("/ledger/"))
    number = duties.waivers(packs.programme(P), "cadence.huddle")["equipment"][0].number
    assert du.post(CELL, {"number": number, "reason": "开过了", "form_key": "b" * 32}).status_code == 302
    assert "缺17 · 免0" in text(shen.get("/ledger/"))


def test_nobody_else_excuses_and_strangers_meet_a_404() -> None:
    shen = signed_in("shen")
    refused = shen.post(CELL, {"reason": "忙", "until": "2022-08-15", "form_key": KEY})
    assert refused.status_code == 400 and "您的岗位不能免" in text(refused)
    assert duties.waivers(packs.programme(P), "cadence.huddle") == {}
    for person in ("wang", "guo", "sun"):
        for address in (CELL, FIRM, "/duties/", "/duties/covered/"):
            assert signed_in(person).get(address).status_code == 404, (person, address)
    for address in (CELL.replace("huddle", "none"), CELL.replace("equipment", "none"), CELL.replace("-01&", "&"),
                    CELL.replace("cadence", "nothing"), CELL.replace("equipment", "food")):  # fmt: skip
        assert shen.get(address).status_code == 404, address


def test_the_uncovered_are_listed_and_each_opens_its_own_page() -> None:
    page = signed_in("he").get("/duties/covered/")
    assert FIRM in links(page)
    number = actions.enter(
        actor=cast.actor("chen"), programme=P, activity="enterprise_visit", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-09-28", "enterprise": "foundry", "content": "缺工"},
    ).number  # fmt: skip
    du = signed_in("du")
    assert FIRM not in links(du.get("/duties/covered/"))
    assert number in signed_in("he").get(FIRM).content.decode()
    other = FIRM.replace("foundry", "shanjuan")
    assert du.post(other, {"reason": "停产", "until": "2022-12-31", "form_key": KEY}).status_code == 302
    page = du.get("/duties/covered/")
    assert "豁免 1" in text(page) and other in links(page)
    assert du.get("/duties/covered/?at=2022-06-30").status_code == 200


def test_the_burden_is_shown_of_units_and_posts_to_who_sees_them_all() -> None:
    page = signed_in("he").get("/duties/")
    said = text(page)
    assert "半月一碰头 每半月 3 1.4" in said and "声明的上限30分钟" in said and "派单员 2 5.4" in said
    assert not any(name in said.split("一个岗位每周")[1] for name in ("沈", "陈晓", "周敏"))
    assert signed_in("shen").get("/duties/").status_code == 404
    assert "/duties/" in links(signed_in("he").get("/ledger/"))
    assert "一次约3分钟，平均每周1.4分钟" in text(signed_in("shen").get("/ledger/"))


def test_a_figure_leads_from_each_of_its_records_to_the_page_of_it() -> None:
    huddle()
    number = actions.enter(
        actor=cast.actor("he"), programme=P, activity="output", now=cast.NOW,
        facts={"unit": "equipment", "period": "2022年1-8月", "value": "114.1亿元", "document": "月报"},
    ).number  # fmt: skip
    he = signed_in("he")
    window = "?from=2022-01-01&to=2022-08-31"
    assert f"/reports/stated/{number}/" in links(he.get(f"/reports/figures/{P}/eo_output/{window}"))
    assert CELL in links(he.get(f"/reports/figures/{P}/cad_due/?from=2022-08-01&to=2022-08-31"))
    for address in links(he.get(f"/reports/figures/{P}/eo_visit_due/?from=2022-07-01&to=2022-09-29"), "/duties/")[:3]:
        assert he.get(address).status_code == 200
    assert "/network/units/equipment/" in links(he.get(f"/reports/figures/{P}/eo_chains/{window}"))


def test_a_figure_over_duties_says_what_it_counts_and_by_which_day() -> None:
    said = text(signed_in("he").get(f"/reports/figures/{P}/cad_due/?from=2022-08-01&to=2022-08-31"))
    assert "周期义务“半月一碰头”，每个单位每期计1次" in said and "周期开始的那天" in said and "承诺" not in said
    grouped = text(signed_in("he").get(f"/reports/figures/{P}/cad_due/?from=2022-08-01&to=2022-08-31&by=kept"))
    assert "怎么记的" in grouped and "没有记" in grouped
