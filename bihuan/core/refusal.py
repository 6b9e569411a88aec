"""拒绝: how the core says no, as a code with facts and never as a sentence."""

from __future__ import annotations

from typing import Any

KINDS = (
    "post",  # not your post
    "state",  # wrong step
    "needs",  # a fact is missing
    "invalid",  # a fact is there but cannot be right
    "clock",  # too late or too early
    "self",  # the handler may not check, the rated may not see the rater
    "recusal",  # an interested person steps aside
    "pending",  # another request waits for its decision
    "consent",
    "scope",
    "stale",  # somebody was first
    "frozen",
    "small",
    "budget",
    "closed-version",
)


class Refused(Exception):
    """A move that cannot be made: `code` is `verb.kind` or `verb.kind.detail`, `facts` fill the sentence.

    `problems` maps a field's key to the code of what is wrong with it, for forms.
    """

    def __init__(self, code: str, /, problems: dict[str, str] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.problems = problems or {}

    @property
    def kind(self) -> str:
        """The second word of the code: which sort of reason this is."""
        return self.code.split(".")[1]

    def __repr__(self) -> str:
        return f"Refused({self.code!r}, {self.facts!r})"
