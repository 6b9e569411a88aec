"""数统计值: a number an office received, of exactly the window that is asked for; it opens the record, not a count.

Where several documents state one window the one recorded last counts, and all of them are opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bihuan.core.figures import Member, Tally
from bihuan.core.indicators import Indicator
from bihuan.core.instants import iso
from bihuan.core.ledger_kinds import sees_book
from bihuan.core.statistics import value
from bihuan.store import statistics
from bihuan.store.figure_causes import Between, Cause, latest
from bihuan.store.figure_order_sql import scope_units
from bihuan.store.figure_rows import Row, Rows, within
from bihuan.store.readings import Query, Reading


class Statistics(Rows):
    """The source of stated figures."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the series is any of the reader's business."""
        series = reading.programme.series.get(indicator.of)
        return series is not None and sees_book(reading.actor, series)

    def lists(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the statistics of each query's window, the one that counts before others of its unit."""
        known = statistics.of_windows(
            seen_by=reading.actor,
            programme=reading.programme.key,
            series=tuple(reading.programme.series[key] for key in {one.indicator.of for one in queries}),
            until={one.until.isoformat() for one in queries},
            as_of=reading.at if reading.past else "",
        )
        found = []
        for query in queries:
            span = (query.since.isoformat(), query.until.isoformat())
            units, rows = scope_units(reading, query.indicator), []
            for (series, unit, *window), some in sorted(known.items()):
                if (
                    series != query.indicator.of
                    or tuple(window) != span
                    or not within(reading, reading.net, units, unit)
                ):
                    continue
                for entry in some:
                    document = str(entry.fields.get("document", ""))
                    more = {"document": document, "since": span[0], "counts": "yes" if entry is some[0] else ""}
                    stated = value(entry)
                    member = Member(
                        "statistic", entry.id, entry.number, document, entry.date, str(stated), unit, more=more
                    )  # fmt: skip
                    rows.append(Row(member, amount=stated))
            found.append(rows)
        return found

    def value(self, query: Query, rows: Sequence[Row]) -> Tally:
        """Return the stated number: nothing where there is none, and nothing where several units each have one."""
        units = {row.member.unit for row in rows}
        if not rows:
            return Tally(None, 0, "no_statistic")
        if len(units) > 1:
            return Tally(None, len(rows), "ambiguous")
        return Tally(rows[0].amount, len(rows))

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the end of the oldest window on file."""
        series = reading.programme.series[query.indicator.of]
        found = statistics.oldest(seen_by=reading.actor, programme=reading.programme.key, series=series)
        return date.fromisoformat(found) if found else None

    def causes(self, between: Between, query: Query, rows: Sequence[Row]) -> list[Cause]:
        """Return how each statistic was stated, corrected or withdrawn between two moments."""
        told: dict[int, Cause] = {}
        for event, states in between.written([query.indicator.of]):
            told[states[-1].id] = Cause(event.verb, iso(event.at))
        return [told.get(int(row.member.id), latest(())) for row in rows]


def source() -> Statistics:
    """Return the source."""
    return Statistics()
