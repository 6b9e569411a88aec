"""One move as a form: what stands above it, its controls, its files, and what came back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.actions import files
from bihuan.core import approval, notes
from bihuan.core.programmes import Move
from bihuan.core.refusal import Refused
from bihuan.core.snippets import filled
from bihuan.store import drafts
from bihuan.web.access import Acted
from bihuan.web.controls import Control, controls_of, presets, typed
from bihuan.web.order_sight import Sight
from bihuan.words import events as event_words
from bihuan.words import moments
from bihuan.words import notes as note_words
from bihuan.words import snippets as snippet_words
from bihuan.words.orders import ask_name, choice_name, move_name, named, person_name, role_name, state_name, unit_name
from bihuan.words.problems import file_sentence

KEPT = "kept"  # hidden field with the ids of files that already arrived
SHORT = ("select", "date", "count", "money", "phone")  # marks that need half a line
STOPPING = ("refuse", "withdraw", "merge", "recuse")  # shown in red: hard to take back


@dataclass(slots=True)
class Block:
    """Something to read before deciding: what was asked, drafted, answered or rated."""

    title: str
    text: str = ""
    quote: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to put in: with its blanks filled in for this order, or `missing` saying why it cannot be."""

    id: int
    name: str
    text: str
    missing: str = ""


@dataclass(slots=True)
class MoveForm:
    """One move as a form. `errors` are (id of the control, sentence); `kept` are files that already arrived."""

    move: Move
    title: str
    note: str
    address: str
    place: str
    expect: int
    controls: list[Control]
    blocks: list[Block] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[int, str]] = field(default_factory=list)
    draft_at: str = ""
    preview: Block | None = None
    snippets: list[Snippet] = field(default_factory=list)

    @property
    def verb(self) -> str:
        return self.move.verb

    @property
    def has_files(self) -> bool:
        """Whether files may be chosen: the form is then sent in parts."""
        return any(control.mark == "files" for control in self.controls)

    @property
    def writings(self) -> list[Control]:
        """The boxes into which a text used again and again may be put: the large ones, else the first small one."""
        large = [control for control in self.controls if control.mark == "long_text"]
        return large or [control for control in self.controls if control.mark == "text"][:1]

    @property
    def previews(self) -> bool:
        """Whether the answer can be looked at as the requester will read it."""
        return self.move.effect == "reply" and not self.move.inner

    @property
    def stops(self) -> bool:
        """Whether the move is hard to take back."""
        return self.move.effect in STOPPING

    @property
    def rows(self) -> list[list[Control]]:
        """The controls as the form lays them: short ones that follow each other stand in pairs."""
        found: list[list[Control]] = []
        for control in self.controls:
            last = found[-1] if found else []
            if len(last) == 1 and _half(control) and _half(control) == _half(last[0]):
                last.append(control)
            else:
                found.append([control])
        return found

    @property
    def typed_text(self) -> str:
        """What was typed, in one piece, for the page that tells of somebody who was first."""
        return "\n".join(
            f"{control.label}　{_shown_value(control)}"
            for control in self.controls
            if control.value and control.mark not in ("files", "yes_no")
        )


def _half(control: Control) -> str:
    """What a control that needs half a line stands beside: other short boxes, or other pairs of tiles; else ""."""
    if control.mark == "tiles":
        return "tiles" if len(control.choices) == 2 else ""
    return "box" if control.mark in SHORT else ""


def _shown_value(control: Control) -> str:
    if control.choices:
        return _("、").join(one.name for one in control.choices if control.has(one.key))
    return str(control.value)


def form_of(
    seen: Sight,
    move: Move,
    *,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    kept: list[tuple[int, str]] | None = None,
    asked: Mapping[str, str] | None = None,
) -> MoveForm:
    """Return the form of a move: fresh, from the reader's draft, or as it came back with `values` and `problems`.

    `asked` is the query of the address: a link may name the other order that a move is about.
    """
    order, problems = seen.order, problems or {}
    place = f"{order.number}:{move.verb}"
    draft = seen.beside.drafts.get(place) if values is None else None
    if values is None:
        values = {
            **presets(move, seen.scene),
            **_returned(seen, move),
            **(draft.facts if draft else {}),
            **_named(seen, move, asked),
        }
    controls = _reachable(seen, controls_of(move, seen.scene, values=values, errors=problems))
    known = {control.key: control.id for control in controls}
    return MoveForm(
        move=move,
        title=move_name(move),
        note=note_of(seen, move),
        address=reverse("order_move", args=[order.number, move.verb]),
        place=place,
        expect=order.seq,
        controls=controls,
        blocks=blocks_of(seen, move),
        errors=[(known.get(key, ""), sentence) for key, sentence in problems.items()],
        kept=kept or [],
        draft_at=moments.clock_time(draft.at) if draft else "",
        snippets=snippets_of(seen),
    )


def _reachable(seen: Sight, controls: list[Control]) -> list[Control]:
    """Of the desks a draft may go back to, only those it has passed; with the one who drafted alone, no choice."""
    back = next((control for control in controls if control.key == "back_to"), None)
    if back is None:
        return controls
    earlier = approval.earlier(seen.setting, seen.order, seen.actor)
    back.choices = [one for one in back.choices if one.key in earlier]
    return controls if len(back.choices) > 1 else [control for control in controls if control is not back]


def snippets_of(seen: Sight) -> list[Snippet]:
    """Return the reader's texts and those of the post, filled in for this order; the requester's own side has none."""
    if not seen.inner or not seen.beside.snippets:
        return []
    blanks = snippet_words.blanks_of(seen.order, seen.type, seen.net, seen.actor, seen.now)
    found = []
    for id_, name, text in seen.beside.snippets:
        said, without = filled(text, blanks)
        found.append(Snippet(id_, name, said, snippet_words.missing(without) if without else ""))
    return found


def inserted(form: QueryDict, snippets: list[Snippet], facts: dict[str, Any]) -> dict[str, str]:
    """Put the chosen text behind what was typed in a box; return what is wrong, by the box."""
    key = form.get("insert", "")[:64]
    chosen = next((one for one in snippets if str(one.id) == form.get("snippet", "")), None)
    if chosen is None:
        return {key: _("请先选一条常用语")}
    if chosen.missing:
        return {key: chosen.missing}
    facts[key] = "\n".join(part for part in (str(facts.get(key) or "").rstrip(), chosen.text) if part)
    return {}


def _named(seen: Sight, move: Move, asked: Mapping[str, str] | None) -> dict[str, Any]:
    keys = [key for key in (*move.needs, *move.takes) if seen.type.fields[key].kind in ("order", "unit")]
    return {key: asked[key][:40] for key in keys if asked and asked.get(key)}


def _returned(seen: Sight, move: Move) -> dict[str, Any]:
    """A draft that was returned, or waits for its signature, is edited and not written anew."""
    draft = seen.order.drafts.get(move.half) if move.effect in ("reply", "edit_draft") else None
    if not draft:
        return {}
    fields = seen.type.fields
    return {
        key: f"{(Decimal(value) / 10_000).normalize():f}" if fields[key].kind == "money" else value
        for key, value in draft["facts"].items()
        if fields[key].kind != "files"
    }


def note_of(seen: Sight, move: Move) -> str:
    """Return the word beside a form's title: what the move leads to."""
    order, t = seen.order, seen.type
    if move.effect == "reply":
        if t.signs:
            roles = _("、").join(role_name(t, role) for role in roles_ahead(seen, move))
            return _("提交后由%(roles)s审签发出") % {"roles": roles}
        other = next((half for half in ("requester", "desk") if half != move.half), "")
        if other in order.replies:
            return _("双反馈还差这一半，完成后进入“%(state)s”") % {"state": state_name(t, move.to)}
        return _("两半都发出后进入“%(state)s”") % {"state": state_name(t, move.to)}
    if move.hint:
        return move.hint
    if move.effect == "approve" and (sent := _sent_to(seen)):
        return sent
    if move.to and move.effect not in ("decide",):
        return _("办后进入“%(state)s”") % {"state": state_name(t, move.to)}
    return ""


def _sent_to(seen: Sight) -> str:
    """Return where a signature sends what lies at the reader's desk; "" where it goes out of the house."""
    setting, order = seen.setting, seen.order
    for half, place in approval.mine(setting, order, seen.actor).items():
        to = approval.after(setting, order, order.drafts[half], place)
        if to < len(seen.type.signs):
            return _("签后送%(desk)s") % {"desk": named(seen.type.signs[to])}
    return ""


def roles_ahead(seen: Sight, move: Move) -> list[str]:
    """Return the roles a draft of this half will pass, as far as the order has to and somebody can sign."""
    draft = {"by": seen.actor.person, "for": seen.actor.stands_for, "unit": seen.actor.unit}
    return approval.ahead(seen.setting, seen.order, draft)


def blocks_of(seen: Sight, move: Move) -> list[Block]:
    """Return what has to be read before this move: the request, the drafts, the answers or the rating."""
    order = seen.order
    if move.effect in ("approve", "return_draft"):
        here = approval.mine(seen.setting, order, seen.actor)
        found = []
        for half in here:
            draft = order.drafts[half]
            if draft.get("sent_back"):
                found.append(Block(_("退回的意见"), quote=draft["sent_back"], inner=True))
            found.append(_answer(seen, half, draft["facts"], _("待审签")))
        return found
    if move.effect == "read_note":
        return [
            Block(title=note.name, text=f"{note.who}　{note.when}", quote=note.quote, inner=True)
            for note in note_words.notes(seen.events, order, seen.type, seen.net, seen.now)
            if note.seq in notes.unread(order, seen.actor)
        ]
    if move.effect == "co_reply":
        return [_answer(seen, half, draft["facts"], _("待审签")) for half, draft in approval.waiting(order).items()]
    if move.effect in ("decide", "arbitrate") and move.ask == "verification":
        return _ratings(seen)
    if move.effect in ("decide", "arbitrate") and move.ask in order.asks:
        return [_request(seen, move.ask)]
    if move.effect in ("check", "redo", "callback", "rate", "close"):
        halves = [half for half in order.replies if seen.inner or half == "requester"]
        return [_answer(seen, half, order.replies[half]["facts"]) for half in halves]
    found = []
    if move.effect == "reply" and move.half == "requester" and order.joined:
        found.append(Block(_("这份答复也给并来的单"), _("、").join(order.joined)))
    if move.effect == "reply" and (draft := order.drafts.get(move.half)):
        if draft.get("returned"):
            found.append(Block(_("退回修改的意见"), quote=draft["returned"], inner=True))
    return found


def _answer(seen: Sight, half: str, facts: Mapping[str, Any], state: str = "") -> Block:
    move = next(move for move in seen.type.by_effect("reply") if move.half == half)
    quote, pairs = event_words.shown(move, facts, seen.type, seen.net, seen.now, seen.inner, ("result",))
    result = choice_name(seen.type.fields["result"], facts["result"]) if "result" in facts else ""
    return Block(
        title=move_name(move) if seen.inner else _("答复"),
        text="　".join(part for part in (result, state) if part),
        quote=quote,
        facts=pairs,
        inner=move.inner,
    )


def _request(seen: Sight, ask: str) -> Block:
    pending = seen.order.asks[ask]
    move = next((m for m in seen.type.moves.values() if m.effect == "ask" and m.ask == ask), None)
    said = {"who": person_name(seen.net, pending.get("by", "")), "at": moments.moment(pending["at"], seen.now)}
    quote = ""
    pairs: list[tuple[str, str]] = []
    if move is not None:
        quote, pairs = event_words.shown(move, pending["facts"], seen.type, seen.net, seen.now, True, ())
    return Block(_("申请%(ask)s") % {"ask": ask_name(ask)}, _("%(who)s　%(at)s") % said, quote, pairs, inner=True)


def _ratings(seen: Sight) -> list[Block]:
    """The rating to verify: read by the desk, never by the rated."""
    if seen.rated or not seen.order.ratings:
        return []
    given = seen.order.ratings[-1]
    event = next((one for one in seen.events if one.seq == given["seq"]), None)
    move = seen.type.by_effect("rate")[0]
    facts = event.facts if event else {}
    quote, pairs = event_words.shown(move, facts, seen.type, seen.net, seen.now, True, (seen.type.rating,))
    level = choice_name(seen.type.fields[seen.type.rating], given["level"])
    return [Block(_("企业的评价"), f"{level}　{moments.moment(given['at'], seen.now)}", quote, pairs)]


def preview_of(seen: Sight, form: MoveForm, facts: Mapping[str, Any]) -> Block:
    """Return the answer as the requester will read it."""
    outward = {
        key: value
        for key, value in facts.items()
        if value and not seen.type.fields[key].internal and key != "attachments"
    }
    quote, pairs = event_words.shown(form.move, outward, seen.type, seen.net, seen.now, False, ("result",))
    result = choice_name(seen.type.fields["result"], outward["result"]) if outward.get("result") else ""
    who = unit_name(seen.net, seen.order.lead)
    return Block(_("企业将看到"), _("%(unit)s答复　%(result)s") % {"unit": who, "result": result}, quote, pairs)


@dataclass(slots=True)
class Sent:
    """What a form brought: raw facts by key, files as (id, name), and what was wrong with a file."""

    facts: dict[str, Any]
    kept: list[tuple[int, str]]
    problems: dict[str, str] = field(default_factory=dict)


def received(request: Acted, seen: Sight, move: Move) -> Sent:
    """Read a form; its files are kept at once, so that a form that comes back has them still."""
    form: QueryDict = request.POST
    sent = Sent(typed(form, move, seen.type), [])
    for key in (*move.needs, *move.takes):
        if seen.type.fields[key].kind != "files":
            continue
        ids = [int(one) for one in form.getlist(KEPT) if one.isascii() and one.isdigit() and len(one) < 18]
        sent.kept = drafts.waiting(ids, seen.actor.person)
        for upload in request.FILES.getlist(key):
            if len(sent.kept) >= files.MOST:
                sent.problems[key] = _("附件一次最多%(n)s个，请分几次传") % {"n": files.MOST}
                break
            try:
                id_ = files.keep(upload, by=seen.actor.person, now=request.now)
            except Refused as why:
                sent.problems[key] = file_sentence(why)
                continue
            sent.kept.append((id_, files.clean_name(upload.name or "")))
        sent.facts[key] = [id_ for id_, _name in sent.kept]
    return sent
