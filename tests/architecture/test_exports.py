"""Whatever hands records out of the system is named here: it stands in the register, or there is a reason why not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent / "bihuan"
# What a module does that gives somebody a file.
HANDS_OUT = re.compile(
    r"FileResponse\(|Content-Disposition|\b(?:sent|sent_docx|issued_docx)\(|write_csv\(|write_sheet\(|\bhanded\(|"
    r"tarfile\.open\([^)]*\"w"
)
REGISTERS = re.compile(
    r"note_export\(|export_orders\(|export_entries\(|export_statistics\(|"
    r"export_roster\(|archive_files\.pack\(|_noted\(|return_sheet\("
)
# Modules that hand something out and register nothing: why.
NOT_AN_EXPORT = {
    "web/handed.py": "the file as it is handed out; whoever calls it registers it",
    "web/documents.py": "one paper of one order, to those who see the order",
    "web/document_lists.py": "one signed paper or its stamped copy, itself in the register of papers",
    "web/document_meetings.py": "the draft of one paper about a round or an entry; signed, it stands in the register",
    "web/files.py": "one attachment of one order, to those who see the order",
    "web/intake.py": "the rows somebody sent in a moment ago and that were not taken, back to them; an empty sheet",
    "web/ledger_entry.py": "one attachment of one entry, to those who see the entry",
    "web/stated_entry.py": "the scan of one statistic, to those who see it",
    "web/track.py": "the requester's own papers and receipts",
}


def handing_out(root: Path = ROOT) -> dict[str, bool]:
    """Return the modules of the faces that hand files out, and whether each registers it."""
    found = {}
    for face in ("web", "api", "cli", "jobs"):
        for path in sorted((root / face).glob("*.py")):
            text = path.read_text(encoding="utf-8")
            if HANDS_OUT.search(text):
                found[f"{face}/{path.name}"] = bool(REGISTERS.search(text))
    return found


def test_every_module_that_hands_records_out_registers_it_or_says_why_not() -> None:
    silent = [name for name, registers in handing_out().items() if not registers and name not in NOT_AN_EXPORT]
    assert silent == []


def test_every_reason_still_belongs_to_a_module_that_hands_something_out() -> None:
    found = handing_out()
    assert [name for name in NOT_AN_EXPORT if found.get(name, True)] == []


def test_an_export_that_registers_nothing_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "leak.py").write_text('answer = FileResponse(open("all.xlsx"))\n', encoding="utf-8")
    assert handing_out(tmp_path) == {"web/leak.py": False}
