"""Every list page can be taken out whole: as many rows as one may see, and the register knows who took it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import python_calamine
from django.test import Client

from bihuan.store import events
from bihuan.web import list_exports
from tests import cast
from tests.actions.returning import answered, brought, workbook
from tests.actions.test_briefs import LATER, drafted, solved
from tests.actions.test_reviews import closed, opened, published, votes
from tests.web.staff import at, copies, signed_in, source, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(LATER)


def taken(client: Client, address: str, **given: str) -> list[list[Any]]:
    """Return heading and rows of the sheet; the first worksheet says how many there are."""
    answer = client.post(address, given)
    assert answer.status_code == 200, address
    assert answer.headers["Cache-Control"] == "private, no-store"
    book = python_calamine.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = book.get_sheet_by_index(1).to_python()
    assert book.sheet_names[0] == "说明"
    return rows


def registered() -> list[tuple[str, int]]:
    """Return what was taken out and how many rows, the first first."""
    found = [one for chain in events.of_kind("setup").values() for one in chain if one.verb == "exported"]
    return [(one.facts["what"], one.facts["rows"]) for one in found]


def test_rating_meetings_are_handed_out_to_the_last_as_each_may_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.store.reviews.PAGE", 2)
    done = opened()
    votes(done, "labour_bureau", ["good"] * 6)
    done = published(closed(done))
    others = [opened() for _ in range(4)]
    rows = taken(signed_in("zhou"), "/reviews/export/")
    assert sorted(row[0] for row in rows[1:]) == sorted(one.number for one in [done, *others])
    by = {row[0]: row for row in rows[1:]}
    assert "人社局" in by[done.number][5] and "6" in by[done.number][6] and by[others[0].number][6] == ""
    # A unit judged sees rounds once they are published.
    assert [row[0] for row in taken(signed_in("hebing"), "/reviews/export/")[1:]] == [done.number]
    assert registered() == [("测评会", 5), ("测评会", 1)]
    assert "导出" in text(signed_in("zhou").get("/reviews/"))


def test_what_is_owed_to_sources_is_handed_out_whole_or_of_one_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_exports, "CHUNK", 7)
    data = workbook()
    orders = brought(data)
    one, now = answered(orders[0])
    at(now)
    copies(one.number, 30)
    zhou = signed_in("zhou")
    rows = taken(zhou, "/sources/export/")
    listed = {row[2] for row in rows[1:]}
    assert one.number in listed and len(listed) == len(rows) - 1 >= 31
    channel = one.channel
    some = taken(zhou, "/sources/export/", channel=channel)
    assert len(some) == len(rows) and {row[0] for row in some[1:]} == {"12345热线"}
    assert len(taken(zhou, "/sources/export/", channel="visit")) == 1
    whats = [what for what, _rows in registered()]
    assert whats[:2] == ["待回复来源", "待回复来源；12345热线"]
    assert f'name="channel" value="{channel}"' in source(zhou.get(f"/sources/?channel={channel}"))


def test_briefs_are_handed_out_as_each_may_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.store.briefs.PAGE", 2)
    solved()
    made = [drafted() for _ in range(5)]
    rows = taken(signed_in("he"), "/reports/briefs/export/")
    assert len(rows) - 1 == len(made) and rows[1][0].startswith("产业链运行简报") and rows[1][1] == "2022年1—9月"
    assert len(taken(signed_in("du"), "/reports/briefs/export/")) == 1  # drafts are their editor's
    assert registered() == [("简报", 5), ("简报", 0)]


def test_sittings_are_handed_out_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.store.sittings.PAGE", 2)
    zhou = signed_in("zhou")
    for n in range(5):
        at(LATER + timedelta(minutes=n))
        assert zhou.post("/orders/sittings/", {"title": f"第{n}次", "present": "周敏"}).status_code == 302
    rows = taken(zhou, "/orders/sittings/export/")
    assert [row[0] for row in rows[1:]] == [f"第{n}次" for n in reversed(range(5))]
    assert rows[1][5] == "正在开" and registered() == [("集中派单会", 5)]


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("sun", "/sources/export/"),
        ("guo", "/sources/export/"),
        ("sun", "/reports/briefs/export/"),
        ("guo", "/orders/sittings/export/"),
    ],
)
def test_a_stranger_finds_no_export_and_none_is_registered(person: str, address: str) -> None:
    assert signed_in(person).post(address).status_code == 404
    assert signed_in("zhou").get(address).status_code == 405  # opening a link takes nothing out
    assert registered() == []
