"""改动的判定: how a programme's tables are judged when one version differs from another, attribute by attribute.

*wording* changes names and hints alone, *ahead* touches only what no order has begun, *behind* touches orders on their
way, and the rule says which of them (`core.versions.Scope`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WORDING, AHEAD, BEHIND = "wording", "ahead", "behind"
VERDICTS = (WORDING, AHEAD, BEHIND)
Rule = tuple[str, str]  # verdict, kind of scope
W, A = (WORDING, ""), (AHEAD, "")


@dataclass(frozen=True, slots=True)
class Noun:
    """How the tables of one kind are judged: what is taken away, each attribute, and any other attribute."""

    removed: Rule = A
    other: Rule = A
    attributes: Mapping[str, Rule] = field(default_factory=dict)
    children: tuple[tuple[str, str], ...] = ()
    known: tuple[str, ...] = ("key",)  # what makes two tables the same thing


_NAMED = {"name": W, "name_en": W}
NOUNS: Mapping[str, Noun] = {
    "programme": Noun(
        attributes=_NAMED
        | dict.fromkeys(("contact", "hotline", "retention", "assessment"), W)
        | {"sealed": (BEHIND, "all")},
        children=(("channel", "channel"),),
    ),
    "channel": Noun(attributes=_NAMED),
    "network": Noun(children=tuple((name, name) for name in ("unit", "post", "coverage"))),
    "unit": Noun((BEHIND, "types"), (BEHIND, "types"), _NAMED | {"facts": A}),
    "post": Noun((BEHIND, "types"), (BEHIND, "types"), _NAMED),
    "coverage": Noun(attributes=_NAMED, children=(("exempter", "exempter"),)),
    "order": Noun(
        (BEHIND, "type"),
        (BEHIND, "type"),
        _NAMED | {"prefix": A, "public": A, "catalogue": A, "lights": (BEHIND, "clocks"), "approval": (BEHIND, "type")},
        tuple(
            (name, name) for name in ("field", "state", "role", "move", "clock", "ladder", "sign", "notice", "document")
        ),
    ),
    "field": Noun(
        (BEHIND, "field"),
        A,
        _NAMED
        | dict.fromkeys(("hint", "purpose", "retention"), W)
        | dict.fromkeys(("kind", "data_class", "internal"), (BEHIND, "field")),
        (("choices", "choice"),),
    ),
    "choice": Noun((BEHIND, "choice"), attributes=_NAMED),
    "state": Noun((BEHIND, "state"), (BEHIND, "state"), _NAMED | {"outward": W}),
    "role": Noun((BEHIND, "type"), (BEHIND, "type"), _NAMED),
    "move": Noun(
        (BEHIND, "from"),
        (BEHIND, "from"),
        _NAMED | {"hint": W, "main": W, "undo": A, "takes": A},
        known=("verb",),
    ),
    "clock": Noun(
        (BEHIND, "clock"),
        (BEHIND, "clock"),
        _NAMED | {"starts": A} | dict.fromkeys(("limit", "limits", "by"), (BEHIND, "limit")),
    ),
    "sign": Noun((BEHIND, "type"), (BEHIND, "type"), _NAMED),
    "ladder": Noun(known=("clock", "light", "after")),
    "notice": Noun(known=()),
    # An entry is counted by the version its last event names; what is entered from now on follows the newest.
    "ledger": Noun(children=(("activity", "activity"), ("cadence", "cadence"), ("reach", "reach"))),
    "cadence": Noun(attributes=_NAMED | {"remind": W}, children=(("excuser", "excuser"),)),
    "reach": Noun(attributes=_NAMED, children=(("exempter", "exempter"),)),
    "excuser": Noun(known=("of", "post")),
    "exempter": Noun(known=("of", "post")),
    "activity": Noun(
        attributes=_NAMED | {"hint": W, "minutes": W, "title": W},
        children=tuple((name, f"activity_{name}") for name in ("measure", "field", "recorder", "reader", "idle")),
    ),
    "activity_measure": Noun(attributes=_NAMED | {"hint": W}),
    "activity_field": Noun(attributes=_NAMED | {"hint": W}, children=(("choices", "activity_choice"),)),
    "activity_choice": Noun(attributes=_NAMED),
    "activity_recorder": Noun(known=("of", "post")),
    "activity_reader": Noun(known=("of", "post")),
    "activity_idle": Noun(attributes=_NAMED),
    "statistics": Noun(children=(("series", "series"),)),
    "series": Noun(
        attributes=_NAMED | {"hint": W, "minutes": W},
        children=(("recorder", "activity_recorder"), ("reader", "activity_reader")),
    ),
    # Indicators run by their newest declaration: nothing that runs is touched by another.
    "reports": Noun(children=(("scope", "scope_set"), *((name, name) for name in ("indicator", "brief", "board")))),
    "scope_set": Noun(attributes=_NAMED),
    "indicator": Noun(
        attributes=_NAMED | dict.fromkeys(("hint", "word", "by"), W), children=(("where", "indicator_where"),)
    ),
    "indicator_where": Noun(),
    # A round keeps the version it was opened under.
    "reviews": Noun(children=(("meeting", "meeting"),)),
    "meeting": Noun(
        attributes=_NAMED,
        children=tuple((name, f"meeting_{name}") for name in ("criterion", "step", "kind", "class", "chair", "reader")),
    ),
    **{f"meeting_{name}": Noun(attributes=_NAMED) for name in ("criterion", "step", "kind", "class")},
    "meeting_chair": Noun(known=("of", "post")),
    "meeting_reader": Noun(known=("of", "post")),
    **dict.fromkeys(("brief", "board"), Noun(removed=W, other=W)),
    "document": Noun(attributes=_NAMED | dict.fromkeys(("heading", "body", "rows", "columns"), W)),
}
BEGINNING = ("submit", "import")  # moves that make an order touch none that runs
