"""集中派单会的说法: what was decided on each order, by whom and when, and why something cannot be done at a sitting."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.core.sittings import DEFER, DISPATCH, SittingState
from bihuan.store.lists import Row
from bihuan.words import moments
from bihuan.words.orders import person_name, post_holders, priority_name, unit_name

RANKS = ("P1", "P2", "P3", "P4", "")
REASONS = {
    "post": gettext_noop("这个会由开会的派单台主持，您只能看"),
    "stale": gettext_noop("别人刚在这个会上办了，请看过再办"),
    "no_title": gettext_noop("请写会议名称"),
    "long_title": gettext_noop("会议名称请压到%(title)s字以内"),
    "no_present": gettext_noop("请写参加人，会议纪要里要印"),
    "long_present": gettext_noop("参加人请压到%(words)s字以内"),
    "no_note": gettext_noop("暂缓的要写明理由，会议纪要里要印"),
    "long_note": gettext_noop("暂缓的理由请压到%(words)s字以内"),
    "state.closed": gettext_noop("这个会已经散会，不能再改"),
    "state.nothing": gettext_noop("没有可收进来的单：请勾选待派的单，已收的不用再收"),
    "state.full": gettext_noop("一次会最多%(most)s件，请另开一次"),
    "state.decided": gettext_noop("%(number)s在会上已经定了"),
    "state.not_taken": gettext_noop("%(number)s没有收进这个会"),
    "state.gone": gettext_noop("找不到这张单，或不在您的职责范围"),
    "state.unknown": gettext_noop("会上没有这一步"),
    "state.empty": gettext_noop("会上还没有单，请先收单；不开了就留着不散会"),
    "state.undecided": gettext_noop("还有%(n)s件没有定：%(numbers)s。请派单，或写明理由暂缓，再散会"),
}


def reason(refused: Refused) -> str:
    """Return why it cannot be, in one sentence without its full stop."""
    code = next(iter(refused.problems.values()), "") or refused.code.partition(".")[2]
    said = {k: _("、").join(map(str, v)) if isinstance(v, list) else v for k, v in refused.facts.items()}
    return _(REASONS[code]) % said if code in REASONS else refused.code


def decision(item: dict[str, Any], net: Network) -> str:
    """Return 派给人社局，分管赵志远 or 暂缓：理由, "" while nothing is decided."""
    if item["decision"] == DISPATCH:
        said = _("派给%(unit)s") % {"unit": unit_name(net, item.get("lead", ""))}
        if item.get("supervisor"):
            said = _("%(said)s，分管%(name)s") % {"said": said, "name": post_holders(net, item["supervisor"])}
        return said
    return _("暂缓：%(why)s") % {"why": item["note"]} if item["decision"] == DEFER else ""


def values_of(sitting: SittingState) -> dict[str, str]:
    """Return what the minute may name of the sitting itself."""
    made = [item["decision"] for item in sitting.items.values()]
    return {
        "sitting": sitting.title,
        "present": sitting.present,
        "total": str(len(made)),
        "dispatched_total": str(made.count(DISPATCH)),
        "deferred_total": str(made.count(DEFER)),
    }


def item_values(sitting: SittingState, row: Row, net: Network) -> dict[str, str]:
    """Return what a line of the minute may name of the decision on an order."""
    item = sitting.items[str(row.id)]
    return {
        "priority": priority_name(RANKS[row.priority - 1]),
        "decision": decision(item, net),
        "decided_by": person_name(net, item.get("by", "")),
        "decided_at": _decided(item["at"], sitting.opened) if item.get("at") else "",
        "note": item.get("note", "") if item["decision"] == DISPATCH else "",
    }


def _decided(at: str, opened: str) -> str:
    """The time of a decision, with its day where the sitting went on past midnight or was taken up on another day."""
    begun = moments.local(opened)
    return moments.clock_time(at) if moments.local(at).date() == begun.date() else moments.moment(at, begun)
