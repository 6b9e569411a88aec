"""附件: downloads under the order's own permission, never opened in the page (ux 10)."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.urls import path
from django.views.decorators.http import require_GET

from bihuan.core.permission import sees_inner
from bihuan.store import attachments, orders, packs
from bihuan.web import orders as order_pages  # the converter of order numbers is registered there
from bihuan.web.access import Acted, staff
from bihuan.web.handed import handed


@staff
@require_GET
def file(request: Acted, number: str, id_: int) -> FileResponse:
    """Send one file of an order; inner ones look absent to the requester."""
    held = orders.by_number(number, seen_by=request.actor)
    inner = sees_inner(request.actor, held.order, packs.roles_of(held.order.programme, held.order.type))
    return sent(attachments.one(held.order.id, id_, inner=inner))


def sent(row: dict[str, object] | None) -> FileResponse:
    """Return a kept file as a download under its own name; raises Http404 where there is none."""
    if row is None:
        raise Http404
    try:
        stream = row["file"].open("rb")  # type: ignore[attr-defined]
    except OSError:
        raise Http404 from None
    return handed(stream, str(row["name"]), str(row["kind"]))


__all__ = ["file", "order_pages", "sent", "urlpatterns"]
urlpatterns = [path("orders/<order:number>/files/<int:id_>/", file, name="order_file")]
