"""草稿: where the pages send what is being typed, every ten seconds and on leaving (ux 10)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from bihuan.actions.drafts import drop_draft, keep_draft
from bihuan.store import orders
from bihuan.web.access import Acted, staff
from bihuan.web.controls import typed


@staff
@require_POST
def drafts(request: Acted) -> HttpResponse:
    """Keep the form sent as the reader's draft of one move of one order (`place` is number:verb); `drop` forgets it."""
    number, _colon, verb = request.POST.get("place", "").partition(":")
    held = orders.by_number(number, seen_by=request.actor)
    move = held.type.moves.get(verb)
    if move is None:
        raise Http404
    if "drop" in request.POST:
        drop_draft(actor=request.actor, number=number, verb=verb)
        return redirect("order_move", number, verb)
    facts = typed(request.POST, move, held.type)
    keep_draft(actor=request.actor, number=number, move=move, order_type=held.type, facts=facts, now=request.now)
    return HttpResponse(status=204)


urlpatterns = [path("drafts/", drafts, name="drafts")]
