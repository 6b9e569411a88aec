"""The page of a figure: the count in its heading is the number of its rows, for every reader."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from bihuan.core.figures import Asked
from bihuan.store import counters, events, figures, packs
from tests import cast, lives
from tests.web.staff import at, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
BASE = "/reports/figures/enterprise_order/"
YEAR = "from=2022-01-01&to=2022-12-31"
BACK = timedelta(days=30)


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def play() -> None:
    """Orders at several steps over some months; one is secret, one belongs to the other chain."""
    for n, steps in enumerate(((*lives.CHECKED, lives.GOOD, lives.CLOSE), (*lives.CHECKED, lives.BAD), lives.ACCEPTED)):
        lives.played(steps, cast.NOW - n * BACK)
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), cast.NOW - BACK, secret="1")
    at(cast.NOW + timedelta(days=2))


def rows(client: Client, address: str) -> tuple[int, int]:
    """Return the count a list says, and how many rows its pages have."""
    said, n = 0, 0
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        n += len(re.findall(r'<tr><td class="nowrap" data-l="编号">', source(answer)))
        if found := re.search(r"共(\d+)条", text(answer)):
            said = int(found[1])
        following = re.search(r'<a href="([^"]+)">下一页</a>', source(answer))
        address = following[1].replace("&amp;", "&") if following else ""
    return said, n


@pytest.mark.parametrize("person", ["luo", "zhou", "tang", "shen", "he", "zhao", "qian", "wang", "hebing", "lihang"])
@pytest.mark.parametrize("folded", [True, False])
def test_the_count_is_the_number_of_rows_for_every_reader_and_every_list(person: str, folded: bool) -> None:
    play()
    while folded and counters.fold():
        pass
    client, programme = signed_in(person), packs.programme("enterprise_order")
    for key in ("eo_requests", "eo_open", "eo_closed", "eo_due", "eo_answered", "eo_helped_enterprises", "eo_on_time"):
        answer = client.get(f"{BASE}{key}/?{YEAR}")
        assert answer.status_code == 200, (person, key)
        asked = Asked(cast.NOW.date().replace(month=1, day=1), cast.NOW.date().replace(month=12, day=31))
        found = figures.figure(
            seen_by=cast.actor(person), programme=programme, key=key, asked=asked, now=cast.NOW + timedelta(days=2)
        )
        for part in found.parts:
            said, n = rows(client, f"{BASE}{key}/?{YEAR}&part={part.key}")
            assert said == n == part.count, (person, key, part)


def test_a_secret_order_counts_and_its_content_stays_with_those_who_handle_it() -> None:
    play()
    leader, desk = signed_in("luo"), signed_in("zhou")
    said, seen = text(leader.get(f"{BASE}eo_requests/?{YEAR}")), text(desk.get(f"{BASE}eo_requests/?{YEAR}"))
    assert "1件计数在内，内容只给经办的人看" in said and "含商业秘密，内容只给经办的人看" in said
    assert "清单里的每一条您都能打开" in seen and "含商业秘密" not in seen
    assert links(leader.get(f"{BASE}eo_requests/?{YEAR}"), "/orders/QD") != []
    for link in links(leader.get(f"{BASE}eo_requests/?{YEAR}"), "/orders/QD"):
        assert leader.get(link).status_code == 200


@pytest.mark.parametrize("person", ["sun", "guo", "liufang"])
def test_who_has_no_business_with_it_sees_nothing_or_meets_404(person: str) -> None:
    play()
    answer = signed_in(person).get(f"{BASE}eo_requests/?{YEAR}")
    if person == "sun":  # a department's handler may read figures of its own orders, and has none
        assert answer.status_code == 200 and "没有记录" in text(answer)
    else:
        assert answer.status_code == 404


def test_an_unknown_figure_and_an_unknown_programme_are_not_found() -> None:
    client = signed_in("luo")
    assert client.get(f"{BASE}eo_solve/").status_code == 404
    assert client.get("/reports/figures/enterprise/eo_solved/").status_code == 404


def test_those_who_are_judged_learn_totals_and_never_which_order_was_rated() -> None:
    play()
    said = text(signed_in("wang").get(f"{BASE}eo_rated/?{YEAR}"))
    assert "QD2022" not in said and "不满" in said  # three ratings are too few to be told
    for n in range(5):
        lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), cast.NOW - n * timedelta(days=1))
    said = text(signed_in("wang").get(f"{BASE}eo_rated/?{YEAR}"))
    assert "企业评价 8件" in said and "QD2022" not in said and "不公开是哪一件" in said


def test_every_cell_of_a_table_by_groups_opens_as_many_records() -> None:
    play()
    client = signed_in("luo")
    for by in ("unit", "month", "unit,month", "category", "channel", "priority", "enterprise"):
        answer = client.get(f"{BASE}eo_requests/?{YEAR}&by={by}")
        cells = re.findall(r'<a class="fig" href="([^"]+)"[^>]*>(\d+)件</a>', source(answer))
        assert cells, by
        assert sum(int(n) for _, n in cells) == 4
        for href, n in cells:
            assert rows(client, href.replace("&amp;", "&")) == (int(n), int(n)), (by, href)


def test_a_past_moment_and_what_changed_since() -> None:
    play()
    client = signed_in("luo")
    was = "as_of=2022-09-01T00:00"
    assert "受理企业诉求 3件" in text(client.get(f"{BASE}eo_requests/?{YEAR}&{was}"))
    said = text(client.get(f"{BASE}eo_requests/?{YEAR}&against=2022-09-01T00:00"))
    assert "差在哪里" in said and said.count("新计入") == 1 and "点单" in said


def test_faulty_dates_get_their_sentence_and_the_page_stays() -> None:
    answer = signed_in("luo").get(f"{BASE}eo_requests/?from=去年&to=2022-13-01&as_of=昨天")
    assert answer.status_code == 400
    said = text(answer)
    assert "日期请写成2022-01-01这样" in said and "截至时刻请写成" in said


def test_a_moment_that_has_not_come_is_named_and_the_figure_is_that_of_now() -> None:
    luo = signed_in("luo")
    answer = luo.get(f"{BASE}eo_requests/?as_of=2030-01-01T00:00")
    page = answer.content.decode()
    assert answer.status_code == 400 and "截至时刻还没到，先算到现在" in page
    heading = r"<h1>[^<]+</h1><p>[^<]+"
    assert re.findall(heading, page) == re.findall(heading, luo.get(f"{BASE}eo_requests/").content.decode())
    today = cast.NOW.date().isoformat()
    assert luo.get(f"{BASE}eo_requests/?as_of={today}").status_code == 200  # the end of today


def test_the_export_has_every_row_says_how_it_was_counted_and_is_registered() -> None:
    play()
    client = signed_in("luo")
    answer = client.post(f"{BASE}eo_requests/export/?{YEAR}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    about, listed = (book.get_sheet_by_index(n).to_python() for n in range(2))
    facts = {row[0]: str(row[1]) for row in about}
    assert facts["数字"] == "受理企业诉求 4件" and facts["行数"] == "4" and facts["定义"].startswith("eo_requests ")
    assert len(listed) == 5
    assert "受理企业诉求" in unquote(answer.headers["Content-Disposition"])
    last = events.of_kind("setup")[1][-1]
    assert (last.verb, last.facts["rows"]) == ("exported", 4)
    assert client.get(f"{BASE}eo_requests/export/?{YEAR}").status_code == 302


def test_the_page_makes_the_same_number_of_queries_whatever_the_history() -> None:
    play()
    client = signed_in("luo")
    few = queries(client, f"{BASE}eo_requests/?{YEAR}")
    for n in range(6):
        lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), cast.NOW - n * BACK)
    assert queries(client, f"{BASE}eo_requests/?{YEAR}") == few
