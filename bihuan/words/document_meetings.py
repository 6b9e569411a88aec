"""测评表、会议纪要里填的内容: what a paper about one round or one entry may name, and what differs from it now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.actions.document_lists import Listing
from bihuan.core.documents import Content
from bihuan.core.network import Network
from bihuan.core.reviews import RoundState
from bihuan.core.scores import Score
from bihuan.store import ledger, reviews
from bihuan.words import reviews as rounds
from bihuan.words.document_values import CHINESE, full, of_entry
from bihuan.words.orders import unit_name


def values_of(made: Listing) -> dict[str, str]:
    """Return what a paper about a round or an entry may name besides what every list may."""
    with translation.override(CHINESE):
        found: dict[str, str] = {}
        if made.round is not None:
            held, meeting = made.round, reviews.meeting_of(made.round)
            found = {
                "about": held.title,
                "total": str(len(held.objects)),
                "round_number": held.number,
                "round": held.title,
                "held_on": full(held.date),
                "ballots": rounds.turnout(held, meeting),
            }
        if made.entry is not None:
            found = of_entry(ledger.activity_of(made.entry), made.entry, made.setting.network)
            found["about"] = found["content"]
        if made.replaces is not None:
            found["replaces"] = made.replaces.number or full(made.replaces.at)
        return found


def lines_of(made: Listing) -> list[dict[str, str]]:
    """Return a line for every unit judged, in the order of the network; nothing of one with too few ballots."""
    assert made.round is not None
    with translation.override(CHINESE):
        return [
            {"n": str(n), **_line(made.round, score, made.setting.network)} for n, score in enumerate(made.scores, 1)
        ]


def judged(held: RoundState) -> dict[str, list[dict[str, str]]]:
    """Return by what and by whom was judged: `criteria` with the points they carry, and `raters`."""
    meeting = reviews.meeting_of(held)
    criteria = [{"key": one.key, "name": one.name, "worth": str(one.points)} for one in meeting.criteria.values()]
    return {"criteria": criteria, "raters": [{"key": one.key, "name": one.name} for one in meeting.kinds.values()]}


def _line(held: RoundState, score: Score, net: Network) -> dict[str, str]:
    meeting = reviews.meeting_of(held)
    out = held.excluded(score.object)
    shown = {} if out else {**score.criteria, **score.kinds}
    contest = held.contests.get(score.object)
    appeal = ""
    if contest is not None:
        appeal = {"upheld": _("成立"), "rejected": _("不成立")}.get(contest.get("decision", ""), _("待复核"))
    found = {key: rounds.points(shown.get(key)) or "—" for key in (*meeting.criteria, *meeting.kinds)}
    return found | {
        "unit": unit_name(net, score.object),
        "class": ("" if out else rounds.class_name(meeting, score)) or "—",
        "points": ("" if out else rounds.points(score.total)) or "—",
        "counted": str(score.counted),
        "why": rounds.why(meeting, held, score),
        "appeal": appeal,
        "rectifications": _("、").join(one["number"] for one in held.orders if one["object"] == score.object),
    }


# ---- what became of it since ----
@dataclass(frozen=True, slots=True)
class Since:
    """A line of a signed paper that would be written differently now; "" where there was or is none."""

    then: str
    now: str


def since(content: Content, again: Content) -> list[Since]:
    """Return what of a signed paper would be written differently now: paragraphs, rows and lines, in their order."""
    found: list[Since] = []
    for old, new in ((_texts(content), _texts(again)), (_lines(content), _lines(again))):
        found += [Since(one, new.get(key, "")) for key, one in old.items() if one != new.get(key, "")]
        found += [Since("", one) for key, one in new.items() if key not in old]
    return found


def _texts(content: Content) -> dict[str, str]:
    """The paragraphs by their place and the rows by their name; whoever signs and when are left out."""
    return {
        **{f"p{n}": text for n, text in enumerate(content["body"])},
        **{f"r{name}": f"{name}：{text}" for name, text in content["rows"]},
    }


def _lines(content: Content) -> dict[str, str]:
    """The lines by what they are about, for a line more must not make all below it differ."""
    return {
        one.get("order_number") or one["unit"]: "　".join(line)
        for one, line in zip(content["listed"], content["items"], strict=True)
    }
