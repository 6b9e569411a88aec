"""What the documentation says is what the code does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import docs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def little(tmp_path: Path) -> Path:
    """Return the root of a tiny source in which every rule holds."""
    files = {
        "README.md": "[docs](docs/README.md)",
        "docs/README.md": "[settings](settings.md) [libraries](dependencies.md) [start](../README.md)",
        "docs/settings.md": "`BIHUAN_ONE` `BIHUAN_ONE_FILE`",
        "docs/dependencies.md": "| `Django` | tables | BSD |\n| `pytest` | tests | MIT |",
        "pyproject.toml": '[project]\ndependencies=["Django>=5"]\n[project.optional-dependencies]\ndev=["pytest"]',
        "GLOSSARY.md": "## In the code\n| 单 | `order` | one matter |\n| 任职 | `chain_head` | post |\n"
        "## Others\n| 林长 | none | |",
        "bihuan/orders.py": '"""单: what an order is."""\nkey = text("BIHUAN_ONE")\n',
        "programmes/one/network.toml": 'post = "chain-head"',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("rule", docs.RULES, ids=lambda rule: rule.__name__)
def test_the_documentation_follows_the_code(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", docs.RULES, ids=lambda rule: rule.__name__)
def test_a_source_in_which_everything_is_said_has_no_fault(rule: Callable[[Path], list[str]], little: Path) -> None:
    assert rule(little) == []


@pytest.mark.parametrize(
    ("rule", "page", "was", "becomes", "says"),
    [
        (docs.links, "README.md", "docs/README.md", "docs/gone.md", "docs/gone.md"),
        (docs.index, "docs/README.md", "[settings](settings.md)", "", "docs/settings.md"),
        (docs.settings, "docs/settings.md", "`BIHUAN_ONE` `BIHUAN_ONE_FILE`", "", "没有说明 BIHUAN_ONE"),
        (docs.settings, "docs/settings.md", "`BIHUAN_ONE`", "`BIHUAN_ONE` `BIHUAN_TWO`", "代码里没有 BIHUAN_TWO"),
        (docs.dependencies, "docs/dependencies.md", "| BSD |", "|  |", "Django"),
        (docs.dependencies, "docs/dependencies.md", "pytest", "other", "pytest"),
        (docs.glossary, "GLOSSARY.md", "`order`", "`matter`", "matter"),
        (docs.glossary, "GLOSSARY.md", "| 单 |", "| 事 |", "单"),
    ],
)
def test_what_is_said_wrong_is_noticed(
    rule: Callable[[Path], list[str]], page: str, was: str, becomes: str, says: str, little: Path
) -> None:
    path = little / page
    path.write_text(path.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")
    assert says in "\n".join(rule(little))


def test_both_readmes_name_the_two_commands_a_newcomer_needs() -> None:
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make run" in text
        assert "make test" in text


def test_every_target_that_is_spoken_of_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    spoken = {
        target
        for page in docs.pages(ROOT)
        for target in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert spoken - targets == set()


def test_ci_runs_the_checks_and_the_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make check" in script
    assert "make test" in script
