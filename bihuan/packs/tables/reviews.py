"""reviews.toml: the rating meetings, with their criteria, scale, kinds of raters and what follows from a bad result."""

from bihuan.core.ledger_kinds import PLACES
from bihuan.core.review_kinds import LEAST
from bihuan.packs.schema import File, Key, Table
from bihuan.packs.tables.programme import NAME, NAME_EN

MEETING = Table(
    "meeting",
    "测评会",
    "一种测评会：谁给哪种单位打分、打什么分。后面的 [[meeting.…]] 都属于上面最近的一个 [[meeting]]。",
    (
        Key("key", "key", "测评会的键", '"department_review"', required=True),
        NAME,
        NAME_EN,
        Key("object", "ref", "给哪种单位打分", '"department"', refers="unit", required=True),
        Key("activity", "ref", "开过以后记在哪本台账", '"rating_meeting"', refers="activity", required=True),
        Key("objects", "word", "那本台账里列参评单位的字段", '"departments"', required=True),
        Key("least", "whole", "够几张票才出结果，不能少于5", "5", default=LEAST),
        Key("trim", "whole", "最高和最低各去掉百分之几的票，0是不去，最多20", "5"),
        Key("bad", "whole", "总分低于几分要整改，0是不看总分", "70"),
        Key("bad_criterion", "whole", "某一项低于它自己满分的百分之几要整改，0是不看单项", "60"),
        Key("orders", "ref", "整改转成哪种单", '"enterprise_request"', refers="order"),
        Key("channel", "ref", "整改单从哪个渠道来（写了 orders 必填）", '"rating_meeting"', refers="channel"),
        Key("order_facts", "catalogue", "整改单先填好的字段", '{ category = "other" }'),
        Key("limit", "duration", "整改要在多久内办完", '"15 workdays"'),
        Key("appellant", "ref", "参评单位里由什么岗位申诉", '"department_head"', refers="post"),
        Key("reviewer", "ref", "申诉由什么岗位复核（写了 appellant 必填）", '"appeal_reviewer"', refers="post"),
        Key("appeal", "duration", "公布后多久内可以申诉（写了 appellant 必填）", '"5 workdays"'),
        Key("criterion", "tables", "打分的项", "[[meeting.criterion]]", of="meeting.criterion", required=True),
        Key("step", "tables", "五档", "[[meeting.step]]", of="meeting.step", required=True),
        Key("kind", "tables", "哪几种人打分", "[[meeting.kind]]", of="meeting.kind", required=True),
        Key("class", "tables", "结果分几类", "[[meeting.class]]", of="meeting.class", required=True),
        Key("chair", "tables", "谁主持", "[[meeting.chair]]", of="meeting.chair", required=True),
        Key("reader", "tables", "还有谁看", "[[meeting.reader]]", of="meeting.reader"),
    ),
    unique="key",
)
CRITERION = Table(
    "meeting.criterion",
    "打分的项",
    "打几项分。各项的分加起来是100。",
    (
        Key("key", "key", "项的键", '"response"', required=True),
        NAME,
        NAME_EN,
        Key("points", "whole", "这一项满分几分", "20", required=True),
        Key("hint", "text", "一句话说明", '"接单快不快"'),
    ),
    unique="key",
)
STEP = Table(
    "meeting.step",
    "档",
    "一项分五档，从最好到最差，得满分的百分之几。",
    (
        Key("key", "key", "档的键", '"good"', required=True),
        NAME,
        NAME_EN,
        Key("percent", "whole", "得这一项满分的百分之几", "80", required=True),
    ),
    unique="key",
)
KIND = Table(
    "meeting.kind",
    "评的人",
    "哪一种人打分，占结果的百分之几，加起来是100。不问是谁。",
    (
        Key("key", "key", "种类的键", '"enterprise_head"', required=True),
        NAME,
        NAME_EN,
        Key("weight", "whole", "占百分之几", "70", required=True),
    ),
    unique="key",
)
CLASS = Table(
    "meeting.class",
    "结果的类",
    "结果按类公布，不排名次。从高到低写，最后一类从0分起。",
    (
        Key("key", "key", "类的键", '"good"', required=True),
        NAME,
        NAME_EN,
        Key("from", "whole", "几分起", "85", required=True),
    ),
    unique="key",
)
_WHO = (
    Key("of", "word", "与主办测评会的单位是什么关系", '"covers"', words=PLACES, required=True),
    Key("post", "ref", "什么岗位，不写是那里的任何岗位", '"dispatcher"', refers="post"),
)
CHAIR = Table("meeting.chair", "主持的人", "符合其中一条就可以开测评会、结束、公布。", _WHO)
READER = Table("meeting.reader", "看结果的人", "符合其中一条就可以看每一家的结果，看不到谁打的分。", _WHO)
REVIEWS = File(
    "reviews.toml",
    "评：开哪些测评会，谁给谁打分，怎么算，不好的怎么整改、怎么申诉。",
    (
        Table("", "评", "本文件只有下面几种表。", (Key("meeting", "tables", "测评会", "[[meeting]]", of="meeting"),)),
        MEETING,
        CRITERION,
        STEP,
        KIND,
        CLASS,
        CHAIR,
        READER,
    ),
    required=False,
)
