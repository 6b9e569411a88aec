"""搜索: one box for everything; a number leads to what bears it, words to what they are found in, by nouns (ux 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_GET

from bihuan.actions import document_lists
from bihuan.core.terms import folded, marked
from bihuan.store import calendars, network, orders, packs, search
from bihuan.store.lists import Row
from bihuan.web.access import Acted, staff
from bihuan.web.document_lists import row_of
from bihuan.web.jinja import render
from bihuan.web.network_tree import found_in
from bihuan.web.rows import Line, lines_of, word

NAMES = 10  # units, posts and people shown on a page of orders; more are on the network's own page
PAPERS = 10
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One order found: its line, its title in marked pieces, and where else the words stand."""

    line: Line
    title: Pieces
    snippet: Pieces


@dataclass(slots=True)
class Results:
    """The page as the template draws it. `more` is the address of the next page of orders, "" at the end."""

    text: str
    words: tuple[str, ...] = ()
    hits: list[Hit] = field(default_factory=list)
    more: str = ""
    first: bool = True
    behind: bool = False
    names: list[tuple[str, str, str]] = field(default_factory=list)
    names_n: int = 0
    papers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.hits or self.names or self.papers or self.more)


@staff
@require_GET
def found(request: Acted) -> HttpResponse:
    """Lead to the order or paper a number names, else list what the words are found in."""
    text = word(request.GET, "q", 60)
    cursor = word(request.GET, "after", 20)
    if text and not cursor and (there := _named(request, text)):
        return there
    results = Results(text, first=not cursor)
    if text:
        _look(request, results, cursor)
    return render(request, "search/page.html", {"results": results})


def _named(request: Acted, text: str) -> HttpResponse | None:
    """Return the way to what bears exactly this number."""
    number = folded(text).upper()
    try:
        return redirect("order", orders.by_number(number, seen_by=request.actor).order.number)
    except orders.NotFound:
        pass
    paper = document_lists.by_number(actor=request.actor, text=text)
    return redirect("order_paper", paper.order_number, paper.id) if paper else None


def _look(request: Acted, results: Results, cursor: str) -> None:
    actor, now = request.actor, request.now
    net = network.snapshot(calendars.calendar().local_day(now))
    page = search.orders(seen_by=actor, programmes=packs.current().values(), text=results.text, cursor=cursor)
    results.words, results.behind = page.words, page.behind
    results.hits = _hits(page.rows, page.words, lines_of(page.rows, net, now, actor))
    if page.next:
        results.more = f"?{urlencode({'q': results.text, 'after': page.next})}"
    if cursor:
        return
    names = found_in(net, results.text, actor)
    results.names, results.names_n = names[:NAMES], len(names)
    if page.rows:
        papers = document_lists.seen_page(actor=actor, on=[row.id for row in page.rows], limit=PAPERS)
        results.papers = [row_of(paper, net, request) for paper in papers]


def _hits(rows: list[Row], words: tuple[str, ...], lines: list[Line]) -> list[Hit]:
    pieces = search.snippets(rows, words)
    return [Hit(line, marked(line.row.title, words), pieces.get(line.row.id, [])) for line in lines]


urlpatterns = [path("search/", found, name="search")]
