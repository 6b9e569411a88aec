"""A 12345 sheet as a hotline sends it: title, heading, formats, a formula, a second worksheet; and its orders here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import xlsxwriter

from bihuan.actions.import_columns import Mapping_
from bihuan.actions.imports import import_orders
from bihuan.actions.returns import Account, return_sheet
from bihuan.actions.sheets import read_sheet
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.store import orders, packs
from bihuan.words import returns as words
from tests import cast, lives

HEADING = (
    "序号", "工单编号", "诉求标题", "诉求内容", "诉求人", "联系电话", "受理时间", "办理时限", "承办单位", "办理结果", "答复内容",
    "办结时间", "满意度",
)  # fmt: skip
LEAD, RESULT, ANSWER, AT = "承办单位", "办理结果", "答复内容", "办结时间"
ROWS = (
    ("2022-0913-001", "厂门口路灯不亮", "夜班工人看不清路。"),
    ("2022-0913-002", "招不到焊工", "缺8人，\n三班倒。"),
    ("2022-0913-003", "门前积水", "一下雨就积水。"),
)
NAME = "12345派单表.xlsx"


def workbook(rows: Sequence[Sequence[str]] = ROWS, **more: dict[str, str]) -> bytes:
    """Return the sheet; `more` are cells by row (`r0` is the first) and column name that are written differently."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet("说明").write("A1", "本表由热线生成，请勿改动表头")
        page = book.add_worksheet("派单")
        bold, wrap = book.add_format({"bold": True, "bg_color": "#DDEBF7"}), book.add_format({"text_wrap": True})
        red = book.add_format({"font_color": "red", "border": 1})
        page.merge_range(0, 0, 0, len(HEADING) - 1, "12345热线派单表（9月）", bold)
        page.set_column(10, 10, 40, wrap)
        for column, title in enumerate(HEADING):
            page.write_string(2, column, title, bold)
        for n, (number, title, facts) in enumerate(rows):
            line = 3 + n
            page.write_formula(line, 0, "=ROW()-3", None, n + 1)
            cells = {"工单编号": number, "诉求标题": title, "诉求内容": facts, "诉求人": "沅澧精密铸造", "联系电话": "13800000618",
                     "受理时间": "2022-09-13 09:30", "办理时限": "2022-10-08", **more.get(f"r{n}", {})}  # fmt: skip
            for name, value in cells.items():
                page.write_string(line, HEADING.index(name), value)
            page.write_blank(line, HEADING.index(RESULT), None, red)
            for name, value in more.get(f"r{n}", {}).items():
                page.write_string(line, HEADING.index(name), value)
        page.data_validation(
            3, HEADING.index("满意度"), 99, HEADING.index("满意度"), {"validate": "list", "source": ["好", "差"]}
        )
    return kept.getvalue()


def csv_of(rows: Sequence[Sequence[str]] = ROWS, end: str = "\r\n") -> str:
    """Return the same as a csv, the last columns left away where they are empty."""
    lines = [",".join(HEADING)]
    for n, (number, title, facts) in enumerate(rows):
        lines.append(f'{n + 1},{number},"{title}","{facts}",沅澧精密铸造,,2022-09-13 09:30,2022/10/8')
    return end.join(lines) + end


def brought(data: bytes | str = b"", name: str = NAME, actor: Actor | None = None) -> list[OrderState]:
    """Import the sheet as it came and return its orders."""
    data = data.encode() if isinstance(data, str) else data or workbook()
    channel = packs.programme("enterprise_order").channels["hotline"]
    account = import_orders(
        actor=actor or cast.SYSTEM,
        programme="enterprise_order",
        type_="enterprise_request",
        sheet=read_sheet(data, name, known=[one.column for one in channel.sheet]),
        mapping=Mapping_(constants={"channel": "hotline"}),
        now=cast.NOW,
    )
    assert not account.rejected, account.rejected
    numbers = [orders.number_of_source("hotline", row[0]) for row in ROWS]
    return [orders.by_number(one, seen_by=cast.SYSTEM).order for one in numbers if one]


TAKEN = (
    ("zhou", "amend", {"category": "recruitment", "importance": "heavy", "urgency": "urgent"}),
    lives.DISPATCH,
    lives.ACCEPT,
    lives.ANSWER,
    lives.REPORT,
)


def answered(
    order: OrderState, answer: str = "路灯已换，今晚亮灯。", now: datetime = cast.NOW
) -> tuple[OrderState, datetime]:
    """Play an imported order to its answer."""
    said = ("wang", "reply_requester", {"result": "solved", "answer": answer})
    return lives.go_on(order, (*TAKEN[:3], said, lives.REPORT, lives.SIGN), now)


def returned(data: bytes, now: datetime, name: str = NAME, who: Actor | None = None, **more: Any) -> Account:
    """Fill the sheet in as the desk does."""
    return return_sheet(
        actor=who or cast.actor("zhou", now),
        programme="enterprise_order",
        channel="hotline",
        data=data,
        name=name,
        compose=words.answers,
        now=now + timedelta(minutes=1),
        **more,
    )


def codes(account: Account) -> list[str]:
    """Return what became of each row."""
    return [one.code for one in account.lines]
