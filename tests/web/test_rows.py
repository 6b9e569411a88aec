"""清单的行: what rows share is looked up once a page, and each still says what it would say alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from bihuan.core.instants import iso
from bihuan.store import calendars, lists, network, packs
from bihuan.web.rows import lines_of
from tests import cast, lives

pytestmark = pytest.mark.django_db
READERS = ("zhou", "sun", "liufang", "he", "guo")


def rows(person: str) -> list[lists.Row]:
    """Return what somebody sees of all there is."""
    declared = list(packs.current().values())
    asked = lists.Asked(sort="recent")
    return lists.page(seen_by=cast.actor(person), programmes=declared, asked=asked, now=cast.NOW).rows


@pytest.fixture
def county() -> None:
    cast.found()
    lives.played((), title="新来的", category="land")
    lives.played(lives.DISPATCHED, title="派出的")
    lives.played(lives.DISPATCHED, title="也派出的")
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), title="销号的")
    lives.played((*lives.CHECKED, lives.BAD), title="差评的")


@pytest.mark.usefixtures("county")
def test_a_row_says_in_a_list_what_it_says_alone() -> None:
    told = 0
    for person in READERS:
        actor = cast.actor(person)
        for now in (cast.NOW, cast.NOW + timedelta(days=2), cast.NOW + timedelta(days=40)):
            net = network.snapshot(calendars.calendar().local_day(now))
            for language in ("zh-hans", "en"):
                with override(language):
                    some = rows(person)
                    assert lines_of(some, net, now, actor) == [lines_of([row], net, now, actor)[0] for row in some]
                    told += len(some)
    assert told


@pytest.mark.usefixtures("county")
def test_rows_that_differ_in_one_thing_have_each_their_own_light() -> None:
    net = network.snapshot(calendars.calendar().local_day(cast.NOW))
    row = next(row for row in rows("zhou") if row.title == "派出的")
    before, after = iso(cast.NOW - timedelta(minutes=1)), iso(cast.NOW + timedelta(days=9))
    base = row._replace(yellow=after, orange=after, due=after)
    some = [
        base,
        base._replace(suspended=True),
        base._replace(yellow=before),
        base._replace(yellow=before, orange=before),
        base._replace(yellow=before, orange=before, due=before),
        base._replace(open=False),
    ]
    colors = [line.light.color for line in lines_of(some, net, cast.NOW, cast.actor("zhou"))]
    assert colors == ["g", "h", "y", "o", "r", ""]


@pytest.mark.usefixtures("county")
def test_nothing_of_one_readers_rows_is_kept_for_the_next() -> None:
    net = network.snapshot(calendars.calendar().local_day(cast.NOW))
    some = rows("zhou")
    inner = lines_of(some, net, cast.NOW, cast.actor("zhou"))
    outer = lines_of(some, net, cast.NOW, cast.actor("liufang"))
    assert any(line.handler or line.light for line in inner)
    assert not any(line.handler or line.light or line.asked for line in outer)
