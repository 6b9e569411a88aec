"""差在哪里: each line of a difference over duties, coverage, units and posts says what happened, when and to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bihuan.actions import ledger as actions
from bihuan.actions import network as changes
from bihuan.core.figures import Asked, Difference
from bihuan.core.indicators import Indicator
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM
from bihuan.store import figures, packs
from tests import cast
from tests.actions.test_duties import waive
from tests.store.test_figure_rows import P, huddle
from tests.web.staff import at, links, signed_in, text

pytestmark = pytest.mark.django_db
AUGUST = Asked(date(2022, 8, 1), date(2022, 8, 15))
SEPTEMBER = Asked(date(2022, 9, 16), date(2022, 9, 29))
BEFORE, LATER = cast.NOW - timedelta(hours=1), cast.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def moved(
    key: str, asked: Asked = AUGUST, before: datetime = BEFORE, after: datetime = LATER, **more: Indicator
) -> Mapping[str, Difference]:
    """Return what moved between two moments, by the unit or post it is of."""
    known = packs.programme(P)
    found = figures.explain(
        seen_by=SYSTEM,
        programme=replace(known, indicators={**known.indicators, **more}),
        key=key,
        before=replace(asked, as_of=iso(before)),
        after=replace(asked, as_of=iso(after)),
        now=LATER + timedelta(days=30),
    )
    return {one.member.more.get("of", str(one.member.id)): one for one in found}


def local(year: int, month: int, day: int) -> str:
    return iso(datetime(year, month, day, tzinfo=UTC) - timedelta(hours=8))


def test_a_period_is_met_by_an_entry_missed_by_a_day_gone_by_and_excused_by_a_waiver() -> None:
    entry = huddle("2022-09-28")
    one = moved("cad_met", SEPTEMBER)["equipment"]
    assert (one.before, one.after, one.verb, one.what, one.at) == ("", "in", "entered", entry.number, iso(cast.NOW))
    missed = moved("cad_due", before=datetime(2022, 8, 10, tzinfo=UTC), after=BEFORE)
    assert {(one.verb, one.what, one.at[:7]) for one in missed.values()} == {("fell_due", "", "2022-08")}
    waiver = waive("cadence.huddle", unit="food", later=5)
    excused = moved("cad_excused")["food"]
    assert (excused.verb, excused.what) == ("excused", waiver.number)
    when = cast.NOW + timedelta(minutes=20)
    actions.withdraw(actor=cast.actor("du"), number=waiver.number, reason="开过了", now=when)
    back = moved("cad_excused", before=cast.NOW + timedelta(minutes=10))["food"]
    assert (back.before, back.after, back.verb, back.at) == ("in", "", "withdrawn", iso(when))


def test_who_is_covered_by_activities_names_the_entry_the_exemption_or_the_new_window() -> None:
    facts = {"unit": "equipment", "date": "2022-09-28", "enterprise": "foundry", "content": "缺工"}
    visit = actions.enter(actor=cast.actor("chen"), programme=P, activity="enterprise_visit", now=cast.NOW, facts=facts)
    quarter = Asked(date(2022, 7, 1), date(2022, 9, 29))
    (one,) = moved("eo_visited", quarter).values()
    assert (one.after, one.verb, one.what, one.member.id) == ("in", "entered", visit.number, "foundry")
    spared = waive("coverage.visited", unit="shanjuan", date="2022-07-01", until="2022-12-31")
    gone = moved("eo_visit_due", quarter)["shanjuan"]
    assert (gone.after, gone.verb, gone.what) == ("", "exempted", spared.number)
    october = Asked(date(2022, 10, 1), date(2022, 10, 20))
    (one,) = moved("eo_visited", october, before=LATER, after=datetime(2022, 10, 20, tzinfo=UTC)).values()
    assert (one.before, one.after, one.verb, one.at) == ("in", "", "window_began", local(2022, 10, 1))


def test_units_posts_and_what_the_network_must_have_name_the_change_and_its_day() -> None:
    wu = cast.actor("wu")
    since = date(2022, 10, 8)
    changes.set_unit(
        actor=wu, key="chamber", name="食品商会", type_="chain_chamber", parent="food", since=since, now=cast.NOW
    )
    after = datetime(2022, 10, 20, tzinfo=UTC)
    (one,) = moved("eo_chambers", before=LATER, after=after).values()
    assert (one.verb, one.what, one.at) == ("unit_set", "食品商会", local(2022, 10, 8))
    covered = Indicator("c", "c", "count", over="coverage", of="chamber_per_chain", mark="covered")
    (one,) = moved("c", before=LATER, after=after, c=covered).values()
    assert (one.member.id, one.verb, one.what) == ("food", "unit_set", "食品商会")
    post, person = cast.actor("wang").post, "wang"
    changes.end_holding(actor=wu, person=person, post=post, until=date(2022, 10, 9), now=cast.NOW)
    vacant = Indicator("v", "v", "count", over="posts", mark="vacant")
    (one,) = moved("v", before=LATER, after=after, v=vacant).values()
    assert (one.member.id, one.verb, one.at) == (post, "holder_ended", local(2022, 10, 10))


def test_an_exemption_that_is_over_is_told_by_its_day() -> None:
    waiver = waive("coverage.chamber_per_chain", unit="food", date="2022-09-01", until="2022-10-05")
    lacking = Indicator("u", "u", "count", over="coverage", of="chamber_per_chain", mark="uncovered")
    (one,) = moved("u", before=LATER, after=datetime(2022, 10, 20, tzinfo=UTC), u=lacking).values()
    assert (one.after, one.verb, one.what, one.at) == ("in", "waiver_lapsed", waiver.number, local(2022, 10, 6))


def test_the_page_says_it_in_words_and_leads_to_the_entry() -> None:
    entry = huddle("2022-09-28")
    at(LATER)
    page = signed_in("he").get(f"/reports/figures/{P}/cad_met/?from=2022-09-16&to=2022-09-29&against={iso(BEFORE)}")
    assert f"新计入 记账 {entry.number} 9月29日10:20" in text(page)
    assert f"/ledger/{entry.number}/" in links(page)
