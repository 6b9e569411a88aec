"""statistics.toml: the series of stated statistics an office receives and does not count itself."""

from bihuan.core.ledger_kinds import PLACES
from bihuan.core.statistics import KINDS, WINDOWS
from bihuan.packs.schema import File, Key, Table
from bihuan.packs.tables.programme import NAME, NAME_EN

_WHO = (
    Key("of", "word", "与统计值所说的单位是什么关系", '"everywhere"', words=PLACES, required=True),
    Key("post", "ref", "什么岗位，不写是那里的任何岗位", '"statistician"', refers="post"),
)
SERIES = Table(
    "series",
    "统计值",
    "一个从别处收到、本系统不计算的数：谁的、什么时段、出自哪份文件。",
    (
        Key("key", "key", "统计值的键，不与台账活动的键重复", '"output"', required=True),
        NAME,
        NAME_EN,
        Key("unit", "ref", "是哪种单位的数", '"chain_committee"', refers="unit", required=True),
        Key("word", "text", "计量单位；金额写元，增长写%", '"元"', required=True),
        Key(
            "window",
            "word",
            "一个数管多长：整月、整季、整年，或从某天累计到某天",
            '"cumulative"',
            words=WINDOWS,
            required=True,
        ),
        Key("sort", "word", "是数值还是比上年同期的增长", '"growth"', words=KINDS, default="value"),
        Key("of", "ref", "增长是哪个数值的增长：两个时段都有数时旁边列出算得的增长", '"output"', refers="series"),
        Key("computed", "ref", "旁边列出本系统哪个指标算出的数，只作对照", '"eo_contract"', refers="indicator"),
        Key("late", "whole", "时段过后几天以内记算按时，不写不分", "30"),
        Key("minutes", "whole", "记一条大约要几分钟，用来算基层负担", "2"),
        Key("hint", "text", "填写提示", '"照统计月报抄录，不四舍五入。"'),
        Key("recorder", "tables", "谁记", "[[series.recorder]]", of="series.recorder", required=True),
        Key("reader", "tables", "还有谁看", "[[series.reader]]", of="series.reader"),
    ),
    unique="key",
)
STATISTICS = File(
    "statistics.toml",
    "统计值：从别处收到哪些数，谁来记。",
    (
        Table(
            "",
            "统计值",
            "本文件只有下面几种表。",
            (Key("series", "tables", "统计值", "[[series]]", of="series"),),
        ),
        SERIES,
        Table("series.recorder", "记统计值的人", "符合其中一条就可以记、更正和撤销；能记的都能看。", _WHO),
        Table("series.reader", "看统计值的人", "符合其中一条就可以看，不能记。", _WHO),
    ),
    required=False,
)
