"""What this process keeps in memory, and how to drop it: after a restore, and between tests."""

from __future__ import annotations

from bihuan.store import calendars, figure_versions, network, orders, packs, versions


def clear() -> None:
    """Forget every cached network, calendar and bundle of this process."""
    network._snapshot.cache_clear()
    network._of_all_time.cache_clear()
    calendars._calendar.cache_clear()
    packs.bundle.cache_clear()
    packs._known.cache_clear()
    figure_versions._founded.cache_clear()
    orders.forget()
    versions.forget()
