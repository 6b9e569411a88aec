"""动作: every move has somebody to make it, the facts its effect works with, and the moves that belong to it."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.core.programmes import ASKS, BUILT_IN, EFFECTS, HALVES
from bihuan.packs.checks.fields import choices
from bihuan.packs.checks.roles import asks
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack

OPENING = ("submit", "import")
ASKING = ("ask", "decide", "arbitrate")
HALVED = ("reply", "edit_draft")
# The facts an effect cannot do without, by the key the engine looks for.
FACTS = {
    "dispatch": ("lead",),
    "arbitrate": ("lead",),
    "assign": ("handler",),
    "merge": ("main",),
    "callback": ("confirmed",),
}
ASK_FACTS = {"extension": ("until",), "suspension": ("resume_on",)}
OUTCOMES = ("agree", "refuse", "arbiter")
# Guards that can only ever refuse, or never, where another move or clock is missing.
IDLE = {
    "rated_or_expired": (("rate",), "这种单没有评单的动作"),
    "rating_open": (("rate",), "这种单没有评单的动作"),
    "bad_rating": (("rate",), "这种单没有评单的动作"),
    "no_pending": (("ask", "rate"), "这种单没有申请的动作"),
    "co_done": (("co_reply",), "这种单没有协办会签的动作"),
    "co_agreed": (("co_reply",), "这种单没有协办会签的动作"),
    "assented": (("assent",), "这种单没有同意销号的动作"),
    "replied_once": (("reply",), "这种单没有答复的动作"),
    "not_named": (("arbitrate",), "这种单没有指定承办的动作"),
}
WINDOW = "rating_window"  # the clock the rating guards look at


def check(pack: Pack) -> None:
    """Note what is wrong with single moves and what is missing between them."""
    for order in pack.tables("orders", "order"):
        moves = order.many("move")
        for move in moves:
            _move(pack, order, move)
        _start(pack, order, moves)
        _asks(pack, order, moves)
        _halves(pack, order, moves)


def effect(move: Node) -> str:
    """Return the effect of a move: the one written, else its verb, else ""."""
    word = move.text("effect") or move.key
    return word if word in EFFECTS else ""


def by_effect(order: Node, *effects: str) -> list[Node]:
    """Return the moves with one of the effects."""
    return [move for move in order.many("move") if effect(move) in effects]


def decision(order: Node, move: Node, fields: dict[str, Node]) -> tuple[str, ...]:
    """Return the outcomes a deciding move offers: the choices of its field whose key begins with `agreed`."""
    for name in (*move.texts("needs"), *move.texts("takes")):
        if name.startswith("agreed") and name in fields:
            return choices(fields[name])
    return ()


def _move(pack: Pack, order: Node, move: Node) -> None:
    verb, does = move.key, effect(move)
    if verb and not move.text("effect") and not does:
        pack.add(move, "verb", "no-effect", verb=verb, suggestion=suggestion(verb, EFFECTS))
    if verb in BUILT_IN:
        pack.add(move, "verb", "reserved-verb", verb=verb)
    if not move.texts("by"):
        pack.add(move, "by", "no-right", verb=verb)
    if does in OPENING and (move.texts("from") or not move.text("to")):
        pack.add(move, "from" if move.texts("from") else "", "start-from", verb=verb)
    if does and does not in OPENING and not move.texts("from"):
        pack.add(move, "from", "no-from", verb=verb)
    if does == "advance":
        if by_effect(order, "dispatch", "reply", "check", "close"):
            pack.add(move, "effect", "advance-loop", verb=verb)
        if not move.text("to") and not move.texts("needs"):
            pack.add(move, "", "advance-empty", verb=verb)
    for n, name in enumerate(move.texts("takes")):
        if name in move.texts("needs"):
            pack.add(move, ("takes", n), "twice", table=move.title, key="needs、takes", word=name)
    _words(pack, move, does)
    _facts(pack, order, move, does)
    _guards(pack, order, move, does)
    _rights(pack, order, move, does)


def _words(pack: Pack, move: Node, does: str) -> None:
    verb = move.key
    if does in ASKING and not move.text("ask"):
        pack.add(move, "", "ask-word", verb=verb, words="、".join(ASKS))
    if does and does not in ASKING and move.text("ask"):
        pack.add(move, "ask", "ask-extra", verb=verb)
    if does in HALVED and not move.text("half"):
        pack.add(move, "", "half-word", verb=verb)
    if does and does not in HALVED and move.text("half"):
        pack.add(move, "half", "half-extra", verb=verb)


def _facts(pack: Pack, order: Node, move: Node, does: str) -> None:
    wanted = FACTS.get(does, ()) + (ASK_FACTS.get(move.text("ask"), ()) if does == "ask" else ())
    for name in wanted:
        if name not in move.texts("needs"):
            pack.add(move, "needs", "effect-field", verb=move.key, effect=does, field=name)
    if does == "rate" and order.text("rating") not in move.texts("needs"):
        pack.add(move, "needs", "rating-needs", verb=move.key, field=order.text("rating"))
    if does == "rate" and order.texts("bad_ratings") and not {"rating_reasons", "words"} & set(move.texts("takes")):
        pack.add(move, "takes", "effect-field", verb=move.key, effect=does, field="rating_reasons")
    if does == "decide":
        offered = decision(order, move, pack.names("field", order))
        if not {"agree", "refuse"} <= set(offered) or not set(offered) <= set(OUTCOMES):
            pack.add(move, "needs", "decide-choice", verb=move.key)


def _guards(pack: Pack, order: Node, move: Node, does: str) -> None:
    guards, verb = move.texts("guards"), move.key
    if "within" in guards and not (move.text("within") and move.text("within_of")):
        pack.add(move, "guards", "within-missing", verb=verb)
    if "within" not in guards and (move.text("within") or move.text("within_of")):
        pack.add(move, "within" if move.text("within") else "within_of", "within-extra", verb=verb)
    if does in ("check", "close") and "not_handler" not in guards:
        pack.add(move, "guards", "self-check", verb=verb)
    for n, guard in enumerate(guards):
        needed, why = IDLE.get(guard, ((), ""))
        if needed and not by_effect(order, *needed):
            pack.add(move, ("guards", n), "guard-idle", verb=verb, guard=guard, why=why)
        elif guard in ("rated_or_expired", "rating_open") and WINDOW not in pack.names("clock", order):
            pack.add(
                move, ("guards", n), "guard-idle", verb=verb, guard=guard, why=f"没有键为 {WINDOW} 的时限（评单期）"
            )


def _rights(pack: Pack, order: Node, move: Node, does: str) -> None:
    roles = pack.names("role", order)
    for n, name in enumerate(move.texts("by")):
        role = roles.get(name)
        if role is None:
            continue
        if does == "rate" and not asks(role):
            pack.add(move, ("by", n), "rater", verb=move.key, role=name)
        if move.get("inner") and role.text("sees") == "outward":
            pack.add(move, ("by", n), "inner-requester", verb=move.key)


def _start(pack: Pack, order: Node, moves: Iterable[Node]) -> None:
    starts = [move for move in moves if effect(move) == "submit"]
    if not starts and "move" in order.children:
        pack.add(order, "", "no-start")
    for extra in starts[1:]:
        pack.add(extra, "", "two-starts", before=pack.line(starts[0]))


def _asks(pack: Pack, order: Node, moves: list[Node]) -> None:
    fields = pack.names("field", order)
    for ask in ASKS:
        asked = [move for move in moves if effect(move) == "ask" and move.text("ask") == ask]
        decided = [move for move in moves if effect(move) == "decide" and move.text("ask") == ask]
        named = [move for move in moves if effect(move) == "arbitrate" and move.text("ask") == ask]
        if ask == "verification" and order.texts("bad_ratings"):
            asked = asked or by_effect(order, "rate")  # a bad rating asks for it by itself
        if asked and not decided:
            pack.add(asked[0], "", "ask-undecided", ask=ask)
        for extra in decided[1:]:
            pack.add(extra, "", "two-deciders", ask=ask)
        for move in decided[:1]:
            if not asked:
                pack.add(move, "ask", "decide-unasked", ask=ask)
            offers = "arbiter" in decision(order, move, fields)
            if offers != bool(named):
                pack.add(named[0] if named else move, "", "arbiter")
        if named and not decided:
            pack.add(named[0], "", "arbiter")
        if ask == "suspension" and decided:
            _resume(pack, order, decided[0])


def _resume(pack: Pack, order: Node, move: Node) -> None:
    state = move.text("to")
    if state and not any(state in back.texts("from") for back in by_effect(order, "resume")):
        pack.add(move, "to", "no-resume", state=state)


def _halves(pack: Pack, order: Node, moves: Iterable[Node]) -> None:
    replies = [move for move in moves if effect(move) == "reply" and move.text("half")]
    for half in HALVES:
        if replies and not any(move.text("half") == half for move in replies):
            pack.add(replies[0], "half", "half-missing", half=half)
    for move in replies[1:]:
        if move.text("to") != replies[0].text("to"):
            pack.add(move, "to", "half-apart", a=replies[0].text("to"), b=move.text("to"))
