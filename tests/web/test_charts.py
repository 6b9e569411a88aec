"""Charts: a name stands whole at the left of its bar, whatever the language."""

from __future__ import annotations

from bihuan.core.ledger_kinds import WORDS
from bihuan.web import charts
from bihuan.words.figures import COUNTED


def test_bars_begin_behind_the_longest_name_and_end_within_the_chart() -> None:
    short = charts.rows([("招工", 56, "/a"), ("融资", 28, "/b")])
    assert [(row.x, row.width) for row in short] == [(108, 250.0), (108, 125.0)]
    long = charts.rows([("Intellectual property", 4, "/a"), ("Land", 8, "/b")])
    assert long[0].x == 7 * len("Intellectual property") + 10 > 108
    assert max(row.x + row.width for row in long) == 358
    assert charts.begin(["很长很长很长很长很长很长很长很长很长很长的名字"], 46) == charts.WIDTH // 2


def test_every_word_that_books_count_in_can_be_said_in_another_language() -> None:
    assert set(WORDS) == set(COUNTED)
