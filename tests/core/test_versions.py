"""What differs between two versions, which verdict each difference has, and which running orders it concerns."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bihuan.core.order_state import OrderState
from bihuan.core.verdicts import AHEAD, BEHIND, WORDING
from bihuan.core.versions import Difference, concerned, diff, reused
from bihuan.packs import loader

Content = dict[str, Any]
PACK = Path(__file__).resolve().parents[2] / "programmes" / "enterprise_order"
WHOLE = loader.load(PACK).content
TYPE = "enterprise_request"


def order_of(content: Content) -> Content:
    found: Content = content["orders"]["order"][0]
    return found


def one(content: Content, table: str, key: str) -> Content:
    by = "verb" if table == "move" else "key"
    return next(entry for entry in order_of(content)[table] if entry[by] == key)


def found(change: Callable[[Content], object]) -> list[Difference]:
    """Return the differences a change makes."""
    after = copy.deepcopy(WHOLE)
    change(after)
    return diff(WHOLE, after)


def only(change: Callable[[Content], object]) -> Difference:
    (difference,) = found(change)
    return difference


def test_a_version_does_not_differ_from_itself() -> None:
    assert diff(WHOLE, copy.deepcopy(WHOLE)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["programme"].update(hotline="0736-1234567"),
        lambda c: c["programme"]["channel"][0].update(name="企业自己提"),
        lambda c: order_of(c).update(name="诉求"),
        lambda c: one(c, "field", "facts").update(hint="写清楚"),
        lambda c: one(c, "field", "category")["choices"][0].update(name="招聘"),
        lambda c: one(c, "state", "replied").update(outward="已答复"),
        lambda c: one(c, "move", "accept").update(name_en="Take"),
        lambda c: c["network"]["post"][0].update(name="专员"),
        lambda c: order_of(c)["field"].reverse(),
    ],
)
def test_names_hints_and_their_order_are_wording(change: Callable[[Content], object]) -> None:
    difference = only(change)
    assert difference.verdict == WORDING
    assert not concerned(difference, OrderState(id=1, type=TYPE, state="replied"))


@pytest.mark.parametrize(
    "change",
    [
        lambda c: order_of(c)["field"].append({"key": "extra", "name": "补充", "kind": "text"}),
        lambda c: one(c, "field", "category")["choices"].append({"key": "water", "name": "用水"}),
        lambda c: order_of(c)["state"].append({"key": "reviewing", "name": "复核", "milestone": "checked"}),
        lambda c: order_of(c)["move"].append(
            {"verb": "praise", "name": "表扬", "effect": "progress", "from": ["closed"]}
        ),
        lambda c: c["programme"]["channel"].append({"key": "chat", "name": "微信"}),
        lambda c: one(c, "move", "submit").update(needs=["title"]),
        lambda c: one(c, "move", "accept").update(takes=["team", "note"]),
        lambda c: one(c, "move", "reply_desk").update(needs=["result"]),
        lambda c: one(c, "move", "accept").update({"from": [*one(c, "move", "accept")["from"], "registered"]}),
        lambda c: order_of(c).update(prefix="QY"),
        lambda c: order_of(c)["catalogue"].update(land="industry_bureau"),
        lambda c: c["orders"]["order"].append({**order_of(c), "key": "another", "prefix": "AN"}),
    ],
)
def test_what_no_order_has_begun_lies_ahead(change: Callable[[Content], object]) -> None:
    assert only(change).verdict == AHEAD


STANDING = OrderState(
    id=1, type=TYPE, state="in_progress", category="land", importance="heavy", urgency="urgent", fields={"wish": "快"},
    clocks={
        "promise": {"start": "a", "limit": "1 month", "due": "b"},
        "accepting": {"start": "a", "limit": "1 workday", "due": "b", "stop": "b"},
        "dispatching": {"start": "a", "limit": "2 work-hours", "due": "b"},
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        (lambda c: order_of(c)["state"].remove(one(c, "state", "in_progress")), True),
        (lambda c: order_of(c)["state"].remove(one(c, "state", "rectifying")), False),
        (lambda c: one(c, "state", "in_progress").update(owner="desk"), True),
        (lambda c: one(c, "clock", "promise").update(limit="10 workdays"), True),
        (lambda c: one(c, "clock", "promise")["limits"].update(arrears="10 days"), False),
        (lambda c: one(c, "clock", "accepting").update(limit="2 workdays"), False),
        (lambda c: one(c, "clock", "dispatching")["limits"].update(P1="1 workday"), True),
        (lambda c: one(c, "clock", "dispatching")["limits"].update(P4="9 workdays"), False),
        (lambda c: one(c, "clock", "promise").pop("extendable"), True),
        (lambda c: order_of(c)["clock"].remove(one(c, "clock", "promise")), True),
        (lambda c: one(c, "move", "reply_desk").update(needs=["result", "report", "cost_saved"]), True),
        (lambda c: one(c, "move", "reply_desk").update(by=["unit_head"]), True),
        (lambda c: one(c, "move", "accept").update(by=["unit_head"]), False),
        (lambda c: order_of(c)["move"].remove(one(c, "move", "progress")), True),
        (lambda c: one(c, "move", "progress").update({"from": ["rectifying"]}), True),
        (lambda c: one(c, "role", "handler").update(sees="outward"), True),
        (lambda c: order_of(c)["field"].remove(one(c, "field", "wish")), True),
        (lambda c: order_of(c)["field"].remove(one(c, "field", "visit_list")), False),
        (lambda c: one(c, "field", "category")["choices"].pop(3), True),
        (lambda c: one(c, "field", "category")["choices"].pop(0), False),
        (lambda c: order_of(c)["lights"].update(yellow_share="0.5"), True),
        (lambda c: c["network"]["post"].remove(next(p for p in c["network"]["post"] if p["key"] == "handler")), True),
        (lambda c: c["programme"].update(sealed=True), True),
    ],
)
def test_what_touches_orders_on_their_way_is_behind_and_counts_just_those(
    change: Callable[[Content], object], touched: bool
) -> None:
    behind = [difference for difference in found(change) if difference.verdict == BEHIND]
    assert len(behind) == 1, behind
    assert concerned(behind[0], STANDING) is touched
    assert not concerned(behind[0], OrderState(id=2, type="another")) or behind[0].noun == "programme"


def test_a_renamed_state_is_told_once_and_not_by_every_move_that_names_it() -> None:
    def rename(content: Content) -> None:
        one(content, "state", "in_progress")["key"] = "working"
        for move in order_of(content)["move"]:
            move["from"] = ["working" if key == "in_progress" else key for key in move.get("from", [])]
            move["to"] = "working" if move.get("to") == "in_progress" else move.get("to", "")

    assert [(d.what, d.noun, d.key) for d in found(rename)] == [
        ("removed", "state", "in_progress"),
        ("added", "state", "working"),
    ]


def test_who_sees_what_holds_at_once_and_everything_else_waits() -> None:
    assert only(lambda c: one(c, "role", "handler").update(sees="outward")).at_once
    assert not only(lambda c: one(c, "clock", "promise").update(limit="10 workdays")).at_once


def test_a_flag_that_is_on_where_not_written_is_a_difference_when_switched_off() -> None:
    difference = only(lambda c: one(c, "role", "handler").update(secret=False))
    assert (difference.attribute, difference.before, difference.after) == ("secret", None, False)


def test_a_key_that_came_to_mean_another_sort_of_thing_is_found() -> None:
    after = copy.deepcopy(WHOLE)
    one(after, "field", "wish")["kind"] = "long_text"
    one(after, "move", "redispatch")["effect"] = "arbitrate"
    assert reused(WHOLE, WHOLE) == []
    assert reused(WHOLE, after) == [
        (TYPE, "field", "wish", "text", "long_text"),
        (TYPE, "move", "redispatch", "dispatch", "arbitrate"),
    ]


def test_a_change_of_a_book_is_ahead_and_of_its_words_wording() -> None:
    def book(content: Content) -> Content:
        found: Content = content["ledger"]["activity"][0]
        return found

    named = only(lambda c: book(c).update(name="半月碰头会"))
    assert (named.verdict, named.noun, named.key) == (WORDING, "activity", "half_month_meeting")
    added = only(lambda c: book(c)["measure"].append({"key": "hours", "name": "时长", "kind": "items"}))
    assert (added.verdict, added.what, added.noun, added.key) == (
        AHEAD, "added", "activity_measure", "half_month_meeting.hours",
    )  # fmt: skip
    assert [one.what for one in found(lambda c: c.pop("ledger"))] == ["removed"] * (8 + 3 + 1)  # books, duties, reach
