"""文书的种类: what a programme says of its papers, as frozen values, and the closed list of what a paper may name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

# How a paper is numbered: not at all, by a running number of the issuing unit, or by a document number 〔2022〕.
NUMBERINGS = ("none", "serial", "document")
# Whose paper it is: the unit of who signs it, of the desk, or the lead unit.
ISSUERS = ("signer", "desk", "lead")
# Which units it goes to; each of them confirms that it came (签收).
RECEIVERS = ("lead", "co", "desk", "requester")
# A paper over many orders: those of one requester, those that one unit leads, or those decided at a sitting; or over
# the entries of a book of the ledger about one unit; over the units judged in a round of a rating meeting; or the
# minute of one entry, with the orders born of it.
LISTS = ("requester", "lead", "sitting", "entries", "review", "entry")
# Which of them: the open ones, or all of this year with what is still open.
SCOPES = ("open", "year")

# What the words of a paper may name in braces; their Chinese names stand in `packs.tables.meanings`.
COMMON = ("county", "programme", "issuer", "signer", "signer_post", "date", "number", "replaces")
OF_ORDER = (
    "order_number", "title", "requester", "category", "priority", "channel", "source_number", "source_due", "source",
    "state", "desk", "lead", "co", "supervisor", "handler", "first_receiver", "note",
    "submitted", "dispatched", "accepted", "replied", "checked", "rated", "closed",
    "promise", "due", "situation", "reminders", "reply_by", "result", "confirmed", "rating_reasons", "grounds",
    "signatures", "instruction",
)  # fmt: skip
OF_LIST = ("about", "total", "open_total", "closed_total", "late_total")
OF_ITEM = (
    "n", "order_number", "title", "requester", "category", "lead", "handler", "state", "submitted", "dispatched",
    "due", "light", "result",
)  # fmt: skip
# What the minute of a sitting may name besides.
OF_SITTING = ("sitting", "present", "opened", "dispatched_total", "deferred_total")
OF_DECISION = ("priority", "decision", "decided_by", "decided_at", "note")
# What a paper on one requester may name of an order besides: it never goes to those who were rated.
OF_REQUESTER = ("rating", "outcome")
# What a line of a book of the ledger may name.
OF_ENTRY = ("n", "entry_number", "day", "unit", "content", "measures", "details")
# What the sheet of a round may name; a line of it the criteria and kinds of rater of the meeting besides.
OF_ROUND = ("round_number", "round", "held_on", "ballots")
OF_RESULT = ("n", "unit", "class", "points", "counted", "why", "appeal", "rectifications")
# What a county's own form may write of each criterion of a round: its name, the points it carries, and what was given.
OF_CRITERION = {"name": "名称", "worth": "分值", "score": "得分"}
# What the minute of an entry may name besides.
OF_MINUTE = ("book", "entry_number", "day", "content", "measures", "details")
# What the heading and body of each list may name, and what a line of it may.
NAMES = {"sitting": OF_SITTING, "review": OF_ROUND, "entry": OF_MINUTE}
LINES = {
    "sitting": (*OF_ITEM, *OF_DECISION), "requester": (*OF_ITEM, *OF_REQUESTER), "entries": OF_ENTRY,
    "review": OF_RESULT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A row of the paper's table. `edit` lets whoever signs change the text; `field` makes it a fact of the move.

    A row without text is left empty for handwriting.
    """

    name: str
    name_en: str = ""
    text: str = ""
    edit: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class DocumentColumn:
    """A column of a paper over many orders."""

    name: str
    text: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of paper: who signs it from which states of an order, how it is numbered, to whom it goes, what it says.

    `move`: signing it is that move of the order; without one it is an act of its own that changes nothing else.
    `half`: there must be that half of the answer. `list`: it is about many orders, of the requester or the lead unit.
    `book` is the activity whose entries of this year it lists, alone or below the orders of a requester, or of whose
    entries it is the minute; `meeting` the rating meeting whose rounds it is about.
    `within` is how long whoever receives it has. A line of `heading` and `body` each stands as a paragraph.
    """

    key: str
    name: str
    heading: str
    number: str
    by: tuple[str, ...]
    name_en: str = ""
    word: str = ""
    from_: tuple[str, ...] = ()
    issuer: str = "signer"
    to: tuple[str, ...] = ()
    move: str = ""
    half: str = ""
    list: str = ""
    scope: str = "open"
    within: str = ""
    outward: bool = False
    body: str = ""
    rows: tuple[DocumentRow, ...] = ()
    columns: tuple[DocumentColumn, ...] = ()
    book: str = ""
    meeting: str = ""

    def editable(self) -> dict[str, DocumentRow]:
        """Return the rows that whoever signs may change, by the name their text has in a form."""
        return {f"row{n}": row for n, row in enumerate(self.rows) if row.edit}


class Book(Protocol):
    """A book of the ledger that may say which paper is the minute of its meetings."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def minute(self) -> str: ...


def with_minutes(kinds: Iterable[DocumentKind], books: Iterable[Book]) -> Iterator[DocumentKind]:
    """Yield kinds of paper; a minute without a book of its own stands for one kind for each book that names it.

    Such a kind is called after both, `<minute>-<book>`, so that each book has its own numbers and its own form.
    """
    known = list(books)
    for kind in kinds:
        if kind.list != "entry" or kind.book:
            yield kind
            continue
        for book in known:
            if book.minute == kind.key:
                name, name_en = f"{book.name}{kind.name}", f"{kind.name_en}: {book.name_en}" if book.name_en else ""
                yield replace(kind, key=f"{kind.key}-{book.key}", name=name, name_en=name_en, book=book.key)
