"""立场: how a post stands to a programme's list: what it may do there and is told, whatever the list has in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, Programme
from bihuan.store.recent import Under
from bihuan.web.bulk import bulk_moves
from bihuan.web.scopes import desk_types, may_ask, may_bring, outward, scope_of

VIEWS = (
    ("open", gettext_noop("在办")),
    ("red", gettext_noop("逾期")),
    ("near", gettext_noop("临期")),
    ("closed", gettext_noop("已结")),
    ("all", gettext_noop("全部")),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a programme's list hangs on the post alone: `views` in the words of this language, `shares` whether
    something may be hidden from a reader who is otherwise told how much there is.
    """

    outer: bool
    at_desk: bool
    may_ask: bool
    may_bring: bool
    shares: bool
    moves: list[Move]
    views: tuple[tuple[str, str], ...]


_standing: Under[Standing] = Under()


def standing(actor: Actor, programme: Programme | None, type_: str, net: Network) -> Standing:
    """Return how the actor stands to a list of orders of one type, or of all; worked out once for all its pages."""
    about = actor, programme.hash if programme else "", type_, get_language()
    kept = _standing.of(net)
    found = kept.get(actor.person, about)
    if found is None:
        found = _stands(actor, programme, type_, net)
        kept.keep(actor.person, about, found)
    return found


def _stands(actor: Actor, programme: Programme | None, type_: str, net: Network) -> Standing:
    types = list(programme.orders.values()) if programme else []
    loop = programme.loop if programme else None
    scope = scope_of(actor, loop, net) if loop and type_ in ("", loop.key) else None
    outer = any(outward(actor, one) for one in types)
    return Standing(
        outer=outer,
        at_desk=bool(desk_types(actor, programme)),
        may_ask=any(one.looped and may_ask(actor, one) for one in types),
        may_bring=any(may_bring(actor, one) for one in types),
        shares=scope is not None and not scope.all_secret,
        moves=bulk_moves(actor, [one for one in types if one.looped and type_ in ("", one.key)]),
        views=tuple((key, _(name)) for key, name in VIEWS if not outer or key not in ("red", "near")),
    )
