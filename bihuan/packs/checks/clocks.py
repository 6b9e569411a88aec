"""时限: every clock begins and ends, the promise is kept simple, and an order never rests where no clock runs.

The rule for resting: follow every way every move can turn out from the placing of an order. A clock can be running in
a state when some way leads there with the clock begun and not stopped. Each reachable state that is not an end must
have at least one clock that can be running in it. Three sorts do not count: a clock of the co-handlers, since there
may be none; a clock that only asks start, since nobody need ask; and a pausable clock in a state reached by suspending.
This names the states that certainly have no clock of their own, and never one that has. Whether every way leads to a
running clock, `unwatched` says; only the highest grade asks for it.
"""

from __future__ import annotations

from bihuan.packs.checks.flow import Flow, flow_of
from bihuan.packs.checks.moves import OUTCOMES, by_effect, effect
from bihuan.packs.checks.references import meant
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack
from bihuan.packs.tables.orders import SIGNALS

STEPS_OF_LADDER = ("remind", "supervise", "escalate", "alarm")


def check(pack: Pack) -> None:
    """Note clocks that never begin or end, promises that restart, states without a clock and rungs nobody can do."""
    for order in pack.tables("orders", "order"):
        flow = flow_of(pack, order)
        known = known_tokens(order, flow)
        for clock in order.many("clock"):
            _clock(pack, flow, clock, known)
        promises = [clock for clock in order.many("clock") if clock.get("promise")]
        for extra in promises[1:]:
            pack.add(extra, "promise", "two-promises", before=pack.line(promises[0]))
        if flow.sound:
            _resting(pack, flow, known)
        for rung in order.many("ladder"):
            move = pack.names("verb", order).get(rung.text("does"))
            if move is not None and effect(move) not in STEPS_OF_LADDER:
                pack.add(rung, "does", "ladder-does", verb=rung.text("does"))


def known_tokens(order: Node, flow: Flow) -> dict[str, Node]:
    """Return every token a clock may name."""
    found = dict(flow.states)
    for move in order.many("move"):
        found[move.key] = move
        if effect(move) in ("decide", "co_reply"):
            found |= {f"{move.key}.{outcome}": move for outcome in OUTCOMES}
        elif effect(move) == "arbitrate":
            found[f"{move.key}.other"] = move
    found |= dict.fromkeys(SIGNALS, order)
    found.pop("", None)
    return found


def _clock(pack: Pack, flow: Flow, clock: Node, known: dict[str, Node]) -> None:
    given = flow.signals()
    sure = flow.sound
    for name in ("starts", "restarts", "stops"):
        for n, token in enumerate(clock.texts(name)):
            if token not in known and token.strip():
                facts = {"table": clock.title, "key": name, "what": "动作、状态或裁定结果", "word": token}
                pack.add(clock, (name, n), "unknown-ref", suggestion=suggestion(token, known), **facts)
                sure = sure and bool(meant(token, known))
    for names, code in ((("starts", "restarts"), "clock-never-starts"), (("stops",), "clock-never-stops")):
        tokens = {meant(token, known) for name in names for token in clock.texts(name)}
        if sure and tokens and not tokens & given:
            pack.add(clock, names[0], code, key=clock.key)
    if clock.get("promise") and clock.texts("restarts"):
        pack.add(clock, "restarts", "promise-restarts", key=clock.key)
    if clock.get("promise") and clock.get("pausable"):
        pack.add(clock, "pausable", "promise-paused", key=clock.key)


def _resting(pack: Pack, flow: Flow, known: dict[str, Node]) -> None:
    suspended = suspending(flow)
    covered: set[str] = set()
    for clock in watching(flow):
        states = running_in(flow, clock, known)
        covered |= states - suspended if clock.get("pausable") else states
    for node in flow.open:
        if node.key in flow.reached and node.key not in covered:
            pack.add(node, "", "no-clock", key=node.key)


def suspending(flow: Flow) -> set[str]:
    """Return the states that are reached by suspending."""
    return {
        step.target
        for step in flow.steps
        if effect(step.move) == "decide" and step.move.text("ask") == "suspension" and step.target != step.source
    }


def watching(flow: Flow) -> list[Node]:
    """Return the clocks that count: not those of the co-handlers, not those only asks start."""
    asked = {move.key for move in by_effect(flow.order, "ask")}
    return [
        clock
        for clock in flow.order.many("clock")
        if not clock.text("each") and not {*clock.texts("starts"), *clock.texts("restarts")} <= asked
    ]


def running_in(flow: Flow, clock: Node, known: dict[str, Node]) -> set[str]:
    """Return the states in which the clock can be running."""
    starts = {meant(token, known) for name in ("starts", "restarts") for token in clock.texts(name)}
    stops = {meant(token, known) for token in clock.texts("stops")}
    found: set[str] = set()
    grown = True
    while grown:
        grown = False
        for step in flow.steps:
            if step.source and step.source not in flow.reached:
                continue
            begun = bool(starts & step.signals)
            kept = step.source in found and not stops & step.signals
            if (begun or kept) and step.target not in found:
                found.add(step.target)
                grown = True
    return found


def unwatched(pack: Pack, order: Node) -> dict[str, tuple[str, ...]]:
    """Return the states in which an order can rest with no clock running at all, each with the moves that lead there.

    Follows every combination of state and running clocks; the shortest way is the one named. The promise begins once.
    """
    flow = flow_of(pack, order)
    known = known_tokens(order, flow)
    clocks = watching(flow)
    starts = {c.key: {meant(t, known) for name in ("starts", "restarts") for t in c.texts(name)} for c in clocks}
    stops = {c.key: {meant(t, known) for t in c.texts("stops")} for c in clocks}
    once = {c.key for c in clocks if c.get("promise")}
    still = {c.key for c in clocks if c.get("pausable")}
    rests, suspended = {node.key for node in flow.open}, suspending(flow)
    found: dict[str, tuple[str, ...]] = {}
    seen: dict[tuple[str, frozenset[str], frozenset[str]], tuple[str, ...]] = {("", frozenset(), frozenset()): ()}
    ahead = list(seen)
    for here in ahead:
        state, running, spent = here
        for step in flow.steps:
            if step.source != state:
                continue
            over = {key for key in running if stops[key] & step.signals}
            begun = {key for key in starts if starts[key] & step.signals and key not in running and key not in spent}
            after = frozenset(running - over | begun) if step.target in rests else frozenset()
            there = (step.target, after, spent | (begun & once))
            if there in seen:
                continue
            seen[there] = (*seen[here], step.move.key)
            ahead.append(there)
            if step.target in rests and not (after - still if step.target in suspended else after):
                found.setdefault(step.target, seen[there])
    return found
