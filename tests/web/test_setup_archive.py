"""归档: the administrator sees what a year can be closed with and why not all, closes it, and takes the package along."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bihuan.actions.register import CHAIN, SETUP
from bihuan.store import clock, events
from bihuan.web import setup_archive
from tests import cast, lives
from tests.web.staff import queries, signed_in, text

pytestmark = pytest.mark.django_db

NOW = datetime(2023, 1, 9, 2, 0, tzinfo=UTC)
STRUCK_OFF = (*lives.CHECKED, lives.GOOD, lives.CLOSE)


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def admin() -> Client:
    return signed_in("wu")


def test_the_year_that_just_ended_is_shown_and_everybody_else_meets_404(admin: Client) -> None:
    done = lives.played(STRUCK_OFF)[0]
    late = lives.played(STRUCK_OFF, now=datetime(2022, 12, 27, 2, 0, tzinfo=UTC))[0]
    running = lives.submitted()
    page = text(admin.get("/setup/archive/"))
    assert "归档 2022" in page and "把这1件归档" in page and "保管30年 1" in page
    assert f"{late.number} 1月28日24:00以前还可以重新办理" in page
    assert running.number in page and "待受理" in page
    assert done.number not in page
    for person in ("zhou", "zhao", "guo"):
        assert signed_in(person).get("/setup/archive/").status_code == 404
        assert signed_in(person).post("/setup/archive/", {"do": "close"}).status_code == 404


def test_a_press_archives_and_another_one_says_that_it_is_done(admin: Client) -> None:
    order = lives.played(STRUCK_OFF)[0]
    page = text(admin.post("/setup/archive/?year=2022", {"do": "close"}, follow=True))
    assert "2022年归档1件，从现在起只读" in page and "下载移交包" in page
    assert lives.again(order).archived["year"] == 2022
    again = admin.post("/setup/archive/?year=2022", {"do": "close"})
    assert again.status_code == 409
    assert "2022年度已经归档（1月9日），共1件，没有新的可以归档" in text(again)


def test_the_order_itself_says_that_it_is_archived_and_offers_nothing(admin: Client) -> None:
    order = lives.played(STRUCK_OFF)[0]
    admin.post("/setup/archive/?year=2022", {"do": "close"})
    page = text(signed_in("zhou").get(f"/orders/{order.number}/"))
    assert "已归档 2022" in page and "2022年度，档号WS·2022-D30-0001，保管30年" in page
    answer = signed_in("zhou").post(f"/orders/{order.number}/reopen/", {"reason": "又来了"})
    assert answer.status_code == 409 and "这张单已经归档" in text(answer) and "归档的单只读" in text(answer)


def test_the_package_is_handed_out_and_registered(admin: Client) -> None:
    order = lives.played(STRUCK_OFF)[0]
    empty = admin.post("/setup/archive/?year=2022", {"do": "package"})
    assert empty.status_code == 409 and "还没有归档的单" in text(empty)
    admin.post("/setup/archive/?year=2022", {"do": "close"})
    answer = admin.post("/setup/archive/?year=2022", {"do": "package"})
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert f"orders/{order.number}/events.jsonl" in zipped.namelist()
    last = events.of_orders([CHAIN], SETUP)[CHAIN][-1]
    assert (last.verb, last.actor["person"], last.facts["orders"]) == ("archive_packed", "wu", 1)
    assert "导出归档移交包" in text(admin.get("/setup/audit/"))


def test_too_many_for_a_page_are_left_to_the_command_line(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lives.played(STRUCK_OFF)
    admin.post("/setup/archive/?year=2022", {"do": "close"})
    monkeypatch.setattr(setup_archive, "MOST_PACKED", 0)
    answer = admin.post("/setup/archive/?year=2022", {"do": "package"})
    assert answer.status_code == 409 and "bihuan archive 2022 --package" in text(answer)


def test_a_running_year_and_a_wrong_fonds_are_refused_with_what_to_do(admin: Client) -> None:
    lives.played(STRUCK_OFF)
    page = text(admin.get("/setup/archive/?year=2023"))
    assert "2023年还没有过完，2024-01-01起可以归档" in page
    answer = admin.post("/setup/archive/?year=2022", {"do": "close", "fonds": "全宗"})
    assert answer.status_code == 409 and "请只用字母和数字" in text(answer)
    for wrong in ("2024", "22", "二〇二二", "0001"):
        assert admin.get(f"/setup/archive/?year={wrong}").status_code == 404


def test_what_is_open_is_paged_and_nothing_is_missed(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_archive, "LISTED", 2)
    numbers = {lives.submitted().number for _ in range(5)}
    seen: set[str] = set()
    page = admin.get("/setup/archive/?year=2022").content.decode()
    for _ in range(4):
        seen |= set(re.findall(r"QD2022-\d+", page))
        more = re.search(r'href="(\?year=2022&amp;from=[^"]*)"', page)
        if not more:
            break
        page = admin.get(f"/setup/archive/{more.group(1).replace('&amp;', '&')}").content.decode()
    assert seen == numbers
    for broken in ("x~1", "~", "2022~99999999999999999999", "2022-09-29T02:20:00.000000Z~9999999999999999999"):
        assert admin.get(f"/setup/archive/?year=2022&from={broken}").status_code == 200


def test_the_page_asks_the_same_few_questions_whatever_there_is(admin: Client) -> None:
    few = queries(admin, "/setup/archive/")
    for _ in range(3):
        lives.played(STRUCK_OFF)
        lives.submitted()
    lives.played([("zhou", "merge", {"main": lives.submitted().number})])
    assert queries(admin, "/setup/archive/") <= few + 2 <= 14
