"""A key keeps its type from version to version; what broke that is named on its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.packs import earlier, loader
from bihuan.packs.skeleton import new


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(new("village_order", tmp_path))


def changed(pack: Path, was: str, now: str) -> int:
    """Change the first place and return its line."""
    path = pack / "orders.toml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(was)) + 1


def test_the_same_pack_reuses_nothing(pack: Path) -> None:
    assert earlier.check(pack, {"village_order@1": loader.load(pack).content}) == []


def test_a_field_that_becomes_another_kind_is_refused_on_its_line(pack: Path) -> None:
    before = loader.load(pack).content
    line = changed(pack, 'kind = "long_text"', 'kind = "text"')
    (fault,) = earlier.check(pack, {"village_order@1": before})
    assert (fault.code, fault.line, Path(fault.file).name) == ("reused-kind", line, "orders.toml")
    assert "village_order@1 里是 long_text，不能改成 text" in fault.sentence


def test_a_verb_that_becomes_another_effect_is_refused(pack: Path) -> None:
    before = loader.load(pack).content
    changed(pack, 'verb = "supplement"', 'verb = "supplement"\neffect = "remind"')
    (fault,) = earlier.check(pack, {"village_order@1": before})
    assert fault.code == "reused-effect" and "请另起一个键" in fault.sentence


def test_a_key_that_rested_for_a_version_may_not_come_back_as_something_else(pack: Path) -> None:
    first = loader.load(pack).content
    second = loader.load(pack).content
    fields = second["orders"]["order"][0]["field"]
    second["orders"]["order"][0]["field"] = [one for one in fields if one["kind"] != "long_text"]
    changed(pack, 'kind = "long_text"', 'kind = "text"')
    (fault,) = earlier.check(pack, {"village_order@1": first, "village_order@2": second})
    assert "village_order@1" in fault.sentence


def test_a_measure_that_comes_to_count_something_else_is_refused() -> None:
    pack = Path(__file__).resolve().parents[2] / "programmes" / "enterprise_order"
    before = loader.load(pack).content
    before["ledger"]["activity"][0]["measure"][0]["kind"] = "persons"
    (fault,) = earlier.check(pack, {"enterprise_order@1": before})
    assert (fault.code, Path(fault.file).name) == ("reused-measure", "ledger.toml")
    assert "计量“attendance”在已发布的 enterprise_order@1 里数的是 persons" in fault.sentence


def test_a_statistic_that_comes_to_be_in_another_word_is_refused() -> None:
    pack = Path(__file__).resolve().parents[2] / "programmes" / "enterprise_order"
    before = loader.load(pack).content
    before["statistics"]["series"][0]["word"] = "吨"
    (fault,) = earlier.check(pack, {"enterprise_order@1": before})
    assert (fault.code, Path(fault.file).name) == ("reused-word", "statistics.toml")
    assert "统计值“output”在已发布的 enterprise_order@1 里的计量单位是 吨" in fault.sentence
