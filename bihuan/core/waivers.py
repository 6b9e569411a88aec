"""豁免: that a unit or post need not keep a duty or be covered for a time, by whom and why: an event, with its dates.

A waiver is an entry of the ledger with a fixed form (`Waiver` is an `Activity`), so that it has a chain, is corrected
and withdrawn with a reason and is known as of any moment. It says something of duties and coverage, never of persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from bihuan.core.cadence import Cadence, Period
from bihuan.core.entries import EXCUSED, EXEMPTED, EntryState
from bihuan.core.ledger_kinds import Activity
from bihuan.core.network import Network
from bihuan.core.programmes import Coverage, Field, Who
from bihuan.core.reaches import Reach

PREFIX = "HM"
FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "reason": Field("reason", "为什么免", "text", "Why", max_length=120),
        "until": Field("until", "免到哪天", "date", "Until"),
        "post": Field("post", "岗位", "text", "Post"),
    }
)


@dataclass(frozen=True, slots=True)
class Waiver(Activity):
    """The book of what is waived of one cadence or one coverage. `post` is the kind of post that owes, "" for units."""

    post: str = ""
    prefix: str = PREFIX
    ahead: bool = True


def of_cadence(cadence: Cadence, activity: Activity) -> Waiver:
    """Return the book of those excused from a cadence."""
    unit = "" if cadence.post else activity.unit
    book = _book(f"cadence.{cadence.key}", cadence, unit, cadence.post, EXCUSED, cadence.excusers)
    return replace(book, readers=(*activity.recorders, *activity.readers), bundle=activity.bundle)


def of_reach(reach: Reach, activity: Activity, posts: bool) -> Waiver:
    """Return the book of those exempt from what activities must reach; `posts` says that it is about posts."""
    unit, post = ("", reach.every) if posts else (reach.every, "")
    book = _book(f"coverage.{reach.key}", reach, unit, post, EXEMPTED, reach.exempters)
    return replace(book, readers=(*activity.recorders, *activity.readers), bundle=activity.bundle)


def of_coverage(coverage: Coverage, bundle: str) -> Waiver:
    """Return the book of the units exempt from what the network must have; the office reads it with the network."""
    book = _book(f"coverage.{coverage.key}", coverage, coverage.every, "", EXEMPTED, coverage.exempters)
    return replace(book, bundle=bundle)


def _book(
    key: str, of: Cadence | Reach | Coverage, unit: str, post: str, begins: str, recorders: tuple[Who, ...]
) -> Waiver:
    fields = {name: one for name, one in FIELDS.items() if post or name != "post"}
    return Waiver(
        key=key,
        name=of.name,
        name_en=of.name_en,
        unit=unit,
        post=post,
        measures={},
        fields=fields,
        needs=tuple(fields),
        recorders=recorders,
        title="reason",
        same=("unit", "date", *(("post",) if post else ())),
        begins=begins,
    )


def placed(book: Waiver, raw: Mapping[str, Any], net: Network, problems: dict[str, str]) -> dict[str, Any]:
    """Return what was typed with the unit of the post it names."""
    if not book.post:
        return dict(raw)
    post = net.posts.get(str(raw.get("post") or ""))
    if post is None or post.kind != book.post:
        problems["post"] = "unknown_post"
        return dict(raw)
    return {**raw, "unit": post.unit}


def subject(entry: EntryState) -> str:
    """Return the key of the unit or post that is waived."""
    return str(entry.fields.get("post") or entry.unit)


def period(entry: EntryState) -> Period:
    """Return for which days it is waived."""
    return Period(date.fromisoformat(entry.date), date.fromisoformat(str(entry.fields["until"])))


def by_subject(some: Iterable[EntryState]) -> dict[str, list[EntryState]]:
    """Return waivers by the unit or post they are of."""
    found: dict[str, list[EntryState]] = {}
    for one in some:
        found.setdefault(subject(one), []).append(one)
    return found
