"""Figures over the ledger equal brute force over the replayed entries, now and as of any moment."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bihuan.actions import ledger as actions
from bihuan.core import entries as core
from bihuan.core.entries import EntryState, measured
from bihuan.core.figures import Asked
from bihuan.core.indicators import Indicator
from bihuan.core.instants import iso
from bihuan.core.measures import amount
from bihuan.core.refusal import Refused
from bihuan.store import counters, events, figures, ledger, packs, readings
from bihuan.store.readings import Query
from tests import cast

pytestmark = pytest.mark.django_db
SEEDS = pytest.mark.parametrize("seed", range(4))
KEYS = (
    "eo_huddles", "eo_huddle_attendance", "eo_teas", "eo_tea_enterprises", "eo_shared_cost_saved", "eo_huddles_late",
)  # fmt: skip


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def facts(activity: str, rng: random.Random, day: date) -> dict[str, Any]:
    """Return a form filled in at random."""
    said: dict[str, Any] = {"unit": rng.choice(("equipment", "food")), "date": day.isoformat(), "has_evidence": True}
    if activity == "half_month_meeting":
        return {**said, "topic": "用工", "attendance": str(rng.randint(3, 40))}
    if activity == "monthly_tea":
        some = rng.sample(["foundry", "shanjuan"], rng.randint(1, 2))
        return {**said, "topic": "物流", "attendance": "9", "enterprises": some}
    kind = rng.choice(("lawyer", "accountant"))
    return {
        **said,
        "kind": kind,
        "content": f"咨询{rng.random()}",
        "enterprises": ["foundry"],
        "saved": rng.choice(("", "0", "3.5万元")),
    }


def played(seed: int) -> tuple[random.Random, datetime]:
    """Enter, correct and withdraw at random; return the moment after the last."""
    rng, now = random.Random(seed), cast.NOW
    made: list[tuple[str, EntryState]] = []
    for _ in range(30):
        now += timedelta(hours=rng.randint(1, 60))
        activity = rng.choice(("half_month_meeting", "monthly_tea", "resource_share"))
        day = now.date() - timedelta(days=rng.randint(1, 40))
        actor = cast.actor("shen", now)
        try:
            if made and rng.random() < 0.25:
                activity, entry = rng.choice(made)
                if rng.random() < 0.4:
                    actions.withdraw(actor=actor, number=entry.number, reason="记重了", now=now)
                else:
                    given = {**facts(activity, rng, day), "unit": "equipment"}
                    actions.correct(actor=actor, number=entry.number, facts=given, reason="数错了", now=now)
            else:
                given = {**facts(activity, rng, day), "unit": "equipment"}
                made.append(
                    (
                        activity,
                        actions.enter(
                            actor=actor, programme="enterprise_order", activity=activity, facts=given, now=now
                        ),
                    )
                )
        except Refused:
            continue
        if rng.random() < 0.3:
            counters.fold(limit=5)
    return rng, now + timedelta(minutes=1)


def by_hand(one: Indicator, asked: Asked, now: datetime) -> list[EntryState]:
    at, found = asked.as_of or iso(now), []
    for chain in events.of_kind(ledger.KIND).values():
        entry = core.as_of(chain, at)
        if entry is None or not entry.live or entry.activity != one.of:
            continue
        if not asked.since.isoformat() <= entry.date <= asked.until.isoformat():
            continue
        if one.mark == "late" and not entry.late or (one.mark == "entries" and entry.idle):
            continue
        found.append(entry)
    return found


def value_of(one: Indicator, some: list[EntryState]) -> Decimal | int:
    if one.aggregator == "distinct":
        return len({unit for entry in some for unit in entry.fields.get(one.value, [])})
    if one.aggregator == "sum":
        book = packs.programme("enterprise_order").ledger[one.of]
        total = sum(amount(measured(book, entry).get(one.value, 0)) for entry in some)
        return Decimal(total) / 100 if book.measures[one.value].kind == "money" else total
    return len(some)


@SEEDS
def test_every_figure_of_the_ledger_equals_brute_force_and_its_list(seed: int) -> None:
    rng, now = played(seed)
    programme = packs.programme("enterprise_order")
    for at in ("", iso(cast.NOW + (now - cast.NOW) * rng.random())):
        for since, until in (
            (date(2022, 1, 1), date(2022, 12, 31)),
            (date(2022, 9, 1), date(2022, 9, 30)),
            (date(2022, 9, 5), date(2022, 10, 20)),
        ):
            asked = Asked(since, until, at)
            given: dict[str, Any] = {"seen_by": cast.SYSTEM, "programme": programme, "asked": asked, "now": now}
            for key in KEYS:
                one = programme.indicators[key]
                some = by_hand(one, asked, now)
                found = figures.figure(**given, key=key)
                assert found.value == value_of(one, some), (key, asked)
                rows = list(figures.every(**given, key=key))
                assert len(rows) == found.members, key
                if one.aggregator == "sum":
                    assert sum((Decimal(row.amount) for row in rows), Decimal(0)) == found.value
                groups = figures.grouped(**given, key=key, by=("unit", "month"))
                if one.aggregator == "count":
                    assert set(groups) == {(entry.unit, entry.date[:7]) for entry in some}, key
                for group, figure in groups.items():
                    part = [entry for entry in some if (entry.unit, entry.date[:7]) == group]
                    assert figure.value == value_of(one, part), (key, group)


@SEEDS
def test_the_difference_between_two_moments_is_the_entries_that_moved(seed: int) -> None:
    rng, now = played(seed)
    programme = packs.programme("enterprise_order")
    early, late = sorted(iso(cast.NOW + (now - cast.NOW) * rng.random()) for _ in range(2))
    before, after = (Asked(date(2022, 9, 1), date(2022, 9, 30), at) for at in (early, late))
    given: dict[str, Any] = {"seen_by": cast.SYSTEM, "programme": programme, "now": now}
    for key in ("eo_huddles", "eo_huddle_attendance", "eo_teas"):
        moved = figures.explain(**given, key=key, before=before, after=after)
        was, is_ = (figures.figure(**given, key=key, asked=asked).value for asked in (before, after))
        if key == "eo_huddle_attendance":
            change = sum(int(one.after or 0) - int(one.before or 0) for one in moved)
        else:
            change = sum((one.after == "in") - (one.before == "in") for one in moved)
        assert int(is_ or 0) - int(was or 0) == change, key
        assert all(early < one.at <= late for one in moved)


@pytest.mark.parametrize(("value", "published"), [("attendance", False), ("attendance", True), ("visits", True)])
def test_a_list_says_of_each_entry_what_its_own_version_says(value: str, published: bool) -> None:
    _rng, now = played(2)
    if published:  # the newest version names an entry by a list of firms, and counts by that list
        content = packs.content(packs.programme("enterprise_order").bundle)
        book = next(one for one in content["ledger"]["activity"] if one["key"] == "monthly_tea")
        measure = next(one for one in book["measure"] if one["key"] == "attendance")
        measure |= {"kind": "unit_times", "of": "enterprises", "required": False, "usual": 0}
        book["measure"].append({**measure, "key": "visits"})
        book["title"] = "enterprises"
        packs.publish(content, note="", by="", now=now)
    programme = packs.programme("enterprise_order")
    book = programme.ledger["monthly_tea"]
    one = Indicator(":some", "", "sum", over="ledger", of=book.key, mark="entries", value=value)
    asked = Asked(date(2022, 1, 1), date(2022, 12, 31))
    reading = readings.reading_of(cast.SYSTEM, programme, asked, now)
    page = readings.source("ledger").members(reading, Query(one, asked.since, asked.until), "records", "", 500)
    expected = {
        entry.number: (str(entry.fields[book.title]), str(measured(ledger.activity_of(entry), entry).get(value, 0)))
        for entry in by_hand(one, asked, now)
    }
    assert expected and {row.number: (row.title, row.amount) for row in page.rows} == expected


def test_a_reader_counts_the_books_of_its_own_units_alone() -> None:
    _rng, now = played(1)
    programme = packs.programme("enterprise_order")
    asked = Asked(date(2022, 1, 1), date(2022, 12, 31))
    given: dict[str, Any] = {"programme": programme, "key": "eo_huddles", "asked": asked, "now": now}
    everywhere = figures.figure(seen_by=cast.SYSTEM, **given).value
    assert everywhere and figures.figure(seen_by=cast.actor("shen", now), **given).value == everywhere
    assert figures.figure(seen_by=cast.actor("tang", now), **given).value == 0  # looks after the other chain
    with pytest.raises(figures.NotFound):
        figures.figure(seen_by=cast.actor("sun", now), **given)
