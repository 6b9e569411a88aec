"""常用语的说法: what stands in the blanks of a text, and why a text was not kept or cannot be filled in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused
from bihuan.core.snippets import NAME, TEXT
from bihuan.words import moments
from bihuan.words.orders import unit_name

REASONS = {
    "no_name": gettext_noop("请给常用语起个名字"),
    "long_name": gettext_noop("常用语的名字最多%(name_most)s个字"),
    "taken_name": gettext_noop("已有叫“%(name)s”的常用语，请换个名字"),
    "no_text": gettext_noop("请写常用语的内容"),
    "long_text": gettext_noop("常用语最多%(text_most)s个字"),
    "unknown_blank": gettext_noop("没有{%(blank)s}这个空，只能用%(blanks)s"),
    "open_brace": gettext_noop("花括号没有成对，请写成{企业}这样"),
    "state.full": gettext_noop("最多存%(most)s条，请先删掉不用的"),
}


def blanks_of(order: OrderState, order_type: OrderType, net: Network, actor: Actor, now: datetime) -> dict[str, str]:
    """Return what the blanks of a text mean for one order, "" where it is not settled yet."""
    promise: dict[str, str] = next((order.clocks.get(c.key, {}) for c in order_type.clocks.values() if c.promise), {})
    due = promise.get("due", "")
    return {
        "企业": order.requester_name,
        "单号": order.number,
        "部门": unit_name(net, order.lead) if order.lead else "",
        "期限": moments.day(moments.last_day(due), now) if due else "",
        "姓名": net.name(actor.person),
    }


def problems(refused: Refused) -> dict[str, str]:
    """Return what is wrong by field, "" for the whole."""
    codes = refused.problems or {"": refused.code.partition(".")[2]}
    said = {**refused.facts, "name_most": NAME, "text_most": TEXT}
    said["blanks"] = _("、").join(f"{{{one}}}" for one in refused.facts.get("blanks", ()))
    return {field: _(REASONS[code]) % said for field, code in codes.items()}


def missing(blanks: Iterable[str]) -> str:
    """Return why a text cannot be put into an answer to this order."""
    return _("这张单还没有%(blanks)s，这条常用语填不全，请自己写") % {"blanks": _("、").join(blanks)}
