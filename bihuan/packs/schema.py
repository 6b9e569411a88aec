"""项目包的写法: every file, table and key a pack may hold, declared once.

The loader, the checker and docs/packs.md read the same declaration, so none of them can know a key the others do not.
The declarations themselves stand in `packs.tables`, one file for each file of a pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

Sort = Literal[
    "key",  # the name of the thing in code, given once
    "name",  # what people read, in Chinese
    "english",  # the same in English
    "text",  # prose
    "template",  # prose with the names of figures in it
    "word",  # one of a closed vocabulary
    "words",
    "ref",  # the key of something declared elsewhere
    "refs",
    "flag",
    "whole",
    "number",
    "duration",
    "durations",  # a table of durations by the choice of a field
    "catalogue",  # a table of keys by the choice of a field
    "texts",
    "tokens",  # what starts and stops a clock
    "prefix",
    "facts",  # the facts typed into a form, by field
    "table",
    "tables",
]

WANTED: Final[Mapping[str, str]] = {
    "key": "英文键（文字）",
    "name": "文字",
    "english": "文字",
    "text": "文字",
    "template": "文字",
    "word": "文字",
    "words": "文字的列表",
    "ref": "文字",
    "refs": "文字的列表",
    "flag": "true 或 false",
    "whole": "整数",
    "number": "数字",
    "duration": "时长（文字）",
    "durations": "花括号里的一组“选项 = 时长”",
    "catalogue": "一组“类别 = 单位”",
    "texts": "文字的列表",
    "tokens": "文字的列表",
    "prefix": "文字",
    "facts": "花括号里的一组“字段 = 内容”",
    "table": "一个表",
    "tables": "一组表",
}
LISTS: Final = frozenset({"words", "refs", "texts", "tokens"})
DEFAULTS: Final[Mapping[str, Any]] = {
    "flag": False, "whole": 0, "number": "", "words": (), "refs": (), "texts": (), "tokens": (), "durations": {},
    "catalogue": {}, "facts": {}, "table": {}, "tables": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: what it holds, whether it must be there, and how the documentation says it.

    `words` is the closed vocabulary of a `word`, `of` the table of `table` and `tables`, `refers` what a `ref` names:
    unit, post, channel, order (anywhere in the pack) or field, state, role, clock, verb (in the same order).
    """

    name: str
    sort: Sort
    says: str
    example: str
    required: bool = False
    words: tuple[str, ...] = ()
    refers: str = ""
    of: str = ""
    default: Any = None
    kept: bool = True  # False: outside the bundle and its hash

    @property
    def empty(self) -> Any:
        """What the key holds where it is not written."""
        return DEFAULTS.get(self.sort, "") if self.default is None else self.default


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a pack, found at `path` (dots between the names), with the key that must be unique in it."""

    path: str
    name: str
    says: str
    keys: tuple[Key, ...]
    unique: str = ""

    def key(self, name: str) -> Key | None:
        """Return the declaration of a key, or None."""
        return next((key for key in self.keys if key.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a pack. Its first table holds the keys that stand above all table headers."""

    name: str
    says: str
    tables: tuple[Table, ...]
    required: bool = True
    more: bool = False  # further files `stem_*.toml` say the same kind of thing

    @property
    def stem(self) -> str:
        return self.name.removesuffix(".toml")

    def table(self, path: str) -> Table:
        """Return the table at the path; raises StopIteration for a path nobody declared."""
        return next(table for table in self.tables if table.path == path)


def files() -> tuple[File, ...]:
    """Return the declaration of all files, in reading order."""
    from bihuan.packs.tables import FILES

    return FILES


def file(stem: str) -> File:
    """Return the declaration of one file by its name without `.toml`; raises StopIteration for an unknown one.

    A further file (`orders_projects`) is declared as the first of its kind, under its own name.
    """
    return next(
        one if one.stem == stem else replace(one, name=f"{stem}.toml", required=False)
        for one in files()
        if _same(one, stem)
    )


def _further(one: File, stem: str) -> bool:
    rest = stem.removeprefix(f"{one.stem}_")
    return one.more and rest != stem and rest.isascii() and rest.replace("_", "").isalnum() and rest == rest.lower()


def stems(one: File, found: Iterable[str]) -> list[str]:
    """Return those of the found names without `.toml` that are this file or a further one, the first file first."""
    return [stem for stem in sorted(found, key=lambda stem: (stem != one.stem, stem)) if _same(one, stem)]


def _same(one: File, stem: str) -> bool:
    return stem == one.stem or _further(one, stem)


def every_key() -> Iterator[tuple[File, Table, Key]]:
    """Yield every key with its table and file."""
    for one in files():
        for table in one.tables:
            for key in table.keys:
                yield one, table, key
