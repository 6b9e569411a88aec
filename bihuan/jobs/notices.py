"""通知: events are turned into deliveries, deliveries are sent, again and again and each at most once at a time.

What "never twice" means: a message exists once (its key is unique) and is held by one sender at a time (its lease). A
sender killed between the other side's yes and our note of it sends once more, under the same id, by which a mail server
or gateway can tell; a notice on pages is a row, and a row is there exactly once.
"""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.utils import translation

from bihuan.actions import links, reminders, turns
from bihuan.actions import notices as actions
from bihuan.actions.joined import main_of
from bihuan.core.instants import instant, iso
from bihuan.core.notices import digest_day, not_before
from bihuan.core.permission import SYSTEM
from bihuan.jobs import gateways
from bihuan.jobs.gateways import LATER, NEVER, SENT, Answer, Message
from bihuan.store import calendars, contacts, network, notices, orders, packs, people, versions
from bihuan.store.notices import Delivery
from bihuan.words import notices as words

log = logging.getLogger("bihuan.jobs")
LEASE = timedelta(minutes=5)  # longer than a handful takes, each with its time limit
HANDFUL = 5
BUDGET = 20.0  # seconds a round may spend on sending: alarms must not wait for a gateway that hangs
AGAIN = tuple(
    timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360)
)  # between the tries; after the last it is given up
STALE = timedelta(days=14)
PATIENCE = timedelta(minutes=1)  # for what was not tried because the same gateway had just failed


def message_id(key: str) -> str:
    """Return the id under which a delivery goes out, the same at every try."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


@dataclass
class Rounds:
    """What one worker remembers between its rounds: the day whose digests it has planned."""

    day: str = ""

    def round(self, now: datetime) -> bool:
        """Do what is due now; return whether there may be more at once. A fault is logged and stops no other work."""
        try:
            looked = actions.tell(now=now)
            day = digest_day(now, calendars.calendar())
            if day and day != self.day:
                self.day = day
                reminders.remind(now=now)
                actions.plan_digests(now=now)
                actions.clear_old(now=now)
            return send(now) or looked >= actions.BATCH
        except DatabaseError:
            raise
        except Exception:
            log.exception("notices: this round was cut short")
            return False


def send(now: datetime, *, budget: float = BUDGET) -> bool:
    """Send what is due until nothing is left or the budget is spent; return whether something may be left."""
    began = time.monotonic()
    open_ways = actions.ways()
    shut = {c for c in ("mail", "sms", "robot") if not open_ways.has(c)} | (
        set() if open_ways.has("digest") else {"day"}
    )
    failing: set[str] = set()
    with translation.override(settings.LANGUAGE_CODE):
        while time.monotonic() - began < budget:
            at = now + timedelta(seconds=time.monotonic() - began)
            lease = iso(at + LEASE)
            batch = notices.claim(iso(at), lease, HANDFUL, shut)
            if not batch:
                return False
            for one in batch:
                place = f"robot:{one.robot}" if one.robot else "mail" if one.channel == "day" else one.channel
                if place in failing:
                    notices.give_back(one.id, lease, iso(at + PATIENCE))
                    continue
                answer, told = _try(one, at)
                _settle(one, lease, answer, at)
                if answer.what == SENT and told:
                    notices.digested(told, iso(at))
                if answer.what == LATER and answer.code.endswith(("_away", "_refused", "no_library")):
                    failing.add(place)
    return True


def _settle(one: Delivery, lease: str, answer: Answer, at: datetime) -> None:
    said = f"{answer.code} {answer.detail}".strip()
    if answer.what == SENT:
        notices.settle(one.id, lease, state="sent", sent=iso(at))
    elif answer.what == "dropped":
        notices.settle(one.id, lease, state="dropped", said=said)
    elif answer.what == NEVER or one.tries > len(AGAIN):
        log.warning("notice %s by %s given up: %s", one.id, one.channel, answer.code)
        notices.settle(one.id, lease, state="failed", said=said)
    else:
        due = not_before(at + AGAIN[one.tries - 1], calendars.calendar(), one.urgency)
        notices.settle(one.id, lease, state="waiting", said=said, due=iso(due))


@versions.held()
def _try(one: Delivery, now: datetime) -> tuple[Answer, list[int]]:
    """Send one delivery; return the answer, and the ids a digest told of."""
    if one.tries > len(AGAIN) + 1:
        return Answer(NEVER, "killed"), []
    if one.channel == "day":
        return _day(one, now)
    if now - instant(one.at) > STALE:
        return Answer(NEVER, "stale"), []
    link = f"{settings.SITE}/orders/{one.number}/"
    order_type = packs.roles_of(one.programme, one.type)
    if one.channel == "robot":
        robot = contacts.robot(one.robot)
        if robot is None:
            return Answer("dropped", "no_address"), []
        return gateways.send_group(Message(message_id(one.key), *words.message(one, order_type, link, now)), robot), []
    to = _address(one)
    if not to:
        return Answer("dropped", "no_address"), []
    if one.person and one.verb:
        title, text = words.message(one, order_type, link, now)
    else:
        if not one.person:
            link = f"{settings.SITE}/t/{links.link_for(one.order)}/"
        order = orders.by_id(one.order, seen_by=SYSTEM).order
        net = network.snapshot(calendars.calendar().local_day(now))
        title, text = words.requester_message(order, order_type, net, link, now, main_of(order))
    message = Message(message_id(one.key), title, text)
    return (gateways.send_sms(message, to) if one.channel == "sms" else gateways.send_mail(message, to)), []


def _address(one: Delivery) -> str:
    if not one.person:
        return actions.phone_of(one.order, packs.roles_of(one.programme, one.type))
    return contacts.addresses([one.person]).get(one.person, {}).get("mobile" if one.channel == "sms" else "mail", "")


def _day(one: Delivery, now: datetime) -> tuple[Answer, list[int]]:
    """Send a person's digest of the day, counted as it stands when it is sent."""
    day, to = one.key.split(":")[1], _address(one)
    if not to:
        return Answer("dropped", "no_address"), []
    if digest_day(now, calendars.calendar()) != day:
        return Answer("dropped", "late"), []
    kept = notices.kept_for(one.person)
    morning = _morning(one.person, kept, now)
    if not morning:
        return Answer("dropped", "nothing"), []
    message = Message(message_id(one.key), *words.digest(morning, day, settings.SITE))
    return gateways.send_mail(message, to), [one.id for one in kept]


def _morning(person: str, kept: list[Delivery], now: datetime) -> words.Morning:
    net = network.snapshot(calendars.calendar().local_day(now))
    posts = []
    for held in net.held_by(person):
        actor = people.actor(person, f"{held.post}~{held.stands_for}" if held.stands_for else held.post, now)
        if actor is not None:
            posts.append((net.name(held.post), turns.due_today(actor=actor, now=now)))
    types = {(p.key, t.key): t for p in packs.current().values() for t in p.orders.values()}
    return words.Morning(net.name(person), tuple(posts), words.kinds(kept, types), notices.unread(person))
