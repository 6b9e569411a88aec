"""手写的数: what may stand in a paper by hand, and what must be a figure."""

from __future__ import annotations

import pytest

from bihuan.core.literals import counted, glued, same_kind, word_after


@pytest.mark.parametrize(
    "text",
    [
        "解决问题98个",
        "解决问题 98 个",
        "解决问题９８个",
        "解决问题9\u200b8个",
        "受理诉求一百四十六件",
        "协助50多家企业",
        "协助百余家企业",
        "贷款2,150万元",
        "签约二百二十一亿元",
        "按期率92.9%",
        "按期率92.9％",
        "上升1.2个百分点",
        "走访三千人次",
        "满意的占九成",
        "约三分之二的企业",
        "百分之九十五",
        "增长两倍",
        "1个月内反馈",
        "四个产业链党委",
        "10月解决98个",
    ],
)
def test_a_number_before_a_counting_word_is_found_however_it_is_written(text: str) -> None:
    assert counted(text)


@pytest.mark.parametrize(
    "text",
    [
        "2022年1月1日至9月30日",
        "2022年1—9月",
        "截至10月25日16时30分",
        "二〇二二年十月",
        "常经链督〔2022〕3号",
        "按照《保障中小企业款项支付条例》第十二条",
        "依照《关于一百件民生实事的意见》",
        "一、组织运行",
        "第10期",
        "第三批省级平台",
        "一次性告知",
        "今年以来，全区各产业链党委",
        "“双反馈”",
        "半月一碰头、一月一茶叙",
        "问题逐一解决",
        "九月中旬",
    ],
)
def test_dates_numbers_of_papers_names_of_laws_and_ordinals_are_no_counts(text: str) -> None:
    assert counted(text) == []


def test_what_touches_a_figure_would_be_read_as_part_of_it() -> None:
    assert glued("解决问题1", "个") == "1"
    assert glued("解决问题", "万个") == "万"
    assert glued("解决问题", "多个") == "多"
    assert glued("解决问题", "个") == "" and glued("今年以来，", "个") == ""
    assert glued("解决问题9.", "个") == "."


def test_a_figure_is_printed_before_a_counting_word_of_its_own_kind() -> None:
    assert word_after("人次，") == "人次"
    assert word_after("件，") == "件"
    assert word_after("，按期") == ""
    assert same_kind("件", "个") and same_kind("人", "名") and same_kind("家", "家")
    assert not same_kind("人", "人次") and not same_kind("家", "件")
