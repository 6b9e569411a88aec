"""简报: draft it from its template, edit words and styles around the figures, send it on, sign and freeze it.

Every figure of a draft is as of one moment, which the editor moves by drafting again; reviewer and signer judge what
the editor sent. Signing counts every figure once more, and freezes it with its records and its definition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.actions.brief_checks import records_digest
from bihuan.actions.brief_figures import Voice, asked_of, counted_now, made, members, row_of
from bihuan.actions.orders import TRIES, new_id
from bihuan.core import brief_kinds as desks
from bihuan.core import briefs as rules
from bihuan.core.brief_kinds import ISSUED, BriefKind
from bihuan.core.brief_text import Fault, read
from bihuan.core.briefs import (
    BACK,
    DRAFT,
    DROP,
    EDIT,
    ISSUE,
    PASS,
    REFRESH,
    BriefState,
    Json,
    is_rate,
    value_of,
)
from bihuan.core.chain import canonical, digest, no_floats, plain
from bihuan.core.figures import Asked
from bihuan.core.instants import iso
from bihuan.core.order_state import Event, mark
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.core.wording import wording
from bihuan.store import briefs, calendars, documents, packs, people, versions
from bihuan.store.orders import NotFound

LONGEST_WINDOW = 3660  # days


def kind_of(brief: BriefState) -> BriefKind:
    """Return what the programme says of this kind of brief now; who may do what follows the newest version."""
    declared = packs.current().get(brief.programme)
    found = declared.briefs.get(brief.kind) if declared else None
    return found or packs.bundle(brief.bundle).briefs[brief.kind]


def pinned(brief: BriefState) -> Programme:
    """Return the programme as it was when the brief was counted: its figures keep the definitions it printed."""
    return packs.bundle(brief.bundle)


# ---- seeing ----
def brief_of(*, actor: Actor, id_: int) -> BriefState:
    """Return a brief if the actor may see it as it stands, else raise NotFound."""
    found = briefs.one(id_)
    if found is None or not desks.may_see(actor, kind_of(found), found.state):
        raise NotFound(str(id_))
    return found


def seen(*, actor: Actor, programme: Programme, before: int = 0) -> list[BriefState]:
    """Return a page of the briefs of a programme that the actor may see, the newest first; one query."""
    return briefs.listed(programme.key, _seen_in(actor, programme), before)


def printing(*, actor: Actor, programme: Programme, figure: str, most: int) -> list[BriefState]:
    """Return the newest briefs printing an indicator that the actor may see, at most so many; one query."""
    return briefs.printing(programme.key, _seen_in(actor, programme), figure, most)


def _seen_in(actor: Actor, programme: Programme) -> dict[str, list[str]]:
    """Return the kinds of briefs that the actor may see, each with the states in which they may."""
    states = (*(at for _step, at in desks.STEPS), ISSUED)
    kinds = {
        kind.key: [state for state in states if desks.may_see(actor, kind, state)] for kind in programme.briefs.values()
    }
    return {key: some for key, some in kinds.items() if some}


def previewed(
    *, actor: Actor, programme: Programme, kind: BriefKind, asked: Asked, voice: Voice, now: datetime
) -> BriefState:
    """Return the brief of a window as it would be drafted now; writes nothing. The system may ask for any."""
    if actor.sort != "system" and not desks.may_draft(actor, kind):
        raise Refused("brief.post", state=desks.DRAFTING, by=list(kind.edit))
    _window(asked, now)
    found = made(actor=actor, programme=programme, kind=kind, asked=asked, voice=voice, now=now)
    facts = {"programme": programme.key, "kind": kind.key, "since": str(asked.since), "until": str(asked.until)}
    new = BriefState(id=0)
    event = _event(new, actor, DRAFT, {**facts, **found.facts(programme.bundle)}, now)
    return rules.apply(new, event)


def _window(asked: Asked, now: datetime) -> None:
    today = calendars.calendar().local_day(now)
    if asked.since > asked.until:
        raise Refused("brief.needs", {"since": "reversed"})
    if (asked.until - asked.since).days > LONGEST_WINDOW:
        raise Refused("brief.needs", {"since": "too_long"}, days=LONGEST_WINDOW)
    if asked.since > today:
        raise Refused("brief.needs", {"since": "future"})
    if asked.as_of and asked.as_of > iso(now):
        raise Refused("brief.needs", {"as_of": "future"})


# ---- drafting and editing ----
@versions.held()
def draft_brief(
    *, actor: Actor, programme: str, kind: str, asked: Asked, voice: Voice, now: datetime, command: str = ""
) -> BriefState:
    """Write a new brief from its template and return it. Raises NotFound, Refused `brief.post` or `brief.needs`."""
    declared = packs.current().get(programme)
    found = declared.briefs.get(kind) if declared else None
    if declared is None or found is None:
        raise NotFound(kind)
    state = previewed(actor=actor, programme=declared, kind=found, asked=asked, voice=voice, now=now)
    new = BriefState(id=new_id(now))
    facts = {key: getattr(state, key) for key in ("programme", "kind", "since", "until", *_COUNTED)}
    event = _event(new, actor, DRAFT, facts, now, command)
    after = rules.apply(new, event)
    briefs.record(new, event, after)
    return after


_COUNTED = ("bundle", "as_of", "paragraphs", "figures", "unsaid")


@versions.held()
def refresh_brief(*, actor: Actor, id_: int, voice: Voice, now: datetime, expect: int | None = None) -> BriefState:
    """Count every figure again as of now and write the words from the template anew; edited words are given up.

    Raises NotFound or Refused `brief.…`.
    """

    def say(brief: BriefState) -> Json:
        rules.being_edited(brief, actor, kind_of(brief))
        programme = packs.current()[brief.programme]
        asked = asked_of(brief, as_of="")
        found = made(actor=actor, programme=programme, kind=kind_of(brief), asked=asked, voice=voice, now=now)
        return found.facts(programme.bundle)

    return _noted(actor, id_, REFRESH, say, now, expect)


@versions.held()
def edit_brief(
    *,
    actor: Actor,
    id_: int,
    texts: Mapping[int, str],
    styles: Mapping[int, str],
    voice: Voice,
    now: datetime,
    expect: int | None = None,
) -> BriefState:
    """Change the words of paragraphs (by place from 0) around their figures, and how figures are said (from 1).

    Raises NotFound, Refused `brief.state.same` where nothing changes, or `brief.needs` with every paragraph at fault:
    a count typed by hand, a figure unknown, something that would change how a figure is read.
    """

    def say(brief: BriefState) -> Json:
        rules.being_edited(brief, actor, kind_of(brief))
        figures: Json = {}
        for n, style in styles.items():
            if brief.figure(n)["style"] != style:
                figure = rules.style_facts(brief, n, style)
                worded = wording(value_of(figure), style, rate=is_rate(figure), missing=figure["missing"])
                figures[str(n)] = {"style": style, "wording": voice.number(worded)}
        paragraphs = _paragraphs(brief, texts)
        if not figures and not paragraphs:
            raise Refused("brief.state.same")
        return {"paragraphs": paragraphs, "figures": figures}

    return _noted(actor, id_, EDIT, say, now, expect)


def _paragraphs(brief: BriefState, texts: Mapping[int, str]) -> Json:
    """Return the pieces of the paragraphs that change; raises Refused with every one at fault."""
    changed: Json = {}
    problems: dict[str, str] = {}
    told: dict[str, str] = {}
    for n, text in texts.items():
        if not 0 <= n < len(brief.paragraphs):
            continue
        try:
            pieces = read(text, brief.wordings)
        except Fault as why:
            problems[f"p-{n}"], told[f"p-{n}"] = why.code, why.word
            continue
        if pieces != brief.paragraphs[n]["pieces"]:
            changed[str(n)] = pieces
    if problems:
        raise Refused("brief.needs", problems, words=told)
    return changed


# ---- from desk to desk ----
@versions.held()
def pass_brief(*, actor: Actor, id_: int, now: datetime, expect: int | None = None) -> BriefState:
    """Send a brief on: from the editor to review, from review to signing. Raises NotFound or Refused `brief.…`."""

    def say(brief: BriefState) -> Json:
        kind = kind_of(brief)
        rules.my_turn(brief, actor, kind)
        if brief.state == desks.SIGNING:
            raise Refused("brief.state.sign")
        return {"to": kind.after(brief.state)}

    return _noted(actor, id_, PASS, say, now, expect)


@versions.held()
def send_back(*, actor: Actor, id_: int, reason: str, now: datetime, expect: int | None = None) -> BriefState:
    """Give a brief back to the editor with a reason. Raises NotFound or Refused `brief.…`."""
    reason = rules.reason_of(reason)

    def say(brief: BriefState) -> Json:
        rules.my_turn(brief, actor, kind_of(brief))
        if brief.state == desks.DRAFTING:
            raise Refused("brief.state.here")
        return {"reason": reason}

    return _noted(actor, id_, BACK, say, now, expect)


@versions.held()
def drop_brief(*, actor: Actor, id_: int, reason: str, now: datetime, expect: int | None = None) -> BriefState:
    """Give a draft up, with the reason; it took no number. Raises NotFound or Refused `brief.…`."""
    reason = rules.reason_of(reason)

    def say(brief: BriefState) -> Json:
        rules.being_edited(brief, actor, kind_of(brief))
        return {"reason": reason}

    return _noted(actor, id_, DROP, say, now, expect)


# ---- signing ----
@versions.held()
def issue_brief(*, actor: Actor, id_: int, now: datetime, expect: int | None = None) -> BriefState:
    """Sign a brief: it takes its number, and words, figures, definitions and records are frozen with a digest.

    Every figure is counted once more as of the brief's moment. Raises NotFound, Refused `brief.…`, among them
    `brief.state.moved` where a figure is no longer what was reviewed.
    """
    for _ in range(TRIES):
        brief = brief_of(actor=actor, id_=id_)
        _fresh(brief, expect)
        rules.my_turn(brief, actor, kind_of(brief))
        if brief.state != desks.SIGNING:
            raise Refused("brief.state.unsent", state=brief.state)
        by = counter_of(brief, actor, now)
        if moved := changed(brief, actor=by, now=now):
            raise Refused("brief.state.moved", figures=[brief.figures[n]["name"] for n in moved])
        pages, digests = _frozen_members(brief, by, now)
        year = calendars.calendar().local_day(now).year
        try:
            with transaction.atomic():
                number = documents.take(desks.series_of(kind_of(brief), brief.programme, year))
                text = canonical(content_of(brief, kind_of(brief), number, year, digests, actor, now))
                facts = {"number": number, "year": year, "digest": digest(text)}
                event = _event(brief, actor, ISSUE, facts, now)
                after = rules.apply(brief, event)
                if not briefs.record(brief, event, after, content=text, pages=pages):
                    raise _Lost
        except (_Lost, IntegrityError):
            continue
        return after
    raise Refused("brief.stale")


def counter_of(brief: BriefState, signer: Actor, now: datetime) -> Actor:
    """Return with whose rights the figures were counted: the editor's; the signer's where the editor left the post."""
    desk = brief.desks.get(desks.DRAFTING, {})
    return people.actor(desk.get("person", ""), desk.get("post", ""), now) or signer


def changed(brief: BriefState, *, actor: Actor, now: datetime) -> list[str]:
    """Return the places of the figures that, counted again as of the brief's own moment, are not what it says."""
    again = counted_now(actor=actor, programme=pinned(brief), brief=brief, now=now)
    return [n for n, one in brief.figures.items() if n not in again or again[n].value != value_of(one)]


def _frozen_members(brief: BriefState, actor: Actor, now: datetime) -> tuple[dict[tuple[int, str], list[str]], Json]:
    """Return the pages of every figure's records as text, and the digest of each figure's lists."""
    pages: dict[tuple[int, str], list[str]] = {}
    digests: Json = {}
    common: dict[str, Any] = {"actor": actor, "programme": pinned(brief), "brief": brief, "now": now}
    for n, figure in brief.figures.items():
        for part, count in figure["parts"]:
            rows = [row_of(one) for one in members(figure=figure, part=part, **common)]
            if len(rows) != count:  # no number is signed that does not open as many records as it says
                raise Refused("brief.state.moved", figures=[figure["name"]])
            pages[int(n), part] = [
                canonical(rows[at : at + briefs.MEMBERS]) for at in range(0, len(rows), briefs.MEMBERS)
            ]
        digests[n] = records_digest(figure["parts"], {part: pages[int(n), part] for part, _count in figure["parts"]})
    return pages, digests


def content_of(
    brief: BriefState, kind: BriefKind, number: int, year: int, digests: Json, actor: Actor, now: datetime
) -> Json:
    """Return what is frozen of a brief: head, lines, words, figures with the digests of their records."""
    signed = {**brief.desks, brief.state: {"person": actor.person, "post": actor.post, "at": iso(now)}}
    content: Json = {
        "v": 1,
        "brief": brief.id,
        "programme": brief.programme,
        "bundle": brief.bundle,
        "kind": kind.key,
        "header": kind.header,
        "issuer": kind.issuer,
        "internal": kind.internal,
        "report": list(kind.report),
        "deliver": list(kind.deliver),
        "send": list(kind.send),
        "number": number,
        "numbered": desks.number_text(kind, year, number),
        "year": year,
        "at": iso(now),
        "since": brief.since,
        "until": brief.until,
        "as_of": brief.as_of,
        "paragraphs": brief.paragraphs,
        "figures": {n: {**one, "records": digests.get(n, "")} for n, one in brief.figures.items()},
        "unsaid": brief.unsaid,
        "desks": signed,
    }
    no_floats(content)
    return content


def frozen_of(brief: BriefState) -> Json | None:
    """Return what was frozen of a brief, None for one that was not issued."""
    return plain(text) if brief.number and (text := briefs.content_of(brief.id)) else None


class _Lost(Exception):
    """The brief was changed by somebody else: number, content and event are undone together."""


def _fresh(brief: BriefState, expect: int | None) -> None:
    if expect is not None and expect != brief.seq:
        raise Refused("brief.stale")


def _noted(
    actor: Actor, id_: int, verb: str, say: Callable[[BriefState], Json], now: datetime, expect: int | None
) -> BriefState:
    """Append one event to a brief, again where somebody was first; `say` refuses or returns its facts."""
    for _ in range(TRIES):
        brief = brief_of(actor=actor, id_=id_)
        _fresh(brief, expect)
        event = _event(brief, actor, verb, say(brief), now)
        after = rules.apply(brief, event)
        try:
            if briefs.record(brief, event, after):
                return after
        except IntegrityError:
            continue
    raise Refused("brief.stale")


def _event(
    brief: BriefState, actor: Actor, verb: str, facts: Mapping[str, Any], now: datetime, command: str = ""
) -> Event:
    no_floats(dict(facts))
    return Event(brief.id, brief.seq + 1, verb, mark(actor), now, dict(facts), {}, "", brief.head, command).sealed()


def window_of(since: str, until: str) -> tuple[date, date]:
    """Return a brief's window as days."""
    return date.fromisoformat(since), date.fromisoformat(until)


__all__ = [
    "Voice", "brief_of", "changed", "content_of", "counter_of", "draft_brief", "drop_brief", "edit_brief", "frozen_of",
    "issue_brief", "kind_of",
    "pass_brief", "pinned", "previewed", "refresh_brief", "seen", "send_back", "window_of",
]  # fmt: skip
