"""时限的说法: a limit as people say it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.core.durations import parse


def duration(limit: str) -> str:
    """Return 2个工作日, 1个月 and so on for a stored limit; what is no limit comes back as it is."""
    if limit == "stated":
        return _("来文规定的期限")
    try:
        read = parse(limit)
    except ValueError:
        return limit
    if read.unit == "hours":
        said = ngettext("%(n)s小时", "%(n)s小时", read.n)
    elif read.unit == "work-hours":
        said = ngettext("%(n)s个工作时", "%(n)s个工作时", read.n)
    elif read.unit == "workdays":
        said = ngettext("%(n)s个工作日", "%(n)s个工作日", read.n)
    elif read.unit == "days":
        said = ngettext("%(n)s日", "%(n)s日", read.n)
    else:
        said = ngettext("%(n)s个月", "%(n)s个月", read.n)
    return said % {"n": read.n}
