"""stories.toml: lives of orders told step by step, at once test, demonstration and manual."""

from bihuan.core.programmes import ASKS
from bihuan.packs.schema import File, Key, Table

LIGHTS = ("green", "yellow", "orange", "red", "grey")

STORIES = File(
    "stories.toml",
    "演练：一张单从头到尾怎么走，既是测试，也是示范和说明书。不算入发布的内容。多的，另放 stories_名字.toml。",
    (
        Table("", "演练", "本文件只有一种表。", (Key("story", "tables", "演练", "[[story]]", of="story"),)),
        Table(
            "story",
            "演练",
            "一个演练是一句话的名称和若干步。",
            (
                Key("name", "name", "一句话说清这个演练证明什么", '"差评属实的，整改后再评"', required=True),
                Key("order", "ref", "哪一种单", '"enterprise_request"', refers="order", required=True),
                Key("given", "text", "先把前面某个演练走一遍，再走这里的步骤", '"派到部门"'),
                Key(
                    "steps",
                    "tables",
                    "步骤，一步一行",
                    '[{ who = "desk", does = "register" }]',
                    of="story.steps",
                    required=True,
                ),
            ),
            unique="name",
        ),
        Table(
            "story.steps",
            "步骤",
            "谁，做什么，填什么，结果怎样。写了 refused 的一步应当被拒绝，单子不变。",
            (
                Key(
                    "who",
                    "text",
                    "角色的键；同一角色有几个单位时写“角色:单位键”",
                    '"handler:labour_bureau"',
                    required=True,
                ),
                Key("does", "ref", "动作", '"dispatch"', refers="verb", required=True),
                Key("with", "facts", "填的内容，键是字段", '{ lead = "labour_bureau" }'),
                Key("after", "duration", "这一步之前先过多久", '"2 workdays"'),
                Key("then", "ref", "做完在哪个状态", '"dispatched"', refers="state"),
                Key("refused", "text", "为什么做不成：拒绝的种类或完整代码", '"needs"'),
                Key("light", "word", "做完时亮什么灯", '"red"', words=LIGHTS),
                Key("clock", "ref", "light 看哪个时限，不写看对外承诺", '"accepting"', refers="clock"),
                Key("pending", "word", "做完时哪种申请在等裁定，none 是没有", '"extension"', words=(*ASKS, "none")),
            ),
        ),
    ),
    more=True,
)
