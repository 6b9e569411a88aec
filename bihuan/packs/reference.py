"""The reference of packs, docs/packs.md, written from the declaration and the list of faults.

python -m bihuan.packs.reference            print it
python -m bihuan.packs.reference FILE       write it
"""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from bihuan.packs import grade
from bihuan.packs.faults import MEANING, WRITING
from bihuan.packs.schema import DEFAULTS, File, Key, Table, files
from bihuan.packs.tables.meanings import VOCABULARIES
from bihuan.packs.tables.orders import MOMENTS

SORTS = {
    "key": "键",
    "name": "中文名称",
    "english": "英文名称",
    "text": "文字",
    "template": "带数的文字",
    "word": "词",
    "words": "词的列表",
    "ref": "提到的键",
    "refs": "提到的键的列表",
    "flag": "true 或 false",
    "whole": "整数",
    "number": "数字",
    "duration": "时长",
    "durations": "一组“选项 = 时长”",
    "catalogue": "一组“类别 = 单位键”",
    "texts": "文字的列表",
    "tokens": "动作、状态或裁定结果的列表",
    "prefix": "1至4个大写字母",
    "facts": "一组“字段 = 内容”",
    "table": "一个表",
    "tables": "一组表",
}
REFERS = {
    "unit": "单位类型",
    "post": "岗位",
    "order": "单",
    "field": "字段",
    "activity": "活动",
    "document": "文书",
    "meeting": "测评会",
    "series": "统计值",
    "entry_field": "台账字段",
    "indicator": "指标",
    "scope": "口径",
    "channel": "来源渠道",
    "state": "状态",
    "role": "角色",
    "clock": "时限",
    "verb": "动作",
    "priority": "priority",
}

HEAD = """\
# 项目包怎么写

<!-- 由 python -m bihuan.packs.reference docs/packs.md 写成，请改 bihuan/packs，不要改这一页。 -->

一个项目包是一个文件夹，里面是几份 TOML 文件，没有代码，也没有算式。新建、查验、发布：

    bihuan pack new KEY
    bihuan pack check programmes/KEY
    bihuan pack publish programmes/KEY

查验把毛病一次全部列出，每个一行：文件:行号: 怎么回事、怎么改。文件写法有错时先列全部写法上的错，改好再查意思。
"""
WRITING_RULES = """\
## 写法

- 键（等号左边的字和各种 key）用小写英文字母、数字和下划线；名称用中文，放在英文双引号里。
- 等号、引号、逗号、括号都用英文半角。区号、编号以 0 开头的放在引号里。
- 顶上的键写在第一个 [[表头]] 之前。花括号里的内容写在一行。`#` 后面是说明。
- 时长写“数 单位”：`2 hours`（小时）、`2 work-hours`（工作时）、`1 workday`（工作日）、`15 days`（日）、`1 month`（个月），也可以写 `2个工作日`。
- 文件存为 UTF-8。
- 键发布以后不改、不挪作别用；名称可以随时改。说明、键的先后和写不写默认值，都不影响内容指纹。
"""
REST = """\
## 时限的规则

时限认得这些记号（starts、restarts、stops 里写）：动作的键；到达的状态的键；`动作.agree`、`动作.refuse`、`动作.arbiter`（裁定的结果）；\
`动作.other`（指定给了别的单位）；`bad_rating`、`good_rating`（收到差评、不是差评）。结束状态自动停掉全部时限。对外承诺（promise）只开始一次。

没有结束的状态都要有一个时限可能在走。查验时从点单起，把每个动作的每种结果都走一遍：一个时限在某条路上已经开始、还没有停，\
就算在那个状态里走着。协办的时限（each）不算，因为可能没有协办；只由申请开始的时限不算，因为可能没人申请；挂起到达的状态里，挂起时停表的时限不算。\
所以查出来的状态一定没有时限在走。
"""
STORY_RULES = """\
## 演练里的值怎么写

- `who` 写角色的键；同一角色要指明单位的，写 `handler:labour_bureau`。
- 单位字段写单位的键，岗位字段写岗位的键，人的字段写角色的键（谁当这个角色就是谁）。
- 单号字段写 `"another"`，意思是另一张单。
- 日期写 `2022-10-25`，或从这一步起多久，如 `"10 workdays"`。
- `after` 是这一步之前先过多久：过到这么长的一个时限正好用完。没写就是紧接着做。
- `light` 是做完时 `clock` 那个时限的灯，没写 `clock` 看对外承诺；`pending` 是等裁定的申请，没有写 `none`。
- 写了 `refused` 的一步应当被拒绝，单子不变；写种类（`needs`）或完整代码（`close.needs.rating`）。
- `given` 先把前面一个演练走完，再走这里的步骤。第一步要开单。
"""


def text() -> str:
    """Return the whole page."""
    return "\n".join(_page()).rstrip("\n") + "\n"


def _page() -> Iterator[str]:
    yield HEAD
    yield "| 文件 | 写什么 |\n|---|---|"
    for one in files():
        yield f"| [`{one.name}`](#{one.stem}toml) | {one.says}{'' if one.required else '可以没有'} |"
    yield "| `README.md` | 这个项目包管什么、不管什么。银级起必须有 |\n| `seed/` | 示范数据，可以没有 |\n"
    yield WRITING_RULES
    for one in files():
        yield from _file(one)
    yield REST
    yield STORY_RULES
    yield "## 词表\n\n只能用这里有的词。规则要用“并且”“如果”的，先给系统加一个有名字的词。\n"
    for title, words in VOCABULARIES.values():
        yield f"### {title}\n\n| 词 | 意思 |\n|---|---|"
        yield from (f"| `{word}` | {_cell(says)} |" for word, says in words.items())
        yield ""
    yield f"`within_of` 可写的时刻：{'、'.join(f'`{moment}`' for moment in MOMENTS)}。\n"
    yield from _grades()
    yield from _faults()


def _file(one: File) -> Iterator[str]:
    yield f"## {one.name}\n\n{one.says}\n"
    for table in one.tables:
        if table.path or any(key.sort not in ("table", "tables") for key in table.keys):
            yield from _table(one, table)


def _table(one: File, table: Table) -> Iterator[str]:
    head = f"`{_head(one, table)}` {table.name}" if table.path else f"{one.name} 顶上的键"
    yield f"### {head}\n\n{table.says}\n\n| 键 | 写什么 | 必填 | 不写时 | 说明 | 例 |\n|---|---|---|---|---|---|"
    for key in table.keys:
        if key.sort == "tables" and key.example.startswith("[["):
            continue  # has a heading of its own
        must = "是" if key.required else ""
        says = key.says
        if key.words and key.words[0] not in says:
            says += f"：{'、'.join(key.words)}" if len(key.words) <= 6 else "，见词表"
        yield f"| `{key.name}` | {_sort(key)} | {must} | {_default(key)} | {_cell(says)} | {_code(key.example)} |"
    yield ""


def _head(one: File, table: Table) -> str:
    above, _, name = table.path.rpartition(".")
    holder = one.table(above) if above else one.tables[0]
    key = holder.key(name)
    if key is None or key.example.startswith("[["):
        return f"[[{table.path}]]"
    return f"{name} = [{{ … }}]" if key.sort == "tables" else f"{name} = {{ … }}"


def _sort(key: Key) -> str:
    if key.refers:
        of = "或".join(REFERS[kind] for kind in key.refers.split(" or "))
        return f"{of}的键" + ("的列表" if key.sort == "refs" else "")
    return SORTS[key.sort]


def _default(key: Key) -> str:
    if key.required or key.default is None:
        return "" if key.required or DEFAULTS.get(key.sort) is not False else "false"
    return "true" if key.default is True else str(key.default)


def _cell(value: str) -> str:
    return value.replace("|", "\\|")


def _code(example: str) -> str:
    return f"`{_cell(example)}`" if example else ""


def _grades() -> Iterator[str]:
    yield "## 等级\n\n铜级可以发布；银级让人看得懂；金级由演练证明。\n\n| 等级 | 在前一级之上还要 |\n|---|---|"
    for name, asks in grade.ASKS.items():
        yield f"| {grade.GRADES[name]} `{name}` | {'；'.join(asks)} |"
    yield ""


def _faults() -> Iterator[str]:
    for title, sentences in (("写法上的毛病", WRITING), ("意思上的毛病", MEANING)):
        yield f"## {title}\n\n| 代码 | 怎么说 |\n|---|---|"
        yield from (f"| `{code}` | {_cell(_shown(sentence))} |" for code, sentence in sentences.items())
        yield ""


def _shown(sentence: str) -> str:
    """Return a sentence with dots where a pack's own words come, and without the suggestion."""
    parts = string.Formatter().parse(sentence)
    shown = "".join(said + ("" if name in (None, "suggestion") else "…") for said, name, _, _ in parts)
    return re.sub(r"…+", "…", shown)


def main(arguments: list[str]) -> int:
    """Print the page, or write it into the file named."""
    if arguments:
        Path(arguments[0]).write_text(text(), encoding="utf-8")
    else:
        sys.stdout.write(text())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
