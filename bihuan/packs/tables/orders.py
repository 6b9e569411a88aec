"""orders.toml: fields, states, roles, moves and clocks of every kind of order."""

from bihuan.core.programmes import (
    ASKS,
    CHANNELS,
    DATA_CLASSES,
    EFFECTS,
    FIELD_KINDS,
    GUARDS,
    HALVES,
    MILESTONES,
    RELATIONS,
    TERMS,
)
from bihuan.core.signs import WHENS
from bihuan.packs.schema import File, Key, Table
from bihuan.packs.tables.documents import DOCUMENTS
from bihuan.packs.tables.programme import NAME, NAME_EN

RUNGS = ("yellow", "orange", "red")
# The moments an order keeps: the keys of OrderState.times a limit may count from.
MOMENTS = (
    "submitted",
    "registered",
    "first_dispatched",
    "dispatched",
    "accepted",
    "progress",
    "first_replied",
    "replied",
    "checked",
    "rated",
    "closed",
)
# What a clock may start or stop on besides verbs and states.
SIGNALS = ("bad_rating", "good_rating")

ORDER = Table(
    "order",
    "单",
    "一种单。后面的 [[order.…]] 都属于上面最近的一个 [[order]]。",
    (
        Key("key", "key", "单的键", '"enterprise_request"', required=True),
        NAME,
        NAME_EN,
        Key("prefix", "prefix", "单号前缀，1至4个大写字母，各种单不同", '"QD"', required=True),
        Key("title", "ref", "哪个字段作标题", '"title"', refers="field", default="title"),
        Key("requester", "ref", "点单的是哪种单位，不写是个人", '"enterprise"', refers="unit"),
        Key("desk", "ref", "派单台设在哪种单位", '"chain_committee"', refers="unit"),
        Key("rating", "ref", "哪个字段是评价", '"rating"', refers="field", default="rating"),
        Key("bad_ratings", "texts", "算差评的选项", '["unsatisfied"]'),
        Key("approval", "refs", "审签的简单写法：答复发出前依次由哪些角色审", '["unit_head"]', refers="role"),
        Key("public", "refs", "对外表单上的字段，按这个顺序", '["category", "facts"]', refers="field"),
        Key(
            "matching",
            "table",
            "按产品找配套",
            '{ asks = "product", unit = "enterprise", fact = "products" }',
            of="order.matching",
        ),
        Key("lights", "table", "亮灯的比例", "{ yellow_share = 0.3 }", of="order.lights"),
        Key("retention", "table", "归档后的保管期限", '{ term = "ten_years" }', of="order.retention"),
        Key("catalogue", "catalogue", "派单目录：类别对应的主办部门", 'finance = "finance_bureau"'),
        Key("field", "tables", "字段", "[[order.field]]", of="order.field", required=True),
        Key("state", "tables", "状态", "[[order.state]]", of="order.state", required=True),
        Key("role", "tables", "角色", "[[order.role]]", of="order.role", required=True),
        Key("move", "tables", "动作", "[[order.move]]", of="order.move", required=True),
        Key("clock", "tables", "时限", "[[order.clock]]", of="order.clock", required=True),
        Key("ladder", "tables", "预警阶梯", "[[order.ladder]]", of="order.ladder"),
        Key("sign", "tables", "审签的步骤", "[[order.sign]]", of="order.sign"),
        Key("notice", "tables", "通知", "[[order.notice]]", of="order.notice"),
        Key("document", "tables", "文书", "[[order.document]]", of="order.document"),
    ),
    unique="key",
)
MATCHING = Table(
    "order.matching",
    "找配套",
    "拿单上一个字段的字，到一种单位的数据项里找，把字相同的单位列出来供参考；只列相同的字，不打分。",
    (
        Key("asks", "ref", "单上写要什么的字段", '"product"', required=True, refers="field"),
        Key("unit", "ref", "到哪种单位里找", '"enterprise"', required=True, refers="unit"),
        Key("fact", "text", "单位的哪个数据项", '"products"', required=True),
    ),
)
LIGHTS = Table(
    "order.lights",
    "亮灯",
    "剩下多少时间亮黄灯、橙灯。",
    (
        Key("yellow_share", "number", "剩下的比例小于它亮黄灯", "0.3"),
        Key("yellow_workdays", "whole", "或剩下的工作日不多于它", "2"),
        Key("orange_share", "number", "剩下的比例小于它亮橙灯，不写没有橙灯", "0.15"),
    ),
)
RETENTION = Table(
    "order.retention",
    "保管期限",
    "年度归档时每张单保管多久（国家档案局令第8号）。几条都符合的从长；不写这个表是10年。",
    (
        Key("term", "word", "一般的单", '"ten_years"', words=TERMS, required=True),
        Key("heavy", "word", "轻重是“重”的单", '"thirty_years"', words=TERMS),
        Key("supervised", "word", "督办件", '"thirty_years"', words=TERMS),
    ),
)
FIELD = Table(
    "order.field",
    "字段",
    "表单上可以填的一项。一个字段可以用在几个动作里。",
    (
        Key("key", "key", "字段的键", '"facts"', required=True),
        NAME,
        NAME_EN,
        Key("kind", "word", "填什么样的内容", '"text"', required=True, words=FIELD_KINDS),
        Key(
            "choices",
            "tables",
            "选项（choice、choices 必填）",
            '[{ key = "finance", name = "融资" }]',
            of="order.field.choices",
        ),
        Key("unit", "ref", "选哪种单位（unit、units 必填）", '"department"', refers="unit"),
        Key("post", "ref", "选哪种岗位（post 必填）", '"supervising_leader"', refers="post"),
        Key("hint", "text", "填写提示", '"不用写公文。"'),
        Key("purpose", "text", "个人信息的用途，填的人看得到", '"办这件事时联系您"'),
        Key("retention", "text", "个人信息保存多久", '"办结满1年删除"'),
        Key("data_class", "word", "数据分级", '"C2"', words=DATA_CLASSES, default="C1"),
        Key("max_length", "whole", "最多几个字，不写是该类的上限", "80"),
        Key("internal", "flag", "只供内部看，不给点单的人看", "true"),
        Key("past", "flag", "日期不得晚于填的当天（date）", "true"),
    ),
    unique="key",
)
CHOICE = Table(
    "order.field.choices",
    "选项",
    "选项存键，显示名称。",
    (Key("key", "key", "选项的键", '"finance"', required=True), NAME, NAME_EN),
    unique="key",
)
STATE = Table(
    "order.state",
    "状态",
    "单子停在哪里。没有结束的状态都要有人负责、有时限在走、有路走得出去。",
    (
        Key("key", "key", "状态的键", '"in_progress"', required=True),
        NAME,
        NAME_EN,
        Key("milestone", "word", "对应环上哪一步", '"accepted"', required=True, words=tuple(MILESTONES)),
        Key("owner", "ref", "轮到哪个角色办（没有结束的必填）", '"handler"', refers="role"),
        Key(
            "outward",
            "text",
            "对点单的人怎么说，可用 {due} {promise} {lead} {resume}",
            '"{lead}已接单，最迟{promise}答复您"',
        ),
        Key("closed", "flag", "结束状态，到这里全部时限停", "true"),
    ),
    unique="key",
)
ROLE = Table(
    "order.role",
    "角色",
    "什么岗位的人，与这张单是什么关系，就是什么角色。",
    (
        Key("key", "key", "角色的键", '"handler"', required=True),
        NAME,
        NAME_EN,
        Key(
            "who",
            "tables",
            "符合其中一条就是",
            '[{ post = "handler", of = "lead" }]',
            of="order.role.who",
            required=True,
        ),
        Key(
            "sees",
            "word",
            "看得到什么：all 全部，outward 只看对外的",
            '"outward"',
            words=("all", "outward"),
            default="all",
        ),
        Key("secret", "flag", "涉商业秘密的单也看得到，不写是 true", "false", default=True),
    ),
    unique="key",
)
WHO = Table(
    "order.role.who",
    "关系",
    "岗位和关系。",
    (
        Key("of", "word", "与单的关系", '"lead"', required=True, words=RELATIONS),
        Key("post", "ref", "岗位；link、system 不写", '"handler"', refers="post"),
    ),
)
MOVE = Table(
    "order.move",
    "动作",
    "谁可以从哪个状态做，要填什么，做完到哪里。",
    (
        Key("verb", "key", "动作的键", '"dispatch"', required=True),
        NAME,
        NAME_EN,
        Key("effect", "word", "作用，不写就是 verb 本身", '"reply"', words=EFFECTS),
        Key("by", "refs", "哪些角色可以做", '["desk"]', refers="role"),
        Key("from", "refs", "从哪些状态做；开单的动作不写", '["registered"]', refers="state"),
        Key("to", "ref", "做完到哪个状态，不写是不变", '"dispatched"', refers="state"),
        Key("needs", "refs", "必填的字段", '["lead"]', refers="field"),
        Key("takes", "refs", "可填的字段", '["note"]', refers="field"),
        Key("guards", "words", "还要过哪些关口", '["not_handler"]', words=GUARDS),
        Key("ask", "word", "哪一种申请（ask、decide、arbitrate 必填）", '"extension"', words=ASKS),
        Key("half", "word", "答复哪一方（reply 必填）", '"requester"', words=HALVES),
        Key("within", "duration", "关口 within 的期限", '"30 days"'),
        Key("within_of", "word", "期限从哪个时刻算起", '"closed"', words=MOMENTS),
        Key("undo", "flag", "两分钟内可以撤销", "true"),
        Key("main", "flag", "轮到时放在最前的动作", "true"),
        Key("inner", "flag", "不给点单的人看", "true"),
        Key("hint", "text", "按钮旁的提示", '"退单要写依据"'),
    ),
    unique="verb",
)
CLOCK = Table(
    "order.clock",
    "时限",
    "一个有名字的期限。starts、restarts、stops 里写：动作；到达的状态；“动作.agree”一类的裁定结果；bad_rating（收到差评）、good_rating。",
    (
        Key("key", "key", "时限的键", '"accepting"', required=True),
        NAME,
        NAME_EN,
        Key("limit", "duration", "期限", '"1 workday"', required=True),
        Key("by", "ref", "按哪个单选字段分档，或 priority（按轻重缓急）", '"category"', refers="field or priority"),
        Key("limits", "durations", "各档的期限，没列的用 limit", '{ arrears = "30 days" }'),
        Key("starts", "tokens", "什么使它开始（没在走的才开始）", '["dispatch"]', required=True),
        Key("restarts", "tokens", "什么使它重新开始", '["redispatch"]'),
        Key("stops", "tokens", "什么使它停", '["accept"]', required=True),
        Key("owes", "ref", "欠着这一步的角色", '"handler"', refers="role"),
        Key("pausable", "flag", "挂起时停表", "true"),
        Key("extendable", "flag", "批准延期时后移", "true"),
        Key("promise", "flag", "对点单的人的承诺，只开始一次", "true"),
        Key("each", "word", "co：每个协办单位各一个", '"co"', words=("co",)),
    ),
    unique="key",
)
LADDER = Table(
    "order.ladder",
    "预警阶梯",
    "某个时限亮到某种灯，系统自动做什么、告诉谁。",
    (
        Key("clock", "ref", "哪个时限", '"promise"', refers="clock", required=True),
        Key("light", "word", "亮到什么灯", '"red"', words=RUNGS, required=True),
        Key("does", "ref", "做哪个动作", '"remind"', refers="verb", required=True),
        Key("tell", "refs", "告诉哪些角色", '["unit_head"]', refers="role"),
        Key("after", "duration", "亮灯以后再过多久", '"3 workdays"'),
    ),
)
SIGN = Table(
    "order.sign",
    "审签步骤",
    "答复发出前依次经过的一道审签，按写的先后走；写了它就不再写 approval。没有人能审的一道（岗位空缺、回避、稿是本人拟的）由 "
    "instead 的角色审，没写 instead 就跳过，但最后一道不跳过。",
    (
        Key("key", "key", "这一道的键", '"section"', required=True),
        NAME,
        NAME_EN,
        Key("role", "ref", "由哪个角色审", '"section_head"', refers="role", required=True),
        Key("when", "word", "哪些单要过这一道", '"heavy_or_urgent"', words=WHENS, default="always"),
        Key("instead", "ref", "没有人能审时由哪个角色审", '"supervisor"', refers="role"),
    ),
    unique="key",
)
NOTICE = Table(
    "order.notice",
    "通知",
    "发生什么，告诉谁，用什么渠道。通知只有单号、动作和链接，没有内容；没有表就只有页面上的队列。",
    (
        Key(
            "on",
            "tokens",
            "发生什么：动作、到达的状态、“动作.agree”一类的裁定结果、bad_rating、good_rating，或“alarm.red”一类的预警",
            '["dispatch", "alarm.red"]',
            required=True,
        ),
        Key(
            "to",
            "texts",
            "告诉谁：角色，或 handler_person（办理人本人）、told（预警阶梯 tell 里的角色）、signer（稿现在轮到谁审签）、addressed（批示、转办、传阅给谁）",
            '["handler"]',
            required=True,
        ),
        Key(
            "by",
            "words",
            "渠道：inapp 站内，mail 邮件，sms 短信，robot 单位的群机器人，digest 次日早上的汇总",
            '["inapp", "robot"]',
            required=True,
            words=CHANNELS,
        ),
        Key("urgent", "flag", "不等上班时间；重急（P1）的单和红灯总是不等", "true"),
    ),
)

ORDERS = File(
    "orders.toml",
    "单：每一种单的字段、状态、角色、动作和时限。没有代码，也没有算式。单多的，另放 orders_名字.toml，写法一样。",
    (
        Table(
            "", "单", "本文件只有一种表。", (Key("order", "tables", "一种单", "[[order]]", of="order", required=True),)
        ),
        ORDER,
        MATCHING,
        LIGHTS,
        RETENTION,
        FIELD,
        CHOICE,
        STATE,
        ROLE,
        WHO,
        MOVE,
        CLOCK,
        LADDER,
        SIGN,
        NOTICE,
        *DOCUMENTS,
    ),
    more=True,
)
