"""一张单，凭链接看: everything the link's bearer may read of an order, and nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.actions import links
from bihuan.actions.joined import follows, main_of
from bihuan.actions.links import Link
from bihuan.actions.setting import setting_of
from bihuan.core import orders as core
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor, link_to
from bihuan.core.programmes import Move, OrderType, Programme, State
from bihuan.core.projection import ring
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.store import attachments, events, orders, packs
from bihuan.words import moments, outward, state_path
from bihuan.words.durations import duration
from bihuan.words.events import Line, timeline
from bihuan.words.orders import choice_name, field_name, named, unit_name, value_text

SAID = ("long_text",)  # said without its label


@dataclass(frozen=True, slots=True)
class Answer:
    """What an office answered: its words, the other facts as (name, value), the ids of its files."""

    words: list[str]
    facts: list[tuple[str, str]]
    unit: str
    when: str
    files: list[int]


@dataclass
class Tracked:
    """An order as its link shows it."""

    token: str
    order: OrderState
    type: OrderType
    programme: Programme
    setting: Setting
    actor: Actor
    now: datetime
    held: orders.Held | None = None  # as read from its row, so that a move need not read it again

    @classmethod
    def read(cls, link: Link, token: str, now: datetime) -> Tracked:
        """Return the order a link opens; raises NotFound."""
        held = orders.by_id(link.order, seen_by=link.actor)
        programme = packs.bundle(held.order.bundle)
        return cls(token, held.order, held.type, programme, setting_of(held.type, now), link.actor, now, held)

    @property
    def net(self) -> Network:
        """The network of the day."""
        return self.setting.network

    @property
    def state(self) -> State:
        """Where the order stands."""
        return self.type.states[self.order.state]

    @property
    def sentence(self) -> str:
        """Who does what by when, in one sentence."""
        return outward.standing(self.order, self.type, self.net, self.now)[1]

    @property
    def ring(self) -> int:
        """The step of the ring, 0 for what ended outside the loop."""
        return ring(self.type, self.order)

    @property
    def submitted(self) -> str:
        """The day the order was placed."""
        return moments.day(self.order.times["submitted"], self.now)

    @property
    def steps(self) -> list[outward.Step]:
        """The outward steps, done and to come."""
        if not self.type.looped:
            return state_path.of_order(self.order, self.type, self.events, self.now)
        return outward.steps(self.order, self.type, self.net, self.now)

    @cached_property
    def events(self) -> list[Event]:
        """What happened, from the first to the last."""
        return events.of_order(self.order.id)

    @cached_property
    def lines(self) -> list[Line]:
        """The outward record, the oldest first.

        A link may be forwarded: what was asked is not told again, and of a secret order none of the requester's words.
        """
        own = ("submit", "supplement", "withdraw") if self.order.secret else ("submit",)
        told = timeline(self.events, self.type, self.net, self.now, inner=False, requester=self.order.requester)
        return [replace(line, quote="", facts=[]) if line.effect in own else line for line in reversed(told)]

    def _made(self, event: Event) -> Move:
        """Return the move an event was, as its own version declares it."""
        return packs.type_of(event, self.type).moves[event.verb]

    # ---------- what may be done ----------
    def move(self, effect: str) -> Move | None:
        """Return the pack's move of that effect, or None."""
        return next(iter(self.type.by_effect(effect)), None)

    def refused(self, move: Move) -> Refused | None:
        """Return why the bearer cannot make the move now, or None."""
        try:
            core.possible(self.setting, self.order, self.actor, move.verb, self.now)
        except Refused as why:
            return why
        return None

    def can(self, effect: str) -> bool:
        """Whether the bearer may make the move of that effect now."""
        move = self.move(effect)
        return move is not None and self.refused(move) is None

    @cached_property
    def phone(self) -> str:
        """The contact's phone where one is on file and was not erased, else ""."""
        kept = events.personal_of(self.order.id)
        phones = (value for key, value in kept.items() if key in self.type.fields and self._is_phone(key))
        return next(phones, "")

    def _is_phone(self, key: str) -> bool:
        return self.type.fields[key].kind == "phone"

    @property
    def asks_digits(self) -> bool:
        """Whether rating and withdrawing ask for the phone's last four digits."""
        return bool(settings.LINK_DIGITS and self.phone)

    # ---------- answers ----------
    @cached_property
    def answers(self) -> list[Answer]:
        """What the office answered, the newest first: this round's, and the one that was rated badly before."""
        given = [self.order.replies] + [one.get("replies", {}) for one in reversed(self.order.ratings)]
        return [self._answer(replies["requester"]) for replies in given if replies.get("requester")][:2]

    def _answer(self, reply: Mapping[str, Any]) -> Answer:
        words, facts = self._said(reply["facts"])
        papers = list(reply["facts"].get("attachments", ()))
        return Answer(words, facts, unit_name(self.net, self.order.lead), moments.moment(reply["at"], self.now), papers)

    def _said(self, facts: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return the words and the other facts that the requester may read."""
        words, pairs = [], []
        for key, value in facts.items():
            field = self.type.fields.get(key)
            if field is None or field.internal or field.data_class in ("C2", "C3") or field.kind == "files":
                continue
            if field.kind in SAID:
                words.append(str(value))
            elif not key.startswith("agreed"):
                pairs.append((field_name(field), value_text(field, value, self.net, self.now)))
        return words, pairs

    @cached_property
    def papers(self) -> dict[int, str]:
        """The names of the files that belong to the answers, by id."""
        wanted = {one for answer in self.answers for one in answer.files}
        if not wanted:
            return {}
        kept = attachments.of_order(self.order.id, inner=False)
        return {one["id"]: one["name"] for one in kept if one["id"] in wanted}

    @cached_property
    def progress(self) -> Line | None:
        """The newest thing the office told outward while it works."""
        told = [e.seq for e in self.events if self._made(e).effect == "progress" and e.facts.get("outward")]
        return next((line for line in reversed(self.lines) if line.seq in told), None)

    # ---------- ratings ----------
    @cached_property
    def given(self) -> dict[str, Any]:
        """The rating of this round as it was filled in, {} for none."""
        return self._rating(self.order.rating)

    @cached_property
    def before(self) -> dict[str, Any]:
        """The bad rating that is being put right, {} for none."""
        founded = [one for one in self.order.ratings if one.get("verified") == "founded"]
        return self._rating(founded[-1]) if founded and not self.order.rating else {}

    def _rating(self, rating: Mapping[str, Any]) -> dict[str, Any]:
        event = next((e for e in self.events if e.seq == rating.get("seq")), None)
        return dict(event.facts) if event else {}

    def level(self, given: Mapping[str, Any]) -> str:
        """Return a rating's name."""
        return choice_name(self.type.fields[self.type.rating], given.get(self.type.rating, ""))

    def reasons(self, given: Mapping[str, Any]) -> str:
        """Return the ticked reasons in words."""
        field = self.type.fields.get("rating_reasons")
        return value_text(field, given.get("rating_reasons", []), self.net) if field else ""

    @property
    def bad_names(self) -> str:
        """The levels that lead to putting right: “不满意”或“非常不满意”."""
        field = self.type.fields[self.type.rating]
        return _("或").join(_("“%(name)s”") % {"name": choice_name(field, key)} for key in self.type.bad_ratings)

    def limit(self, signal: str) -> str:
        """Return the limit of the clock that a signal starts: 15个工作日; "" where there is none."""
        clock = next((one for one in self.type.clocks.values() if signal in one.starts), None)
        return duration(clock.limit) if clock else ""

    @property
    def putting_right(self) -> str:
        """How long putting right takes."""
        verify = next((m for m in self.type.by_effect("decide") if m.ask == "verification"), None)
        return self.limit(f"{verify.verb}.agree") if verify else ""

    @property
    def desk_name(self) -> str:
        """What the unit is called that dispatches and reads the ratings first."""
        found = self.programme.unit_types.get(self.type.desk)
        return named(found) if found else _("派单台")

    @property
    def rate_until(self) -> str:
        """The last day for rating, "" while no window runs."""
        window = self.order.clocks.get("rating_window", {})
        return moments.day(moments.last_day(window["due"]), self.now) if window and not window.get("stop") else ""

    # ---------- ends ----------
    @cached_property
    def ending(self) -> tuple[list[str], list[tuple[str, str]]]:
        """Why the order ended outside the loop: words and facts of the event that ended it."""
        last = next((e for e in reversed(self.events) if e.then.get("to") == self.order.state), None)
        if last is None:
            return [], []
        words, pairs = self._said(last.facts)
        made = self._made(last)
        if made.ask and not words:
            asks = [e for e in self.events if self._made(e).effect == "ask"]
            words = self._said(asks[-1].facts)[0] if asks else []
        return words, [] if made.effect == "merge" else pairs

    @cached_property
    def main(self) -> Tracked | None:
        """The order that is handled in place of this one, as its own link would show it; None for none."""
        main = main_of(self.order)
        if main is None:
            return None
        kind, programme = packs.order_type(main.bundle, main.type), packs.bundle(main.bundle)
        return Tracked("", main, kind, programme, setting_of(kind, self.now), link_to(main.id), self.now)

    @property
    def shared(self) -> list[Answer]:
        """What the office answered on the main order, which goes to everybody joined to it, unless it is secret."""
        main = self.main
        return [] if main is None or (main.order.secret and not self.same) else main.answers[:1]

    @property
    def same(self) -> bool:
        """Whether the main order is this requester's own."""
        return self.main is not None and follows(self.order, self.main.order)

    @property
    def main_address(self) -> str:
        """Where the requester of both goes on: the main order's own page, on which it is rated; "" for others."""
        return f"/t/{links.link_for(self.main.order.id)}/" if self.main is not None and self.same else ""
