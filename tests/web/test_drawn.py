"""成稿: a row that was drawn before says what it would say if it were drawn now, to everybody and at any time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.utils.translation import override

from bihuan.store import calendars, lists, network, packs, versions
from bihuan.store.models import Unit
from bihuan.web import drawn
from tests import cast, lives

pytestmark = pytest.mark.django_db
READERS = ("zhou", "wang", "liufang", "hebing", "guo")
LANGUAGES = ("zh-hans", "en")
ENDS = (lives.GOOD, lives.BAD)


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def page(person: str, now: datetime, *, pick: bool = False) -> str:
    """Return the rows of all that somebody sees, as the list draws them."""
    declared = list(packs.current().values())
    asked = lists.Asked(sort="recent")
    rows = lists.page(seen_by=cast.actor(person), programmes=declared, asked=asked, now=now).rows
    net = network.snapshot(calendars.calendar().local_day(now))
    return drawn.drawn("lists/row.html", rows, net, now, cast.actor(person), pick, False)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_moves_a_kept_row_is_as_a_new_one(seed: int) -> None:
    chance, now = random.Random(seed), cast.NOW
    running = [
        (lives.submitted(now, title=f"第<{n}>件"), [*lives.CHECKED, chance.choice(ENDS), lives.CLOSE][: n + 4])
        for n in range(5)
    ]
    seen = set()
    while any(steps for _order, steps in running):
        n = chance.choice([n for n, (_order, steps) in enumerate(running) if steps])
        order, steps = running[n]
        order, now = lives.go_on(order, steps[:1], now)
        running[n] = order, steps[1:]
        now += timedelta(hours=chance.choice((0, 1, 30)))
        for person in READERS:
            for language in LANGUAGES:
                for pick in (True, False):
                    with override(language):
                        kept, again = page(person, now, pick=pick), page(person, now, pick=pick)
                        before, drawn._kept = drawn._kept, None
                        fresh = page(person, now, pick=pick)
                        drawn._kept = before
                    assert kept == again == fresh
                    seen.add(kept)
    assert len(seen) > 40


def test_a_row_that_is_unchanged_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lives.played(lives.DISPATCHED, title="派出的")
    lives.played((), title="新来的")
    first = page("zhou", cast.NOW)
    monkeypatch.setattr(drawn.Sayings, "line", None)
    assert page("zhou", cast.NOW) == first
    assert "派出的" in first and "新来的" in first


def test_a_renamed_unit_is_named_anew() -> None:
    lives.played(lives.DISPATCHED)
    assert "改了名的局" not in page("zhou", cast.NOW)
    Unit.objects.filter(key="labour_bureau").update(name="改了名的局")
    versions.bump("network")
    assert "改了名的局" in page("zhou", cast.NOW)
