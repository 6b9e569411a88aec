"""Blanks of a text: known ones are filled in, unknown ones named, and what stands unfilled is not sent."""

from __future__ import annotations

import pytest

from bihuan.core.refusal import Refused
from bihuan.core.snippets import checked, filled, unfilled

VALUES = {"企业": "沅澧精密铸造", "单号": "QD2022-0149", "部门": "人社局", "期限": "", "姓名": "王磊"}


@pytest.mark.parametrize(
    ("text", "said", "without"),
    [
        ("{企业}您好", "沅澧精密铸造您好", []),
        ("{ 单号 }，{姓名}", "QD2022-0149，王磊", []),
        ("｛部门｝回复", "人社局回复", []),
        ("最迟{期限}答复，{期限}", "最迟{期限}答复，{期限}", ["期限"]),
        ("没有空", "没有空", []),
    ],
)
def test_blanks_are_filled_in_and_those_without_a_value_named(text: str, said: str, without: list[str]) -> None:
    assert filled(text, VALUES) == (said, without)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no_text"),
        ("{公司}您好", "unknown_blank"),
        ("{企业", "open_brace"),
        ("长" * 1001, "long_text"),
        ("{}", "unknown_blank"),
    ],
)
def test_a_text_that_cannot_be_kept_says_why(text: str, problem: str) -> None:
    with pytest.raises(Refused) as why:
        checked("问候", text)
    assert why.value.problems == {"text": problem}


def test_a_kept_text_has_plain_braces_and_a_tidy_name() -> None:
    assert checked("  问  候 ", "｛ 企业 ｝您好\r\n") == ("问 候", "{企业}您好")


def test_only_our_own_blanks_count_as_unfilled() -> None:
    assert unfilled("{企业}与{x}和{ 姓名 }") == ["企业", "姓名"]
    assert unfilled("f(x) = {1, 2}") == []
