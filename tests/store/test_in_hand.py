"""在办件数: the tallies of the trays say of open work what counting its orders says, for every reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from bihuan.actions.orders import submit_order
from bihuan.packs import loader
from bihuan.store import counters, in_hand, lists, packs
from bihuan.store.lists import Asked
from tests import cast, lives
from tests.stories.player import actor_of, more_cast

pytestmark = pytest.mark.django_db
PROGRAMME, LOOP = "enterprise_order", "enterprise_request"
EVERYWHERE = ("luo", "du", "he")
READERS = (*EVERYWHERE, "fu", "zhao", "zhou", "shen", "hebing", "wang", "sun", "chen", "liufang")
TOLD = (
    Asked(open=True),
    Asked(open=True, sort="recent"),
    Asked(open=True, queue="in_progress"),
    Asked(open=True, queue="to_check"),
    Asked(open=True, desk="equipment"),
    Asked(open=True, queue="in_progress", lead="labour_bureau"),
)
# Of these no tally is kept.
OTHERS = (
    Asked(open=True, queue="to_rate"),
    Asked(open=True, queue="to_sign"),
    Asked(open=True, desk="equipment", lead="labour_bureau"),
    Asked(open=True, type=LOOP),
    Asked(open=True, category="recruitment"),
    Asked(open=True, light="red"),
    Asked(moment="submitted", since="2022-09-01", until="2022-12-01", sort="moment"),
)


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    more_cast()
    for secret in ("", "1", "", "1"):
        lives.played(lives.ACCEPTED, title="一件", secret=secret)
    lives.played(lives.CHECKED, title="办完了", secret="1")
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), title="已经销号", secret="1")
    submit_order(
        actor=actor_of("guorui"), programme=PROGRAMME, type_="supply_match", requester="foundry", now=cast.NOW,
        facts={"title": "找减速机壳体", "product": "减速机壳体铸件", "category": "upstream"},
    )  # fmt: skip


def told(person: str, asked: Asked) -> tuple[tuple[int, int], bool]:
    """Return the counts of a list, and whether they came from tallies; they are those of counting the orders."""
    actor, programme = cast.actor(person), packs.current()[PROGRAMME]
    asked = replace(asked, programme=PROGRAMME)
    some: dict[str, Any] = {"seen_by": actor, "asked": asked, "now": cast.NOW}
    asked_for: list[str] = []

    def watch(run: Any, sql: str, *rest: Any) -> Any:
        asked_for.append(sql)
        return run(sql, *rest)

    with connection.execute_wrapper(watch):
        found = in_hand.shared_out(**some, programme=programme, kind=LOOP)
    assert found == lists.shared_out(**some, programmes=[programme], kind=LOOP), (person, asked)
    assert in_hand.count(**some, programme=programme) == found[0] == lists.count(**some, programmes=[programme])
    return found, "store_counter" in asked_for[-1]


@pytest.mark.parametrize("folded", [False, True])
def test_tallies_say_of_open_work_what_its_orders_say(folded: bool) -> None:
    while folded and counters.fold():
        pass
    seen = {(person, asked): told(person, asked) for person in READERS for asked in (*TOLD, *OTHERS)}
    for (person, asked), (_counts, by_tallies) in seen.items():
        assert by_tallies == (person in EVERYWHERE and asked in TOLD), (person, asked)
    assert seen["luo", TOLD[0]][0] == (3, 3)  # two plain ones and the match; three open ones are secret
    assert seen["fu", TOLD[0]][0][1] == 0  # who checks appeals sees secret ones


def test_where_much_waits_to_be_folded_orders_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_hand, "PENDING", 3)
    assert told("luo", TOLD[0]) == ((3, 3), False)
    while counters.fold():
        pass
    assert told("luo", TOLD[0]) == ((3, 3), True)


def test_a_kind_of_order_that_the_newest_version_has_no_more_is_not_counted_by_tallies() -> None:
    content = loader.load(cast.PROGRAMMES / PROGRAMME).content
    first = content["orders"]["order"][0]
    content["orders"]["order"].append({**first, "key": "another_request", "prefix": "QX"})
    packs.publish(content, note="", by="", now=cast.NOW)
    submit_order(
        actor=cast.actor("chen"), programme=PROGRAMME, type_="another_request", requester="foundry", channel="officer",
        now=cast.NOW, facts={"title": "另一种", "category": "recruitment", "facts": "缺人", "contact_phone": lives.PHONE},
    )  # fmt: skip
    assert told("luo", TOLD[0]) == ((4, 3), True)
    packs.publish(cast.content(), note="", by="", now=cast.NOW)
    assert told("luo", TOLD[0]) == ((3, 3), False)
