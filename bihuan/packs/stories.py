"""演练: the stories of a pack as plain steps, and its rating meetings, ready to be played by whoever has a cast.

How the values of a step are meant, for the one who plays it:

- `who` is a role's key, or `role:unit` where the role is to be played at that unit; the player picks a holder.
- a unit field holds a unit's key, a post field a kind of post, a person field a role's key (whoever plays it now).
- an order field holds `another`: the number of a second order, which the player has placed before the story begins.
- a date is an ISO date, or a duration counted from the moment of the step.
- `light` is the light of the clock `clock`, or of the promise where no clock is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bihuan.packs.faults import Faulty
from bihuan.packs.schema import file, stems
from bihuan.packs.sources import Text, read


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story. `after` is "" or a duration that passes before it; `given`: it belongs to an earlier story.

    `refused` is "", a kind of refusal or a whole code: then the step must be refused and change nothing. `then`,
    `light` and `pending` are what must hold after the step; "" where the story does not say. `pending` is an ask, or
    `none`.
    """

    who: str
    does: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""
    then: str = ""
    refused: str = ""
    light: str = ""
    clock: str = ""
    pending: str = ""
    given: bool = False
    line: int = 0

    @property
    def role(self) -> str:
        return self.who.partition(":")[0]

    @property
    def unit(self) -> str:
        """The unit at which the role is to be played, or ""."""
        return self.who.partition(":")[2]

    def refused_by(self, code: str) -> bool:
        """Whether a refusal's code is the one the story expects: the same code, or of the same kind."""
        return code == self.refused or code.split(".")[1:2] == [self.refused]


@dataclass(frozen=True, slots=True)
class Story:
    """One life of an order. `steps` begin with those of the stories it is built on."""

    name: str
    order: str
    steps: tuple[Step, ...]
    line: int = 0

    @property
    def own(self) -> tuple[Step, ...]:
        """The steps this story adds."""
        return tuple(step for step in self.steps if not step.given)


def stories(path: Path | str) -> list[Story]:
    """Return the stories of a checked pack in order; none where there is no file. Raises Faulty for bad writing."""
    found: dict[str, Story] = {}
    for _stem, text in _files(path):
        for n, table in enumerate((text.table or {}).get("story", ())):
            before = found[table["given"]].steps if table.get("given") else ()
            own = [
                Step(
                    who=step["who"],
                    does=step["does"],
                    facts=dict(step.get("with", {})),
                    line=text.scan.line(("story", n, "steps", m)),
                    **{key: step.get(key, "") for key in ("after", "then", "refused", "light", "clock", "pending")},
                )
                for m, step in enumerate(table["steps"])
            ]
            steps = tuple(_given(step) for step in before) + tuple(own)
            found[table["name"]] = Story(table["name"], table["order"], steps, text.scan.line(("story", n)))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating meeting: alike ballots of a kind for a unit, and what is published of each unit.

    `votes` are (kind, unit, how many, {criterion: step}), `then` {unit: (class, points, criteria to be put right)}.
    """

    name: str
    meeting: str
    votes: tuple[tuple[str, str, int, Mapping[str, str]], ...]
    then: Mapping[str, tuple[str, str, tuple[str, ...]]]


def ratings(path: Path | str, criteria: Mapping[str, Iterable[str]]) -> list[Rating]:
    """Return the rating meetings of a checked pack's stories; `criteria` are those of each kind of meeting."""
    found = []
    for _stem, text in _files(path):
        for table in (text.table or {}).get("rating", ()):
            every = criteria[table["meeting"]]
            votes = tuple(
                (one["kind"], one["unit"], one["n"], {**dict.fromkeys(every, one["step"]), **one.get("but", {})})
                for one in table["votes"]
            )
            then = {
                one["unit"]: (one.get("class", ""), one.get("points", ""), tuple(one.get("rectify", ())))
                for one in table["then"]
            }
            found.append(Rating(table["name"], table["meeting"], votes, then))
    return found


def _files(path: Path | str) -> Iterator[tuple[str, Text]]:
    """Yield (stem, text) of every file of stories; raises Faulty for bad writing."""
    names = [one.name.removesuffix(".toml") for one in Path(path).glob("stories*.toml")]
    for stem in stems(file("stories"), names):
        text = read(Path(path) / f"{stem}.toml")
        if text.table is None:
            raise Faulty(text.faults)
        yield stem, text


def _given(step: Step) -> Step:
    kept = {name: getattr(step, name) for name in Step.__dataclass_fields__}
    return Step(**{**kept, "given": True})
