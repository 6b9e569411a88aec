"""账上的数字: what a sum over the ledger costs beside the raw query of its counters, and the first page of its entries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from bench import baseline, county, pairs
from bihuan.core.figures import Asked
from bihuan.core.permission import SYSTEM
from bihuan.store import figures, packs, versions

TIMES = 5
KEY = "eo_shared_cost_saved"


def books(repeats: int) -> dict[str, Any]:
    """Compare a year's sum by unit and month, and the first page of the entries it was added up from."""
    programme, year = packs.programme(county.PROGRAMME), county.NOW.year
    asked = Asked(date(year, 1, 1), date(year, 12, 31))
    given: dict[str, Any] = {"seen_by": SYSTEM, "programme": programme, "key": KEY, "now": county.NOW, "asked": asked}
    one = programme.indicators[KEY]
    db, mark = baseline.connect(), "%s" if connection.vendor == "postgresql" else "?"
    counters = (
        "SELECT unit, measure, month, n FROM store_counter "
        f"WHERE tenant = 1 AND programme = {mark} AND measure IN ({mark}, {mark}) AND month >= {mark} "
        f"AND month <= {mark} AND unit >= 'at:' AND unit < 'at;'"
    )
    names = (f"ledger:{one.of}:m:{one.value}", f"ledger:{one.of}:c:{one.value}")
    wanted = (county.PROGRAMME, *names, f"{year}-01", f"{year}-12")
    page = (
        f"SELECT body FROM store_entry WHERE tenant = 1 AND programme = {mark} AND activity = {mark} "
        f"AND date >= {mark} AND date <= {mark} AND idle = '' ORDER BY date DESC, id DESC LIMIT 51"
    )
    listed = (county.PROGRAMME, one.of, f"{year}-01-01", f"{year}-12-31")

    def raw_groups() -> int:
        for _ in range(TIMES):
            db.execute(counters, wanted).fetchall()
        return TIMES

    def groups() -> int:
        for _ in range(TIMES):
            figures.grouped(**given, by=("unit", "month"))
        return TIMES

    def raw_page() -> int:
        for _ in range(TIMES):
            db.execute(page, listed).fetchall()
        return TIMES

    def members() -> int:
        for _ in range(TIMES):
            figures.members(**given)
        return TIMES

    with versions.held():  # as a page does
        found = {
            "by_unit_and_month": pairs.paired(raw_groups, groups, repeats).facts(),
            "members": pairs.paired(raw_page, members, repeats).facts(),
            "entries": figures.figure(**given).members,
        }
    db.close()
    return found
