"""How complete a pack is: bronze may be published, silver is told and translated, gold is proved by its stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bihuan.packs.check import examined
from bihuan.packs.checks.clocks import unwatched
from bihuan.packs.checks.moves import by_effect, decision, effect
from bihuan.packs.nodes import Node, Pack

NONE, BRONZE, SILVER, GOLD = "none", "bronze", "silver", "gold"
GRADES = {NONE: "未入级", BRONZE: "铜级", SILVER: "银级", GOLD: "金级"}

# What each grade asks beyond the one before; docs/packs.md prints it.
ASKS = {
    BRONZE: ("验包没有毛病",),
    SILVER: (
        "有 README.md，说清这个项目包管什么、不管什么",
        "每个 name 都有英文 name_en",
        "人做的每个动作至少在一个演练里做成过一次",
    ),
    GOLD: (
        "每个状态至少有一个演练走到（写在 then 里）",
        "演练里至少各有一次因岗位不对（post）、步骤不对（state）、缺内容（needs）被拒绝；用了关口的，关口的那种拒绝也各有一次",
        "每种裁定的每个结果至少做过一次",
        "预警阶梯的每一级灯至少在一个演练里亮过",
        "不管怎么走，单子停下的地方总有时限在走",
    ),
}
# Made by the engine or in bulk, never a button on a page.
BY_MACHINE = ("joined", "alarm", "settle", "import")
# The kind of refusal each guard gives. `not_handler` would need somebody who holds two posts: left to the rules.
KIND_OF = {
    "no_pending": "pending",
    "before_due": "clock",
    "within": "clock",
    "rating_open": "clock",
    "rated_or_expired": "needs",
    "co_done": "needs",
    "co_agreed": "needs",
    "assented": "needs",
    "bad_rating": "needs",
    "replied_once": "needs",
    "not_named": "state",
}
LIGHTS = {"yellow": "黄灯", "orange": "橙灯", "red": "红灯"}


def grade(path: Path | str) -> tuple[str, list[str]]:
    """Return the grade of the pack (none | bronze | silver | gold) and, in Chinese, what the next one still wants."""
    pack = examined(path)
    if pack.faults:
        return NONE, [f"先改掉验包查出的{len(pack.faults)}处毛病"]
    missing = list(_silver(pack))
    if missing:
        return BRONZE, missing
    missing = list(_gold(pack))
    return (SILVER, missing) if missing else (GOLD, [])


def _silver(pack: Pack) -> Iterator[str]:
    readme = pack.folder.path / "README.md"
    if not readme.is_file() or not readme.read_bytes().strip():
        yield "缺 README.md"
    for root in pack.roots.values():
        for node in root.walk():
            named = node.get("name") if node.table.key("name") else True
            if named and node.table.key("name_en") and not node.text("name_en").strip():
                yield f"{pack.folder.shown(node.file.name)}:{pack.line(node)}: {node.title}缺英文名称 name_en"
    for order, stories in _told(pack):
        done = {step.text("does") for step in _steps(stories) if not step.text("refused")}
        for move in order.many("move"):
            if _by_hand(move) and move.key not in done:
                yield f"{order.title}：没有演练做成动作“{move.key}”"


def _gold(pack: Pack) -> Iterator[str]:
    for order, stories in _told(pack):
        steps = list(_steps(stories))
        done = [step for step in steps if not step.text("refused")]
        yield from (f"{order.title}：没有演练走到状态“{key}”" for key in _unseen(order, done))
        refused = {step.text("refused").split(".")[-1 if "." not in step.text("refused") else 1] for step in steps}
        guards = {guard for move in order.many("move") for guard in move.texts("guards")}
        for kind in sorted({"post", "state", "needs"} | {KIND_OF[guard] for guard in guards if guard in KIND_OF}):
            if kind not in refused:
                yield f"{order.title}：没有演练因“{kind}”被拒绝"
        for verb, outcome in _undecided(pack, order, done):
            yield f"{order.title}：没有演练把“{verb}”裁定为“{outcome}”"
        seen = {(step.text("clock") or _promise(order), step.text("light")) for step in done}
        for rung in order.many("ladder"):
            if (rung.text("clock"), rung.text("light")) not in seen:
                yield f"{order.title}：没有演练让时限“{rung.text('clock')}”亮{LIGHTS[rung.text('light')]}"
        for state, way in unwatched(pack, order).items():
            yield f"{order.title}：按 {'、'.join(way)} 走到状态“{state}”时没有时限在走"


def _told(pack: Pack) -> Iterator[tuple[Node, list[Node]]]:
    for order in pack.tables("orders", "order"):
        yield order, [story for story in pack.tables("stories", "story") if story.text("order") == order.key]


def _steps(stories: list[Node]) -> Iterator[Node]:
    for story in stories:
        yield from story.many("steps")


def _by_hand(move: Node) -> bool:
    return effect(move) not in BY_MACHINE and move.texts("by") != ("system",)


def _unseen(order: Node, done: list[Node]) -> list[str]:
    reached = {step.text("then") for step in done}
    return [state.key for state in order.many("state") if state.key not in reached]


def _undecided(pack: Pack, order: Node, done: list[Node]) -> Iterator[tuple[str, str]]:
    made = {(step.text("does"), str(value)) for step in done for value in step.get("with").values()}
    for move in by_effect(order, "decide"):
        for outcome in decision(order, move, pack.names("field", order)):
            if (move.key, outcome) not in made:
                yield move.key, outcome


def _promise(order: Node) -> str:
    return next((clock.key for clock in order.many("clock") if clock.get("promise")), "")
