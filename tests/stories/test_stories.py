"""Every story of every shipped pack, through the real actions; afterwards the record must verify."""

from __future__ import annotations

import pytest

from bihuan.actions.verify import verify
from bihuan.packs.stories import Story, stories
from tests import cast
from tests.stories.player import Player, more_cast

SHIPPED = [
    (path.parent.name, story)
    for path in sorted(cast.PROGRAMMES.glob("*/programme.toml"))
    for story in stories(path.parent)
]


@pytest.mark.django_db
@pytest.mark.parametrize(("programme", "story"), SHIPPED, ids=[f"{p}: {s.name}" for p, s in SHIPPED])
def test_the_story_goes_as_told(programme: str, story: Story) -> None:
    cast.found()
    if story.order != "enterprise_request":
        more_cast()
    Player(programme, story).play()
    report = verify()
    assert report.orders >= 1
    assert report.broken is None, report.broken
