"""network.toml: the kinds of units and posts, and what must be covered."""

from bihuan.packs.schema import File, Key, Table
from bihuan.packs.tables.programme import NAME, NAME_EN, WHO

NETWORK = File(
    "network.toml",
    "网：有哪些单位类型、哪些岗位、哪些全覆盖要求。具体单位和任职人由县区导入，不写在这里。",
    (
        Table(
            "",
            "网",
            "本文件只有下面几种表。",
            (
                Key("unit", "tables", "单位类型", "[[unit]]", of="unit", required=True),
                Key("post", "tables", "岗位", "[[post]]", of="post", required=True),
                Key("coverage", "tables", "全覆盖要求", "[[coverage]]", of="coverage"),
            ),
        ),
        Table(
            "unit",
            "单位类型",
            "一种单位。",
            (
                Key("key", "key", "单位类型的键", '"department"', required=True),
                NAME,
                NAME_EN,
                Key("within", "refs", "可以设在哪些单位类型之下，第一个是主要的", '["zone"]', refers="unit"),
                Key("facts", "texts", "单位自己的数据项的键，如党员数、统一社会信用代码", '["party_members"]'),
            ),
            unique="key",
        ),
        Table(
            "post",
            "岗位",
            "一种岗位。权限跟着岗位走，不跟着人走。",
            (
                Key("key", "key", "岗位的键", '"dispatcher"', required=True),
                NAME,
                NAME_EN,
                Key("at", "refs", "设在哪些单位类型", '["department"]', refers="unit", required=True),
                Key("covers", "ref", "联系哪种单位（覆盖关系）", '"chain_committee"', refers="unit"),
                Key("many", "flag", "同一单位可有多人", "true"),
            ),
            unique="key",
        ),
        Table(
            "coverage",
            "全覆盖要求",
            "每个什么都要有什么，缺的列出名单。",
            (
                Key("key", "key", "要求的键", '"secretary_per_chain"', required=True),
                NAME,
                NAME_EN,
                Key("every", "ref", "每个哪种单位", '"chain_committee"', refers="unit", required=True),
                Key(
                    "has", "ref", "都要有哪种下级单位或岗位", '"chain_secretary"', refers="unit or post", required=True
                ),
                Key("min", "whole", "至少几个，不写是1", "3", default=1),
                Key("max", "whole", "至多几个，不写是不限", "5"),
                Key("exempter", "tables", "谁可以豁免", "[[coverage.exempter]]", of="coverage.exempter"),
            ),
            unique="key",
        ),
        Table(
            "coverage.exempter",
            "可以豁免的人",
            "符合其中一条就可以写明原因豁免到哪一天；所说的单位是 every 的单位。豁免的不计在应有里，单独列出。",
            WHO,
        ),
    ),
)
