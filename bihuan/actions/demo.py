"""演示: the synthetic county 常德经开区, made by importing its sheets and playing the real actions over ten months.

Places and unit kinds are those of the newspaper page; every firm and person is invented (00_common §12). The county is
labelled synthetic on every page and has a clock of its own (decisions 17).
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bihuan.actions import lives, network, seals
from bihuan.actions.demo_ledger import keep_books, keep_statistics
from bihuan.actions.demo_registers import keep_registers
from bihuan.actions.demo_reviews import hold_meetings
from bihuan.actions.document_forms import put_code
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM
from bihuan.store import calendars, counters, notices, people, versions
from bihuan.store import network as networks

PROGRAMME, TYPE = "enterprise_order", "enterprise_request"
COUNTY = "常德经开区"
EPOCH = datetime(2022, 10, 25, 2, 20, tzinfo=UTC)  # 2022-10-25 10:20 in Changde
FOUNDED = datetime(2021, 12, 20, 1, 0, tzinfo=UTC)
NEWS = timedelta(days=7)  # what happened before is nobody's news any more
PASSWORD = "bihuan-demo"  # printed at start; good on loopback only (web.signin)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demonstration account as it is printed: its name, who it is and in which post."""

    username: str
    name: str
    post: str


# username, kind of post, name where several hold one
CAST = (
    ("zhoumin", "dispatcher", "周敏"),
    ("chenxiao", "service_officer", "陈晓"),
    ("wanglei", "handler", "王磊"),
    ("lihang", "handler", "李航"),
    ("renshe", "department_head", "@labour_bureau"),
    ("zhaozhiyuan", "supervising_leader", "赵志远"),
    ("zhuren", "zone_leader", ""),
    ("ducha", "supervision_office", ""),
    ("fuhe", "appeal_reviewer", ""),
    ("hejing", "statistician", "何静"),
    ("wufan", "administrator", "吴凡"),
    ("hanxue", "investment_officer", "韩雪"),
    ("sunli", "chamber_secretary", "孙丽"),
    ("liufang", "enterprise_contact", "刘芳"),
)


def make(folder: Path, *, real_now: datetime, progress: Callable[[int], None] | None = None) -> lives.Played:
    """Found the county from `folder` (a programme's seed sheets), play its cases and start its clock.

    The programme must be published. Called once, on an installation without orders.
    """
    network.found_county(folder, actor=SYSTEM, now=FOUNDED)
    put_code(actor=SYSTEM, unit="zone", code="常经", now=FOUNDED)  # 常经链督〔2022〕1号
    registers = keep_registers(folder, PROGRAMME, founded=FOUNDED, until=EPOCH)
    played = lives.play(cases(folder), programme=PROGRAMME, type_=TYPE, until=EPOCH, seed=20221025, progress=progress)
    if (folder / "ledger.csv").is_file():
        keep_books(folder / "ledger.csv", PROGRAMME)
    if (folder / "statistics.csv").is_file():
        keep_statistics(folder / "statistics.csv", PROGRAMME)
    if (folder / "reviews.toml").is_file():
        hold_meetings(folder / "reviews.toml", PROGRAMME)
    played.orders += registers
    while counters.fold():
        pass
    seals.seal(now=EPOCH)
    notices.skip(iso(EPOCH - NEWS))
    sign_ins()
    versions.start_demonstration(iso(EPOCH), iso(real_now), COUNTY)
    return played


def cases(folder: Path) -> list[lives.Case]:
    """Return the cases of the sheet `cases.csv`; times are local, other columns fill the course's `$` places."""
    table = tomllib.loads((folder / "courses.toml").read_text(encoding="utf-8"))
    known = lives.courses(table)
    zone = calendars.calendar().zone
    found = []
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.strptime(row["at"], "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)
            found.append(
                lives.Case(
                    at=at,
                    requester=row["requester"],
                    course=known[row["course"]],
                    facts=row,
                    channel=row["channel"],
                    by=row["by"],
                    source_number=row["source_number"],
                )
            )
    return found


def sign_ins() -> list[SignIn]:
    """Give the fixed cast its accounts and return them; the same again when called again."""
    net = networks.snapshot(calendars.calendar().local_day(EPOCH))
    found = []
    for username, kind, name in CAST:
        for post in net.posts_of_kind(kind):
            holders = [h for h in net.holders(post.key) if not h.stands_for]
            fits = [
                h
                for h in holders
                if not name or net.name(h.person) == name or (name[0] == "@" and post.unit == name[1:])
            ]
            if fits:
                people.give_account(fits[0].person, username, PASSWORD)
                where = net.name(post.unit)
                found.append(SignIn(username, net.name(fits[0].person), f"{where} {post.name}"))
                break
    return found
