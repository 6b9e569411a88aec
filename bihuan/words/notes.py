"""批示的说法: the words addressed to posts on an order, to whom they went and who has read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import OrderType
from bihuan.store import packs
from bihuan.words import moments
from bihuan.words.orders import move_name, post_holders
from bihuan.words.people import deputed, name_text


@dataclass(frozen=True, slots=True)
class Note:
    """Words as a reader of the order meets them: `to` are (post's holder, when read or "")."""

    seq: str
    name: str
    who: str
    when: str
    quote: str
    photos: int
    to: list[tuple[str, str]]


def notes(events: Iterable[Event], order: OrderState, order_type: OrderType, net: Network, now: datetime) -> list[Note]:
    """Return the words addressed to somebody, the newest first; for those who read inner words."""
    found = []
    for event in events:
        note = order.notes.get(str(event.seq))
        move = packs.type_of(event, order_type).moves.get(event.verb)
        if note is None or move is None:
            continue
        to = []
        for post in note["to"]:
            read = note["read"].get(post)
            if read:
                who = deputed(net, read["by"], read.get("for", ""))
                to.append((who, _("%(day)s已阅") % {"day": moments.moment(read["at"], now)}))
            else:
                to.append((post_holders(net, post), ""))
        photos = len(event.facts.get("attachments", ()))
        quote = str(event.facts.get("text", "")) or (_("（见批示件）") if photos else "")
        when = moments.moment(event.at, now)
        found.append(Note(str(event.seq), move_name(move), name_text(event.actor, net), when, quote, photos, to))
    return found[::-1]
