"""清单条件的选项: what the conditions of a list may be chosen from, with the words for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.network import Network
from bihuan.core.programmes import OrderType
from bihuan.core.queues import QUEUES
from bihuan.web.scopes import lead_type
from bihuan.words.orders import named, queue_name

LIGHTS = {
    "red": gettext_noop("逾期"), "orange": gettext_noop("将逾期"), "yellow": gettext_noop("快到期"),
    "near": gettext_noop("临期"), "green": gettext_noop("按期"), "grey": gettext_noop("挂起"),
}  # fmt: skip
MOMENT_NAMES = {
    "submitted": gettext_noop("点单日期"), "dispatched": gettext_noop("派单日期"), "replied": gettext_noop("双反馈日期"),
    "closed": gettext_noop("办结日期"), "rated": gettext_noop("评单日期"),
}  # fmt: skip
# What is chosen from a list, in the order of the form.
CHOSEN = {
    "type": gettext_noop("种类"), "state": gettext_noop("状态"), "category": gettext_noop("类别"),
    "lead": gettext_noop("部门"), "desk": gettext_noop("产业链"), "light": gettext_noop("预警"),
    "result": gettext_noop("办理结果"), "rating": gettext_noop("评价"), "queue": gettext_noop("队列"),
    "moment": gettext_noop("按哪天"),
}  # fmt: skip


def choices_of(
    types: list[OrderType], net: Network, names: Collection[str]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return (name, label, [(key, words)]) of those conditions of CHOSEN that are named.

    Where kinds of order use one key, it is called as the first of them calls it.
    """
    return [(name, _(label), _choices_of(name, types, net)) for name, label in CHOSEN.items() if name in names]


def _choices_of(name: str, types: list[OrderType], net: Network) -> list[tuple[str, str]]:
    fixed = {"light": LIGHTS, "moment": MOMENT_NAMES}
    if name in fixed:
        return [(key, _(words)) for key, words in fixed[name].items()]
    if name == "queue":
        return [(key, queue_name(key)) for key in QUEUES]
    if name == "type":
        return [(one.key, named(one)) for one in types]
    found: dict[str, str] = {}
    for one in types:
        for key, thing in _things(name, one, net):
            if key not in found:
                found[key] = named(thing)
    return list(found.items())


def _things(name: str, order_type: OrderType, net: Network) -> Iterable[tuple[str, Any]]:
    """What has a name among one kind of order: its states, units, or the choices of a field."""
    if name == "state":
        return order_type.states.items()
    if name in ("desk", "lead"):
        units = net.of_type(order_type.desk if name == "desk" else lead_type(order_type))
        return [(unit.key, unit) for unit in units]
    spec = order_type.fields.get(order_type.rating if name == "rating" else name)
    return [(choice.key, choice) for choice in spec.choices] if spec else []
