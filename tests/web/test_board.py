"""看板: every number of a board opens its records, and they are as many; each post has the board declared for it."""

from __future__ import annotations

import copy
import html
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import python_calamine
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import Client

from bihuan.core.boards import CHARTS, Chart, board_of
from bihuan.core.figures import Asked as AskedFigure
from bihuan.core.permission import SYSTEM
from bihuan.core.similar import Said, repeated
from bihuan.store import clock, counters, figures, lists, packs, people
from bihuan.store.lists import Asked
from bihuan.store.models import Event
from bihuan.store.readings import reading_of
from bihuan.web.board import split
from bihuan.web.board_export import distinct
from bihuan.web.board_lists import Lists
from bihuan.web.lists import filters_of
from bihuan.web.scopes import Scope
from tests import cast, lives
from tests.actions import world
from tests.web.staff import at, copies, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
BOARD = "/reports/"
MONTH = 30


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def numbers(answer: HttpResponse) -> list[tuple[str, str]]:
    """Return every number of the page with the address it opens."""
    found = re.findall(r'<a class="fig" href="([^"]+)"[^>]*>([^<]+)</a>', source(answer))
    return [(n, href.replace("&amp;", "&")) for href, n in found]


def marks(answer: HttpResponse) -> list[tuple[int, str]]:
    """Return every bar, dot and segment that says a number of orders, with where it leads."""
    found = re.findall(r'<a href="([^"]+)" aria-label="[^"]*?(\d+)[件个]">', source(answer))
    return [(int(n), href.replace("&amp;", "&")) for href, n in found]


def opened(client: Client, address: str) -> int:
    """Return how many orders a list has; of what came in a window those included that the reader may count, not see."""
    said = text(client.get(address))
    own, hidden = re.search(r"共(\d+)件", said), re.search(r"另有(\d+)件", said)
    assert own, address
    return int(own.group(1)) + (
        int(hidden.group(1)) if hidden and "view=all" in address and "moment=submitted" in address else 0
    )


def evaluated(person: str, address: str) -> set[str]:
    """Return the ways in which the figure at an address may be written."""
    key, given = urlsplit(address).path.split("/")[4], {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
    actor = people.actor_of(User.objects.get(username=person), None, clock.now())
    assert actor is not None
    since, until = date.fromisoformat(given["from"]), date.fromisoformat(given["to"])
    found = figures.figure(
        seen_by=actor, programme=packs.programme("enterprise_order"), key=key, now=clock.now(),
        asked=AskedFigure(since, until, unit=given.get("unit", "")),
    )  # fmt: skip
    both = f"{found.count('numerator')} / {found.count('denominator')}"
    return {split(found)[0], both, both.replace(" ", ""), str(found.members)}


def play() -> None:
    """A county with orders at every step, over several months, one of them secret and one for the other chain."""
    ended = [world.walk(seed, 12)[1] for seed in range(4)]
    for months, steps in enumerate(
        ((*lives.CHECKED, lives.GOOD, lives.CLOSE), (*lives.CHECKED, lives.BAD), lives.ACCEPTED, lives.DRAFTED, ())
    ):
        lives.played(steps, cast.NOW - timedelta(days=MONTH * months))
    lives.played((*lives.CHECKED, lives.BAD, lives.FOUNDED), cast.NOW - timedelta(days=3))
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), cast.NOW - timedelta(days=9), secret="1")
    lives.played((("zhou", "refuse", {"refuse_reason": "repeat", "where_to": "见上次答复"}),))
    at(min(max(ended), cast.NOW + timedelta(days=70)))


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("person", ["luo", "zhou", "shen", "zhao", "hebing", "chen"])
def test_every_number_and_every_mark_opens_as_many_records(person: str, folded: bool) -> None:
    play()
    while folded and counters.fold():
        pass
    client = signed_in(person)
    answer = client.get(BOARD)
    shown = [(n, href) for n, href in numbers(answer) if href.startswith("/orders/")]
    assert len(shown) > 15
    wanted = {(int(n), href) for n, href in shown} | {one for one in marks(answer) if one[1].startswith("/orders/")}
    assert {href: (n, found) for n, href in wanted if (found := opened(client, href)) != n} == {}
    evaluations = [(n, href) for n, href in numbers(answer) if href.startswith("/reports/figures/")]
    evaluations += [(str(n), href) for n, href in marks(answer) if href.startswith("/reports/figures/")]
    assert len(evaluations) > 10 and sum(int(n) for n, _href in evaluations if n.isdigit()) > 0
    wrong = {href: n for n, href in evaluations if n not in evaluated(person, href)}
    assert wrong == {}


def test_the_marks_of_the_charts_carry_the_numbers_of_the_tables_beside_them() -> None:
    play()
    answer = signed_in("luo").get(BOARD)
    assert marks(answer) and {(str(n), href) for n, href in marks(answer)} <= set(numbers(answer))


def test_the_lights_of_the_strip_and_the_trays_add_up_to_the_open_orders() -> None:
    play()
    answer = signed_in("luo").get(BOARD)
    [n_open] = {int(n) for n in re.findall(r"在办(\d+)件，办理预警", text(answer))}
    by_light = {
        href: int(n) for n, href in numbers(answer) if re.search(r"light=(green|yellow|orange|red|grey)$", href)
    }
    assert len(by_light) == 5 and sum(by_light.values()) == n_open
    trays = {href: int(n) for n, href in numbers(answer) if re.search(r"view=open&type=\w+&queue=\w+$", href)}
    assert len(trays) == 9 and sum(trays.values()) == n_open
    ages = {href: int(n) for n, href in numbers(answer) if "aged=" in href}
    assert len(ages) == 5 and sum(ages.values()) == n_open


def promising(limit: str, **limits: str) -> None:
    """Publish the programme with another promise to the requester, by category where `limits` has one."""
    content = copy.deepcopy(cast.content())
    order = next(one for one in content["orders"]["order"] if one["key"] == "enterprise_request")
    promise = next(clock for clock in order["clock"] if clock.get("promise"))
    promise |= {"limit": limit, "limits": limits}
    packs.publish(content, note="", by="", now=cast.NOW)


@pytest.mark.parametrize(
    ("limit", "ages"),
    [
        ("20 workdays", (((8, 0), "0—5"), ((14, 0), "6—10"), ((21, 0), "11—20"))),
        ("1 month", (((3, 0), "0—7"), ((9, 0), "8—15"), ((21, 0), "16—30"))),
        ("48 hours", (((0, 3), "0—4"), ((0, 7), "4—8"), ((1, 0), "24—72"))),
        ("16 work-hours", (((0, 3), "0—4"), ((1, 0), "4—8"), ((9, 0), "8—16"))),
    ],
)
def test_an_order_grows_older_as_its_promise_is_counted(limit: str, ages: tuple[Any, ...]) -> None:
    promising(limit)
    lives.played((lives.REGISTER,))  # Thursday 29 September 10:20, before seven days of holidays
    client = signed_in("luo")
    for (days, hours), bucket in ages:
        at(cast.NOW + timedelta(days=days, hours=hours))
        panel = source(client.get(BOARD)).split("在办多久", 1)[1].split("</section>")[0]
        rows = re.findall(r'<th scope="row">([^<]+)</th><td class="r"><a class="fig" href="([^"]+)">1</a>', panel)
        assert [name for name, _href in rows] == [bucket], (limit, days, hours)
        assert "共1件" in text(client.get(html.unescape(rows[0][1])))


def ages_of(client: Client) -> dict[str, int]:
    """Return the bars of the board's ages that are not empty, each opening as many orders as it says."""
    panel = source(client.get(BOARD)).split("在办多久", 1)[1].split("</section>")[0]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="r"><a class="fig" href="([^"]+)">(\d+)</a>', panel)
    assert {href: int(n) for _name, href, n in rows} == {
        href: opened(client, html.unescape(href)) for _name, href, _n in rows
    }
    return {name: int(n) for name, _href, n in rows if n != "0"}


def test_an_order_is_as_old_as_its_promise_whatever_was_suspended_and_extended() -> None:
    suspended = {"suspend_reason": "superior", "resume_on": "2022-11-25", "reason": "等上级批复"}
    order, now = lives.played((), cast.NOW)  # Thursday 29 September: promised a week after it came
    _order, now = lives.go_on(order, lives.ACCEPTED, cast.NOW + timedelta(days=9))
    extended, _now = lives.played(
        (*lives.ACCEPTED, ("wang", "ask_extension", {"until": "2022-12-30", "reason": "等设备"}),
         ("zhou", "decide_extension", {"agreed": "agree"})),
    )  # fmt: skip
    lives.go_on(order, [("wang", "ask_suspension", suspended), ("zhou", "decide_suspension", {"agreed": "agree"})], now)
    assert "extended" in extended.clocks["promise"]
    client = signed_in("luo")
    at(cast.NOW + timedelta(days=20))
    assert ages_of(client) == {"8—15": 1, "16—30": 1}
    at(cast.NOW + timedelta(days=36))  # both deadlines were moved; both orders grew older by the same days
    assert ages_of(client) == {"16—30": 1, "31—60": 1}


def test_each_order_is_told_in_the_unit_of_its_own_promise() -> None:
    promising("20 workdays", recruitment="1 month", arrears="48 hours")
    for category in ("recruitment", "arrears", "arrears"):
        register = ("zhou", "register", {**lives.REGISTER[2], "category": category})
        lives.played((register, lives.DISPATCH), category=category)
    lives.submitted()  # nothing is promised yet: by the limit of the kind
    at(cast.NOW + timedelta(hours=8))
    client = signed_in("luo")
    assert ages_of(client) == {"0—5个工作日": 1, "0—7天": 1, "4—8小时": 2}
    found = source(client.get(BOARD))
    assert "在办的单里，承诺起算满21个工作日的0件；承诺起算满24小时的0件；承诺起算满31天的0件" in found
    listed = client.get("/orders/?view=open&aged=hours:4-8")
    assert "共2件" in text(listed) and "承诺起算以来4—8小时" in text(listed)
    assert "共4件" in text(client.get("/orders/?view=open&aged=months:4-8"))  # no such condition


def test_the_funnel_counts_how_far_the_orders_of_the_window_came() -> None:
    for steps in ((), lives.DISPATCHED, lives.ACCEPTED, (*lives.CHECKED, lives.GOOD, lives.CLOSE)):
        _order, now = lives.played(steps)
    lives.played((("zhou", "refuse", {"refuse_reason": "repeat", "where_to": "见上次答复"}),))
    lives.played(lives.ACCEPTED, cast.NOW - timedelta(days=400))  # of last year
    at(now)
    panel = source(signed_in("luo").get(BOARD)).split("走到哪一步", 1)[1].split("</section>")[0]
    found = re.findall(r'<th scope="row">([^<]+)</th><td class="r"><a class="fig" href="[^"]+">(\d+)</a>', panel)
    assert found == [("点单", "4"), ("派单", "3"), ("接单", "2"), ("双反馈", "1"), ("核过待评", "1"), ("销号", "1")]
    assert "另有1件不予受理" in panel


def test_the_time_of_a_stage_is_the_median_beside_its_limit_and_opens_the_orders_it_is_told_from() -> None:
    for _n in range(3):
        _order, now = lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    at(now)
    client = signed_in("luo")
    panel = source(client.get(BOARD)).split("各环节用时", 1)[1].split("</section>")[0]
    rows = re.findall(
        r'<tr><th scope="row">([^<]+)</th><td class="r"><a href="([^"]+)">([^<]+)</a></td><td class="r">([^<]+)<', panel
    )
    assert [(name, limit) for name, _href, _median, limit in rows][:2] == [("派单", "2"), ("接单", "1")]
    assert {opened(client, href.replace("&amp;", "&")) for _name, href, _median, _limit in rows} == {3}


def test_no_rate_is_counted_under_ten_cases_and_both_numbers_stand_under_it() -> None:
    _order, now = lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    at(now)
    said = text(signed_in("luo").get(BOARD))
    assert "不满10件，不计率" in said and "1 / 1 件" in said


def test_the_chains_stand_in_the_network_s_order_with_a_total() -> None:
    lives.played(lives.ACCEPTED)
    at(cast.NOW + timedelta(hours=8))
    table = source(signed_in("luo").get(BOARD)).split("分单位", 1)[1].split("</section>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["装备制造产业链党委", "轻工食品产业链党委", "合计"]


def test_what_is_overdue_waits_for_the_supervising_leader_with_the_way_to_act() -> None:
    order, now = lives.played(lives.ACCEPTED, title="逾期的一件")
    at(now + timedelta(days=60))
    answer = signed_in("zhao").get(BOARD)
    assert "等我督办 1件逾期" in text(answer) and f"/orders/{order.number}/papers/supervision_slip/" in links(answer)
    assert "等我督办 0件逾期" in text(signed_in("qian").get(BOARD))
    assert "/supervision_slip/" not in source(signed_in("zhou").get(BOARD))


def test_a_department_learns_nothing_of_fewer_than_five_ratings() -> None:
    for _n in range(4):
        _order, now = lives.played((*lives.CHECKED, lives.GOOD))
    at(now)
    answer = signed_in("hebing").get(BOARD)
    card = source(answer).split("满意率")[1].split("</div>")[0]
    assert "4" not in re.sub(r'href="[^"]+"', "", card)
    assert not [href for _n, href in numbers(answer) if "rating=" in href or "to_verify" in href]


def test_each_post_has_the_board_declared_for_it_and_an_enterprise_none() -> None:
    at(cast.NOW)
    titles = {
        person: re.findall(r"<h1>(.*?)</h1>", source(signed_in(person).get(BOARD))) for person in ("luo", "shen", "mao")
    }
    assert [one[0].split("\u3000")[1] for one in titles.values()] == ["运行看板", "产业链看板", "本部门看板"]
    client = signed_in("liufang")
    assert client.get(BOARD).status_code == 404
    assert 'href="/reports/"' not in client.get("/mine/").content.decode()


def test_the_shipped_boards_use_every_kind_of_chart() -> None:
    boards = packs.programme("enterprise_order").boards
    assert {chart.kind for board in boards.values() for chart in board.charts} == set(CHARTS)
    assert board_of(boards, "zone_leader") is boards["zone"] and board_of(boards, "enterprise_contact") is None


def test_a_year_gone_by_is_asked_for_by_name() -> None:
    lives.played(lives.ACCEPTED, cast.NOW - timedelta(days=365))
    at(cast.NOW)
    said = text(signed_in("luo").get(BOARD + "?year=2021"))
    assert "2021年1月1日 至 2021年12月31日" in said.replace("日至", "日 至 ").replace("  ", " ") and "12月" in said
    assert signed_in("luo").get(BOARD + "?year=999999").status_code == 200


@pytest.mark.parametrize("person", ["luo", "zhou", "hebing", "zhao"])
def test_a_board_makes_the_same_few_queries_for_five_orders_and_for_four_hundred(person: str) -> None:
    for steps in ((), (lives.REGISTER,), lives.DISPATCHED, lives.ACCEPTED, lives.CHECKED):
        order, now = lives.played(steps)
    at(now + timedelta(days=40))
    client = signed_in(person)
    few = queries(client, BOARD)
    copies(order.number, 200)
    copies("QD2022-0004", 200)
    assert queries(client, BOARD) == few <= 12


def test_the_board_of_who_supervises_reads_its_cards_and_months_from_tallies_and_no_order_of_the_past() -> None:
    play()
    while counters.fold():
        pass
    client, walked = signed_in("zhao"), []

    def watch(run: Any, sql: str, *rest: Any) -> Any:
        parts = sql.split("UNION ALL")
        walked.extend(one for one in parts if "store_order o" in one and "COUNT(" in one and "o.open" not in one)
        return run(sql, *rest)

    with connection.execute_wrapper(watch):
        answer = client.get(BOARD)
    assert "点的" in text(answer) and len(marks(answer)) > 20  # how far they came is told here too
    # What falls due in the running month is read by the days that are near; all else is a tally.
    assert [one for one in walked if "f.due" not in one and "f.contact_due" not in one] == []


def test_a_board_with_many_more_charts_makes_the_same_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    _order, now = lives.played(lives.ACCEPTED)
    at(now)
    client = signed_in("luo")
    few = queries(client, BOARD)
    programme = packs.programme("enterprise_order")
    counts = [
        key for key, one in programme.indicators.items()
        if (one.over, one.of, one.aggregator) == ("orders", "enterprise_request", "count")
    ]  # fmt: skip
    more = [Chart(kind, indicator=key) for key in counts for kind in ("months", "heat")]
    more += [Chart("units", indicators=tuple(counts)), Chart("cadence", cadence="huddle"), Chart("categories")]
    declared = board_of(programme.boards, "zone_leader")
    assert declared and len(counts) > 10
    wide = replace(declared, charts=(*declared.charts, *more))
    monkeypatch.setattr("bihuan.web.board.board_of", lambda _boards, _post: wide)
    answer = client.get(BOARD)
    assert len(marks(answer)) > 100 and queries(client, BOARD) == few


def test_what_three_requesters_ask_is_a_repeated_matter_and_what_two_ask_is_none() -> None:
    some = tuple(Said(str(n), title, "finance", who) for n, (title, who) in enumerate(
        (("申请无还本续贷50万元", "a"), ("申请无还本续贷80万元", "b"), ("申请无还本续贷30万元", "c"),
         ("厂区门口路灯不亮", "a"), ("厂区门口路灯不亮了", "b"))
    ))  # fmt: skip
    [group] = repeated(some, 3)
    assert [one.number for one in group] == ["0", "1", "2"]


def test_the_columns_of_a_row_say_what_the_figures_count() -> None:
    """An appealed rating counts no more: the standing one before it does, in the row as in the tally."""
    appeal = ("wang", "ask_appeal", {"reason": "企业记错了"})
    granted = ("fu", "decide_appeal", {"agreed": "agree", "opinion": "核实有误"})
    order, now = lives.played((*lives.CHECKED, lives.BAD, lives.FOUNDED, appeal, granted))
    [row] = lists.page(seen_by=SYSTEM, programmes=packs.current().values(), asked=Asked(), now=now).rows
    assert (row.number, row.rating, row.rated, row.on_time) == (order.number, "", "", True)


def test_a_board_is_handed_out_with_every_number_and_says_what_it_is() -> None:
    play()
    client = signed_in("luo")
    assert client.get("/reports/export/").status_code == 302 and not Event.objects.filter(verb="exported").exists()
    answer = client.post("/reports/export/")
    book = python_calamine.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    told = dict(row[:2] for row in book.get_sheet_by_name("说明").to_python())
    assert told["内容"] == "运行看板" and "罗主任" in told["导出人"] and "受理企业诉求" in told
    cards = {row[0]: row[1] for row in book.get_sheet_by_name("卡片").to_python()}
    page = source(client.get(BOARD))
    shown = dict(re.findall(r'<dt[^>]*>([^<]+)</dt><dd><a class="fig" href="[^"]+">(\d+)</a>', page))
    assert shown and {name: str(int(cards[name])) for name in shown} == shown
    months = book.get_sheet_by_name("逐月受理与解决").to_python()
    assert sum(row[1] for row in months[1:]) == cards["受理企业诉求"]
    assert int(told["行数"]) == sum(len(book.get_sheet_by_name(one).to_python()) - 1 for one in book.sheet_names[1:])
    assert Event.objects.filter(kind="setup", verb="exported", person="luo").count() == 1
    assert signed_in("liufang").post("/reports/export/").status_code == 404


def test_worksheets_bear_names_a_spreadsheet_takes() -> None:
    names = [
        name for name, _heads, _rows in distinct(iter([("a/b" * 20, (), []), ("a/b" * 20, (), []), ("[]", (), [])]))
    ]
    assert len({name.casefold() for name in names}) == 3 and all(0 < len(name) <= 31 for name in names)


def test_the_strip_says_how_many_open_orders_its_reader_may_count_and_not_see() -> None:
    lives.played(lives.ACCEPTED)
    _order, now = lives.played(lives.ACCEPTED, secret="1")
    at(now)
    for person, said in (("luo", "在办1件，办理预警 另有1件涉及商业秘密"), ("zhou", "在办2件，办理预警")):
        answer = signed_in(person).get(BOARD)
        assert said in text(answer)
        card = re.search(r'在办</dt><dd><a class="fig" href="[^"]+">(\d+)<', source(answer))
        assert card and card.group(1) == "2"


@pytest.mark.parametrize("folded", [False, True])
def test_what_falls_due_within_a_year_that_still_runs_counts_as_many_as_it_opens(folded: bool) -> None:
    play()
    while folded and counters.fold():
        pass
    asked, found = AskedFigure(date(2022, 1, 1), clock.now().date()), {}
    for key in ("eo_due", "eo_answered_in_time", "eo_contact_due", "eo_responded"):
        given = {"seen_by": SYSTEM, "programme": packs.programme("enterprise_order"), "key": key, "asked": asked}
        found[key] = figures.figure(**given, now=clock.now()).value, len(list(figures.every(**given, now=clock.now())))
    assert all(n == opened_ for n, opened_ in found.values()) and found["eo_due"][0], found


def test_what_an_address_asks_is_kept_for_those_alone_who_may_ask_it_alike() -> None:
    programme, today = packs.programme("enterprise_order"), date(2022, 9, 29)
    hrefs = (
        "/orders/?view=open&light=red",
        "/orders/?view=all&moment=submitted&from=2022-01-01&rating=bad&queue=to_verify",
    )
    asked: dict[str, list[Asked]] = {}
    for _turn in range(2):  # the second time from what was kept
        for person in ("guo", "sun", "zhou", "liufang"):
            reading = reading_of(cast.actor(person), programme, AskedFigure(today, today), cast.NOW)
            for href in hrefs:
                given = QueryDict(href.partition("?")[2])
                r = reading
                alone = filters_of(given, programme, r.actor, r.net, r.calendar, r.now).asked
                assert Lists(reading, Scope(())).asked(href) == alone, (person, href)
                asked.setdefault(href, []).append(alone)
    assert all(len(set(some)) > 1 for some in asked.values())  # posts differ in what they may ask
