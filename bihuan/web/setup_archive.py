"""归档: a year as it can be closed, what keeps which order from it, closing it, and the package to hand over."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.actions import archive_files
from bihuan.actions import archives as actions
from bihuan.core.refusal import Refused
from bihuan.store import archives, packs
from bihuan.web.access import Acted
from bihuan.web.handed import handed
from bihuan.web.jinja import render
from bihuan.web.setup import administrators, today_of
from bihuan.words import moments
from bihuan.words.archives import left_text, reason, terms_text
from bihuan.words.orders import ask_name, state_name

LOOKED_AT = 2000  # ended orders one page looks at
AT_ONCE = 500  # orders one press archives; the next press goes on
MOST_PACKED = 2000  # orders of a package made while somebody waits; more is for the command line
LISTED = 50
EARLIEST = 1990


@administrators
@require_http_methods(["GET", "POST"])
def year(request: Acted) -> HttpResponseBase:
    """Show what a year can be closed with and what not; POST archives, or hands out the package."""
    this = today_of(request).year
    chosen = _year(request.GET.get("year", ""), this)
    if request.method == "POST":
        return _packed(request, chosen) if request.POST.get("do") == "package" else _closed(request, chosen)
    return _page(request, chosen, this)


def _year(text: str, this: int) -> int:
    if not text:
        return this - 1
    if not (text.isascii() and text.isdigit() and len(text) == 4 and EARLIEST <= int(text) <= this):
        raise Http404
    return int(text)


def _page(request: Acted, chosen: int, this: int, refused: str = "") -> HttpResponse:
    look = actions.look(chosen, actor=request.actor, now=request.now, most=LOOKED_AT)
    standing = archives.open_before(actions.bounds(chosen)[1], _place(request), LISTED + 1) if look.open else []
    shown = standing[:LISTED]
    last = actions.last_closed(chosen) if look.archived else ""
    context = {
        "year": chosen,
        "before": chosen - 1 if chosen > EARLIEST else 0,
        "after": chosen + 1 if chosen < this else 0,
        "look": look,
        "ready": sum(look.ready.values()),
        "terms": terms_text(look),
        "early": reason(look.early, request.now) if look.early else "",
        "left_text": left_text(look.n_left),
        "left": [(one.number, reason(one.why, request.now)) for one in look.left],
        "standing": [(one.number, _stands(one), moments.table_moment(one.submitted, request.now)) for one in shown],
        "next": f"{shown[-1].submitted}~{shown[-1].id}" if len(standing) > LISTED else "",
        "last": moments.table_moment(last, request.now) if last else "",
        "many": look.archived > MOST_PACKED,
        "refused": refused,
    }
    return render(request, "setup/archive.html", context, status=409 if refused else 200)


def _place(request: Acted) -> tuple[str, int]:
    at, _mark, id_ = request.GET.get("from", "")[:60].rpartition("~")
    return (at, min(int(id_), 2**63 - 1)) if at and id_.isascii() and id_.isdigit() and len(id_) < 20 else ("", 0)


def _stands(one: archives.Standing) -> str:
    state = state_name(packs.order_type(one.bundle, one.type), one.state)
    return _("%(state)s，%(ask)s未裁定") % {"state": state, "ask": ask_name(one.pending)} if one.pending else state


def _closed(request: Acted, chosen: int) -> HttpResponse:
    fonds = request.POST.get("fonds", "")[:40]
    try:
        done = actions.close(chosen, actor=request.actor, now=request.now, fonds=fonds, limit=AT_ONCE)
    except Refused as why:
        return _page(
            request, chosen, today_of(request).year, _("没有归档：%(why)s。") % {"why": reason(why, request.now)}
        )
    said = ngettext("%(year)s年归档%(n)s件，从现在起只读。", "%(year)s年归档%(n)s件，从现在起只读。", done.moved)
    messages.success(request, said % {"year": chosen, "n": done.moved})
    if done.more or done.left:
        messages.warning(request, _("还有没归档的，请再按一次“归档”。"))
    return redirect(f"{reverse('setup_archive')}?year={chosen}")


def _packed(request: Acted, chosen: int) -> HttpResponseBase:
    n = archives.archived_count(chosen)
    if n > MOST_PACKED:
        said = {"n": n, "year": chosen}
        why = _("没有做移交包：有%(n)s件，太多，请在服务器上运行 bihuan archive %(year)s --package 文件。") % said
        return _page(request, chosen, today_of(request).year, why)
    name = _("%(year)s年度归档移交包.zip") % {"year": chosen}
    try:
        with tempfile.TemporaryDirectory(prefix="bihuan-package-") as folder:
            file = Path(folder) / "package.zip"
            archive_files.pack(chosen, actor=request.actor, now=request.now, to=file)
            answer = handed(file.open("rb"), name, "application/zip")  # open, it outlives its folder
    except Refused as why:
        said_why = _("没有做移交包：%(why)s。") % {"why": reason(why, request.now)}
        return _page(request, chosen, today_of(request).year, said_why)
    return answer


urlpatterns = [path("setup/archive/", year, name="setup_archive")]
