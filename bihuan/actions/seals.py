"""封存与回执: seal the chains under one root, and give a rater or requester a receipt to check offline."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from bihuan.core.chain import canonical, digest, merkle_root
from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.store import events, seals


def seal(*, now: datetime) -> str | None:
    """Seal the heads of all chains; return the root, or None where nothing happened since the last seal."""
    upto = seals.last_event()
    last = seals.last()
    if not upto or (last is not None and last.upto == upto):
        return None
    heads = seals.leaves(upto)
    root = merkle_root(heads)
    seals.keep(at=iso(now), upto=upto, count=len(heads), root=root)
    return root


def receipt(order: OrderState, seq: int) -> str:
    """Return a receipt for one event of an order as text: its hash and the hash before it.

    Whoever holds it can ask later whether the event still stands in the record unchanged. It holds no content.
    """
    event = next(e for e in events.of_order(order.id) if e.seq == seq)
    body = {
        "v": 1,
        "order": order.number,
        "seq": event.seq,
        "at": iso(event.at),
        "hash": event.hash,
        "prev": event.prev,
    }
    return canonical({**body, "check": digest(canonical(body))})


def check_receipt(text: str) -> tuple[bool, str, dict[str, Any]]:
    """Return whether a receipt still holds, the code of the answer and its facts. Bad text is an answer too."""
    try:
        data = json.loads(text)
        body = {key: data[key] for key in ("v", "order", "seq", "at", "hash", "prev")}
        whole = data["check"] == digest(canonical(body))
    except (ValueError, KeyError, TypeError):
        return False, "receipt.unreadable", {}
    facts = {"number": body["order"], "seq": body["seq"], "at": body["at"]}
    if not whole:
        return False, "receipt.altered", facts
    if events.stands(str(body["order"]), int(body["seq"]), str(body["hash"])):
        return True, "receipt.stands", facts
    return False, "receipt.missing", facts
