"""Entries of the ledger from a sheet with an account of every row, and the same sheet back."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bihuan.cli import console
from bihuan.cli.speech import _

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
    from bihuan.actions.sheets import read_sheet
    from bihuan.cli.sheets import told
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock, ledger
    from bihuan.words import ledger_imports as words

    book = ledger.declared(asked.programme, asked.what)
    columns = [column for column, _fact in mapping.columns]
    sheet = read_sheet(asked.file, known=columns or list(known_headings(book)))
    try:
        with console.bar(sheet.height or len(sheet.rows), _("导入")) as bar:
            account = actions.import_entries(
                actor=SYSTEM,
                programme=asked.programme,
                activity=asked.what,
                sheet=sheet,
                mapping=mapping,
                now=clock.now(),
                dry_run=asked.dry_run,
                progress=bar.at,
            )
    except Refused as why:
        raise console.Failed(words.refusal(why, book)) from None
    left = [(one.row, words.reason(one.faults, book)) for one in account.rejected]
    left += [(row, words.already(number)) for row, number in account.already]
    lines = words.account_lines(account, dry_run=asked.dry_run)
    return told(asked, account, sheet, left, {"late": account.late}, lines)
