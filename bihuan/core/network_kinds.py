"""网的类型: the kinds of unit and of post a programme declares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitType:
    """A kind of unit and the kinds it may stand within."""

    key: str
    name: str
    name_en: str = ""
    within: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()  # measured facts of a unit: party_members, credit_code …


@dataclass(frozen=True, slots=True)
class PostKind:
    """A kind of post: the unit types that may have it and the unit type it may cover."""

    key: str
    name: str
    at: tuple[str, ...]
    name_en: str = ""
    covers: str = ""
    many: bool = False
