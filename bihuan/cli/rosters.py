"""Units and holders from a sheet, with an account of every row."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bihuan.cli import console
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from bihuan.actions.import_columns import Mapping_


def import_roster(asked: argparse.Namespace, mapping: Mapping_) -> int:
    """Import units or holders as the system and print the account."""
    from bihuan.actions.network import import_holders, import_units
    from bihuan.actions.rosters import known_names
    from bihuan.actions.sheets import read_sheet
    from bihuan.cli.sheets import rejects
    from bihuan.core.permission import SYSTEM
    from bihuan.store import clock
    from bihuan.words.network import sentence

    columns = dict(mapping.columns)
    sheet = read_sheet(asked.file, known=[*columns, *known_names(asked.what)])
    take = import_units if asked.what == "units" else import_holders
    done = take(actor=SYSTEM, sheet=sheet, now=clock.now(), dry=asked.dry_run, columns=columns)
    left = [(one.row, sentence(one.why)) for one in done.rejected]
    path = rejects(asked, left, sheet.header)
    counts = {"rows": len(sheet.rows), "taken": done.taken, "unchanged": done.unchanged, "rejected": len(done.rejected)}
    if asked.json:
        reasons = [{"line": row.line, "reason": why} for row, why in left]
        console.as_json({**counts, "rejects": path, "dry_run": asked.dry_run, "reasons": reasons})
        return 0
    head = _("预演：共%(rows)s行，可取%(taken)s行，没变%(unchanged)s行，不能取%(rejected)s行。")
    if not asked.dry_run:
        head = _("共%(rows)s行，取了%(taken)s行，没变%(unchanged)s行，没取%(rejected)s行。")
    console.show(head % counts)
    if path:
        console.show(_("不能导入的%(n)s行连同原因在 %(path)s") % {"n": len(done.rejected), "path": path})
    return 0
