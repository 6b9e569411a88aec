"""周期和覆盖: a cadence's periods can be told, who owes an entry may make it, and what must be reached can be."""

from __future__ import annotations

from datetime import date

from bihuan.core import timespans
from bihuan.core.cadence import CUSTOM
from bihuan.core.facts import Problem
from bihuan.packs.nodes import Node, Pack


def check(pack: Pack) -> None:
    """Note periods nobody can tell, duties of who may not enter, and coverages that no entry can meet."""
    activities = pack.names("activity")
    for cadence in pack.tables("ledger", "cadence"):
        _periods(pack, cadence)
        activity = activities.get(cadence.text("activity"))
        if activity is not None and cadence.text("post") and not _enters(activity, cadence.text("post")):
            pack.add(cadence, "post", "cadence-post", key=cadence.key, post=cadence.text("post"), book=activity.key)
        for who in cadence.many("excuser"):
            owing = "" if cadence.text("post") or activity is None else activity.text("unit")
            _who(pack, cadence, who, owing)
    known = pack.names("coverage")
    for coverage in known.values():
        for who in coverage.many("exempter"):
            _who(pack, coverage, who, coverage.text("every"))
    for reach in pack.tables("ledger", "reach"):
        activity = activities.get(reach.text("activity"))
        if reach.key in known:
            pack.add(reach, "key", "reach-twice", key=reach.key)
        if activity is not None:
            _reach(pack, reach, activity)
        for who in reach.many("exempter"):
            _who(pack, reach, who, reach.text("every") if reach.text("every") in pack.names("unit") else "")


def _periods(pack: Pack, cadence: Node) -> None:
    windows, days, since = cadence.texts("windows"), cadence.get("days"), cadence.text("since")
    custom = cadence.text("every") == CUSTOM
    if custom != bool(windows or days) or (windows and (days or since)) or (days and not _is_day(since)):
        pack.add(cadence, "every", "cadence-custom", key=cadence.key)
        return
    spans = []
    for n, text in enumerate(windows):
        try:
            spans.append((timespans.parse(text, date.min), n))
        except Problem:
            pack.add(cadence, ("windows", n), "cadence-window", key=cadence.key, word=text)
    spans.sort()
    for (before, _m), (after, n) in zip(spans, spans[1:], strict=False):
        if after[0] <= before[1]:
            pack.add(cadence, ("windows", n), "cadence-overlap", key=cadence.key, word=windows[n])


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _enters(activity: Node, post: str) -> bool:
    return any(who.text("post") in ("", post) for who in activity.many("recorder"))


def _reach(pack: Pack, reach: Node, activity: Node) -> None:
    every, field = reach.text("every"), reach.text("field")
    facts = {"key": reach.key, "every": every, "book": activity.key}
    if every in pack.names("unit"):
        named = pack.names("entry_field", activity).get(field)
        if field:
            if named is None or named.text("kind") not in ("unit", "units") or named.text("unit") != every:
                pack.add(reach, "field", "reach-field", field=field, **facts)
        elif activity.text("unit") != every:
            pack.add(reach, "every", "reach-unit", **facts)
    elif every in pack.names("post"):
        if field or not _enters(activity, every):
            pack.add(reach, "every", "reach-post", **facts)


def _who(pack: Pack, owner: Node, who: Node, unit: str) -> None:
    post, of = pack.names("post").get(who.text("post")), who.text("of")
    if of in ("covers", "everywhere") and not who.text("post"):
        pack.add(who, "of", "recorder-post", key=owner.key, of=of)
    elif of == "covers" and post is not None and unit and post.text("covers") != unit:
        pack.add(who, "post", "recorder-covers", key=owner.key, post=who.text("post"), unit=unit)
