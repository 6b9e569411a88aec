"""拒绝的情形: everything the sentence of a refusal may need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.words import moments
from bihuan.words.people import Cast


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a sentence may need."""

    refused: Refused
    type: OrderType
    net: Network
    now: datetime
    order: OrderState | None
    move: Move | None
    cast: Cast

    @property
    def facts(self) -> dict[str, Any]:
        return self.refused.facts

    def at(self, key: str) -> str:
        """A fact that is an instant, as 10月20日10:30."""
        value = self.facts.get(key)
        return moments.moment(value, self.now) if value else ""

    def end(self, key: str) -> str:
        """A fact that is the end of a limit, as 10月31日24:00."""
        value = self.facts.get(key)
        return moments.until(value, self.now) if value else ""

    def able(self) -> str:
        """Who may make the move: its roles with the people who play them."""
        return self.cast.names(self.move.by) if self.move else ""


Parts = tuple[str, str, str, str]  # what is missing, rule, now, who
