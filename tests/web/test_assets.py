"""Style sheet and script: named by their content and compressed where collected, plain where not, never stale."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from bihuan.web import assets


@pytest.fixture
def room(tmp_path: Path, settings: Any) -> Path:
    settings.STATIC_ROOT = tmp_path
    return tmp_path


def test_without_collecting_the_files_have_plain_names(room: Path) -> None:
    assert assets.Assets().url("bihuan/app.css") == "/static/bihuan/app.css"


def test_collected_files_are_named_by_their_content_and_compressed(room: Path) -> None:
    assert assets.collect() is True
    address = assets.Assets().url("bihuan/app.css")
    name = address.removeprefix("/static/")
    assert name != "bihuan/app.css"
    packed = (room / f"{name}.gz").read_bytes()
    assert gzip.decompress(packed) == (room / "bihuan/app.css").read_bytes()
    assert len(packed) < 12_000
    assert assets.collect() is False


def test_files_collected_before_a_change_are_not_used(room: Path) -> None:
    assets.collect()
    (room / assets.STAMP).write_text("of another day", encoding="ascii")
    assert assets.Assets().url("bihuan/app.css") == "/static/bihuan/app.css"
    assert assets.collect() is True


def test_a_public_page_weighs_little(room: Path) -> None:
    assets.collect()
    weighed = [room / assets.Assets().url(f"bihuan/{name}").removeprefix("/static/") for name in ("app.css", "app.js")]
    assert sum(path.with_name(f"{path.name}.gz").stat().st_size for path in weighed) < 20_000
