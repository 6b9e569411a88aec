"""搜索: orders, their papers and the names of the network in one answer; only what the caller may see."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from bihuan.actions import document_lists
from bihuan.api import shapes, views
from bihuan.api.bearer import Called
from bihuan.api.errors import invalid
from bihuan.api.orders import CURSOR, ERRORS, MOST_ITEMS
from bihuan.store import calendars, lists, names, network, packs, search
from bihuan.store.documents import Paper as Papers

router = Router(tags=["search"])
NAMES = 50


class Wanted(shapes.Schema):
    """What is looked for."""

    q: str = Field(..., min_length=1, max_length=60, description="A number, or words; all of them must be found")
    cursor: str = Field("", max_length=40, description="`next` of the page before")
    limit: int = Field(search.PAGE, ge=1, le=MOST_ITEMS)


class Named(shapes.Schema):
    """A unit, post or person of the network. `unit` is where a post belongs."""

    sort: str = Field(description="unit, post or person")
    key: str
    name: str
    unit: str


class Paper(shapes.Schema):
    """A signed paper: the one of that number, or one on an order of this page. `order` is the order's number."""

    id: int
    order: str
    kind: str
    number: str
    at: str


class Found(shapes.Schema):
    """What was found. A page of orders may be short and still have a `next`: it looks through older ones.

    `behind`: very new orders may be missing for a minute.
    """

    orders: list[shapes.Row]
    next: str
    behind: bool
    names: list[Named]
    papers: list[Paper]


@router.get("/search", response={200: Found, **ERRORS}, summary="Search")
def searched(request: Called, wanted: Query[Wanted]) -> dict[str, Any]:
    """Search orders by number, name and text, the newest first; names and papers come with the first page."""
    if any(ord(sign) < 32 for sign in wanted.q):
        raise invalid("q", _("“%(field)s”里有不可见的控制字符") % {"field": "q"})
    if wanted.cursor and not (CURSOR.fullmatch(wanted.cursor) and int(wanted.cursor) < 1 << 63):
        raise invalid("cursor", _("“cursor”不对，请用上一页给的 next"))
    actor = request.auth.actor
    page = search.orders(
        seen_by=actor, programmes=packs.current().values(), text=wanted.q, cursor=wanted.cursor, limit=wanted.limit
    )
    known: list[names.Name] = []
    papers: list[Papers] = []
    if not wanted.cursor:
        net = network.snapshot(calendars.calendar().local_day(request.now))
        known = names.found(net, wanted.q, seen_by=actor)[:NAMES]
        paper = document_lists.by_number(actor=actor, text=wanted.q)
        papers = [paper] if paper else []
    if page.rows and not papers:
        papers = document_lists.seen_page(actor=actor, on=[row.id for row in page.rows])
    return {
        **views.rows(lists.Page(page.rows, page.next), request.now),
        "behind": page.behind,
        "names": [{"sort": one.sort, "key": one.key, "name": one.name, "unit": one.unit} for one in known],
        "papers": [
            {"id": one.id, "order": one.order_number, "kind": one.kind, "number": one.number, "at": one.at}
            for one in papers
        ],
    }
