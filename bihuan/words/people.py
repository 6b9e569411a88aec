"""人的说法: who plays which part in an order, by name, from the posts they hold today."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor, actor_in, stands
from bihuan.core.programmes import OrderType
from bihuan.words.orders import person_name, role_name, unit_name

SHOWN = 2  # names beyond these are counted, not listed


class Cast:
    """The players of one order, each role looked up once."""

    def __init__(self, order_type: OrderType, order: OrderState | None, net: Network) -> None:
        self.type, self.order, self.net = order_type, order, net
        self._found: dict[str, list[str]] = {}

    def persons(self, role: str) -> list[str]:
        """Return the keys of the persons who play a role in the order today, own posts before stand-ins."""
        found = self._found.get(role)
        if found is None:
            found = self._found[role] = list(dict.fromkeys(self._search(role)))
        return found

    def _search(self, role: str) -> list[str]:
        if self.order is None or role not in self.type.roles:
            return []
        found = []
        for who in self.type.roles[role].who:
            posts = self.net.posts_of_kind(who.post) if who.post else []
            for post in posts:
                held = self.net.holders(post.key)
                if held and stands(who, actor_in(self.net, held[0].person, post.key), self.order):
                    found += [one.person for one in held if one.person not in self.order.recused]
        return found

    def names(self, roles: tuple[str, ...] | list[str]) -> str:
        """Return 派单台（周敏）、服务专员（陈晓）: every role with its players; a role nobody plays is named alone."""
        said = []
        for role in roles:
            if role == "system":
                continue
            # The one who handles stands for the many who could.
            persons = self.persons(role)
            if self.order is not None and self.order.handler in persons:
                persons = [self.order.handler]
            names = counted_names([person_name(self.net, person) for person in persons])
            said.append(
                _("%(role)s（%(names)s）") % {"role": role_name(self.type, role), "names": names}
                if names
                else role_name(self.type, role)
            )
        return _("、").join(said)


def counted_names(names: list[str]) -> str:
    """Return 周敏、唐宁 or 周敏、唐宁等5人; "" for nobody."""
    first = _("、").join(names[:SHOWN])
    if len(names) <= SHOWN:
        return first
    return ngettext("%(names)s等%(n)s人", "%(names)s等%(n)s人", len(names)) % {"names": first, "n": len(names)}


def actor_text(mark: dict[str, str], net: Network, *, outward: bool = False, requester: str = "") -> str:
    """Return who did it from what an event keeps of its actor: 王磊（人社局）, 代 included.

    `outward` says only the unit, and 您 for the requester's own side.
    """
    sort = mark.get("sort", "")
    if sort == "system":
        return _("系统")
    if sort == "link":
        return _("您") if outward else _("点单人（凭链接）")
    unit = mark.get("unit", "")
    if outward:
        if requester and unit == requester:
            return _("您")
        return unit_name(net, unit)
    who = {"name": person_name(net, mark.get("person", "")), "unit": unit_name(net, unit)}
    if mark.get("for"):
        return _("%(name)s（代%(for)s，%(unit)s）") % {**who, "for": person_name(net, mark["for"])}
    return _("%(name)s（%(unit)s）") % who


def name_text(mark: Mapping[str, str], net: Network) -> str:
    """Return who did it without the unit, both names where it was a stand-in: 李芸（代王磊）."""
    if mark.get("sort") == "system":
        return _("系统")
    return deputed(net, mark.get("person", ""), mark.get("for", ""))


def deputed(net: Network, person: str, stands_for: str = "") -> str:
    """Return a person's name, with whom they stand in for: 李芸（代王磊）."""
    name = person_name(net, person)
    if not stands_for:
        return name
    return _("%(name)s（代%(for)s）") % {"name": name, "for": person_name(net, stands_for)}


def rated(actor: Actor, order: OrderState, order_type: OrderType) -> bool:
    """Whether the actor is of those who were rated: the lead unit, its co-handlers, the first receiver."""
    return any(
        stands(who, actor, order)
        for role in order_type.roles.values()
        for who in role.who
        if who.of in ("lead", "co", "first")
    )
