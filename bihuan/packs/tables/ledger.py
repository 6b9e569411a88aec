"""ledger.toml: the activities that are entered in the ledger, with their measures, fields and who keeps them."""

from bihuan.core.cadence import CUSTOM, EVERY
from bihuan.core.ledger_kinds import ENTRY_FIELDS, KINDS, WORDS
from bihuan.packs.schema import File, Key, Table
from bihuan.packs.tables.programme import NAME, NAME_EN, WHO

ACTIVITY = Table(
    "activity",
    "活动",
    "一本台账：记一种活动，一次一条。后面的 [[activity.…]] 都属于上面最近的一个 [[activity]]。",
    (
        Key("key", "key", "活动的键", '"half_month_meeting"', required=True),
        NAME,
        NAME_EN,
        Key("unit", "ref", "记在哪种单位名下", '"chain_committee"', refers="unit", required=True),
        Key("title", "ref", "清单上用哪个字段说明这一条", '"topic"', refers="entry_field"),
        Key("late", "whole", "几天以内记算按时，过了是补记；不写不分", "3"),
        Key("evidence", "flag", "要有一份佐证：一张照片或一份纪要就够", "true"),
        Key("minutes", "whole", "记一条大约要几分钟，用来算基层负担", "3"),
        Key(
            "same",
            "texts",
            "这些都相同的算同一份材料，只记一次：unit、date 和字段的键",
            '["unit", "date"]',
        ),
        Key("orders", "ref", "议定事项可以转成哪种单", '"enterprise_request"', refers="order"),
        Key("channel", "ref", "转成的单从哪个渠道来（写了 orders 必填）", '"meeting"', refers="channel"),
        Key(
            "minute",
            "ref",
            "记的是会议：哪种文书是它的会议纪要（list 是 entry、没有写 book 的那一种，几本台账可以共用）",
            '"meeting_minute"',
            refers="document",
        ),
        Key("hint", "text", "填写提示", '"会后当天记。"'),
        Key("recorder", "tables", "谁记", "[[activity.recorder]]", of="activity.recorder", required=True),
        Key("reader", "tables", "还有谁看", "[[activity.reader]]", of="activity.reader"),
        Key("measure", "tables", "计量", "[[activity.measure]]", of="activity.measure", required=True),
        Key("field", "tables", "字段", "[[activity.field]]", of="activity.field"),
        Key("idle", "tables", "没有开展的说法", "[[activity.idle]]", of="activity.idle"),
    ),
    unique="key",
)
RECORDER = Table("activity.recorder", "记账的人", "符合其中一条就可以记、更正和撤销；能记的都能看。", WHO)
READER = Table("activity.reader", "看账的人", "符合其中一条就可以看，不能记。", WHO)
MEASURE = Table(
    "activity.measure",
    "计量",
    "一条里的一个数。计量词决定怎么合计、按什么算同一个：人不能相加，人次可以；两者不混。没有的写0，空着算没报。",
    (
        Key("key", "key", "计量的键", '"attendance"', required=True),
        NAME,
        NAME_EN,
        Key("kind", "word", "数的是什么", '"person_times"', words=KINDS, required=True),
        Key("word", "word", "计量词，不写用这一类的第一个", '"人次"', words=WORDS),
        Key("of", "ref", "不用填，数这个字段里列了几家", '"enterprises"', refers="entry_field"),
        Key("required", "flag", "必填", "true"),
        Key("usual", "whole", "比它大就请核对，写一句原因可以照存", "60"),
        Key("hint", "text", "填写提示", '"签到表上的人次"'),
    ),
    unique="key",
)
FIELD = Table(
    "activity.field",
    "台账字段",
    "一条里除了数以外的内容。台账给许多人看，不收个人信息。",
    (
        Key("key", "key", "字段的键", '"topic"', required=True),
        NAME,
        NAME_EN,
        Key("kind", "word", "填什么样的内容", '"text"', words=ENTRY_FIELDS, required=True),
        Key("required", "flag", "必填", "true"),
        Key(
            "choices",
            "tables",
            "选项（choice、choices 必填）",
            '[{ key = "trend", name = "趋势" }]',
            of="activity.field.choices",
        ),
        Key("unit", "ref", "选哪种单位（unit、units 必填）", '"enterprise"', refers="unit"),
        Key("post", "ref", "选哪种岗位（post 必填）", '"service_officer"', refers="post"),
        Key("hint", "text", "填写提示", '"一句话"'),
        Key("max_length", "whole", "最多几个字，不写是该类的上限", "80"),
    ),
    unique="key",
)
CHOICE = Table(
    "activity.field.choices",
    "台账选项",
    "选项存键，显示名称。",
    (Key("key", "key", "选项的键", '"trend"', required=True), NAME, NAME_EN),
    unique="key",
)
IDLE = Table(
    "activity.idle",
    "没有开展的说法",
    "没有开展不是0，也不是没报，是一句话：为什么没有。",
    (Key("key", "key", "说法的键", '"holiday"', required=True), NAME, NAME_EN),
    unique="key",
)
CADENCE = Table(
    "cadence",
    "周期义务",
    "活动所记的每个单位（写了 post 的是每个岗位），每个周期都要记一条。谁记的都算，说明没有开展的算免。从单位成立后的第一个整周期起算。",
    (
        Key("key", "key", "周期义务的键", '"huddle"', required=True),
        NAME,
        NAME_EN,
        Key("activity", "ref", "哪本台账", '"half_month_meeting"', refers="activity", required=True),
        Key(
            "every",
            "word",
            "多久一次；custom 是自定，写 windows，或写 days 和 since",
            '"half_month"',
            words=(*EVERY, CUSTOM),
            required=True,
        ),
        Key("grace", "whole", "周期过后几天还可以记", "3"),
        Key(
            "post",
            "ref",
            "改由每个这种岗位各记一条，代办的人记的也算；不写是每个单位一条",
            '"party_guide"',
            refers="post",
        ),
        Key("windows", "texts", "自定的各个周期", '["2022年1-3月", "2022-04-11至2022-05-20"]'),
        Key("days", "whole", "自定：每几天一次", "10"),
        Key("since", "text", "自定：days 从哪天起算", '"2022-01-01"'),
        Key("remind", "whole", "周期结束前几个工作日还没记，提醒能记的人，一个周期只提醒一次；不写不提醒", "2"),
        Key("excuser", "tables", "谁可以免记", "[[cadence.excuser]]", of="cadence.excuser"),
    ),
    unique="key",
)
EXCUSER = Table("cadence.excuser", "可以免记的人", "符合其中一条就可以写明原因免记；所说的单位是欠着的单位。", WHO)
REACH = Table(
    "reach",
    "活动覆盖",
    "每个单位或岗位在每个时段里都要有一本台账的记录，缺的列出名单。",
    (
        Key("key", "key", "要求的键，不与 network.toml 里的重复", '"visited"', required=True),
        NAME,
        NAME_EN,
        Key("every", "ref", "每个哪种单位或岗位", '"enterprise"', refers="unit or post", required=True),
        Key("activity", "ref", "都要有哪本台账的记录", '"enterprise_visit"', refers="activity", required=True),
        Key("field", "text", "记录里哪个字段列着单位；不写看记在谁名下，岗位看谁记的", '"enterprise"'),
        Key("window", "word", "多长时段里", '"quarter"', words=EVERY, required=True),
        Key("min", "whole", "至少几条，不写是1", "1", default=1),
        Key("exempter", "tables", "谁可以豁免", "[[reach.exempter]]", of="reach.exempter"),
    ),
    unique="key",
)
EXEMPTER = Table("reach.exempter", "可以豁免的人", "符合其中一条就可以写明原因豁免；所说的单位是要覆盖的单位。", WHO)
LEDGER = File(
    "ledger.toml",
    "账：记哪些活动，各记哪些数、哪些内容，谁来记，几天以内记。",
    (
        Table(
            "",
            "账",
            "本文件只有下面几种表。",
            (
                Key("activity", "tables", "活动", "[[activity]]", of="activity"),
                Key("cadence", "tables", "周期义务", "[[cadence]]", of="cadence"),
                Key("reach", "tables", "活动覆盖", "[[reach]]", of="reach"),
            ),
        ),
        ACTIVITY,
        RECORDER,
        READER,
        MEASURE,
        FIELD,
        CHOICE,
        IDLE,
        CADENCE,
        EXCUSER,
        REACH,
        EXEMPTER,
    ),
    required=False,
)
