"""专项: a checked pack is published as an immutable bundle, compared with others, closed and retired.

Orders that run stay with the bundle they began under (see `actions.migrations` for moving them).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.versions import Difference, concerned, diff
from bihuan.packs import earlier, loader
from bihuan.packs.check import check
from bihuan.store import packs, running


def publish(path: Path | str, *, actor: Actor, now: datetime, note_: str = "") -> tuple[str, bool]:
    """Publish the pack in a folder and return its name `key@n` and whether it is new.

    The same content keeps its old number and makes no event. `note_` says what is new, else the pack's own
    `version_note`. A key may not come back with another type than any version gave it. Raises Refused `publish.post`,
    or `publish.invalid` with `faults` as `file:line: sentence`.
    """
    must_set_up(actor, "publish")
    faults = [str(one) for one in check(path)]
    if not faults:
        faults = [str(one) for one in earlier.check(path, packs.every(loader.load(path).key))]
    if faults:
        raise Refused("publish.invalid", faults=faults, n=len(faults), first=faults[0])
    source = loader.load(path)
    said = note_.strip() or source.note
    with transaction.atomic():
        name, new = packs.publish(source.content, note=said, by=actor.person, now=now)
        if new:
            facts = {"bundle": name, "hash": packs.bundle(name).hash, "note": said[:200]}
            note(SETUP, actor=actor, verb="pack_published", facts=facts, now=now)
    return name, new


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions compared. Each difference comes with how many running orders of the earlier one it concerns.

    `looked` is how many of those there are; `more` says that there were others beyond the limit.
    """

    old: str
    new: str
    found: tuple[tuple[Difference, int], ...]
    looked: int
    more: bool = False

    def of(self, verdict: str) -> list[tuple[Difference, int]]:
        """Return the differences of one verdict."""
        return [(one, n) for one, n in self.found if one.verdict == verdict]


@dataclass(frozen=True, slots=True)
class Version:
    """One version on the board: its state (`store.packs.STATES`), its running orders by (type, state)."""

    bundle: str
    state: str
    hash: str
    note: str
    published: str
    by: str
    newest: bool
    states: dict[tuple[str, str], int]

    @property
    def running(self) -> int:
        return sum(self.states.values())


def board(programme: str = "", *, actor: Actor) -> list[Version]:
    """Return the versions of a programme, or of all, the newest first. Raises Refused `version.post`."""
    must_set_up(actor, "version")
    rows = [row for row in packs.listed() if programme in ("", row["programme"])]
    names = [f"{row['programme']}@{row['number']}" for row in rows]
    newest = {one.bundle for one in packs.current().values()}
    counts = running.by_state(names)
    return [
        Version(name, row["state"], row["hash"], row["note"], row["published"], row["by"], name in newest, counts[name])
        for name, row in zip(names, rows, strict=True)
    ]


def compare(programme: str, old: int, new: int | Path | str, *, actor: Actor, limit: int | None = None) -> Compared:
    """Compare a published version with another one, or with a pack in a folder that is not published yet.

    Running orders are those of the version `old`, at most `limit` of them. Raises Refused `compare.post`,
    `compare.needs` for a version that is not there, `compare.invalid` with `faults` for a folder that has any.
    """
    must_set_up(actor, "compare")
    names = packs.states()
    for key, number in (("old", old), ("new", new)):
        if isinstance(number, int) and f"{programme}@{number}" not in names:
            known = [name.partition("@")[2] for name in names if name.startswith(f"{programme}@")]
            given = {"value": f"{programme}@{number}", "known": known}
            raise Refused("compare.needs", {key: "no_version"}, given={key: given})
    before = packs.content(f"{programme}@{old}")
    if isinstance(new, int):
        name, after = f"{programme}@{new}", packs.content(f"{programme}@{new}")
    else:
        if faults := [str(one) for one in check(new)]:
            raise Refused("compare.invalid", faults=faults, n=len(faults), first=faults[0])
        name, after = str(new), json.loads(loader.canonical(loader.load(new).content))
    found = diff(before, after)
    counts = [0] * len(found)
    looked = 0
    for order in running.of_bundle(f"{programme}@{old}", limit):
        looked += 1
        for n, one in enumerate(found):
            counts[n] += concerned(one, order)
    more = limit is not None and looked >= limit and running.total(f"{programme}@{old}") > looked
    return Compared(f"{programme}@{old}", name, tuple(zip(found, counts, strict=True)), looked, more)


def set_state(bundle: str, state: str, *, actor: Actor, now: datetime) -> bool:
    """Let a version take new orders (open), only go on with those it has (closing), or rest (retired).

    Returns whether anything changed; what changed is an event. Raises Refused `version.post`; `version.needs` for a
    version or state there is none of; `version.state.newer` for opening one that a newer one follows;
    `version.state.running` for retiring one that still has running orders.
    """
    must_set_up(actor, "version")
    known = packs.states()
    if bundle not in known:
        raise Refused(
            "version.needs", {"version": "no_version"}, given={"version": {"value": bundle, "known": list(known)}}
        )
    if state not in packs.STATES:
        given = {"value": state, "known": list(packs.STATES)}
        raise Refused("version.needs", {"state": "not_a_choice"}, given={"state": given})
    if known[bundle] == state:
        return False
    newest = packs.programme(bundle.partition("@")[0]).bundle
    if state == packs.OPEN and bundle != newest:
        raise Refused("version.state.newer", bundle=bundle, newest=newest)
    with transaction.atomic():
        if state == packs.RETIRED and (n := running.total(bundle)):
            raise Refused("version.state.running", bundle=bundle, n=n)
        packs.set_state(bundle, state)
        facts = {"bundle": bundle, "was": known[bundle], "state": state}
        note(SETUP, actor=actor, verb="version_state", facts=facts, now=now)
    return True
