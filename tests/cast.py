"""The small county: the same people in every test, on one fixed date.

Owner, colleague and stranger are known by name: 周敏 dispatches, 王磊 handles at the labour bureau, 李航 co-handles at
the science bureau, 何局 heads the labour bureau, 赵志远 supervises, 郭婷 is the enterprise's contact, 陈晓 the service
officer, 孙越 is a stranger at a department that has nothing to do with the order.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from bihuan.core.permission import SYSTEM, Actor, link_to
from bihuan.packs import loader
from bihuan.store import network, packs, people, versions
from bihuan.store.models import Unit

PROGRAMMES = Path(__file__).resolve().parent.parent / "programmes"
# Thursday 29 September 2022, 10:20 in Changde: two workdays before the National Day holiday.
NOW = datetime(2022, 9, 29, 2, 20, tzinfo=UTC)
SINCE = date(2021, 1, 1)

UNITS = (
    ("zone", "zone", "常德经开区", ""),
    ("liangxin", "liangxin_committee", "“两新”组织党委", "zone"),
    ("equipment", "chain_committee", "装备制造产业链党委", "liangxin"),
    ("food", "chain_committee", "轻工食品产业链党委", "liangxin"),
    ("labour_bureau", "department", "人社局", "zone"),
    ("labour_jobs", "section", "就业科", "labour_bureau"),
    ("science_bureau", "department", "科技产业局", "zone"),
    ("finance_bureau", "department", "财政局", "zone"),
    ("land_bureau", "department", "自然资源局", "zone"),
    ("foundry", "enterprise", "沅澧精密铸造", "equipment"),
    ("shanjuan", "enterprise", "善卷食品", "food"),
)
# post key, kind, unit, covers, holder key, holder name
POSTS = (
    ("zone.leader", "zone_leader", "zone", (), "luo", "罗主任"),
    ("zone.supervisor", "supervising_leader", "zone", (), "zhao", "赵志远"),
    ("zone.supervisor2", "supervising_leader", "zone", (), "qian", "钱立"),
    ("zone.inspection", "supervision_office", "zone", (), "du", "杜督查"),
    ("zone.reviewer", "appeal_reviewer", "zone", (), "fu", "傅审"),
    ("zone.statistics", "statistician", "zone", (), "he", "何静"),
    ("zone.admin", "administrator", "zone", (), "wu", "吴凡"),
    ("desk.dispatcher", "dispatcher", "liangxin", ("equipment", "food"), "zhou", "周敏"),
    ("desk.dispatcher2", "dispatcher", "liangxin", ("food",), "tang", "唐宁"),
    ("equipment.secretary", "chain_secretary", "equipment", (), "shen", "沈书记"),
    ("science.officer", "service_officer", "science_bureau", ("equipment",), "chen", "陈晓"),
    ("labour.head", "department_head", "labour_bureau", (), "hebing", "何兵"),
    ("labour.handler", "handler", "labour_jobs", (), "wang", "王磊"),
    ("labour.handler2", "handler", "labour_bureau", (), "liyun", "李芸"),
    ("science.handler", "handler", "science_bureau", (), "lihang", "李航"),
    ("science.head", "department_head", "science_bureau", (), "mao", "毛局"),
    ("finance.handler", "handler", "finance_bureau", (), "wubo", "吴波"),
    ("finance.head", "department_head", "finance_bureau", (), "jin", "金局"),
    ("land.handler", "handler", "land_bureau", (), "sun", "孙越"),
    ("foundry.contact", "enterprise_contact", "foundry", (), "liufang", "刘芳"),
    ("shanjuan.contact", "enterprise_contact", "shanjuan", (), "guo", "郭婷"),
)
PERSON = {post: person for post, _, _, _, person, _ in POSTS}
POST_OF = {person: post for post, _, _, _, person, _ in POSTS}


_TABLES = (
    "store_bundle", "store_unit", "store_unitedge", "store_post", "store_person", "store_holding", "store_version",
)  # fmt: skip
_ROWS: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}


@cache
def content() -> dict[str, Any]:
    """Return what the shipped programme says, read once a process: half of all tests begin with it."""
    return loader.load(PROGRAMMES / "enterprise_order").content


def found() -> None:
    """Make the county: the programme published, units, posts and holders in place."""
    if _ROWS and not Unit.objects.exists():
        _again()
        return
    packs.publish(content(), note="", by="", now=NOW - timedelta(days=300))
    for n, (key, type_, name, parent) in enumerate(UNITS):
        network.put_unit(key=key, name=name, type_=type_, parent=parent, since=SINCE, order=n)
    for key, kind, unit, covers, person, name in POSTS:
        network.put_post(key=key, name=f"{name}的岗位", kind=kind, unit=unit, since=SINCE, covers=list(covers))
        network.put_person(key=person, name=name)
        network.put_holding(person=person, post=key, since=SINCE)
    if not _ROWS:
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
                _ROWS[table] = [column[0] for column in cursor.description], cursor.fetchall()


def _again() -> None:
    """Write the rows that the first founding of this process made: a test begins three times as fast."""
    with connection.cursor() as cursor:
        for table, (names, rows) in _ROWS.items():
            if table == "store_version":
                cursor.execute("DELETE FROM store_version")
            columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    versions.forget()


def actor(person: str, now: datetime = NOW) -> Actor:
    """Return a member of the cast acting in their post."""
    found_ = people.actor(person, POST_OF[person], now)
    assert found_ is not None, person
    return found_


__all__ = ["NOW", "SYSTEM", "actor", "found", "link_to"]
