"""The tables of papers within orders.toml: what is signed, by whom, with which number, to whom, saying what."""

from bihuan.core.document_kinds import ISSUERS, LISTS, NUMBERINGS, RECEIVERS, SCOPES
from bihuan.core.programmes import HALVES
from bihuan.packs.schema import Key, Table
from bihuan.packs.tables.programme import NAME, NAME_EN

DOCUMENT = Table(
    "order.document",
    "文书",
    "一种文书：谁在什么状态可以签发，怎么编号，发给谁，写什么。签发时取号、冻结文字和数字；要改就另发一份，注明更正哪一份。"
    "文字里花括号填什么见词表“文书里可填的内容”，也可以写这种单自己的字段（个人信息除外）。",
    (
        Key("key", "key", "文书的键", '"supervision_slip"', required=True),
        NAME,
        NAME_EN,
        Key("heading", "text", "印在最上面的标题（红头）", '"{county}{programme}督办单"', required=True),
        Key("number", "word", "怎么编号", '"document"', words=NUMBERINGS, required=True),
        Key("word", "text", "文号里机关代字后面的字（number 是 document 时必填）", '"督"'),
        Key("by", "refs", "哪些角色可以签发", '["supervisor"]', refers="role", required=True),
        Key("from", "refs", "单子在哪些状态时可以签发（清单不写）", '["in_progress"]', refers="state"),
        Key("issuer", "word", "以哪个单位的名义", '"desk"', words=ISSUERS, default="signer"),
        Key("to", "words", "发给哪些单位，由它们签收", '["lead"]', words=RECEIVERS),
        Key("move", "ref", "签发它就是做哪个动作，不写是不改变单子", '"supervise"', refers="verb"),
        Key("half", "word", "要有哪一方的答复才能签发", '"requester"', words=HALVES),
        Key(
            "list",
            "word",
            "清单：列一个单位的许多单、一次集中派单会上定的单、一本台账（entries）、一场测评会的结果（review），"
            "或一条台账的会议纪要（entry）",
            '"lead"',
            words=LISTS,
        ),
        Key("scope", "word", "清单列哪些单", '"year"', words=SCOPES, default="open"),
        Key(
            "book",
            "ref",
            "列哪本台账今年的记录：list 是 entries 时必填；requester 的列在单的下面；entry 是这本台账的会议纪要，几本共用的不写，由台账的 minute 点名",
            '"enterprise_visit"',
            refers="activity",
        ),
        Key("meeting", "ref", "哪种测评会（list 是 review 时必填）", '"department_review"', refers="meeting"),
        Key("within", "duration", "收到以后多久答复，文字里写 {reply_by}", '"3 workdays"'),
        Key("outward", "flag", "点单的人也看得到", "true"),
        Key("body", "text", "表格上面的正文，一行一段", '"{lead}："'),
        Key("rows", "tables", "表格的行", '[{ name = "工单", text = "{order_number}" }]', of="order.document.rows"),
        Key(
            "columns", "tables", "清单的列", '[{ name = "单号", text = "{order_number}" }]', of="order.document.columns"
        ),
    ),
    unique="key",
)
ROW = Table(
    "order.document.rows",
    "文书的行",
    "左边是名称，右边是文字。没有文字的行留空，供手写。",
    (
        NAME,
        NAME_EN,
        Key("text", "text", "文字", '"{order_number}　{title}"'),
        Key("edit", "flag", "签发的人可以改这一行", "true"),
        Key("field", "ref", "这一行的文字填到动作的哪个字段", '"text"', refers="field"),
    ),
)
COLUMN = Table(
    "order.document.columns",
    "清单的列",
    "每张单一行，每列一格。",
    (NAME, NAME_EN, Key("text", "text", "文字", '"{title}"', required=True)),
)
DOCUMENTS = (DOCUMENT, ROW, COLUMN)
