"""文书里填的内容: every fact that the words of a paper may name, said in Chinese whoever reads.

What a paper may name is a closed list (`core.document_kinds`) and the order's own plain fields; personal values are not
among them, and no rating's level or rater is, for papers go to those who were rated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from bihuan.actions.document_lists import Listing
from bihuan.actions.documents import Making
from bihuan.core.clocks import running
from bihuan.core.deadlines import deadline
from bihuan.core.documents import PERSONAL
from bihuan.core.durations import parse
from bihuan.core.entries import EntryState, measured
from bihuan.core.instants import instant, iso
from bihuan.core.ledger_kinds import Activity
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import Field, OrderType
from bihuan.core.projection import NEVER
from bihuan.store import turns
from bihuan.store.lists import Row
from bihuan.words import ledger, lights, moments, sittings
from bihuan.words.approval import signed_text
from bihuan.words.orders import (
    category_name,
    channel_name,
    choice_name,
    haste_name,
    named,
    person_name,
    post_holders,
    priority_name,
    state_name,
    unit_name,
    value_text,
)
from bihuan.words.people import deputed, name_text

CHINESE = "zh-hans"  # the language of official papers, whichever their reader chose for pages
# What an office keeps to itself: a paper that the requester reads cannot say it.
INNER = (
    "note", "supervisor", "situation", "reminders", "rating_reasons", "confirmed", "importance", "urgency",
    "signatures", "instruction",
)  # fmt: skip
WAITING = ("to_rate", "to_verify", "to_close")


def full(value: date | datetime | str) -> str:
    """Return 2022年10月25日; takes dates, instants and stored text, "" for nothing."""
    if value == "":
        return ""
    at = (
        moments.local(value).date()
        if isinstance(value, datetime) or (isinstance(value, str) and len(value) > 10)
        else value
    )
    return format_date(date.fromisoformat(at) if isinstance(at, str) else at, _("Y年n月j日"))


def of_order(making: Making) -> dict[str, str]:
    """Return every value a paper on one order may name, in Chinese."""
    with translation.override(CHINESE):
        found = {**_fields(making), **_order(making), **_signing(making), **_clocks(making), **_judged(making)}
        return found | dict.fromkeys(INNER, "") if making.kind.outward else found


def _signing(making: Making) -> dict[str, str]:
    net, actor = making.setting.network, making.actor
    return {
        "county": making.county,
        "programme": named(making.programme),
        "issuer": unit_name(net, making.issuer),
        "signer": deputed(net, actor.person, actor.stands_for),
        "signer_post": net.name(actor.post),
        "date": full(making.now),
        "number": making.number,
        "replaces": making.replaces if len(making.replaces) != 27 else full(making.replaces),
    }


def _order(making: Making) -> dict[str, str]:
    order, net, now = making.order, making.setting.network, making.now
    t = making.setting.type
    known = [(t.moves[e.verb].effect, e) for e in making.events if e.verb in t.moves]
    note = [e.facts.get("note", "") for effect, e in known if effect in ("dispatch", "arbitrate")]
    reminders = [e for effect, e in known if effect == "remind"]
    found = {
        "order_number": order.number,
        "title": order.title,
        "requester": order.requester_name,
        "category": category_name(t, order.category),
        "priority": haste_name(order.priority) if making.kind.outward else priority_name(order.priority),
        "channel": channel_name(making.programme, order.channel),
        "source_number": order.source_number,
        "source_due": _source_due(order),
        "source": _source(making),
        "state": state_name(t, order.state),
        "desk": unit_name(net, order.desk),
        "lead": unit_name(net, order.lead) if order.lead else "",
        "co": _("、").join(unit_name(net, unit) for unit in order.co),
        "supervisor": post_holders(net, order.supervisor) if order.supervisor else "",
        "handler": person_name(net, order.handler) if order.handler else "",
        "first_receiver": unit_name(net, order.first_receiver) if order.first_receiver else "",
        "note": str(note[-1]) if note else "",
        "reminders": str(len(reminders)),
        "reply_by": "",
        "signatures": signed_text(making.events, making.kind.half or "requester", t, net, now),
        "instruction": _instruction(known, net, now),
    }
    if making.kind.within:
        end = deadline(now, parse(making.kind.within), making.setting.calendar).due
        found["reply_by"] = moments.day(moments.last_day(end), now)
    dates = {"dispatched": "first_dispatched"}
    for key in ("submitted", "dispatched", "accepted", "replied", "checked", "rated", "closed"):
        found[key] = full(order.times.get(dates.get(key, key), ""))
    return found


def _source_due(order: OrderState) -> str:
    return full(moments.last_day(order.source_due)) if order.source_due else ""


def _source(making: Making) -> str:
    """Return where the order came from with both that it has there: 12345热线 2022-0913-001，限2022年10月8日前办结."""
    order = making.order
    said = f"{channel_name(making.programme, order.channel)} {order.source_number}".strip()
    due = _source_due(order)
    return _("%(source)s，限%(due)s前办结") % {"source": said, "due": due} if due else said


def _instruction(known: Iterable[tuple[str, Event]], net: Network, now: datetime) -> str:
    """Return the leader's last words with who said them and when; where a photo holds them, that it does."""
    given = [event for effect, event in known if effect == "instruct"]
    if not given:
        return ""
    last = given[-1]
    words = str(last.facts.get("text", "")) or _("（见批示件）")
    said = {"words": words, "who": name_text(last.actor, net), "day": moments.day(last.at, now)}
    return _("%(words)s　%(who)s　%(day)s") % said


def _fields(making: Making) -> dict[str, str]:
    """Return the order's own plain fields, and those of the half of the answer the paper is about."""
    order, t, net, now = making.order, making.setting.type, making.setting.network, making.now
    facts = {**order.fields, "title": order.title, "category": order.category}
    if making.kind.half:
        facts |= order.replies.get(making.kind.half, {}).get("facts", {})
    return {
        key: value_text(spec, facts[key], net, now)
        for key, spec in t.fields.items()
        if key in facts and spec.data_class not in PERSONAL and spec.kind != "files" and _may_say(making, spec)
    }


def _may_say(making: Making, spec: Field) -> bool:
    return not (making.kind.outward and spec.internal)


def _clocks(making: Making) -> dict[str, str]:
    order, t = making.order, making.setting.type
    promise = next((c.key for c in t.clocks.values() if c.promise), "")
    said = order.clocks.get(promise, {}).get("due", "")
    due = _handling_due(order, t) or said  # once it is answered no clock runs, and the paper says what held
    return {
        "promise": full(moments.last_day(said)) if said else "",
        "due": full(moments.last_day(due)) if due else "",
        "situation": situation(making),
    }


def _handling_due(order: OrderState, t: OrderType) -> str:
    """Return the end of what the lead unit works against: an extendable clock that runs, else the promise, or ""."""
    live = {key: clock for key, clock in order.clocks.items() if running(clock) and ":" not in key}
    own = [clock["due"] for key, clock in live.items() if key in t.clocks and t.clocks[key].extendable]
    rest = [clock["due"] for key, clock in live.items() if key in t.clocks and t.clocks[key].promise]
    return min(own or rest or [""])


def situation(making: Making) -> str:
    """Return how the order stands in time: 9月20日派单，应于10月20日前办结，已逾期3个工作日；10月11日催办1次，未答复。"""
    order, t, now = making.order, making.setting.type, making.now
    parts = []
    if at := order.times.get("first_dispatched"):
        parts.append(_("%(day)s派单") % {"day": moments.day(at, now)})
    if due := _handling_due(order, t):
        parts.append(_("应于%(day)s前双反馈") % {"day": moments.day(moments.last_day(due), now)})
        clock = next(c for c in order.clocks.values() if c["due"] == due and running(c))
        light = lights.light_of_clock(clock, "", now, making.setting.calendar)
        parts.append(_("已%(text)s") % {"text": light.text} if light.color == "r" else light.text)
    if order.resume_on:
        parts.append(_("经批准挂起至%(day)s") % {"day": moments.day(order.resume_on, now)})
    said = _("，").join(parts)
    urged = [
        _("%(days)s%(what)s%(n)s次") % {"days": days, "what": what, "n": n}
        for what, n, days in (_urged(making, ("remind",), _("催办")), _urged(making, ("supervise",), _("督办")))
        if n
    ]
    answered = "" if order.replies else _("未答复")
    after = _("，").join(part for part in (*urged, answered) if part)
    return _("%(text)s。") % {"text": _("；").join(part for part in (said, after) if part)}


def _urged(making: Making, effects: tuple[str, ...], what: str) -> tuple[str, int, str]:
    moves = making.setting.type.moves
    since = making.order.times.get("dispatched", "")
    found = [e for e in making.events if e.verb in moves and moves[e.verb].effect in effects and iso(e.at) >= since]
    days = list(dict.fromkeys(moments.day(e.at, making.now) for e in found))
    return what, len(found), _("、").join(days[-3:])


def _judged(making: Making) -> dict[str, str]:
    """Return what a rating brought, without its level and without who gave it."""
    order, t, net = making.order, making.setting.type, making.setting.network
    found = {"rating_reasons": "", "confirmed": "", "grounds": grounds(making)}
    result = t.fields.get("result")
    if result and order.result:
        found["result"] = choice_name(result, order.result)
    confirmed = t.fields.get("confirmed")
    if confirmed and order.checked.get("confirmed"):
        found["confirmed"] = choice_name(confirmed, order.checked["confirmed"])
    founded = [rating for rating in order.ratings if rating.get("verified") == "founded"]
    event = next((e for e in making.events if founded and e.seq == founded[-1]["seq"]), None)
    reasons = t.fields.get("rating_reasons")
    if event is not None:
        ticked = value_text(reasons, event.facts.get("rating_reasons", []), net) if reasons else ""
        found["rating_reasons"] = _("。").join(part for part in (ticked, str(event.facts.get("words", ""))) if part)
    return found


def grounds(making: Making) -> str:
    """Return what a strike-off rests on: the answers, the check, the rating given or its time run out, the assent."""
    order, now = making.order, making.now
    times = order.times
    parts = []
    if at := times.get("replied"):
        parts.append(_("%(day)s双反馈") % {"day": moments.day(at, now)})
    if at := times.get("checked"):
        parts.append(_("%(day)s经核查") % {"day": moments.day(at, now)})
    if at := order.standing_rating.get("at"):
        parts.append(_("%(day)s企业已评单") % {"day": moments.day(at, now)})
    elif times.get("checked"):
        parts.append(_("评单期内企业没有评单"))
    if order.assent:
        who = _assented(making)
        parts.append(_("督办件经%(who)s同意销号") % {"who": who})
    return _("%(text)s。") % {"text": _("，").join(parts)} if parts else ""


def _assented(making: Making) -> str:
    """Return who assented, both names where it was a stand-in."""
    t, net = making.setting.type, making.setting.network
    marks = [e.actor for e in making.events if e.verb in t.moves and t.moves[e.verb].effect == "assent"]
    return name_text(marks[-1], net) if marks else person_name(net, making.order.assent)


# ---- lists ----
def of_list(made: Listing) -> dict[str, str]:
    """Return every value the words of a list may name; each count is of rows that the list shows."""
    with translation.override(CHINESE):
        net = made.setting.network
        return {
            "county": made.county,
            "programme": named(made.programme),
            "issuer": unit_name(net, made.issuer),
            "signer": deputed(net, made.actor.person, made.actor.stands_for),
            "signer_post": net.name(made.actor.post),
            "date": full(made.now),
            "number": made.number,
            "replaces": "",
            "about": unit_name(net, made.about),
            "total": str(len(made.rows)),
            "open_total": str(sum(row.open for row in made.rows)),
            "closed_total": str(sum(not row.open for row in made.rows)),
            "late_total": str(sum(_is_late(row, made.now) for row in made.rows)),
            **({**sittings.values_of(made.sitting), "opened": full(made.sitting.opened)} if made.sitting else {}),
        }


def of_items(made: Listing) -> Iterable[dict[str, str]]:
    """Return the values of every row of a list, in Chinese."""
    t, net, now = made.setting.type, made.setting.network, made.now
    result = t.fields.get("result")
    asks = made.kind.list == "requester" and any("{outcome}" in column.text for column in made.kind.columns)
    found = turns.picked([row.number for row in made.rows], seen_by=made.actor) if asks else {}
    with translation.override(CHINESE):
        return [
            {
                "n": str(n),
                "order_number": row.number,
                "title": row.title,
                "requester": row.requester_name,
                "category": category_name(t, row.category),
                "lead": unit_name(net, row.lead) if row.lead else "",
                "handler": person_name(net, row.handler) if row.handler else "",
                "state": state_name(t, row.state),
                "submitted": full(row.submitted),
                "dispatched": full(row.dispatched),
                "due": full(moments.last_day(row.due)) if _is_due(row) else "",
                "light": _light(made, row, now),
                "result": _("（%(result)s）") % {"result": choice_name(result, row.result)}
                if result and row.result
                else "",
                **(sittings.item_values(made.sitting, row, net) if made.sitting else {}),
                **(_judged_by(t, row, found, net) if made.kind.list == "requester" else {}),
            }
            for n, row in enumerate(made.rows, start=1)
        ]


def _judged_by(t: OrderType, row: Row, found: Mapping[str, turns.Found], net: Network) -> dict[str, str]:
    """What a requester's own paper says besides: how it rated, and what came of it."""
    rating = t.fields.get(t.rating)
    outcome = []
    if row.number in found:
        for key, value in found[row.number].order.measures.items():
            if key in t.fields and value not in (None, ""):
                outcome.append(f"{t.fields[key].name}{value_text(t.fields[key], value, net)}")
    return {
        "rating": choice_name(rating, row.rating) if rating and row.rating else "",
        "outcome": _("，").join(outcome),
    }


def of_entries(made: Listing) -> Iterable[dict[str, str]]:
    """Return the values of every entry of a book, in Chinese."""
    book, net = made.book, made.setting.network
    assert book is not None
    with translation.override(CHINESE):
        return [
            {"n": str(n), "unit": unit_name(net, one.unit), **of_entry(book, one, net)}
            for n, one in enumerate(made.entries, start=1)
        ]


def of_entry(book: Activity, one: EntryState, net: Network) -> dict[str, str]:
    """Return what a paper may name of one entry, in the language of papers."""
    return {
        "book": named(book),
        "entry_number": one.number,
        "day": full(one.date),
        "content": ledger.title_of(book, one, net),
        "measures": _("，").join(_measures(book, one)),
        "details": _("；").join(
            f"{spec.name}：{ledger.field_text(book, key, one.fields[key], net)}"
            for key, spec in book.fields.items()
            if key in one.fields and key != book.title
        ),
    }


def _measures(book: Activity, one: EntryState) -> list[str]:
    if one.idle:
        return [ledger.idle_name(book, one.idle)]
    return [
        f"{book.measures[key].name}{ledger.number_text(book.measures[key], value)}"
        for key, value in measured(book, one).items()
        if book.measures[key].counting.aggregator != "entries"
    ]


def table_of(made: Listing) -> dict[str, Any]:
    """Return the entries of a book as a second table of a paper."""
    assert made.book is not None
    with translation.override(CHINESE):
        names = [_("序号"), _("台账号"), _("日期"), _("内容"), _("计量"), _("其他")]
    keys = ("n", "entry_number", "day", "content", "measures", "details")
    items = [[one[key] for key in keys] for one in of_entries(made)]
    return {"name": made.book.name, "columns": names, "items": items}


def _is_due(row: Row) -> bool:
    """What waits for the requester's judgement shows no limit: it would tell the rated how they were rated."""
    return row.open and row.due != NEVER and row.queue not in WAITING


def _is_late(row: Row, now: datetime) -> bool:
    return _is_due(row) and instant(row.due) <= now


def _light(made: Listing, row: Row, now: datetime) -> str:
    """What waits for the requester is told alike, whatever was rated: the list goes to those who are rated."""
    if row.queue in WAITING:
        return _("等企业评单")
    return lights.light_of(row, now, made.setting.calendar, made.setting.type).text
