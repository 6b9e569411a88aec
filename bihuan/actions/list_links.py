"""企业链接: one token opens an enterprise's whole list without sign-in; given, prolonged and withdrawn on record.

The token is the id of the unit's link and a keyed hash over id and generation. It is stored nowhere; withdrawing turns
the generation, so that every token given so far is void.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.actions import links
from bihuan.actions.document_lists import Subject
from bihuan.actions.register import SETUP, note
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.permission import Actor, list_of, parts
from bihuan.store import list_links, packs
from bihuan.store.list_links import Kept
from bihuan.store.orders import NotFound

LABEL = b"bihuan list links 1"
VALID = timedelta(days=365)
GIVEN, WITHDRAWN = "list_link_given", "list_link_withdrawn"


@dataclass(frozen=True, slots=True)
class ListLink:
    """What a genuine token opens. `current` is False for one that was withdrawn or ran out."""

    unit: str
    current: bool

    @property
    def actor(self) -> Actor:
        """The bearer, as the rules know them."""
        return list_of(self.unit)


def may_give(actor: Actor, unit: str, net: Network) -> bool:
    """Whether the actor may give the unit its link: who may ask in the unit's place in any programme."""
    found = net.units.get(unit)
    if found is None or actor.sort != "post":
        return False
    for programme in packs.current().values():
        for order_type in programme.orders.values():
            if order_type.looped and order_type.asker and order_type.asker == found.type and not programme.sealed:
                subject = Subject(requester=unit, desk=net.nearest(unit, order_type.desk))
                if parts(actor, subject, order_type.roles).intersection(order_type.start().by):
                    return True
    return False


def given(*, actor: Actor, unit: str, net: Network, now: datetime) -> tuple[str, str]:
    """Return (token, until when) of the unit's link as it is valid now, ("", "") where none is.

    Raises NotFound for who may not give it away.
    """
    _must(actor, unit, net)
    kept = list_links.of_unit(unit)
    return (_token(kept.id, kept.generation), kept.until) if kept and kept.until > iso(now) else ("", "")


def give(*, actor: Actor, unit: str, net: Network, now: datetime) -> str:
    """Let the unit's link be valid for a year from now and return its token; raises like `given`.

    A link that was given before and not withdrawn stays the same.
    """
    _must(actor, unit, net)
    until = iso(now + VALID)
    with transaction.atomic():
        list_links.give(unit, until=until, at=iso(now), by=actor.person)
        note(SETUP, actor=actor, verb=GIVEN, facts={"unit": unit, "until": until}, now=now)
    kept = list_links.of_unit(unit)
    assert kept is not None
    return _token(kept.id, kept.generation)


def withdraw(*, actor: Actor, unit: str, net: Network, now: datetime) -> bool:
    """Make every link of the unit void and return whether one was valid; raises like `given`."""
    _must(actor, unit, net)
    with transaction.atomic():
        done = list_links.withdraw(unit, at=iso(now), by=actor.person)
        if done:
            note(SETUP, actor=actor, verb=WITHDRAWN, facts={"unit": unit}, now=now)
    return done


def read(text: str, now: datetime) -> ListLink | None:
    """Return what the token opens, a void one included, or None where it was never given out."""
    token = text.lower()
    kept = list_links.of_id(links.id_in(token) or 0)
    if kept is None:
        return None
    if hmac.compare_digest(token, _token(kept.id, kept.generation)):
        return ListLink(kept.unit, current=_valid(kept, now))
    earlier = range(1, kept.generation)
    if any(hmac.compare_digest(token, _token(kept.id, generation)) for generation in earlier):
        return ListLink(kept.unit, current=False)
    return None


def _valid(kept: Kept, now: datetime) -> bool:
    return kept.until > iso(now)


def _token(id_: int, generation: int) -> str:
    return links.token(id_, generation, LABEL)


def _must(actor: Actor, unit: str, net: Network) -> None:
    if not may_give(actor, unit, net):
        raise NotFound(unit)
