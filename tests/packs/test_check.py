"""The checker: each fault on its line with its sentence, all at once, and never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.packs import sources
from bihuan.packs.check import check
from bihuan.packs.faults import SENTENCES
from bihuan.packs.skeleton import new
from tests.packs.broken import BREAKS, LARGE, SMALL, Break

PROGRAMMES = Path(__file__).resolve().parents[2] / "programmes"
FILES = ("programme.toml", "network.toml", "orders.toml", "stories.toml")
# Those that only a comparison with published versions finds: tests/packs/test_earlier.py.
ABOUT_EARLIER = {"reused-kind", "reused-effect", "reused-measure", "reused-word"}
# Those that are about files and not about what stands in them: they have tests of their own below.
ABOUT_FILES = {"encoding", "unreadable", "no-folder", "missing-file", "unknown-file"}


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {SMALL: new("village_order", tmp_path_factory.mktemp("small")), LARGE: PROGRAMMES / "enterprise_order"}


@pytest.fixture(scope="session")
def sound(originals: dict[str, Path]) -> Iterator[dict[str, sources.Text]]:
    """Yield the originals' files as they were read, by their text; what was broken is never among them."""
    read = [sources.read(path) for folder in originals.values() for path in sorted(folder.glob("*.toml"))]
    yield {one.text: one for one in read}
    assert read == [sources.parse(one.name, one.text) for one in read], "a check has written into what it read"


@pytest.fixture(autouse=True)
def _sound_files_are_read_once(sound: dict[str, sources.Text], monkeypatch: pytest.MonkeyPatch) -> None:
    parse = sources.parse

    def kept(shown: str, text: str) -> sources.Text:
        one = sound.get(text)
        return one if one is not None and shown.endswith(f"/{one.name}") else parse(shown, text)

    monkeypatch.setattr(sources, "parse", kept)


@pytest.fixture
def pack(originals: dict[str, Path], tmp_path: Path) -> Path:
    """Return a fresh copy of the small pack."""
    return Path(shutil.copytree(originals[SMALL], tmp_path / "village_order"))


def broken(one: Break, original: Path, folder: Path) -> str:
    """Copy the pack, break it, and return the broken text."""
    shutil.copytree(original, folder)
    path = folder / one.file
    text = path.read_text(encoding="utf-8")
    assert one.was in ("", "*") or one.was in text, "the original no longer says what is to be broken"
    text = one.now if one.was == "*" else text + one.now if not one.was else text.replace(one.was, one.now, 1)
    path.write_text(text, encoding="utf-8")
    return text


def line_of(text: str, at: str) -> int:
    """Return the line on which `at` first occurs; with ^ before it, the line of the table's head above it."""
    found = text.index(at.removeprefix("^"))
    return text.count("\n", 0, found) + 1 - at.startswith("^")


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: f"{one.code}-{one.at[:24]}")
def test_a_broken_pack_is_told_where_and_why(one: Break, originals: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    text = broken(one, originals[one.pack], folder)
    faults = check(folder)
    found = [fault for fault in faults if fault.code == one.code and one.says in fault.sentence]
    assert found, [str(fault) for fault in faults]
    assert {fault.code for fault in faults} <= {one.code, *one.also}, [str(fault) for fault in faults]
    assert (found[0].file, found[0].line) == ((folder / one.file).as_posix(), line_of(text, one.at))
    assert not [fault for fault in faults if "“”" in fault.sentence or "None" in fault.sentence]
    assert str(found[0]) == f"{found[0].file}:{found[0].line}: {found[0].sentence}"


def test_there_is_a_broken_pack_for_every_sentence() -> None:
    assert {one.code for one in BREAKS} | ABOUT_FILES | ABOUT_EARLIER == set(SENTENCES)


def test_there_are_far_more_than_thirty_five_kinds_of_fault() -> None:
    assert len(SENTENCES) > 90


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (fault,) = check(tmp_path / "nowhere")
    assert (fault.code, fault.line) == ("no-folder", 1)
    assert "没有文件夹" in fault.sentence


def test_a_missing_file_is_named_with_what_belongs_in_it(pack: Path) -> None:
    (pack / "network.toml").unlink()
    found = [fault for fault in check(pack) if fault.code == "missing-file"]
    assert [fault.file for fault in found] == [(pack / "network.toml").as_posix()]
    assert "缺文件 network.toml，网" in found[0].sentence


def test_a_file_nobody_reads_is_named_with_the_right_name(pack: Path) -> None:
    (pack / "story.toml").write_text("", encoding="utf-8")
    (fault,) = check(pack)
    assert (fault.code, fault.file) == ("unknown-file", (pack / "story.toml").as_posix())
    assert "是不是“stories.toml”" in fault.sentence


def test_a_file_in_the_old_encoding_is_named_with_its_line(pack: Path) -> None:
    path = pack / "network.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    (fault,) = check(pack)
    assert (fault.code, fault.line) == ("encoding", 1)
    assert "另存为 UTF-8" in fault.sentence


def test_a_folder_in_place_of_a_file_is_named(pack: Path) -> None:
    (pack / "stories.toml").unlink()
    (pack / "stories.toml").mkdir()
    (fault,) = check(pack)
    assert fault.code == "unreadable"


def test_a_file_saved_by_the_office_editor_with_its_mark_and_line_ends_is_fine(pack: Path) -> None:
    for name in FILES:
        text = (pack / name).read_text(encoding="utf-8")
        (pack / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert check(pack) == []


def test_all_faults_of_writing_are_named_at_once_and_nothing_else(pack: Path) -> None:
    text = (pack / "orders.toml").read_text(encoding="utf-8")
    text = text.replace('prefix = "VO"', "prefix = “VO”").replace('kind = "phone"', "kind = phone")
    text = text.replace('to = "registered"', 'to = "registred"').replace("max_length = 80", "max_length = 080")
    (pack / "orders.toml").write_text(text + 'verb = "alarm\n', encoding="utf-8")
    (pack / "programme.toml").write_text('key = "a"\nsealed = 否\n', encoding="utf-8")
    found = [(Path(fault.file).name, fault.code) for fault in check(pack)]
    assert found == [
        ("programme.toml", "flag"),
        ("orders.toml", "wide"),
        ("orders.toml", "leading-zero"),
        ("orders.toml", "unquoted"),
        ("orders.toml", "unclosed-string"),
    ]


def test_all_faults_of_meaning_are_named_at_once(pack: Path) -> None:
    text = (pack / "orders.toml").read_text(encoding="utf-8")
    changes = {
        'to = "registered"': 'to = "registred"',
        'limit = "15 days"': 'limit = "15 dayz"',
        'name = "待接单"': 'name = "To accept"',
        'by = ["handler"]\nmain': "by = []\nmain",
        'data_class = "C2"\n': "",
        'does = "remind"': 'does = "remaind"',
    }
    for was, now in changes.items():
        assert was in text
        text = text.replace(was, now, 1)
    (pack / "orders.toml").write_text(text, encoding="utf-8")
    (pack / "network.toml").write_text(
        (pack / "network.toml").read_text(encoding="utf-8").replace('within = ["town"]', 'within = ["twn"]', 1),
        encoding="utf-8",
    )
    faults = check(pack)
    assert sorted(fault.code for fault in faults) == [
        "bad-duration",
        "no-right",
        "not-chinese",
        "phone-class",
        "unknown-ref",
        "unknown-ref",
        "unknown-ref",
    ]
    assert faults == sorted(faults, key=lambda fault: (FILES.index(Path(fault.file).name), fault.line))


def test_one_slip_of_the_pen_does_not_make_many_faults(pack: Path) -> None:
    path = pack / "orders.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('from = ["dispatched"]\nto = "in_progress"', 'from = ["dispached"]\nto = "in_progres"', 1)
    )
    assert [fault.code for fault in check(pack)] == ["unknown-ref", "unknown-ref"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_a_pack_cut_off_anywhere_is_answered_with_faults(
    data: st.DataObject, pack: Path, originals: dict[str, Path]
) -> None:
    name = data.draw(st.sampled_from(FILES))
    text = (originals[SMALL] / name).read_text(encoding="utf-8")
    cut = data.draw(st.integers(0, len(text)))
    (pack / name).write_text(text[:cut], encoding="utf-8")
    for fault in check(pack):
        assert fault.line >= 1
        assert fault.sentence
    (pack / name).write_text(text, encoding="utf-8")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    data=st.data(),
    rubbish=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))),
)
def test_rubbish_anywhere_in_a_pack_is_answered_with_faults(
    data: st.DataObject, rubbish: bytes, pack: Path, originals: dict[str, Path]
) -> None:
    name = data.draw(st.sampled_from(FILES))
    raw = (originals[SMALL] / name).read_bytes()
    at = data.draw(st.integers(0, len(raw)))
    (pack / name).write_bytes(raw[:at] + rubbish + raw[at + len(rubbish) :])
    assert all(fault.line >= 1 for fault in check(pack))
    (pack / name).write_bytes(raw)


_VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-3, 10**10),
        st.sampled_from(['"x"', '""', '"desk"', "1.5", "nan", "2022-10-01", "[]", "{}"]),
    ),
    lambda inner: st.lists(inner, max_size=2).map(lambda many: f"[{', '.join(map(str, many))}]"),
    max_leaves=3,
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), value=_VALUES)
def test_a_value_of_any_sort_anywhere_is_answered_with_faults(
    data: st.DataObject, value: object, pack: Path, originals: dict[str, Path]
) -> None:
    name = data.draw(st.sampled_from(FILES))
    lines = (originals[SMALL] / name).read_text(encoding="utf-8").split("\n")
    places = [n for n, line in enumerate(lines) if line[:1].isalpha() and " = " in line and not line.endswith("[")]
    n = data.draw(st.sampled_from(places))
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    lines[n] = f"{lines[n].split(' = ')[0]} = {shown.replace('True', 'true').replace('False', 'false')}"
    (pack / name).write_text("\n".join(lines), encoding="utf-8")
    assert all(fault.line >= 1 for fault in check(pack))
    (pack / name).write_text((originals[SMALL] / name).read_text(encoding="utf-8"), encoding="utf-8")
