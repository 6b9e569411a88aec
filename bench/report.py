"""报告: the figures as a table, each beside its bound and its goal."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it is, on which database, its value, its bound and its goal as they are said.

    `low` says that smaller is better. A figure without a bound is for information.
    """

    database: str
    what: str
    value: float | int | str
    unit: str = ""
    bound: float | None = None
    goal: float | None = None
    low: bool = True
    more: str = ""

    @property
    def broken(self) -> bool:
        """Whether the bound is broken."""
        if self.bound is None or isinstance(self.value, str):
            return False
        return self.value > self.bound if self.low else self.value < self.bound

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        if self.goal is None or isinstance(self.value, str):
            return False
        return self.value <= self.goal if self.low else self.value >= self.goal


def machine() -> Figures:
    """Return what kind of machine it is, without its name."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def lines(figures: Figures) -> list[Line]:
    """Return every figure of a run as a line."""
    return [line for kind, found in figures["databases"].items() for line in _of(kind, found)]


def _of(kind: str, found: Figures) -> Iterator[Line]:
    postgres = kind == "postgresql"
    for name in found.get("failed", ()):
        yield Line(kind, f"没量成：{name}", 1, "项", 0)
    if filling := found.get("filling"):
        yield Line(
            kind,
            "装入的单",
            filling["orders"],
            "单",
            more=f"{filling['events']}个事件，"
            + (f"每秒{filling['events_a_second']}" if "seconds" in filling else "早已装好"),
        )
        yield Line(kind, "重放与所存不同", filling["replayed_wrong"], "单", 0, 0, more=f"抽{filling['replayed']}单")
        yield Line(kind, "计数与重数不同", filling["counters_wrong"], "项", 0, 0)
    if life := found.get("life"):
        bound, goal = (3.0, 2.0) if postgres else (3.5, 2.5)
        for key, name in (("seven_steps", "一生七步"), ("shipped_programme", "全流程每步")):
            one = life[key]
            bounds = (bound, goal) if key == "seven_steps" else (None, None)
            yield Line(kind, name, one["ratio"], "×", *bounds, more=_spread(one))
    if counted := found.get("statements"):
        most = max(one["most"] for one in counted.values())
        yield Line(kind, "一步的语句", most, "条", 6 if postgres else 8, 4 if postgres else None, more=_steps(counted))
    if folding := found.get("folding"):
        yield Line(kind, "后台计数每个事件", folding["us_an_event"], "µs")
    if reading := found.get("reading"):
        yield Line(
            kind, "列表一页比原查询", reading["queue_page"]["ratio"], "×", 8, 5, more=_spread(reading["queue_page"])
        )
        yield Line(
            kind, "看板计数比原查询", reading["counters"]["ratio"], "×", 2.7, 1.6, more=_spread(reading["counters"])
        )
    yield from _search(kind, found.get("search", {}))
    yield from _figures(kind, found.get("figures", {}))
    yield from _books(kind, found.get("books", {}))
    for name, one in found.get("pages", {}).items():
        bound = 8 if name in ("desk", "desk_to_accept", "work") else None
        more = f"{one['ms']}ms，{one['kilobytes']}KB" + ("" if one["status"] == 200 else f"，{one['status']}")
        yield Line(kind, f"页面 {name} 的查询", one["queries"], "条", bound, more=more)
    for person, one in found.get("boards", {}).items():
        more = f"{one['queries']}条，{one['kilobytes']}KB，{_spread(one)}" + (
            "" if one["status"] == 200 else f"，{one['status']}"
        )
        yield Line(kind, f"看板页 {person} 比它的查询", one["ratio"], "×", 2.7, 1.6, more=more)
    for name, one in found.get("scale", {}).get("pages", {}).items():
        bound = 1.3 if name in ("desk", "work") else None
        more = (
            f"中位{one['short_ms']}→{one['long_ms']}ms（{one['ratio']}×），p95 {one['short_p95']}→{one['long_p95']}ms"
        )
        yield Line(kind, f"页面 {name} 比一万单时p95", one["ratio_p95"], "×", bound, more=more)
    if taken := found.get("imports"):
        more = f"每秒{taken['rows_a_second']}行，只读只写{taken['by_hand_rows_a_second']}行"
        yield Line(kind, "导入比只读只写", taken["share"], "", 0.33, 0.5, low=False, more=more)
        yield Line(kind, f"导入{taken['most']}行的进程最多用内存", taken["megabytes"], "MB", 250, 180)
    yield from _alarms(kind, found.get("alarms", {}))
    if together := found.get("writers"):
        yield Line(kind, f"{together['writers']}个同时写", together["ratio"], "×", 2.5, 1.5, more=_spread(together))
    through = found.get("http", {})
    for name, one in through.items():
        if not isinstance(one, dict):
            continue
        bound, goal = {"orders": (0.16, 0.27), "step": (0.30, 0.50)}.get(name, (None, None))
        more = f"每秒{one['ours_a_second']}次，手写SQL的底座{one['floor_a_second']}次，进程{one['megabytes']}MB"
        yield Line(kind, f"经服务器 {name}", one["share"], "", bound, goal, low=False, more=more)
    if through:
        yield Line(kind, "经服务器 什么也不做", through["empty_a_second"], "次/秒")
        yield Line(kind, f"{through['requests']}次请求后进程内存", through["megabytes"], "MB", 150, 120)


def _search(kind: str, found: Figures) -> Iterator[Line]:
    names = {"every_order": "每单都有的两个字", "some_orders": "少数单有的两个字"}
    for name, one in found.get("words", {}).items():
        yield Line(kind, f"搜{names[name]}比原查询", one["ratio"], "×", 10, 5, more=_spread(one))
    if found:
        slow = "，".join(f"{person} {ms}ms" for person, ms in found["narrow_ms"].items())
        more = f"{found['entries']}条；{slow}；没有的词{found['absent_ms']}ms，一个字{found['one_sign_ms']}ms"
        yield Line(kind, "写索引每秒", found["orders_a_second"], "单", more=more)


def _figures(kind: str, found: Figures) -> Iterator[Line]:
    said = {
        "by_unit_and_month": ("一个指标按单位和月份比原查询", 3),
        "members": ("数字的第一页记录比原查询", 8),
        "as_of": ("一年的指标按过去时刻重数比扫同样的事件", 3),
    }
    for name, one in found.items():
        words, bound = said[name]
        yield Line(kind, words, one["ratio"], "×", bound, more=_spread(one))


def _books(kind: str, found: Figures) -> Iterator[Line]:
    if found:
        one, page = found["by_unit_and_month"], found["members"]
        more = f"{found['entries']}条相加，{_spread(one)}"
        yield Line(kind, "台账的合计按单位和月份比原查询", one["ratio"], "×", 3, more=more)
        yield Line(kind, "合计的第一页台账比原查询", page["ratio"], "×", 8, more=_spread(page))


def _alarms(kind: str, found: Figures) -> Iterator[Line]:
    for size, one in found.get("sizes", {}).items():
        more = f"{one['due']}单到时，{one['seconds']}s，每单{one['us_an_order']}µs，手写一步的{one['ratio']}×"
        yield Line(kind, f"{size}单同时到时，漏掉", one["missed"] + one["left"], "单", 0, 0, more=more)
        yield Line(kind, f"{size}单同时到时，先后颠倒", int(not one["oldest_first"]), "次", 0, 0)
    if "growth" in found:
        yield Line(kind, "每单开销，多十倍时", found["growth"], "×", 1.5, 1.1)


def _spread(one: Figures) -> str:
    between = f"，四分位{one['quarter']}–{one['three_quarters']}" if "quarter" in one else ""
    return f"{one['base_us']}→{one['ours_us']}µs{between}，{one['pairs']}对"


def _steps(counted: Figures) -> str:
    return "；".join(f"{name}一生{one['life']}" for name, one in counted.items())


def table(found: list[Line]) -> str:
    """Return the lines as text in columns; a broken bound is marked."""
    rows = [("", "项目", "数值", "上限", "目标", "说明")]
    for line in found:
        mark = "✗" if line.broken else "◎" if line.reached else "○" if line.bound is not None else " "
        says = "≤" if line.low else "≥"
        bound = "" if line.bound is None else f"{says}{line.bound:g}"
        goal = "" if line.goal is None else f"{says}{line.goal:g}"
        rows.append((mark, f"{line.database} {line.what}", f"{line.value}{line.unit}", bound, goal, line.more))
    wide = [max(_width(row[at]) for row in rows) for at in range(5)]
    return "\n".join(
        "  ".join(text + " " * (wide[at] - _width(text)) for at, text in enumerate(row[:5])) + "  " + row[5]
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
