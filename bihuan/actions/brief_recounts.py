"""简报重算: the figures of an issued brief counted again, as of its own moment and as of now, and what changed between.

Counted again by the definitions it printed: its programme is the bundle it was signed under.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bihuan.actions.brief_figures import asked_of, counted_now
from bihuan.actions.briefs import counter_of, pinned
from bihuan.core.briefs import BriefState, Json, placed, value_of
from bihuan.core.figures import Difference, Figure
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import figures, packs

MOST = 30  # causes told of one figure


@dataclass(slots=True)
class Recount:
    """A frozen figure beside what it is now. `again` is what it is counted to be as of its own moment, "" unasked.

    `redefined`: the indicator is counted differently since; `gone`: there is no such indicator any more.
    """

    n: int
    figure: Json
    now: Figure | None
    same: bool
    redefined: bool = False
    gone: bool = False
    causes: list[Difference] = field(default_factory=list)


def recounted(brief: BriefState, *, actor: Actor, now: datetime) -> list[str]:
    """Return the places of the figures that do not come out the same as of the brief's own moment."""
    by = counter_of(brief, actor, now)
    again = counted_now(actor=by, programme=pinned(brief), brief=brief, now=now)
    return [
        n
        for n, one in brief.figures.items()
        if n not in again
        or again[n].value != value_of(one)
        or [[part.key, part.count] for part in again[n].parts] != one["parts"]
    ]


def compared(brief: BriefState, *, actor: Actor, now: datetime, only: int = 0, explained: bool = True) -> list[Recount]:
    """Return each figure of an issued brief as printed and as of now, with what made the difference.

    `only` is the place of one figure. The reader's own rights decide which records are told of.
    """
    programme, current = pinned(brief), packs.current().get(brief.programme)
    some = brief if not only else _alone(brief, only)
    today = counted_now(actor=counter_of(brief, actor, now), programme=programme, brief=some, now=now, as_of="")
    found = []
    for n, one in placed(some.figures):
        figure = today.get(str(n))
        same = figure is not None and figure.value == value_of(one)
        recount = Recount(n, one, figure, same)
        recount.gone = current is None or one["figure"] not in current.indicators
        recount.redefined = not recount.gone and _definition(current, one) != one["definition"]
        if explained and not same:
            recount.causes = _causes(brief, one, programme, actor, now)
        found.append(recount)
    return found


def _alone(brief: BriefState, n: int) -> BriefState:
    alone = BriefState(**brief.dump())
    alone.figures = {str(n): brief.figure(n)}
    return alone


def _definition(programme: Programme | None, figure: Json) -> str:
    from bihuan.core.indicators import definition

    assert programme is not None
    return definition(programme.indicators[figure["figure"]], programme.indicators, programme.scopes)


def _causes(brief: BriefState, figure: Json, programme: Programme, actor: Actor, now: datetime) -> list[Difference]:
    common: dict[str, Any] = {"seen_by": actor, "programme": programme, "key": figure["figure"], "now": now}
    found = figures.explain(before=asked_of(brief, figure), after=asked_of(brief, figure, as_of=""), **common)
    return list(found)[:MOST]
