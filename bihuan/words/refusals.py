"""拒绝的说法: what did not happen, that nothing changed, the rule, how it stands, who can and when, what else (ux 7.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused
from bihuan.words.cases import Case
from bihuan.words.orders import move_name, named
from bihuan.words.people import Cast
from bihuan.words.problems import problem, problems
from bihuan.words.reasons import TELLERS, parts


@dataclass(frozen=True, slots=True)
class Way:
    """Something else one can do: the words and the verb of the move, "" for the order's page."""

    text: str
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in its parts; `short` is rule and facts in one or two sentences, for lists of what cannot be done."""

    title: str
    happened: str
    rule: str
    now: str
    who: str
    ways: list[Way] = field(default_factory=list)
    code: str = ""

    @property
    def short(self) -> str:
        """The reason and who can, in one breath."""
        kind = self.code.split(".")[1:]
        said = [self.rule, self.now] if kind == ["state"] else [self.now or self.rule]
        if kind == ["post"] and self.who:
            said = []
        if self.who:
            said.append(_("由%(who)s办") % {"who": self.who})
        return "".join(_("%(sentence)s。") % {"sentence": one} for one in said if one)

    @property
    def sentence(self) -> str:
        """One sentence for machines and logs: title and how it stands."""
        said = self.now or self.rule
        return _("%(title)s。%(now)s。") % {"title": self.title, "now": said} if said else self.title


def told(
    refused: Refused,
    order_type: OrderType,
    net: Network,
    now: datetime,
    order: OrderState | None = None,
    cast: Cast | None = None,
) -> Told:
    """Return the refusal in words. With the order it also names the people who can; `cast` serves many."""
    verb = refused.code.split(".")[0]
    move = order_type.moves.get(verb)
    case = Case(refused, order_type, net, now, order, move, cast or Cast(order_type, order, net))
    name = move_name(move) if move else verb
    why, rule, stands, who = parts(case)
    ways = [Way(_("回到这张单"))]
    alternatives = _ways(case)
    return Told(
        title=_("没有“%(move)s”：%(why)s") % {"move": name, "why": why},
        happened=_("您提交的“%(move)s”没有生效，单子没有任何改动，您写的内容已存为草稿。") % {"move": name},
        rule=rule,
        now=stands,
        who=who,
        ways=[*alternatives, *ways],
        code=refused.code,
    )


# What else one can do, by the effect asked for and the kind of reason: effects whose moves are offered.
INSTEAD = {
    ("close", "needs"): ("callback", "assent"),
    ("ask", "clock"): ("ask", "progress"),
    ("ask", "state"): ("progress",),
    ("dispatch", "pending"): ("decide",),
    ("check", "needs"): ("remind", "redo"),
}


def _ways(case: Case) -> list[Way]:
    if case.move is None or case.order is None:
        return []
    wanted = INSTEAD.get((case.move.effect, case.refused.kind), ())
    found = []
    for move in case.type.moves.values():
        same_step = not move.from_ or case.order.state in move.from_
        if move.effect in wanted and move.verb != case.move.verb and same_step and set(move.by) & set(case.move.by):
            found.append(Way(named(move), move.verb))
    return found[:4]


__all__ = ["TELLERS", "Told", "Way", "problem", "problems", "told"]
