"""评: rows of rounds with their events, and their ballots, which lead back to nobody."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q

from bihuan.core.chain import canonical, plain
from bihuan.core.order_state import Event
from bihuan.core.permission import Actor
from bihuan.core.review_kinds import Meeting, may_read, of_object, reads
from bihuan.core.reviews import KIND, RoundState
from bihuan.core.scores import Answers
from bihuan.core.scores import Ballot as Given
from bihuan.store import events, packs
from bihuan.store.models import Ballot, Round, RoundUnit
from bihuan.store.orders import NotFound

PREFIX = "CP"
PAGE = 30


@dataclass(frozen=True, slots=True)
class Held:
    """A ballot as the bearer of its link has it."""

    id: int
    round: int
    kind: str
    answers: Answers


def declared(programme: str, key: str) -> Meeting:
    """Return a meeting as the newest version of its programme declares it; raises NotFound for none."""
    known = packs.current().get(programme)
    meeting = known.reviews.get(key) if known else None
    if meeting is None:
        raise NotFound(f"{programme}/{key}")
    return meeting


def meeting_of(round_: RoundState) -> Meeting:
    """Return a round's meeting as the version declares it under which the round was opened."""
    return packs.bundle(round_.bundle).reviews[round_.meeting]


def may_see(actor: Actor, round_: RoundState) -> bool:
    """Whether a round is the actor's business: chair, reader, or of a unit judged once it is published."""
    meeting = declared(round_.programme, round_.meeting)
    if may_read(actor, meeting, round_.unit):
        return True
    return bool(round_.published) and any(of_object(actor, unit) for unit in round_.objects)


def columns(round_: RoundState) -> dict[str, Any]:
    """Return the columns of a round's row, derived from its state alone."""
    return {
        "number": round_.number,
        "programme": round_.programme,
        "meeting": round_.meeting,
        "unit": round_.unit,
        "date": round_.date,
        "closed": round_.closed,
        "published": round_.published,
        "seq": round_.seq,
        "head": round_.head,
        "body": canonical(round_.dump()),
    }


def record(before: RoundState, event: Event, after: RoundState) -> bool:
    """Write event and row where the row still stands at `before.seq`; False when somebody was first."""
    with transaction.atomic():
        if before.seq == 0:
            Round.objects.create(id=after.id, **columns(after))
            RoundUnit.objects.bulk_create(RoundUnit(round=after.id, unit=unit) for unit in after.objects)
        elif not Round.objects.filter(pk=after.id, seq=before.seq).update(**columns(after)):
            return False
        with connection.cursor() as cursor:
            cursor.execute(events.INSERT, events.values(event, "", KIND))
    return True


def by_number(number: str, *, seen_by: Actor) -> RoundState:
    """Return the round of that number if the actor may see it, else raise NotFound."""
    found = of_number(number)
    if found is None or not may_see(seen_by, found):
        raise NotFound(number)
    return found


def of_id(id_: int) -> RoundState | None:
    """Return a round for the bearer of one of its links, or None."""
    body = Round.objects.filter(pk=id_).values_list("body", flat=True).first()
    return RoundState(**json.loads(body)) if body else None


def page(*, seen_by: Actor, programme: str, before: int = 0) -> list[RoundState]:
    """Return a page of the rounds the actor may see, the newest first, one more than a page where there are more."""
    known = packs.current().get(programme)
    rows = Round.objects.filter(tenant=1, programme=programme).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    judged = RoundUnit.objects.filter(tenant=1, unit__in=sorted(seen_by.above)).values("round")
    mine = Q(pk__in=judged) & ~Q(published="")
    for meeting in known.reviews.values() if known else ():
        units = reads(seen_by, meeting)
        mine |= Q(meeting=meeting.key) if units is None else Q(meeting=meeting.key, unit__in=sorted(units))
    return [RoundState(**json.loads(body)) for body in rows.filter(mine).values_list("body", flat=True)[: PAGE + 1]]


def of_number(number: str) -> RoundState | None:
    """Return the round of that number; the caller asks whether it may be seen."""
    body = Round.objects.filter(tenant=1, number=number).values_list("body", flat=True).first()
    return RoundState(**json.loads(body)) if body else None


def of_window(*, programme: str, since: str, until: str) -> list[RoundState]:
    """Return the closed rounds held on days of a window, the oldest first; one query, the caller asks who may see."""
    rows = Round.objects.filter(tenant=1, programme=programme, date__gte=since, date__lte=until).exclude(closed="")
    return [RoundState(**json.loads(body)) for body in rows.order_by("date", "id").values_list("body", flat=True)]


def oldest(programme: str, meeting: str) -> str:
    """Return the day of the oldest closed round of a kind, "" where there is none."""
    rows = Round.objects.filter(tenant=1, programme=programme, meeting=meeting).exclude(closed="")
    return rows.order_by("date").values_list("date", flat=True).first() or ""


def next_number(year: int) -> str:
    """Take the next number like CP-2022-0003 inside the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_serial (name, n) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET n = store_serial.n + 1 RETURNING n",
            [f"{PREFIX}-{year}"],
        )
        (n,) = cursor.fetchone()
    return f"{PREFIX}-{year}-{n:04d}"


# ---- ballots ----
def hashed(token: str) -> str:
    """Return what is kept of a ballot's link."""
    return hashlib.sha256(token.encode()).hexdigest()


def draw() -> int:
    """Return an id by lot."""
    return secrets.randbits(62)


def issue(round_: int, kind: str, n: int, token: str = "") -> list[str]:
    """Make `n` ballots and return their links' tokens, which are kept nowhere else; in the caller's transaction.

    `token` is that of a single one whose bearer can make it again; the others are drawn by lot.
    """
    tokens = [token or secrets.token_urlsafe(18) for _ in range(n)]
    Ballot.objects.bulk_create(Ballot(id=draw(), round=round_, kind=kind, token=hashed(one)) for one in tokens)
    return tokens


def void(round_: int, kind: str) -> int:
    """Make the unanswered ballots of a kind void, for cards that are printed again; return how many."""
    return Ballot.objects.filter(tenant=1, round=round_, kind=kind, answers="").delete()[0]


def issued(round_: int) -> dict[str, tuple[int, int]]:
    """Return by kind how many ballots were given out and how many have answers."""
    rows = Ballot.objects.filter(tenant=1, round=round_).values_list("kind").annotate(Count("id"))
    with_answers = dict(rows.exclude(answers="").values_list("kind", "id__count"))
    return {kind: (n, with_answers.get(kind, 0)) for kind, n in rows}


def of_token(token: str) -> Held | None:
    """Return the ballot a link opens, or None."""
    row = (
        Ballot.objects.filter(token=hashed(token)).values_list("id", "round", "kind", "answers").first()
        if token
        else None
    )
    return Held(row[0], row[1], row[2], plain(row[3]) if row[3] else {}) if row else None


def answer(id_: int, before: Answers, after: Answers) -> bool:
    """Write a ballot's answers where they still are what was read; False when the same link was quicker elsewhere."""
    was, now = (canonical(dict(one)) if one else "" for one in (before, after))
    return bool(Ballot.objects.filter(pk=id_, answers=was).exclude(token="").update(answers=now))


def lock(round_: int) -> bool:
    """Keep a round's row as it is until the transaction ends, so that no answer comes while it is counted."""
    return Round.objects.select_for_update().filter(pk=round_).values_list("seq", flat=True).first() is not None


def given(round_: int) -> list[Given]:
    """Return the ballots with answers, in no order that says anything."""
    rows = Ballot.objects.filter(tenant=1, round=round_).exclude(answers="").order_by("id")
    return [Given(kind, plain(text)) for kind, text in rows.values_list("kind", "answers")]


def part(round_: int, kept: Iterable[Given]) -> None:
    """Part answers from links for good: the answers get rows of their own, drawn by lot; in the caller's transaction.

    A link still tells that its round is closed, and nothing more.
    """
    rows = [Ballot(id=draw(), round=round_, kind=one.kind, answers=canonical(dict(one.answers))) for one in kept]
    Ballot.objects.filter(tenant=1, round=round_).update(answers="")
    rows.sort(key=lambda one: one.id)
    Ballot.objects.bulk_create(rows)


def counted(kept: Iterable[Given]) -> dict[str, int]:
    """Return how many ballots there are of each kind."""
    return dict(sorted(Counter(one.kind for one in kept).items()))


# ---- for the recount ----
def judged(round_: int) -> list[str]:
    """Return the units by which a round is found, by key."""
    return sorted(RoundUnit.objects.filter(tenant=1, round=round_).values_list("unit", flat=True))


def linked(round_: int) -> bool:
    """Whether any answer of a round still has a link."""
    return Ballot.objects.filter(tenant=1, round=round_).exclude(answers="").exclude(token="").exists()


def rows() -> dict[int, dict[str, Any]]:
    """Return every row by id, for the recount."""
    names = ("id", "number", "programme", "meeting", "unit", "date", "closed", "published", "seq", "head", "body")
    return {row["id"]: dict(row) for row in Round.objects.order_by("id").values(*names)}


__all__ = ["Held", "NotFound", "by_number", "page", "record"]
