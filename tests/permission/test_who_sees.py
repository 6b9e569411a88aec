"""One rule, asked twice: the list query and the single check agree for every person of the cast and every order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from django.db import connection

from bihuan.core.permission import Actor, link_to, may_see
from bihuan.core.programmes import Programme, Role
from bihuan.store import lists, orders, packs, sight
from bihuan.store.models import Order, OrderUnit
from tests import cast
from tests.actions import world

pytestmark = pytest.mark.django_db


def _orders() -> list[int]:
    ids = [world.walk(seed, random.Random(seed).randint(0, 14))[0].id for seed in range(14)]
    secret = world.place(cast.NOW, random.Random(1))
    ids.append(secret.id)
    return ids


def _everybody() -> list[Actor]:
    return [cast.actor(person) for person in cast.POST_OF]


def test_list_and_single_check_agree_for_every_pair_of_the_cast() -> None:
    cast.found()
    ids = _orders()
    programmes = list(packs.current().values())
    pairs = 0
    seen_by_somebody = set()
    for actor in [*_everybody(), cast.SYSTEM, link_to(ids[0])]:
        page = lists.page(seen_by=actor, programmes=programmes, asked=lists.Asked(), now=cast.NOW, limit=500)
        listed = {row.id for row in page.rows}
        for id_ in ids:
            order = orders.by_id(id_, seen_by=cast.SYSTEM).order
            single = bool(may_see(actor, order, packs.roles_of(order.programme, order.type)))
            assert (id_ in listed) == single, (actor.person, order.number, single)
            pairs += 1
            if single:
                seen_by_somebody.add((actor.person, id_))
    assert pairs == len(ids) * (len(cast.POST_OF) + 2)
    assert 0 < len(seen_by_somebody) < pairs  # neither everything nor nothing


@pytest.mark.parametrize("queue", ["", "to_accept", "in_progress"])
def test_open_work_is_listed_page_by_page_as_the_single_check_says(queue: str) -> None:
    cast.found()
    _orders()
    programmes = list(packs.current().values())
    asked = lists.Asked(open=True, queue=queue)
    work = lists.page(seen_by=cast.SYSTEM, programmes=programmes, asked=asked, now=cast.NOW, limit=500).rows
    seen = Counter[str]()
    for actor in _everybody():
        listed, cursor, more = [], "", True
        while more:
            page = lists.page(
                seen_by=actor, programmes=programmes, asked=asked, now=cast.NOW, cursor=cursor, limit=2
            )  # fmt: skip
            listed += [row.number for row in page.rows]
            cursor, more = page.next, bool(page.next)
        assert listed == [row.number for row in work if _sees(actor, row)], actor.person
        seen["office" if sight.of_office(actor, programmes) else "other"] += len(listed)
    assert seen["office"] and seen["other"]


def _sees(actor: Actor, row: lists.Row) -> bool:
    order = orders.by_id(row.id, seen_by=cast.SYSTEM).order
    return bool(may_see(actor, order, packs.roles_of(order.programme, order.type)))


def test_a_helping_office_finds_an_order_older_than_all_that_is_its_own() -> None:
    cast.found()
    programmes = list(packs.current().values())
    helped, own = (world.place(cast.NOW, random.Random(seed)) for seed in (5, 6))
    handler = cast.actor("liyun")
    OrderUnit.objects.create(order=helped.id, unit=handler.unit)
    OrderUnit.objects.create(order=helped.id, unit=sorted(handler.above - {handler.unit})[0])
    Order.objects.filter(id=own.id).update(first_receiver=handler.unit, lead=handler.unit)
    page = lists.page(seen_by=handler, programmes=programmes, asked=lists.Asked(open=True), now=cast.NOW)
    assert {row.id for row in page.rows} == {helped.id, own.id}
    Order.objects.filter(id=helped.id).update(open=False)
    page = lists.page(seen_by=handler, programmes=programmes, asked=lists.Asked(open=True), now=cast.NOW)
    assert [row.id for row in page.rows] == [own.id]


def test_an_office_lists_what_it_passed_on_and_no_way_reaches_beyond_its_kinds_of_order() -> None:
    cast.found()
    handler, asked = cast.actor("liyun"), lists.Asked(open=True)
    declared = list(packs.current().values())
    led, secret, passed, helped, hidden = (world.place(cast.NOW, random.Random(seed)).id for seed in range(5))
    row, office = Order.objects.filter, handler.unit
    row(id__in=(led, secret)).update(lead=office, first_receiver=office)
    row(id__in=(passed, helped, hidden)).update(lead="elsewhere", first_receiver="elsewhere")
    row(id=passed).update(first_receiver=office)
    row(id__in=(led, passed, helped)).update(secret=False)
    row(id__in=(secret, hidden)).update(secret=True)
    for id_ in (helped, hidden):
        OrderUnit.objects.create(order=id_, unit=office)

    def listed(programmes: list[Programme]) -> set[int]:
        assert sight.of_office(handler, programmes)
        page = lists.page(seen_by=handler, programmes=programmes, asked=asked, now=cast.NOW)
        clause, values = sight.visible(handler, programmes)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT o.id FROM store_order o WHERE o.open AND {clause}", values)
            assert {row.id for row in page.rows} == {id_ for (id_,) in cursor.fetchall()}
        return {row.id for row in page.rows}

    assert listed(declared) == {led, secret, passed, helped, hidden}
    assert listed([_narrower(one, "co") for one in declared]) == {led, secret, passed, helped}
    assert listed([_narrower(one, "co", "first", "lead") for one in declared]) == {led, passed, helped}
    # What is first received stands among what is led only as far as all that is led may be seen.
    assert sight.of_office(handler, [_narrower(one, "lead") for one in declared]) is None


def _narrower(programme: Programme, *relations: str) -> Programme:
    """Return the programme in which some relations show no secret orders."""

    def role(one: Role) -> Role:
        return replace(one, secret=one.secret and not any(who.of in relations for who in one.who))

    orders = {
        key: replace(kind, roles={name: role(one) for name, one in kind.roles.items()})
        for key, kind in programme.orders.items()
    }
    return replace(programme, orders=orders, hash=f"{programme.hash}-{relations}")


def test_a_secret_order_is_hidden_from_the_statistician_in_lists_and_alone() -> None:
    cast.found()
    from bihuan.actions.orders import submit_order

    order = submit_order(
        actor=cast.actor("chen"),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        channel="officer",
        facts={"title": "融资方案", "category": "finance", "facts": "涉及商业秘密。", "secret": True},
        now=cast.NOW,
    )
    statistician, dispatcher = cast.actor("he"), cast.actor("zhou")
    with pytest.raises(orders.NotFound):
        orders.by_number(order.number, seen_by=statistician)
    assert orders.by_number(order.number, seen_by=dispatcher).order.secret
    page = lists.page(
        seen_by=statistician, programmes=list(packs.current().values()), asked=lists.Asked(), now=cast.NOW
    )
    assert page.rows == []


def test_a_stranger_and_a_wrong_number_meet_the_same_answer() -> None:
    cast.found()
    order = world.place(cast.NOW, random.Random(2))
    for number in (order.number, "QD2022-9999"):
        with pytest.raises(orders.NotFound):
            orders.by_number(number, seen_by=cast.actor("sun"))


def test_a_link_opens_its_own_order_and_no_other() -> None:
    cast.found()
    one, other = world.place(cast.NOW, random.Random(3)), world.place(cast.NOW, random.Random(4))
    assert orders.by_id(one.id, seen_by=link_to(one.id)).order.number == one.number
    with pytest.raises(orders.NotFound):
        orders.by_id(other.id, seen_by=link_to(one.id))
