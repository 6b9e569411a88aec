"""角色: every part in an order is played by posts that can stand in the named relation to it."""

from __future__ import annotations

from bihuan.packs.checks.network import above
from bihuan.packs.nodes import Node, Pack

POSTLESS = ("link", "system")
ASKING = ("requester", "link")


def check(pack: Pack) -> None:
    """Note relations without a post, with one too many, or with a post that stands somewhere else."""
    for order in pack.tables("orders", "order"):
        for role in order.many("role"):
            for who in role.many("who"):
                _who(pack, order, role, who)


def _who(pack: Pack, order: Node, role: Node, who: Node) -> None:
    of, post = who.text("of"), who.text("post")
    if of in POSTLESS:
        if post:
            pack.add(who, "post", "relation-no-post", role=role.key, of=of)
        return
    if of and not post:
        if of != "requester":
            pack.add(who, "of", "relation-post", role=role.key, of=of)
        return
    kind = pack.names("post").get(post)
    if kind is None:
        return
    desk = order.text("desk")
    if of == "covers" and kind.text("covers") != desk:
        pack.add(who, "post", "relation-covers", role=role.key, post=post, desk=desk)
    unit = {"desk": desk, "requester": order.text("requester"), "lead": _of_field(pack, order, "lead")}.get(of, "")
    units = pack.names("unit")
    if unit in units and not any(unit in above(at, units) for at in kind.texts("at")):
        pack.add(who, "post", "relation-at", role=role.key, post=post, unit=unit, of=of)
    wanted = pack.names("field", order).get("supervisor")
    if of == "supervisor" and wanted is not None and wanted.text("post") not in ("", post):
        pack.add(who, "post", "relation-at", role=role.key, post=post, unit=wanted.text("post"), of=of)


def _of_field(pack: Pack, order: Node, name: str) -> str:
    field = pack.names("field", order).get(name)
    return field.text("unit") if field else ""


def asks(role: Node | None) -> bool:
    """Whether the role is one of those who ask: every way to it is the requester's own."""
    return role is not None and all(who.text("of") in ASKING for who in role.many("who"))
