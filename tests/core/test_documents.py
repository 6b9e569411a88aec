"""文书: numbers, what may be named, who may sign, receive and file; without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bihuan.core import documents as rules
from bihuan.core.changes import keep_paper
from bihuan.core.document_kinds import DocumentKind, DocumentRow
from bihuan.core.network import Holding, Network, Post, Unit
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor, actor_in
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.packs import calendars, loader

NOW = datetime(2022, 10, 25, 2, 20, tzinfo=UTC)
PACK = Path(__file__).resolve().parents[2] / "programmes" / "enterprise_order"
UNITS = [
    Unit("zone", "经开区", "zone"),
    Unit("chain", "链", "chain_committee", "zone"),
    Unit("labour", "人社局", "department", "zone"),
    Unit("science", "科技局", "department", "zone"),
]
POSTS = [
    Post("leader", "分管", "supervising_leader", "zone"),
    Post("desk", "派单", "dispatcher", "zone", frozenset({"chain"})),
    Post("handler", "承办", "handler", "labour"),
    Post("other", "承办", "handler", "science"),
]
NET = Network(
    NOW.date(), 1, UNITS, POSTS, [Holding(p.key, p.key, NOW.date()) for p in POSTS], {p.key: p.name for p in POSTS}
)


@pytest.fixture(scope="session")
def kind_of_order() -> OrderType:
    return loader.programme(PACK, "enterprise_order@1").orders["enterprise_request"]


@pytest.fixture
def setting(kind_of_order: OrderType) -> Setting:
    return Setting(kind_of_order, NET, calendars.load())


def who(post: str) -> Actor:
    return actor_in(NET, post, post)


def order(**more: object) -> OrderState:
    given = {"state": "in_progress", "desk": "chain", "lead": "labour", "supervisor": "leader", **more}
    return OrderState(id=7, number="QD2022-0001", **given)  # type: ignore[arg-type]


def issued(one: OrderState, id_: int = 1, replaces: str = "", **more: object) -> OrderState:
    """Return the order after a paper was signed."""
    kind = DocumentKind("supervision_slip", "督办单", "h", "document", ("supervisor",), word="督")
    mark = rules.issue_mark(id_, kind, str(more.get("number", f"督〔2022〕{id_}号")), "d", ["labour"], replaces)
    return said(one, mark)


def said(one: OrderState, mark: dict[str, object], person: str = "x") -> OrderState:
    new = one.copy()
    keep_paper(new, Event(7, new.seq + 1, "v", {"person": person}, NOW, {}, mark, "b", ""))
    return new


def test_a_document_number_is_code_word_year_and_running_number() -> None:
    kind = DocumentKind("k", "督办单", "h", "document", (), word="链督")
    assert rules.number_text(kind, "常经", 2022, 3) == "常经链督〔2022〕3号"
    assert rules.number_text(kind, "常经", 2022, 0) == "常经链督〔2022〕　　号"


def test_a_serial_has_no_number_while_it_is_a_draft_and_four_figures_after() -> None:
    kind = DocumentKind("k", "派单单", "h", "serial", ())
    assert (rules.number_text(kind, "", 2022, 0), rules.number_text(kind, "", 2022, 12)) == ("", "2022-0012")


def test_two_units_that_print_the_same_code_count_in_one_series_and_serials_by_unit() -> None:
    paper = DocumentKind("k", "督办单", "h", "document", (), word="督")
    slip = replace(paper, number="serial")
    assert rules.series_of(paper, "p", "a", "常经", 2022) == rules.series_of(paper, "p", "b", "常经", 2022)
    assert rules.series_of(slip, "p", "a", "常经", 2022) != rules.series_of(slip, "p", "b", "常经", 2022)
    assert rules.series_of(paper, "p", "a", "常经", 2022) != rules.series_of(paper, "p", "a", "常经", 2023)
    assert rules.series_of(replace(paper, number="none"), "p", "a", "", 2022) == ""


def test_a_paper_may_name_the_closed_list_and_plain_fields_but_no_personal_ones(kind_of_order: OrderType) -> None:
    names = rules.names_for(kind_of_order, kind_of_order.documents["supervision_slip"])
    assert {"situation", "lead", "facts", "number"} <= set(names)
    assert not {"contact_phone", "contact_name", "attachments"} & set(names)
    listed = rules.names_for(kind_of_order, kind_of_order.documents["task_list"])
    assert "total" in listed and "order_number" not in listed


def test_names_are_filled_in_and_what_has_no_value_leaves_nothing() -> None:
    assert rules.filled("{lead}：{nothing}请办", {"lead": "人社局"}) == "人社局：请办"


def test_a_supervising_leader_may_sign_and_a_stranger_or_the_desk_may_not(setting: Setting) -> None:
    kind = setting.type.documents["supervision_slip"]
    rules.ready(setting, order(), who("leader"), kind, NOW)
    for post in ("desk", "handler", "other"):
        with pytest.raises(Refused, match="issue_document.post"):
            rules.ready(setting, order(), who(post), kind, NOW)


@pytest.mark.parametrize(
    ("kind", "post", "state", "code"),
    [
        ("closing_slip", "desk", "in_progress", "issue_document.state"),
        ("answer_slip", "handler", "replied", "issue_document.state.unanswered"),
        ("task_list", "desk", "in_progress", "issue_document.state.unknown"),
    ],
)
def test_a_paper_out_of_its_time_is_refused(setting: Setting, kind: str, post: str, state: str, code: str) -> None:
    with pytest.raises(Refused) as why:
        rules.ready(setting, order(state=state), who(post), setting.type.documents[kind], NOW)
    assert why.value.code == code


def test_who_stepped_aside_signs_nothing(setting: Setting) -> None:
    with pytest.raises(Refused, match="recusal"):
        rules.ready(setting, order(recused=["leader"]), who("leader"), setting.type.documents["supervision_slip"], NOW)


def test_a_paper_is_corrected_once_and_only_by_one_of_its_kind(setting: Setting) -> None:
    kind, one = setting.type.documents["supervision_slip"], issued(order())
    rules.ready(setting, one, who("leader"), kind, NOW, replaces="1")
    two = issued(one, 2, replaces="1")
    assert two.papers["1"]["replaced"] == "2" and two.papers["2"]["replaces"] == "1"
    assert "replaced" not in one.papers["1"]
    for code, gone in (("replaced", "1"), ("no_original", "9")):
        with pytest.raises(Refused, match=f"state.{code}"):
            rules.ready(setting, two, who("leader"), kind, NOW, replaces=gone)
    with pytest.raises(Refused, match="no_original"):
        rules.ready(setting, two, who("desk"), setting.type.documents["reminder"], NOW, replaces="2")


def test_a_unit_confirms_a_paper_once_and_no_other_unit_does() -> None:
    one = issued(order())
    assert rules.waiting(one.papers["1"]) == ["labour"]
    mark = rules.receive_mark(one, who("handler"), 1)
    two = said(one, mark, "handler")
    assert two.papers["1"]["received"]["labour"]["by"] == "handler" and rules.waiting(two.papers["1"]) == []
    for post, code in (("other", "receive_document.post"), ("handler", "receive_document.state.received")):
        with pytest.raises(Refused) as why:
            rules.receive_mark(two, who(post), 1)
        assert why.value.code == code


def test_a_corrected_paper_waits_for_nobody_and_is_not_received() -> None:
    two = issued(issued(order()), 2, replaces="1")
    assert rules.waiting(two.papers["1"]) == []
    with pytest.raises(Refused, match="state.replaced"):
        rules.receive_mark(two, who("handler"), 1)


def test_the_stamped_copy_is_filed_by_who_signs_or_received_the_paper(setting: Setting) -> None:
    one = issued(order())
    for post in ("leader", "handler"):
        mark = rules.scan_mark(setting, one, who(post), 1, 5, "d")
        assert said(one, mark).papers["1"]["scan"] == 5
    with pytest.raises(Refused, match="file_scan.post"):
        rules.scan_mark(setting, one, who("other"), 1, 5, "d")


def test_the_desk_confirms_what_went_to_the_units_it_looks_after() -> None:
    assert rules.own_units(who("desk"), ["chain", "labour"]) == ["chain"]
    assert rules.own_units(who("handler"), ["chain", "labour"]) == ["labour"]


def test_content_with_a_float_is_no_evidence() -> None:
    text, digest = rules.sealed({"b": "二", "a": 1})
    assert text == '{"a":1,"b":"二"}' and len(digest) == 64
    with pytest.raises(TypeError):
        rules.sealed({"a": 0.5})


def test_the_rows_a_signer_may_change_are_known_by_their_place() -> None:
    kind = DocumentKind("k", "n", "h", "none", (), rows=(DocumentRow("甲"), DocumentRow("乙", edit=True)))
    assert list(kind.editable()) == ["row1"]
