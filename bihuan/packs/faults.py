"""毛病: what is wrong with a pack, where, and the one Chinese sentence that says so and what to do.

SENTENCES is the whole list: the checker can say nothing else, docs/packs.md prints it, and a test provokes each.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

# Faults of writing: found by packs.scan, line by line, in a file that TOML refuses.
WRITING = {
    "encoding": "文件不是 UTF-8 编码（第{n}个字节读不出），请用编辑器另存为 UTF-8",
    "unreadable": "文件读不出来，请看它是不是普通文件、有没有读的权限",
    "wide": "字符串外面写了全角符号 {found}，请改成英文半角 {instead}",
    "blank": "字符串外面有全角空格或不可见字符，请删掉，改用英文空格",
    "control": "这一行有看不见的控制字符，请删掉",
    "chinese-key": "等号左边“{word}”不是英文，键只用小写英文字母、数字和下划线",
    "unquoted": '“{word}”是文字，要放在英文双引号里，写成 "{word}"',
    "leading-zero": '“{word}”以 0 开头，不是数字，区号和编号要放在英文双引号里，写成 "{word}"',
    "flag": "“{word}”不认识，是写成 true，否写成 false，都用小写",
    "no-value": "等号右边没有内容，请补上，或把这一行删掉",
    "equals": "“{word}”后面缺英文等号 =",
    "bad-key": "“{word}”不能作键，键只用小写英文字母、数字和下划线，中间不留空格",
    "duplicate-key": "“{word}”写了两遍，前一遍在第{before}行，请删掉一处",
    "duplicate-table": "[{word}] 写了两遍，前一遍在第{before}行，请合到一处；要写几个同样的表就用 [[{word}]]",
    "header": "表头的方括号不成对，请写成 [名字] 或 [[名字]]，一行只写一个",
    "unclosed-string": "引号没有收口，请在文字末尾补上 {quote}",
    "unclosed-array": "方括号没有收口，请在最后一项后面补上 ]",
    "unclosed-inline": "花括号里的内容要写在同一行里并收口，请补上 }}，或并成一行",
    "comma": "两项之间要有一个英文逗号，也只能有一个",
    "trailing": "一行只写一个“键 = 值”，后面多了“{word}”",
    "escape": "双引号里的反斜杠“{word}”不认识，请写成两个反斜杠，或改用英文单引号",
    "deep": "括号套得太深，请拆开写",
    "syntax": "从这里读不下去，请检查这一行和上一行的引号、括号、逗号和等号",
}

# Faults of meaning: found when every file could be read.
MEANING = {
    # the files, and what may stand in them
    "no-folder": "这里没有项目包：没有文件夹，或文件夹里没有 programme.toml",
    "missing-file": "缺文件 {name}，{why}",
    "unknown-file": "不认识的文件，项目包里只有 {names}{suggestion}",
    "unknown-key": "{table}没有“{key}”这一项{suggestion}",
    "wrong-type": "{table}的“{key}”应当是{want}，例如 {example}",
    "missing": "{table}缺“{key}”（{says}），例如 {example}",
    "empty": "{table}的“{key}”不能空着，例如 {example}",
    "unknown-word": "{table}的“{key}”不能写“{word}”，只能写：{words}{suggestion}",
    "not-snake": "“{word}”不能作“{key}”，请用小写英文字母开头，只用小写英文字母、数字和下划线",
    "not-chinese": "{table}的“name”要写中文名称，现在是“{word}”",
    "not-english": "{table}的“name_en”要写英文名称，现在是“{word}”",
    "duplicate": "{table}“{key}”重复了，前一个在第{before}行，请改名或删掉一个",
    "duplicate-file": "{table}“{key}”重复了，{file} 第{before}行已经有一个，请改名或删掉一个",
    "twice": "{table}的“{key}”里“{word}”写了两遍，请删掉一个",
    "unknown-ref": "{table}的“{key}”提到{what}“{word}”，但没有这个{what}{suggestion}",
    "bad-duration": "{table}的“{key}”里“{word}”不是时长，写成 2 hours、1 workday、15 days、1 month 或 2个工作日",
    "expression": "{table}的“{key}”写了算式“{word}”，包里不写条件和算式，请改用已有的词或分成两个动作",
    "placeholder": "{table}的“{key}”里 {{{word}}} 填不出内容，只能用：{words}{suggestion}",
    "bad-prefix": "单号前缀“{word}”不行，请用1至4个大写英文字母",
    # 来源
    "channel-return": "来源渠道“{key}”不是外部渠道，不能要求回填，请写 external = true，或删掉 return_sheet",
    "channel-column": "来源的表里“{column}”这一列，fact 和 answer 要写一个，也只能写一个",
    "channel-fact": "来源的表里“{column}”这一列读成“{word}”，导入没有这一项{suggestion}",
    "channel-number": '来源渠道“{key}”的表没有写哪一列是来源单号，请写一列 fact = "source_number"',
    "channel-answer": "来源渠道“{key}”要回填，却没有写回填到哪些列，请至少写一列 answer",
    # 网
    "unit-cycle": "单位类型“{key}”绕了一圈又属于自己，请改“within”",
    "coverage-bounds": "全覆盖要求“{key}”的下限{min}大于上限{max}，请改 min 或 max",
    # 字段
    "choices-missing": "字段“{key}”是选择项，却没有 choices",
    "choices-extra": "字段“{key}”不是选择项，不能写 choices，请删掉，或把 kind 改成 choice",
    "unit-missing": "字段“{key}”要选单位，请写明 unit 是哪种单位",
    "post-missing": "字段“{key}”要选岗位，请写明 post 是哪种岗位",
    "public-internal": "字段“{key}”只供内部看，不能放在对外表单里",
    "title-kind": '标题字段“{key}”应当是一行文字（kind = "text"）',
    "rating-kind": '评价字段“{key}”应当是单选（kind = "choice"）',
    "unknown-category": "派单目录里的类别“{word}”不在字段 category 的选项里{suggestion}",
    "limits-unknown": "时限“{key}”的 limits 里“{word}”不是“{by}”的选项{suggestion}",
    # 人
    "purpose-missing": "字段“{key}”是个人信息，请写明用途 purpose",
    "retention-missing": "字段“{key}”是个人信息，请写明保存期限 retention",
    "phone-class": "字段“{key}”是电话，属个人信息，data_class 至少是 C2",
    "not-sealed": "字段“{key}”是敏感个人信息（C3），整个项目包要设密：在 programme.toml 写 sealed = true",
    "no-assessment": "字段“{key}”是敏感个人信息（C3），请在 programme.toml 的 assessment 写明影响评估的文号或日期",
    "no-contact": "收集个人信息的项目包要留联系人，请在 programme.toml 写 contact",
    "person-score": "“{word}”是给人打分、排名或贴标签，系统不做，请改成对事、对单位服务的记录",
    "person-watch": "“{word}”是盯人的信息，系统不收，请删掉这一项",
    # 状态
    "closed-milestone": "状态“{key}”的 closed 与节点“{milestone}”对不上：只有 closed、ended 两个节点是结束",
    "no-owner": "状态“{key}”没有写轮到谁办（owner）",
    "no-clock": "状态“{key}”没有时限在走，单子会停在这里没人催，请加一个到达这里之前开始、离开时才停的时限",
    "unreachable": "状态“{key}”到不了：没有哪个动作走到这里",
    "dead-end": "状态“{key}”进得去出不来：没有动作从这里走到别的状态",
    "trap": "状态“{key}”往后走不到销号或结束，只会绕圈",
    "never-closed": "这种单走不到销号：从点单出发没有路到节点是 closed 的状态",
    # 动作
    "no-start": '这种单没有点单的动作（effect = "submit"）',
    "two-starts": "点单的动作只能有一个，前一个在第{before}行",
    "no-right": "动作“{verb}”没有写谁可以做（by）",
    "no-from": "动作“{verb}”没有写从哪些状态做（from）",
    "reserved-verb": "动作的键“{verb}”是系统自己用的，请换一个键",
    "start-from": "动作“{verb}”是开单，不能写 from，要写到达的状态 to",
    "advance-loop": "动作“{verb}”的作用是推进（advance），有派单、答复、核查、销号的单不能用：这几步要各由各的人做",
    "advance-empty": "动作“{verb}”什么也不改：请写到达的状态 to，或写要填的字段 needs",
    "past-kind": "字段“{key}”不是日期，不能写 past",
    "no-effect": "动作“{verb}”要写明作用 effect：“{verb}”不是现成的作用{suggestion}",
    "ask-word": "动作“{verb}”要写明是哪一种申请（ask = {words}）",
    "ask-extra": "动作“{verb}”不是申请或裁定，不能写 ask",
    "ask-undecided": '申请“{ask}”没有裁定的动作（effect = "decide"、ask = "{ask}"）',
    "decide-unasked": '裁定“{ask}”没有申请的动作（effect = "ask"、ask = "{ask}"）',
    "decide-choice": "裁定动作“{verb}”要填一个单选字段，选项的 key 是 agree、refuse（可加 arbiter）",
    "arbiter": "退单裁定可以报请指定（arbiter），却没有指定承办的动作，或有动作而没有 arbiter 选项",
    "two-deciders": "申请“{ask}”有两个裁定动作，只留一个",
    "half-word": "答复动作“{verb}”要写明答复哪一方（half = requester 或 desk）",
    "half-extra": "动作“{verb}”不是答复，不能写 half",
    "half-missing": '双反馈缺一半：没有 half = "{half}" 的答复动作',
    "half-apart": "双反馈的两个动作应当到达同一个状态，现在是“{a}”和“{b}”",
    "approval-move": '写了审签（approval）就要有审签和退回修改两个动作，现在缺 effect = "{effect}"',
    "approval-idle": "动作“{verb}”用不上：这种单没有写审签（approval）",
    "approval-twice": "审签写了两遍：有了 [[order.sign]] 就不再写 approval，请留一种",
    "approval-by": "动作“{verb}”的 by 里没有“{role}”，轮到它审签时签不了，请加上",
    "edit-needs": "改稿动作“{verb}”没有写改哪些字段，请写 needs",
    "edit-field": "改稿动作“{verb}”的字段“{field}”不在同一方的答复里，改了也发不出去，请删掉",
    "back-to": "退到哪里（back_to）的选项“{word}”不是审签的一道，可写的是：{words}",
    "no-resume": '挂起以后回不来：没有从“{state}”恢复办理的动作（effect = "resume"）',
    "within-missing": "动作“{verb}”有 within 这一关，请写明 within（多久）和 within_of（从哪个时刻算起）",
    "within-extra": '动作“{verb}”写了期限却没有 within 这一关，请在 guards 里加上 "within"',
    "guard-idle": "动作“{verb}”的关口“{guard}”用不上：{why}",
    "self-check": "动作“{verb}”要加关口 not_handler：谁办理，谁不核查、不销号",
    "rater": "评单动作“{verb}”只能由点单的一方做，角色“{role}”不是",
    "rating-needs": "评单动作“{verb}”要填评价字段“{field}”",
    "inner-requester": "动作“{verb}”不对外，却让点单的一方做，请改 inner 或 by",
    "effect-field": "动作“{verb}”的作用“{effect}”要用字段“{field}”，请放进 needs 或 takes",
    # 和已发布的版本比
    "reused-kind": "字段“{key}”在已发布的 {bundle} 里是 {was}，不能改成 {now}：键定了类型就不能变，请另起一个键",
    "reused-word": "统计值“{key}”在已发布的 {bundle} 里的计量单位是 {was}，不能改成 {now}，请另起一个键",
    "reused-measure": "计量“{key}”在已发布的 {bundle} 里数的是 {was}，不能改成 {now}：键定了就不能变，请另起一个键",
    "reused-effect": "动作“{key}”在已发布的 {bundle} 里作用是 {was}，不能改成 {now}：键定了作用就不能变，请另起一个键",
    # 角色
    "relation-post": "角色“{role}”的关系“{of}”要写明岗位 post",
    "relation-no-post": "角色“{role}”的关系“{of}”不看岗位，请删掉 post",
    "relation-covers": "角色“{role}”里岗位“{post}”没有联系“{desk}”，做不了 covers 关系，请改岗位的 covers",
    "relation-at": "角色“{role}”里岗位“{post}”不在“{unit}”，做不了“{of}”关系",
    # 时限
    "clock-never-starts": "时限“{key}”永远不会开始：starts 里的动作或状态都不会发生",
    "clock-never-stops": "时限“{key}”永远不会停：stops 里的动作或状态都不会发生",
    "promise-restarts": "时限“{key}”是对外承诺，只开始一次，不能写 restarts",
    "promise-paused": "时限“{key}”是对外承诺，挂起时照走，不能写 pausable",
    "two-promises": "对外承诺只能有一个，前一个在第{before}行",
    "by-priority": "时限“{key}”按轻重缓急分档，要有字段 importance 和 urgency",
    "lights-range": "“{key}”应当大于0小于1，橙灯要小于黄灯",
    "ladder-does": "预警“{verb}”不能由系统做，只能是催办、督办、提级一类的动作",
    # 通知
    "notice-told": "通知里的“told”指预警阶梯要告诉的人，on 里要有 alarm.yellow、alarm.orange 或 alarm.red",
    "notice-robot": "通知里“{role}”是点单的一方，不能用单位的群机器人（robot），请改用 inapp、mail 或 sms",
    # 文书
    "document-word": '文书“{key}”用文号，请写明机关代字后面的字 word，如 "督"',
    "document-list": "文书“{key}”是清单，不能写 {word}，请删掉，或去掉 list",
    "document-columns": "文书“{key}”是清单，请写明列哪些列（columns）",
    "document-no-list": "文书“{key}”不是清单，不能写 columns，请改用 rows，或写明 list",
    "document-from": "文书“{key}”没有写单子在哪些状态时可以签发（from）",
    "document-half": '文书“{key}”要等 half = "{half}" 的答复，这种单没有这样的答复动作',
    "document-book": "文书“{key}”列台账或记会议（list 写 entries 或 entry），请写明哪一本（book），或由台账的 minute 点名；单的清单只有 requester 的写 book",
    "activity-minute": "台账“{key}”的会议纪要写的是“{paper}”，它不是几本台账共用的：要 list 写 entry、不写 book",
    "document-meeting": "文书“{key}”印测评结果（list 写 review），请写明哪种测评会（meeting）；别的文书不写 meeting",
    "document-outward": "文书“{key}”发给点单的单位，它却看不到，请写 outward = true，或从 to 里去掉 requester",
    "document-undo": "文书“{key}”签发时做的动作“{verb}”可以撤销，发出的文书不能，请换一个动作",
    "document-by": "角色“{role}”不能做动作“{verb}”，也就不能签发这种文书，请改 by",
    "document-needs": '文书“{key}”签发时做动作“{verb}”，它必填的字段“{field}”没有哪一行来填，请在一行里写 field = "{field}"',
    "document-field": "文书“{key}”的“{field}”不是签发时所做动作的字段，请删掉 field，或改 move",
    # 账
    "entry-reserved": "台账里“{key}”是系统自己用的，请换一个键",
    "entry-twice": "台账里“{key}”用了两遍，计量和字段的键不能相同，请改一个",
    "measure-word": "计量“{key}”数的是 {kind}，计量词不能写“{word}”，只能写：{words}",
    "measure-of": "计量“{key}”数的是 {kind}，不能从字段里数，请删掉 of，或改成 units、unit_times",
    "measure-list": '计量“{key}”从字段“{field}”里数，这个字段应当列单位（kind = "units"）',
    "measure-units": "计量“{key}”数的是几家单位，要能去重，请写明从哪个字段里数（of）",
    "measure-untyped": "计量“{key}”不用填，不能写 required、usual，请删掉",
    "same-unknown": "活动“{key}”的 same 里“{word}”不是 unit、date，也不是它的字段{suggestion}",
    "recorder-post": "“{key}”里关系“{of}”要写明岗位 post",
    "recorder-covers": "“{key}”里岗位“{post}”没有联系“{unit}”，做不了 covers 关系，请改岗位的 covers",
    "cadence-custom": '周期义务“{key}”的周期说不清：every = "custom" 时写 windows，或写 days 和 since（2022-01-01），两种写一种；别的周期都不写',
    "cadence-window": "周期义务“{key}”的时段“{word}”看不懂，写成 2022年1-3月 或 2022-04-11至2022-05-20",
    "cadence-overlap": "周期义务“{key}”的时段“{word}”和前一个重叠，请分开",
    "cadence-post": "周期义务“{key}”要岗位“{post}”各记一条，但“{book}”不让这个岗位记，请加到记账的人里",
    "reach-twice": "活动覆盖“{key}”与 network.toml 里的全覆盖要求重名，请改一个键",
    "reach-field": "活动覆盖“{key}”的 field“{field}”应当是“{book}”里列“{every}”的单位字段",
    "reach-unit": "活动覆盖“{key}”要每个“{every}”都有，但“{book}”不记在它名下，请写 field 是哪个字段列着它",
    "reach-post": "活动覆盖“{key}”要每个岗位“{every}”都有，“{book}”就要让这个岗位记，也不写 field",
    "series-activity": "统计值“{key}”与台账活动重名，请改一个键",
    "series-percent": "统计值“{key}”是增长，计量单位只能写 %",
    "series-yuan": "统计值“{key}”的计量单位写元，不写{word}：存的都是元，填的时候可以写75.89亿元",
    "series-value-of": '统计值“{key}”不是增长，不能写 of，请删掉，或写 sort = "growth"',
    "series-of": "统计值“{key}”的 of 写了“{of}”，应当是同一种单位、同样时段的数值",
    "activity-orders": "活动“{key}”要转单，orders（转成哪种单）和 channel（从哪个渠道来）都要写",
    # 报
    "scope-empty": "口径“{key}”一个单位也没有，请写 units 或 types",
    "indicator-wants": "指标“{key}”（{kind}）要写“{word}”",
    "indicator-extra": "指标“{key}”（{kind}）不能写“{word}”，请删掉",
    "indicator-nested": "指标“{key}”由“{word}”组成，那一个本身又由别的指标组成，请改用直接数出来的指标",
    "indicator-of": "指标“{key}”的 of 写了“{word}”，{over} 里没有{suggestion}",
    "indicator-kind": "指标“{key}”数的是 {over}，不能用“{kind}”合计",
    "indicator-mark": "指标“{key}”要写明按什么算（mark），可写：{words}",
    "indicator-dated": '指标“{key}”按日期字段算的，mark 写 "dated"，并写明 day 是哪个字段；别的标记不写 day',
    "indicator-day": "指标“{key}”的 day 写了“{word}”，这种单没有这个日期字段{suggestion}",
    "indicator-sum": "指标“{key}”合计“{word}”，它不是能相加的数{suggestion}",
    "indicator-distinct": "指标“{key}”不能按“{word}”去重，可写：{words}",
    "indicator-clock": "指标“{key}”说的是一条时限（value），这种单没有时限“{word}”{suggestion}",
    "indicator-where": "指标“{key}”的条件“{word}”不认识{suggestion}",
    "indicator-is": "指标“{key}”的条件里“{word}”不是“{what}”的选项{suggestion}",
    "indicator-by": "指标“{key}”不能按“{word}”分{suggestion}",
    "indicator-since": '指标“{key}”的 since 和 window = "to_as_of" 要一起写：从哪天累计到截止时',
    "indicator-since-day": "指标“{key}”的 since 写了“{word}”，要写成 2022-01-01 这样的一天",
    "printed-day": "印出的数“{key}”的“{name}”写了“{word}”，要写成 2022-01-01 这样的一天",
    "printed-style": "印出的数“{key}”不能写成 {style}：{why}",
    "share-counts": "率“{key}”的“{word}”不是数个数的指标（count），不能作分子、分母",
    "share-outside": "率“{key}”里“{part}”不一定都在分母“{whole}”里：数的对象、时段、口径要相同，标记要是它的一部分",
    # 评
    "review-points": "测评会“{key}”各项的分加起来是{total}，应当是100，请改 points",
    "review-weights": "测评会“{key}”各种人的比重加起来是{total}，应当是100，请改 weight",
    "review-steps": "测评会“{key}”应当有五档，从100往下写，一档比一档低，请改 percent",
    "review-classes": "测评会“{key}”的类要从高到低写，最后一类从0分起，请改 from",
    "review-least": "测评会“{key}”的 least 是{least}，少于5张票会看出是谁打的，不能低于5",
    "review-trim": "测评会“{key}”的 trim 最多{most}，请改小",
    "review-bad": "测评会“{key}”的 {word} 不能大于100",
    "review-objects": "测评会“{key}”的 objects 写了“{word}”，台账“{activity}”里没有列“{unit}”的这个字段{suggestion}",
    "review-post": "测评会“{key}”里关系“{of}”要写明岗位 post",
    "review-covers": "测评会“{key}”里岗位“{post}”没有联系“{unit}”，做不了 covers 关系，请改岗位的 covers",
    "review-appeal": "测评会“{key}”要能申诉，appellant、reviewer、appeal 三项都要写",
    "review-appellant": "测评会“{key}”的申诉岗位“{post}”不在“{unit}”，请换参评单位里的岗位",
    "review-reviewer": "测评会“{key}”的复核岗位“{post}”主持测评会，或就在参评单位，请换一个不相干的岗位",
    "review-orders": "测评会“{key}”要生成整改单，orders（哪种单）和 channel（从哪个渠道来）都要写",
    "review-fact": "测评会“{key}”先填的“{word} = {value}”不是单“{order}”的字段和选项{suggestion}",
    # 简报
    "brief-unclosed": "简报“{key}”的“{word}”没有收口，请在同一行里补上 {{{{/}}}}",
    "brief-unopened": "简报“{key}”这里的 {{{{/}}}} 前面没有打开的一段，请删掉或补上开头",
    "brief-braces": "简报“{key}”的花括号不成对，指标写成 {{{{键}}}} 或 {{{{键|写法}}}}",
    "brief-name": "简报“{key}”的花括号里“{word}”不是键，只写指标的键和写法，不写条件和算式",
    "brief-style": "简报“{key}”没有“{word}”这种写法，可写：{other}",
    "brief-nested": "简报“{key}”的“{word}”套在另一个逐项列出里，请分开写",
    "brief-title": "简报“{key}”没有题目，请写一行以“# ”开头的文字",
    "brief-figure": "简报“{key}”的“{word}”不是指标{suggestion}",
    "brief-claim": "简报“{key}”的“{word}”是一句话成立不成立，请写成 {{{{#{word}}}}}……{{{{/}}}}",
    "brief-no-claim": "简报“{key}”的“{word}”不是成立不成立的指标，不能决定印不印一句话",
    "brief-unfit": "简报“{key}”的“{word}”不能写成“{style}”，可写：{words}",
    "brief-by": "简报“{key}”里“{word}”不能按“{other}”逐个列出，请在指标的 by 里写上",
    "brief-number": "“{key}”用文号，请写明年份前面的字 word，如“常经链通报”",
    "brief-literal": "简报“{key}”里“{word}”是手写的数，请换成指标",
    "brief-glued": "简报“{key}”里“{word}”紧挨着指标“{other}”，会读成另一个数，请隔开或删掉",
    "brief-word": "简报“{key}”里数的是“{other}”，后面却写了“{word}”，请改成同一个计量词",
    "board-post": "看板“{key}”给岗位“{word}”，它已有看板“{other}”，一个岗位只有一块看板",
    "board-cards": "看板“{key}”最多{most}张卡片，请删掉几张",
    "chart-wants": "看板“{key}”的图（{kind}）要写“{word}”",
    "chart-extra": "看板“{key}”的图（{kind}）不能写“{word}”，请删掉",
    "chart-window": "看板“{key}”的图数“{word}”，它不是按所问的时段数的，画不成逐月的图，请换一个 window 为 asked 的指标",
    "chart-cadence": "看板“{key}”的图写了周期义务“{word}”，ledger.toml 里没有{suggestion}",
    # 演练
    "no-stories": "没有演练（stories.toml 里一个 [[story]] 也没有），请至少写一个从点单到销号的演练",
    "rating-word": "测评演练“{name}”的 {key} 里没有“{word}”{suggestion}，只能写：{words}",
    "story-start": "演练“{name}”的第一步应当是点单或导入，或用 given 接着前面的演练",
    "story-given": "演练“{name}”接的“{word}”不在它前面{suggestion}",
    "step-fact": "第{n}步的 with 里“{word}”不是动作“{verb}”要填的字段{suggestion}",
    "step-value": "第{n}步的“{field}”填了“{word}”，不合：{why}",
    "step-refused": '第{n}步的 refused “{word}”不认识，写一种拒绝（{words}）或完整的代码，如 "close.needs.rating"',
}

SENTENCES = WRITING | MEANING


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong: `line` counts from 1, `code` is a key of SENTENCES, `sentence` is ready to read.

    `str(fault)` is the promised form `file:line: sentence`.
    """

    file: str
    line: int
    code: str = field(compare=False)
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class Faulty(ValueError):
    """A pack that cannot be read; `faults` says why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def fault(file: str, line: int, code: str, /, **facts: object) -> Fault:
    """Return the fault with its sentence; raises KeyError for a code that has none."""
    shown = {key: brief(str(value)) for key, value in facts.items()}
    return Fault(file, line, code, SENTENCES[code].format(**shown))


def brief(text: str, most: int = 200) -> str:
    """Return the text on one line and not longer than a sentence bears."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like `word`, or "" when none is near."""
    found = difflib.get_close_matches(word[:80], list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return “，是不是“…”” with the nearest known word, or ""."""
    near = nearest(word, known)
    return f"，是不是“{near}”" if near else ""
