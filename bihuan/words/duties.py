"""周期和覆盖的说法: how a duty was kept, what a waiver says, and minutes a week."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.core.cadence import CUSTOM, Cadence, Duty
from bihuan.core.entries import EntryState
from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.core.waivers import Waiver
from bihuan.words.ledger import entry_problems, refusal
from bihuan.words.orders import person_name
from bihuan.words.statistics import span_text

KEPT = {
    "met": gettext_noop("按时"),
    "late": gettext_noop("补记"),
    "missed": gettext_noop("没有记"),
    "excused": gettext_noop("免"),
    "open": gettext_noop("还没到期"),
}
EVERY = {
    "week": gettext_noop("每周"),
    "half_month": gettext_noop("每半月"),
    "month": gettext_noop("每月"),
    "quarter": gettext_noop("每季度"),
    "half_year": gettext_noop("每半年"),
    "year": gettext_noop("每年"),
}


def minutes_text(minutes: float) -> str:
    """Return minutes a week rounded up to tenths, so that a burden is never told too small; "" for none."""
    if not minutes:
        return ""
    tenths = int(minutes * 10 + 0.999999)
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def every_name(every: str) -> str:
    """Return what a regular period is called; the declared windows of a custom one are named elsewhere."""
    return _(EVERY[every]) if every in EVERY else ""


def every_text(cadence: Cadence) -> str:
    """Return how often a cadence is due."""
    if cadence.every != CUSTOM:
        return _(EVERY[cadence.every])
    if cadence.days:
        return ngettext("每%(num)s天", "每%(num)s天", cadence.days) % {"num": cadence.days}
    return ngettext("%(num)s个时段", "%(num)s个时段", len(cadence.windows)) % {"num": len(cadence.windows)}


def kept_text(duty: Duty) -> str:
    """Return how a period was kept."""
    return _(KEPT[duty.kept])


def period_text(start: object, end: object) -> str:
    """Return a period as people say it, half months by their days."""
    return span_text(str(start), str(end))


def waiver_text(entry: EntryState, net: Network) -> str:
    """Return what a waiver says: until when, why, by whom."""
    said = {"until": entry.fields["until"], "reason": entry.fields["reason"]}
    said["who"] = person_name(net, entry.person) or _("系统")
    return _("%(who)s免到%(until)s：%(reason)s") % said


def told(refused: Refused, book: Waiver, net: Network) -> str:
    """Return why nothing was waived, as one sentence."""
    if refused.problems:
        return _("；").join(entry_problems(refused, book).values())
    if refused.code.endswith(".post"):
        return _("您的岗位不能免，没有改动。")
    return refusal(refused, book, net)
