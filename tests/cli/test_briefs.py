"""`bihuan brief`: the brief of a period in every format, and one sentence for what cannot be."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pytest

from bihuan.cli.main import main
from tests import cast
from tests.actions.test_briefs import LATER, solved
from tests.web.staff import at

pytestmark = pytest.mark.django_db
YEAR = ["enterprise_order", "--from", "2022-01-01", "--to", "2022-09-30"]


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(LATER)


def brief(*more: str) -> int:
    return main(["brief", *YEAR, *more])


def test_the_text_is_the_paper_with_every_number_counted(capsys: pytest.CaptureFixture[str]) -> None:
    solved()
    assert brief() == 0
    said = capsys.readouterr().out
    assert "产业链点单服务运行简报\n草稿，未编号" in said
    assert "2022年1—9月，受理企业诉求1件" in said and "帮助企业获得贷款150万元" in said


def test_json_lists_each_figure_with_value_wording_indicator_query_and_what_it_opens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    solved()
    assert brief("--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["n"] for one in found["figures"]] == list(range(1, len(found["figures"]) + 1))
    loans = next(one for one in found["figures"] if one["indicator"] == "eo_loans")
    assert (loans["value"], loans["wording"], loans["opens"], loans["members"]) == ("1500000", "150万元", "amounts", 1)
    rate = next(one for one in found["figures"] if one["indicator"] == "eo_on_time")
    assert set(rate["parts"]) >= {"numerator", "denominator"} and rate["opens"] == "rate"
    assert all(one["query"].startswith("/reports/figures/") and one["definition"] for one in found["figures"])
    assert found["as_of"] and found["from"] == "2022-01-01"


def test_what_was_recorded_after_the_moment_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    solved()
    for moment, requests in (("2022-09-28", "0"), ("2022-09-30", "1"), ("2022-09-29 10:25", "1")):
        assert brief("--format", "json", "--as-of", moment) == 0
        figures = json.loads(capsys.readouterr().out)["figures"]
        assert next(one["value"] for one in figures if one["indicator"] == "eo_requests") == requests


def test_html_prints_on_a4_and_each_number_is_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    assert brief("--format", "html") == 0
    page = capsys.readouterr().out
    assert page.startswith("<!doctype html>") and "@page{size:A4" in page
    assert page.count('<a href="/reports/figures/enterprise_order/') >= 10


def test_a_word_file_goes_to_the_file_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "简报.docx"
    assert brief("--format", "docx", "--out", str(path)) == 0
    paper = docx.Document(io.BytesIO(path.read_bytes()))
    assert any("受理企业诉求0件" in one.text for one in paper.paragraphs)
    assert str(path) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["nowhere"], 1, "没有项目“nowhere”"),
        ([*YEAR, "--kind", "weekly"], 1, "没有简报“weekly”，有：running"),
        (["enterprise_order", "--from", "去年"], 2, "--from 后面“去年”不是日期"),
        (["enterprise_order", "--from", "2022-10-01", "--to", "2022-09-01"], 1, "开始日期晚于结束日期"),
        ([*YEAR, "--as-of", "2030-01-01"], 1, "还没到这一天"),
        ([*YEAR, "--out", "/nowhere/a.txt"], 1, "写不进去"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    asked: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["brief", *asked]) == code
    told = capsys.readouterr().err
    assert said in told and "Traceback" not in told
