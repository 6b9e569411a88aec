"""`bihuan pack diff`, `pack migrate`, `pack versions` and `pack state`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bihuan.actions.orders import move_order
from bihuan.actions.verify import verify
from bihuan.core.permission import SYSTEM
from bihuan.store import clock, orders, packs
from tests import cast, lives
from tests.cli.conftest import Run

pytestmark = pytest.mark.django_db

PLAN = """programme = "enterprise_order"
from = 1
to = 2

[order.enterprise_request.clocks]
registering = "keep-deadline"
dispatching = "keep-deadline"
accepting = "keep-elapsed"
promise = "keep-deadline"
handling = "keep-deadline"
"""


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW + timedelta(days=1))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a copy of the shipped pack that may be changed."""
    return Path(shutil.copytree(cast.PROGRAMMES / "enterprise_order", tmp_path / "enterprise_order"))


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], Path]:
    def made(text: str = PLAN) -> Path:
        path = tmp_path / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return made


def changed(pack: Path, was: str, now: str) -> Path:
    path = pack / "orders.toml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    return pack


LONGER = ('name_en = "To accept"\nlimit = "1 workday"', 'name_en = "To accept"\nlimit = "3 workdays"')
CALLED = ('name = "接单时限"', 'name = "签收时限"')


def test_publishing_says_how_the_new_version_differs(run: Run, pack: Path) -> None:
    done = run("pack", "publish", changed(changed(pack, *LONGER), *CALLED))
    assert done.code == 0 and "已发布：enterprise_order@2" in done.out
    assert "第1版和第2版相比：只改字1处，动到在办1处。" in done.out


def test_a_difference_is_told_with_its_class_and_running_orders(run: Run, pack: Path) -> None:
    lives.played(lives.DISPATCHED)
    run("pack", "publish", changed(changed(pack, *LONGER), *CALLED))
    done = run("pack", "diff", "enterprise_order", 1, 2)
    assert done.code == 0
    assert "时限“签收时限”的名称：接单时限 → 签收时限" in done.out
    assert "时限“签收时限”的期限：1个工作日 → 3个工作日（在办1件）" in done.out
    told = json.loads(run("pack", "diff", "enterprise_order", "enterprise_order@1", "2", "--json").out)
    assert [(one["verdict"], one["orders"]) for one in told["differences"]] == [("behind", 1), ("wording", 0)]


def test_a_pack_is_compared_before_it_is_published(run: Run, pack: Path) -> None:
    done = run("pack", "diff", "enterprise_order", 1, changed(pack, *LONGER))
    assert done.code == 0 and "动到在办1处" in done.out
    assert list(packs.states()) == ["enterprise_order@1"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("enterprise_order", "1", "9"), 1, "没有“enterprise_order@9”，有的是：1"),
        (("nothing", "1", "2"), 1, "没有“nothing@1”"),
        (("enterprise_order", "one", "2"), 2, "“one”不是版本号"),
    ],
)
def test_a_version_that_is_not_there_is_named(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    done = run("pack", "diff", *words)
    assert done.code == code and said in done.err


def test_orders_are_looked_at_moved_and_put_back(run: Run, pack: Path, plan: Callable[[], Path]) -> None:
    order, _ = lives.played(lives.DISPATCHED)
    run("pack", "publish", changed(pack, *LONGER))
    look = run("pack", "migrate", plan(), "--dry-run")
    assert look.code == 0 and "第1版 → 第2版　在办1件，都能换。" in look.out
    assert order.number in look.out and "接单时限  9月30日17:30 → 10月9日17:30" in look.out
    assert orders.by_id(order.id, seen_by=SYSTEM).order == order
    done = run("pack", "migrate", plan())
    assert (done.code, done.out) == (0, "1件已换到第2版。\n")
    assert orders.by_id(order.id, seen_by=SYSTEM).order.bundle == "enterprise_order@2"
    assert run("pack", "migrate", plan()).out == "没有要换的在办单：都已经换过了，或办完了。\n"
    back = run("pack", "migrate", plan(), "--revert", "--json")
    assert json.loads(back.out)["moved"] == 1
    assert verify().broken is None


def test_an_order_that_moved_on_is_named_when_the_others_go_back(
    run: Run, pack: Path, plan: Callable[[], Path]
) -> None:
    order, now = lives.played(lives.ACCEPTED)
    run("pack", "publish", changed(pack, *LONGER))
    run("pack", "migrate", plan())
    now = now + timedelta(days=2)
    move_order(actor=cast.actor("wang", now), id_=order.id, verb="progress", facts={"text": "在谈"}, now=now)
    back = run("pack", "migrate", plan(), "--revert")
    assert back.code == 1 and order.number in back.out and "又有了新的记录" in back.out
    assert "1件没有换" in back.err


def test_a_clock_without_a_choice_is_named_and_nothing_moves(run: Run, pack: Path, plan: Callable[[str], Path]) -> None:
    order, _ = lives.played(lives.DISPATCHED)
    run("pack", "publish", changed(pack, *LONGER))
    done = run("pack", "migrate", plan(PLAN.replace('accepting = "keep-elapsed"\n', "")))
    assert done.code == 1 and "还没有写这些在走的时限怎么办：“接单时限”（accepting，1件）" in done.err
    assert orders.by_id(order.id, seen_by=SYSTEM).order == order


def test_a_plan_that_would_strand_orders_says_which_and_nothing_is_lost(
    run: Run, pack: Path, plan: Callable[[str], Path]
) -> None:
    order, _ = lives.played(lives.ACCEPTED)
    for name in ("orders", "stories"):
        path = pack / f"{name}.toml"
        path.write_text(path.read_text(encoding="utf-8").replace('"in_progress"', '"working"'), encoding="utf-8")
    published = run("pack", "publish", pack)
    assert published.code == 0, published.err
    done = run("pack", "migrate", plan())
    assert done.code == 1 and "一件也没有动" in done.err
    assert f"如{order.number}：新版里没有状态“办理中”，计划也没有写它换到哪里。" in done.err
    assert orders.by_id(order.id, seen_by=SYSTEM).order == order
    mapped = PLAN + '\n[order.enterprise_request.states]\nin_progress = "working"\n'
    assert run("pack", "migrate", plan(mapped)).code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("programme = 1\nto = 2\n", "plan.toml:1: programme 要写专项的键"),
        (PLAN.replace("to = 2", "to = “2”"), "plan.toml:3: 字符串外面写了全角符号"),
        (PLAN.replace('"keep-elapsed"', '"later"'), "plan.toml:8: 时限“accepting”写了“later”，只能写"),
        (PLAN.replace('promise = "keep-deadline"', 'promise = "restart"'), "plan.toml:9: “promise”是对外承诺"),
        (PLAN.replace("to = 2", "to = 5"), "plan.toml:3: 没有 enterprise_order@5 这一版"),
    ],
)
def test_a_faulty_plan_is_told_by_line(run: Run, pack: Path, plan: Callable[[str], Path], text: str, said: str) -> None:
    run("pack", "publish", changed(pack, *LONGER))
    done = run("pack", "migrate", plan(text))
    assert done.code == 1 and said in done.err.replace(str(plan(text).parent) + "/", "")
    assert "Traceback" not in done.err


def test_a_plan_that_is_not_there_is_said_so(run: Run, tmp_path: Path) -> None:
    assert "没有计划文件" in run("pack", "migrate", tmp_path / "none.toml").err


def test_versions_are_listed_closed_and_retired(run: Run) -> None:
    lives.submitted()
    assert run("pack", "versions").out == "enterprise_order@1  收新单  在办1件  \n"
    assert run("pack", "state", "enterprise_order@1", "closing").out == "enterprise_order@1：只办在办的。\n"
    assert "原来就是" in run("pack", "state", "enterprise_order@1", "closing").out
    refused = run("pack", "state", "enterprise_order@1", "retired")
    assert refused.code == 1 and "还有1件在办单" in refused.err
    told = json.loads(run("pack", "versions", "enterprise_order", "--json").out)
    assert told[0]["state"] == "closing"
    assert told[0]["states"] == [{"type": "enterprise_request", "state": "submitted", "orders": 1}]
    assert run("pack", "state", "nothing@1", "open").code == 1


def test_a_field_that_changes_its_kind_is_not_published(run: Run, pack: Path) -> None:
    done = run(
        "pack",
        "publish",
        changed(
            pack,
            'key = "visit_list"\nname = "问题清单号"\nname_en = "Number of the list"\nkind = "text"',
            'key = "visit_list"\nname = "问题清单号"\nname_en = "Number of the list"\nkind = "long_text"',
        ),
    )
    assert done.code == 1 and "不能改成 long_text" in done.err
