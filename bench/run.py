"""One database, stage after stage: `python -m bench.run ORDERS REPEATS OUT STAGE …` on BIHUAN_DATABASE_URL."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

BESIDE = {"lives", "alarms", "writers", "http"}  # stages that stand beside the baseline's own tables


def main(orders: int, repeats: int, out: Path, wanted: list[str]) -> None:
    """Fill the database, measure the wanted stages and write their figures; a stage that fails is named in them."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    import bihuan.wsgi  # noqa: F401 - a process as the server's own
    from bench import baseline, boards, books, http, imports, pages, pairs, scale, search, stages, writers
    from bench import figures as counted

    pinned = pairs.pin(1)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    postgres = connection.vendor == "postgresql"
    sizes = (10_000, 100_000) if orders >= 100_000 else (max(orders // 10, 50), orders)
    todo: dict[str, list[tuple[str, Callable[[], Any]]]] = {
        "lives": [
            ("statements", stages.statements),
            ("life", lambda: stages.life(repeats)),
            ("folding", stages.folding),
        ],
        "reading": [("reading", lambda: stages.reading(repeats))],
        "search": [("search", lambda: search.searching(repeats))],
        "pages": [("pages", lambda: pages.pages(repeats)), ("boards", lambda: boards.boards(repeats))],
        "scale": [("scale", lambda: scale.scale(repeats))],
        "figures": [("figures", lambda: counted.figures_stage(repeats))],
        "books": [("books", lambda: books.books(repeats))],
        "imports": [("imports", lambda: imports.imports(min(orders, 20_000), min(orders, 100_000)))],
        "writers": [("writers", lambda: writers.writers(8, repeats))] if postgres else [],
        "http": [("http", lambda: http.http())] if postgres else [],
        # The last: it leaves more open work behind than desks ever have, which every page would count.
        "alarms": [("alarms", lambda: stages.alarms(sizes))],
    }
    figures: dict[str, Any] = {"database": versions(), "pinned": pinned}
    names: list[tuple[str, Callable[[], Any]]] = [("filling", lambda: stages.filling(orders))]
    if BESIDE & set(wanted):
        names.append(("baseline", baseline.prepare))
    names += [one for stage in todo for one in todo[stage] if stage in wanted]
    for name, stage in names:
        start = time.perf_counter()
        print(f"{name} …", end=" ", flush=True)
        try:
            figures[name] = stage()
        except Exception:
            traceback.print_exc()
            figures.setdefault("failed", []).append(name)
        print(f"{time.perf_counter() - start:.0f}s", flush=True)
        out.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")


def versions() -> dict[str, str]:
    """Return which database it is and whether it keeps its word through a power cut."""
    from django.db import connection

    asked = ["server_version", "fsync", "synchronous_commit", "full_page_writes"]
    pragmas = ["journal_mode", "synchronous"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return {name: _first(cursor, f"SHOW {name}") for name in asked}
        return {"server_version": _first(cursor, "SELECT sqlite_version()")} | {
            name: _first(cursor, f"PRAGMA {name}") for name in pragmas
        }


def _first(cursor: Any, sql: str) -> str:
    cursor.execute(sql)
    return str(cursor.fetchone()[0])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
