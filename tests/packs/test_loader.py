"""The loader: one content for every way of writing the same thing, and the core's values from it."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.programmes import Clock, Coverage, Move, Role, State, Who
from bihuan.packs import loader
from bihuan.packs.faults import Faulty
from bihuan.packs.skeleton import new

PROGRAMMES = Path(__file__).resolve().parents[2] / "programmes"
LARGE = PROGRAMMES / "enterprise_order"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return new("village_order", tmp_path)


def changed(pack: Path, file: str, was: str, now: str) -> loader.Content:
    path = pack / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    return loader.load(pack).content


def hash_of(pack: Path) -> str:
    return loader.content_hash(loader.load(pack).content)


@pytest.mark.parametrize(
    ("file", "was", "now"),
    [
        ("orders", "# 单：填什么", "# 说明改了：填什么"),
        (
            "orders",
            'prefix = "VO"                     # 单号前缀\ntitle = "title"  ',
            'title = "title"\nprefix = "VO"  ',
        ),
        ("orders", 'verb = "accept"\n', 'verb = "accept"\neffect = "accept"\n'),
        ("orders", 'verb = "accept"\n', 'verb = "accept"\ninner = false\nhint = ""\ntakes = []\n'),
        ("orders", 'limit = "15 days"', 'limit = "15日"'),
        ("orders", 'limit = "15 workdays"', 'limit = "15个工作日"'),
        ("orders", "yellow_share = 0.3,", "yellow_share = 0.30,"),
        ("orders", "yellow_share = 0.3,", "yellow_share = 3e-1,"),
        ("network", 'has = "village_clerk"', 'has = "village_clerk"\nmin = 1\nmax = 0'),
        ("programme", 'version_note = "首版"', 'version_note = "改了一处说明"'),
        ("stories", 'name = "点单、派单、接单"', 'name = "点单到接单"'),
        ("programme", 'name = "村级点单服务"', 'name = """村级点单服务"""'),
    ],
)
def test_what_says_the_same_has_the_same_hash(file: str, was: str, now: str, pack: Path) -> None:
    before = hash_of(pack)
    if file == "stories":
        text = (pack / "stories.toml").read_text(encoding="utf-8").replace(was.split(" = ")[1], now.split(" = ")[1])
        (pack / "stories.toml").write_text(text, encoding="utf-8")
    else:
        changed(pack, file, was, now)
    assert hash_of(pack) == before


@pytest.mark.parametrize(
    ("file", "was", "now"),
    [
        ("orders", 'name = "待受理"', 'name = "等受理"'),
        ("orders", 'limit = "15 days"', 'limit = "14 days"'),
        ("orders", 'by = ["requester", "desk"]', 'by = ["desk", "requester"]'),
        ("orders", 'verb = "accept"\n', 'verb = "accept"\nundo = true\n'),
        ("network", 'has = "village_clerk"', 'has = "village_clerk"\nmin = 2'),
        ("programme", 'contact = "乡镇派单台"', 'contact = "镇派单台"'),
    ],
)
def test_what_says_something_else_has_another_hash(file: str, was: str, now: str, pack: Path) -> None:
    before = hash_of(pack)
    changed(pack, file, was, now)
    assert hash_of(pack) != before


def test_names_typed_in_parts_are_the_same_names(pack: Path) -> None:
    before = changed(pack, "programme", 'name_en = "Village requests"', 'name_en = "Villagé requests"')
    text = (pack / "programme.toml").read_text(encoding="utf-8")
    (pack / "programme.toml").write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    assert unicodedata.normalize("NFD", text) != text
    assert loader.canonical(loader.load(pack).content) == loader.canonical(before)


def test_the_canonical_text_is_one_line_of_json_with_sorted_keys_and_no_floats(pack: Path) -> None:
    text = loader.canonical(loader.load(pack).content)
    assert "\n" not in text
    assert json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text
    assert json.loads(text, parse_float=lambda number: pytest.fail(f"a float: {number}"))
    assert json.loads(text)["orders"]["order"][0]["lights"] == {"yellow_share": "0.3", "yellow_workdays": 2}


_DATA = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.text(max_size=8).map(lambda text: unicodedata.normalize("NFC", text)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("xyz", max_size=2), _DATA, max_size=4))
def test_a_journey_through_the_canonical_text_changes_nothing(content: dict[str, object]) -> None:
    text = loader.canonical(content)
    assert loader.canonical(json.loads(text)) == text
    assert loader.content_hash(json.loads(text)) == loader.content_hash(content)
    assert loader.canonical(dict(reversed(content.items()))) == text


def test_a_float_has_no_canonical_text() -> None:
    with pytest.raises(TypeError, match="share"):
        loader.canonical({"orders": {"share": 0.3}})


def test_the_core_gets_what_the_pack_says() -> None:
    source = loader.load(LARGE)
    programme = loader.build(source.content, "enterprise_order@7", "abc")
    order = programme.orders["enterprise_request"]
    assert (programme.key, programme.bundle, programme.hash) == ("enterprise_order", "enterprise_order@7", "abc")
    assert source.key == "enterprise_order"
    assert source.note.startswith("首版")
    assert order.moves["redispatch"].effect == "dispatch"
    assert order.moves["dispatch"] == Move(
        verb="dispatch",
        name="派单",
        name_en="Dispatch",
        effect="dispatch",
        by=("desk",),
        from_=("registered",),
        to="dispatched",
        needs=("lead", "supervisor"),
        takes=("co", "note", "category", "importance", "urgency"),
        undo=True,
        main=True,
    )
    assert order.states["closed"] == State("closed", "已销号", "closed", "Struck off", outward="已办结", closed=True)
    assert order.roles["reader"] == Role(
        "reader", "办公室统计", (Who("everywhere", "statistician"),), "Statistician", secret=False
    )
    assert order.roles["requester"].sees == "outward"
    assert order.roles["requester"].secret
    assert order.clocks["promise"] == Clock(
        "promise",
        "对企业承诺",
        "1 month",
        starts=("dispatch",),
        stops=("replied",),
        name_en="Promise to the enterprise",
        by="category",
        limits={"arrears": "30 days"},
        owes="handler",
        extendable=True,
        promise=True,
    )
    assert order.lights == {"yellow_share": 0.3, "yellow_workdays": 2.0, "orange_share": 0.15}
    assert programme.coverages[0] == Coverage(
        "areas_per_chain",
        "每个产业链3至5个党建活动片区",
        "chain_committee",
        "activity_area",
        "Three to five activity areas in every chain",
        3,
        5,
        (Who("everywhere", "supervision_office"),),
    )
    assert programme.coverages[2].min == 1
    assert order.fields["category"].has_choice("finance")
    assert order.fields["contact_phone"].data_class == "C2"
    assert order.fields["facts"].data_class == "C1"
    assert order.start().verb == "submit"
    assert programme.channels["hotline"].external
    assert programme.unit_types["section"].within == ("department",)
    assert programme.post_kinds["dispatcher"].covers == "chain_committee"


def test_several_kinds_of_order_may_stand_in_one_file(pack: Path) -> None:
    text = (pack / "orders.toml").read_text(encoding="utf-8")
    second = text.replace('key = "request"', 'key = "second"', 1).replace('prefix = "VO"', 'prefix = "VS"', 1)
    (pack / "orders.toml").write_text(text + second, encoding="utf-8")
    programme = loader.programme(pack)
    assert list(programme.orders) == ["request", "second"]
    assert programme.orders["request"].moves == programme.orders["second"].moves
    assert programme.bundle == "village_order@0"


def test_a_pack_that_cannot_be_read_is_refused_with_every_fault(pack: Path) -> None:
    for name in ("network", "orders"):
        path = pack / f"{name}.toml"
        path.write_text(path.read_text(encoding="utf-8") + "x = “\n", encoding="utf-8")
    with pytest.raises(Faulty) as why:
        loader.load(pack)
    assert [fault.code for fault in why.value.faults] == ["wide", "wide"]
    assert "全角符号" in str(why.value)


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="没有项目包"):
        loader.load(tmp_path)


def test_content_without_what_must_be_there_is_no_programme(pack: Path) -> None:
    content = loader.load(pack).content
    del content["orders"]["order"][0]["state"][0]["milestone"]
    with pytest.raises(KeyError, match="milestone"):
        loader.build(content, "a@1", "h")


def test_loading_leaves_the_folder_as_it_was(pack: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in pack.iterdir()}
    other = Path(shutil.copytree(pack, tmp_path / "copy"))
    loader.load(other)
    assert {path.name: path.read_bytes() for path in other.iterdir()} == before
