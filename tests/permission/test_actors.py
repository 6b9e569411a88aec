"""权限: who acts is made once for a network, and anew for the next one."""

from __future__ import annotations

import pytest

from bihuan.core.permission import actor_in
from bihuan.store import calendars, network, versions
from tests import cast

pytestmark = pytest.mark.django_db


def test_an_actor_is_kept_with_its_network_and_no_longer() -> None:
    cast.found()
    day = calendars.calendar().local_day(cast.NOW)
    net = network.snapshot(day)
    actor = actor_in(net, "zhou", "desk.dispatcher")
    assert actor_in(net, "zhou", "desk.dispatcher") is actor
    assert actor_in(net, "zhou", "desk.dispatcher", "tang") != actor
    assert actor_in(net, "tang", "desk.dispatcher2") != actor
    assert actor.covers == {"equipment", "food"} and cast.actor("zhou") == actor
    network.put_post(
        key="desk.dispatcher", name=net.name("desk.dispatcher"), kind="dispatcher", unit="liangxin",
        since=cast.SINCE, covers=["food"],
    )  # fmt: skip
    versions.bump("network")
    assert cast.actor("zhou").covers == {"food"}
    assert actor_in(net, "zhou", "desk.dispatcher") is actor, "the network of before stays as it was"
