"""评: open a round, invite, take ballots, close it with its result, publish. One command, one event; a ballot is none.

A ballot leaves no trace of who gave it or when: it changes its own row and nothing else.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.actions import links, review_entries
from bihuan.actions.orders import TRIES, new_id
from bihuan.core import deadlines, durations
from bihuan.core import reviews as core
from bihuan.core import scores as counting
from bihuan.core.instants import iso
from bihuan.core.order_state import Event
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting
from bihuan.core.reviews import RoundState
from bihuan.core.scores import Answers
from bihuan.store import calendars, network, packs, reviews, versions
from bihuan.store.reviews import Held

LABEL = b"bihuan rating halls 1"
SEATS = b"bihuan rating seats 1"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link of a round opens: the hall of a kind (`ballot` None), or one ballot."""

    round: RoundState
    meeting: Meeting
    kind: str
    ballot: Held | None = None


# ---- the chair ----
@versions.held()
def open_round(*, actor: Actor, programme: str, meeting: str, given: Mapping[str, Any], now: datetime) -> RoundState:
    """Open a round and return it, or raise Refused `review.…`: unit, title, date, objects, invited by kind."""
    packs.must_take_orders(packs.programme(programme))
    declared = reviews.declared(programme, meeting)
    today = calendars.calendar().local_day(now)
    new = RoundState(id=new_id(now))
    net = network.snapshot(today)
    with transaction.atomic():
        then = {"programme": programme, "number": reviews.next_number(today.year)}
        event = core.open_round(declared, new, actor, given, net, today, now, then=then)
        after = core.apply(new, event)
        reviews.record(new, event, after)
    return after


@versions.held()
def invite(*, actor: Actor, number: str, more: Mapping[str, Any], now: datetime) -> RoundState:
    """Invite more raters; raises NotFound, Refused `review.…`."""
    return changed(actor, number, lambda held, meeting: core.invite(meeting, held, actor, more, now))


@versions.held()
def stop(*, actor: Actor, number: str, now: datetime) -> RoundState:
    """Hand out no more ballots: everybody in the room has one. Inviting more begins it again. Raises like `invite`."""
    return changed(actor, number, lambda held, meeting: core.stop(meeting, held, actor, now))


@versions.held()
def cards(*, actor: Actor, number: str, kind: str) -> tuple[RoundState, list[str]]:
    """Return the links of new ballots for every seat of a kind that has not answered; cards printed before are void.

    The links stand nowhere else: who printed them keeps the only copy. Raises NotFound, Refused `review.…`.
    """
    held = reviews.by_number(number, seen_by=actor)
    meeting = reviews.meeting_of(held)
    core.must_chair(reviews.declared(held.programme, held.meeting), held, actor)
    if kind not in meeting.kinds:
        raise reviews.NotFound(kind)
    with transaction.atomic():
        reviews.lock(held.id)
        held = reviews.by_number(number, seen_by=actor)
        core.must_be_open(held)
        if held.stopped:
            raise Refused("review.state.stopped", at=held.stopped)
        reviews.void(held.id, kind)
        left = held.invited.get(kind, 0) - reviews.issued(held.id).get(kind, (0, 0))[0]
        return held, reviews.issue(held.id, kind, max(left, 0))


@versions.held()
def close(
    *, actor: Actor, number: str, now: datetime, entry: Mapping[str, Any] | None = None, files: list[int] | None = None
) -> RoundState:
    """End the voting: count, part answers from links for good, and link the day's entry of the ledger.

    `entry` are the facts of a new entry where the day has none. All of it or nothing. Raises NotFound, Refused
    `review.…`, or of the ledger (`enter.…`).
    """
    held = reviews.by_number(number, seen_by=actor)
    meeting = reviews.meeting_of(held)
    with transaction.atomic():
        reviews.lock(held.id)
        held = reviews.by_number(number, seen_by=actor)
        today = calendars.calendar().local_day(now)
        core.may_close(meeting, held, actor, today)
        ballots = reviews.given(held.id)
        noted = review_entries.of_day(held, meeting)
        if not noted and entry is not None:
            noted = review_entries.enter(held, meeting, actor, entry, files or [], now)
        scored = counting.scores(meeting, held.objects, ballots)
        counted = reviews.counted(ballots)
        event = core.close(meeting, held, actor, counted, counting.root_of(ballots), scored, now, noted)
        after = core.apply(held, event)
        reviews.part(held.id, ballots)
        if not reviews.record(held, event, after):
            raise Refused("review.stale")
    return after


@versions.held()
def publish(*, actor: Actor, number: str, now: datetime) -> RoundState:
    """Show every unit judged its own result; from now on it may appeal. Raises NotFound, Refused `review.…`."""

    def made(held: RoundState, meeting: Meeting) -> Event:
        until = ""
        if meeting.appellant:
            limit = durations.parse(meeting.appeal)
            until = iso(deadlines.deadline(now, limit, calendars.calendar()).due)
        return core.publish(meeting, held, actor, until, now)

    return changed(actor, number, made)


@versions.held()
def contest(*, actor: Actor, number: str, unit: str, reason: str, now: datetime) -> RoundState:
    """Appeal against a unit's result; raises NotFound, Refused `contest.…`."""
    return changed(actor, number, lambda held, meeting: core.contest(meeting, held, actor, unit, reason, now))


@versions.held()
def review(*, actor: Actor, number: str, unit: str, decision: str, words: str, now: datetime) -> RoundState:
    """Decide an appeal, independent of who chaired and of the unit; an upheld one takes its result out.

    Raises NotFound, Refused `decide.…`.
    """
    return changed(actor, number, lambda held, meeting: core.review(meeting, held, actor, unit, decision, words, now))


def changed(actor: Actor, number: str, made: Callable[[RoundState, Meeting], Event]) -> RoundState:
    """Append one event to a round, again where somebody was first; raises Refused `review.stale`."""
    for _ in range(TRIES):
        held = reviews.by_number(number, seen_by=actor)
        event = made(held, reviews.meeting_of(held))
        after = core.apply(held, event)
        try:
            if reviews.record(held, event, after):
                return after
        except IntegrityError:
            continue
    raise Refused("review.stale")


# ---- the raters ----
def hall(round_: RoundState, kind: str) -> str:
    """Return the token projected for a kind of rater: whoever has it may take one of its ballots."""
    return links.token(round_.id, list(reviews.meeting_of(round_).kinds).index(kind) + 1, LABEL)


def opened(token: str) -> Opened | None:
    """Return what a link opens, None for one that was never given out or was made void by new cards."""
    ballot = reviews.of_token(token)
    if ballot is not None:
        held = reviews.of_id(ballot.round)
        return Opened(held, reviews.meeting_of(held), ballot.kind, ballot) if held else None
    given = token.lower()
    id_ = links.id_in(given)
    held = reviews.of_id(id_) if id_ is not None else None
    if held is None:
        return None
    meeting = reviews.meeting_of(held)
    for kind in meeting.kinds:
        if hmac.compare_digest(given, hall(held, kind)):
            return Opened(held, meeting, kind)
    return None


def seated(round_: RoundState, seat: str) -> str:
    """Return the token of the one ballot of a round that a browser gets, whichever hall it asks in and however often.

    `seat` is drawn by lot and kept by that browser alone; the token cannot be made without it.
    """
    return links.secret(f"{round_.id}.{seat}", SEATS)


def take(*, found: Opened, units: frozenset[str], seat: str = "") -> str:
    """Return the token of a ballot of the kind whose hall this is, or raise Refused `ballot.…`.

    The same `seat` gets the same ballot again, without one it is always a new one. `units` are those in which whoever
    asks is known to hold a post: those judged take no ballots.
    """
    core.must_not_be_judged(found.round, units)
    token_ = seated(found.round, seat) if seat else ""
    with transaction.atomic():
        reviews.lock(found.round.id)
        held = reviews.of_id(found.round.id)
        assert held is not None
        core.must_take(held)
        if token_ and reviews.of_token(token_):
            return token_
        core.must_hand_out(held)
        if reviews.issued(held.id).get(found.kind, (0, 0))[0] >= held.invited.get(found.kind, 0):
            raise Refused("ballot.none_left", n=held.invited.get(found.kind, 0))
        return reviews.issue(held.id, found.kind, 1, token_)[0]


def answer(*, token: str, unit: str, given: Mapping[str, str], units: frozenset[str]) -> Answers:
    """Write down what a ballot says of one unit and return all it says; nothing chosen takes the unit out again.

    Raises NotFound for a link that opens no ballot, Refused `ballot.…`.
    """
    for _ in range(TRIES):
        found = opened(token)
        if found is None or found.ballot is None:
            raise reviews.NotFound("ballot")
        core.must_not_be_judged(found.round, units)
        with transaction.atomic():
            reviews.lock(found.round.id)
            held = reviews.of_id(found.round.id)
            ballot = reviews.of_token(token)
            if held is None or ballot is None:
                raise reviews.NotFound("ballot")
            after = core.answered(found.meeting, held, ballot.answers, unit, given)
            if reviews.answer(ballot.id, ballot.answers, after):
                return after
    raise Refused("ballot.stale")
