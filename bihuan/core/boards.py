"""看板: what a board of a programme shows, declared as data: cards that are indicators, charts of a closed vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Needs:
    """What a kind of chart is made of: an indicator, a second one beside it, several of them, a cadence.

    `place` is where it stands: wide | half | side.
    """

    place: str = "half"
    indicator: bool = False
    beside: bool = False
    several: bool = False
    cadence: bool = False


CHARTS: Final[Mapping[str, Needs]] = {
    "lights": Needs("wide"),  # in what light the open ones stand
    "months": Needs(indicator=True, beside=True),  # bars of a month each, a line over them
    "funnel": Needs(),  # how far the orders of the window have come
    "ageing": Needs(),  # how long the open ones have been open
    "trays": Needs(),  # where the open ones lie
    "waiting": Needs(),  # how long each stage took, with its limit
    "categories": Needs(),  # what is asked for
    "heat": Needs("wide", indicator=True),  # unit by month
    "units": Needs("wide", several=True),  # a table of indicators by unit, in the order of the network
    "supervise": Needs("side"),  # what is overdue
    "cadence": Needs("side", cadence=True),  # a cell for each period of a duty
    "repeats": Needs("side"),  # what several requesters ask again and again
}
MOST_CARDS: Final = 6


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. `indicators` are the columns of a table, `indicator` and `beside` what bars and lines count."""

    kind: str
    name: str = ""
    name_en: str = ""
    indicator: str = ""
    beside: str = ""
    indicators: tuple[str, ...] = ()
    cadence: str = ""

    @property
    def place(self) -> str:
        """Where on the page it stands."""
        return CHARTS[self.kind].place


@dataclass(frozen=True, slots=True)
class Board:
    """What the posts named see when they open the reports."""

    key: str
    name: str
    posts: tuple[str, ...]
    name_en: str = ""
    cards: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()

    def shows(self, indicator: str) -> bool:
        """Whether a card or a chart of it counts this indicator."""
        drawn = (key for one in self.charts for key in (one.indicator, one.beside, *one.indicators))
        return indicator in self.cards or indicator in drawn


def board_of(boards: Mapping[str, Board], post: str) -> Board | None:
    """Return the board of a kind of post, None where none is declared for it."""
    return next((one for one in boards.values() if post in one.posts), None)
