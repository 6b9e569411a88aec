"""预警阶梯: what the system does when a deadline comes near or runs out, rung by rung."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ladder:
    """A rung of escalation: when `clock` reaches `light` (or `after` it), the system does `does` and tells `tell`."""

    clock: str
    light: str
    does: str
    tell: tuple[str, ...] = ()
    after: str = ""
