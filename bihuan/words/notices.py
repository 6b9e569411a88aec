"""通知: a message is a number, what happened in one word and a link; never a name, a title or a sentence of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.actions import notices as actions
from bihuan.actions import reminders
from bihuan.actions.notices import Sent
from bihuan.core.calendar import Calendar
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import HAND_OVER, OrderType
from bihuan.core.refusal import Refused
from bihuan.store import contacts, packs
from bihuan.store import notices as store
from bihuan.store.notices import Delivery
from bihuan.words import moments
from bihuan.words.lights import COLORS, SPOKEN, light_of
from bihuan.words.orders import clock_name, move_name, named, unit_name
from bihuan.words.outward import standing

SIGN = gettext_noop("【闭环】")  # chat groups may be told to take only what carries this word
CHANNELS = {
    "inapp": gettext_noop("站内"),
    "mail": gettext_noop("邮件"),
    "sms": gettext_noop("短信"),
    "robot": gettext_noop("群消息"),
    "digest": gettext_noop("汇总"),
    "day": gettext_noop("每日汇总"),
}
VENDORS = {
    "dingtalk": gettext_noop("钉钉"),
    "wecom": gettext_noop("企业微信"),
    "feishu": gettext_noop("飞书"),
}
STATES = {
    "waiting": gettext_noop("待发"),
    "kept": gettext_noop("待汇总"),
    "sent": gettext_noop("已送达"),
    "failed": gettext_noop("没送到"),
    "dropped": gettext_noop("不再发"),
}
# Why a message did not go out, with what to do.
REASONS = {
    "recipient": gettext_noop("收件地址被邮件服务器退回，请核对这个人的邮箱"),
    "mail_refused": gettext_noop("邮件服务器不收，请核对 BIHUAN_MAIL_URL 的账号和口令"),
    "mail_away": gettext_noop("邮件服务器连不上，请检查 BIHUAN_MAIL_URL 和网络"),
    "sms_refused": gettext_noop("短信网关不收，请核对手机号、BIHUAN_SMS_URL 和 BIHUAN_SMS_TOKEN"),
    "sms_away": gettext_noop("短信网关没有答复，请检查 BIHUAN_SMS_URL 和网络"),
    "robot_refused": gettext_noop("群机器人不收，请核对它的密钥、关键词和每分钟条数"),
    "robot_away": gettext_noop("群机器人没有答复，请检查网络，内网可设 BIHUAN_ROBOT_GATEWAY"),
    "robot_address": gettext_noop("群机器人的地址不对，请删掉重加"),
    "no_library": gettext_noop("没有装 apprise，群消息发不出去，请安装 bihuan[notify]"),
    "no_address": gettext_noop("收件人的地址已经去掉"),
    "killed": gettext_noop("每次发到一半就中断，不再试，请看后台日志"),
    "stale": gettext_noop("等得太久，已经过时"),
    "late": gettext_noop("当天没发出去，第二天另有汇总"),
    "nothing": gettext_noop("没有要说的"),
}
PROBLEMS = {
    "mail": gettext_noop("邮箱写得不对，要像 zhoumin@example.com"),
    "mobile": gettext_noop("手机号应为11位，以1开头"),
    "unknown_person": gettext_noop("没有这个人"),
    "missing": gettext_noop("还没填"),
    "unknown_unit": gettext_noop("没有这个单位"),
    "unknown_post": gettext_noop("这个单位没有这个岗位"),
    "robot": gettext_noop("不是钉钉、企业微信、飞书群机器人的地址，请从群设置里整条复制"),
    "not_dingtalk": gettext_noop("只有钉钉的机器人用加签密钥，企业微信、飞书请用关键词“闭环”"),
    "secret": gettext_noop("加签密钥只有字母和数字，请从群设置里整条复制"),
}


def headline(one: Delivery, order_type: OrderType | None) -> str:
    """Return what happened, in as few words as a screen lock may show: 派单, “接单时限”红灯, 有新进展."""
    if one.verb == HAND_OVER and not one.order:
        return ngettext("移交给您%(num)s件", "移交给您%(num)s件", int(one.number)) % {"num": one.number}
    if one.verb == reminders.VERB and not one.order:
        return _duty(one)
    if order_type is not None and one.light:
        light = _(SPOKEN[COLORS[one.light]])
        return _("“%(clock)s”%(light)s") % {"clock": clock_name(order_type, one.clock), "light": light}
    if order_type is not None and one.verb in order_type.moves:
        return move_name(order_type.moves[one.verb])
    return _("有新进展")


def _duty(one: Delivery) -> str:
    programme = packs.current().get(one.programme)
    cadence = next((some for some in programme.cadences if some.key == one.type), None) if programme else None
    return _("“%(name)s”快到期，还没记") % {"name": named(cadence)} if cadence else _("有周期义务快到期，还没记")


def message(one: Delivery, order_type: OrderType, link: str, now: datetime) -> tuple[str, str]:
    """Return (title, text) of a message to an office: the title goes on lock screens."""
    said = {"sign": _(SIGN), "number": one.number, "what": headline(one, order_type), "link": link}
    said["at"] = moments.moment(one.at, now)
    title = _("%(sign)s%(number)s %(what)s") % said
    if one.channel == "mail":
        return title, _(
            "单号：%(number)s\n事项：%(what)s\n时间：%(at)s\n\n打开查看：%(link)s\n\n"
            "这封信由系统发出，不用回复。内容请登录后看。\n"
        ) % said
    return title, _("%(sign)s%(number)s %(what)s（%(at)s）。登录后办理：%(link)s") % said


def requester_message(
    order: OrderState, order_type: OrderType, net: Network, link: str, now: datetime, main: OrderState | None = None
) -> tuple[str, str]:
    """Return (title, text) for who asked: the number, where it stands in three words, the link.

    An order that was joined to another one stands where that one, `main`, stands.
    """
    what, _sentence = standing(order, order_type, net, now)
    if main is not None:
        there, _sentence = standing(main, order_type, net, now)
        what = _("%(what)s，%(there)s") % {"what": what, "there": there}
    said = {"sign": _(SIGN), "number": order.number, "what": what, "link": link}
    title = _("%(sign)s您的单%(number)s：%(what)s") % said
    return title, _("%(sign)s您的单%(number)s：%(what)s。点开查看：%(link)s") % said


@dataclass(frozen=True, slots=True)
class Morning:
    """What a person's digest tells: for each post how much must move today, what is new by kind, what is unread."""

    person: str
    posts: tuple[tuple[str, int], ...]
    news: tuple[tuple[str, int], ...]
    unread: int

    def __bool__(self) -> bool:
        """Whether there is anything to say: what lies unread since yesterday is no news."""
        return bool(self.news) or any(n for _post, n in self.posts)


def kinds(kept: Iterable[Delivery], type_of: dict[tuple[str, str], OrderType]) -> tuple[tuple[str, int], ...]:
    """Return how many of what is kept for a digest, the most first."""
    found = Counter(headline(one, type_of.get((one.programme, one.type))) for one in kept)
    return tuple(found.most_common())


def digest(morning: Morning, day: str, site: str) -> tuple[str, str]:
    """Return (title, text) of the one message of a day: counts and links, nothing else."""
    today = sum(n for _post, n in morning.posts)
    said = {"sign": _(SIGN), "day": moments.format_date(date.fromisoformat(day), _("n月j日")), "n": today}
    said["news"] = sum(n for _what, n in morning.news)
    if today:
        title = ngettext("%(sign)s%(day)s：今天要办%(n)s件", "%(sign)s%(day)s：今天要办%(n)s件", today) % said
    else:
        title = _("%(sign)s%(day)s：新情况%(news)s条") % said
    lines = [_("%(name)s，您好：") % {"name": morning.person}, ""]
    lines += [
        ngettext("%(post)s：今天要办%(n)s件", "%(post)s：今天要办%(n)s件", n) % {"post": post, "n": n}
        for post, n in morning.posts
    ]
    if morning.news:
        each = _("、").join(_("%(what)s%(n)s条") % {"what": what, "n": n} for what, n in morning.news)
        lines.append(_("新情况：%(each)s") % {"each": each})
    if morning.unread:
        lines.append(ngettext("未读通知%(n)s条", "未读通知%(n)s条", morning.unread) % {"n": morning.unread})
    lines += [
        "",
        _("我的工作：%(link)s") % {"link": f"{site}/mine/"},
        _("通知：%(link)s") % {"link": f"{site}/notices/"},
    ]
    return title, "\n".join(lines) + "\n"


def reminder(lead: str, sent: Sequence[Sent], net: Network, now: datetime, calendar: Calendar, link: str) -> str:
    """Return a text to paste into a chat group: how many wait to be accepted, their numbers and limits, the link."""
    each = _("；").join(
        _("%(number)s（%(light)s）") % {"number": one.row.number, "light": light_of(one.row, now, calendar).text}
        for one in sent
    )
    said = {"unit": unit_name(net, lead), "n": len(sent), "each": each, "link": link}
    return (
        ngettext(
            "%(unit)s：有%(n)s件单待接单。%(each)s。请登录接单：%(link)s",
            "%(unit)s：有%(n)s件单待接单。%(each)s。请登录接单：%(link)s",
            len(sent),
        )
        % said
    )


def outcome(one: Delivery, now: datetime) -> str:
    """Return what became of a message: 邮件 已送达 10月25日10:20, with the reason where it was not."""
    said = {"channel": _(CHANNELS[one.channel]), "state": _(STATES[one.state])}
    text = _("%(channel)s %(state)s") % said
    if one.sent:
        return _("%(text)s %(at)s") % {"text": text, "at": moments.moment(one.sent, now)}
    return text


def reason(said: str) -> str:
    """Return why a message did not go out, from what the delivery keeps: `code detail`."""
    code, _space, detail = said.partition(" ")
    if code not in REASONS:
        return said
    return _("%(why)s（%(detail)s）") % {"why": _(REASONS[code]), "detail": detail} if detail else _(REASONS[code])


def problems(refused: Refused) -> dict[str, str]:
    """Return one sentence for each field of a refused address."""
    return {field: _(PROBLEMS.get(str(code), "还没填")) for field, code in refused.problems.items()}


def vendor(kind: str) -> str:
    """Return the name of a chat group's vendor."""
    return _(VENDORS.get(kind, kind))


def summary(deliveries: Iterable[Delivery], now: datetime, *states: str) -> tuple[str, ...]:
    """Return what went out by channel, each channel once with its latest moment: 站内 已送达 9月29日10:25."""
    latest: dict[str, Delivery] = {}
    for one in deliveries:
        if one.state in states:
            latest[one.channel] = one
    return tuple(outcome(one, now) + (f"：{reason(one.said)}" if one.said else "") for one in latest.values())


def health(now: datetime) -> list[tuple[str, str]]:
    """Return (ok | note | bad, sentence) about the ways out of the house, for `doctor` and for administrators."""
    ways, counted = actions.ways(), store.tally(iso(now))
    if not ways.site:
        return [("note", _("没有设 BIHUAN_SITE（别人打开本系统的网址），邮件、短信、群消息都不发，只有站内通知。"))]
    found = [("ok", _("通知里的链接以 %(site)s 开头") % {"site": ways.site})]
    known = contacts.addresses()
    mails = sum("mail" in one for one in known.values())
    mobiles = sum("mobile" in one for one in known.values())
    if not ways.mail:
        found.append(("note", _("没有设 BIHUAN_MAIL_URL，邮件和每日汇总不发。")))
    else:
        found.append(
            (
                "ok" if mails else "note",
                ngettext("邮件能发，%(n)s人填了邮箱", "邮件能发，%(n)s人填了邮箱", mails) % {"n": mails},
            )
        )
    if not ways.sms:
        found.append(("note", _("没有设 BIHUAN_SMS_URL，短信不发。")))
    else:
        found.append(
            ("ok", ngettext("短信能发，%(n)s人填了手机号", "短信能发，%(n)s人填了手机号", mobiles) % {"n": mobiles})
        )
    groups = len(contacts.robots())
    if groups and not ways.library:
        found.append(("bad", _(REASONS["no_library"])))
    elif not groups:
        found.append(("note", _("没有登记群机器人，群消息不发。")))
    else:
        found.append(("ok", ngettext("有%(n)s个群机器人", "有%(n)s个群机器人", groups) % {"n": groups}))
    if counted["failed"]:
        said = ngettext(
            "有%(n)s条通知发了几次没送到，请看“设置·通知”。",
            "有%(n)s条通知发了几次没送到，请看“设置·通知”。",
            counted["failed"],
        )
        found.append(("bad", said % {"n": counted["failed"]}))
    return found
