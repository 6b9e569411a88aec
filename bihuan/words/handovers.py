"""移交的说法: what becomes of an order when its handler leaves a post, and why it cannot."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.handover import FOLLOW, KEEP, STAY
from bihuan.core.network import Network
from bihuan.core.order_state import Event
from bihuan.core.refusal import Refused
from bihuan.words.orders import person_name

CHOICES = {
    FOLLOW: gettext_noop("随岗移交"),
    KEEP: gettext_noop("原人办完"),
    STAY: gettext_noop("先不动"),
}
REASONS = {
    "post": gettext_noop("只有管理员岗位能办移交"),
    "state.closed": gettext_noop("这张单已经办结"),
    "state.not_theirs": gettext_noop("这张单已不在原任职人名下"),
    "state.kept": gettext_noop("已定由%(person)s办完"),
    "state.still_there": gettext_noop("%(person)s还在本单位的承办岗位上，不用移交也能办完"),
    "state.nobody": gettext_noop("“%(post)s”现在没有人任职，请先任命，或换一个岗位"),
    "state.several": gettext_noop("“%(post)s”现在有%(n)s人任职：%(persons)s。请写明移交给谁"),
    "recusal": gettext_noop("接手的人已回避这张单，请换一个人"),
    "stale": gettext_noop("这张单刚被别人改过，请再看一遍"),
    "unknown_post": gettext_noop("没有这个岗位，请核对岗位的编码"),
    "ended": gettext_noop("“%(post)s”%(until)s已撤销，不能移交给它，请选一个在设的岗位"),
    "not_begun": gettext_noop("“%(post)s”%(since)s才设，到那天再移交"),
    "other_unit": gettext_noop("接手的岗位在%(unit)s，不在主办部门%(lead)s；换部门请用“改派”"),
    "other_unit_post": gettext_noop("“%(post)s”是%(unit)s的岗位，不在%(lead)s；换部门请用“改派”"),
    "not_handling": gettext_noop("“%(post)s”不是承办岗位，办不了单，请选一个承办岗位"),
    "not_holding": gettext_noop("%(person)s今天不任“%(post)s”，请选在任的人"),
    "same_person": gettext_noop("%(person)s就是原任职人，请选另一个人"),
    "no_post": gettext_noop("%(person)s现在没有任何岗位，进不了系统，请选随岗移交"),
    "unknown_person": gettext_noop("名册里没有这个人，请核对"),
    "not_a_choice": gettext_noop("没有这种办法，只有随岗移交、原人办完、先不动"),
}


def choice_name(choice: str) -> str:
    """Return 随岗移交, 原人办完 or 先不动."""
    return _(CHOICES[choice])


def reason(why: Refused) -> str:
    """Return why an order, or a whole hand-over, cannot change hands, as one sentence without its full stop."""
    code = next(iter(why.problems.values()), "") or why.code.partition(".")[2]
    return _(REASONS[code]) % why.facts if code in REASONS else why.code


def handed_text(event: Event, net: Network) -> str:
    """Return what a line of the record says of an order that changed hands, or stayed in the old ones."""
    said = {"old": person_name(net, event.facts["from"]), "new": person_name(net, event.facts["handler"])}
    if "kept" in event.then:
        return _("%(old)s离开岗位后继续办完") % said
    return _("%(old)s移交给%(new)s") % said
