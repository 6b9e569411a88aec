"""关口: the named conditions a move may ask for; each refuses with the facts that explain it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bihuan.core import approval
from bihuan.core.clocks import running
from bihuan.core.deadlines import deadline
from bihuan.core.durations import parse
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting

Guard = Callable[[Setting, OrderState, Actor, Move, datetime], None]
RATING_EDIT = timedelta(hours=12)  # a rating may be changed for twelve hours (ux.md §19)


def not_handler(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """谁办理，谁不核查、不销号 (00_common §8; 审计与督查惯例)."""
    if actor.sort != "post":
        return
    by_name = {actor.person, actor.stands_for}.intersection(order.handled_by)  # a stand-in acts in somebody's name
    if by_name or (order.lead and order.lead in actor.above):
        raise Refused(f"{move.verb}.self", handler=order.handler, lead=order.lead)


def rated_or_expired(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """A strike-off waits for the rating or the end of the rating window."""
    window = order.clocks.get("rating_window", {})
    if order.rating or not running(window) or iso(now) >= window["due"]:
        return
    raise Refused(f"{move.verb}.needs.rating", since=window["start"], until=window["due"])


def no_pending(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """Nothing asked for may still wait for its decision."""
    for ask, pending in order.asks.items():
        raise Refused(f"{move.verb}.pending.{ask}", at=pending["at"], by=pending.get("by", ""))


def co_done(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """会签: every co-handler has countersigned."""
    open_ = [unit for unit, part in order.co.items() if part.get("state") != "done"]
    if open_:
        raise Refused(f"{move.verb}.needs.co", units=open_)


def co_agreed(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """会签: no half of the answer leaves the house before every co-handler agreed to it (decisions 2)."""
    open_ = [unit for unit, part in order.co.items() if part.get("state") != "done"]
    if open_ and (not setting.type.signs or approval.signed(setting, order, actor)["issued"]):
        objected = [unit for unit in open_ if order.co[unit].get("state") == "objected"]
        raise Refused(f"{move.verb}.needs.co_agreed", units=open_, objected=objected)


def assented(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """督办件 are struck off only with the supervising leader's assent (decisions 1)."""
    if order.supervised and not order.assent:
        raise Refused(f"{move.verb}.needs.assent", supervisor=order.supervisor)


def before_due(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """An extension or a suspension is asked for before the limit has run out."""
    dues = [
        clock["due"]
        for key, clock in order.clocks.items()
        if running(clock) and (spec := setting.type.clocks.get(key)) and spec.extendable
    ]
    if dues and iso(now) >= min(dues):
        raise Refused(f"{move.verb}.clock", due=min(dues))


def within(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """Only for so long after the named moment."""
    since = order.times.get(move.within_of)
    if since is None:
        return
    end = deadline(instant(since), parse(move.within), setting.calendar).due
    if now > end:
        raise Refused(f"{move.verb}.clock", since=since, limit=move.within, due=iso(end))


def not_named(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """Who was named after a dispute may not return the order again (潍坊 Art. 22)."""
    if order.named:
        raise Refused(f"{move.verb}.state.named", lead=order.lead)


def bad_rating(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """There must be a bad rating to speak of."""
    if not any(rating["level"] in setting.type.bad_ratings and not rating.get("excluded") for rating in order.ratings):
        raise Refused(f"{move.verb}.needs.bad_rating")


def rating_open(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """One rating a round, within the window, to be changed for twelve hours and not after it was acted upon."""
    given = order.rating
    if given:
        if given.get("verified") or now > instant(given["at"]) + RATING_EDIT:
            raise Refused(f"{move.verb}.clock.given", at=given["at"])
        return
    window = order.clocks.get("rating_window", {})
    if running(window) and iso(now) > window["due"]:
        raise Refused(f"{move.verb}.clock.window", due=window["due"])


def replied_once(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """There must have been an answer."""
    if not order.times.get("replied"):
        raise Refused(f"{move.verb}.needs.reply")


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        not_handler,
        rated_or_expired,
        no_pending,
        co_done,
        co_agreed,
        assented,
        before_due,
        within,
        not_named,
        bad_rating,
        rating_open,
        replied_once,
    )
}
