"""Grades, the skeleton and the reference page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bihuan.core import (
    brief_kinds,
    cadence,
    document_kinds,
    indicators,
    ladders,
    ledger_kinds,
    printed,
    programmes,
    reaches,
    review_kinds,
    signs,
    wording,
)
from bihuan.core.refusal import KINDS
from bihuan.packs import grade, reference
from bihuan.packs.check import check
from bihuan.packs.faults import SENTENCES
from bihuan.packs.schema import DEFAULTS, WANTED, every_key
from bihuan.packs.skeleton import NoSkeleton, new, prefix
from bihuan.packs.tables import meanings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return new("village_order", tmp_path)


def change(pack: Path, file: str, was: str, now: str) -> None:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now), encoding="utf-8")


# ---- the skeleton ----
def test_a_new_pack_is_without_fault_and_gold(pack: Path) -> None:
    assert check(pack) == []
    assert grade.grade(pack) == ("gold", [])


def test_a_new_pack_carries_its_own_name_everywhere(tmp_path: Path) -> None:
    folder = new("forest_chief", tmp_path)
    assert folder == tmp_path / "forest_chief"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert "@" not in re.sub(r"\w@\w", "", text)
    assert 'key = "forest_chief"' in text
    assert 'prefix = "FC"' in text


def test_a_new_pack_overwrites_nothing(pack: Path) -> None:
    change(pack, "programme.toml", "首版", "自己改过")
    with pytest.raises(NoSkeleton, match="已经有了"):
        new("village_order", pack.parent)
    assert "自己改过" in (pack / "programme.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["Village", "村", "", "a-b", "../x", "a b", "9x", "x" * 60])
def test_a_new_pack_needs_an_english_key(key: str, tmp_path: Path) -> None:
    with pytest.raises(NoSkeleton, match="小写英文字母"):
        new(key, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_new_pack_where_nothing_may_be_written_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NoSkeleton, match="建不了"):
        new("village_order", tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("key", "letters"), [("village_order", "VO"), ("forest", "FO"), ("a_b_c_d_e", "ABCD"), ("x1_y2", "XY")]
)
def test_a_prefix_is_made_from_the_initials(key: str, letters: str) -> None:
    assert prefix(key) == letters


# ---- grades ----
def test_a_pack_with_a_fault_has_no_grade(pack: Path) -> None:
    change(pack, "orders.toml", 'to = "registered"', 'to = "registred"')
    assert grade.grade(pack) == ("none", ["先改掉验包查出的1处毛病"])


@pytest.mark.parametrize(
    ("file", "was", "now", "says"),
    [
        ("README.md", None, None, "缺 README.md"),
        ("network.toml", 'name_en = "Town"\n', "", "单位类型“town”缺英文名称"),
        ("orders.toml", ', name_en = "Solved" }, { key = "no"', ' }, { key = "no"', "选项“yes”缺英文名称"),
        (
            "stories.toml",
            '{ who = "desk", does = "redo", with = { reason = "还在漏" }, then = "in_progress" },',
            "",
            "没有演练做成动作“redo”",
        ),
    ],
)
def test_what_bronze_lacks_for_silver_is_named(
    file: str, was: str | None, now: str | None, says: str, pack: Path
) -> None:
    if was is None:
        (pack / file).unlink()
    else:
        change(pack, file, was, now or "")
    found, missing = grade.grade(pack)
    assert found == "bronze"
    assert says in "\n".join(missing)


@pytest.mark.parametrize(
    ("file", "was", "now", "says"),
    [
        ("stories.toml", ', then = "rectifying"', "", "没有演练走到状态“rectifying”"),
        ("stories.toml", 'refused = "clock"', 'refused = "needs"', "没有演练因“clock”被拒绝"),
        (
            "stories.toml",
            'with = { agreed = "refuse" }, pending',
            'with = { agreed = "agree" }, pending',
            "没有演练把“decide_extension”裁定为“refuse”",
        ),
        ("stories.toml", ', light = "yellow"', "", "没有演练让时限“promise”亮黄灯"),
        (
            "orders.toml",
            'starts = ["good_rating", "verify.refuse"]',
            'starts = ["good_rating"]',
            "check、rate、verify 走到状态“checked”时没有时限在走",
        ),
    ],
)
def test_what_silver_lacks_for_gold_is_named(file: str, was: str, now: str, says: str, pack: Path) -> None:
    change(pack, file, was, now)
    found, missing = grade.grade(pack)
    assert found == "silver", missing
    assert says in "\n".join(missing)


def test_a_refusal_by_its_whole_code_counts_for_its_kind(pack: Path) -> None:
    change(pack, "stories.toml", 'refused = "clock"', 'refused = "ask_extension.clock"')
    assert grade.grade(pack) == ("gold", [])


# ---- the reference ----
def test_the_page_of_the_documentation_is_the_one_the_declaration_makes() -> None:
    # When this fails: python -m bihuan.packs.reference docs/packs.md
    assert (ROOT / "docs" / "packs.md").read_text(encoding="utf-8") == reference.text()


def test_the_page_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.main([]) == 0
    assert capsys.readouterr().out == reference.text()
    assert reference.main([str(tmp_path / "packs.md")]) == 0
    assert (tmp_path / "packs.md").read_text(encoding="utf-8") == reference.text()


def test_the_page_names_every_key_every_word_and_every_fault() -> None:
    page = reference.text()
    for _, _, key in every_key():
        assert re.search(rf"`{key.name}`|[\[.]{key.name}\]\]", page), key.name
    words = [word for _, vocabulary in meanings.VOCABULARIES.values() for word in vocabulary]
    assert [word for word in [*words, *SENTENCES] if f"`{word}`" not in page] == []


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (meanings.MILESTONES, programmes.MILESTONES),
        (meanings.EFFECTS, programmes.EFFECTS),
        (meanings.ASKS, programmes.ASKS),
        (meanings.HALVES, programmes.HALVES),
        (meanings.RELATIONS, programmes.RELATIONS),
        (meanings.GUARDS, programmes.GUARDS),
        (meanings.FIELD_KINDS, programmes.FIELD_KINDS),
        (meanings.DATA_CLASSES, programmes.DATA_CLASSES),
        (meanings.REFUSALS, KINDS),
        (meanings.NUMBERINGS, document_kinds.NUMBERINGS),
        (meanings.ISSUERS, document_kinds.ISSUERS),
        (meanings.RECEIVERS, document_kinds.RECEIVERS),
        (meanings.LISTS, document_kinds.LISTS),
        (meanings.SCOPES, document_kinds.SCOPES),
        (meanings.MEASURE_KINDS, ledger_kinds.KINDS),
        (meanings.PLACES, ledger_kinds.PLACES),
        (meanings.EVERY, (*cadence.EVERY, cadence.CUSTOM)),
        (meanings.BRIEF_NUMBERS, brief_kinds.NUMBERS),
        (meanings.BRIEF_WINDOWS, brief_kinds.WINDOWS),
        (meanings.STYLES, wording.BY_NAME),
        (
            meanings.FILLS,
            {
                *document_kinds.COMMON,
                *document_kinds.OF_ORDER,
                *document_kinds.OF_LIST,
                *document_kinds.OF_ITEM,
                *document_kinds.OF_SITTING,
                *document_kinds.OF_DECISION,
                *document_kinds.OF_REQUESTER,
                *document_kinds.OF_ENTRY,
                *document_kinds.OF_ROUND,
                *document_kinds.OF_RESULT,
                *document_kinds.OF_MINUTE,
            },
        ),
        (grade.KIND_OF, [guard for guard in programmes.GUARDS if guard != "not_handler"]),
    ],
)
def test_every_word_of_the_core_has_a_meaning_and_no_other_word_has(said: object, known: object) -> None:
    assert set(said) == set(known)  # type: ignore[call-overload]


def test_every_key_says_what_it_is_and_what_stands_there_otherwise() -> None:
    for one, table, key in every_key():
        place = f"{one.name} {table.path} {key.name}"
        assert key.says and key.example, place
        assert key.sort in WANTED and key.sort in reference.SORTS, place
        assert not (key.required and key.default is not None), place
        assert key.sort not in ("ref", "refs") or key.refers, place
        assert key.sort not in ("table", "tables") or one.table(key.of), place
    assert set(WANTED) == set(reference.SORTS)
    assert set(DEFAULTS) <= set(WANTED)


def test_every_place_of_a_programme_can_be_filled_from_a_pack() -> None:
    """Every field of the core's values is a key of a table, but for what publishing adds."""
    classes = {
        "": programmes.Programme,
        "channel": programmes.Channel,
        "channel.sheet": programmes.SheetColumn,
        "unit": programmes.UnitType,
        "post": programmes.PostKind,
        "coverage": programmes.Coverage,
        "order": programmes.OrderType,
        "order.field": programmes.Field,
        "order.field.choices": programmes.Choice,
        "order.state": programmes.State,
        "order.role": programmes.Role,
        "order.matching": programmes.Matching,
        "order.role.who": programmes.Who,
        "order.move": programmes.Move,
        "order.clock": programmes.Clock,
        "order.ladder": ladders.Ladder,
        "order.sign": signs.Sign,
        "order.notice": programmes.Notice,
        "order.document": document_kinds.DocumentKind,
        "order.document.rows": document_kinds.DocumentRow,
        "order.document.columns": document_kinds.DocumentColumn,
        "activity": ledger_kinds.Activity,
        "activity.measure": ledger_kinds.Measure,
        "activity.field": programmes.Field,
        "activity.idle": ledger_kinds.Idle,
        "activity.recorder": programmes.Who,
        "cadence": cadence.Cadence,
        "scope": indicators.ScopeSet,
        "indicator": indicators.Indicator,
        "indicator.where": indicators.Where,
        "meeting": review_kinds.Meeting,
        "meeting.criterion": review_kinds.Criterion,
        "meeting.step": review_kinds.Step,
        "meeting.kind": review_kinds.RaterKind,
        "meeting.class": review_kinds.ScoreClass,
        "meeting.chair": programmes.Who,
        "meeting.reader": programmes.Who,
        "cadence.excuser": programmes.Who,
        "reach": reaches.Reach,
        "reach.exempter": programmes.Who,
        "printed": printed.Printed,
    }
    plural = {
        "from_": "from",
        "fields": "field",
        "states": "state",
        "roles": "role",
        "moves": "move",
        "clocks": "clock",
        "notices": "notice",
        "documents": "document",
        "measures": "measure",
        "recorders": "recorder",
        "excusers": "excuser",
        "exempters": "exempter",
        "readers": "reader",
        "signs": "sign",
        "criteria": "criterion",
        "steps": "step",
        "kinds": "kind",
        "classes": "class",
        "chairs": "chair",
    }
    added = {
        "bundle",
        "hash",
        "unit_types",
        "post_kinds",
        "coverages",
        "channels",
        "orders",
        "ledger",
        "cadences",
        "series",
        "indicators",
        "scopes",
        "reviews",
        "reaches",
        "waivers",
        "briefs",
        "printed",
        "boards",
        "owing",
        "looped",
    }
    unasked = {
        "activity": {"needs", "begins", "prefix", "ahead"},
        "activity.field": {"purpose", "retention", "data_class", "internal", "past"},
    }
    for one, table, _ in every_key():
        if table.path in classes and (table.path or one.stem == "programme"):
            places = {
                plural.get(name, name) for name, one_ in classes[table.path].__dataclass_fields__.items() if one_.init
            } - added
            places -= unasked.get(table.path, set())
            assert places <= set(table.names), table.path
