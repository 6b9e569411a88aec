"""企业链接: give an enterprise the one link to all its orders, prolong it, withdraw it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import list_links
from bihuan.core.instants import instant
from bihuan.store import calendars, network
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render


@staff
@require_http_methods(["GET", "POST"])
def list_link(request: Acted, key: str) -> HttpResponse:
    """Show the enterprise's link to who may give it away; POST gives or withdraws it. Others meet 404."""
    net = network.snapshot(calendars.calendar().local_day(request.now))
    if request.method == "POST":
        if request.POST.get("do") == "withdraw":
            list_links.withdraw(actor=request.actor, unit=key, net=net, now=request.now)
            messages.success(request, _("已停用。以前发出去的链接都打不开了。"))
        else:
            list_links.give(actor=request.actor, unit=key, net=net, now=request.now)
            messages.success(request, _("链接一年内有效，已记入变动登记。"))
        return redirect("list_link", key)
    token, until = list_links.given(actor=request.actor, unit=key, net=net, now=request.now)
    context = {
        "unit": net.units[key],
        "address": request.build_absolute_uri(f"/p/{token}/") if token else "",
        "until": instant(until) if until else None,
    }
    return render(request, "network/link.html", context)


urlpatterns = [path("network/units/<str:key>/link/", list_link, name="list_link")]
