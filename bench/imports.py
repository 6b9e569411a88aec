"""导入: an xlsx sheet taken over with every check and an event each, against reading it and copying its cells."""

from __future__ import annotations

import io
import resource
import time
from typing import Any

import python_calamine
import xlsxwriter
from django.db import connection

from bench import baseline, county
from bihuan.actions import imports as actions
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.sheets import read_sheet
from bihuan.store import calendars, counters

HEADINGS = (
    "来源单号",
    "点单单位",
    "一句话说清",
    "具体情况",
    "类别",
    "收到时间",
    "承诺期限",
    "状态",
    "办结时间",
    "办理结果",
)


def sheet(n: int) -> bytes:
    """Return a workbook of `n` rows as an office would hand it over."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("台账")
    page.write_row(0, 0, HEADINGS)
    for at in range(n):
        over = at % 4 != 0
        page.write_row(
            at + 1,
            0,
            [
                f"旧{at:07d}",
                f"示例企业{at % county.FIRMS}",
                f"第{at}件诉求",
                "旺季订单排到春节，数控操作工缺三十人，希望帮助招工。",
                "招工",
                f"2022-0{at % 7 + 1}-1{at % 9} 09:30",
                f"2022-0{at % 7 + 2}-2{at % 9}",
                "已销号" if over else "待派单",
                f"2022-0{at % 7 + 2}-0{at % 8 + 1} 16:00" if over else "",
                "已解决" if over else "",
            ],
        )
    book.close()
    return out.getvalue()


def imports(n: int) -> dict[str, Any]:
    """Take `n` rows over; rows a second, and as a share of calamine to COPY (executemany on SQLite)."""
    data = sheet(n)
    by_hand = _by_hand(data)
    calendars.calendar()
    start = time.perf_counter()
    account = actions.import_orders(
        actor=county.actor("dispatcher0"),
        programme=county.PROGRAMME,
        type_=county.TYPE,
        sheet=read_sheet(data, "旧台账.xlsx"),
        mapping=Mapping_(),
        now=county.NOW,
    )
    took = time.perf_counter() - start
    while counters.fold():
        pass
    return {
        "rows": n,
        "rejected": len(account.rejected),
        "seconds": round(took, 1),
        "rows_a_second": round(n / took),
        "by_hand_rows_a_second": round(n / by_hand),
        "share": round(by_hand / took, 3),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _by_hand(data: bytes) -> float:
    db = baseline.connect()
    names = [f"c{at}" for at in range(len(HEADINGS))]
    db.execute("DROP TABLE IF EXISTS bench_sheet")
    db.execute(f"CREATE TABLE bench_sheet ({', '.join(f'{name} text' for name in names)})")
    start = time.perf_counter()
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    if connection.vendor == "postgresql":
        with db.transaction(), db.cursor() as cursor, cursor.copy("COPY bench_sheet FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(f"INSERT INTO bench_sheet VALUES ({', '.join('?' * len(names))})", rows)
        db.execute("COMMIT")
    took = time.perf_counter() - start
    db.close()
    return took
