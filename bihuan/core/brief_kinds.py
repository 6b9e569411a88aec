"""简报的种类: what a programme says of a brief, as frozen values: head, words, and who edits, reviews and signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bihuan.core.permission import Actor

WINDOWS: Final = ("month", "quarter", "year")
# How it is numbered: 第N期, or as a paper with a document number 〔2022〕N号 (通报, 专报).
NUMBERS: Final = ("issue", "document")
# The three desks of a brief and whose turn it is in which state.
DRAFTING, REVIEWING, SIGNING, ISSUED, DROPPED = "drafting", "reviewing", "signing", "issued", "dropped"
STEPS: Final = (("edit", DRAFTING), ("review", REVIEWING), ("sign", SIGNING))


@dataclass(frozen=True, slots=True)
class BriefKind:
    """A brief or another paper made of figures: `header` is the red head, `text` the template, `issuer` who sends it.

    `edit`, `review`, `sign` and `readers` are kinds of posts; without `review` the editor's draft goes to the signer.
    `number` is issue or document, `word` what stands before the year of a document number. `report`, `deliver` and
    `send` are the lines 报, 送 and 发. `window` is the period a new one begins with.
    """

    key: str
    name: str
    header: str
    text: str
    issuer: str
    edit: tuple[str, ...]
    sign: tuple[str, ...]
    name_en: str = ""
    review: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    deliver: tuple[str, ...] = ()
    send: tuple[str, ...] = ()
    internal: bool = False
    window: str = "year"
    number: str = "issue"
    word: str = ""

    def desk(self, state: str) -> tuple[str, ...]:
        """Return the kinds of posts whose turn it is in a state."""
        step = next((step for step, at in STEPS if at == state), "")
        found: tuple[str, ...] = getattr(self, step) if step else ()
        return found

    def after(self, state: str) -> str:
        """Return the state that follows when a desk has done its part; ISSUED is reached by signing alone."""
        if state == DRAFTING:
            return REVIEWING if self.review else SIGNING
        return SIGNING


def series_of(kind: BriefKind, programme: str, year: int) -> str:
    """Return which row of numbers a brief is counted in: document numbers by what is printed before the year."""
    return f"{kind.word}〔{year}〕" if kind.number == "document" else f"{programme}.brief.{kind.key}.{year}"


def number_text(kind: BriefKind, year: int, n: int) -> str:
    """Return the number as it is printed: 第10期, or 常经链通报〔2022〕3号; "" for a draft."""
    if not n:
        return ""
    return f"{kind.word}〔{year}〕{n}号" if kind.number == "document" else f"第{n}期"


def may_draft(actor: Actor, kind: BriefKind) -> bool:
    """Whether the actor's post writes this brief."""
    return actor.sort == "post" and actor.kind in kind.edit


def may_act(actor: Actor, kind: BriefKind, state: str) -> bool:
    """Whether it is the actor's turn."""
    return actor.sort == "post" and actor.kind in kind.desk(state)


def may_see(actor: Actor, kind: BriefKind, state: str) -> bool:
    """Whether the actor may read it: a draft is seen by its three desks, an issued one by its readers too."""
    if actor.sort == "system":
        return True
    seen = (*kind.edit, *kind.review, *kind.sign, *(kind.readers if state == ISSUED else ()))
    return actor.sort == "post" and actor.kind in seen


def sees_some(actor: Actor, kind: BriefKind) -> bool:
    """Whether briefs of this kind are any of the actor's business."""
    return may_see(actor, kind, ISSUED)


def first_window(kind: BriefKind, today: date) -> tuple[date, date]:
    """Return the period a new brief begins with: the last whole month or quarter, or this year up to today."""
    if kind.window == "year":
        return today.replace(month=1, day=1), today
    months = 1 if kind.window == "month" else 3
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    last = first - timedelta(days=1)
    begun = last.month - (months - 1)
    return last.replace(month=begun, day=1), last
