"""Two texts are like each other by the pairs of characters they share, and by nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bihuan.core import similar
from bihuan.core.similar import ENOUGH, LONGEST, TITLE, Matter, alike, likeness, nearest, pairs

LAMP = Matter("厂门口路灯不亮", "夜班工人看不清路。")


def test_the_same_words_are_wholly_alike_whatever_their_width_spaces_and_signs() -> None:
    assert alike("数控操作工缺口30人", "数控操作工 缺口３０人！") == 100
    assert pairs("A厂， 3号") == {"a厂", "厂3", "3号"}


def test_a_share_can_be_counted_by_hand() -> None:
    # 路灯 灯不 不亮 of three, and 路灯 灯坏 坏了: one pair of six is common, twice one over six.
    assert alike("路灯不亮", "路灯坏了") == 33
    assert likeness(LAMP, Matter("厂门口的路灯不亮了")) >= ENOUGH
    assert likeness(LAMP, Matter("招不到焊工", "缺8人")) == 0


def test_too_short_a_text_is_like_nothing() -> None:
    assert alike("招工", "招工") == 0


def test_a_title_that_stands_in_the_text_is_worth_reading() -> None:
    matter = Matter("几件事", "一是厂门口路灯不亮，二是门前积水。")
    assert nearest(matter, [(1, "厂门口路灯不亮"), (2, "贷款到期")], 5) == [1]


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_goes_both_ways_and_stays_within_a_hundred(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    assert 0 <= alike(one, other) <= 100
    assert alike(one, one) in (0, 100)


def test_pairs_of_titles_are_kept_and_those_of_whole_texts_are_not() -> None:
    before = similar._of_title.cache_info().currsize
    for n in range(20):
        assert pairs(f"路灯不亮{n}" * TITLE)
        assert alike(f"积水{n}" * LONGEST, f"积水{n}" * LONGEST) == 100
    assert similar._of_title.cache_info().currsize == before
