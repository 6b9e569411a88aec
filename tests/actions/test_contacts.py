"""Addresses and chat groups: whose they are to set, and what the register keeps of it."""

from __future__ import annotations

import pytest

from bihuan.actions.contacts import add_robot, drop_robot, set_addresses
from bihuan.actions.notices import groups_of
from bihuan.core.refusal import Refused
from bihuan.store import calendars, contacts, events, network
from tests import cast

pytestmark = pytest.mark.django_db
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f0f0f0f-1234"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def registered() -> list[str]:
    return [event.body for chain in events.of_kind("setup").values() for event in chain]


def robot(unit: str, name: str = "工作群", post: str = "", who: str = "wu") -> int:
    return add_robot(actor=cast.actor(who), name=name, unit=unit, post=post, address=WECOM, secret="", now=cast.NOW)


def test_an_administrators_change_is_registered_without_the_address_and_ones_own_is_not() -> None:
    set_addresses(actor=cast.actor("wang"), person="wang", given={"mail": "wang@example.cn"}, now=cast.NOW)
    assert registered() == []
    set_addresses(actor=cast.actor("wu"), person="wang", given={"mobile": "13800000000"}, now=cast.NOW)
    (body,) = registered()
    assert "contact_set" in body and "mobile" in body and "13800000000" not in body
    set_addresses(actor=cast.actor("wu"), person="wang", given={"mobile": "13800000000"}, now=cast.NOW)
    assert len(registered()) == 1  # nothing changed, nothing to register


def test_a_colleague_sets_nobodys_address_but_their_own() -> None:
    with pytest.raises(Refused, match="contact.post"):
        set_addresses(actor=cast.actor("hebing"), person="wang", given={"mail": "x@example.cn"}, now=cast.NOW)
    with pytest.raises(Refused, match="contact.needs"):
        set_addresses(actor=cast.actor("wu"), person="nobody", given={"mail": "x@example.cn"}, now=cast.NOW)
    assert contacts.addresses() == {}


def test_one_wrong_address_keeps_the_right_one_out_too() -> None:
    with pytest.raises(Refused) as refused:
        given = {"mail": "wang@example.cn", "mobile": "12"}
        set_addresses(actor=cast.actor("wang"), person="wang", given=given, now=cast.NOW)
    assert refused.value.problems == {"mobile": "mobile"}
    assert contacts.addresses() == {}


def test_a_group_is_added_and_taken_away_by_administrators_and_its_key_is_in_no_event() -> None:
    with pytest.raises(Refused, match="robot.post"):
        robot("labour_bureau", who="zhou")
    id_ = robot("labour_bureau")
    with pytest.raises(Refused, match="robot.post"):
        drop_robot(actor=cast.actor("zhou"), robot=id_, now=cast.NOW)
    drop_robot(actor=cast.actor("wu"), robot=id_, now=cast.NOW)
    drop_robot(actor=cast.actor("wu"), robot=id_, now=cast.NOW)
    added, dropped = registered()
    assert "robot_added" in added and "robot_dropped" in dropped and "0f0f0f0f" not in added


def test_a_post_is_told_in_its_own_group_else_in_that_of_the_nearest_unit_above() -> None:
    robot("zone", "全区")
    robot("labour_bureau", "人社局")
    net = network.snapshot(calendars.calendar().local_day(cast.NOW))

    def groups(post: str) -> list[str]:
        return [one.name for one in groups_of(post, net, contacts.robots())]

    assert groups("labour.handler") == groups("labour.head") == ["人社局"]
    assert groups("science.handler") == ["全区"]
    robot("labour_jobs", "王磊这一岗", post="labour.handler")
    assert groups("labour.handler") == ["王磊这一岗"]
    assert groups("labour.head") == ["人社局"]
    assert groups("no.such.post") == []
