"""任职: who holds a post from which day on. First a preview with what hangs on the post, then it is done (ux 4.9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from bihuan.actions import network as actions
from bihuan.actions.handovers import leaving
from bihuan.actions.register import may_set_up
from bihuan.actions.sheets import as_date
from bihuan.core.network import Network, Post
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import calendars, packs
from bihuan.store import network as networks
from bihuan.web.access import Acted
from bihuan.web.handovers import address_of
from bihuan.web.jinja import render
from bihuan.web.network import office
from bihuan.web.network_tree import address
from bihuan.words import network as words

NAMES = 500  # offered while typing
WAYS = {
    "succeed": gettext_noop("接任：从这天起换人"),
    "join": gettext_noop("再加一人"),
    "stand_in": gettext_noop("代办：这段时间替一位在任的人"),
    "end": gettext_noop("结束任职，岗位空着"),
}


@dataclass(slots=True)
class Wish:
    """What the form asks for: one of WAYS, the person as typed, whom it concerns, from when to when."""

    way: str
    person: str = ""
    whom: str = ""
    since: str = ""
    until: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    def day(self, name: str) -> date | None:
        """Return one of the two dates; a fault is kept where it cannot be read."""
        text = getattr(self, name)
        found = as_date(text) if text else None
        if text and found is None:
            self.faults[name] = words.problem("not_a_date", {"value": text})
        return found


@office
@require_http_methods(["GET", "POST"])
def holder(request: Acted, key: str) -> HttpResponse:
    """Show the form; POST shows what would happen; POST with `sure` does it."""
    if not may_set_up(request.actor):
        raise Http404
    today = calendars.calendar().local_day(request.now)
    net = networks.snapshot(today)
    post = net.posts.get(key)
    if post is None:
        raise Http404
    wish = _wish(request, net, post, today)
    if request.method == "GET":
        return _form(request, net, post, wish, 200)
    try:
        lines = _done(request.actor, net, post, wish, request.now, dry=True)
        if wish.faults:
            return _form(request, net, post, wish, 400)
        if request.POST.get("sure") != "1":
            return _preview(request, net, post, wish, lines)
        _done(request.actor, net, post, wish, request.now, dry=False)
    except Refused as why:
        if not why.problems:
            wish.faults[""] = words.sentence(why)
            return _form(request, net, post, wish, 409)
        own = {"stands_for": "whom", "post": ""}
        wish.faults |= {own.get(where, where): said for where, said in words.problems(why).items()}
        return _form(request, net, post, wish, 400)
    messages.success(request, _("已改好：%(lines)s。") % {"lines": _("；").join(lines)})
    if wish.way in ("succeed", "end") and wish.whom in leaving(post.key, request.now):
        return redirect(address_of(post.key, wish.whom))
    return redirect(address(post.unit))


def _wish(request: Acted, net: Network, post: Post, today: date) -> Wish:
    asked = request.POST if request.method == "POST" else request.GET
    held = net.holders(post.key)
    way = asked.get("way", "") if asked.get("way") in WAYS else ("succeed" if held else "join")
    first = held[0].person if held else ""
    wish = Wish(
        way=way,
        person=" ".join(asked.get("person", "").split())[:80],
        whom=asked.get("whom", first)[:80],
        since=asked.get("since", today.isoformat())[:20].strip(),
        until=asked.get("until", "")[:20].strip(),
    )
    return wish


def _ways(net: Network, post: Post) -> list[tuple[str, str]]:
    many = any(kind.many for one in packs.current().values() for k, kind in one.post_kinds.items() if k == post.kind)
    held = bool(net.holders(post.key))
    shown = [way for way in WAYS if (way == "join" and (many or not held)) or (way != "join" and held)]
    return [(way, _(WAYS[way]) if held or way != "join" else _("任命")) for way in shown]


def _form(request: Acted, net: Network, post: Post, wish: Wish, status: int) -> HttpResponse:
    names = sorted(set(net.persons.values()))[:NAMES]
    context = {
        "net": net,
        "post": post,
        "wish": wish,
        "ways": _ways(net, post),
        "held": net.holders(post.key),
        "names": names,
        "back": address(post.unit),
        "faults": [(f"f-{where}" if where else "", said) for where, said in wish.faults.items()],
    }
    return render(request, "network/holder.html", context, status=status)


def _preview(request: Acted, net: Network, post: Post, wish: Wish, lines: list[str]) -> HttpResponse:
    hangs: dict[str, int] = {}
    if wish.whom and wish.way in ("succeed", "end"):
        hangs = actions.work_of(post.key, wish.whom, request.now)
    context = {"net": net, "post": post, "wish": wish, "lines": lines, "hangs": hangs, "back": address(post.unit)}
    return render(request, "network/holder_sure.html", context)


def _done(actor: Actor, net: Network, post: Post, wish: Wish, now: datetime, *, dry: bool) -> list[str]:
    """Do it or look whether it can be done; return what it is in words. Faults of typing are kept in the wish."""
    since, until = wish.day("since"), wish.day("until")
    if wish.way == "end":
        last = until or since
        if last is None:
            wish.faults.setdefault("since", words.problem("missing"))
            return []
        held = next((one for one in net.holders(post.key) if one.person == wish.whom), None)
        stands_for = held.stands_for if held else ""
        actions.end_holding(
            actor=actor, person=wish.whom, post=post.key, until=last, now=now, stands_for=stands_for, dry=dry
        )
        return [
            _("%(person)s任%(post)s到%(day)s为止")
            % {"person": net.name(wish.whom), "post": post.name, "day": last.isoformat()}
        ]
    person, name = _meant(net, wish)
    if since is None:
        wish.faults.setdefault("since", words.problem("missing"))
    if wish.faults or since is None:
        return []
    actions.appoint(
        actor=actor,
        post=post.key,
        since=since,
        now=now,
        person=person,
        name=name,
        until=until,
        stands_for=wish.whom if wish.way == "stand_in" else "",
        relieve=wish.way == "succeed",
        dry=dry,
    )
    return _lines(net, post, wish, net.name(person) if person else name, since, until, bool(name))


def _lines(net: Network, post: Post, wish: Wish, person: str, since: date, until: date | None, new: bool) -> list[str]:
    said = {"person": person, "post": post.name, "since": since.isoformat(), "whom": net.name(wish.whom)}
    lines = []
    if wish.way == "succeed":
        gone = [net.name(one.person) for one in net.holders(post.key) if not one.stands_for]
        lines.append(_("%(persons)s任到前一天为止") % {"persons": _("、").join(gone)})
    if wish.way == "stand_in":
        lines.append(_("%(person)s从%(since)s起代%(whom)s任%(post)s") % said)
    else:
        lines.append(_("%(person)s从%(since)s起任%(post)s") % said)
    if until:
        lines.append(_("到%(day)s为止") % {"day": until.isoformat()})
    if new:
        lines.append(_("%(person)s是名册里没有的人，将登记") % said)
    return lines


def _meant(net: Network, wish: Wish) -> tuple[str, str]:
    """Return the key of the person meant, or "" and the name of somebody new; a doubtful name is a fault."""
    if not wish.person:
        wish.faults["person"] = words.problem("missing")
        return "", ""
    if wish.person in net.persons:
        return wish.person, ""
    same = sorted(key for key, name in net.persons.items() if name == wish.person)
    if len(same) > 1:
        where = [
            f"{key}（{'、'.join(net.name(net.posts[h.post].unit) for h in net.held_by(key)) or '—'}）" for key in same
        ]
        wish.faults["person"] = _("叫%(name)s的有%(n)s人，请填编码：%(who)s") % {
            "name": wish.person,
            "n": len(same),
            "who": _("、").join(where),
        }
        return "", ""
    return (same[0], "") if same else ("", wish.person)


urlpatterns = [path("network/posts/<str:key>/holder/", holder, name="network_holder")]
