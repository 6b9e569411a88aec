"""programme.toml: the programme itself and where its orders come from."""

from bihuan.core.ledger_kinds import PLACES
from bihuan.core.programmes import SHEET_ANSWERS
from bihuan.packs.schema import File, Key, Table

NAME = Key("name", "name", "中文名称，页面上显示", '"服务专员"', required=True)
NAME_EN = Key("name_en", "english", "英文名称，银级起必填", '"Service officer"')
# Who may enter, read or waive, by post and its relation to the unit.
WHO = (
    Key("of", "word", "与这一条所记的单位是什么关系", '"covers"', words=PLACES, required=True),
    Key("post", "ref", "什么岗位，不写是那里的任何岗位", '"party_guide"', refers="post"),
)

PROGRAMME = File(
    "programme.toml",
    "项目包的名称、联系方式和单子的来源渠道。",
    (
        Table(
            "",
            "项目包",
            "写在文件最上面，不用表头。",
            (
                Key("key", "key", "项目包的键，发布以后不能改", '"enterprise_order"', required=True),
                Key("name", "name", "项目包的中文名称", '"产业链点单服务"', required=True),
                Key("name_en", "english", "项目包的英文名称，银级起必填", '"Enterprise orders"'),
                Key("version_note", "text", "这一版改了什么，随版本存档，不算入内容指纹", '"首版"', kept=False),
                Key("contact", "text", "对外联系人或窗口；收集个人信息的必填", '"经开区派单台"'),
                Key("hotline", "text", "对外电话", '"0736-0000000"'),
                Key("sealed", "flag", "是否设密：有敏感个人信息（C3）的必须为 true", "false"),
                Key("retention", "text", "个人信息总的保存期限说明", '"办结满1年删除联系方式"'),
                Key(
                    "assessment", "text", "个人信息影响评估的文号和日期；有 C3 字段的必填", '"2022年第3号，2022-09-01"'
                ),
                Key(
                    "burden", "whole", "周期义务每周最多占一个岗位几分钟，超过了验包会提醒，不写是30", "30", default=30
                ),
                Key("channel", "tables", "来源渠道", "[[channel]]", of="channel"),
            ),
        ),
        Table(
            "channel",
            "来源渠道",
            "单子从哪里来。",
            (
                Key("key", "key", "渠道的键", '"hotline"', required=True),
                NAME,
                NAME_EN,
                Key("external", "flag", "外部渠道：来件自带编号和时限", "true"),
                Key("return_sheet", "flag", "办完要在来源自己的表里回填；只有外部渠道可以写", "true"),
                Key(
                    "sheet",
                    "tables",
                    "来源自己的表有哪些列：导入读哪些，回填写哪些",
                    '{ column = "工单编号", fact = "source_number" }',
                    of="channel.sheet",
                ),
            ),
            unique="key",
        ),
        Table(
            "channel.sheet",
            "来源表的列",
            "来源自己的表的一列；fact 和 answer 写一个。没有写到的列，导入不读，回填不动。",
            (
                Key("column", "text", "列名，照来源的表写", '"工单编号"', required=True),
                Key("fact", "text", "导入时读成什么：字段的键，或 source_number、received_at、due 等", '"facts"'),
                Key("answer", "word", "回填时写什么", '"result"', words=SHEET_ANSWERS),
            ),
            unique="column",
        ),
    ),
)
