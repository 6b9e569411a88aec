"""通知: what a row waits for can happen, whom it names can be told, and each by a channel that reaches them."""

from __future__ import annotations

from bihuan.core.programmes import AUDIENCES
from bihuan.packs.checks.clocks import known_tokens
from bihuan.packs.checks.flow import flow_of
from bihuan.packs.checks.moves import by_effect
from bihuan.packs.checks.roles import asks
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack
from bihuan.packs.tables.orders import RUNGS


def check(pack: Pack) -> None:
    """Note tokens and audiences nobody knows, `told` without an alarm, and group messages to who asks."""
    for order in pack.tables("orders", "order"):
        alarms = {f"{move.key}.{light}": move for move in by_effect(order, "alarm") for light in RUNGS}
        known = known_tokens(order, flow_of(pack, order)) | alarms
        for row in order.many("notice"):
            _row(pack, order, row, known, alarms)


def _row(pack: Pack, order: Node, row: Node, known: dict[str, Node], alarms: dict[str, Node]) -> None:
    roles = pack.names("role", order)
    for n, token in enumerate(row.texts("on")):
        if token.strip() and token not in known:
            facts = {"table": row.title, "key": "on", "what": "动作、状态、裁定结果或预警", "word": token}
            pack.add(row, ("on", n), "unknown-ref", suggestion=suggestion(token, known), **facts)
    audiences = (*roles, *AUDIENCES)
    for n, word in enumerate(row.texts("to")):
        if word.strip() and word not in audiences:
            facts = {"table": row.title, "key": "to", "what": "角色", "word": word}
            pack.add(row, ("to", n), "unknown-ref", suggestion=suggestion(word, audiences), **facts)
        elif word == "told" and not any(token in alarms for token in row.texts("on")):
            pack.add(row, ("to", n), "notice-told")
        elif asks(roles.get(word)) and "robot" in row.texts("by"):
            pack.add(row, "by", "notice-robot", role=word)
