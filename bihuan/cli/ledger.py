"""Entries of the ledger from a sheet with an account of every row, and the same sheet back."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.actions.import_columns import Mapping_


def is_book(programme: str, what: str) -> bool:
    """Whether the programme declares such an activity."""
    from bihuan.store import packs

    found = packs.current().get(programme)
    return found is not None and what in found.ledger


def import_entries(asked: argparse.Namespace, mapping: Mapping_) -> int:
    """Import entries as the system and print the account."""
    from bihuan.actions import ledger_imports as actions
    from bihuan.actions.ledger_rows import known_headings
    from bihuan.cli.sheets import read, taken, told
    from bihuan.store import ledger
    from bihuan.words import ledger_imports as words

    book = ledger.declared(asked.programme, asked.what)
    sheet = read(asked, mapping, list(known_headings(book)))
    account = taken(
        asked, mapping, sheet, actions.import_entries, lambda why: words.refusal(why, book), activity=asked.what
    )
    left = [(one.row, words.reason(one.faults, book)) for one in account.rejected]
    left += [(row, words.already(number)) for row, number in account.already]
    lines = words.account_lines(account, dry_run=asked.dry_run)
    return told(asked, account, sheet, left, {"late": account.late}, lines)
