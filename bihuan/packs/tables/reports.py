"""reports.toml: the indicators a programme reports and the sets of units they are of."""

from bihuan.core.indicators import (
    AGGREGATORS,
    COVER_MARKS,
    DUTY_MARKS,
    ENTRY_MARKS,
    MARKS,
    OVER,
    POST_MARKS,
    REVIEW_MARKS,
    WINDOWS,
)
from bihuan.core.printed import WAYS
from bihuan.packs.schema import File, Key, Table
from bihuan.packs.tables.boards import BOARD, CHART
from bihuan.packs.tables.briefs import BRIEFS
from bihuan.packs.tables.programme import NAME, NAME_EN

SCOPE = Table(
    "scope",
    "口径",
    "一组单位，起一个名字。口径不一定是组织树的一枝；写单位的键、单位类型，或两样都写。",
    (
        Key("key", "key", "口径的键", '"chains"', required=True),
        NAME,
        NAME_EN,
        Key("units", "texts", "这些单位", '["pharma_chem", "equipment"]'),
        Key("types", "refs", "这些类型的单位", '["chain_committee"]', refers="unit"),
    ),
    unique="key",
)
INDICATOR = Table(
    "indicator",
    "指标",
    "报出去的一个数：数什么、按哪个标记、按哪天、什么时段。每个数都点得开它所数的记录。",
    (
        Key("key", "key", "指标的键，简报和看板按它引用", '"eo_solved"', required=True),
        NAME,
        NAME_EN,
        Key("aggregator", "word", "怎么合计", '"count"', words=AGGREGATORS, required=True),
        Key("over", "word", "数什么；share、growth、record 由别的指标组成，不写", '"orders"', words=OVER),
        Key(
            "of",
            "text",
            "哪一种：单、活动、单位类型、岗位、周期义务、全覆盖、统计值、测评会的键",
            '"enterprise_request"',
        ),
        Key(
            "mark",
            "word",
            "按什么算：数单写标记；数台账写 entries、idle、late；数周期义务写 due、met、late、missed、excused；数覆盖写 "
            "required、covered、uncovered、exempt；数岗位写 posts、held、vacant；数测评会写 rounds、results、bad_results",
            '"solved"',
            words=tuple(dict.fromkeys((*MARKS, *ENTRY_MARKS, *DUTY_MARKS, *COVER_MARKS, *POST_MARKS, *REVIEW_MARKS))),
        ),
        Key("value", "text", "合计或去重的是什么：答复的成效、金额字段、计量，requester、lead、desk", '"loan_amount"'),
        Key("day", "text", "按哪个日期字段的那一天算，不写按标记的那一刻", '"signed_on"'),
        Key("where", "tables", "条件，要都符合", "[[indicator.where]]", of="indicator.where"),
        Key("window", "word", "时段", '"to_as_of"', words=WINDOWS, default="asked"),
        Key("since", "text", "从哪天累计起（window 写 to_as_of 时）", '"2022-01-01"'),
        Key("scope", "ref", "口径", '"chains"', refers="scope"),
        Key("by", "texts", "还可以按什么分：unit、month、单位类型、类别等", '["unit", "month", "category"]'),
        Key("part", "ref", "分子，或与以前各期相比的那个指标", '"eo_kept"', refers="indicator"),
        Key("whole", "ref", "分母", '"eo_due"', refers="indicator"),
        Key("without", "ref", "分母里不计的", '"eo_unsolvable"', refers="indicator"),
        Key("word", "text", "计量词", '"件"'),
        Key("hint", "text", "口径说明，和数字印在一起", '"已销号、结果为已解决并经核实的单"'),
    ),
    unique="key",
)
WHERE = Table(
    "indicator.where",
    "指标的条件",
    "一项事实是这几个里的一个。数单可写 category、priority、channel、result、rating、state、milestone、secret、"
    "supervised、left_after_reply 和单选字段；数台账可写单选字段；数动作（moves）写 verb，裁定的可加 outcome。",
    (
        Key("key", "text", "哪一项", '"category"', required=True),
        Key("one_of", "texts", "是其中之一", '["finance"]', required=True),
    ),
)
PRINTED = Table(
    "printed",
    "印出的数",
    "报道或文件上印出的一个数，由哪个指标给出、怎么写。印的是什么不写在这里，由 bihuan figures --page 拿页面来对。",
    (
        Key("id", "text", "页面上的编号", '"EO-08"', required=True),
        Key(
            "indicators",
            "refs",
            "哪个指标；record 可以写几个，都要是",
            '["eo_projects"]',
            required=True,
            refers="indicator",
        ),
        Key("style", "word", "怎么写", '"yi"', words=WAYS, default="exact"),
        Key("unit", "text", "只数哪个单位", '"pharma_chem"'),
        Key("since", "text", "从哪天起", '"2022-01-01"'),
        Key("until", "text", "到哪天止", '"2022-09-30"'),
        Key("as_of", "text", "截至哪天", '"2022-10-25"'),
        Key("fact", "text", "style 写 fact 时，写记录上的哪个字段", '"batch"'),
    ),
    unique="id",
)
REPORTS = File(
    "reports.toml",
    "报：报哪些数，怎么数，什么口径。多的，另放 reports_名字.toml。",
    (
        Table(
            "",
            "报",
            "本文件只有下面几种表。",
            (
                Key("scope", "tables", "口径", "[[scope]]", of="scope"),
                Key("indicator", "tables", "指标", "[[indicator]]", of="indicator"),
                Key("brief", "tables", "简报", "[[brief]]", of="brief"),
                Key("printed", "tables", "印出的数", "[[printed]]", of="printed"),
                Key("board", "tables", "看板", "[[board]]", of="board"),
            ),
        ),
        SCOPE,
        INDICATOR,
        WHERE,
        *BRIEFS,
        PRINTED,
        BOARD,
        CHART,
    ),
    required=False,
    more=True,
)
