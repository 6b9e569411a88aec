"""The tables of reports.toml that say what boards show to whom."""

from bihuan.core.boards import CHARTS, MOST_CARDS
from bihuan.packs.schema import Key, Table
from bihuan.packs.tables.programme import NAME_EN

BOARD = Table(
    "board",
    "看板",
    "哪些岗位打开“报”看到什么：几张卡片、几幅图。一个岗位只有一块看板；数字按各人的职责范围数，不另写口径。",
    (
        Key("key", "key", "看板的键", '"zone"', required=True),
        Key("name", "name", "看板叫什么", '"运行看板"', required=True),
        NAME_EN,
        Key("posts", "refs", "给哪些岗位看", '["zone_leader"]', refers="post", required=True),
        Key("cards", "refs", f"卡片：指标，最多{MOST_CARDS}张", '["eo_requests", "eo_solved"]', refers="indicator"),
        Key("chart", "tables", "图", "[[board.chart]]", of="board.chart"),
    ),
    unique="key",
)
CHART = Table(
    "board.chart",
    "看板的图",
    "图的种类是一张封闭的表。每一个柱、点、格都点得开它所数的记录，另有数表。lights 办理预警，months 逐月，funnel 走到哪一步，"
    "ageing 在办多久，trays 停在哪一环，waiting 各环节用时，categories 类别，heat 单位×月，units 分单位的表，"
    "supervise 逾期待督办，cadence 周期义务，repeats 反复出现的事。",
    (
        Key("kind", "word", "哪一种图", '"months"', words=tuple(CHARTS), required=True),
        Key("name", "text", "图的名字；不写用种类的名字", '"逐月受理与解决"'),
        Key("name_en", "text", "图的英文名字", '"By month"'),
        Key(
            "indicator",
            "ref",
            "数什么（months、heat）；时段按看板问的，不能是累计数",
            '"eo_requests"',
            refers="indicator",
        ),
        Key("beside", "ref", "与它并排的一条线（months）", '"eo_closed"', refers="indicator"),
        Key("indicators", "refs", "表的各列（units）", '["eo_requests", "eo_open"]', refers="indicator"),
        Key("cadence", "text", "哪项周期义务（cadence）；不写就是全部", '"half_month_huddle"'),
    ),
)
