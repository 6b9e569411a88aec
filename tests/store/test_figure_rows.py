"""数字: figures over units, posts, duties, coverage and stated statistics, each with exactly the records it opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.actions import ledger as actions
from bihuan.core.cadence import periods
from bihuan.core.entries import EntryState
from bihuan.core.figures import Asked, Difference, Figure, Member
from bihuan.core.indicators import Indicator
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.programmes import Programme
from bihuan.store import figures, network, packs, versions
from tests import cast

pytestmark = pytest.mark.django_db
P = "enterprise_order"
YEAR = Asked(date(2022, 1, 1), date(2022, 9, 29))
AUG = Asked(date(2022, 1, 1), date(2022, 8, 31))
LATER = cast.NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def programme(**more: Indicator) -> Programme:
    """Return the shipped programme, with further indicators."""
    known = packs.programme(P)
    return replace(known, indicators={**known.indicators, **more})


def figure(key: str, asked: Asked = YEAR, actor: Actor = SYSTEM, **more: Indicator) -> Figure:
    return figures.figure(seen_by=actor, programme=programme(**more), key=key, asked=asked, now=LATER)


def opened(key: str, asked: Asked = YEAR, part: str = "records", **more: Indicator) -> list[Member]:
    given: dict[str, Any] = {
        "seen_by": SYSTEM,
        "programme": programme(**more),
        "key": key,
        "asked": asked,
        "now": LATER,
    }
    found: list[Member] = []
    cursor = ""
    while True:
        page = figures.members(**given, part=part, cursor=cursor, size=3)
        found += page.rows
        cursor = page.next
        if not cursor:
            assert len({one.id for one in found}) == len(found)
            return found


def grouped(key: str, *by: str, asked: Asked = YEAR) -> dict[tuple[str, ...], Any]:
    given: dict[str, Any] = {"seen_by": SYSTEM, "programme": programme(), "key": key, "asked": asked, "now": LATER}
    return {group: one.value for group, one in figures.grouped(**given, by=by).items()}


def state(series: str = "output", later: int = 0, **facts: Any) -> EntryState:
    given = {"unit": "equipment", "period": "2022年1-8月", "value": "114.1亿元", "document": "月报", **facts}
    now = cast.NOW + timedelta(minutes=later)
    return actions.enter(actor=cast.actor("he"), programme=P, activity=series, facts=given, now=now)


def huddle(day: str, unit: str = "equipment", later: int = 0, **facts: Any) -> EntryState:
    given = {"unit": unit, "date": day, "topic": "用工", "attendance": "9", "has_evidence": True, **facts}
    return actions.enter(
        actor=SYSTEM, programme=P, activity="half_month_meeting", facts=given, now=cast.NOW + timedelta(minutes=later)
    )


# ---- units and posts ----
def test_units_are_counted_as_of_the_day_and_their_facts_add_up_to_the_sum() -> None:
    for n, members in enumerate(("12", "7", "")):
        facts = {"party_members": members} if members else {}
        network.put_unit(key=f"org{n}", name=f"党组织{n}", type_="party_org", parent="equipment",
                         since=date(2022, 3, 1 + n), facts=facts)  # fmt: skip
    versions.bump("network")
    assert (figure("eo_party_orgs").value, len(opened("eo_party_orgs"))) == (3, 3)
    total, rows = figure("eo_members"), opened("eo_members")
    assert (total.value, total.members, total.opens) == (19, 2, "amounts")
    assert sum(int(one.amount) for one in rows) == 19 and [one.kind for one in rows] == ["unit", "unit"]
    assert grouped("eo_members", "chain_committee") == {("equipment",): 19}
    assert figure("eo_members", replace(YEAR, unit="food")).value == 0
    day_before = iso(cast.NOW.replace(month=3, day=1))
    assert figure("eo_party_orgs", replace(YEAR, as_of=day_before)).value == 1
    assert figure("eo_chains").value == len(packs_units("chain_committee"))


def packs_units(kind: str) -> list[str]:
    return [one.key for one in network.snapshot(date(2022, 9, 29)).of_type(kind)]


def test_posts_are_all_held_or_vacant() -> None:
    marks = {mark: Indicator(mark, mark, "count", over="posts", mark=mark) for mark in ("posts", "held", "vacant")}
    n = {mark: figure(mark, **marks).value for mark in marks}
    assert n["posts"] == n["held"] + n["vacant"] and n["held"] > 0
    assert len(opened("held", **marks)) == n["held"]
    assert all(one.kind == "post" and not one.more for one in opened("held", **marks))  # posts, not who holds them


def test_the_contact_of_an_enterprise_reads_no_figure_of_the_office() -> None:
    for key in ("eo_chains", "eo_output", "cad_due", "eo_area_ok", "eo_visited"):
        with pytest.raises(figures.NotFound):
            figure(key, actor=cast.actor("guo"))


# ---- statistics ----
def test_a_stated_figure_is_the_record_of_exactly_that_window() -> None:
    assert (figure("eo_output", AUG).value, figure("eo_output", AUG).missing) == (None, "no_statistic")
    entry = state()
    found = figure("eo_output", AUG)
    assert (found.value, found.opens, found.members) == (Decimal(11410000000), "stated", 1)
    (row,) = opened("eo_output", AUG)
    assert (row.kind, row.number, row.amount, row.unit) == ("statistic", entry.number, "11410000000", "equipment")
    assert figure("eo_output", YEAR).missing == "no_statistic"
    assert figure("eo_output", replace(AUG, unit="food")).missing == "no_statistic"


def test_stated_numbers_of_several_units_are_never_added_up() -> None:
    state()
    state(unit="food", value="156.3亿元")
    assert (figure("eo_output", AUG).value, figure("eo_output", AUG).missing) == (None, "ambiguous")
    by = grouped("eo_output", "unit", asked=AUG)
    assert by == {("equipment",): Decimal(11410000000), ("food",): Decimal(15630000000)}
    assert figure("eo_output", replace(AUG, unit="food")).value == Decimal(15630000000)


def test_of_two_documents_the_one_recorded_last_counts_and_both_are_opened() -> None:
    state("growth", value="9.45%")
    state("growth", value="9.5%", document="年鉴", later=3)
    found, rows = figure("eo_growth", AUG), opened("eo_growth", AUG)
    assert (found.value, found.members, found.unit) == (Decimal("9.5"), 2, "%")
    assert [(one.amount, one.more["counts"]) for one in rows] == [("9.5", "yes"), ("9.45", "")]


def test_a_stated_figure_of_a_past_moment_and_what_made_the_difference() -> None:
    entry = state()
    facts = {"unit": "equipment", "period": "2022年1-8月", "value": "115亿元", "document": "月报"}
    when = cast.NOW + timedelta(minutes=30)
    actions.correct(actor=cast.actor("he"), number=entry.number, facts=facts, reason="更正", now=when)
    then = replace(AUG, as_of=iso(cast.NOW + timedelta(minutes=1)))
    assert figure("eo_output", then).value == Decimal(11410000000)
    assert figure("eo_output", AUG).value == Decimal(11500000000)
    (why,) = explained("eo_output", then, AUG)
    assert (why.before, why.after, why.verb, why.at) == ("11410000000", "11500000000", "corrected", iso(when))
    before = replace(AUG, as_of=iso(cast.NOW - timedelta(minutes=1)))
    assert [(one.before, one.after) for one in explained("eo_output", before, then)] == [("", "11410000000")]


def explained(key: str, before: Asked, after: Asked) -> list[Difference]:
    return figures.explain(
        seen_by=SYSTEM, programme=programme(), key=key, before=before, after=after, now=LATER
    )  # fmt: skip


# ---- duties ----
def test_periods_due_are_those_over_since_the_founding_and_the_rate_opens_three_lists() -> None:
    since = network.snapshot(date(2022, 9, 29)).units["equipment"].since
    assert since is not None
    huddle("2022-08-03")
    huddle("2022-08-20", idle="holiday", topic="", attendance="")
    chains = len(packs_units("chain_committee"))
    over = [one for one in periods("half_month", date(2022, 1, 1), date(2022, 9, 29)) if one.end < date(2022, 9, 28)]
    found = {key: figure(key) for key in ("cad_due", "cad_met", "cad_excused", "eo_cadence")}
    assert found["cad_due"].value == chains * len(over) == len(opened("cad_due"))
    assert (found["cad_met"].value, found["cad_excused"].value) == (0, 1)  # entered long after: late, not met
    share = found["eo_cadence"]
    assert [(one.key, one.count) for one in share.parts] == [
        ("numerator", 0), ("denominator", chains * len(over) - 1), ("excluded", 1),
    ]  # fmt: skip
    assert share.value == 0 and [one.day for one in opened("eo_cadence", part="excluded")] == ["2022-08-16"]
    row = opened("cad_due")[0]
    assert (row.kind, row.more["founded"]) == ("duty", since.isoformat())
    assert sum(grouped("cad_due", "unit").values()) == found["cad_due"].value
    assert grouped("cad_due", "kept", "unit")["late", "equipment"] == 1


def test_duties_as_of_a_moment_know_only_what_was_recorded_by_then() -> None:
    huddle("2022-09-20", later=60)
    asked = Asked(date(2022, 9, 16), date(2022, 9, 29))
    late = {"late": Indicator("late", "补记", "count", over="cadence", of="huddle", mark="late")}
    whole = {"met": Indicator("met", "按时", "count", over="cadence", of="huddle", mark="due")}
    assert figure("late", asked, **late).value == 1
    assert figure("late", replace(asked, as_of=iso(cast.NOW)), **late).value == 0
    assert figure("met", replace(asked, as_of=iso(cast.NOW)), **whole).value == 0  # not over yet


# ---- coverage ----
def test_a_constraint_is_true_of_each_unit_or_of_all_of_them() -> None:
    for n in range(3):
        network.put_unit(
            key=f"area{n}", name=f"片区{n}", type_="activity_area", parent="equipment", since=date(2022, 1, 1)
        )
    versions.bump("network")
    found = figure("eo_area_ok")
    assert (found.value, found.opens, found.members) == (False, "check", len(packs_units("chain_committee")))
    by = grouped("eo_area_ok", "unit")
    assert by["equipment",] is True and by["food",] is False
    assert {one.unit: one.amount for one in opened("eo_area_ok")}["equipment"] == "3"


def test_who_was_reached_is_counted_in_the_window_of_the_last_day() -> None:
    due = figure("eo_visit_due")
    assert (figure("eo_visited").value, due.value) == (0, len(opened("eo_visit_due")))
    actions.enter(
        actor=cast.actor("chen"), programme=P, activity="enterprise_visit", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-09-28", "enterprise": "foundry", "content": "缺工"},
    )  # fmt: skip
    assert [one.id for one in opened("eo_visited")] == ["foundry"]
    assert figure("eo_visited", Asked(date(2022, 1, 1), date(2022, 6, 30))).value == 0
    assert figure("eo_visited", replace(YEAR, as_of=iso(cast.NOW - timedelta(hours=1)))).value == 0
    assert grouped("eo_visit_due", "kept")["covered",] == 1


def test_many_figures_take_a_number_of_queries_that_no_record_changes() -> None:
    keys = ["eo_chains", "eo_members", "cad_due", "cad_met", "eo_cadence", "eo_visited", "eo_output", "eo_growth"]

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            figures.figures(seen_by=SYSTEM, programme=programme(), keys=keys, asked=AUG, now=LATER)
        return len(caught)

    asked()
    few = asked()
    for n in range(1, 20):
        huddle(f"2022-08-{n:02}")
        state(value=f"{n}亿元", document=f"文件{n}")
    assert asked() == few <= 12
