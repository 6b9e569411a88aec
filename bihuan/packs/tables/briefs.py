"""The tables of briefs within reports.toml: head, words with their figures, and who edits, reviews and signs."""

from bihuan.core.brief_kinds import NUMBERS, WINDOWS
from bihuan.packs.schema import Key, Table
from bihuan.packs.tables.programme import NAME, NAME_EN

BRIEF = Table(
    "brief",
    "简报",
    "一种简报：红头、文字、谁编辑审核签发、报送发给谁。文字里的数都写成指标，不写死数。"
    "`{{指标}}` 印原数，`{{指标|写法}}` 按写法印（见词表“数的写法”）；"
    "`{{#指标}}……{{/}}` 这句话成立才印；`{{*unit}}……{{/}}` 逐个分项列出，`{{*unit|、}}` 中间加顿号，里面 `{{unit}}` 印分项的名称；"
    "`{{period}}`、`{{since}}`、`{{until}}` 是时段，`{{as_of}}` 是截至日，`{{county}}`、`{{programme}}` 是名称。"
    "一行一段，`# ` 开头是题目，`## ` 开头是小标题。",
    (
        Key("key", "key", "简报的键", '"monthly"', required=True),
        NAME,
        NAME_EN,
        Key("header", "text", "红头", '"产业链点单服务运行简报"', required=True),
        Key("text", "template", "文字", '"受理企业诉求{{eo_requests}}件。"', required=True),
        Key("issuer", "text", "落款", '"区“两新”组织党委办公室"', required=True),
        Key("edit", "refs", "谁编辑", '["statistician"]', refers="post", required=True),
        Key("review", "refs", "谁审核，不写不审核", '["supervising_leader"]', refers="post"),
        Key("sign", "refs", "谁签发", '["zone_leader"]', refers="post", required=True),
        Key("readers", "refs", "签发以后还有谁看", '["chain_secretary"]', refers="post"),
        Key("report", "texts", "报：上级", '["市委组织部"]'),
        Key("deliver", "texts", "送：有关领导和单位", '["区党工委、管委会领导"]'),
        Key("send", "texts", "发：下级和各单位", '["各产业链党委"]'),
        Key("internal", "flag", "印“内部资料”", "true"),
        Key("number", "word", "怎么编号", '"document"', words=NUMBERS, default="issue"),
        Key("word", "text", "文号里年份前面的字（number 是 document 时必填）", '"常经链通报"'),
        Key("window", "word", "新出一期时先填什么时段", '"month"', words=WINDOWS, default="year"),
    ),
    unique="key",
)
BRIEFS = (BRIEF,)
