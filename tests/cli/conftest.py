"""Runs `bihuan` inside the test's process and database, in Chinese whatever the machine speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.utils import translation

from bihuan.cli import main, speech


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> Iterator[Run]:
    """Return a function that runs one command: run("due", "2022-09-30 16:00", "2 workdays")."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "BIHUAN_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    speech.language.cache_clear()
    speech._catalogue.cache_clear()
    settings.VAR = tmp_path

    def ran(*arguments: object) -> Done:
        capsys.readouterr()
        code = main.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    language = translation.get_language()
    yield ran
    translation.activate(language or "zh-hans")
    speech.language.cache_clear()
    speech._catalogue.cache_clear()
