"""Every way to break a pack: what is changed, on which line it must be noticed, and what the sentence must say.

SMALL is the pack that `bihuan pack new` makes, LARGE the enterprise programme. `was` becomes `now` (the first time it
occurs, or at the end of the file where `was` is ""); the fault stands on the line where `at` first occurs afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

SMALL, LARGE = "small", "large"


@dataclass(frozen=True)
class Break:
    """One broken pack. `also` are faults that rightly come with it."""

    code: str
    file: str
    was: str
    now: str
    at: str
    says: str
    pack: str = SMALL
    also: frozenset[str] = frozenset()


def small(code: str, file: str, was: str, now: str, at: str, says: str, *also: str) -> Break:
    return Break(code, f"{file}.toml", was, now, at, says, SMALL, frozenset(also))


def large(code: str, file: str, was: str, now: str, at: str, says: str, *also: str) -> Break:
    return Break(code, f"{file}.toml", was, now, at, says, LARGE, frozenset(also))


PHONE = 'kind = "phone"\ndata_class = "C2"\n'
CLOSE = 'guards = ["not_handler", "no_pending", "rated_or_expired"]'
DECIDE_EXTENSION = 'verb = "decide_extension"'
PROMISE = "extendable = true                 # 批准延期的，后移并留下原来的期限\npromise = true"

WRITING = [
    small("wide", "programme", 'key = "village_order"', "key = “village_order”", "key = “", "“ ”"),
    small("wide", "orders", 'prefix = "VO"', 'prefix ＝ "VO"', "＝", "＝，请改成英文半角 ="),
    small("wide", "orders", '"facts", "contact_phone"]', '"facts"， "contact_phone"]', "public", "，请改成英文半角 ,"),
    small("wide", "network", 'key = "town"\n', 'key："town"\n', "key：", "："),
    small("wide", "network", "[[coverage]]", "【【coverage】】", "【【coverage", "【 】"),
    small("blank", "network", 'key = "town"\n', 'key =\u3000"town"\n', "\u3000", "全角空格"),
    small("control", "network", 'key = "town"\n', 'key = "to\x07wn"\n', "\x07", "控制字符"),
    small("chinese-key", "network", 'key = "town"\n', '键 = "town"\n', "键 =", "等号左边“键”不是英文"),
    small("unquoted", "network", 'name = "乡镇（街道）"', "name = 乡镇街道", "乡镇街道", '写成 "乡镇街道"'),
    small("unquoted", "orders", 'kind = "text"', "kind = text", "kind = text", '写成 "text"'),
    small("leading-zero", "programme", '"0000-0000000"', "0736", "0736", "“0736”以 0 开头"),
    small("leading-zero", "programme", '"0000-0000000"', "0736-7000000", "0736-", "区号和编号要放在英文双引号里"),
    small("flag", "programme", "external = true", "external = True", "True", "是写成 true"),
    small("flag", "programme", "external = true", "external = 是", "= 是", "“是”不认识"),
    small("no-value", "orders", 'prefix = "VO"', "prefix =", "prefix =", "等号右边没有内容"),
    small("equals", "orders", 'prefix = "VO"', 'prefix "VO"', "prefix", "缺英文等号"),
    small("equals", "orders", 'prefix = "VO"', 'prefix: "VO"', "prefix:", "“prefix”后面缺英文等号"),
    small("bad-key", "orders", 'prefix = "VO"', 'the prefix = "VO"', "the prefix", "“the prefix”不能作键"),
    small("duplicate-key", "orders", 'prefix = "VO"', 'prefix = "VO"\nprefix = "CD"', 'prefix = "CD"', "前一遍在第8行"),
    small("duplicate-table", "orders", "", "\n[order.lights]\nyellow_share = 0.2\n", "[order.lights]", "写了两遍"),
    small("header", "network", "[[coverage]]", "[[coverage]", "[[coverage]", "表头的方括号不成对"),
    small("unclosed-string", "network", '"乡镇（街道）"', '"乡镇（街道）', "乡镇（街道）", "引号没有收口"),
    small("unclosed-string", "network", "", '\nx = """没有收口\n', "没有收口", '补上 """'),
    small("unclosed-array", "orders", '"very_unsatisfied"]\n', '"very_unsatisfied"\n', "bad_ratings", "补上 ]"),
    small(
        "unclosed-inline",
        "orders",
        "lights = { yellow_share = 0.3,",
        "lights = { yellow_share = 0.3,\n ",
        "lights =",
        "写在同一行",
    ),
    small("comma", "orders", '["facts", "contact_phone"]', '["facts" "contact_phone"]', "public", "英文逗号"),
    small("trailing", "orders", 'prefix = "VO"', 'prefix = "VO" title = "title"', "prefix", "后面多了“title”"),
    small("escape", "orders", '"一句话说清"', '"C:\\path"', "C:", "反斜杠“\\p”不认识"),
    small(
        "deep",
        "orders",
        'public = ["facts", "contact_phone"]',
        f"public = {'[' * 3000}{']' * 3000}",
        "public",
        "套得太深",
    ),
    small("syntax", "network", "", "\n[x]\ny.z = 1\n[x.y]\n", "[x.y]", "读不下去"),
]

SHAPE = [
    small("unknown-key", "orders", "\nmax_length = 80", "\nmax_lenght = 80", "max_lenght", "是不是“max_length”"),
    small("unknown-key", "orders", "[[order.ladder]]", "[[order.lader]]", "[[order.lader]]", "是不是“ladder”"),
    small("wrong-type", "orders", "\nmax_length = 80", '\nmax_length = "80"', "max_length", "应当是整数，例如 80"),
    small(
        "wrong-type",
        "orders",
        'by = ["requester", "desk"]',
        'by = "requester"',
        'by = "requester"',
        "文字的列表",
        "no-right",
    ),
    small(
        "missing",
        "orders",
        'prefix = "VO"                     # 单号前缀\n',
        "",
        "[[order]]\n",
        "单“request”缺“prefix”",
    ),
    small("missing", "orders", 'milestone = "received"\n', "", "[[order.state]]", "状态“submitted”缺“milestone”"),
    small("empty", "orders", 'name = "待受理"', 'name = " "', 'name = " "', "状态“submitted”的“name”不能空着"),
    small("empty", "network", 'at = ["village"]', "at = []", "at = []", "“at”不能空着", "relation-at"),
    small("unknown-word", "orders", 'milestone = "received"', 'milestone = "recieved"', "recieved", "是不是“received”"),
    small(
        "unknown-word", "orders", 'guards = ["before_due"]', 'guards = ["before_du"]', "before_du", "是不是“before_due”"
    ),
    small(
        "not-snake",
        "network",
        'key = "village"\nname',
        'key = "Village-1"\nname',
        "Village-1",
        "请用小写英文字母开头",
        "unknown-ref",
        "relation-at",
    ),
    small("not-chinese", "network", 'name = "站所"', 'name = "Station"', 'name = "Station"', "要写中文名称"),
    small("not-english", "network", 'name_en = "Station"', 'name_en = "站所"', 'name_en = "站所"', "要写英文名称"),
    small(
        "duplicate",
        "network",
        'key = "station"',
        'key = "village"',
        'key = "village"\nname = "站所"',
        "前一个在第8行",
        "unknown-ref",
    ),
    large(
        "duplicate-file",
        "orders_supply",
        'key = "supply_match"',
        'key = "platform_application"',
        'key = "platform_application"',
        "orders_platform.toml 第3行已经有一个",
        "step-fact",
        "unknown-ref",
        "story-start",
        "step-value",
        "indicator-of",
    ),
    large(
        "duplicate-file",
        "orders_supply",
        'prefix = "PT"',
        'prefix = "QD"',
        'prefix = "QD"',
        "单号前缀“QD”重复了，orders.toml 第7行已经有一个",
    ),
    large(
        "advance-loop",
        "orders",
        'effect = "amend"',
        'effect = "advance"',
        'effect = "advance"',
        "动作“resupervise”的作用是推进（advance）",
    ),
    large(
        "advance-empty",
        "orders_platform",
        'needs = ["reason"]\ntakes = ["title", "category"',
        'takes = ["reason", "title", "category"',
        '^verb = "correct"',
        "动作“correct”什么也不改",
        "step-value",
    ),
    large(
        "past-kind",
        "orders_investment",
        'kind = "text"\nmax_length = 60',
        'kind = "text"\nmax_length = 60\npast = true # 不是日期',
        "past = true # 不是日期",
        "字段“contract_no”不是日期",
    ),
    large(
        "duplicate",
        "orders",
        'key = "wish"',
        'key = "facts"',
        'key = "facts"\nname = "希望',
        "字段“facts”重复了",
        "unknown-ref",
        "step-fact",
        "placeholder",
    ),
    small(
        "twice",
        "orders",
        'by = ["requester", "desk"]',
        'by = ["desk", "desk"]',
        'by = ["desk", "desk"]',
        "“desk”写了两遍",
    ),
    small(
        "unknown-ref",
        "orders",
        'to = "registered"',
        'to = "registred"',
        "registred",
        "没有这个状态，是不是“registered”",
    ),
    small(
        "unknown-ref",
        "orders",
        'needs = ["lead", "supervisor"]',
        'needs = ["lead", "supervisr"]',
        "supervisr",
        "没有这个字段",
        "step-fact",
    ),
    small("unknown-ref", "orders", 'by = ["handler"]\nmain', 'by = ["handlr"]\nmain', "handlr", "没有这个角色"),
    small(
        "unknown-ref", "orders", 'post = "dispatcher", of', 'post = "dispacher", of', "dispacher", "是不是“dispatcher”"
    ),
    small(
        "unknown-ref",
        "orders",
        'unit = "station"',
        'unit = "stations"',
        "stations",
        "没有这个单位类型，是不是“station”",
    ),
    small(
        "unknown-ref",
        "orders",
        'stops = ["register"]',
        'stops = ["regster"]',
        "regster",
        "没有这个动作、状态或裁定结果",
    ),
    small("unknown-ref", "orders", 'clock = "promise"', 'clock = "promisse"', "promisse", "没有这个时限"),
    small("unknown-ref", "orders", 'does = "remind"', 'does = "remaind"', "remaind", "没有这个动作，是不是“remind”"),
    small(
        "unknown-ref",
        "orders",
        'bad_ratings = ["unsatisfied"',
        'bad_ratings = ["unsatisfid"',
        "unsatisfid",
        "没有这个评价选项",
    ),
    small("unknown-ref", "orders", 'title = "title"  ', 'title = "subject"', "subject", "没有这个字段"),
    small("unknown-ref", "network", 'every = "village"', 'every = "vilage"', "vilage", "是不是“village”"),
    small(
        "bad-duration",
        "orders",
        'limit = "15 workdays"\nstarts = ["dispatch"]',
        'limit = "15 workdayz"\nstarts = ["dispatch"]',
        "workdayz",
        "不是时长",
    ),
    small("bad-duration", "orders", 'limit = "15 days"', 'limit = "1月"', "1月", "写成 2 hours"),
    small("expression", "orders", 'limit = "15 days"', 'limit = "15 days if urgent"', " if urgent", "写了算式"),
    small(
        "expression", "orders", 'guards = ["before_due"]', 'guards = ["due > now"]', "due > now", "包里不写条件和算式"
    ),
    small(
        "expression",
        "orders",
        '"已收到，最迟{due}受理"',
        '"已收到，最迟{{due}}受理"',
        "{{due}}",
        "写了算式",
        "placeholder",
    ),
    small("placeholder", "orders", "最迟{due}受理", "最迟{deu}受理", "{deu}", "只能用：due"),
    small("placeholder", "orders", "最迟{due}受理", "最迟{due受理", "{due受", "填不出内容"),
    small("bad-prefix", "orders", 'prefix = "VO"', 'prefix = "vo1"', "vo1", "1至4个大写英文字母"),
]

NETWORK = [
    large(
        "unit-cycle",
        "network",
        'key = "zone"\n',
        'key = "zone"\nwithin = ["section"]\n',
        "within",
        "绕了一圈",
        "unit-cycle",
    ),
    large("coverage-bounds", "network", "min = 3\nmax = 5", "min = 6\nmax = 5", "max = 5", "下限6大于上限5"),
    small(
        "choices-missing",
        "orders",
        'kind = "text"\n\n[[order.field]]\nkey = "until"',
        'kind = "choice"\n\n[[order.field]]\nkey = "until"',
        'kind = "choice"',
        "却没有 choices",
    ),
    small(
        "choices-extra",
        "orders",
        'kind = "choice"',
        'kind = "text"',
        'choices = [{ key = "agree"',
        "不是选择项",
        "decide-choice",
    ),
    small("unit-missing", "orders", 'unit = "station"\n', "", 'kind = "unit"', "请写明 unit"),
    small("post-missing", "orders", 'post = "town_leader"\n\n', "\n", 'kind = "post"', "请写明 post"),
    small("public-internal", "orders", 'public = ["facts"', 'public = ["report"', "public", "不能放在对外表单里"),
    small("title-kind", "orders", 'title = "title"  ', 'title = "facts"  ', 'kind = "long_text"', "应当是一行文字"),
    small(
        "rating-kind",
        "orders",
        'rating = "rating"  ',
        'rating = "words"  ',
        'kind = "text"\n\n# ---- 状态',
        "应当是单选",
        "rating-needs",
    ),
    large("unknown-category", "orders", "\nfinance = ", "\nfinanse = ", "finanse", "是不是“finance”"),
    large("limits-unknown", "orders", "{ arrears =", "{ arears =", "arears", "不是“category”的选项，是不是“arrears”"),
    large("limits-unknown", "orders", "limits = { P1", "limits = { P0", "{ P0", "不是“priority”的选项"),
    large(
        "by-priority",
        "orders",
        'key = "urgency"',
        'key = "pace"',
        'by = "priority"',
        "要有字段 importance 和 urgency",
        "unknown-ref",
        "step-fact",
        "review-fact",
    ),
    small("lights-range", "orders", "yellow_share = 0.3", "yellow_share = 3", "lights", "应当大于0小于1"),
    large("lights-range", "orders", "orange_share = 0.15", "orange_share = 0.5", "lights = {", "橙灯要小于黄灯"),
]

PEOPLE = [
    small(
        "purpose-missing", "orders", 'purpose = "只用于办这件事时联系您"\n', "", '^key = "contact_phone"', "请写明用途"
    ),
    small(
        "retention-missing", "orders", 'retention = "办结满1年删除"\n', "", '^key = "contact_phone"', "请写明保存期限"
    ),
    small("phone-class", "orders", PHONE, 'kind = "phone"\ndata_class = "C1"\n', 'data_class = "C1"', "至少是 C2"),
    small(
        "not-sealed",
        "orders",
        PHONE,
        'kind = "phone"\ndata_class = "C3"\n',
        'data_class = "C3"',
        "sealed = true",
        "no-assessment",
    ),
    small(
        "no-assessment",
        "orders",
        PHONE,
        'kind = "phone"\ndata_class = "C3"\n',
        'data_class = "C3"',
        "影响评估",
        "not-sealed",
    ),
    small(
        "no-contact",
        "programme",
        'contact = "乡镇派单台"            # 收集个人信息的必须写\n',
        "",
        "# 项目包",
        "要留联系人",
    ),
    small(
        "channel-return",
        "programme",
        'name_en = "By the village"\n',
        'name_en = "By the village"\nreturn_sheet = true\n'
        'sheet = [{ column = "编号", fact = "source_number" }, { column = "结果", answer = "result" }]\n',
        "return_sheet",
        "请写 external = true",
    ),
    large(
        "channel-column",
        "programme",
        '{ column = "办理结果", answer = "result" }',
        '{ column = "办理结果" }',
        '{ column = "办理结果" }',
        "要写一个",
    ),
    large("channel-fact", "programme", 'fact = "title"', 'fact = "titel"', 'fact = "titel"', "是不是“title”"),
    large(
        "channel-number",
        "programme",
        '  { column = "工单编号", fact = "source_number" },\n',
        "",
        "sheet = [",
        "哪一列是来源单号",
    ),
    small(
        "channel-answer",
        "programme",
        "external = true",
        "external = true\nreturn_sheet = true",
        "return_sheet",
        "至少写一列 answer",
    ),
    small("person-score", "orders", 'name = "具体情况"', 'name = "承办人评分"', "承办人评分", "给人打分、排名或贴标签"),
    small("person-score", "orders", 'name = "具体情况"', 'name = "村民风险等级"', "村民风险等级", "系统不做"),
    small("person-score", "orders", 'name = "列入计划"', 'name = "重点人员"', "重点人员", "系统不做"),
    small(
        "person-score",
        "network",
        'key = "village"\n',
        'key = "village"\nfacts = ["resident_score"]\n',
        "resident_score",
        "系统不做",
    ),
    small("person-watch", "orders", 'name = "具体情况"', 'name = "承办人行踪"', "承办人行踪", "盯人的信息"),
]

PARKED = """
[[order.state]]
key = "parked"
name = "搁置"
milestone = "accepted"
owner = "handler"

[[order.move]]
verb = "park"
name = "搁置"
effect = "progress"
from = ["in_progress"]
to = "parked"
by = ["handler"]
"""
CIRCLE = (
    PARKED
    + """
[[order.state]]
key = "circling"
name = "打转"
milestone = "accepted"
owner = "handler"

[[order.move]]
verb = "circle"
name = "打转"
effect = "progress"
from = ["parked"]
to = "circling"
by = ["handler"]

[[order.move]]
verb = "circle_back"
name = "转回"
effect = "progress"
from = ["circling"]
to = "parked"
by = ["handler"]
"""
)
AGAIN = """
[[order.move]]
verb = "submit_again"
name = "再点单"
effect = "submit"
to = "submitted"
by = ["desk"]
needs = ["title", "facts"]
"""
DECIDER = """
[[order.move]]
verb = "decide_too"
name = "也审批延期"
effect = "decide"
ask = "extension"
from = ["in_progress"]
by = ["supervisor"]
needs = ["agreed"]
"""

APPROVER = """
[[order.move]]
verb = "approve"
name = "审签"
from = ["in_progress"]
by = ["desk"]
"""

STATES = [
    small(
        "closed-milestone",
        "orders",
        'milestone = "closed"\nclosed = true',
        'milestone = "closed"',
        'milestone = "closed"',
        "对不上",
        "no-owner",
        "dead-end",
    ),
    small(
        "closed-milestone",
        "orders",
        'milestone = "checked"\nowner',
        'milestone = "checked"\nclosed = true\nowner',
        "closed = true",
        "只有 closed、ended 两个节点是结束",
    ),
    small("no-owner", "orders", 'owner = "desk"\n', "", '^key = "submitted"', "状态“submitted”没有写轮到谁办"),
    small(
        "no-clock",
        "orders",
        'starts = ["submit"]\nstops = ["register"]',
        'starts = ["register"]\nstops = ["dispatch"]',
        '^key = "submitted"',
        "状态“submitted”没有时限在走",
    ),
    small("unreachable", "orders", 'to = "refused"', 'to = "withdrawn"', '^key = "refused"', "状态“refused”到不了"),
    small("dead-end", "orders", "", PARKED, '^key = "parked"', "进得去出不来"),
    small("trap", "orders", "", CIRCLE, '^key = "parked"', "只会绕圈"),
    small("never-closed", "orders", 'to = "closed"', 'to = "withdrawn"', "[[order]]\n", "走不到销号", "unreachable"),
]

MOVES = [
    small(
        "no-start",
        "orders",
        'verb = "submit"',
        'verb = "submit_old"\neffect = "import"',
        "[[order]]\n",
        "没有点单的动作",
        "unknown-ref",
        "clock-never-starts",
        "no-clock",
    ),
    small("two-starts", "orders", "", AGAIN, '^verb = "submit_again"', "点单的动作只能有一个"),
    small(
        "reserved-verb",
        "orders",
        'verb = "recuse"',
        'verb = "migrate"\neffect = "recuse"',
        'verb = "migrate"',
        "“migrate”是系统自己用的",
        "unknown-ref",
    ),
    small("no-right", "orders", 'by = ["handler"]\nmain', "by = []\nmain", "by = []", "动作“accept”没有写谁可以做"),
    small(
        "no-from",
        "orders",
        'from = ["dispatched"]\nto = "in_progress"\n',
        'to = "in_progress"\n',
        '^verb = "accept"',
        "没有写从哪些状态做",
    ),
    small(
        "start-from",
        "orders",
        'to = "submitted"\n',
        'from = ["checked"]\nto = "submitted"\n',
        'from = ["checked"]',
        "不能写 from",
    ),
    small(
        "no-effect",
        "orders",
        'verb = "progress"',
        'verb = "progres"',
        'verb = "progres"',
        "是不是“progress”",
        "unknown-ref",
    ),
    small(
        "ask-word",
        "orders",
        'ask = "extension"\n',
        "",
        '^verb = "ask_extension"',
        "要写明是哪一种申请",
        "decide-unasked",
    ),
    small(
        "ask-extra", "orders", 'verb = "accept"\n', 'verb = "accept"\nask = "return"\n', 'ask = "return"', "不能写 ask"
    ),
    small(
        "ask-undecided",
        "orders",
        'effect = "decide"\nask = "extension"',
        'effect = "progress"',
        '^verb = "ask_extension"',
        "申请“extension”没有裁定的动作",
    ),
    small(
        "decide-unasked",
        "orders",
        'effect = "ask"\nask = "extension"',
        'effect = "progress"',
        'ask = "extension"',
        "裁定“extension”没有申请的动作",
    ),
    small(
        "decide-choice",
        "orders",
        '{ key = "refuse", name = "不同意"',
        '{ key = "deny", name = "不同意"',
        'needs = ["agreed"]',
        "选项的 key 是 agree、refuse",
        "step-value",
    ),
    large(
        "arbiter",
        "orders",
        '  { key = "arbiter", name = "有争议，报分管领导指定", name_en = "In dispute: to the supervising leader" },\n',
        "",
        '^verb = "arbitrate"',
        "有动作而没有 arbiter 选项",
        "step-value",
    ),
    large(
        "arbiter",
        "orders",
        'effect = "arbitrate"\nask = "return"',
        'effect = "progress"',
        '^verb = "decide_return"',
        "没有指定承办的动作",
        "guard-idle",
        "unknown-ref",
    ),
    small("two-deciders", "orders", "", DECIDER, '^verb = "decide_too"', "有两个裁定动作"),
    small("half-word", "orders", 'half = "requester"\n', "", '^verb = "reply_requester"', "答复哪一方", "half-missing"),
    small("half-extra", "orders", 'verb = "accept"\n', 'verb = "accept"\nhalf = "desk"\n', 'half = "desk"', "不是答复"),
    small("half-missing", "orders", 'half = "desk"', 'half = "requester"', 'half = "requester"', 'half = "desk"'),
    small(
        "half-apart",
        "orders",
        'half = "desk"\nfrom = ["in_progress", "rectifying"]\nto = "replied"',
        'half = "desk"\nfrom = ["in_progress", "rectifying"]\nto = "checked"',
        'to = "checked"',
        "现在是“replied”和“checked”",
    ),
    small(
        "approval-move",
        "orders",
        "bad_ratings =",
        'approval = ["desk"]\nbad_ratings =',
        "approval =",
        '现在缺 effect = "approve"',
    ),
    small("approval-idle", "orders", "", APPROVER, '^verb = "approve"', "没有写审签"),
    large(
        "approval-twice",
        "orders",
        'bad_ratings = ["unsatisfied"',
        'approval = ["unit_head"]\nbad_ratings = ["unsatisfied"',
        "[[order.sign]]",
        "请留一种",
    ),
    large(
        "approval-by",
        "orders",
        'to = "replied"\nby = ["section_head", "unit_head", "supervisor"]',
        'to = "replied"\nby = ["section_head", "unit_head"]',
        'by = ["section_head", "unit_head"]',
        "轮到它审签时签不了",
    ),
    large(
        "edit-needs",
        "orders",
        'by = ["section_head", "unit_head", "supervisor"]\nneeds = ["result", "answer"]',
        'by = ["section_head", "unit_head", "supervisor"]',
        '^verb = "edit_answer"',
        "没有写改哪些字段",
        "step-fact",
    ),
    large(
        "edit-field",
        "orders",
        'by = ["section_head", "unit_head", "supervisor"]\nneeds = ["result", "answer"]',
        'by = ["section_head", "unit_head", "supervisor"]\nneeds = ["result", "answer", "wish"]',
        '"answer", "wish"]',
        "改了也发不出去",
    ),
    large(
        "back-to",
        "orders",
        '{ key = "section", name = "科室", name_en',
        '{ key = "sections", name = "科室", name_en',
        'key = "sections"',
        "不是审签的一道",
        "step-value",
    ),
    large(
        "no-resume",
        "orders",
        'from = ["suspended"]\nto = "in_progress"',
        'from = ["replied"]\nto = "in_progress"',
        'to = "suspended"',
        "挂起以后回不来",
    ),
    large("within-missing", "orders", 'within = "30 days"\n', "", 'guards = ["within"]', "请写明 within"),
    large("within-extra", "orders", 'guards = ["within"]\n', "", 'within = "30 days"', "没有 within 这一关"),
    small(
        "guard-idle",
        "orders",
        'guards = ["not_handler"]          #',
        'guards = ["not_handler", "co_done"]  #',
        "co_done",
        "没有协办会签的动作",
    ),
    small(
        "guard-idle",
        "orders",
        'key = "rating_window"',
        'key = "rating_days"',
        'guards = ["rating_open"]',
        "没有键为 rating_window 的时限",
    ),
    small(
        "self-check",
        "orders",
        CLOSE,
        'guards = ["no_pending", "rated_or_expired"]',
        'guards = ["no_pending", "rated',
        "谁办理，谁不核查、不销号",
    ),
    small(
        "self-check",
        "orders",
        'guards = ["not_handler"]          # 谁办理，谁不核查、不销号\n',
        "",
        '^verb = "check"',
        "动作“check”要加关口",
    ),
    small(
        "rater",
        "orders",
        'from = ["checked"]\nby = ["requester"]',
        'from = ["checked"]\nby = ["desk"]',
        'by = ["desk"]\nneeds = ["rating"]',
        "只能由点单的一方做",
    ),
    small(
        "rating-needs",
        "orders",
        'needs = ["rating"]',
        'needs = ["confirmed"]',
        'needs = ["confirmed"]\ntakes = ["words"]',
        "要填评价字段“rating”",
        "step-fact",
    ),
    small(
        "inner-requester",
        "orders",
        'by = ["requester"]\nneeds = ["text"]',
        'inner = true\nby = ["requester"]\nneeds = ["text"]',
        'by = ["requester"]\nneeds = ["text"]',
        "不对外",
    ),
    small(
        "effect-field",
        "orders",
        'needs = ["lead", "supervisor"]\nmain',
        'needs = ["supervisor"]\nmain',
        'needs = ["supervisor"]',
        "要用字段“lead”",
        "step-fact",
    ),
    small(
        "relation-post",
        "orders",
        '{ post = "dispatcher", of = "desk" }',
        '{ of = "desk" }',
        'who = [{ of = "desk" }]',
        "要写明岗位 post",
    ),
    small(
        "relation-no-post",
        "orders",
        '{ of = "link" }',
        '{ post = "village_clerk", of = "link" }',
        'of = "link"',
        "请删掉 post",
    ),
    small(
        "relation-covers",
        "orders",
        'post = "dispatcher", of = "desk"',
        'post = "dispatcher", of = "covers"',
        'of = "covers"',
        "没有联系“town”",
    ),
    small(
        "relation-at",
        "orders",
        'post = "station_handler", of = "lead"',
        'post = "village_clerk", of = "lead"',
        'of = "lead"',
        "岗位“village_clerk”不在“station”",
    ),
]

CLOCKS = [
    small(
        "clock-never-starts",
        "orders",
        'starts = ["verify.agree"]',
        'starts = ["verify.arbiter"]',
        'starts = ["verify.arbiter"]',
        "永远不会开始",
        "no-clock",
    ),
    small(
        "clock-never-stops",
        "orders",
        'stops = ["register"]',
        'stops = ["verify.arbiter"]',
        'stops = ["verify.arbiter"]',
        "永远不会停",
    ),
    small(
        "promise-restarts",
        "orders",
        PROMISE,
        'promise = true\nrestarts = ["redispatch"]',
        'restarts = ["redispatch"]\n\n',
        "只开始一次",
    ),
    small("promise-paused", "orders", PROMISE, "promise = true\npausable = true", "pausable = true", "挂起时照走"),
    small(
        "two-promises",
        "orders",
        'key = "checking"',
        'key = "checking"\npromise = true',
        "promise = true\nname",
        "对外承诺只能有一个",
    ),
    small("ladder-does", "orders", 'does = "remind"', 'does = "accept"', 'does = "accept"', "不能由系统做"),
]

STORIES = [
    small("no-stories", "stories", "*", "# 还没有写\n", "#", "没有演练"),
    small(
        "story-start",
        "stories",
        'does = "submit"',
        'does = "supplement"',
        'does = "supplement"',
        "第一步应当是点单",
        "step-fact",
    ),
    small(
        "story-given",
        "stories",
        'given = "点单、派单、接单"',
        'given = "点单、派单"',
        'given = "点单、派单"\n',
        "是不是“点单、派单、接单”",
    ),
    large("rating-word", "stories_reviews", 'class = "fair"', 'class = "fare"', "fare", "是不是“fair”"),
    small("step-fact", "stories", "with = { title =", "with = { titel =", "titel", "是不是“title”"),
    small(
        "step-value",
        "stories",
        'with = { confirmed = "yes" }, then',
        'with = { confirmed = "sure" }, then',
        '"sure"',
        "选项里只有 yes、no",
    ),
    small(
        "step-value",
        "stories",
        'until = "2 months", reason = "等管材"',
        'until = "soon", reason = "等管材"',
        '"soon"',
        "要写日期",
    ),
    small("step-value", "stories", 'lead = "water_station"', 'lead = "水管站"', "水管站", "要写键"),
    small("step-value", "stories", 'lead = "water_station"', 'lead = ["water_station"]', '["water', "不用方括号"),
    small("step-value", "stories", 'answer = "水管已换好。"', "answer = true", "answer = true", "要写文字"),
    large("step-value", "stories", 'co = ["science_bureau"]', 'co = "science_bureau"', 'co = "science', "要写成列表"),
    large("step-value", "stories", "workers_hired = 12", 'workers_hired = "12"', 'workers_hired = "12"', "要写整数"),
    large("step-value", "stories", "outward = true", 'outward = "是"', 'outward = "是"', "要写 true 或 false"),
    large("step-value", "stories", 'main = "another"', 'main = "QD-1"', "QD-1", "意思是另一张单"),
    small("step-refused", "stories", 'refused = "post"', 'refused = "nope"', '"nope"', "写一种拒绝"),
    small("step-refused", "stories", 'refused = "post"', 'refused = "close.post"', "close.post", "写一种拒绝"),
    small(
        "unknown-ref",
        "stories",
        'who = "requester", does = "rate"',
        'who = "requestor", does = "rate"',
        "requestor",
        "是不是“requester”",
    ),
    small("unknown-ref", "stories", 'then = "replied"', 'then = "answered"', '"answered"', "没有这个状态"),
    small(
        "unknown-ref", "stories", 'order = "request"', 'order = "requests"', '"requests"', "没有这个单，是不是“request”"
    ),
    small(
        "not-snake",
        "stories",
        'who = "handler:water_station"',
        'who = "handler:水管站"',
        "handler:水管站",
        "请用小写英文字母开头",
    ),
    small("unknown-word", "stories", 'light = "yellow"', 'light = "blue"', "blue", "只能写：green"),
]

NOTICES = [
    small(
        "unknown-ref",
        "orders",
        '"alarm.yellow", "alarm.red"',
        '"alarm.yelow", "alarm.red"',
        "yelow",
        "是不是“alarm.yellow”",
    ),
    small(
        "unknown-ref",
        "orders",
        'on = ["dispatch", "check"]',
        'on = ["dispach", "check"]',
        "dispach",
        "没有这个动作、状态",
    ),
    small("unknown-ref", "orders", 'to = ["told"]', 'to = ["tolt"]', "tolt", "没有这个角色，是不是“told”"),
    small("unknown-word", "orders", '"inapp", "sms"', '"inapp", "wechat"', "wechat", "只能写：inapp"),
    small(
        "notice-told",
        "orders",
        'on = ["alarm.yellow", "alarm.red"]',
        'on = ["remind"]',
        'to = ["told"]',
        "alarm.yellow",
    ),
    small(
        "notice-robot", "orders", 'by = ["inapp", "sms"]', 'by = ["robot"]', 'by = ["robot"]', "“requester”是点单的一方"
    ),
]

DOCUMENTS = [
    large("document-word", "orders", 'word = "链督"\n', "", 'number = "document"', "请写明机关代字后面的字"),
    large(
        "document-list",
        "orders",
        'list = "requester"\nscope = "year"',
        'list = "requester"\nfrom = ["closed"]',
        'from = ["closed"]\nbody',
        "文书“request_list”是清单，不能写 from",
    ),
    large(
        "document-columns",
        "orders",
        "columns = [\n",
        "rows = [\n",
        'list = "requester"',
        "列哪些列",
        "document-list",
        "unknown-key",
        "placeholder",
    ),
    large(
        "document-no-list",
        "orders",
        'list = "requester"\nscope = "year"\n',
        "",
        "columns = [",
        "不是清单",
        "document-from",
        "placeholder",
    ),
    large(
        "document-from",
        "orders",
        'from = ["closed"]\nissuer',
        "issuer",
        '^key = "closing_slip"',
        "在哪些状态时可以签发",
    ),
    large(
        "document-half",
        "orders",
        'half = "desk"\nfrom = ["in_progress"',
        'from = ["in_progress"',
        'half = "desk"\nbody',
        "要等 half = ",
        "half-word",
        "half-missing",
    ),
    large(
        "placeholder",
        "orders",
        'text = "{state}{result}"',
        'text = "{decision}"',
        'text = "{decision}"',
        "decision",
    ),
    large("document-outward", "orders", "outward = true\nbody", "body", 'to = ["requester"]\nhalf', "它却看不到"),
    large(
        "document-book",
        "orders",
        'list = "entries"\nbook = "enterprise_visit"',
        'list = "entries"',
        'list = "entries"',
        "请写明哪一本",
    ),
    large(
        "document-meeting",
        "orders",
        'list = "sitting"',
        'list = "sitting"\nmeeting = "department_review"',
        'list = "sitting"',
        "请写明哪种测评会",
    ),
    large("document-undo", "orders", 'verb = "remind"', 'undo = true\nverb = "remind"', 'move = "remind"', "可以撤销"),
    large(
        "document-by",
        "orders",
        'by = ["supervisor", "leader"]\nfrom = ["dispatched", "in_progress", "suspended"',
        'by = ["supervisor", "desk"]\nfrom = ["dispatched", "in_progress", "suspended"',
        'by = ["supervisor", "desk"]\nfrom = ["dispatched", "in_progress", "suspended"',
        "角色“desk”不能做动作“supervise”",
    ),
    large(
        "document-needs",
        "orders",
        '由{desk}研究。", edit = true, field = "text" }',
        '由{desk}研究。", edit = true }',
        'move = "supervise"',
        "必填的字段“text”",
    ),
    large(
        "document-field",
        "orders",
        'text = "{grounds}" }',
        'text = "{grounds}", field = "text" }',
        "{grounds}",
        "“text”不是签发时所做动作的字段",
    ),
    large("placeholder", "orders", '"{situation}" }', '"{situatoin}" }', "{situatoin}", "是不是“situation”"),
    large("placeholder", "orders", 'text = "{n}"', 'text = "{reason}"', '"{reason}"', "填不出内容，只能用：n、"),
    large("placeholder", "orders", 'text = "{facts}"', 'text = "{contact_phone}"', "{contact_phone}", "填不出内容"),
]

LEDGER = [
    large(
        "activity-minute",
        "ledger",
        'minute = "meeting_minute"',
        'minute = "half_month_minute"',
        'minute = "half_month_minute"',
        "不是几本台账共用的",
        "document-book",
    ),
    large("entry-reserved", "ledger", 'key = "place"', 'key = "date"', 'key = "date"', "“date”是系统自己用的"),
    large("entry-twice", "ledger", 'key = "place"', 'key = "attendance"', 'key = "attendance"', "用了两遍"),
    large("measure-word", "ledger", 'word = "项"', 'word = "人次"', 'word = "人次"', "只能写：件、个、项"),
    large(
        "measure-of",
        "ledger",
        'kind = "person_times"',
        'kind = "persons"\nof = "topic"',
        'of = "topic"',
        "请删掉 of",
        "measure-list",
        "measure-untyped",
        "indicator-sum",
    ),
    large(
        "measure-list",
        "ledger",
        'kind = "units"\nof = "enterprises"',
        'kind = "units"\nof = "topic"',
        'of = "topic"',
        "这个字段应当列单位",
    ),
    large(
        "measure-units",
        "ledger",
        'kind = "units"\nof = "enterprises"',
        'kind = "units"',
        '"units"\n\n',
        "写明从哪个字段里数",
    ),
    large(
        "measure-untyped",
        "ledger",
        'of = "enterprises"',
        'required = true\nof = "enterprises"',
        "required = true\nof",
        "不用填",
    ),
    large("same-unknown", "ledger", 'same = ["unit", "date"]', 'same = ["unit", "topik"]', "same = ", "是不是“topic”"),
    large(
        "recorder-post",
        "ledger",
        '{ post = "party_guide", of = "covers" }',
        '{ of = "covers" }',
        "{ of = ",
        "要写明岗位 post",
    ),
    large(
        "recorder-covers",
        "ledger",
        '{ post = "party_guide", of = "covers" }',
        '{ post = "chain_deputy", of = "covers" }',
        '{ post = "chain_deputy", of = "covers" }',
        "没有联系“chain_committee”",
    ),
    large("activity-orders", "ledger", 'channel = "meeting"\n', "", 'orders = "enterprise_request"', "都要写"),
    large(
        "unknown-ref",
        "ledger",
        'activity = "monthly_tea"',
        'activity = "monthly_te"',
        'monthly_te"\nevery',
        "是不是“monthly_tea”",
    ),
    large("unknown-ref", "ledger", 'title = "topic"', 'title = "topik"', "topik", "是不是“topic”"),
    large("unknown-word", "ledger", 'kind = "items"', 'kind = "item"', '"item"', "是不是“items”"),
    large("person-score", "ledger", 'name = "参加人次"', 'name = "干部得分"', "干部得分", "系统不做"),
    large(
        "choices-missing",
        "ledger",
        'kind = "text"\nmax_length = 40',
        'kind = "choice"',
        'kind = "choice"',
        "却没有 choices",
    ),
    large("unit-missing", "ledger", 'unit = "enterprise"\n', "", 'kind = "units"', "请写明 unit"),
]

REVIEWS = [
    large(
        "review-points", "reviews", 'points = 20\nhint = "没有吃拿卡要"', "points = 25", "points = 25", "加起来是105"
    ),
    large("review-weights", "reviews", "weight = 30", "weight = 20", "weight = 20", "加起来是90"),
    large("review-steps", "reviews", "percent = 20", "percent = 45", "percent = 45", "应当有五档"),
    large("review-classes", "reviews", "from = 0", "from = 10", "from = 10", "最后一类从0分起"),
    large("review-least", "reviews", "least = 5", "least = 4", "least = 4", "不能低于5"),
    large("review-trim", "reviews", "bad = 70", "bad = 70\ntrim = 30", "trim = 30", "最多20"),
    large("review-bad", "reviews", "bad = 70", "bad = 700", "bad = 700", "不能大于100"),
    large("review-objects", "reviews", '"departments"', '"department"', "objects =", "是不是“departments”"),
    large(
        "review-post",
        "reviews",
        '{ post = "dispatcher", of = "covers" }',
        '{ of = "covers" }',
        '{ of = "covers" }',
        "要写明岗位",
    ),
    large(
        "review-covers",
        "reviews",
        '{ post = "chain_secretary", of = "at" }',
        '{ post = "chain_secretary", of = "covers" }',
        '"chain_secretary", of = "covers"',
        "没有联系",
    ),
    large("review-appeal", "reviews", 'appeal = "5 workdays"\n', "", 'appellant = "', "三项都要写"),
    large("review-appellant", "reviews", '"department_head"', '"zone_leader"', 'appellant = "', "不在“department”"),
    large(
        "review-reviewer", "reviews", 'reviewer = "appeal_reviewer"', 'reviewer = "chain_deputy"', "reviewer", "不相干"
    ),
    large("review-orders", "reviews", 'channel = "rating_meeting"\n', "", 'orders = "', "都要写"),
    large("review-fact", "reviews", '"heavy"', '"heavi"', "order_facts", "是不是“heavy”"),
]

DUTIES = [
    large("cadence-custom", "ledger", 'every = "half_month"', 'every = "custom"', 'every = "custom"', "周期说不清"),
    large(
        "cadence-custom", "ledger", 'every = "month"', 'every = "month"\ndays = 7', 'every = "month"', "别的周期都不写"
    ),
    large(
        "cadence-custom",
        "ledger",
        'every = "month"',
        'every = "custom"\ndays = 7\nsince = "元旦"',
        'every = "custom"',
        "写 days 和 since",
    ),
    large(
        "cadence-window",
        "ledger",
        'every = "month"',
        'every = "custom"\nwindows = ["近年来"]',
        "近年来",
        "看不懂",
    ),
    large(
        "cadence-overlap",
        "ledger",
        'every = "month"',
        'every = "custom"\nwindows = ["2022年1-3月", "2022年3月"]',
        '"2022年3月"',
        "和前一个重叠",
    ),
    large(
        "cadence-post",
        "ledger",
        'every = "half_month"',
        'every = "half_month"\npost = "investment_officer"',
        'post = "investment_officer"\n',
        "不让这个岗位记",
    ),
    large(
        "reach-twice",
        "ledger",
        'key = "visited"',
        'key = "areas_per_chain"',
        "areas_per_chain",
        "与 network.toml",
        "indicator-of",
    ),
    large("reach-field", "ledger", 'field = "enterprise"', 'field = "content"', 'field = "content"', "单位字段"),
    large("reach-unit", "ledger", 'field = "enterprise"\n', "", 'every = "enterprise"', "不记在它名下"),
    large(
        "reach-post",
        "ledger",
        'every = "enterprise"',
        'every = "service_officer"',
        'every = "service_officer"',
        "也不写 field",
    ),
    large(
        "recorder-post",
        "ledger",
        'grace = 3\nremind = 2\nexcuser = [{ post = "supervision_office", ',
        "grace = 3\nremind = 2\nexcuser = [{ ",
        "excuser = [{ of",
        "要写明岗位 post",
    ),
    large(
        "unknown-ref",
        "ledger",
        'activity = "enterprise_visit"',
        'activity = "visits"',
        'activity = "visits"',
        "没有这个活动",
    ),
]
LISTED = [
    large(
        "indicator-kind",
        "reports",
        'aggregator = "stated"\nover = "statistics"',
        'aggregator = "list"\nover = "statistics"',
        'aggregator = "list"\nover = "statistics"',
        "不能用",
    ),
    large(
        "indicator-mark",
        "reports",
        'mark = "met"',
        'mark = "solved"',
        'mark = "solved"\nword = "次"',
        "due、met",
        "share-outside",
    ),
    large("indicator-of", "reports", 'of = "visited"', 'of = "visite"', '"visite"', "是不是“visited”", "share-outside"),
    large("indicator-sum", "reports", 'value = "party_members"', 'value = "members"', '"members"', "不是能相加的数"),
]
STATISTICS = [
    large(
        "series-activity",
        "statistics",
        'key = "output"',
        'key = "monthly_tea"',
        "monthly_tea",
        "与台账活动重名",
        "unknown-ref",
        "indicator-of",
    ),
    large(
        "series-percent",
        "statistics",
        'word = "%"',
        'word = "元"',
        'word = "元"\nwindow = "cumulative"\nsort',
        "只能写 %",
    ),
    large("series-yuan", "statistics", 'word = "元"', 'word = "亿元"', 'word = "亿元"', "不写亿元"),
    large("series-value-of", "statistics", 'sort = "growth"\n', "", 'of = "output"', "不是增长"),
    large("series-of", "statistics", 'of = "output"', 'of = "growth"', 'of = "growth"', "同样时段的数值"),
    large("unknown-ref", "statistics", 'of = "output"', 'of = "outputs"', "outputs", "是不是“output”"),
    large(
        "unknown-word",
        "statistics",
        'window = "cumulative"',
        'window = "monthly"',
        '"monthly"',
        "是不是“month”",
        "series-of",
    ),
    large(
        "recorder-covers",
        "statistics",
        '{ post = "dispatcher", of = "covers" }',
        '{ post = "chain_deputy", of = "covers" }',
        '{ post = "chain_deputy", of = "covers" }',
        "没有联系",
    ),
]

REPORTS = [
    large("scope-empty", "reports", 'types = ["chain_committee"]\n', "", "[[scope]]", "一个单位也没有"),
    large("indicator-wants", "reports", 'whole = "eo_due"\n', "", 'aggregator = "share"', "要写“whole”"),
    large(
        "indicator-extra",
        "reports",
        'part = "eo_satisfied"',
        'over = "orders"\npart = "eo_satisfied"',
        'over = "orders"\npart',
        "不能写“over”",
    ),
    large(
        "indicator-nested",
        "reports",
        'part = "eo_requests"',
        'part = "eo_dual"',
        'part = "eo_dual"',
        "由“eo_dual”组成",
    ),
    large(
        "indicator-of",
        "reports",
        'of = "enterprise_request"',
        'of = "enterprise_requst"',
        "enterprise_requst",
        "是不是“enterprise_request”",
    ),
    large("indicator-mark", "reports", 'mark = "refused"', 'mark = "idle"', 'mark = "idle"', "要写明按什么算"),
    large("indicator-dated", "reports", 'mark = "refused"', 'mark = "dated"', 'mark = "dated"', "写明 day 是哪个字段"),
    large(
        "indicator-day",
        "reports",
        'mark = "refused"',
        'mark = "dated"\nday = "amount"',
        'day = "amount"',
        "没有这个日期字段",
    ),
    large(
        "indicator-sum",
        "reports",
        'value = "loan_amount"',
        'value = "loan_amonut"',
        "loan_amonut",
        "是不是“loan_amount”",
    ),
    large(
        "indicator-distinct", "reports", 'value = "requester"', 'value = "title"', 'value = "title"', "不能按“title”"
    ),
    large("indicator-clock", "reports", 'value = "promise"', 'value = "promises"', "promises", "是不是“promise”"),
    large("indicator-where", "reports", 'key = "result", one_of', 'key = "reslt", one_of', "reslt", "是不是“result”"),
    large("indicator-is", "reports", 'one_of = ["referred"]', 'one_of = ["refered"]', "refered", "是不是“referred”"),
    large("indicator-by", "reports", '"channel", "priority"', '"chanel", "priority"', "chanel", "是不是“channel”"),
    large(
        "indicator-since",
        "reports",
        'word = "件"',
        'since = "2022-01-01"\nword = "件"',
        'since = "2022-01-01"',
        "一起写",
    ),
    large(
        "printed-day",
        "reports_zone",
        'until = "2022-09-30"',
        'until = "九月底"',
        'until = "九月底"',
        "要写成 2022-01-01",
    ),
    large(
        "printed-style",
        "reports_zone",
        'style = "named"',
        'style = "range"  # 不行',
        'style = "range"  # 不行',
        "指标的 aggregator 要是 constraint",
    ),
    large(
        "printed-style",
        "reports_zone",
        'fact = "batch"\n',
        "",
        'style = "fact"',
        "fact 要写明字段",
    ),
    large("indicator-since-day", "reports", 'since = "2022-01-01"', 'since = "今年"', "今年", "写成 2022-01-01"),
    large(
        "share-counts",
        "reports",
        'part = "eo_satisfied"',
        'part = "eo_loans"',
        'part = "eo_loans"',
        "不是数个数的指标",
        "share-outside",
    ),
    large(
        "share-outside",
        "reports",
        'part = "eo_satisfied"',
        'part = "eo_refused"',
        'part = "eo_refused"',
        "不一定都在分母“eo_rated”里",
    ),
    large(
        "unknown-ref", "reports", 'part = "eo_satisfied"', 'part = "eo_satisfid"', "eo_satisfid", "是不是“eo_satisfied”"
    ),
]
RECORD = """
[[indicator]]
key = "most_requests"
name = "受理件数历年最高"
aggregator = "record"
part = "eo_requests"

[[brief]]
key = "second"
name = "又一种简报"
header = "简报"
issuer = "办公室"
edit = ["statistician"]
sign = ["zone_leader"]
text = "# 题目{{most_requests}}"
"""
REQUESTS = "受理企业诉求{{eo_requests}}件"


def brief(code: str, now: str, says: str) -> Break:
    """Break the words of the programme's brief."""
    return large(code, "reports", REQUESTS, now, now, says)


BRIEFS = [
    brief("brief-unclosed", "受理{{#eo_requests}}企业诉求", "没有收口，请在同一行里补上 {{/}}"),
    brief("brief-unopened", "受理企业诉求{{/}}", "前面没有打开的一段"),
    brief("brief-braces", "受理企业诉求{{eo_requests}件", "花括号不成对"),
    brief("brief-name", "受理企业诉求{{eo_requests > 3}}件", "不写条件和算式"),
    brief("brief-style", "受理企业诉求{{eo_requests|大约}}件", "可写：原数、多、余、近"),
    brief("brief-nested", "{{*unit}}{{*month}}{{/}}{{/}}", "套在另一个逐项列出里"),
    large("brief-title", "reports", "# 企业点单", "企业点单", "企业点单　部门", "请写一行以“# ”开头的文字"),
    brief("brief-figure", "受理企业诉求{{eo_request}}件", "不是指标，是不是“eo_requests”"),
    large("brief-claim", "reports", "", RECORD, 'text = "# 题目', "请写成 {{#most_requests}}……{{/}}"),
    brief("brief-no-claim", "受理{{#eo_requests}}企业诉求{{/}}", "不能决定印不印一句话"),
    brief("brief-unfit", "受理企业诉求{{eo_requests|万元}}", "不能写成“万元”，可写：原数、多、余、近"),
    brief("brief-by", "{{*result}}受理企业诉求{{eo_requests}}件{{/}}", "不能按“result”逐个列出"),
    large(
        "brief-number",
        "reports",
        "internal = true",
        'internal = true\nnumber = "document"',
        'number = "document"',
        "请写明",
    ),
    brief("brief-literal", "受理企业诉求146件", "“146件”是手写的数"),
    brief("brief-literal", "受理企业诉求一百余件", "“一百余件”是手写的数"),
    brief("brief-glued", "受理企业诉求1{{eo_requests}}件", "会读成另一个数"),
    brief("brief-word", "受理企业诉求{{eo_requests}}家", "数的是“件”，后面却写了“家”"),
]

BOARDS = [
    large(
        "board-post",
        "reports",
        'posts = ["department_head", ',
        'posts = ["zone_leader", ',
        'posts = ["zone_leader", "section_head"',
        "已有看板“zone”",
    ),
    large(
        "board-cards",
        "reports",
        '"eo_satisfaction_rate", "eo_loans"]',
        '"eo_satisfaction_rate", "eo_loans", "eo_hired"]',
        'cards = ["eo_requests", "eo_solved", "eo_open"',
        "最多6张",
    ),
    large(
        "chart-wants",
        "reports",
        'indicator = "eo_dispatched"\n',
        "",
        'kind = "months"\nname = "逐月派来',
        "要写“indicator”",
    ),
    large(
        "chart-extra",
        "reports",
        'kind = "lights"\n',
        'kind = "lights"\nbeside = "eo_open"\n',
        'beside = "eo_open"',
        "不能写",
    ),
    large("chart-window", "reports", 'beside = "eo_replied"', 'beside = "eo_solved"', 'beside = "eo_solved"', "画不成"),
    large("chart-cadence", "reports", 'cadence = "huddle"', 'cadence = "hudle"', 'cadence = "hudle"', "是不是“huddle”"),
]

BREAKS = [
    *WRITING,
    *SHAPE,
    *NETWORK,
    *PEOPLE,
    *STATES,
    *MOVES,
    *CLOCKS,
    *STORIES,
    *NOTICES,
    *DOCUMENTS,
    *LEDGER,
    *DUTIES,
    *LISTED,
    *STATISTICS,
    *REPORTS,
    *BOARDS,
    *REVIEWS,
    *BRIEFS,
]
