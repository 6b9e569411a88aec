"""岗位: set one up at a unit, change its name and what it looks after, let it end; first a preview, then it is done."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.actions import network as actions
from bihuan.core.network import Network, Post
from bihuan.core.programmes import PostKind
from bihuan.store import packs
from bihuan.web.access import Acted
from bihuan.web.network import office
from bihuan.web.network_change import Change, Control, administered, answered, today_of, typed, units_offered
from bihuan.web.network_tree import address
from bihuan.words import network as words
from bihuan.words.orders import named

OWN = {"post_name": "name", "post": "", "unit": "", "post_since": "since", "post_until": "until"}


def kinds() -> dict[str, PostKind]:
    """Return the kinds of post of all published programmes by key."""
    return {key: kind for one in packs.current().values() for key, kind in one.post_kinds.items()}


@office
@require_http_methods(["GET", "POST"])
def add_post(request: Acted, key: str) -> HttpResponse:
    """Set up a post at a unit, of one of the kinds that stand there."""
    net = administered(request)
    unit = net.units.get(key)
    if unit is None:
        raise Http404
    allowed = {one: kind for one, kind in kinds().items() if unit.type in kind.at}
    choices = [(one, named(kind)) for one, kind in allowed.items()]
    covering = units_offered(net, {kind.covers for kind in allowed.values() if kind.covers})
    controls = [
        Control("kind", _("岗位类型"), "select", choices[0][0] if choices else "", choices=choices),
        Control("name", _("岗位名称"), hint=_("不填就用类型的名称"), optional=True),
        Control("since", _("从哪天起"), "date", today_of(request).isoformat()),
    ]
    if covering:
        hint = _("只有带负责范围的岗位类型才选")
        controls.append(Control("covers", _("负责范围"), "many", hint=hint, optional=True, choices=covering))
    change = typed(request, Change(_("设立岗位"), address(key), controls, about=named(unit)))
    kind = allowed.get(change["kind"])
    since = change.day("since") if request.method == "POST" else None
    name = change["name"] or (kind.name if kind else "")
    covers = change.many("covers") if covering else []
    if request.method == "POST" and kind is None:
        change.faults["kind"] = words.problem("not_a_choice", {"value": change["kind"]})
    elif since and kind:
        said = {"since": since.isoformat(), "unit": unit.name, "name": name}
        change.lines = [_("%(since)s起%(unit)s设立岗位“%(name)s”，先空着") % said, *_covering(net, covers)]
    new = _key(net, key, change["kind"])

    def do(dry: bool) -> object:
        return actions.set_post(
            actor=request.actor, key=new, name=name, kind=change["kind"], unit=key, since=since or date.min,
            covers=covers, now=request.now, dry=dry,
        )  # fmt: skip

    return answered(request, change, do, own=OWN, to=lambda: f"{address(key)}#{new}")


def _key(net: Network, unit: str, kind: str) -> str:
    base = f"{unit}.{kind}"
    return next(key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}{n}") not in net.posts)


def _covering(net: Network, covers: list[str]) -> list[str]:
    if not covers:
        return []
    return [_("负责%(units)s") % {"units": _("、").join(net.name(one) for one in covers)}]


@office
@require_http_methods(["GET", "POST"])
def change_post(request: Acted, key: str) -> HttpResponse:
    """Rename a post or change what it looks after."""
    net = administered(request)
    post = net.posts.get(key)
    if post is None:
        raise Http404
    kind = kinds().get(post.kind)
    controls = [Control("name", _("岗位名称"), value=post.name)]
    if kind and kind.covers:
        offered = units_offered(net, {kind.covers})
        controls.append(
            Control("covers", _("负责范围"), "many", optional=True, choices=offered, chosen=sorted(post.covers))
        )
    about = f"{net.name(post.unit)} · {post.name}"
    also = (_("撤销岗位"), reverse("network_post_dissolve", args=[key]))
    change = typed(request, Change(_("改岗位"), address(post.unit), controls, about=about, also=also))
    covers = change.many("covers") if len(controls) > 1 else []
    if request.method == "POST":
        change.lines = _changed(net, post, change["name"], covers)
        if not change.lines:
            change.faults[""] = _("和现在一样，没有要改的。")
        elif set(covers) != set(post.covers):
            change.hangs = [_("新的范围从今天起算：范围里的在办单马上看得到，范围外的马上看不到")]

    def do(dry: bool) -> object:
        return actions.set_post(
            actor=request.actor, key=key, name=change["name"], kind=post.kind, unit=post.unit, since=None,
            covers=covers, now=request.now, dry=dry,
        )  # fmt: skip

    return answered(request, change, do, own=OWN)


def _changed(net: Network, post: Post, name: str, covers: list[str]) -> list[str]:
    lines = []
    if name != post.name:
        lines.append(_("“%(was)s”改名为“%(name)s”") % {"was": post.name, "name": name})
    if came := [one for one in covers if one not in post.covers]:
        lines.append(_("多负责%(units)s") % {"units": _("、").join(net.name(one) for one in came)})
    if gone := sorted(set(post.covers) - set(covers)):
        lines.append(_("不再负责%(units)s") % {"units": _("、").join(net.name(one) for one in gone)})
    return lines


@office
@require_http_methods(["GET", "POST"])
def dissolve_post(request: Acted, key: str) -> HttpResponse:
    """Let a post end on a day with what its holders hold of it."""
    net = administered(request)
    post = net.posts.get(key)
    if post is None:
        raise Http404
    control = Control("until", _("最后一天"), "date", today_of(request).isoformat())
    about = f"{net.name(post.unit)} · {post.name}"
    change = typed(request, Change(_("撤销岗位"), address(post.unit), [control], about=about, danger=True))
    until = change.day("until") if request.method == "POST" else None
    if until:
        change.lines = [_("“%(post)s”到%(day)s为止") % {"post": post.name, "day": until.isoformat()}]
        held = net.holders(key)
        names = _("、").join(net.name(one.person) for one in held)
        if held:
            change.hangs.append(_("%(names)s的任职同一天结束") % {"names": names})
        for one in held:
            if n := actions.work_of(key, one.person, request.now).get("handler", 0):
                said = {"name": net.name(one.person), "n": n}
                change.hangs.append(
                    ngettext(
                        "%(name)s经办的%(n)s件在办单留在单位，请交给同事",
                        "%(name)s经办的%(n)s件在办单留在单位，请交给同事",
                        n,
                    )
                    % said
                )

    def do(dry: bool) -> object:
        return actions.dissolve_post(actor=request.actor, post=key, until=until or date.min, now=request.now, dry=dry)

    return answered(request, change, do, own=OWN)


urlpatterns = [
    path("network/units/<str:key>/posts/add/", add_post, name="network_post_add"),
    path("network/posts/<str:key>/change/", change_post, name="network_post_change"),
    path("network/posts/<str:key>/dissolve/", dissolve_post, name="network_post_dissolve"),
]
