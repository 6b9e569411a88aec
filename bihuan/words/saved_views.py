"""视图的说法: why a view was not kept, and how many orders are in it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.refusal import Refused

REASONS = {
    "missing": gettext_noop("请给视图起个名字"),
    "too_long": gettext_noop("视图的名字最多%(longest)s个字"),
    "taken": gettext_noop("已有叫“%(name)s”的视图，请换个名字"),
    "not_a_limit": gettext_noop("提醒的件数写0到%(most)s的整数，不提醒就不填"),
    "nothing": gettext_noop("没有条件的清单不用存，先选条件再存"),
    "state.full": gettext_noop("最多存%(most)s个，请先删掉不用的"),
}


def problems(refused: Refused) -> dict[str, str]:
    """Return what is wrong by field, "" for the whole."""
    codes = refused.problems or {"": refused.code.partition(".")[2]}
    return {field: _(REASONS[code]) % refused.facts for field, code in codes.items()}


def count_text(n: int, most: int) -> str:
    """Return 4, or 1000+ where nobody counted on."""
    return f"{most}+" if n > most else str(n)
