"""联系方式: where a person can be reached, set by themselves or by an administrator, and the chat groups of units."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from django.db import transaction

from bihuan.actions.register import SETUP, may_set_up, must_set_up, note
from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import calendars, contacts, network

MAIL = re.compile(r"^[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$")
MOBILE = re.compile(r"^1[3-9]\d{9}$")
SHAPES = {"mail": MAIL, "mobile": MOBILE}
# The vendor's host, and where in the address it gives out the key of the group stands.
VENDORS = {
    "dingtalk": ("oapi.dingtalk.com", "access_token"),
    "wecom": ("qyapi.weixin.qq.com", "key"),
    "feishu": ("open.feishu.cn", ""),
}
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{8,128}$")
_SECRET = re.compile(r"^[A-Za-z0-9]{8,128}$")


def set_addresses(*, actor: Actor, person: str, given: dict[str, str], now: datetime) -> None:
    """Keep a person's `mail` and `mobile`, "" taking one away. One's own, or anybody's for an administrator.

    Raises Refused `contact.post`, or `contact.needs` with a problem for each address that is none; nothing is changed
    then. An administrator's change is an event of the settings' chain without the addresses.
    """
    own = actor.sort == "post" and actor.person == person
    if not own:
        must_set_up(actor, "contact")
    if person not in network.snapshot(calendars.calendar().local_day(now)).persons:
        raise Refused("contact.needs", {"person": "unknown_person"}, fields=["person"])
    clean = {kind: _plain(given[kind]) for kind in SHAPES if kind in given}
    if problems := {kind: kind for kind, value in clean.items() if value and not SHAPES[kind].match(value)}:
        raise Refused("contact.needs", problems, fields=list(problems))
    with transaction.atomic():
        changed = [kind for kind, value in clean.items() if contacts.set_address(person, kind, value, iso(now))]
        if changed and not own:
            facts = {"person": person, "kinds": sorted(changed)}
            note(SETUP, actor=actor, verb="contact_set", facts=facts, now=now)


def add_robot(*, actor: Actor, name: str, unit: str, address: str, secret: str, now: datetime, post: str = "") -> int:
    """Keep the chat group of a unit by the address its vendor gave out, and return its id.

    Raises Refused `robot.post`, or `robot.needs` naming every field that is wrong.
    """
    must_set_up(actor, "robot")
    net = network.snapshot(calendars.calendar().local_day(now))
    kind, token = vendor_of(_plain(address))
    name, secret = _plain(name)[:60], _plain(secret)
    problems = {}
    if not name:
        problems["name"] = "missing"
    if unit not in net.units:
        problems["unit"] = "unknown_unit"
    if post and (post not in net.posts or unit not in net.above(net.posts[post].unit)):
        problems["post"] = "unknown_post"
    if not kind:
        problems["address"] = "robot"
    if secret and kind != "dingtalk":
        problems["secret"] = "not_dingtalk"
    elif secret and not _SECRET.match(secret):
        problems["secret"] = "secret"
    if problems:
        raise Refused("robot.needs", problems, fields=list(problems))
    with transaction.atomic():
        id_ = contacts.add_robot(name=name, kind=kind, unit=unit, post=post, token=token, secret=secret, at=iso(now))
        note(
            SETUP,
            actor=actor,
            verb="robot_added",
            facts={"robot": id_, "kind": kind, "unit": unit, "name": name},
            now=now,
        )
    return id_


def drop_robot(*, actor: Actor, robot: int, now: datetime) -> None:
    """Take a chat group away; what waits for it is not sent. Raises Refused `robot.post`."""
    must_set_up(actor, "robot")
    with transaction.atomic():
        known = contacts.robot(robot)
        if known is not None and contacts.drop_robot(robot):
            facts = {"robot": robot, "unit": known.unit, "name": known.name}
            note(SETUP, actor=actor, verb="robot_dropped", facts=facts, now=now)


def vendor_of(address: str) -> tuple[str, str]:
    """Return (kind, token) of a robot's address as its vendor gives it out; ("", "") for any other address."""
    try:
        parts = urlsplit(address)
        for kind, (host, place) in VENDORS.items():
            if parts.scheme == "https" and parts.hostname == host:
                token = (
                    parse_qs(parts.query).get(place, [""])[0] if place else parts.path.rstrip("/").rpartition("/")[2]
                )
                return (kind, token) if _TOKEN.match(token) else ("", "")
    except ValueError:
        pass
    return "", ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


__all__ = ["MOBILE", "add_robot", "drop_robot", "may_set_up", "set_addresses", "vendor_of"]
