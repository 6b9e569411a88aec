"""角色: who plays a part in an order on a day, from the posts people hold and how those stand to the order."""

from __future__ import annotations

from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import actor_in, stands
from bihuan.core.programmes import OrderType


def players(order_type: OrderType, order: OrderState, role: str, network: Network) -> list[tuple[str, str, bool]]:
    """Return (person, post, whether of those who ask) of everybody who plays a role in the order on that day.

    Who has stepped aside plays none. A handler who has accepted stands for the colleagues who could have.
    The bearer of the link is person "".
    """
    part = order_type.roles.get(role)
    if part is None or (order.secret and not part.secret):
        return []
    found: dict[tuple[str, str], bool] = {}
    for who in part.who:
        if who.of == "link":
            found["", ""] = True
        if who.post:
            posts = network.posts_of_kind(who.post)
        else:
            posts = network.posts_at(order.requester) if who.of == "requester" else []
        for post in posts:
            for held in network.holders(post.key):
                if held.person in order.recused:
                    continue
                if stands(who, actor_in(network, held.person, post.key, held.stands_for), order):
                    found.setdefault((held.person, post.key), who.of == "requester")
    if order.keeper in [f"{order.handler}~{who.post}" for who in part.who if who.of == "lead"]:
        return [(order.handler, post_of(order.handler, order.lead, network), False)]
    if order.handler and any(who.of == "lead" for who in part.who):
        mine = {key: asking for key, asking in found.items() if key[0] == order.handler}
        found = mine or found
    return [(person, post, asking) for (person, post), asking in found.items()]


def post_of(person: str, unit: str, network: Network) -> str:
    """Return the post a person holds at a unit, else any other of theirs, else ""."""
    held = [h.post for h in network.held_by(person)]
    return next((post for post in held if unit in network.above(network.posts[post].unit)), held[0] if held else "")
