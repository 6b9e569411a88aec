"""Every number of the newspaper page, from the demonstration county's sheets: its wording, and the records it opens."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from bihuan.actions import demo
from bihuan.actions.demo_registers import keep_registers
from bihuan.actions.exports_sheet import export_orders, write_csv
from bihuan.actions.import_columns import Mapping_, known_headings
from bihuan.actions.imports import import_orders
from bihuan.actions.sheets import read_sheet
from bihuan.actions.verify import verify
from bihuan.cli import printed
from bihuan.cli.console import Failed
from bihuan.cli.main import main
from bihuan.store import caches, packs
from bihuan.words.printed import same
from tests import cast

PAGE = Path(__file__).with_name("printed.tsv")
SEED = cast.PROGRAMMES / "enterprise_order" / "seed"
NOW = demo.EPOCH


class Undone(Exception):
    """Takes everything back."""


def founded(folder: Path) -> None:
    caches.clear()
    packs.publish(cast.content(), note="", by="", now=demo.FOUNDED)
    demo.make(folder, real_now=datetime.now(UTC))


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, printed.Line]]:
    """The whole county once for the module, taken back afterwards; the lines of its page by id."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                founded(SEED)
                rows = printed.read(PAGE)
                yield {
                    line.id: line
                    for line in printed.compared(
                        printed.lines(packs.programme("enterprise_order"), NOW), rows, set(packs.current())
                    )
                }
                raise Undone
        except Undone:
            caches.clear()


def page() -> list[dict[str, str]]:
    with PAGE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


OURS = [row for row in page() if row["programme"] == "enterprise_order"]
# What each kind of number opens (decisions 18): the sort of list and how many records it has.
OPENS = {
    "EO-01": ("records", 4),
    "EO-02": ("records", 119),
    "EO-03": ("amounts", 119),
    "EO-04": ("check", 4),
    "EO-05": ("records", 4),
    "EO-06": ("clause", 1),
    "EO-07": ("clause", 1),
    "EO-08": ("records", 57),
    "EO-09": ("amounts", 57),
    "EO-10": ("windows", 4),
    "EO-11": ("clause", 1),
    "EO-12": ("records", 51),
    "EO-13": ("records", 98),
    "EO-14": ("amounts", 28),
    **{f"EO-{n}": ("stated", 1) for n in range(15, 23)},
    "EO-23": ("list", 1),
    "EO-24": ("list", 4),
}


def test_the_page_has_no_other_numbers_of_the_zone() -> None:
    assert {row["id"] for row in OURS} == set(OPENS)


@pytest.mark.parametrize("row", OURS, ids=lambda row: row["id"])
def test_a_number_of_the_page_comes_out_as_it_is_printed(county: dict[str, printed.Line], row: dict[str, str]) -> None:
    line = county[row["id"]]
    assert line.ok, line.why
    assert line.page == row["figure"] and same(line.printed, row["figure"])
    assert (line.opens, line.members) == OPENS[row["id"]]


def test_a_number_of_a_programme_that_is_not_installed_is_neither_right_nor_wrong(
    county: dict[str, printed.Line],
) -> None:
    assert printed.as_data(county["FC-01"])["ok"] is None


def test_each_chain_has_three_to_five_areas(county: dict[str, printed.Line]) -> None:
    assert (county["EO-04"].value, county["EO-04"].printed) == (True, "3–5")


def test_nothing_in_the_county_was_inserted(county: dict[str, printed.Line]) -> None:
    assert verify().broken is None


def test_the_old_books_a_second_time_take_nothing(county: dict[str, printed.Line]) -> None:
    kind = packs.programme("enterprise_order").orders["investment_lead"]
    sheet = read_sheet(SEED / "projects_before.csv", known=list(known_headings(kind)))
    account = import_orders(
        actor=cast.SYSTEM, programme="enterprise_order", type_=kind.key, sheet=sheet, mapping=Mapping_(), now=NOW
    )
    assert (account.taken, len(account.rejected)) == (0, 0)
    assert len(account.already) == account.rows == 141


def test_what_was_exported_is_here_already(county: dict[str, printed.Line], tmp_path: Path) -> None:
    kind = packs.programme("enterprise_order").orders["investment_lead"]
    header, rows = export_orders(actor=cast.SYSTEM, programme="enterprise_order", type_=kind.key, now=NOW)
    path = tmp_path / "out.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        assert write_csv(file, header, rows) == 141 + 73
    sheet = read_sheet(path, known=list(known_headings(kind)))
    account = import_orders(
        actor=cast.SYSTEM, programme="enterprise_order", type_=kind.key, sheet=sheet, mapping=Mapping_(), now=NOW
    )
    assert (account.taken, len(account.rejected), len(account.already)) == (0, 0, 141 + 73)


def test_a_page_that_says_something_else_is_told_what_we_have() -> None:
    line = printed.Line("EO-13", "enterprise_order", printed="97")
    (told,) = printed.compared(
        [line], [{"id": "EO-13", "programme": "enterprise_order", "figure": "98"}], {"enterprise_order"}
    )
    assert (told.ok, told.why) == (False, "页面上是“98”")
    (other,) = printed.compared(
        [], [{"id": "EO-99", "programme": "enterprise_order", "figure": "1"}], {"enterprise_order"}
    )
    assert (other.ok, other.why) == (False, "项目里没有声明这个数")


def test_spaces_and_kinds_of_dash_do_not_make_another_number() -> None:
    assert same("7.87 %", "7.87%") and same("3–5", "3-5") and not same("98", "97")


@pytest.mark.django_db
def test_one_solved_request_less_in_the_sheet_prints_one_less(tmp_path: Path) -> None:
    folder = tmp_path / "seed"
    shutil.copytree(SEED, folder)
    for name in (
        "ledger.csv",
        "statistics.csv",
        "projects.csv",
        "projects_before.csv",
        "supplies.csv",
        "platforms.csv",
    ):
        (folder / name).unlink()
    lines = (folder / "cases.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if ",plain," in line and ",solved,yes," in line)
    (folder / "cases.csv").write_text("".join(line for line in lines if line != gone), encoding="utf-8")
    founded(folder)
    programme = packs.programme("enterprise_order")
    found = {line.id: line for line in printed.lines(programme, NOW) if line.id in ("EO-13", "EO-08")}
    assert found["EO-13"].printed == "97"
    assert (found["EO-13"].members, found["EO-13"].value) == (97, 97)
    assert found["EO-08"].printed == "0"


@pytest.mark.django_db
def test_one_contract_less_in_the_sheet_is_missing_from_number_and_sum(tmp_path: Path) -> None:
    cast.found()
    from bihuan.actions import network

    folder = tmp_path / "seed"
    folder.mkdir()
    for name in ("units.csv", "holders.csv"):
        shutil.copy(SEED / name, folder / name)
    with (SEED / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    gone = next(row for row in rows if row["verb"] == "sign")
    with (folder / "projects.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["order"] != gone["order"])
    caches.clear()
    network.found_county(folder, actor=cast.SYSTEM, now=demo.FOUNDED)
    keep_registers(folder, "enterprise_order", founded=demo.FOUNDED, until=demo.EPOCH)
    found = {line.id: line for line in printed.lines(packs.programme("enterprise_order"), NOW)}
    assert found["EO-08"].printed == "56"
    assert isinstance(found["EO-09"].value, Decimal) and found["EO-09"].value < Decimal("22100000000")
    assert found["EO-10"].printed == "—"  # without the books of earlier years nothing is said of records


def test_a_file_that_is_no_page_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "page.tsv"
    path.write_text("id\tvalue\nEO-13\t98\n", encoding="utf-8")
    with pytest.raises(Failed) as refused:
        printed.read(path)
    assert "id、programme、figure" in str(refused.value)
    with pytest.raises(Failed):
        printed.read(tmp_path / "nowhere.tsv")


@pytest.mark.django_db
def test_the_command_prints_json_and_fails_where_the_page_differs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cast.found()
    path = tmp_path / "page.tsv"
    path.write_text(
        "id\tprogramme\tfigure\nEO-13\tenterprise_order\t98\nEO-11\tenterprise_order\t1 month\n", encoding="utf-8"
    )
    assert main(["figures", "--page", str(path), "--json"]) == 1
    told = {one["id"]: one for one in json.loads(capsys.readouterr().out)}
    assert (told["EO-13"]["ok"], told["EO-13"]["printed"]) == (False, "0")
    assert (told["EO-11"]["ok"], told["EO-11"]["opens"]) == (True, "clause")
    assert main(["figures"]) == 1
    shown = capsys.readouterr().out
    assert "否" in shown
    assert "False" not in shown
