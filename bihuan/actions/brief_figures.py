"""简报的数字: a brief's template with every figure evaluated, and the records behind each, for who asks.

A figure stands in the brief with everything that says how it came about: value, wording, indicator, window, definition
and how many records it opens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from bihuan.core.brief_kinds import BriefKind
from bihuan.core.brief_templates import Claim, Each, Piece, Said, Slot, Words, parsed, walk
from bihuan.core.briefs import BriefState, Json
from bihuan.core.calendar import Calendar
from bihuan.core.figures import Asked, Figure, Member
from bihuan.core.instants import instant, iso
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.wording import Wording, wording
from bihuan.store import calendars, figures, network, versions
from bihuan.store.figures import Divided, Wish
from bihuan.store.readings import reading_of

_EDGE = re.compile(r"^([，、；。：,;\s]*)(.*?)([，、；。：,;\s]*)$", re.DOTALL)
_SAYS = re.compile(r"\w")
PAGE = 100
UNIT = "unit"
NAMED = 20  # titles of a list that are printed
# What is frozen of a period or of what must be covered: whose it is, of which duty, until when, and how it was kept.
OF_DUTIES = ("of", "cadence", "coverage", "until", "kept", "founded")


@dataclass(frozen=True, slots=True)
class Voice:
    """How things are said in the language of official papers: numbers, windows, days, and the names of groups."""

    number: Callable[[Wording], str]
    period: Callable[[date, date], str]
    day: Callable[[date], str]
    group: Callable[[Programme, Network, str, str], str]


@dataclass(slots=True)
class Made:
    """What a template became: paragraphs of words and places, figures by place, and claims that are not true."""

    as_of: str
    paragraphs: list[Json] = field(default_factory=list)
    figures: dict[str, Json] = field(default_factory=dict)
    unsaid: list[Json] = field(default_factory=list)

    def facts(self, bundle: str) -> Json:
        """Return what the event of drafting or refreshing holds."""
        return {
            "bundle": bundle,
            "as_of": self.as_of,
            "paragraphs": self.paragraphs,
            "figures": self.figures,
            "unsaid": self.unsaid,
        }


def made(*, actor: Actor, programme: Programme, kind: BriefKind, asked: Asked, voice: Voice, now: datetime) -> Made:
    """Return the brief of a window, every figure as of one moment (`asked.as_of`, else now); a fixed number of queries.

    Raises what `store.figures` raises for a reader without the right.
    """
    asked = replace(asked, as_of=asked.as_of or iso(now))
    paragraphs = parsed(kind.text)
    plain, divided = _wanted([piece for one in paragraphs for piece in one.pieces])
    found, groups = _counted(actor, programme, asked, now, plain, divided)
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(instant(asked.as_of)))
    maker = _Maker(programme, asked, voice, found, groups, net, calendar, actor, now)
    for one in paragraphs:
        pieces = _joined(maker.pieces(one.pieces))
        if _says(one.pieces, pieces):
            maker.made.paragraphs.append({"kind": one.kind, "pieces": pieces})
    return maker.made


def _counted(
    actor: Actor, programme: Programme, asked: Asked, now: datetime, plain: list[str], divided: list[tuple[str, str]]
) -> tuple[dict[str, Figure], dict[tuple[str, str], Divided]]:
    """Return some figures by key and others by key and division, all read together."""

    def wish(key: str, *by: str) -> Wish:
        return Wish(figures.declared(programme, key), asked.since, asked.until, by)

    once, groups = {key: wish(key) for key in plain}, {one: wish(*one) for one in divided}
    found = figures.wished(reading_of(actor, programme, asked, now), [*once.values(), *groups.values()])
    return {key: found[one][()] for key, one in once.items()}, {key: found[one] for key, one in groups.items()}


def _says(declared: Iterable[Piece], pieces: Iterable[str | int]) -> bool:
    """Whether a paragraph has anything to say: a list of nothing leaves its stops, or a remark about its figures."""
    if any(isinstance(piece, int) for piece in pieces):
        return True
    listing = any(isinstance(piece, Each) for piece in declared)
    return not listing and any(_SAYS.search(piece) for piece in pieces if isinstance(piece, str))


def _wanted(pieces: Iterable[Piece]) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the figures a template names: those asked for once, and those by a division."""
    plain: dict[str, None] = {}
    divided: dict[tuple[str, str], None] = {}
    for piece, by in walk(tuple(pieces)):
        if isinstance(piece, Slot) and by and piece.figure != by:
            divided[piece.figure, by] = None
        elif isinstance(piece, Slot | Claim) and not by:
            plain[piece.figure] = None
        elif isinstance(piece, Claim):
            divided[piece.figure, by] = None
    return list(plain), list(divided)


def _joined(pieces: Iterable[str | int]) -> list[str | int]:
    found: list[str | int] = []
    for one in pieces:
        if isinstance(one, str) and found and isinstance(found[-1], str):
            found[-1] += one
        elif one != "":
            found.append(one)
    return found


class _Maker:
    """Puts a template and its figures together."""

    def __init__(
        self,
        programme: Programme,
        asked: Asked,
        voice: Voice,
        found: dict[str, Figure],
        groups: dict[tuple[str, str], Divided],
        net: Network,
        calendar: Calendar,
        actor: Actor,
        now: datetime,
    ) -> None:
        self.programme, self.asked, self.voice, self.found, self.groups = programme, asked, voice, found, groups
        self.net, self.calendar, self.made = net, calendar, Made(asked.as_of)
        self.actor, self.now = actor, now

    def pieces(self, pieces: Iterable[Piece], by: str = "", group: str = "") -> Iterator[str | int]:
        for piece in pieces:
            if isinstance(piece, Words):
                yield piece.text
            elif isinstance(piece, Said):
                yield self.said(piece.name)
            elif isinstance(piece, Slot) and piece.figure == by:
                yield self.voice.group(self.programme, self.net, by, group)
            elif isinstance(piece, Slot):
                yield from self.slot(piece, self.figure(piece.figure, by, group), by, group)
            elif isinstance(piece, Claim):
                yield from self.claim(piece, by, group)
            else:
                yield from self.each(piece)

    def said(self, name: str) -> str:
        if name == "period":
            return self.voice.period(self.asked.since, self.asked.until)
        if name == "as_of":
            return self.voice.day(self.calendar.local_day(instant(self.asked.as_of)))
        if name in ("since", "until"):
            return self.voice.day(getattr(self.asked, name))
        return versions.current().county if name == "county" else self.programme.name

    def figure(self, key: str, by: str, group: str) -> Figure:
        return self.groups[key, by][(group,)] if by else self.found[key]

    def each(self, piece: Each) -> Iterator[str | int]:
        named = [self.groups[key] for key in self.groups if key[1] == piece.by and _names(piece.inner, key[0])]
        units = self.within(piece.by) == UNIT
        # What belongs to no unit has no list of its own, and a number that opens nothing is not printed.
        every = {key[0] for some in named for key in some if key[0] or not units}
        order = {unit: n for n, unit in enumerate(self.net.units)}
        shown = [group for group in every if all((group,) in some for some in named)]
        for n, group in enumerate(sorted(shown, key=lambda one: (order.get(one, len(order)), one))):
            yield piece.between if n else ""
            yield from self.pieces(piece.inner, piece.by, group)

    def slot(self, piece: Slot, figure: Figure, by: str, group: str) -> Iterator[str | int]:
        if figure.opens == "check":  # a rule of the network is told in its own words, and only where it is kept
            if figure.value is True:
                yield self.place(figure, "exact", by, group, says=self.programme.indicators[piece.figure].name)
            else:
                self.unsay(figure)
        elif piece.style == "names":
            yield self.place(figure, "names", by, group, names=self.names(figure, by, group))
        else:
            yield self.place(figure, piece.style, by, group)

    def within(self, by: str) -> str:
        """Return how a group of a division is asked for: by its unit, or as a slice of the records."""
        return "" if not by else UNIT if by == "unit" or by in self.programme.unit_types else "slice"

    def names(self, figure: Figure, by: str, group: str) -> str:
        """Return the titles of a list, the first of a long one."""
        page = figures.members(
            seen_by=self.actor,
            programme=self.programme,
            key=figure.indicator,
            asked=sliced(self.asked, by, group, self.within(by)) if by else self.asked,
            now=self.now,
            size=NAMED,
        )
        return "、".join(dict.fromkeys(one.title for one in page.rows if one.title)) + ("等" if page.next else "")

    def unsay(self, figure: Figure) -> None:
        self.made.unsaid.append({"figure": figure.indicator, "value": figure.value, "missing": figure.missing})

    def claim(self, piece: Claim, by: str, group: str) -> Iterator[str | int]:
        figure = self.figure(piece.figure, by, group)
        if figure.value is not True:
            self.unsay(figure)
            return
        for inner in piece.inner:
            if not isinstance(inner, Words):
                yield from self.pieces((inner,), by, group)
                continue
            edge = _EDGE.match(inner.text)
            assert edge is not None
            yield edge[1]
            if edge[2]:
                yield self.place(figure, "exact", by, group, says=edge[2])
            yield edge[3]

    def place(self, figure: Figure, style: str, by: str, group: str, says: str = "", names: str = "") -> int:
        """Give a figure its place in the brief and return it."""
        n = len(self.made.figures) + 1
        declared = self.programme.indicators.get(figure.indicator)
        value = figure.value
        self.made.figures[str(n)] = {
            "figure": figure.indicator,
            "name": declared.name if declared else figure.indicator,
            "style": style,
            "by": by,
            "group": group,
            "within": self.within(by),
            "label": self.voice.group(self.programme, self.net, by, group) if by else "",
            "value": value if value is None or isinstance(value, bool) else format(Decimal(value), "f"),
            "wording": says or names or self.voice.number(_worded(figure, style)),
            "unit": figure.unit,
            "opens": figure.opens,
            "parts": [[part.key, part.count] for part in figure.parts],
            "since": figure.since,
            "until": figure.until,
            "as_of": figure.as_of,
            "definition": figure.definition,
            "missing": figure.missing,
            "claim": bool(says),
        }
        return n


def _names(pieces: Iterable[Piece], key: str) -> bool:
    return any(isinstance(piece, Slot | Claim) and piece.figure == key for piece, _by in walk(tuple(pieces)))


def _worded(figure: Figure, style: str) -> Wording:
    return wording(figure.value, style, rate=figure.opens == "rate", missing=figure.missing)


# ---- a figure that stands in a brief ----
def asked_of(brief: BriefState, figure: Json | None = None, as_of: str | None = None) -> Asked:
    """Return what a brief, or one figure of it, asks for; `as_of` "" is now, None the brief's own moment."""
    asked = Asked(
        since=date.fromisoformat(brief.since),
        until=date.fromisoformat(brief.until),
        as_of=brief.as_of if as_of is None else as_of,
    )
    return sliced(asked, figure["by"], figure["group"], figure["within"]) if figure and figure["by"] else asked


def sliced(asked: Asked, by: str, group: str, within: str) -> Asked:
    """Return what is asked for when only one group of a division is meant: a unit's, or a slice of the records."""
    return replace(asked, unit=group) if within == UNIT else replace(asked, slices=((by, group),))


def counted_now(
    *, actor: Actor, programme: Programme, brief: BriefState, now: datetime, as_of: str | None = None
) -> dict[str, Figure]:
    """Return every figure of a brief counted again, by place: as of the brief's moment, or ("") as of now."""
    found: dict[str, Figure] = {}
    asked = asked_of(brief, as_of=as_of)
    plain = sorted({one["figure"] for one in brief.figures.values() if not one["by"]})
    divided = sorted({(one["figure"], one["by"]) for one in brief.figures.values() if one["by"]})
    once, groups = _counted(actor, programme, asked, now, plain, divided)
    for n, one in brief.figures.items():
        if not one["by"]:
            found[n] = once[one["figure"]]
        elif (kept := groups[one["figure"], one["by"]].get((one["group"],))) is not None:
            found[n] = kept
    return found


def members(
    *, actor: Actor, programme: Programme, brief: BriefState, figure: Json, part: str, now: datetime
) -> Iterator[Member]:
    """Yield every record of one list of a figure, page by page."""
    cursor = ""
    while True:
        page = figures.members(
            seen_by=actor,
            programme=programme,
            key=figure["figure"],
            asked=asked_of(brief, figure),
            now=now,
            part=part,
            cursor=cursor,
            size=PAGE,
        )
        yield from page.rows
        cursor = page.next
        if not cursor:
            return


def row_of(member: Member) -> Json:
    """Return a record as it is frozen: what it is, its name, day and amount, of a duty how it was kept."""
    kept = {key: value for key, value in asdict(member).items() if key not in ("hidden", "more") and value != ""}
    kept["id"] = str(member.id)
    if more := {key: member.more[key] for key in OF_DUTIES if member.more.get(key)}:
        kept["more"] = more
    return kept
