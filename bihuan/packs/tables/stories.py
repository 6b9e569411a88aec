"""stories.toml: lives of orders step by step, and rating meetings with what they come to; test and manual at once."""

from bihuan.core.programmes import ASKS
from bihuan.packs.schema import File, Key, Table

LIGHTS = ("green", "yellow", "orange", "red", "grey")

STORIES = File(
    "stories.toml",
    "演练：一张单从头到尾怎么走，既是测试，也是示范和说明书。不算入发布的内容。多的，另放 stories_名字.toml。",
    (
        Table(
            "",
            "演练",
            "一张单的演练，和一场测评会的演练。",
            (
                Key("story", "tables", "演练", "[[story]]", of="story"),
                Key("rating", "tables", "测评演练", "[[rating]]", of="rating"),
            ),
        ),
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
        Table(
            "rating",
            "测评演练",
            "一场测评会：谁打了多少张票，结果归入哪一类，哪几项要整改。",
            (
                Key("name", "name", "一句话说清这个演练证明什么", '"四张票不公布"', required=True),
                Key("meeting", "ref", "哪种测评会", '"department_review"', refers="meeting", required=True),
                Key("votes", "tables", "打的票，一样的票一行", "[[rating.votes]]", of="rating.votes", required=True),
                Key("then", "tables", "结果，一个单位一行", "[[rating.then]]", of="rating.then", required=True),
            ),
            unique="name",
        ),
        Table(
            "rating.votes",
            "打的票",
            "一种人里若干张一样的票：各项都打同一档，but 里的另打。",
            (
                Key("kind", "text", "哪种人", '"enterprise_head"', required=True),
                Key("unit", "text", "给哪个单位", '"labour_bureau"', required=True),
                Key("n", "whole", "几张", "6", required=True),
                Key("step", "text", "各项打哪一档", '"good"', required=True),
                Key("but", "facts", "哪几项另打哪一档", '{ effect = "poor" }'),
            ),
        ),
        Table(
            "rating.then",
            "测评结果",
            "结束并公布以后的样子。没有 class 就是不足票数，什么也不公布。",
            (
                Key("unit", "text", "哪个单位", '"labour_bureau"', required=True),
                Key("class", "text", "归入哪一类", '"to_rectify"'),
                Key("points", "text", "总分", '"74.0"'),
                Key("rectify", "texts", "哪几项要整改，total 是总分低", '["effect"]'),
            ),
        ),
    ),
    more=True,
)
