"""评: what a round of a rating meeting is after its events, and what may still happen to it.

A round is opened, invites, is closed, published, contested, reviewed, and gives birth to orders. Its ballots lie beside
it; the event that closes it holds one hash over them and everything that may be shown of the result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.core.chain import GENESIS
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import Event, mark
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting, may_chair, may_review, of_object
from bihuan.core.scores import Answers, Score, failed, of_plain

KIND = "review"  # the kind of its events
OPEN, INVITE, STOP, CLOSE, PUBLISH = "open_review", "invite", "stop_ballots", "close_review", "publish"
CONTEST, REVIEW, GIVE_ORDER = "contest", "review", "give_order"
TITLE, WORDS = 60, 500
MOST_OBJECTS, MOST_INVITED = 60, 500
UPHELD, REJECTED = "upheld", "rejected"
type_Json = dict[str, Any]


@dataclass(slots=True)
class RoundState:
    """A round as its events have made it; keys and instants as stored text.

    `invited` and `answered` count ballots by kind; `contests` is {unit: {reason, person, at, decision, words, by,
    decided}}; `orders` are {id, number, object, criterion} of rectifications.
    """

    id: int
    number: str = ""
    programme: str = ""
    meeting: str = ""
    bundle: str = ""
    unit: str = ""
    title: str = ""
    date: str = ""
    objects: list[str] = field(default_factory=list)
    invited: dict[str, int] = field(default_factory=dict)
    person: str = ""
    post: str = ""
    opened: str = ""
    stopped: str = ""  # since when no ballot is handed out any more
    closed: str = ""
    answered: dict[str, int] = field(default_factory=dict)
    root: str = ""
    scores: list[type_Json] = field(default_factory=list)
    entry: str = ""
    published: str = ""
    until: str = ""
    contests: type_Json = field(default_factory=dict)
    orders: list[type_Json] = field(default_factory=list)
    seq: int = 0
    head: str = GENESIS

    def dump(self) -> type_Json:
        """Return the round as plain data; `stopped` only where it was."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "stopped" or self.stopped}

    def score(self, unit: str) -> Score | None:
        """Return what may be shown of a unit, None before the round is closed and for a unit not judged."""
        return next((of_plain(one) for one in self.scores if one["object"] == unit), None)

    def excluded(self, unit: str) -> bool:
        """Whether an appeal against the unit's result was upheld."""
        return bool(self.contests.get(unit, {}).get("decision") == UPHELD)

    def waits(self, unit: str) -> bool:
        """Whether an appeal of the unit waits for its decision."""
        return unit in self.contests and not self.contests[unit].get("decision")


def judged(actor: Actor, round_: RoundState) -> list[str]:
    """Return the units judged of which the actor's post is one."""
    return [unit for unit in round_.objects if of_object(actor, unit)]


# ---- what may happen ----
def open_round(
    meeting: Meeting, new: RoundState, actor: Actor, given: Mapping[str, Any], net: Network, today: date, now: datetime,
    *, then: type_Json,
) -> Event:  # fmt: skip
    """Return the event that opens a round, or raise Refused `review.post`, `.self`, `.needs` with all problems.

    `given`: unit, title, date, objects, and how many are invited by kind.
    """
    unit, objects = str(given.get("unit", "")), list(dict.fromkeys(given.get("objects", ())))
    if not may_chair(actor, meeting, unit):
        raise Refused("review.post")
    problems: dict[str, str] = {}
    title, day = " ".join(str(given.get("title", "")).split()), str(given.get("date", ""))
    if not title or len(title) > TITLE:
        problems["title"] = "long_title" if title else "no_title"
    if not _is_day(day):
        problems["date"] = "no_date"
    elif date.fromisoformat(day) < today:
        problems["date"] = "past_date"
    living = [one for one in objects if one in net.units and net.units[one].type == meeting.object]
    if not objects or living != objects:
        problems["objects"] = "wrong_object" if objects else "no_object"
    elif len(objects) > MOST_OBJECTS:
        problems["objects"] = "many_objects"
    invited = _invited(meeting, given.get("invited", {}), problems)
    if not problems and sum(invited.values()) < meeting.floor:
        problems[next(iter(meeting.kinds))] = "few"
    if problems:
        raise Refused("review.needs", problems, least=meeting.floor, title=TITLE, most=MOST_INVITED)
    _not_judged(actor, objects)
    order = [one.key for one in net.of_type(meeting.object)]
    objects.sort(key=order.index)  # as the network has them: no order of merit anywhere
    facts = {"unit": unit, "title": title, "date": day, "objects": objects, "invited": invited}
    return event(new, OPEN, actor, facts, now, then={**then, "meeting": meeting.key}, bundle=meeting.bundle)


def invite(meeting: Meeting, held: RoundState, actor: Actor, more: Mapping[str, Any], now: datetime) -> Event:
    """Return the event that invites more raters, or raise Refused."""
    must_chair(meeting, held, actor)
    must_be_open(held)
    problems: dict[str, str] = {}
    added = _invited(meeting, more, problems)
    if not problems and not any(added.values()):
        problems[next(iter(meeting.kinds))] = "no_number"
    if not problems and any(held.invited.get(key, 0) + n > MOST_INVITED for key, n in added.items()):
        problems[next(iter(meeting.kinds))] = "many_invited"
    if problems:
        raise Refused("review.needs", problems, most=MOST_INVITED)
    return event(held, INVITE, actor, {"invited": {key: n for key, n in added.items() if n}}, now)


def may_close(meeting: Meeting, held: RoundState, actor: Actor, today: date) -> None:
    """Return if the actor may end the voting today, or raise Refused."""
    must_chair(meeting, held, actor)
    must_be_open(held)
    if today.isoformat() < held.date:
        raise Refused("review.clock.early", date=held.date)


def close(
    meeting: Meeting, held: RoundState, actor: Actor, answered: Mapping[str, int], root: str, scored: Iterable[Score],
    now: datetime, entry: str,
) -> Event:  # fmt: skip
    """Return the event that ends the voting with its result, where `may_close` let it."""
    facts = {"answered": dict(answered)}
    then: type_Json = {"root": root, "scores": [one.dump() for one in scored]}
    if entry:
        then["entry"] = entry
    return event(held, CLOSE, actor, facts, now, then=then)


def publish(meeting: Meeting, held: RoundState, actor: Actor, until: str, now: datetime) -> Event:
    """Return the event that shows every unit judged its own result; appeals are open until `until`, "" for none."""
    must_chair(meeting, held, actor)
    if not held.closed:
        raise Refused("review.state.open")
    if held.published:
        raise Refused("review.state.published", at=held.published)
    return event(held, PUBLISH, actor, {}, now, then={"until": until} if until else {})


def contest(meeting: Meeting, held: RoundState, actor: Actor, unit: str, reason: str, now: datetime) -> Event:
    """Return the event of a unit's appeal against its result, or raise Refused `contest.…`."""
    if actor.kind != meeting.appellant or not of_object(actor, unit):
        raise Refused("contest.post")
    score = held.score(unit)
    if not held.published or score is None or score.total is None:
        raise Refused("contest.state.none")
    if unit in held.contests:
        raise Refused("contest.state.again")
    if not held.until or iso(now) > held.until:
        raise Refused("contest.clock", until=held.until)
    return event(held, CONTEST, actor, {"unit": unit, "reason": _words(reason, "contest", "reason")}, now)


def review(
    meeting: Meeting, held: RoundState, actor: Actor, unit: str, decision: str, words: str, now: datetime
) -> Event:
    """Return the event that decides an appeal, or raise Refused: never by who chaired or belongs to the unit."""
    if not may_review(actor, meeting):
        raise Refused("decide.post")
    if actor.person == held.person or actor.person == held.contests.get(unit, {}).get("person"):
        raise Refused("decide.self")
    _not_judged(actor, [unit])
    if not held.waits(unit):
        raise Refused("decide.state.none")
    if decision not in (UPHELD, REJECTED):
        raise Refused("decide.needs", {"decision": "no_decision"})
    facts = {"unit": unit, "decision": decision, "words": _words(words, "decide", "words")}
    return event(held, REVIEW, actor, facts, now)


def give_order(
    meeting: Meeting, held: RoundState, actor: Actor, unit: str, criterion: str, order: int, number: str, now: datetime
) -> Event:
    """Return the event that ties a rectification order to the result it was born of, or raise Refused."""
    if (unit, criterion) not in due(meeting, held):
        raise Refused("rectify.state.none")
    must_chair(meeting, held, actor)
    then = {"order": order, "number": number, "unit": unit, "criterion": criterion}
    return event(held, GIVE_ORDER, actor, {}, now, then=then)


def due(meeting: Meeting, held: RoundState) -> list[tuple[str, str]]:
    """Return the (unit, criterion) that call for an order and have none; the criterion is "" for a total."""
    if not held.published or not meeting.orders:
        return []
    made = {(one["object"], one["criterion"]) for one in held.orders}
    return [
        (score.object, criterion)
        for score in map(of_plain, held.scores)
        if not held.excluded(score.object) and not held.waits(score.object)
        for criterion in failed(meeting, score)
        if (score.object, criterion) not in made
    ]


def answered(meeting: Meeting, held: RoundState, before: Answers, unit: str, given: Mapping[str, str]) -> Answers:
    """Return a ballot's answers with those about one unit in place of earlier ones; nothing given takes them out.

    Raises Refused `ballot.frozen`, `ballot.needs.unit`, `ballot.needs.step`.
    """
    must_take(held)
    if unit not in held.objects:
        raise Refused("ballot.needs.unit")
    kept = {key: step for key, step in given.items() if step}
    if any(key not in meeting.criteria or step not in meeting.steps for key, step in kept.items()):
        raise Refused("ballot.needs.step")
    rest = {key: dict(one) for key, one in before.items() if key != unit}
    return {**rest, unit: kept} if kept else rest


def must_take(held: RoundState) -> None:
    """Refuse answers to a round whose voting has ended."""
    if held.closed:
        raise Refused("ballot.frozen", at=held.closed)


def must_hand_out(held: RoundState) -> None:
    """Refuse another ballot of a round whose chair has said that everybody has theirs."""
    if held.stopped:
        raise Refused("ballot.stopped", at=held.stopped)


def stop(meeting: Meeting, held: RoundState, actor: Actor, now: datetime) -> Event:
    """Return the event after which no ballot is handed out, until more are invited, or raise Refused."""
    must_chair(meeting, held, actor)
    must_be_open(held)
    if held.stopped:
        raise Refused("review.state.stopped", at=held.stopped)
    return event(held, STOP, actor, {}, now)


def must_not_be_judged(held: RoundState, units: Collection[str]) -> None:
    """Refuse a ballot to somebody who holds a post in a unit judged."""
    if set(held.objects) & set(units):
        raise Refused("ballot.self", units=sorted(set(held.objects) & set(units)))


def must_be_open(held: RoundState) -> None:
    """Refuse what is done to a round whose voting has ended."""
    if held.closed:
        raise Refused("review.state.closed", at=held.closed)


def must_chair(meeting: Meeting, held: RoundState, actor: Actor) -> None:
    """Refuse what only the chair of a round does."""
    if not may_chair(actor, meeting, held.unit):
        raise Refused("review.post")


def _not_judged(actor: Actor, objects: Iterable[str]) -> None:
    if any(of_object(actor, unit) for unit in objects):
        raise Refused("review.self")


def _invited(meeting: Meeting, given: Mapping[str, Any], problems: dict[str, str]) -> dict[str, int]:
    found = {}
    for key in meeting.kinds:
        text = str(given.get(key, "") or "0").strip()
        if not text.isdecimal() or len(text) > 6:
            problems[key] = "not_a_number"
        elif int(text) > MOST_INVITED:
            problems[key] = "many_invited"
        else:
            found[key] = int(text)
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _words(text: str, verb: str, key: str) -> str:
    kept = " ".join(text.split())
    if not kept or len(kept) > WORDS:
        raise Refused(f"{verb}.needs", {key: "long_words" if kept else "no_words"}, words=WORDS)
    return kept


def event(
    held: RoundState, verb: str, actor: Actor, facts: type_Json, now: datetime, *, then: type_Json | None = None,
    bundle: str = "",
) -> Event:  # fmt: skip
    """Return the next event of a round, sealed."""
    named = bundle or held.bundle
    return Event(held.id, held.seq + 1, verb, mark(actor), now, facts, then or {}, named, held.head).sealed()


# ---- what became of it ----
def apply(held: RoundState, happened: Event) -> RoundState:
    """Return the round after the event; every recorded event applies."""
    new = RoundState(**held.dump())
    facts, then, at = happened.facts, happened.then, iso(happened.at)
    person = happened.actor.get("person", "")
    match happened.verb:
        case "open_review":
            for key in ("unit", "title", "date", "objects", "invited"):
                setattr(new, key, facts[key])
            for key in ("number", "programme", "meeting"):
                setattr(new, key, then[key])
            new.bundle, new.opened = happened.bundle, at
            new.person, new.post = person, happened.actor.get("post", "")
        case "invite":
            new.invited = {**held.invited}
            for key, n in facts["invited"].items():
                new.invited[key] = new.invited.get(key, 0) + n
            new.stopped = ""
        case "stop_ballots":
            new.stopped = at
        case "close_review":
            new.closed, new.answered = at, facts["answered"]
            new.root, new.scores, new.entry = then["root"], then["scores"], then.get("entry", "")
        case "publish":
            new.published, new.until = at, then.get("until", "")
        case "contest":
            said = {"reason": facts["reason"], "person": person, "at": at}
            new.contests = {**held.contests, facts["unit"]: said}
        case "review":
            said = {"decision": facts["decision"], "words": facts["words"], "by": person, "decided": at}
            new.contests = {**held.contests, facts["unit"]: {**held.contests[facts["unit"]], **said}}
        case "give_order":
            born = {"id": then["order"], "number": then["number"], "object": then["unit"]}
            new.orders = [*held.orders, {**born, "criterion": then["criterion"]}]
    new.seq, new.head = happened.seq, happened.hash
    return new


def replay(id_: int, events: Iterable[Event]) -> RoundState:
    """Return the round that its events make."""
    now = RoundState(id=id_)
    for one in events:
        now = apply(now, one)
    return now
