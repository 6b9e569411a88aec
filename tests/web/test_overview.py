"""报: every count of the overview opens its list, and the list counts the same."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from bihuan.core.permission import SYSTEM
from bihuan.store import lists, packs
from bihuan.store.lists import Asked
from bihuan.web.overview import Figure, Rate
from tests import cast, lives
from tests.actions import world
from tests.web.staff import at, copies, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
BOARD = "/reports/"
MONTH = 30


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def figures(answer: HttpResponse) -> list[tuple[int, str]]:
    """Return every figure of the page with the address it opens."""
    found = re.findall(r'<a class="fig" href="([^"]+)"[^>]*>([^<]+)</a>', source(answer))
    assert all(n.isdigit() for _href, n in found), found
    return [(int(n), href.replace("&amp;", "&")) for href, n in found]


def marks(answer: HttpResponse) -> list[tuple[int, str]]:
    """Return every bar, dot and segment of the charts: the number its label says and where it leads."""
    found = re.findall(r'<a href="([^"]+)" aria-label="(?:\d+月)?\D*(\d+)[件个]">', source(answer))
    return [(int(n), href.replace("&amp;", "&")) for href, n in found]


def opened(client: Client, address: str) -> int:
    """Return how many orders a list has, those included of which it says that the reader may not see them."""
    said = text(client.get(address))
    own, hidden = re.search(r"共(\d+)件", said), re.search(r"另有(\d+)件", said)
    assert own, address
    return int(own.group(1)) + (int(hidden.group(1)) if hidden else 0)


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


@pytest.mark.parametrize("person", ["luo", "zhou", "shen", "he", "zhao", "hebing", "chen"])
def test_every_figure_and_every_mark_opens_a_list_that_counts_the_same(person: str) -> None:
    play()
    client = signed_in(person)
    answer = client.get(BOARD)
    shown = figures(answer)
    assert len(shown) > 25 and sum(n for n, _href in shown) > 0
    wrong = {href: (n, found) for n, href in {*shown, *marks(answer)} if (found := opened(client, href)) != n}
    assert wrong == {}


def test_the_marks_of_the_charts_carry_the_numbers_of_the_tables_beside_them() -> None:
    play()
    answer = signed_in("luo").get(BOARD)
    assert marks(answer) and set(marks(answer)) <= set(figures(answer))


def test_the_lights_of_the_strip_add_up_to_the_open_orders() -> None:
    play()
    answer = signed_in("luo").get(BOARD)
    by_light = {href: n for n, href in figures(answer) if re.search(r"light=(green|yellow|orange|red|grey)$", href)}
    [n_open] = {n for n, href in figures(answer) if href == "/orders/?view=open"}
    assert len(by_light) == 5 and sum(by_light.values()) == n_open
    trays = {href: n for n, href in figures(answer) if re.search(r"view=open&queue=\w+$", href)}
    assert len(trays) == 9 and sum(trays.values()) == n_open


def test_no_rate_is_counted_under_ten_cases() -> None:
    _order, now = lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    at(now)
    said = text(signed_in("luo").get(BOARD))
    assert said.count("不足10件，不计率") == 2 and "%" not in said
    for _n in range(9):
        _order, now = lives.played((*lives.CHECKED, lives.GOOD))
    at(now)
    said = text(signed_in("luo").get(BOARD))
    assert "不足10件" not in said and "100.0 %" in said


def test_a_rate_never_says_a_hundred_where_one_is_missing() -> None:
    assert Rate(Figure(9999, ""), Figure(10000, "")).percent == "99.9"
    assert Rate(Figure(10, ""), Figure(10, "")).percent == "100.0"
    assert Rate(Figure(9, ""), Figure(9, "")).percent == ""


def test_the_chains_stand_in_the_network_s_order_with_a_total() -> None:
    lives.played(lives.ACCEPTED)
    at(cast.NOW + timedelta(hours=8))
    table = source(signed_in("luo").get(BOARD)).split("分产业链")[-1]
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["装备制造产业链党委", "轻工食品产业链党委", "合计"]


def test_what_is_overdue_waits_for_the_supervising_leader_with_the_way_to_act() -> None:
    order, now = lives.played(lives.ACCEPTED, title="逾期的一件")
    other, _now = lives.played(lives.ACCEPTED, title="别人分管的")
    at(now + timedelta(days=60))
    answer = signed_in("zhao").get(BOARD)
    assert "等我督办 2件逾期" in text(answer) and f"/orders/{order.number}/papers/supervision_slip/" in links(answer)
    assert "等我督办 0件逾期" in text(signed_in("qian").get(BOARD))
    assert "/supervision_slip/" not in source(signed_in("zhou").get(BOARD)) and other.number


def test_a_department_reads_totals_of_its_ratings_only_and_only_from_five_on() -> None:
    for _n in range(4):
        _order, now = lives.played((*lives.CHECKED, lives.GOOD))
    at(now)
    client = signed_in("hebing")
    assert "评价满5件后汇总给本部门" in text(client.get(BOARD))
    _order, now = lives.played((*lives.CHECKED, lives.BAD))
    at(now)
    answer = client.get(BOARD)
    assert "4/5" in text(answer) and "只看合计，看不到是哪一件" in text(answer)
    assert not [href for _n, href in figures(answer) if "rating=" in href or "to_verify" in href]


def test_a_statistician_s_figure_says_what_the_list_hides() -> None:
    lives.played((), secret="1")
    at(cast.NOW + timedelta(hours=1))
    client = signed_in("he")
    month = {href: n for n, href in figures(client.get(BOARD)) if "submitted" in href and "from=2022-09-01" in href}
    [(href, n)] = [one for one in month.items() if "desk=" not in one[0]]
    assert n == 1
    said = text(client.get(href))
    assert "共0件" in said and "另有1件涉及商业秘密，不在您可看的范围" in said


def test_an_enterprise_has_no_overview_and_no_way_to_it() -> None:
    at(cast.NOW)
    client = signed_in("liufang")
    assert client.get(BOARD).status_code == 404
    assert 'href="/reports/"' not in client.get("/mine/").content.decode()


@pytest.mark.parametrize("person", ["luo", "zhou", "hebing", "zhao"])
def test_the_overview_makes_the_same_few_queries_for_five_orders_and_for_four_hundred(person: str) -> None:
    for steps in ((), (lives.REGISTER,), lives.DISPATCHED, lives.ACCEPTED, lives.CHECKED):
        order, now = lives.played(steps)
    at(now + timedelta(days=40))
    client = signed_in(person)
    few = queries(client, BOARD)
    copies(order.number, 200)
    copies("QD2022-0004", 200)
    assert queries(client, BOARD) == few <= 8


def test_the_columns_of_a_row_say_what_the_figures_count() -> None:
    """An appealed rating counts no more: the standing one before it does, in the row as in the tally."""
    appeal = ("wang", "ask_appeal", {"reason": "企业记错了"})
    granted = ("fu", "decide_appeal", {"agreed": "agree", "opinion": "核实有误"})
    order, now = lives.played((*lives.CHECKED, lives.BAD, lives.FOUNDED, appeal, granted))
    [row] = lists.page(seen_by=SYSTEM, programmes=packs.current().values(), asked=Asked(), now=now).rows
    assert (row.number, row.rating, row.rated, row.on_time) == (order.number, "", "", True)
