"""系统状态: everybody of the office sees whether the clock, the outbox and the calendar work; administrators see all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bihuan.core.instants import iso
from bihuan.jobs.worker import Worker
from bihuan.store import beats, clock
from tests import cast, lives
from tests.web.staff import queries, signed_in, source, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


def page(person: str) -> Any:
    return signed_in(person).get("/status/")


def test_an_officer_reads_what_runs_and_whom_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    lives.submitted()
    Worker().round(cast.NOW)
    said = text(page("wang"))
    assert "都在正常运转" in said and "没有积压，最近一轮" in said and "2022年的放假安排已有" in said
    assert "管理员：吴凡" in said and "备份" not in said
    monkeypatch.setattr(clock, "now", lambda: cast.NOW + timedelta(minutes=20))
    said = text(page("wang"))
    assert "有1处要处理" in said and "没有积压，但最近一轮是" in said


def test_an_administrator_sees_backups_seals_and_versions_and_where_to_mend() -> None:
    answer = page("wu")
    said = text(answer)
    assert "还没有用 bihuan backup 备份过" in said and "enterprise_order@1" in said and "还没有封存过" in said
    assert {"/setup/notices/", "/setup/calendar/", "/setup/programmes/"} <= set(
        re.findall(r'class="btn btn-s" href="([^"]+)"', source(answer))
    )


def test_the_contact_of_a_firm_and_an_account_without_a_post_meet_404(client: Client) -> None:
    assert page("guo").status_code == 404
    assert "/status/" not in source(signed_in("guo").get("/me/"))
    assert "/status/" in source(signed_in("wang").get("/me/"))


def test_it_asks_the_same_number_of_questions_whatever_the_history() -> None:
    client = signed_in("wu")
    few = queries(client, "/status/")
    for _ in range(5):
        lives.submitted()
    assert queries(client, "/status/") == few <= 20
    assert queries(signed_in("wang"), "/status/") <= 10


def test_the_rail_marks_the_place_a_page_belongs_to() -> None:
    def marked(address: str) -> list[str]:
        page = signed_in("zhou").get(address).content.decode()
        return re.findall(r'aria-current="page"><b aria-hidden="true">(.)</b>', page[page.index('id="rail"') :])[:1]

    places = {"/notices/": "办", "/notices/unaccepted/": "单", "/mine/": "办", "/documents/": "单", "/network/": "网"}
    assert {address: marked(address) for address in places} == {a: [sign] for a, sign in places.items()}


def test_a_worker_leaves_word_of_a_whole_round_twice_a_minute_at_most() -> None:
    worker = Worker()
    assert beats.last(beats.WORKER) == ""
    worker.round(cast.NOW)
    worker.round(cast.NOW + timedelta(seconds=10))
    assert beats.last(beats.WORKER) == iso(cast.NOW)
    worker.round(cast.NOW + timedelta(seconds=40))
    assert beats.last(beats.WORKER) == iso(cast.NOW + timedelta(seconds=40))
    beats.beat(beats.WORKER, iso(cast.NOW))  # another worker's clock, a little behind
    assert beats.last(beats.WORKER) == iso(cast.NOW + timedelta(seconds=40))
