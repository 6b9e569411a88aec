"""Lights, ring, dates and money as pages print them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory

from bihuan.web import jinja
from bihuan.web.shell import Shell

NOW = dt.datetime(2022, 10, 25, 2, 20, tzinfo=dt.UTC)


def drawn(source: str, **names: Any) -> str:
    template = engines["pages-zh-hans"].env.from_string('{% import "parts.html" as p %}' + source)
    return template.render(now=NOW, **names).strip()


@pytest.mark.parametrize(
    ("kind", "class_", "spoken"),
    [
        ("green", "g", "绿灯"),
        ("yellow", "y", "黄灯"),
        ("orange", "o", "橙灯"),
        ("red", "r", "红灯"),
        ("grey", "h", "灰灯"),
    ],
)
def test_a_light_is_colour_shape_and_words(kind: str, class_: str, spoken: str) -> None:
    light = drawn("{{ p.light(kind, '余4个工作日') }}", kind=kind)
    assert light == drawn("{{ p.light(kind, '余4个工作日') }}", kind=class_)
    assert light == f'<span class="light light-{class_}"><span class="vh">{spoken}：</span>余4个工作日</span>'


def test_the_ring_says_its_step_and_closes_at_the_seventh() -> None:
    assert 'aria-label="第3步，共7步：接单"' in drawn("{{ p.ring(3) }}")
    assert 'class="ring done n7"' in drawn("{{ p.ring(7) }}")
    assert "done" not in drawn("{{ p.ring(6) }}") + drawn("{{ p.ring(0) }}")


def test_the_line_of_steps_marks_where_the_order_is() -> None:
    line = drawn("{{ p.loop(3) }}")
    assert line.count('class="ok"') == 2
    assert '<li class="now" aria-current="step"><b>接单</b>' in line


def test_words_of_people_are_escaped_everywhere() -> None:
    for mark in (
        "p.light('red', w)",
        "p.fig(w, '/x')",
        "p.refusal(w, w, [(w, w)], [(w, '/')])",
        "p.errors([('a', w)])",
    ):
        assert "<b>" not in drawn("{{ " + mark + " }}", w="<b>坏</b>").replace("<b>5/7", "")


@pytest.mark.parametrize(
    ("moment", "short", "words"),
    [
        (dt.datetime(2022, 10, 24, 16, 30, tzinfo=dt.UTC), "10-25 00:30", "10月25日00:30"),
        (dt.datetime(2021, 12, 31, 15, 59, tzinfo=dt.UTC), "2021-12-31 23:59", "2021年12月31日23:59"),
        (dt.datetime(2021, 12, 31, 16, 0, tzinfo=dt.UTC), "01-01 00:00", "1月1日00:00"),
    ],
)
def test_moments_are_told_in_the_countys_own_time(moment: dt.datetime, short: str, words: str) -> None:
    assert drawn("{{ m | short_moment }} {{ m | text_moment }}", m=moment) == f"{short} {words}"


def test_dates_drop_the_year_only_in_the_current_one() -> None:
    day = "{{ d | short_date }} {{ d | text_date }} {{ d | long_date }} {{ d | weekday }}"
    assert drawn(day, d=dt.date(2022, 10, 25)) == "10-25 10月25日 2022年10月25日 星期二"
    assert drawn(day, d=dt.date(2021, 10, 25)) == "2021-10-25 2021年10月25日 2021年10月25日 星期一"
    assert drawn(day, d=None) == ""


@pytest.mark.parametrize(
    ("yuan", "read"),
    [
        (0, "0元"),
        (9999, "9999元"),
        (Decimal("8500.50"), "8500.5元"),
        (10_000, "1万元"),
        (21_500_000, "2150万元"),
        (123_456, "12.3456万元"),
        (11_410_000_000, "114.1亿元"),
        (123_456_789, "12345.6789万元"),
    ],
)
def test_money_is_read_in_the_usual_unit_and_never_rounded(yuan: Decimal | int, read: str) -> None:
    assert jinja.money(yuan) == read


@pytest.mark.parametrize(("phone", "shown"), [("13807360516", "138****0516"), ("0736123", "*******"), ("", "")])
def test_a_phone_number_is_shown_without_its_middle(phone: str, shown: str) -> None:
    assert jinja.masked(phone) == shown


def test_every_filling_in_of_a_form_has_a_key_of_its_own() -> None:
    assert jinja.form_key() != jinja.form_key()


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(Exception, match="nonsense"):
        drawn("{{ nonsense }}")


def test_the_links_of_the_look_come_back_to_the_page() -> None:
    page = RequestFactory().get("/orders/?q=%E8%A1%8C")
    shell = Shell(lang="zh-CN", now=NOW, path=page.get_full_path(), theme="dark")
    assert shell.look("size") == "/look/?size=large&next=/orders/%3Fq%3D%25E8%25A1%258C"
    assert shell.look("theme").startswith("/look/?theme=&")
