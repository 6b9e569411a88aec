"""清单: what a post may not see is counted in one query as it would be in three."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bihuan.core.permission import SYSTEM
from bihuan.store import lists, packs
from bihuan.store.lists import Asked
from tests import cast, lives

pytestmark = pytest.mark.django_db
READERS = ("zhou", "sun", "he", "guo", "wang", "liufang")
LISTS = (
    Asked(open=True),
    Asked(open=True, queue="in_progress"),
    Asked(light="green", open=True),
    Asked(text="件"),
    Asked(moment="submitted", since="2022-09-01", until="2022-12-01", sort="moment"),
)


def test_what_is_seen_and_what_is_hidden_is_what_one_would_count() -> None:
    cast.found()
    for secret in ("", "1", "1"):
        lives.played(lives.ACCEPTED, title="一件", secret=secret)
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), title="另一件", secret="1")
    programme = packs.current()["enterprise_order"]
    (kind,) = (one.key for one in programme.orders.values() if one.looped)
    seen = set()
    for person in READERS:
        actor = cast.actor(person)
        for asked in LISTS:

            def n(asked: Asked, actor: cast.Actor = actor) -> int:
                return lists.count(seen_by=actor, programmes=[programme], asked=asked, now=cast.NOW)

            asked = replace(asked, programme=programme.key)
            theirs = replace(asked, type=kind)
            told = lists.shared_out(seen_by=actor, programmes=[programme], asked=asked, kind=kind, now=cast.NOW)
            assert told == (n(asked), n(theirs, SYSTEM) - n(theirs))
            seen.add(told)
    assert any(hidden for _n, hidden in seen) and any(n for n, _hidden in seen)
