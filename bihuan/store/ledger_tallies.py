"""台账的计数: what figures over whole months of the ledger stand on, read in one query with the events not folded yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from bihuan.core.chain import plain
from bihuan.core.entries import EntryState, tallies
from bihuan.store import counters, events, ledger
from bihuan.store.statements import marks, of_sort, rows

_BATCH = 500
EVERYWHERE, ABOUT = "", "at:"  # the unit of a counter: all entries; those about a unit, `at:` for each one of them
Tallies = dict[tuple[str, str, str], int]  # (unit, measure, month) -> n


@dataclass(frozen=True, slots=True)
class Need:
    """Tallies of one book: these measures of these units from one month to another, both included.

    A unit of `ABOUT` alone stands for every unit entries are about.
    """

    activity: str
    measures: tuple[str, ...]
    units: tuple[str, ...]
    first: str
    last: str

    def names(self) -> dict[str, str]:
        """Return the measures by their names in the counters."""
        return {f"ledger:{self.activity}:{measure}": measure for measure in self.measures}

    def covers(self, unit: str, month: str) -> bool:
        """Whether a tally of one of its measures is asked for."""
        asked = unit in self.units or (ABOUT in self.units and unit.startswith(ABOUT))
        return asked and self.first <= month <= self.last


def read(programme: str, needs: Iterable[Need]) -> dict[Need, Tallies]:
    """Return the tallies of each need, exact at this moment, in one query; none where nothing is needed."""
    found: dict[Need, Tallies] = {need: {} for need in needs}
    places = [need for need in found if need.units]
    if not places:
        return found
    branches: list[str] = []
    values: list[Any] = []
    for at, need in enumerate(places):
        where, given = _condition(programme, need)
        branches.append(f"SELECT {at}, unit, measure, month, n, '' FROM store_counter WHERE {where}")
        values += given
    branches.append(f"SELECT -1, '', '', '', 0, deltas FROM {events.awaiting(events.FOLD)}")
    names = {need: need.names() for need in places}
    for at, unit, measure, month, n, pending in rows(" UNION ALL ".join(branches), values):
        if at >= 0:
            _add(found[places[at]], (unit, names[places[at]][measure], month), n)
        elif pending:
            for programme_, unit_, measure_, month_, delta in plain(pending):
                for need in places:
                    if programme_ == programme and measure_ in names[need] and need.covers(unit_, month_):
                        _add(found[need], (unit_, names[need][measure_], month_), delta)
    return found


def _add(tallies: Tallies, key: tuple[str, str, str], n: int) -> None:
    tallies[key] = tallies.get(key, 0) + n


def _condition(programme: str, need: Need) -> tuple[str, Sequence[Any]]:
    names = list(need.names())
    where = f"tenant = 1 AND programme = %s AND measure IN ({marks(len(names))}) AND month >= %s AND month <= %s AND "
    given = [programme, *names, need.first, need.last]
    if ABOUT in need.units:
        clause, sort = of_sort(ABOUT)
        return f"{where}{clause}", [*given, *sort]
    return f"{where}unit IN ({marks(len(need.units))})", [*given, *need.units]


# ---- the recount ----
def lacking() -> bool:
    """Whether the counters were kept by a version that did not count what a sum opens."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM store_counter WHERE measure LIKE 'ledger:%:m:%') "
            "AND NOT EXISTS (SELECT 1 FROM store_counter WHERE measure LIKE 'ledger:%:c:%')"
        )
        return bool(cursor.fetchone()[0])


def recount(*, everything: bool = False) -> int:
    """Count the whole ledger anew where the counters lack something, or `everything`; return how many entries.

    Nobody may be writing, as when an installation is upgraded.
    """
    if not everything and not lacking():
        return 0
    total: Counter[tuple[str, str, str, str]] = Counter()
    done, last = 0, 0
    with transaction.atomic(), connection.cursor() as cursor:
        while ids := ledger.ids_after(last, _BATCH):
            for row in ledger.stored(ids).values():
                entry = EntryState.load(plain(row["body"]))
                for (unit, measure, month), n in tallies(ledger.activity_of(entry), entry).items():
                    total[entry.programme, unit, measure, month] += n
            done, last = done + len(ids), ids[-1]
        # What waits to be folded is added then: it is not to be counted twice.
        cursor.execute(f"SELECT deltas FROM {events.awaiting(events.FOLD)} AND kind = %s", [ledger.KIND])
        for (pending,) in cursor.fetchall():
            for programme, unit, measure, month, n in plain(pending or "[]"):
                total[programme, unit, measure, month] -= n
        cursor.execute("DELETE FROM store_counter WHERE measure LIKE 'ledger:%'")
        counters.add(cursor, total)
    return done
