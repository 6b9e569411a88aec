"""A year is closed: what ended becomes read-only and is still counted, what cannot says why, nothing is done twice."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bihuan.actions import archive_files, archives, documents, files
from bihuan.actions.orders import move_order, options_for
from bihuan.actions.register import CHAIN, SETUP
from bihuan.actions.sheets import read_sheet
from bihuan.actions.verify import verify
from bihuan.core.chain import digest
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import counters, events, orders
from bihuan.words.documents import composed
from tests import cast, lives

pytestmark = pytest.mark.django_db

LATER = datetime(2023, 2, 1, 2, 0, tzinfo=UTC)
STRUCK_OFF = (*lives.CHECKED, lives.GOOD, lives.CLOSE)
REFUSE: lives.Step = ("zhou", "refuse", {"refuse_reason": "not_duty", "where_to": "区信访局"})


@pytest.fixture(autouse=True)
def _county(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    cast.found()


def struck_off(**facts: Any) -> OrderState:
    return lives.played(STRUCK_OFF, **facts)[0]


def look(now: datetime = LATER, **more: Any) -> archives.Look:
    return archives.look(2022, actor=cast.actor("wu"), now=now, **more)


def closed(now: datetime = LATER, **more: Any) -> archives.Done:
    return archives.close(2022, actor=cast.actor("wu"), now=now, **more)


def packed(tmp_path: Path, name: str = "a.zip") -> Path:
    archive_files.pack(2022, actor=cast.actor("wu"), now=LATER, to=tmp_path / name)
    return tmp_path / name


def notes() -> list[str]:
    return [event.verb for event in events.of_orders([CHAIN], SETUP).get(CHAIN, [])]


# ---- what can be closed ----
def test_a_look_counts_by_term_and_names_what_is_open_and_what_may_still_be_taken_up() -> None:
    struck_off()
    lives.played([REFUSE], importance="light", urgency="calm")
    lives.submitted()
    late = lives.played(STRUCK_OFF, now=datetime(2022, 12, 27, 2, 0, tzinfo=UTC))[0]
    found = look(datetime(2023, 1, 9, 2, 0, tzinfo=UTC))
    assert dict(found.ready) == {"thirty_years": 1, "ten_years": 1}
    assert (found.open, found.archived, found.early) == (1, 0, None)
    assert [(one.number, one.why.code) for one in found.left] == [(late.number, "archive.clock.reopens")]
    assert dict(look().ready) == {"thirty_years": 2, "ten_years": 1}
    assert notes() == []


def test_a_year_that_still_runs_is_not_closed() -> None:
    struck_off()
    now = datetime(2022, 12, 31, 2, 0, tzinfo=UTC)
    found = look(now)
    assert found.early is not None and found.early.code == "archive.clock.year"
    with pytest.raises(Refused, match=r"archive\.clock\.year"):
        closed(now)


def test_a_merged_order_belongs_to_the_year_in_which_it_was_merged() -> None:
    main, other = lives.submitted(), lives.submitted()
    move_order(actor=cast.actor("zhou"), id_=other.id, verb="merge", facts={"main": main.number}, now=cast.NOW)
    assert not lives.again(other).times.get("closed")
    assert sum(look().ready.values()) == 1
    assert sum(archives.look(2021, actor=cast.actor("wu"), now=LATER).ready.values()) == 0


def test_an_order_whose_source_still_waits_for_its_sheet_stays() -> None:
    from bihuan.actions.orders import submit_order

    order = submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="hotline", source_number="12345-7", now=cast.NOW,
        facts={"title": "缺人", "category": "recruitment", "facts": "缺30人"},
    )  # fmt: skip
    lives.go_on(order, STRUCK_OFF, cast.NOW)
    found = look()
    assert not found.ready and [one.why.code for one in found.left] == ["archive.state.owed"]


def test_the_longest_of_several_terms_holds() -> None:
    assert lives.type_of(struck_off()).retention == {
        "term": "ten_years", "heavy": "thirty_years", "supervised": "thirty_years",
    }  # fmt: skip
    light = struck_off(importance="light", urgency="calm")
    closed()
    assert lives.again(light).archived["term"] == "thirty_years"  # registered as weighty


# ---- closing ----
def test_an_archived_order_is_read_only_and_still_counted_and_everything_verifies() -> None:
    order = struck_off()
    before = counters.everything()
    assert closed().moved == 1
    after = lives.again(order)
    assert (after.archived["year"], after.archived["number"], after.seq) == (2022, "WS·2022-D30-0001", order.seq + 1)
    assert counters.everything() == before
    with pytest.raises(Refused) as why:
        move_order(actor=cast.actor("zhou"), id_=order.id, verb="reopen", facts={"reason": "又来了"}, now=LATER)
    assert (why.value.code, why.value.facts["number"]) == ("reopen.frozen.archived", "WS·2022-D30-0001")
    assert not any(one.yes for one in options_for(actor=cast.actor("zhou"), order=after, now=LATER))
    report = verify()
    assert report.broken is None, report.faults
    assert notes() == ["year_archived"]


def test_closing_twice_says_so_and_changes_nothing() -> None:
    order = struck_off()
    closed()
    with pytest.raises(Refused) as why:
        closed(LATER + timedelta(days=1))
    assert (why.value.code, why.value.facts["n"]) == ("archive.state.done", 1)
    assert why.value.facts["at"].startswith("2023-02-01")
    assert lives.again(order).seq == order.seq + 1 and notes() == ["year_archived"]


def test_what_was_cut_off_is_taken_up_again_with_numbers_that_go_on() -> None:
    made = [struck_off() for _ in range(3)]
    first = closed(limit=2)
    assert (first.moved, first.more) == (2, True)
    assert closed().moved == 1
    numbers = [lives.again(order).archived["n"] for order in sorted(made, key=lambda one: one.number)]
    assert numbers == [1, 2, 3]


def test_a_fonds_stands_in_the_number_and_a_wrong_one_is_refused() -> None:
    order = struck_off()
    with pytest.raises(Refused, match=r"archive\.needs"):
        closed(fonds="全宗/1")
    assert not lives.again(order).archived
    closed(fonds="j001")
    assert lives.again(order).archived["number"] == "J001-WS·2022-D30-0001"


def test_only_an_administrator_archives() -> None:
    struck_off()
    for act in (
        lambda: archives.look(2022, actor=cast.actor("zhou"), now=LATER),
        lambda: archives.close(2022, actor=cast.actor("zhou"), now=LATER),
        lambda: archive_files.pack(2022, actor=cast.actor("zhou"), now=LATER, to=Path("never.zip")),
    ):
        with pytest.raises(Refused, match=r"archive\.post"):
            act()


# ---- the package ----
@pytest.fixture
def whole(tmp_path: Path) -> OrderState:
    """An order with a signed paper and an attachment, archived."""
    upload: Any = BytesIO(b"%PDF-1.7 a stamped page")
    upload.name, upload.size = "盖章件.pdf", 23
    kept = files.keep(upload, by="wang", now=cast.NOW)
    order, now = lives.played(lives.DISPATCHED)
    documents.issue_document(
        actor=cast.actor("zhou"), number=order.number, kind="dispatch_slip", now=now, texts={}, compose=composed
    )
    order, now = lives.go_on(
        order, [lives.ACCEPT, ("wang", "progress", {"text": "见附件", "attachments": [kept]})], now
    )
    order, now = lives.go_on(order, [lives.ANSWER, lives.REPORT, lives.SIGN, lives.CHECK, lives.GOOD, lives.CLOSE], now)
    closed()
    return lives.again(order)


def test_the_package_holds_list_events_papers_files_and_the_sum_of_each(whole: OrderState, tmp_path: Path) -> None:
    path = packed(tmp_path)
    with zipfile.ZipFile(path) as zipped:
        names = zipped.namelist()
        manifest = json.loads(zipped.read("manifest.json"))
        bodies = zipped.read(f"orders/{whole.number}/events.jsonl").decode().split("\n")[:-1]
        zipped.extract("目录.xlsx", tmp_path)
        pdf = next(name for name in names if name.endswith("盖章件.pdf"))
        assert zipped.read(pdf) == b"%PDF-1.7 a stamped page"
    assert digest(bodies[-1]) == whole.head == manifest["orders"][0]["head"]
    assert len(bodies) == whole.seq and lives.PHONE not in "".join(bodies)
    assert set(manifest["files"]) == set(names) - {"manifest.json"}
    assert {name.rpartition(".")[2] for name in names} == {"jsonl", "docx", "json", "pdf", "xlsx", "txt"}
    [row] = read_sheet(tmp_path / "目录.xlsx").rows
    assert (row.cells["档号"], row.cells["保管期限"]) == ("WS·2022-D30-0001", "30年")
    assert (row.cells["责任者"], row.cells["件数"]) == ("人社局", "3")
    [event] = [one for one in events.of_orders([CHAIN], SETUP)[CHAIN] if one.verb == "archive_packed"]
    found = archive_files.check(path)
    assert (found.faults, found.known, found.orders, found.events) == ([], True, 1, whole.seq)
    assert event.facts["digest"] == found.digest and event.actor["person"] == "wu"


def rewritten(path: Path, name: str, change: Any) -> Path:
    """Copy a package with one file changed, or left out where `change` gives None."""
    to = path.with_name("b.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            data = change(data) if name in entry.filename else data
            if data is not None:
                new.writestr(entry, data)
    return to


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("盖章件.pdf", lambda data: data + b" ", "package.altered"),
        ("盖章件.pdf", lambda data: None, "package.missing"),
        ("events.jsonl", lambda data: data.replace("夜班".encode(), "白班".encode()) + b"{}", "package.altered"),
        ("manifest.json", lambda data: data.replace(b'"root": "', b'"root": "0'), "package.root"),
        ("manifest.json", lambda data: b"[]", "package.unreadable"),
    ],
)
def test_one_changed_byte_of_a_package_is_named(
    whole: OrderState, tmp_path: Path, name: str, change: Any, code: str
) -> None:
    found = archive_files.check(rewritten(packed(tmp_path), name, change))
    assert code in [one for one, _facts in found.faults] and not found.known


def test_a_package_with_a_file_too_many_or_that_is_none_is_refused(whole: OrderState, tmp_path: Path) -> None:
    path = packed(tmp_path)
    shutil.copy(path, tmp_path / "c.zip")
    with zipfile.ZipFile(tmp_path / "c.zip", "a") as zipped:
        zipped.writestr("orders/夹带.txt", "x")
    assert archive_files.check(tmp_path / "c.zip").faults[0][0] == "package.stray"
    (tmp_path / "d.zip").write_bytes(path.read_bytes()[:-200])
    assert archive_files.check(tmp_path / "d.zip").faults[0][0] == "package.unreadable"


def test_an_order_that_stands_otherwise_here_than_in_the_package_is_named(whole: OrderState, tmp_path: Path) -> None:
    path = packed(tmp_path)
    from bihuan.store.models import Order

    Order.objects.filter(pk=whole.id).update(head="0" * 64)
    assert archive_files.check(path).faults == [("package.differs", {"number": whole.number})]


def test_a_package_that_could_not_be_finished_is_not_there(whole: OrderState, tmp_path: Path, settings: Any) -> None:
    shutil.rmtree(settings.MEDIA_ROOT)
    with pytest.raises(FileNotFoundError):
        packed(tmp_path)
    assert [one.name for one in tmp_path.iterdir() if "zip" in one.name] == []
    assert "archive_packed" not in notes()


def test_a_year_without_archived_orders_has_no_package(tmp_path: Path) -> None:
    struck_off()
    with pytest.raises(Refused, match=r"archive\.state\.none"):
        packed(tmp_path)


def test_nothing_is_added_to_an_archived_order_by_way_of_its_papers(whole: OrderState) -> None:
    paper = int(next(iter(whole.papers)))
    with pytest.raises(Refused, match=r"receive_document\.frozen\.archived"):
        documents.receive_document(actor=cast.actor("hebing"), number=whole.number, id_=paper, now=LATER)
    with pytest.raises(Refused, match=r"issue_document\.frozen\.archived"):
        documents.issue_document(
            actor=cast.actor("zhou"), number=whole.number, kind="dispatch_slip", now=LATER, texts={}, compose=composed
        )
    assert orders.by_id(whole.id, seen_by=SYSTEM).order == whole
