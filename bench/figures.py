"""数字: what a figure costs beside the hand-written SQL that returns the same rows from the same tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection

from bench import baseline, county, pairs
from bihuan.core.figures import Asked
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM
from bihuan.store import counters, figures, packs, versions

TIMES = 5
KEY = "eo_closed"


def figures_stage(repeats: int) -> dict[str, Any]:
    """Compare a figure by unit and month, the first page of its records, and a recount as of a past moment."""
    while counters.fold():
        pass
    programme = packs.programme(county.PROGRAMME)
    year = county.NOW.year
    asked = Asked(date(year, 1, 1), date(year, 12, 31))
    past = Asked(date(year, 1, 1), date(year, 12, 31), iso(county.NOW - timedelta(days=14)))
    given: dict[str, Any] = {"seen_by": SYSTEM, "programme": programme, "key": KEY, "now": county.NOW}
    db = baseline.connect()
    mark = "%s" if connection.vendor == "postgresql" else "?"
    by_month = (
        "SELECT unit, month, n FROM store_figuretally WHERE tenant = 1 "
        f"AND programme = {mark} AND type = {mark} AND mark = 'closed' AND unit LIKE 'desk:%{'%' * (mark == '%s')}'"
    )
    page = (
        "SELECT id, number, title, desk, lead, requester, closed FROM store_order WHERE tenant = 1 "
        f"AND NOT (closed = '') AND closed >= {mark} AND closed < {mark} ORDER BY closed DESC, id DESC LIMIT 51"
    )
    scan = f"SELECT subject, verb, at FROM store_event WHERE kind = 'order' AND at >= {mark} AND at <= {mark}"
    start, end = f"{year - 1}-12-31T16:00:00.000000Z", f"{year}-12-31T16:00:00.000000Z"

    def raw_groups() -> int:
        for _ in range(TIMES):
            db.execute(by_month, (county.PROGRAMME, county.TYPE)).fetchall()
        return TIMES

    def groups() -> int:
        for _ in range(TIMES):
            figures.grouped(**given, asked=asked, by=("unit", "month"))
        return TIMES

    def raw_page() -> int:
        for _ in range(TIMES):
            db.execute(page, (start, end)).fetchall()
        return TIMES

    def members() -> int:
        for _ in range(TIMES):
            figures.members(**given, asked=asked)
        return TIMES

    def raw_scan() -> int:
        db.execute(scan, (start, past.as_of)).fetchall()
        return 1

    def recount() -> int:
        figures.figure(**given, asked=past)
        return 1

    with versions.held():  # as a page does
        found = {
            "by_unit_and_month": pairs.paired(raw_groups, groups, repeats).facts(),
            "members": pairs.paired(raw_page, members, repeats).facts(),
            "as_of": pairs.paired(raw_scan, recount, repeats).facts(),
        }
    db.close()
    return found
