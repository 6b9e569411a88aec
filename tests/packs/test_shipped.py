"""Every shipped pack: without faults, of the grade it claims, and its stories come true on the rules."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bihuan.packs import calendars, loader
from bihuan.packs.check import check
from bihuan.packs.grade import grade
from bihuan.packs.skeleton import new
from bihuan.packs.stories import Story, stories
from tests.packs.player import Player, Wrong

PROGRAMMES = Path(__file__).resolve().parents[2] / "programmes"
SHIPPED = sorted(path for path in PROGRAMMES.iterdir() if path.is_dir())
LIVES = [(path, story) for path in SHIPPED for story in stories(path)]


def names(value: object) -> str:
    return value.name if isinstance(value, Path | Story) else str(value)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a new pack as it comes."""
    return new("village_order", tmp_path_factory.mktemp("programmes"))


@cache
def player(path: Path) -> Player:
    return Player(loader.programme(path), stories(path), calendars.load())


@pytest.mark.parametrize("path", SHIPPED, ids=names)
def test_every_book_of_meetings_has_its_minute(path: Path) -> None:
    declared = loader.programme(path)
    kinds = [kind for one in declared.orders.values() for kind in one.documents.values() if kind.list == "entry"]
    meetings = [one.key for one in declared.ledger.values() if one.channel == "meeting"]
    assert sorted(kind.book for kind in kinds) == sorted(meetings)


@pytest.mark.parametrize("path", SHIPPED, ids=names)
def test_a_shipped_pack_has_no_fault(path: Path) -> None:
    assert [str(fault) for fault in check(path)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=names)
def test_a_shipped_pack_is_gold(path: Path) -> None:
    assert grade(path) == ("gold", [])


@pytest.mark.parametrize(("path", "story"), LIVES, ids=names)
def test_a_story_comes_true(path: Path, story: Story) -> None:
    player(path).play(story)


def test_every_story_of_a_new_pack_comes_true(blank: Path) -> None:
    played = player(blank)
    ends = {story.name: played.play(story).state for story in played.stories}
    assert set(ends.values()) >= {"closed", "refused", "withdrawn"}


@pytest.mark.parametrize(
    "change",
    [{"then": "closed"}, {"refused": "needs"}, {"pending": "return"}, {"light": "red"}, {"does": "accept"}],
    ids=lambda change: next(iter(change)),
)
def test_a_story_that_tells_a_falsehood_is_found_out(blank: Path, change: dict[str, str]) -> None:
    played = player(blank)
    story = played.stories[0]
    dispatch = 2
    steps = [replace(step, **change) if n == dispatch else step for n, step in enumerate(story.steps)]
    with pytest.raises(Wrong):
        played.play(replace(story, steps=tuple(steps)))


def test_a_story_begins_with_the_steps_it_is_given(blank: Path) -> None:
    first, second = stories(blank)[:2]
    assert [step.does for step in second.steps[: len(first.steps)]] == [step.does for step in first.steps]
    assert all(step.given for step in second.steps[: len(first.steps)])
    assert second.own == second.steps[len(first.steps) :]
    assert first.own == first.steps


@pytest.mark.parametrize("path", SHIPPED, ids=names)
def test_a_shipped_pack_says_the_same_after_a_journey_through_its_stored_text(path: Path) -> None:
    content = loader.load(path).content
    stored = loader.canonical(content)
    one = loader.build(content, "a@1", "h")
    other = loader.build(json.loads(stored), "a@1", "h")
    assert one == other
    assert loader.content_hash(json.loads(stored)) == loader.content_hash(content)
