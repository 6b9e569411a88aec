"""走向: from placing an order every state can be reached, and from every state the loop can be closed.

A word that is written wrong is read as the nearest right one, so that one slip does not make many faults; where there
is no near one, the graph is not judged at all.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass, field

from bihuan.packs.checks.moves import OPENING, OUTCOMES, decision, effect
from bihuan.packs.checks.references import meant
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack

ENDS = ("closed", "ended")
OUTWARD = ("due", "promise", "lead", "resume")  # what `words` fills into a state's outward sentence


@dataclass(slots=True)
class Step:
    """One way a move can turn out: from `source` ("" = no order yet) to `target`, giving off `signals`."""

    move: Node
    source: str
    target: str
    signals: frozenset[str]


@dataclass(slots=True)
class Flow:
    """The graph of one kind of order: its states, the steps between them, and what placing an order reaches."""

    order: Node
    states: dict[str, Node]
    steps: list[Step] = field(default_factory=list)
    sound: bool = True
    reached: set[str] = field(default_factory=set)

    @property
    def open(self) -> list[Node]:
        """The states an order can rest in."""
        return [node for node in self.states.values() if not node.get("closed")]

    def signals(self) -> set[str]:
        """Everything the steps can give off, from states that are reached."""
        return {s for step in self.steps if not step.source or step.source in self.reached for s in step.signals}


def flow_of(pack: Pack, order: Node) -> Flow:
    """Return the graph of a kind of order."""
    states = pack.names("state", order)
    flow = Flow(order, states)
    for move in order.many("move"):
        sources = [meant(word, states) for word in move.texts("from")]
        target = meant(move.text("to"), states) if move.text("to") else ""
        opening = effect(move) in OPENING
        if "" in sources or (move.text("to") and not target) or not effect(move) or not (sources or opening):
            flow.sound = False
            continue
        for source in [""] if opening else sources:
            flow.steps.extend(_steps(pack, order, move, source, target))
    flow.reached = _spread(flow, {""})
    return flow


def _steps(pack: Pack, order: Node, move: Node, source: str, target: str) -> Iterator[Step]:
    """Yield every way the move can turn out, with the signals `core.orders` would raise."""
    verb, does = move.key, effect(move)
    arrived = {target} if target and target != source else set()
    there = target or source
    if does == "decide":
        offered = decision(order, move, pack.names("field", order))
        for outcome in OUTCOMES:
            if outcome in offered or not offered:
                agreed = outcome == "agree"
                signals = {verb, f"{verb}.{outcome}"} | (arrived if agreed else set())
                yield Step(move, source, there if agreed else source, frozenset(signals))
        return
    more: tuple[set[str], ...] = (set(),)
    if does == "rate":
        more = ({"good_rating"}, {"bad_rating"}) if order.texts("bad_ratings") else ({"good_rating"},)
    elif does == "arbitrate":
        more = (set(), {f"{verb}.other"})
    elif does == "co_reply":
        more = ({f"{verb}.agree"}, {f"{verb}.refuse"})
    for extra in more:
        yield Step(move, source, there, frozenset({verb} | arrived | extra))
    if does in ("reply", "approve"):  # the first of two halves leaves the order where it is
        yield Step(move, source, source, frozenset({verb}))


def _spread(flow: Flow, start: set[str]) -> set[str]:
    found, grown = set(start), True
    while grown:
        more = {step.target for step in flow.steps if step.source in found} - found
        grown = bool(more)
        found |= more
    return found - {""}


def _back(flow: Flow, ends: set[str]) -> set[str]:
    found, grown = set(ends), True
    while grown:
        more = {step.source for step in flow.steps if step.target in found} - found
        grown = bool(more)
        found |= more
    return found


def check(pack: Pack) -> None:
    """Note states nobody owns, that cannot be reached, that cannot be left, and loops that never close."""
    for order in pack.tables("orders", "order"):
        for state in order.many("state"):
            _state(pack, state)
        flow = flow_of(pack, order)
        if flow.sound and flow.states and flow.steps:
            _graph(pack, flow)


def _state(pack: Pack, state: Node) -> None:
    milestone, closed = state.text("milestone"), bool(state.get("closed"))
    known = state.table.key("milestone")
    if known is not None and milestone in known.words and closed != (milestone in ENDS):
        pack.add(state, "closed" if closed else "milestone", "closed-milestone", key=state.key, milestone=milestone)
    if not closed and not state.text("owner"):
        pack.add(state, "", "no-owner", key=state.key)
    for word in placeholders(state.text("outward")):
        if word not in OUTWARD:
            facts = {"table": state.title, "key": "outward", "word": word, "words": "、".join(OUTWARD)}
            pack.add(state, "outward", "placeholder", suggestion=suggestion(word, OUTWARD), **facts)


def placeholders(text: str) -> list[str]:
    """Return what a sentence wants filled in; an unpaired brace counts as a word nobody knows."""
    try:
        return [
            name + (f":{form}" if form else "") + (f"!{turn}" if turn else "")
            for _, name, form, turn in string.Formatter().parse(text)
            if name is not None
        ]
    except ValueError:
        return ["…"]


def _graph(pack: Pack, flow: Flow) -> None:
    leaving = {step.source for step in flow.steps if step.target != step.source}
    safe = _back(flow, {key for key, node in flow.states.items() if node.get("closed")})
    for key, node in flow.states.items():
        if key not in flow.reached:
            pack.add(node, "", "unreachable", key=key)
        if node.get("closed"):
            continue
        if key not in leaving:
            pack.add(node, "", "dead-end", key=key)
        elif key not in safe and key in flow.reached:
            pack.add(node, "", "trap", key=key)
    if not any(node.text("milestone") == "closed" and key in flow.reached for key, node in flow.states.items()):
        pack.add(flow.order, "", "never-closed")
