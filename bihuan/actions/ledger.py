"""账: enter, correct, withdraw, and let an entry give birth to an order. One command, one event per entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.actions import orders
from bihuan.core import entries as core
from bihuan.core.counters import deltas
from bihuan.core.entries import EntryState
from bihuan.core.entry_facts import clean, must_be_sure
from bihuan.core.instants import instant
from bihuan.core.ledger_kinds import Activity, may_record
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import attachments, calendars, ledger, network, packs, versions

TRIES = 4


@versions.held()
def enter(
    *,
    actor: Actor,
    programme: str,
    activity: str,
    facts: Mapping[str, Any],
    now: datetime,
    files: list[int] | None = None,
    command: str = "",
) -> EntryState:
    """Make one entry and return it, or raise Refused and make none.

    `facts` as typed: unit, date, idle, note, and every measure and field by key; `files` are kept attachments. The same
    `command` gives the same entry again. Codes: `enter.needs` with problems by key, `enter.needs.reason` for doubtful
    numbers without a sentence, `enter.post`, `enter.invalid.same` (`number` of the entry that is there already).
    """
    if command and (done := ledger.id_of_command(command, seen_by=actor)) is not None:
        return done
    book = ledger.declared(programme, activity)
    packs.must_take_orders(packs.programme(programme))
    content = content_of(book, facts, now, files or [])
    if not may_record(actor, book, content["unit"]):
        raise Refused("enter.post", unit=content["unit"])
    must_be_sure(book, content, ledger.earlier(programme, activity, content["unit"]), "enter")
    today = calendars.calendar().local_day(now)
    entry = EntryState(id=orders.new_id(now))
    try:
        with transaction.atomic():
            (number,) = ledger.next_numbers(book.prefix, today.year)
            then = {"number": number, "programme": programme, "bundle": book.bundle}
            event = core.enter(book, entry, actor, content, now, today, then=then, command=command)
            after = core.apply(entry, event)
            must_be_new(book, after, "enter")
            _write(book, entry, event, after)
            _claim(after, files or [], actor)
    except IntegrityError:
        if command and (done := ledger.id_of_command(command, seen_by=actor)) is not None:
            return done
        must_be_new(book, after, "enter")
        raise
    return after


@versions.held()
def correct(
    *,
    actor: Actor,
    number: str,
    facts: Mapping[str, Any],
    reason: str,
    now: datetime,
    files: list[int] | None = None,
    expect: int | None = None,
    command: str = "",
) -> EntryState:
    """Put other content in an entry's place, with a reason; what stood there before stays in its events.

    Codes: those of `enter` with `correct` for the verb, `correct.state.withdrawn`, `correct.stale` where `expect` is
    another sequence than the entry has come to.
    """

    def made(entry: EntryState, book: Activity) -> Event:
        if not core.may_change(book, entry, actor) and entry.live:
            raise Refused("correct.post", unit=entry.unit)
        given = {**facts, "has_evidence": bool(entry.evidence)}
        content = content_of(book, given, now, files or [], "correct")
        earlier = ledger.earlier(entry.programme, entry.activity, content["unit"], besides=entry.id)
        must_be_sure(book, content, earlier, "correct")
        first = calendars.calendar().local_day(instant(entry.recorded))
        return core.correct(
            book, entry, actor, content, reason, now, first, bundle=book.bundle, command=command
        )  # fmt: skip

    def also(after: EntryState) -> None:
        _claim(after, files or [], actor)

    return _changed(actor, number, made, "correct", expect, command, also)


@versions.held()
def withdraw(
    *, actor: Actor, number: str, reason: str, now: datetime, expect: int | None = None, command: str = ""
) -> EntryState:
    """Take an entry out of every figure, with a reason; it stays to be read. Raises Refused `withdraw_entry.…`."""

    def made(entry: EntryState, book: Activity) -> Event:
        return core.withdraw(book, entry, actor, reason, now, command=command)

    return _changed(actor, number, made, "withdraw_entry", expect, command)


@versions.held()
def give_order(
    *,
    actor: Actor,
    number: str,
    facts: Mapping[str, Any],
    requester: str,
    now: datetime,
    requester_name: str = "",
    command: str = "",
) -> tuple[EntryState, OrderState]:
    """Let an entry give birth to an order (议定事项转单): order and entry name each other, both or neither.

    The order's source number is the entry's with a running number. Raises Refused of `submit` or `give_order.…`.
    """
    entry = ledger.by_number(number, seen_by=actor)
    book = ledger.declared(entry.programme, entry.activity)
    if command and entry.last.get("command") == command:
        return entry, _order(entry.orders[-1]["id"], actor)
    if not book.orders:
        raise Refused("give_order.state.none", activity=book.key)
    with transaction.atomic():
        order = orders.submit_order(
            actor=actor,
            programme=entry.programme,
            type_=book.orders,
            facts=facts,
            now=now,
            requester=requester,
            requester_name=requester_name,
            desk=entry.unit,
            channel=book.channel,
            source_number=f"{entry.number}-{len(entry.orders) + 1}",
        )
        event = core.give_order(book, entry, actor, order.id, order.number, now, command=command)
        after = core.apply(entry, event)
        if not _write(book, entry, event, after):
            raise Refused("give_order.stale", last=entry.last)
    return after, order


def _order(id_: int, actor: Actor) -> OrderState:
    from bihuan.store import orders as rows

    return rows.by_id(id_, seen_by=actor).order


def content_of(
    book: Activity, facts: Mapping[str, Any], now: datetime, files: list[int], verb: str = "enter"
) -> dict[str, Any]:
    """Return what people wrote in stored form; raises Refused `<verb>.needs` naming everything that is wrong."""
    net, today = places(now)
    evidence = [{"id": id_, "sha256": attachments.digest_of(id_)} for id_ in files]
    return clean(book, {**facts, "evidence": evidence}, net, today, verb)


def places(now: datetime) -> tuple[Network, date]:
    """Return the units of all time and the local day."""
    today = calendars.calendar().local_day(now)
    return network.of_all_time(today), today


def must_be_new(book: Activity, after: EntryState, verb: str) -> None:
    """Refuse `<verb>.invalid.same` where another live entry is the same material: it is offered, not asked again."""
    there = ledger.alike(core.same_as(book, after))
    if there is not None and there[1] != after.id:
        raise Refused(f"{verb}.invalid.same", {"date": "same"}, fields=["date"], number=there[0])


def _changed(
    actor: Actor,
    number: str,
    made: Callable[[EntryState, Activity], Event],
    verb: str,
    expect: int | None,
    command: str,
    also: Callable[[EntryState], None] | None = None,
) -> EntryState:
    for _ in range(TRIES):
        entry = ledger.by_number(number, seen_by=actor)
        if command and entry.last.get("command") == command:
            return entry
        if expect is not None and expect != entry.seq:
            raise Refused(f"{verb}.stale", seq=entry.seq, expect=expect, last=entry.last)
        book = ledger.declared(entry.programme, entry.activity)
        event = made(entry, book)
        after = core.apply(entry, event)
        must_be_new(book, after, verb)
        try:
            with transaction.atomic():
                if _write(book, entry, event, after):
                    if also:
                        also(after)
                    return after
        except IntegrityError:
            must_be_new(book, after, verb)
    raise Refused(f"{verb}.stale", seq=0, expect=expect, last={})


def _write(book: Activity, before: EntryState, event: Event, after: EntryState) -> bool:
    """Write row and event; the tallies of both states are counted under the version their content names."""
    was = core.tallies(ledger.activity_of(before), before) if before.seq else {}
    kind = ledger.activity_of(after)
    return ledger.record(before, event, after, kind, deltas(was, core.tallies(kind, after)))


def _claim(after: EntryState, files: list[int], actor: Actor) -> None:
    if files and attachments.claim(after.id, files, by=actor.person, outward=False) != len(files):
        raise Refused("enter.needs", {"evidence": "unknown_file"}, fields=["evidence"])


__all__ = ["correct", "enter", "give_order", "withdraw"]
