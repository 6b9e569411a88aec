"""The register: every export and every look at a contact is in it; it can be narrowed, read by pages and taken out."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bihuan.actions.exports_sheet import export_orders, export_roster
from bihuan.actions.register import CHAIN, EXPORTS, SETUP, note_export
from bihuan.actions.sheets import read_sheet
from bihuan.core.permission import SYSTEM
from bihuan.store import clock, events
from tests import cast, lives
from tests.web.staff import queries, signed_in, text

pytestmark = pytest.mark.django_db

LATER = datetime.fromisoformat("2023-02-01T02:00:00+00:00")
PAGE = "/setup/audit/"


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def admin() -> Client:
    return signed_in("wu")


def exports() -> list[str]:
    return [one.verb for one in events.of_orders([CHAIN], SETUP).get(CHAIN, []) if one.verb in EXPORTS]


def _archive(admin: Client) -> None:
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    admin.post("/setup/archive/?year=2022", {"do": "close"})
    admin.post("/setup/archive/?year=2022", {"do": "package"})


EVERY: dict[str, Callable[[Client], Any]] = {
    "a list of orders": lambda admin: signed_in("zhou").post("/orders/export/?view=open"),
    "the roll of units": lambda admin: admin.post("/network/export/units.xlsx", {"purpose": "核对"}),
    "the roll of holders": lambda admin: admin.post("/network/export/holders.xlsx", {"purpose": "核对"}),
    "the register itself": lambda admin: admin.post("/setup/audit/export/"),
    "the package of a year": _archive,
    "orders by command": lambda admin: export_orders(
        actor=SYSTEM, programme="enterprise_order", type_="enterprise_request", now=LATER
    ),
    "units by command": lambda admin: export_roster(what="units", actor=SYSTEM, now=LATER),
}


@pytest.mark.parametrize("what", EVERY)
def test_every_export_is_one_entry_of_the_register(admin: Client, what: str) -> None:
    EVERY[what](admin)
    assert len(exports()) == 1, what
    page = text(admin.get(f"{PAGE}?kind=export"))
    assert "导出" in page and "没有符合条件的登记" not in page


def test_a_look_at_a_contact_is_in_the_register_with_the_order_and_without_the_number(admin: Client) -> None:
    order = lives.played(lives.ACCEPTED)[0]
    shown = signed_in("wang").post(f"/orders/{order.number}/phone/")
    assert lives.PHONE in shown.content.decode()
    page = text(admin.get(f"{PAGE}?kind=read"))
    assert "王磊" in page and "看联系方式" in page and order.number in page
    assert lives.PHONE not in page
    assert order.number in text(admin.get(PAGE))


def test_it_is_narrowed_by_person_kind_and_days(admin: Client) -> None:
    for days, person in ((0, "wu"), (3, "zhou"), (9, "wu")):
        now = cast.NOW + timedelta(days=days)
        note_export(actor=cast.actor(person), what=f"名单{days}", rows=1, purpose="", now=now)
    assert "名单0" in text(admin.get(f"{PAGE}?person=吴凡")) and "名单3" not in text(admin.get(f"{PAGE}?person=wu"))
    some = text(admin.get(f"{PAGE}?since=2022-10-01&until=2022-10-02"))
    assert "名单3" in some and "名单0" not in some and "名单9" not in some
    assert "名单9" in text(admin.get(f"{PAGE}?kind=export&since=2022-10-08&until=2022-10-08"))
    assert "没有符合条件的登记" in text(admin.get(f"{PAGE}?kind=network&person=吴凡"))


def test_what_cannot_be_meant_is_said_and_nothing_is_listed(admin: Client) -> None:
    note_export(actor=cast.actor("wu"), what="名单", rows=1, purpose="", now=cast.NOW)
    for query, said in (
        ("person=张三", "名册里没有叫“张三”的人"),
        ("since=昨天", "不是日期"),
        ("since=2022-10-02&until=2022-10-01", "早于起始日"),
    ):
        answer = admin.get(f"{PAGE}?{query}")
        assert answer.status_code == 400 and said in text(answer) and "名单，1行" not in text(answer)
    assert admin.post("/setup/audit/export/?since=昨天").status_code == 302 and len(exports()) == 1


def test_the_pages_of_a_narrowed_register_miss_nothing(admin: Client) -> None:
    order = lives.played(lives.ACCEPTED)[0]
    for n in range(70):
        note_export(actor=cast.actor("wu"), what=f"甲{n}", rows=1, purpose="", now=cast.NOW + timedelta(minutes=n))
        signed_in("wang").post(f"/orders/{order.number}/phone/") if n < 3 else None
    first = admin.get(f"{PAGE}?since=2022-09-29")
    found = text(first)
    import html
    import re

    while more := re.search(r'href="(/setup/audit/\?[^"]*after=[^"]*)"', first.content.decode()):
        first = admin.get(html.unescape(more.group(1)))
        found += text(first)
    assert [n for n in range(70) if found.count(f"甲{n}，") != 1] == []
    assert found.count(order.number) == 3


def test_the_exported_register_is_what_the_page_shows(admin: Client, tmp_path: Path) -> None:
    note_export(actor=cast.actor("wu"), what="=甲名单", rows=2, purpose="月报", now=cast.NOW)
    answer = admin.post("/setup/audit/export/?person=吴凡")
    (tmp_path / "登记.xlsx").write_bytes(io.BytesIO(answer.content).getvalue())
    [row] = read_sheet(tmp_path / "登记.xlsx").rows
    assert (row.cells["谁"], row.cells["做什么"]) == ("吴凡（常德经开区）", "导出") and "用途：月报" in row.cells[
        "内容"
    ]
    assert len(row.cells["指纹"]) == 64
    assert exports() == ["exported", "exported"]
    assert signed_in("zhou").post("/setup/audit/export/").status_code == 404


def test_the_page_asks_the_same_few_questions_whatever_there_is(admin: Client) -> None:
    few = queries(admin, PAGE)
    for n in range(60):
        note_export(actor=cast.actor("wu"), what=f"甲{n}", rows=1, purpose="", now=cast.NOW)
    assert queries(admin, PAGE) == few <= 8
