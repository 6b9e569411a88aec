"""数岗位: how many posts of a kind there are on the day of the moment, how many of them are held or vacant."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.core.figures import Member
from bihuan.core.indicators import Indicator
from bihuan.store import network
from bihuan.store.figure_causes import Between, Cause, latest
from bihuan.store.figure_order_sql import scope_units
from bihuan.store.figure_rows import Row, Rows, within
from bihuan.store.names import of_the_office
from bihuan.store.readings import Query, Reading


class Posts(Rows):
    """The source of figures over posts; who holds them is not said."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the roll of posts is any of the reader's business."""
        return of_the_office(reading.actor)

    def lists(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the posts of each query's kind and mark: all, held or vacant."""
        net = network.snapshot(reading.day)
        found = []
        for query in queries:
            one, units = query.indicator, scope_units(reading, query.indicator)
            some = net.posts_of_kind(one.of) if one.of else list(net.posts.values())
            found.append(
                [
                    Row(
                        Member(
                            "post",
                            post.key,
                            post.key,
                            f"{net.name(post.unit)} {post.name}",
                            post.since.isoformat() if post.since else "",
                            unit=post.unit,
                        )
                    )
                    for post in some
                    if within(reading, net, units, post.unit)
                    and (one.mark in ("", "posts") or bool(net.holders(post.key)) == (one.mark == "held"))
                ]
            )
        return found

    def causes(self, between: Between, query: Query, rows: Sequence[Row]) -> list[Cause]:
        """Return what took effect of each post between two moments."""
        told = between.of_things()
        return [latest(told.get(str(row.member.id), ())) for row in rows]


def source() -> Posts:
    """Return the source."""
    return Posts()
