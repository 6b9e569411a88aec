"""The scanner: silent where the standard reader is content, and right about lines."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bihuan.packs.scan import Place, scan

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted([*ROOT.glob("programmes/*/*.toml"), *ROOT.glob("bihuan/packs/*/*.toml"), ROOT / "pyproject.toml"])


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Yield the place of everything inside a parsed table."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*at, key)
        yield from places(inner, (*at, key))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_good_file_has_no_slip_and_a_line_for_everything(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = scan(text)
    assert found.slips == {}
    assert [place for place in places(tomllib.loads(text)) if place not in found.lines] == []


_PIECES = st.sampled_from(
    [
        "a",
        "b",
        "a.b",
        '"a"',
        "'c d'",
        "=",
        " = ",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "\n",
        "\n",
        "\r\n",
        " ",
        "\t",
        "#x\n",
        "1",
        "-2",
        "0",
        "1.5",
        "1e3",
        "0x1F",
        "1_000",
        "true",
        "false",
        "inf",
        "2022-10-25",
        "2022-10-25T10:20:00+08:00",
        "10:20:00",
        '"text"',
        "'raw\\x'",
        '"""many\nlines"""',
        "'''a\n'b'''",
        '"\\n"',
        '"“x”"',
        '""',
        "''",
        '"""\\\n  x"""',
        "a = 1\n",
        "[t]\n",
        "[[u]]\n",
        'k = ["x", "y"]\n',
        "m = { n = 1 }\n",
        "“",
        "，",
        "0736",
        "\\",
        '"',
    ]
)
_KEYS = st.sampled_from(["a", "b", "c", "d", "a.b", "b.c", '"a"', "'d'", "e . f", "1"])
_LEAVES = st.sampled_from(
    [
        *("1", "-0.5", "0x1F", "true", "inf", "2022-10-25", "2022-10-25 10:20:00Z", "10:20:00.5"),
        '"“x”，#"',
        "'\\'",
        '"\\u4e00\\""',
        '"""\n many # "" lines\n"""',
        "'''\n[x]\n'''",
        '"""a\\\n  b"""',
        '"""x"""""',
    ]
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.lists(inner, max_size=3), st.sampled_from([", ", ",\n  ", " , # x\n", ",\n\n"])).map(
            lambda made: f"[{made[1].join(made[0])}]"
        ),
        st.lists(st.tuples(_KEYS, inner), max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=4,
)
_LINES = st.one_of(
    st.tuples(_KEYS, _VALUES).map(" = ".join),
    st.tuples(_KEYS, _VALUES).map("=".join),
    _KEYS.map(lambda key: f"[{key}]"),
    _KEYS.map(lambda key: f" [[{key}]] # x"),
    st.sampled_from(["", "# “说明”", "\t"]),
)
_GOOD = st.lists(_LINES, max_size=7).map("\n".join)
_TEXTS = st.one_of(_GOOD, st.lists(_PIECES, max_size=24).map("".join), st.text(max_size=60))


@given(_TEXTS)
@example('a = """x""""\n')
@example("a = ''''x'''''\n")
@example("[a.b]\nc = 1\n[a]\nd = 2\n")
@example("[[a]]\n[[a.b]]\nc = 1\n[[a]]\n[[a.b]]\nc = 1\n[a.d]\nc = 1\n")
@example("a = [\n [1, 2], # x\n [3],\n]\n")
@example("d = 2022-10-25 10:20:00\n")
def test_where_the_standard_reader_is_content_the_scanner_is_too(text: str) -> None:
    found = scan(text)
    assert all(line >= 1 for line in found.lines.values())
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    assert found.slips == {}
    assert [place for place in places(table) if place not in found.lines] == []


@given(_TEXTS, st.integers(0, 60))
def test_a_slip_is_on_a_line_of_the_text(text: str, cut: int) -> None:
    lines = text[:cut].replace("\r\n", "\n").count("\n") + 1
    assert all(1 <= line <= lines for line in scan(text[:cut]).slips)


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("a = 1\n\n[t]\nb = 2\n", ("t", "b"), 4),
        ("[[o]]\n[[o.f]]\nk = 1\n[[o.f]]\nk = 2\n", ("o", 0, "f", 1, "k"), 5),
        ("[[o]]\n[[o]]\n[[o.f]]\nk = 1\n", ("o", 1, "f", 0, "k"), 4),
        ("c = [\n  { k = 1 },\n  { k = 2 },\n]\n", ("c", 1, "k"), 3),
        ('t = """\n\n"""\nx = 1\n', ("x",), 4),
        ("a.b.c = 1\n", ("a", "b"), 1),
        ("[[o]]\n[o.t]\nx = 1\n", ("o", 0, "t", "x"), 3),
        ("x = 1\n", ("y", "z"), 1),
        ("[t]\nx = 1\n", ("t", "gone"), 1),
    ],
)
def test_a_place_has_its_line_or_that_of_what_is_around_it(text: str, place: Place, line: int) -> None:
    assert scan(text).line(place) == line


def test_after_one_slip_the_rest_is_still_read() -> None:
    text = 'a = “x”\nb = 1 2\n[t\nc = "open\nd = [1,\n  2\ne = yes\ne = 1\nf 3\n'
    assert {line: slip.code for line, slip in sorted(scan(text).slips.items())} == {
        1: "wide",
        2: "trailing",
        3: "header",
        4: "unclosed-string",
        5: "unclosed-array",
        7: "flag",
        8: "duplicate-key",
        9: "equals",
    }
