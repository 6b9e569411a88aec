"""统计值 at the command line: a sheet of stated statistics with an account of every row."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.actions.import_columns import Mapping_

WHAT = "statistics"


def are_declared(programme: str) -> bool:
    """Whether the programme declares series of statistics."""
    from bihuan.store import packs

    found = packs.current().get(programme)
    return found is not None and bool(found.series)


def import_statistics(asked: argparse.Namespace, mapping: Mapping_) -> int:
    """Import statistics as the system and print the account."""
    from bihuan.actions import statistic_imports as actions
    from bihuan.cli.sheets import read, taken, told
    from bihuan.core.permission import SYSTEM
    from bihuan.words import ledger_imports as words
    from bihuan.words.statistics import reason

    seen = actions.series_of(asked.programme, SYSTEM)
    sheet = read(asked, mapping, list(actions.known_headings()))
    one = next(iter(seen.values()))
    account = taken(asked, mapping, sheet, actions.import_statistics, lambda why: words.refusal(why, one))
    left = [(one.row, reason(one.faults, seen)) for one in account.rejected]
    left += [(row, words.already(number)) for row, number in account.already]
    lines = words.account_lines(account, dry_run=asked.dry_run)
    return told(asked, account, sheet, left, {"late": account.late}, lines)
