"""数字的清单: one record behind a figure in words, and one cause of a difference, each with its own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from bihuan.core.entries import CORRECTED, ENTERED, WITHDRAWN
from bihuan.core.figures import Difference, Member
from bihuan.core.indicators import Indicator
from bihuan.core.network import Network
from bihuan.core.programmes import OrderType, Programme
from bihuan.web.network_tree import covered_href
from bihuan.words import figures as words
from bihuan.words import moments
from bihuan.words.duties import period_text
from bihuan.words.orders import category_name, move_name, unit_name

ENTRY_VERBS = (ENTERED, CORRECTED, WITHDRAWN)
OF_ORDERS = ("order", "move", "part")  # records whose own page is their order's


@dataclass(frozen=True, slots=True)
class Line:
    """One record in words; `href` is its own page, "" where it has none or the reader may not open it."""

    row: Member
    number: str
    title: str
    day: str
    amount: str
    who: str
    category: str
    unit: str
    href: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One cause of a difference, in words; `what` is the entry, unit or post that moved the record, with its page."""

    number: str
    title: str
    href: str
    change: str
    verb: str
    at: str
    what: str = ""
    what_href: str = ""


def listed_href(row: Member) -> str:
    """Return the page of a statistic, a post's unit or a period of a duty or coverage, "" for any other record."""
    if row.kind == "statistic":
        return f"/reports/stated/{row.number}/"
    if row.kind == "post":
        return f"/network/units/{row.unit}/"
    if row.kind == "unit" and "coverage" in row.more:
        return covered_href(row.more["coverage"], row.more["of"], row.day)
    if row.kind == "duty":
        kind = "cadence" if "cadence" in row.more else "coverage"
        asked = {"of": row.more["of"], "from": row.day, "to": row.more["until"]}
        return f"/duties/{kind}/{row.more[kind]}/?{urlencode(asked)}"
    return ""


def record_href(row: Member) -> str:
    """Return the page of a record, "" for one that has none of its own."""
    if row.kind in OF_ORDERS:
        return f"/orders/{row.number}/"
    if row.kind == "entry":
        return f"/ledger/{row.number}/"
    if row.kind == "review":
        return f"/reviews/{row.number}/result/"
    if row.kind == "unit" and row.number and "coverage" not in row.more:
        return f"/network/units/{row.number}/"
    return listed_href(row)


def line_of(row: Member, order_type: OrderType | None, net: Network, programme: Programme, one: Indicator) -> Line:
    """Return a record in words."""
    category = category_name(order_type, row.more.get("category", "")) if order_type else ""
    title = row.title
    if "kept" in row.more:
        title = kept_title(row)
    if row.hidden:
        title = _("不公开是哪一件") if not row.number else _("含商业秘密，内容只给经办的人看")
    return Line(
        row=row,
        number=number_of(row) or "—",
        title=title,
        day=row.day,
        amount=words.amount_text(programme, one, row),
        who=row.more.get("requester_name", ""),
        category=category,
        unit=unit_name(net, row.unit) if row.unit and row.kind != "unit" else "",
        href="" if row.hidden and row.kind in OF_ORDERS else record_href(row),
    )


def number_of(row: Member) -> str:
    """Return what a record is known by; a period of a duty by its days as people say them."""
    return period_text(row.day, row.more["until"]) if "until" in row.more else row.number


def kept_title(row: Member) -> str:
    """Return whose period or coverage it is, how it was kept, and for a duty since when it is counted."""
    title = _("%(name)s：%(kept)s") % {"name": row.title, "kept": words.kept_text(row.more["kept"])}
    if since := row.more.get("founded"):
        title = _("%(title)s（%(day)s成立）") % {"title": title, "day": since}
    return title


def moved_of(one: Difference, order_type: OrderType | None, now: datetime) -> Moved:
    """Return one cause of a difference in words."""
    move = order_type.moves.get(one.verb) if order_type else None
    member = one.member
    href = "" if member.hidden else record_href(member)
    entry = one.verb in ENTRY_VERBS and one.what
    return Moved(
        number=number_of(member),
        title=_("含商业秘密，内容只给经办的人看") if member.hidden else member.title,
        href=href,
        change=words.change_text(one),
        verb=move_name(move) if move else words.verb_name(one.verb),
        at=moments.moment(one.at, now) if one.at else "—",
        what=one.what,
        what_href=f"/ledger/{one.what}/" if entry else "",
    )
