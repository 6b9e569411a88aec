"""联系方式: where persons can be reached, and the chat groups of units. No row, nothing sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.store.models import Contact
from bihuan.store.models import Robot as RobotRow


@dataclass(frozen=True, slots=True)
class Robot:
    """A chat group's robot. `token` and `secret` open the group: they leave this object for sending alone."""

    id: int
    name: str
    kind: str
    unit: str
    post: str
    token: str = field(repr=False, default="")
    secret: str = field(repr=False, default="")


def addresses(persons: Iterable[str] | None = None) -> dict[str, dict[str, str]]:
    """Return {person: {mail | mobile: value}} of the persons named, or of everybody who has one."""
    rows = Contact.objects.all() if persons is None else Contact.objects.filter(person__in=list(persons))
    found: dict[str, dict[str, str]] = {}
    for person, kind, value in rows.values_list("person", "kind", "value"):
        found.setdefault(person, {})[kind] = value
    return found


def set_address(person: str, kind: str, value: str, at: str) -> bool:
    """Keep or, with "", take away where a person can be reached; return whether anything changed."""
    if not value:
        return bool(Contact.objects.filter(person=person, kind=kind).delete()[0])
    row, made = Contact.objects.get_or_create(person=person, kind=kind, defaults={"value": value, "at": at})
    if made or row.value == value:
        return made
    Contact.objects.filter(pk=row.pk).update(value=value, at=at)
    return True


def robots() -> list[Robot]:
    """Return every chat group, in the order they were added."""
    return [_robot(row) for row in RobotRow.objects.order_by("id")]


def robot(id_: int) -> Robot | None:
    """Return one chat group, None where it was taken away."""
    row = RobotRow.objects.filter(pk=id_).first()
    return _robot(row) if row else None


def add_robot(*, name: str, kind: str, unit: str, post: str, token: str, secret: str, at: str) -> int:
    """Keep a chat group and return its id."""
    return RobotRow.objects.create(name=name, kind=kind, unit=unit, post=post, token=token, secret=secret, at=at).pk


def drop_robot(id_: int) -> bool:
    """Take a chat group away; return whether it was there."""
    return bool(RobotRow.objects.filter(pk=id_).delete()[0])


def _robot(row: RobotRow) -> Robot:
    return Robot(row.pk, row.name, row.kind, row.unit, row.post, row.token, row.secret)
