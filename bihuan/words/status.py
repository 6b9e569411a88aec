"""体检的说法: whether what works by itself does its work, each as one sentence with what to do.

`bihuan doctor` and the page of 系统状态 say the same of the same installation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.core.instants import instant, iso
from bihuan.store import beats, notices, orders, packs, register, seals, terms
from bihuan.store.calendars import calendar
from bihuan.words import moments
from bihuan.words.orders import named

# What was looked at, the state and the sentence; NOTE is worth knowing, BAD is to be mended.
Finding = tuple[str, str, str]
OK, NOTE, BAD = "ok", "note", "bad"
OLD_BACKUP = timedelta(days=2)
OLD_SEAL = timedelta(days=2)
MANY = 1000  # events not indexed: so many are read one by one no more
WAITING = timedelta(minutes=15)  # what is due so long ago, no worker looks after


def worker(now: datetime) -> Iterator[Finding]:
    """Say whether somebody looks after deadlines and notices, and when the last round was made."""
    name, before = _("后台"), iso(now - WAITING)
    last, late, waiting = beats.last(beats.WORKER), orders.alarming(before, 1), notices.overlooked(before)
    if late:
        yield name, BAD, _("有期限提醒过了15分钟还没处理，后台没有在跑。请运行 bihuan work。")
    elif waiting:
        said = _("有%(n)s条记录过了15分钟还没发通知，后台没有在跑或跟不上。请运行 bihuan work。")
        yield name, BAD, said % {"n": waiting if waiting < notices.MANY else f"{notices.MANY}+"}
    elif last and last < before:
        said = _("没有积压，但最近一轮是%(at)s，后台没有在跑。请运行 bihuan work。")
        yield name, BAD, said % {"at": moments.moment(last, now)}
    elif last:
        yield name, OK, _("没有积压，最近一轮%(at)s") % {"at": moments.moment(last, now)}
    else:
        yield name, NOTE, _("没有积压。后台还没有跑过，bihuan serve 或 bihuan work 跑起来就有。")


def outbox(now: datetime) -> Iterator[Finding]:
    """Say how much waits to be sent, and how much did not arrive."""
    name, counted = _("待发通知"), notices.tally(iso(now))
    waits = counted["waiting"] + counted["unnoticed"]
    if counted["failed"]:
        said = ngettext("有%(n)s条发了几次没送到", "有%(n)s条发了几次没送到", counted["failed"])
        yield name, BAD, said % {"n": counted["failed"]}
    if waits:
        yield name, NOTE, ngettext("有%(n)s条等着发", "有%(n)s条等着发", waits) % {"n": waits}
    elif not counted["failed"]:
        yield name, OK, _("都发出去了")


def years(now: datetime) -> Iterator[Finding]:
    """Say whether this year's and the next year's days off are known."""
    name, known = _("日历"), calendar()
    today: date = known.local_day(now)
    for year in (today.year, today.year + 1):
        if not known.is_known(year):
            # The notice for the next year comes out in November.
            late = year == today.year or today.month == 12
            said = _("没有%(year)s年的放假安排，跨到那一年的期限是暂定的。通知公布后请在“设置·日历”补上。")
            yield name, BAD if late else NOTE, said % {"year": year}
    if known.is_known(today.year):
        yield name, OK, _("%(year)s年的放假安排已有") % {"year": today.year}


def search() -> Iterator[Finding]:
    """Say whether what was written can be found fast."""
    name, n = _("搜索"), terms.backlog(MANY)
    if n >= MANY:
        said = _("有%(n)s条以上记录还没编进检索，搜得到但慢。请让 bihuan work 跑着，或运行 bihuan search --rebuild。")
        yield name, BAD, said % {"n": MANY}
    elif n:
        yield name, NOTE, _("有%(n)s条记录待编进检索，搜索已把它们算在内") % {"n": n}
    else:
        yield name, OK, _("检索没有积压")


def backups(now: datetime) -> Iterator[Finding]:
    """Say how old the last backup is."""
    name, last = _("备份"), register.last("setup", ("backed_up",), 1)
    if not last:
        yield name, NOTE, _("还没有用 bihuan backup 备份过。请每天备份，并存到别的机器上。")
        return
    age = now - last[0].at
    said = {"file": last[0].facts["file"], "days": age.days}
    if age > OLD_BACKUP:
        said_ = _("最近的备份（%(file)s）已是%(days)s天前，请现在备份，并看定时任务还在不在。")
        yield name, BAD, said_ % said
    else:
        yield name, OK, _("最近的备份是%(file)s，%(days)s天前") % said


def sealed(now: datetime) -> Iterator[Finding]:
    """Say when the chains were sealed last; the worker does it once a day."""
    name, last = _("封存"), seals.last()
    if last is None:
        yield name, NOTE, _("还没有封存过，后台跑起来每天封存一次。")
        return
    said = {"at": moments.moment(last.at, now), "n": last.count}
    if now - instant(last.at) > OLD_SEAL:
        yield name, BAD, _("最近一次封存是%(at)s，后台每天该封存一次。请看 bihuan work 还在不在跑。") % said
    else:
        yield name, OK, ngettext("最近一次封存%(at)s，%(n)s条链", "最近一次封存%(at)s，%(n)s条链", last.count) % said


def programmes() -> Iterator[Finding]:
    """Name the programmes in force with the versions that new orders take."""
    for programme in packs.current().values():
        yield _("专项"), OK, f"{named(programme)}　{programme.bundle}"
