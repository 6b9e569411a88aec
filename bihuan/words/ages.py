"""账龄的说法: how ages are called on boards and in lists, in the unit of the promise."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.ages import Band
from bihuan.core.durations import Unit

OLDEST: dict[Unit, str] = {
    "workdays": gettext_noop("%(n)s个工作日以上"), "days": gettext_noop("%(n)s天以上"),
    "work-hours": gettext_noop("%(n)s个工作时以上"), "hours": gettext_noop("%(n)s小时以上"),
}  # fmt: skip
SPAN: dict[Unit, str] = {
    "workdays": gettext_noop("%(n)s个工作日"), "days": gettext_noop("%(n)s天"),
    "work-hours": gettext_noop("%(n)s个工作时"), "hours": gettext_noop("%(n)s小时"),
}  # fmt: skip
OLD: dict[Unit, str] = {
    "workdays": gettext_noop("承诺起算满%(n)s个工作日的%(old)s件"), "days": gettext_noop("承诺起算满%(n)s天的%(old)s件"),
    "work-hours": gettext_noop("承诺起算满%(n)s个工作时的%(old)s件"), "hours": gettext_noop("承诺起算满%(n)s小时的%(old)s件"),
}  # fmt: skip
SINCE: dict[Unit, str] = {
    "workdays": gettext_noop("件，按承诺起算以来的工作日"), "days": gettext_noop("件，按承诺起算以来的天数"),
    "work-hours": gettext_noop("件，按承诺起算以来的工作时"), "hours": gettext_noop("件，按承诺起算以来的小时"),
}  # fmt: skip
OLD_BANDS = 2  # the last of each unit


def age_name(band: Band, unit: bool) -> str:
    """Return what ages are called, those of whole days by the last day; with the unit where it is asked for."""
    if band.oldest is None:
        return _(OLDEST[band.unit]) % {"n": band.youngest}
    n = f"{band.youngest}—{band.oldest - (band.unit in ('workdays', 'days'))}"
    return _(SPAN[band.unit]) % {"n": n} if unit else n


def age_condition(band: Band) -> str:
    """Return the ages as a condition of a list."""
    return _("承诺起算以来%(age)s") % {"age": age_name(band, True)}


def old_finding(counts: Mapping[Band, int]) -> str:
    """Return how many orders are old, by the unit each one ages in."""
    said = []
    for unit in dict.fromkeys(band.unit for band in counts):
        old = [band for band in counts if band.unit == unit][-OLD_BANDS:]
        said.append(_(OLD[unit]) % {"n": old[0].youngest, "old": sum(counts[band] for band in old)})
    return _("在办的单里，%(old)s") % {"old": _("；").join(said)}


def since_note(unit: Unit) -> str:
    """Return what the numbers of one unit are."""
    return _(SINCE[unit])
