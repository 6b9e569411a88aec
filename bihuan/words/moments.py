"""时刻的说法: days and moments as an office writes them, in the county's own time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.instants import instant

_INSTANT = timedelta(microseconds=1)
# The names of days come from the calendar in Chinese; here they are marked for translation.
DAY_NAMES = (
    gettext_noop("周一"), gettext_noop("周二"), gettext_noop("周三"), gettext_noop("周四"), gettext_noop("周五"),
    gettext_noop("周六"), gettext_noop("周日"), gettext_noop("元旦"), gettext_noop("春节"), gettext_noop("清明节"),
    gettext_noop("劳动节"), gettext_noop("端午节"), gettext_noop("中秋节"), gettext_noop("国庆节"), gettext_noop("调休上班"),
)  # fmt: skip


def local(at: datetime | str) -> datetime:
    """Return an instant (aware, or stored text) in the county's own time; raises ValueError for other text."""
    return (instant(at) if isinstance(at, str) else at).astimezone(timezone.get_default_timezone())


@lru_cache(maxsize=1024)
def _written(found: date, pattern: str) -> str:
    """A day in a pattern, which belongs to one language: the days of a list are few, and writing one takes long."""
    return format_date(found, pattern)


def _date(value: date | datetime | str) -> date:
    """A stored date is 10 characters, a stored instant 27."""
    if isinstance(value, datetime):
        return local(value).date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if len(value) == 10 else local(value).date()


def day(value: date | datetime | str, now: datetime) -> str:
    """Return 10月31日, with the year where it is not the present one; takes dates, instants and stored text."""
    found = _date(value)
    this_year = found.year == local(now).year
    return _written(found, _("n月j日") if this_year else _("Y年n月j日"))


def table_day(at: date | datetime | str, now: datetime) -> str:
    """Return 10-31 for tables, with the year where it is not the present one."""
    found = _date(at)
    return found.isoformat()[5 if found.year == local(now).year else 0 :]


def moment(at: datetime | str, now: datetime) -> str:
    """Return 10月31日16:50, with the year where it is not the present one."""
    found = local(at)
    return format_date(found, _("n月j日H:i") if found.year == local(now).year else _("Y年n月j日H:i"))


def last_day(due: datetime | str) -> date:
    """Return the local day an exclusive end belongs to: 24:00 is still the day before."""
    return local((instant(due) if isinstance(due, str) else due) - _INSTANT).date()


def clock_time(due: datetime | str) -> str:
    """Return 16:50, and 24:00 for an end that is the beginning of the next day."""
    found = local(due)
    return "24:00" if (found.hour, found.minute) == (0, 0) else f"{found:%H:%M}"


def until(due: datetime | str, now: datetime) -> str:
    """Return an end as people say it: 10月31日24:00, 10月9日17:30."""
    return _("%(day)s%(time)s") % {"day": day(last_day(due), now), "time": clock_time(due)}


def table_moment(at: datetime | str, now: datetime, calendar_name: str = "") -> str:
    """Return 10-24 08:30 for tables, with the year where it is not the present one and a day's name where given."""
    found = local(at)
    name = _("（%(name)s）") % {"name": _(calendar_name)} if calendar_name else " "
    return f"{table_day(found, now)}{name}{found:%H:%M}"


def long_day(value: date) -> str:
    """Return 2022年10月31日."""
    return _written(value, _("Y年n月j日"))
