"""我的义务: the periods now open for which somebody in my post may enter, with one tap each; what is entered is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from bihuan.core.cadence import Cadence, Duty, last_two
from bihuan.core.ledger_kinds import keeps, reach
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import duties as store
from bihuan.store.duties import Owed
from bihuan.web.cadence import duty_href
from bihuan.words import duties as words
from bihuan.words.orders import unit_name


@dataclass(frozen=True, slots=True)
class Mine:
    """One period of one unit or post: what it is, how it stands, and where one tap leads."""

    cadence: Cadence
    name: str
    span: str
    end: date
    kept: str
    words: str
    href: str
    minutes: int

    @property
    def open(self) -> bool:
        """Whether an entry is still to be made."""
        return self.kept == "open"


def own_duties(actor: Actor, programmes: list[Programme], net: Network, today: date) -> list[Mine]:
    """Return the duties whose last periods stand open, those due first, and with them what was just entered.

    One query for each programme in which the post has duties.
    """
    found = []
    for programme in programmes:
        kept = {one.key: (one, last[0].start) for one in programme.cadences
                if _keeps(actor, programme, one) and (last := last_two(one, today))}  # fmt: skip
        owed = store.lately(seen_by=actor, programme=programme, cadences=kept, net=net, today=today)
        for one, _since in kept.values():
            found += _of(actor, programme, one, owed[one.key], net, today)
    return sorted(found, key=lambda one: (not one.open, one.end, one.name))


def _keeps(actor: Actor, programme: Programme, cadence: Cadence) -> bool:
    if cadence.post:
        return actor.sort == "post" and actor.kind == cadence.post
    return actor.sort == "post" and keeps(actor, programme.ledger[cadence.activity])


def _of(
    actor: Actor, programme: Programme, cadence: Cadence, owed: list[Owed], net: Network, today: date
) -> list[Mine]:  # fmt: skip
    units = reach(actor, programme.ledger[cadence.activity].recorders)
    found = []
    for one in owed:
        own = one.key == actor.post if cadence.post else units is None or one.unit in units
        if not own:
            continue
        name = one.name if cadence.post else unit_name(net, one.key)
        now = one.duties[-1].period
        found += [_line(programme, cadence, one.key, one.unit, name, duty, today) for duty in one.duties
                  if duty.kept == "open" or (duty.period == now and duty.period.end >= today)]  # fmt: skip
    return found


def _line(
    programme: Programme, cadence: Cadence, key: str, unit: str, name: str, duty: Duty, today: date
) -> Mine:  # fmt: skip
    activity = programme.ledger[cadence.activity]
    if duty.kept == "open":
        day = min(today, duty.period.end)
        asked = {"date": day.isoformat()} | ({} if cadence.post else {"unit": unit})
        href = f"/ledger/{activity.key}/new/?{urlencode({**asked, 'programme': programme.key})}"
    else:
        href = duty_href("cadence", cadence.key, key, duty.period)
    span = words.period_text(duty.period.start, duty.period.end)
    return Mine(cadence, name, span, duty.period.end, duty.kept, words.kept_text(duty), href, activity.minutes)
