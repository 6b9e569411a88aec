"""包的原文: the files of a pack as they stand on disk, read, parsed and indexed by line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bihuan.packs.faults import Fault, fault
from bihuan.packs.scan import Scan, scan
from bihuan.packs.schema import files, stems

Tables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    """One file: its text, its parsed table (None when TOML refuses it), its lines and its faults of writing."""

    name: str
    text: str
    table: Tables | None
    scan: Scan
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """A pack's folder: the declared files that are there, by name without `.toml`, and every other file's name."""

    path: Path
    texts: Mapping[str, Text] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def faults(self) -> list[Fault]:
        """Every fault of writing, file by file, line by line."""
        return [one for text in self.texts.values() for one in text.faults]

    def shown(self, name: str) -> str:
        """How a file of the pack is called in a fault: the path as the caller gave it."""
        return (self.path / name).as_posix()


def folder(path: Path) -> Folder:
    """Read a pack's folder. Never raises for what it finds there: faults name it."""
    texts: dict[str, Text] = {}
    found = sorted(p.name for p in path.iterdir()) if path.is_dir() else []
    declared = [name.removesuffix(".toml") for name in found if name.endswith(".toml")]
    for one in files():
        for stem in stems(one, declared):
            texts[stem] = read(path / f"{stem}.toml")
    return Folder(path, texts, tuple(name for name in found if name.removesuffix(".toml") not in texts))


def read(path: Path) -> Text:
    """Read one TOML file; unreadable bytes and bad writing are faults of it."""
    shown = path.as_posix()
    try:
        raw = path.read_bytes()
    except OSError:
        return Text(path.name, "", None, Scan(), (fault(shown, 1, "unreadable"),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        line = raw.count(b"\n", 0, why.start) + 1
        return Text(path.name, "", None, Scan(), (fault(shown, line, "encoding", n=why.start + 1),))
    return parse(shown, text)


def parse(shown: str, text: str) -> Text:
    """Parse one file's text; where TOML refuses it, name every slip the scanner can find."""
    name = shown.rpartition("/")[2]
    found = scan(text)
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as why:
        slips = dict(found.slips)
        first = _line(str(why), text)
        # The standard reader's own place counts where the scanner noticed nothing up to there.
        if not slips or (first and first < min(slips)):
            line = first or max(1, text.count("\n"))
            return Text(name, text, None, found, _faults(shown, found, fault(shown, line, "syntax")))
        return Text(name, text, None, found, _faults(shown, found))
    return Text(name, text, table, found)


def _faults(shown: str, found: Scan, *more: Fault) -> tuple[Fault, ...]:
    slips = [fault(shown, slip.line, slip.code, **slip.facts) for slip in found.slips.values()]
    return tuple(sorted([*slips, *more]))


def _line(message: str, text: str) -> int:
    at = re.search(r"at line (\d+)", message)
    if at:
        return int(at[1])
    return text.rstrip("\n").count("\n") + 1 if "end of document" in message else 0
