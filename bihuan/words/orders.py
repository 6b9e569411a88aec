"""单的说法: what states, moves, fields, choices and people are called, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Field, Move, OrderType, Programme
from bihuan.words import moments

QUEUES = {
    "to_register": gettext_noop("待受理"),
    "to_dispatch": gettext_noop("待派单"),
    "to_accept": gettext_noop("待接单"),
    "in_progress": gettext_noop("办理中"),
    "to_check": gettext_noop("已反馈待核"),
    "to_rate": gettext_noop("待评单"),
    "to_verify": gettext_noop("差评待核实"),
    "to_close": gettext_noop("待销号"),
    "rectifying": gettext_noop("整改中"),
    "to_sign": gettext_noop("待审签"),
    "advancing": gettext_noop("待推进"),
}
ASKS = {
    "return": gettext_noop("退单"),
    "extension": gettext_noop("延期"),
    "suspension": gettext_noop("挂起"),
    "termination": gettext_noop("终止"),
    "appeal": gettext_noop("申诉"),
    "objection": gettext_noop("会签异议"),
    "verification": gettext_noop("差评核实"),
}
PRIORITIES = {
    "P1": gettext_noop("重·急"),
    "P2": gettext_noop("轻·急"),
    "P3": gettext_noop("重·缓"),
    "P4": gettext_noop("轻·缓"),
}
RING = (
    gettext_noop("点单"), gettext_noop("派单"), gettext_noop("接单"), gettext_noop("办理"), gettext_noop("双反馈"),
    gettext_noop("评单"), gettext_noop("销号"),
)  # fmt: skip


def in_english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "").startswith("en")


def named(thing: Any) -> str:
    """Return what a pack calls the thing, in English where the reader chose it and the pack has it."""
    english = getattr(thing, "name_en", "")
    return str(english if english and in_english() else thing.name)


def state_name(order_type: OrderType, key: str) -> str:
    """Return a state's name; a key the type does not have comes back as it is."""
    return named(order_type.states[key]) if key in order_type.states else key


def move_name(move: Move) -> str:
    """Return a move's name."""
    return named(move)


def field_name(field: Field) -> str:
    """Return a field's name."""
    return named(field)


def role_name(order_type: OrderType, key: str) -> str:
    """Return a role's name."""
    return named(order_type.roles[key]) if key in order_type.roles else key


def clock_name(order_type: OrderType, key: str, net: Network | None = None) -> str:
    """Return a clock's name; a clock of one co-handling unit (`key:unit`) names the unit too."""
    base, _colon, unit = key.partition(":")
    name = named(order_type.clocks[base]) if base in order_type.clocks else base
    if unit and net is not None:
        return _("%(clock)s（%(unit)s）") % {"clock": name, "unit": net.name(unit)}
    return name


def choice_name(field: Field, key: Any) -> str:
    """Return the name of one choice; a key that is no choice comes back as it is."""
    return next((named(choice) for choice in field.choices if choice.key == key), str(key))


def category_name(order_type: OrderType, key: str) -> str:
    """Return a category's name, "" where there is none yet."""
    field = order_type.fields.get("category")
    return choice_name(field, key) if field and key else key


def priority_name(priority: int | str) -> str:
    """Return 重·急 and so on for `P1` or for a list row's rank 1 to 4; "" while not settled."""
    key = f"P{priority}" if isinstance(priority, int) else priority
    return _(PRIORITIES[key]) if key in PRIORITIES else ""


def haste_name(priority: int | str) -> str:
    """Return what the requester may read of the priority: 加急 or 平件, never that a matter is thought light."""
    key = f"P{priority}" if isinstance(priority, int) else priority
    if key not in PRIORITIES:
        return ""
    return _("加急") if key in ("P1", "P2") else _("平件")


def queue_name(key: str) -> str:
    """Return a tray's name, also of `asked:<ask>:<desk|arbiter>`."""
    if key.startswith("asked:"):
        _asked, ask, *to = key.split(":")
        if to == ["arbiter"]:
            return _("%(ask)s有争议，待指定") % {"ask": ask_name(ask)}
        return _("差评待核实") if ask == "verification" else _("%(ask)s待批") % {"ask": ask_name(ask)}
    return _(QUEUES[key]) if key in QUEUES else key


def standing_name(order_type: OrderType, state: str, queue: str) -> str:
    """Return where an order stands for those who work at it: after the rating the tray it lies in, else its state."""
    return queue_name(queue) if queue in ("to_verify", "to_close") else state_name(order_type, state)


def ask_name(key: str) -> str:
    """Return what a request is called: 退单, 延期, 挂起, 终止, 申诉, 差评核实."""
    return _(ASKS[key]) if key in ASKS else key


def ring_name(step: int) -> str:
    """Return the name of a step of the ring, 1 to 7; 不成环 for an order that ended outside the loop."""
    return _(RING[step - 1]) if 1 <= step <= len(RING) else _("不成环")


def channel_name(programme: Programme, key: str) -> str:
    """Return a channel's name."""
    return named(programme.channels[key]) if key in programme.channels else key


def unit_name(net: Network, key: str) -> str:
    """Return a unit's name, in English where the reader chose it and there is one."""
    unit = net.units.get(key)
    return named(unit) if unit else net.name(key)


def person_name(net: Network, key: str) -> str:
    """Return a person's name."""
    return net.persons.get(key, key)


def post_holders(net: Network, post: str) -> str:
    """Return who holds a post, else the post's own name with the word that it is vacant."""
    held = net.holders(post)
    if held:
        return _("、").join(person_name(net, one.person) for one in held)
    return _("%(post)s（空缺）") % {"post": net.name(post)} if post in net.posts else post


def money(yuan: Decimal | int | str | None) -> str:
    """Return an amount kept in yuan as people read it: 8500元, 2150万元, 114.1亿元; never rounded."""
    if yuan in (None, ""):
        return ""
    try:
        amount = Decimal(str(yuan))
    except InvalidOperation:
        return str(yuan)
    if abs(amount) >= 100_000_000 and amount % 1_000_000 == 0:
        return _("%(n)s亿元") % {"n": _plain(amount / 100_000_000)}
    if abs(amount) >= 10_000:
        return _("%(n)s万元") % {"n": _plain(amount / 10_000)}
    return _("%(n)s元") % {"n": _plain(amount)}


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def value_text(field: Field, value: Any, net: Network, now: datetime | None = None) -> str:
    """Return a stored value as people read it: names for keys, 万元 for yuan, 10月31日 for a date, 是 for true."""
    if value is None or value == "" or value == []:
        return ""
    if field.kind == "choice":
        return choice_name(field, value)
    if field.kind == "choices":
        return _("、").join(choice_name(field, one) for one in value)
    if field.kind == "units":
        return _("、").join(unit_name(net, one) for one in value)
    if field.kind == "unit":
        return unit_name(net, str(value))
    if field.kind == "post":
        return post_holders(net, str(value))
    if field.kind == "person":
        return person_name(net, str(value))
    if field.kind == "money":
        return money(value)
    if field.kind == "date":
        return moments.day(str(value), now) if now else str(value)
    if field.kind == "yes_no":
        return _("是") if value else _("否")
    if field.kind == "files":
        return _("%(n)s份附件") % {"n": len(value)}
    return str(value)


def handler_text(order: OrderState, net: Network) -> str:
    """Return the lead unit with the person who handles: 人社局 王磊; "" before the dispatch."""
    parts = [unit_name(net, order.lead) if order.lead else "", person_name(net, order.handler) if order.handler else ""]
    return " ".join(part for part in parts if part)
