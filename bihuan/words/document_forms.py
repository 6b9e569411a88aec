"""公文模板的说法: why a county's own form was not taken, and what to change in it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.refusal import Refused

SENTENCES = {
    "post": gettext_noop("只有管理员岗位能改公文模板和机关代字"),
    "state.unknown": gettext_noop("没有这种文书，请从设置的文书页重新打开"),
    "invalid.missing": gettext_noop("请选一个docx模板"),
    "invalid.too_large": gettext_noop("“%(name)s”超过%(megabytes)sMB，没有收，请删掉里面的图片再传"),
    "invalid.not_docx": gettext_noop("“%(name)s”不是Word的docx文件，没有收，请在Word或WPS里另存为docx再传"),
    "invalid.macros": gettext_noop("“%(name)s”带宏或控件，没有收，请在Word里另存为不带宏的docx再传"),
    "invalid.bomb": gettext_noop("“%(name)s”展开以后大得不正常，没有收，请新建一个docx把内容粘过去再传"),
    "invalid.outside": gettext_noop(
        "“%(name)s”要从别处取内容（外部链接的模板或图片），没有收，请把图片嵌入、去掉链接的模板再传"
    ),
    "invalid.broken": gettext_noop(
        "模板里的双花括号读不懂（%(why)s），没有收，请检查每一处是不是写成{{名称}}，两边成对"
    ),
    "invalid.statement": gettext_noop(
        "模板里只能写{{名称}}，清单可以写{%%tr for 行 in 清单 %%}，不能有条件和算式，没有收"
    ),
    "invalid.unknown": gettext_noop("模板里写了%(names)s，填不出内容，没有收；只能写：%(allowed)s"),
    "invalid.nothing": gettext_noop("模板里一处{{名称}}也没有，印出来每份都一样，没有收，请把要填的地方写成{{名称}}"),
    "needs": gettext_noop("机关代字“%(value)s”不行，请写1至8个汉字，例如 常经"),
}


def sentence(refused: Refused) -> str:
    """Return why a form or a code was not taken and what to do, in one sentence."""
    code = refused.code.partition(".")[2]
    facts = dict(refused.facts)
    for key in ("names", "allowed"):
        if key in facts:
            facts[key] = _("、").join(f"{{{{{name}}}}}" if key == "names" else str(name) for name in facts[key])
    return _(SENTENCES[code]) % {"name": "", **facts}
