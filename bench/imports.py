"""导入: an xlsx sheet taken over with every check and an event each, against reading it and copying its cells."""

from __future__ import annotations

import io
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from django.db import connection

from bench import baseline, county
from bihuan.actions import imports as actions
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.sheets import read_sheet
from bihuan.store import calendars, counters

# Every column an import reads but our own number, under the heading of an export, and its type in a table by hand.
COLUMNS = {
    "来源单号": "varchar(80) NOT NULL UNIQUE",
    "来源": "varchar(64) NOT NULL",
    "点单单位": "varchar(120) NOT NULL",
    "点单人": "varchar(120) NOT NULL",
    "派单台": "varchar(120) NOT NULL",
    "一句话说清": "varchar(200) NOT NULL",
    "具体情况": "text NOT NULL",
    "希望办成什么样": "varchar(200) NOT NULL",
    "类别": "varchar(64) NOT NULL",
    "轻重": "varchar(64) NOT NULL",
    "缓急": "varchar(64) NOT NULL",
    "收到时间": "timestamp",
    "承诺期限": "timestamp",
    "状态": "varchar(64) NOT NULL",
    "办结时间": "timestamp",
    "办理结果": "varchar(64) NOT NULL",
}
_MOMENTS = [at for at, type_ in enumerate(COLUMNS.values()) if type_ == "timestamp"]
_FIRMS = [n for n in range(county.FIRMS) if n % county.CHAINS < 4]  # those of the desk that imports
_PARTS = (
    "今年以来订单增加", "旺季产量排到春节前", "数控操作工缺三十人", "夜班食堂和宿舍不够用", "流动资金周转不开",
    "银行要求追加抵押物", "厂区北门道路积水", "货车限行影响发货", "变压器容量不足", "环评批复还没有下来",
    "去年的技改奖补未到账", "员工子女入学有困难", "上游货款拖欠超过半年", "希望帮助协调解决", "已向有关部门反映过一次",
)  # fmt: skip


def rows(n: int, mark: str = "旧") -> Iterator[list[Any]]:
    """Yield `n` rows of an old ledger whose numbers begin with `mark`.

    Three in four are closed, texts have 50 to 150 characters, dates are dates.
    """
    rng = random.Random(20220929)
    first = datetime(2022, 1, 3, 9)  # noqa: DTZ001 - a sheet's moments are local
    for at in range(n):
        over, firm = at % 4 != 0, rng.choice(_FIRMS)
        received = first + timedelta(minutes=rng.randrange(240 * 1440))
        wanted, text = rng.randrange(50, 150), ""
        while len(text) < wanted:
            text += f"{rng.choice(_PARTS)}，"
        yield [
            f"{mark}{received.year}-{at:07d}",
            rng.choice(("走访", "会议", "信箱", "企业自提")),
            f"示例企业{firm}",
            f"示例企业{firm}",
            f"产业链党委{firm % county.CHAINS}",
            f"{rng.choice(_PARTS)}（{at}）",
            f"{text[:wanted]}。",
            rng.choice(_PARTS),
            rng.choice(("招工", "融资", "物流", "用地", "水电气", "审批", "政策兑现", "拖欠账款", "人才子女")),
            rng.choice(("重", "轻")),
            rng.choice(("急", "缓")),
            received,
            (received + timedelta(days=30)).replace(hour=0, minute=0),
            "已销号" if over else "待派单",
            received + timedelta(minutes=rng.randrange(28 * 1440)) if over else "",
            rng.choice(("已解决", "部分解决", "列入计划", "解释说明")) if over else "",
        ]


def sheet(n: int, mark: str = "旧") -> bytes:
    """Return a workbook of `n` rows as an office would hand it over."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        page = book.add_worksheet("台账")
        page.write_row(0, 0, COLUMNS)
        for at, row in enumerate(rows(n, mark), 1):
            page.write_row(at, 0, row)
    return out.getvalue()


def imports(n: int, most: int) -> dict[str, Any]:
    """Take `n` rows over; rows a second, and as a share of calamine to COPY (executemany on SQLite).

    `megabytes` is what a process of its own needed at the most for `most` rows.
    """
    data = sheet(n)
    by_hand = _by_hand(data)
    calendars.calendar()
    start = time.perf_counter()
    account = _taken(data)
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
        "most": most,
        "megabytes": _megabytes(most),
    }


def _taken(file: bytes | Path) -> actions.Account:
    return actions.import_orders(
        actor=county.actor("dispatcher0"),
        programme=county.PROGRAMME,
        type_=county.TYPE,
        sheet=read_sheet(file, "旧台账.xlsx"),
        mapping=Mapping_(),
        now=county.NOW,
    )


def _megabytes(n: int) -> int:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(sheet(n, "另"))
        file.flush()
        alone = "import django; django.setup(); from bench.imports import alone; alone()"
        done = subprocess.run([sys.executable, "-c", alone, file.name], stdout=subprocess.PIPE, check=True)
    return int(done.stdout)


def alone() -> None:
    """Take the file over that the command line names, and print how many megabytes the process needed at the most."""
    _taken(Path(sys.argv[1]))
    print(_most_megabytes())


def _most_megabytes() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    # The other number is inherited from whoever started the process.
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) // 1024


def _by_hand(data: bytes) -> float:
    db = baseline.connect()
    postgres = connection.vendor == "postgresql"
    names = [f"c{at}" for at in range(len(COLUMNS))]
    typed = ", ".join(f"{name} {type_}" for name, type_ in zip(names, COLUMNS.values(), strict=True))
    db.execute("DROP TABLE IF EXISTS bench_sheet")
    key = "bigserial PRIMARY KEY" if postgres else "integer PRIMARY KEY"
    db.execute(f"CREATE TABLE bench_sheet (id {key}, {typed})")
    db.execute("CREATE INDEX bench_sheet_open ON bench_sheet (c4, c12, id) WHERE c14 IS NULL")
    db.execute("CREATE INDEX bench_sheet_requester ON bench_sheet (c2, id)")
    start = time.perf_counter()
    lines = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    for line in lines:
        for at in _MOMENTS:
            if line[at] == "":
                line[at] = None
    if postgres:
        with (
            db.transaction(),
            db.cursor() as cursor,
            cursor.copy(f"COPY bench_sheet ({', '.join(names)}) FROM STDIN") as copy,
        ):
            for line in lines:
                copy.write_row(line)
    else:
        db.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * len(names))
        db.executemany(f"INSERT INTO bench_sheet ({', '.join(names)}) VALUES ({marks})", lines)
        db.execute("COMMIT")
    took = time.perf_counter() - start
    db.close()
    return took
