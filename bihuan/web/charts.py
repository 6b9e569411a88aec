"""图: where the marks of a chart stand. The templates draw them as SVG, every mark a link to its records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, LEFT, TOP, BOTTOM = 400, 32, 24, 170


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a strip: a light, how many, where it leads."""

    kind: str
    name: str
    n: int
    href: str
    x: float = 0
    width: float = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: what came and what was solved in it, each with its list."""

    label: str
    n: int
    href: str
    solved: int
    solved_href: str
    soft: bool = False
    x: float = 0
    y: float = 0
    height: float = 0
    width: float = 0
    dot: float = 0

    @property
    def middle(self) -> float:
        """The middle of the bar."""
        return self.x + self.width / 2


@dataclass(slots=True)
class Bars:
    """Bars with a line of dots over them, and the scale at the left."""

    bars: list[Bar] = field(default_factory=list)
    scale: list[tuple[int, float]] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The points of the line through the dots."""
        return " ".join(f"{bar.middle:.1f},{bar.dot:.1f}" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Row:
    """One horizontal bar."""

    name: str
    n: int
    href: str
    y: float
    width: float
    x: float


def strip(parts: Sequence[Part], width: float = 800, gap: float = 3) -> list[Part]:
    """Return the parts that have something, side by side over the whole width by their share."""
    some = [part for part in parts if part.n]
    total = sum(part.n for part in some)
    room, at, placed = width - gap * max(len(some) - 1, 0), 0.0, []
    for part in some:
        wide = room * part.n / total
        placed.append(Part(part.kind, part.name, part.n, part.href, round(at, 1), round(wide, 1)))
        at += wide + gap
    return placed


def bars(some: Sequence[Bar]) -> Bars:
    """Return the bars with their places; the scale has at most four round steps."""
    most = max((max(bar.n, bar.solved) for bar in some), default=0)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, *(1000 * 10**i for i in range(9))) if s * 4 >= most)
    top = max(step, -(-most // step) * step)
    room = (WIDTH - LEFT) / max(len(some), 1)
    width = min(room / 2, 28)

    def height(n: int) -> float:
        return (BOTTOM - TOP) * n / top

    placed = [
        Bar(
            bar.label, bar.n, bar.href, bar.solved, bar.solved_href, bar.soft,
            x=round(LEFT + room * at + (room - width) / 2, 1), y=round(BOTTOM - height(bar.n), 1),
            height=round(height(bar.n), 1), width=round(width, 1), dot=round(BOTTOM - height(bar.solved), 1),
        )
        for at, bar in enumerate(some)
    ]  # fmt: skip
    return Bars(placed, [(n, round(BOTTOM - height(n), 1)) for n in range(0, top + 1, step)])


def begin(names: Iterable[str], least: int) -> int:
    """Return where bars begin so that the longest name stands whole at their left, up to the middle of the chart.

    A Chinese letter takes about 12 of the chart's units, another one about 7.
    """
    longest = max((sum(12 if letter > "\u2e7f" else 7 for letter in name) for name in names), default=0)
    return max(least, min(longest + 10, WIDTH // 2))


def rows(some: Sequence[tuple[str, int, str]], room: int = 358) -> list[Row]:
    """Return (name, count, address) as horizontal bars in the order given, names and bars within `room`."""
    most = max((n for _name, n, _href in some), default=0) or 1
    left = begin((name for name, _n, _href in some), 108)
    return [
        Row(name, n, href, 9 + 25 * at, round((room - left) * n / most, 1), left)
        for at, (name, n, href) in enumerate(some)
    ]
