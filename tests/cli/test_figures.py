"""`bihuan figure`."""

from __future__ import annotations

import json

import pytest

from bihuan.cli.main import main
from tests import cast, lives

pytestmark = pytest.mark.django_db
WINDOW = ["--from", "2022-01-01", "--to", "2022-12-31", "--as-of", "2022-12-31"]


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    lives.played(lives.DISPATCHED)
    lives.played((), secret="1")


def test_a_figure_is_printed_with_the_records_it_opens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", "enterprise_order", "eo_requests", *WINDOW, "--members", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["value"], shown["unit"], shown["opens"], shown["count"]) == (2, "件", "records", 2)
    assert len(shown["definition"]) == 64
    assert {row["number"] for row in shown["members"]} == {"QD2022-0001", "QD2022-0002"}


def test_a_rate_under_ten_cases_says_so_and_still_opens_its_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", "enterprise_order", "eo_on_time", *WINDOW]) == 0
    said = capsys.readouterr().out
    assert "不满10件，不计率" in said
    assert "denominator: 1" in said
    assert "12月31日 · 截至1月1日00:00" in said


@pytest.mark.parametrize(("part", "count"), [("denominator", 1), ("excluded", 0)])
def test_a_list_the_rate_does_not_have_is_empty_and_not_another_one(
    part: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figure", "enterprise_order", "eo_on_time", *WINDOW, "--part", part, "--members", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["members"]) == count


def test_a_figure_by_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", "enterprise_order", "eo_requests", *WINDOW, "--by", "unit,month", "--json"]) == 0
    (group,) = json.loads(capsys.readouterr().out)["by"]
    assert (group["group"], group["value"]) == ({"unit": "equipment", "month": "2022-09"}, 2)


def test_as_of_a_moment_before_the_second_order_there_was_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", "enterprise_order", "eo_dispatched", "--as-of", "2022-09-29T11:00", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == 0
    assert main(["figure", "enterprise_order", "eo_dispatched", "--as-of", "2022-09-29", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["enterprise_order", "eo_solve"], 1, "没有“eo_solve”这个指标"),
        (["enterprise_ordr", "eo_solved"], 1, "没有“enterprise_ordr”这个项目"),
        (["enterprise_order", "eo_solved", "--from", "今年"], 2, "--from 请写成"),
        (["enterprise_order", "eo_solved", "--from", "2022-02-01", "--to", "2022-01-01"], 2, "--from 不能晚于 --to"),
        (["enterprise_order", "eo_solved", "--as-of", "去年"], 2, "--as-of 请写成"),
        (["enterprise_order", "eo_solved", "--by", "mood"], 1, "不能按“mood”分"),
        (["enterprise_order", "eo_solved", "--unit", "nowhere"], 1, "没有“nowhere”这个单位"),
        (["enterprise_order", "eo_on_time", "--part", "half"], 2, "--part"),
    ],
)
def test_what_makes_no_sense_gets_its_sentence(
    words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figure", *words]) == code
    assert says in capsys.readouterr().err
