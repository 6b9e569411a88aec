"""Firms that may have what is asked for are found by shared words and by nothing else."""

from __future__ import annotations

from bihuan.core.matching import matches, shared

FIRMS = (
    ("boxes", "五层瓦楞纸箱、彩盒、礼品包装"),
    ("castings", "球墨铸铁件、减速机壳体"),
    ("tea", "茶叶、擂茶礼盒"),
    ("none", ""),
)


def test_a_firm_is_suggested_with_the_words_it_shares() -> None:
    found = matches("减速机壳体铸件", FIRMS)
    assert [(one.unit, one.words) for one in found] == [("castings", ("减速机壳体",))]


def test_the_firm_with_more_in_common_comes_first() -> None:
    assert [one.unit for one in matches("瓦楞纸箱 礼盒", FIRMS)] == ["boxes", "tea"]


def test_a_firm_with_nothing_in_common_is_not_suggested() -> None:
    assert matches("冷链运输", FIRMS) == []


def test_words_that_stand_in_the_names_of_all_products_suggest_nobody() -> None:
    assert shared("包装设备", "化工设备") == ()


def test_only_the_longest_run_is_named() -> None:
    assert shared("数控车床刀具", "数控车床、机床附件") == ("数控车床",)
