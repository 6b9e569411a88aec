"""成稿: a row that was drawn before says what it would say if it were drawn now, to everybody and at any time."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils.translation import override

from bihuan.core.instants import instant
from bihuan.core.projection import NEVER
from bihuan.store import calendars, lists, network, packs, versions
from bihuan.store.models import Unit
from bihuan.store.recent import Under
from bihuan.web import drawn, list_standing, shell
from bihuan.web.lists import filters_of
from tests import cast, lives
from tests.web.staff import at, signed_in

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
                        before, drawn._kept = drawn._kept, Under(drawn.MOST)
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


def test_a_kept_row_changes_its_light_at_the_moment_it_does() -> None:
    lives.played(lives.ACCEPTED, title="接了的")
    lives.played(lives.CHECKED, title="等评的")
    declared = list(packs.current().values())
    rows = lists.page(seen_by=cast.actor("zhou"), programmes=declared, asked=lists.Asked(), now=cast.NOW).rows
    turns = {one for row in rows for one in (row.yellow, row.orange, row.due, row.rate_until) if "" < one < NEVER}
    midnight = cast.NOW.replace(hour=16, minute=0) + timedelta(days=20)
    seen = []
    for turn in sorted({*map(instant, turns), midnight}):
        for now in (turn - timedelta(hours=2), turn - timedelta(microseconds=1), turn, turn + timedelta(minutes=1)):
            kept = page("zhou", now)
            drawn.forget()
            assert page("zhou", now) == kept
            seen.append(kept)
    assert len(set(seen)) > len(turns) >= 4
    for now in (cast.NOW + timedelta(days=40), cast.NOW):  # a demonstration's clock may be put back
        kept = page("zhou", now)
        drawn.forget()
        assert page("zhou", now) == kept


def test_an_edited_day_is_counted_at_once() -> None:
    lives.played(lives.ACCEPTED)
    before = page("zhou", cast.NOW)
    assert page("zhou", cast.NOW) == before
    calendars.edit_day(date(2022, 10, 13), "rest", "停电")
    assert page("zhou", cast.NOW) != before


def test_a_renamed_unit_is_named_anew() -> None:
    lives.played(lives.DISPATCHED)
    assert "改了名的局" not in page("zhou", cast.NOW)
    Unit.objects.filter(key="labour_bureau").update(name="改了名的局")
    versions.bump("network")
    assert "改了名的局" in page("zhou", cast.NOW)


def test_the_form_of_conditions_is_each_readers_own_and_shows_what_was_given() -> None:
    lives.played(lives.DISPATCHED)
    at(cast.NOW)
    addresses = ("view=open", "view=closed", "category=land", "from=2022-09-01", "from=x", "q=<b>", "supervised=1")
    people = [signed_in(person) for person in ("zhou", "wang", "liufang")]
    forms = []
    for again in (False, True):
        found = []
        for client in people:
            for address in addresses:
                page = client.get(f"/orders/?{address}").content.decode()
                page = page[page.index("<main") :]
                form = page.index('role="search"')
                found.append(page[form : page.index("</form>", form)])
                if not again:
                    drawn.forget()
        forms.append(found)
    assert forms[0] == forms[1]
    n = len(addresses)
    desk, office, firm = forms[0][:n], forms[0][n : 2 * n], forms[0][2 * n :]
    assert desk == office and len(set(desk)) == n
    assert not set(desk) & set(firm)
    assert 'value="&lt;b&gt;"' in desk[5] and "<b>" not in desk[5]


def test_no_reader_meets_the_frame_of_another() -> None:
    at(cast.NOW)
    zhou, wang = signed_in("zhou"), signed_in("wang")
    first = [client.get("/me/").content.decode().partition("<main")[0] for client in (zhou, wang)]
    again = [client.get("/me/").content.decode().partition("<main")[0] for client in (zhou, wang)]
    for before, after in zip(first, again, strict=True):
        assert after[after.index("<header") :] == before[before.index("<header") :]
    assert "周" in first[0] and first[0] != first[1]
    for typed, shown in (("<i>", "&lt;i&gt;"), ("&lt;i&gt;", "&amp;lt;i&amp;gt;")):
        assert f'value="{shown}"' in zhou.get("/me/", {"q": typed}).content.decode()


def test_the_places_of_the_rail_are_each_reader_s_in_the_language_of_the_page() -> None:
    net = network.snapshot(calendars.calendar().local_day(cast.NOW))

    def rails() -> list[tuple[shell.Place, ...]]:
        found = []
        for language in LANGUAGES:
            for person in READERS:
                with override(language):
                    found.append(shell._shown_to(cast.actor(person), net))
        return found

    shell._rails.clear()
    fresh, kept = rails(), rails()
    assert kept == fresh and all(one is other for one, other in zip(kept, fresh, strict=True))
    assert len({tuple(place[3] for place in rail) for rail in kept}) >= 2 * len(LANGUAGES)


def test_conditions_that_were_read_before_are_each_reader_s_own_in_the_language_of_the_page() -> None:
    programme, calendar = packs.current()["enterprise_order"], calendars.calendar()
    net = network.snapshot(calendar.local_day(cast.NOW))
    addresses = ("view=open", "queue=to_verify", "rating=unsatisfied", "handler=me&light=red", "supervised=1&view=near")

    def read() -> list[tuple[object, ...]]:
        found = []
        for language in LANGUAGES:
            for person in READERS:
                for address in addresses:
                    with override(language):
                        given = QueryDict(address)
                        one = filters_of(given, programme, cast.actor(person), net, calendar, cast.NOW)
                    found.append(({**one.given}, one.asked, [*one.words], [*one.faults], one.bounded))
                    one.given.clear(), one.words.clear()  # what a page does with them is its own affair
        return found

    fresh = read()
    assert read() == fresh
    n = len(addresses)
    zhou, wang = fresh[:n], fresh[n : 2 * n]
    assert "rating" in str(zhou[2]) and "rating" not in str(wang[2][0])  # those who are rated cannot ask for it
    assert zhou[3] != wang[3] and zhou[4] != fresh[len(READERS) * n + 4]  # handled by whom; in the other language


def test_how_a_post_stands_to_a_list_is_its_own_in_the_language_of_the_page() -> None:
    programme = packs.current()["enterprise_order"]
    net = network.snapshot(calendars.calendar().local_day(cast.NOW))

    def stands() -> list[list_standing.Standing]:
        found = []
        for language in LANGUAGES:
            for person in (*READERS, "luo"):
                for type_ in ("", "enterprise_request", "supply_match"):
                    with override(language):
                        found.append(list_standing.standing(cast.actor(person), programme, type_, net))
        return found

    list_standing._standing.clear()
    fresh, kept = stands(), stands()
    assert kept == fresh and all(one is other for one, other in zip(kept, fresh, strict=True))
    assert len({str(one) for one in fresh}) > 8
