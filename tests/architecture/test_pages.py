"""Style sheets, scripts and templates stay on the floor that every office browser reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.floor import css_faults, script_faults, template_faults

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "bihuan"


def of(suffix: str) -> list[Path]:
    return sorted(WEB.rglob(f"*{suffix}"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_style_sheet_stays_on_the_floor() -> None:
    assert {name(path): found for path in of(".css") if (found := css_faults(path.read_text()))} == {}


def test_every_script_stays_on_the_floor() -> None:
    assert {name(path): found for path in of(".js") if (found := script_faults(path.read_text()))} == {}


def test_no_template_has_anything_inline() -> None:
    assert {name(path): found for path in of(".html") if (found := template_faults(path.read_text()))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "a:has(b){}",
        ".a:is(b){}",
        ".a{.b{color:red}}",
        "@media print{.a{&:hover{color:red}}}",
        "@layer x{}",
        ".a{color:color-mix(in srgb,red,blue)}",
        ".a{inset:0}",
        ".a{aspect-ratio: 1}",
        "@container (width>1px){}",
        "@import 'x.css'",
        ".a{background:url(//cdn/x.png)}",
    ],
)
def test_styles_beyond_the_floor_are_noticed(source: str) -> None:
    assert css_faults(source)


def test_plain_styles_and_media_rules_are_fine() -> None:
    assert css_faults("/* :has( */ .a{top:0} @media print{.a{color:red} .b{margin:0}} @page{margin:1cm}") == []


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color:red">',
        '<a onclick="go()">',
        "<style>p{}</style>",
        '<a href="javascript:x()">',
        "<script>x()</script>",
        '<img src="//cdn/x.png">',
    ],
)
def test_inline_parts_are_noticed(source: str) -> None:
    assert template_faults(source)


def test_a_script_with_a_nonce_and_a_link_within_are_fine() -> None:
    assert template_faults('<script nonce="{{ n }}" src="/static/a.js"></script><a class="one" href="/x">') == []


@pytest.mark.parametrize("source", ["import a from 'b'", "export const a = 1", "eval('x')", "a ??= b", "list.at(-1)"])
def test_scripts_beyond_the_floor_are_noticed(source: str) -> None:
    assert script_faults(source)


def test_a_plain_script_is_fine() -> None:
    assert script_faults('"use strict"; // export this\nvar a = b ? c : d; document.getElementById("x");') == []
