"""审签步骤: a desk that the replies of a programme pass before they leave the house."""

from __future__ import annotations

from dataclasses import dataclass

# Which orders a step of the approval chain is for, by the two axes of 轻重缓急.
WHENS = ("always", "heavy", "urgent", "heavy_or_urgent", "heavy_and_urgent")


@dataclass(frozen=True, slots=True)
class Sign:
    """A step of the approval chain (审签): the role that signs, which orders it is for, and who signs in its place.

    `instead` is the role that signs where nobody of `role` can: a vacant post, a recusal, a draft of their own.
    """

    key: str
    name: str
    role: str
    name_en: str = ""
    when: str = "always"
    instead: str = ""
