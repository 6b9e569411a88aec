"""链接: the token that opens one order without sign-in, and nothing but that order (decisions.md 24).

A token is the order's id and a keyed hash over id and generation. It is stored nowhere: the same order and generation
give the same token again, and turning the generation makes every token given so far void.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor, link_to, parts
from bihuan.core.refusal import Refused
from bihuan.store import orders, packs

LABEL = b"bihuan order links 1"
ID, PROOF = 8, 16  # bytes
LENGTH = 39  # characters of a token: 24 bytes in base32 without its padding


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine token opens. `current` is False for one that was revoked since."""

    order: int
    current: bool

    @property
    def actor(self) -> Actor:
        """The bearer, as the rules know them."""
        return link_to(self.order)


def link_for(order_id: int) -> str:
    """Return the token of an order as it is valid now: 39 small letters and digits. Raises NotFound for no order."""
    generation = orders.generation_of(order_id)
    if not generation:
        raise orders.NotFound(str(order_id))
    return token(order_id, generation)


def token(id_: int, generation: int, label: bytes = LABEL) -> str:
    """Return the token of an order of that generation, without asking the database.

    Under a `label` of its own, and thereby a key of its own, it is the token of something else with an id.
    """
    head = id_.to_bytes(ID, "big")
    return base64.b32encode(head + _proof(head, generation, label)).decode("ascii").rstrip("=").lower()


def id_in(token_: str) -> int | None:
    """Return the id a token in small letters names, None where it cannot be one; whether it is genuine is not asked."""
    if len(token_) != LENGTH or not token_.isascii():
        return None
    try:
        raw = base64.b32decode(token_.upper() + "=" * (-LENGTH % 8))
    except (binascii.Error, ValueError):
        return None
    found = int.from_bytes(raw[:ID], "big")
    return found if found < 1 << 63 else None


def order_of(text: str) -> Actor | None:
    """Return the bearer of the one order this token opens, or None where it is forged or was revoked."""
    link = read(text)
    return link.actor if link and link.current else None


def read(text: str) -> Link | None:
    """Return what the token opens, a revoked one included, or None where it was never given out.

    Capitals are taken too, for links that were copied from paper.
    """
    given = text.lower()
    order_id = id_in(given)
    if order_id is None:
        return None
    now = orders.generation_of(order_id)
    # Whole tokens are compared, for the last letter of base32 has bits that mean nothing.
    if hmac.compare_digest(given, token(order_id, now)) and now:
        return Link(order_id, current=True)
    for old in range(1, now):
        if hmac.compare_digest(given, token(order_id, old)):
            return Link(order_id, current=False)
    return None


def resend(*, actor: Actor, number: str) -> str:
    """Return an order's token again for somebody who may give it to the requester.

    Raises NotFound for who may not see the order, Refused `link.post` for who may not hand it out.
    """
    return link_for(_given_by(actor, number).id)


def revoke(*, actor: Actor, number: str) -> str:
    """Make every link of an order void and return a new one; raises like `resend`."""
    order = _given_by(actor, number)
    return token(order.id, orders.turn_link(order.id))


def may_give(actor: Actor, order: OrderState) -> bool:
    """Whether the actor may give the order's link away: who may ask in the requester's place, bearers excepted."""
    order_type = packs.roles_of(order.programme, order.type)
    return actor.sort == "post" and bool(parts(actor, order, order_type.roles).intersection(order_type.start().by))


def _given_by(actor: Actor, number: str) -> OrderState:
    order = orders.by_number(number, seen_by=actor).order
    if not may_give(actor, order):
        raise Refused("link.post", by=list(packs.roles_of(order.programme, order.type).start().by))
    return order


def secret(text: str, label: bytes) -> str:
    """Return 24 letters of an address that only who has the text and this installation's key can make."""
    proof = hmac.new(_key(settings.LINK_KEY, label), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(proof[:18]).decode()


def _proof(head: bytes, generation: int, label: bytes) -> bytes:
    said = head + generation.to_bytes(ID, "big")
    return hmac.new(_key(settings.LINK_KEY, label), said, hashlib.sha256).digest()[:PROOF]


@lru_cache(maxsize=4)
def _key(secret: str, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret.encode())
