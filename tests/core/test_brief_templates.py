"""简报模板: closed forms and nothing else, and no count without a figure."""

from __future__ import annotations

import pytest

from bihuan.core.brief_templates import Broken, Claim, Each, Said, Slot, Words, flaws, parsed

UNITS = {"solved": "件", "firms": "家", "loans": "元", "people": "人", "on_time": "%"}


def test_a_line_is_read_into_words_figures_claims_and_repetitions() -> None:
    (one,) = parsed("{{period}}，为{{firms|多}}家企业贷款{{loans|万元}}{{#record}}，均为最高{{/}}。")
    assert one.pieces == (
        Said("period"), Words("，为"), Slot("firms", "over"), Words("家企业贷款"), Slot("loans", "wan"),
        Claim("record", (Words("，均为最高"),)), Words("。"),
    )  # fmt: skip
    (each,) = parsed("{{*chain|；}}{{chain}}产业{{output|亿元}}{{/}}。")[0].pieces[:1]
    assert each == Each("chain", "；", (Slot("chain"), Words("产业"), Slot("output", "yi")))


def test_titles_and_headings_stand_apart_and_empty_lines_are_nothing() -> None:
    kinds = [(one.kind, one.line) for one in parsed("# 题目\n\n## 一、办理\n正文\n")]
    assert kinds == [("title", 0), ("heading", 2), ("text", 3)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{#record}}，均为最高。", "brief-unclosed"),
        ("均为最高{{/}}。", "brief-unopened"),
        ("{{solved|大约}}件", "brief-style"),
        ("{{已解决}}件", "brief-name"),
        ("{{solved > 3}}件", "brief-name"),
        ("{{#solved > 3}}件{{/}}", "brief-name"),
        ("{{solved}件", "brief-braces"),
        ("{{*unit}}{{*month}}{{/}}{{/}}", "brief-nested"),
    ],
)
def test_what_is_no_closed_form_is_named_with_its_line(text: str, code: str) -> None:
    with pytest.raises(Broken) as why:
        parsed(f"好\n{text}")
    assert (why.value.flaw.code, why.value.flaw.line) == (code, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("解决问题98个。", "brief-literal"),
        ("{{#record}}增长三成{{/}}", "brief-literal"),
        ("解决问题1{{solved}}个", "brief-glued"),
        ("贷款{{loans|万元}}多", "brief-glued"),
        ("解决问题{{solved}}万个", "brief-glued"),
        ("培训{{people}}人次", "brief-word"),
        ("解决{{solved}}家", "brief-word"),
    ],
)
def test_a_number_without_a_figure_or_a_figure_said_as_something_else_is_found(text: str, code: str) -> None:
    assert next(flaw.code for one in parsed(text) for flaw in flaws(one, UNITS)) == code


def test_a_sound_line_has_no_flaws() -> None:
    text = "{{period}}，为{{firms|多}}家企业解决问题{{solved}}个，贷款{{loans|万元}}，按期率{{on_time|%}}，培训{{people}}名。"
    assert [flaw for one in parsed(text) for flaw in flaws(one, UNITS)] == []
