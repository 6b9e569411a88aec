"""期限日历: one's own deadlines as a calendar behind a secret link, given and withdrawn by oneself, on record.

The token is made of the link's id and generation under a key of its own and stored nowhere, as those of orders are. It
opens numbers, days and the name of the next step, never a title: calendars travel through houses we do not know.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.actions import links
from bihuan.actions.register import SETUP, note
from bihuan.actions.turns import Turn, turns_of, waited_for
from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.projection import NEVER
from bihuan.store import accounts, calendar_links, calendars, network, people
from bihuan.store.calendar_links import Kept

LABEL = b"bihuan calendar links 1"
VALID = timedelta(days=365)
GIVEN, WITHDRAWN = "calendar_link_given", "calendar_link_withdrawn"


def given(actor: Actor, now: datetime) -> tuple[str, str]:
    """Return (token, until when) of the actor's own link as it is valid now, ("", "") where none is."""
    kept = calendar_links.of_person(actor.person)
    return (_token(kept), kept.until) if kept and kept.until > iso(now) else ("", "")


def give(*, actor: Actor, now: datetime) -> str:
    """Let the actor's own link be valid for a year from now and return its token; one not withdrawn stays the same."""
    until = iso(now + VALID)
    with transaction.atomic():
        calendar_links.give(actor.person, until=until, at=iso(now))
        note(SETUP, actor=actor, verb=GIVEN, facts={"person": actor.person, "until": until}, now=now)
    kept = calendar_links.of_person(actor.person)
    assert kept is not None
    return _token(kept)


def withdraw(*, actor: Actor, now: datetime) -> bool:
    """Make every link the actor was given void and return whether one was valid."""
    with transaction.atomic():
        done = calendar_links.withdraw(actor.person, at=iso(now))
        if done:
            note(SETUP, actor=actor, verb=WITHDRAWN, facts={"person": actor.person}, now=now)
    return done


def person_of(text: str, now: datetime) -> str:
    """Return whose deadlines a token opens, "" where it is none, void, run out, or its owner may not sign in now."""
    token = text.lower()
    kept = calendar_links.of_id(links.id_in(token) or 0)
    if kept is None or kept.until <= iso(now) or not hmac.compare_digest(token, _token(kept)):
        return ""
    account = accounts.of(kept.person)
    return kept.person if account is not None and account.active else ""


def dues(person: str, now: datetime) -> Iterator[Turn]:
    """Yield the orders whose limits are the person's, over all posts held today, each once; those without limit not.

    The same as the calendar of dues of each post shows: whose turn it is, and what lies with others meanwhile.
    """
    seen: set[int] = set()
    net = network.snapshot(calendars.calendar().local_day(now))
    for held in net.held_by(person):
        actor = people.actor_in(net, person, held.post, held.stands_for)
        mine = turns_of(actor=actor, now=now)
        for turn in (*mine, *waited_for(actor=actor, now=now, besides={one.row.id for one in mine})):
            if turn.row.id not in seen and turn.row.due != NEVER:
                seen.add(turn.row.id)
                yield turn


def _token(kept: Kept) -> str:
    return links.token(kept.id, kept.generation, LABEL)
