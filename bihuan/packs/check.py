"""验包: every fault of a pack at once, each with its file, its line and what to do.

Where a file cannot be read, all faults of writing are named and nothing else: what a broken file means nobody knows.
"""

from __future__ import annotations

from pathlib import Path

from bihuan.packs.checks import (
    approval,
    boards,
    briefs,
    channels,
    clocks,
    documents,
    duties,
    fields,
    flow,
    ledger,
    moves,
    network,
    notices,
    people,
    ratings,
    references,
    reports,
    reviews,
    roles,
    shape,
    statistics,
    stories,
)
from bihuan.packs.faults import Fault, fault, suggestion
from bihuan.packs.nodes import Pack
from bihuan.packs.schema import files
from bihuan.packs.sources import folder

ALONGSIDE = ("README.md", "seed")  # what may lie beside the declared files


def check(path: Path | str) -> list[Fault]:
    """Return every fault of the pack in a folder, by file and line; an empty list means it may be published.

    Never raises for what it finds there.
    """
    return examined(path).faults


def examined(path: Path | str) -> Pack:
    """Return the pack with its faults, and with its tables where every file could be read."""
    found = folder(Path(path))
    pack = Pack(found)
    if not {one.stem for one in files()} & found.texts.keys():
        pack.faults.append(fault(found.path.as_posix(), 1, "no-folder"))
        return pack
    pack.faults.extend(found.faults)
    if not pack.faults:
        _files(pack)
        shape.check(pack)
        for one in (
            references,
            channels,
            network,
            fields,
            people,
            roles,
            moves,
            approval,
            flow,
            clocks,
            notices,
            documents,
            ledger,
            duties,
            statistics,
            reports,
            reviews,
            briefs,
            boards,
            stories,
            ratings,
        ):
            one.check(pack)
    order = {found.shown(f"{stem}.toml"): n for n, stem in enumerate(found.texts)}
    pack.faults = sorted(set(pack.faults), key=lambda one: (order.get(one.file, -1), one))
    return pack


def _files(pack: Pack) -> None:
    names = [one.name for one in files()]
    for one in files():
        if one.required and one.stem not in pack.folder.texts:
            shown = pack.folder.shown(one.name)
            pack.faults.append(fault(shown, 1, "missing-file", name=one.name, why=one.says))
    for name in pack.folder.others:
        if name not in ALONGSIDE and not name.startswith("."):
            shown, near = pack.folder.shown(name), suggestion(name, names)
            pack.faults.append(fault(shown, 1, "unknown-file", names="、".join((*names, *ALONGSIDE)), suggestion=near))
