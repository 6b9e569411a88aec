"""Keep the English catalogue of our Chinese strings: extract, check, compile.

    .venv/bin/python scripts/messages.py extract     collect every marked string into bihuan/locale/en
    .venv/bin/python scripts/messages.py check       name every string without an English sentence; exit 1 if any
    .venv/bin/python scripts/messages.py compile     write the .mo files the product reads

Marked is what stands in gettext calls in Python and in Jinja, and in translate tags of Django templates. Catalogues
carry no dates and no line numbers, so that two people's additions merge. Needs Babel alone, not GNU gettext.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "bihuan"
CATALOGUES = CODE / "locale"
TARGET = "en"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)[^{}]*\}|%[sd]")
NOISE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To):.*\n',
    re.MULTILINE,
)

Found = tuple[str, Any, list[str], str | None]


def messages(code: Path = CODE) -> Iterator[Found]:
    """Yield (file, message or plural pair, translator comments, context) for every marked string under `code`."""
    for path in sorted([*code.rglob("*.py"), *code.rglob("*.html"), *code.rglob("*.txt")]):
        name = path.relative_to(code.parent).as_posix()
        source = path.read_bytes()
        if path.suffix == ".py":
            found = extract("python", io.BytesIO(source), KEYWORDS, ["译注"])
        elif b"{% load " in source:
            found = _django_template(source.decode())
        else:
            found = extract("jinja2.ext:babel_extract", io.BytesIO(source), KEYWORDS, ["译注"], _JINJA)
        for _line, message, comments, context in found:
            if message and message != ("",):
                yield name, message, comments, context


# `silent` would drop a template that does not parse, and its strings with it.
_JINJA = {"silent": "false", "trimmed": "true", "encoding": "utf-8", "newstyle_gettext": "true"}


def _django_template(source: str) -> Iterator[tuple[int, Any, list[str], str | None]]:
    from django.template.base import Lexer, TokenType

    for token in Lexer(source).tokenize():
        if token.token_type != TokenType.BLOCK:
            continue
        parts = token.split_contents()
        if parts[0] in ("trans", "translate"):
            yield token.lineno or 0, parts[1][1:-1], [], None
        elif parts[0] in ("blocktrans", "blocktranslate"):
            raise SystemExit(f"第{token.lineno}行：Django 模板里只用 {{% translate %}}，不用 {parts[0]}。")


def catalogue(code: Path = CODE) -> Catalog:
    """Return a catalogue of every marked string under `code`, untranslated."""
    made = Catalog(project="bihuan", charset="utf-8", fuzzy=False)
    for name, message, comments, context in messages(code):
        made.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return made


def path_of(language: str) -> Path:
    """Return where the catalogue of `language` is kept."""
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    """Return the catalogue kept at `path`, empty when there is none yet."""
    if not path.exists():
        return Catalog(locale=TARGET, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def problems(wanted: Catalog, kept: Catalog) -> list[str]:
    """Return a sentence for every string of `wanted` that `kept` does not translate faithfully."""
    faults = []
    for message in wanted:
        if not message.id:
            continue
        where = ", ".join(sorted({name for name, _ in message.locations}))
        shown = message.id if isinstance(message.id, str) else message.id[0]
        have = kept.get(message.id, message.context)
        if have is None or not _complete(have):
            faults.append(f"{where}: “{shown}”没有英文")
        elif have.fuzzy:
            faults.append(f"{where}: “{shown}”的英文还没有核对（fuzzy）")
        elif _placeholders(have.string) != _placeholders(message.id):
            faults.append(f"{where}: “{shown}”的英文里占位符不一样")
    return faults


def _complete(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(strings) and all(strings)


def _placeholders(text: str | tuple[str, ...] | list[str]) -> set[str]:
    every = [text] if isinstance(text, str) else list(text)
    return {match.group(0) for part in every for match in PLACEHOLDER.finditer(part)}


def update() -> int:
    """Bring the English catalogue up to what is marked, keeping what is translated; return how many lack English."""
    wanted, path = catalogue(), path_of(TARGET)
    kept = read(path)
    kept.update(wanted, no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.project, kept.version = "bihuan", "0"
    kept.header_comment = "# English for the Chinese strings of Bihuan; kept by `make messages`."
    out = io.BytesIO()
    write_po(out, kept, width=110, sort_output=True, ignore_obsolete=True, no_location=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(NOISE.sub("", out.getvalue().decode()), encoding="utf-8")
    return len(problems(wanted, kept))


def compile_all() -> None:
    """Write a .mo beside every .po whose .mo is missing or older."""
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        whole = io.BytesIO()
        write_mo(whole, read(path))
        part = target.with_suffix(".mo.part")
        part.write_bytes(whole.getvalue())
        part.replace(target)


def main(arguments: list[str]) -> int:
    """Do what the one argument says and return the exit code."""
    match arguments:
        case ["extract"]:
            missing = update()
            compile_all()
            print(f"{path_of(TARGET).relative_to(ROOT)}：还缺 {missing} 条英文")
        case ["check"]:
            faults = problems(catalogue(), read(path_of(TARGET)))
            print("\n".join([*faults[:40], f"共 {len(faults)} 条，见 make messages"]) if faults else "英文齐全")
            return 1 if faults else 0
        case ["compile"]:
            compile_all()
        case _:
            print("用法：python scripts/messages.py extract|check|compile", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
