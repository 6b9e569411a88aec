"""填报错误的说法: what is wrong with one field and how to mend it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.programmes import Field, OrderType
from bihuan.core.refusal import Refused
from bihuan.words import moments
from bihuan.words.orders import field_name

PICKED = ("choice", "choices", "unit", "units", "post", "person", "date")
SENTENCES = {
    "bad_character": gettext_noop("%(field)s里有不能识别的字符，请删掉后重写"),
    "unfilled": gettext_noop("%(field)s里还有没填的{…}（常用语的空），请填好或删掉"),
    "not_text": gettext_noop("%(field)s请填文字"),
    "not_a_choice": gettext_noop("%(field)s请从给出的选项里选"),
    "not_a_date": gettext_noop("%(field)s写成2022-10-25或10月25日这样的日期"),
    "not_money": gettext_noop("%(field)s写成数字，例如2150万元或8500元"),
    "negative": gettext_noop("%(field)s不能是负数"),
    "not_a_count": gettext_noop("%(field)s请填整数"),
    "phone_short": gettext_noop("手机号少了位数，应为11位"),
    "phone_long": gettext_noop("手机号多了位数，应为11位"),
    "phone": gettext_noop("电话写成11位手机号，或带区号的座机号，例如0736-7000000"),
    "credit_code": gettext_noop("统一社会信用代码有误，应为18位，请对照营业执照"),
    "not_yes_no": gettext_noop("%(field)s请选是或否"),
    "unknown_unit": gettext_noop("%(field)s：找不到这个单位，请从列表里选"),
    "wrong_unit": gettext_noop("%(field)s：这个单位不是这一类，请从列表里选"),
    "unknown_post": gettext_noop("%(field)s：找不到这个岗位，请从列表里选"),
    "vacant_post": gettext_noop("%(field)s：这个岗位现在没有人，请选别人，或请管理员补任职"),
    "unknown_person": gettext_noop("%(field)s：找不到这个人，请从列表里选"),
    "unknown_file": gettext_noop("%(field)s：文件没有传上来，请重新选"),
    "reason_or_words": gettext_noop("请勾一个原因，或说一句，便于返工"),
    "same_text": gettext_noop("没有改动：同意原稿就直接审签，要改请改了再存"),
    "not_earlier": gettext_noop("%(field)s：只能退到稿子已经过的一道，或退给拟稿人"),
    "recused": gettext_noop("%(field)s：这个人已回避，请选别人"),
    "words_or_photo": gettext_noop("请写几句，或附上手写批示的照片，两样有一样就行"),
    "nobody_there": gettext_noop("%(field)s：其中有的角色在这张单里没有人，请去掉它，或先派单、加协办"),
    "itself": gettext_noop("不能并入自己，请填主单的单号"),
    "nothing_new": gettext_noop("没有改动：填的和现在记着的一样"),
    "in_future": gettext_noop("%(field)s还没到，请核对年月日"),
    "nothing_changed": gettext_noop("没有改动：请改类别、轻重或缓急中的一项"),
    "not_of_unit": gettext_noop("办理人须在主办部门任职，请从列表里选"),
    "same_unit": gettext_noop("%(field)s不能还是现在的主办部门，请另选"),
    "past": gettext_noop("%(field)s不能早于明天（今天是%(today)s）"),
    "not_later": gettext_noop("%(field)s要晚于现在的期限"),
    "no_handler": gettext_noop("%(field)s：这个部门没有在岗承办人，请另选，或请管理员补任职"),
    "unknown_order": gettext_noop("找不到这个单号，请核对"),
    "other_type": gettext_noop("主单不是同一类，不能并"),
    "closed_order": gettext_noop("主单已办结，不能并入；请查正在办的那张"),
    "duplicate": gettext_noop("这个来源单号已经登记过，就是%(first)s，请到那张单里办，不要另开一张"),
    "not_a_moment": gettext_noop("来源时限写成2022-10-08，或2022-10-08 17:30"),
    "source_long": gettext_noop("来源单号请压到80字以内"),
}


# What an order is opened with beside the fields its programme declares.
BESIDE = {
    "requester": gettext_noop("点单单位"),
    "requester_name": gettext_noop("单位名称"),
    "desk": gettext_noop("归口单位"),
    "channel": gettext_noop("来源"),
}


def problem(field: Field | None, code: str, now: datetime | None = None, first: str = "", key: str = "") -> str:
    """Return the sentence for one field: missing ones ask for what to do, too long ones say by how much they may go.

    `key` names what is no declared field, such as the requester.
    """
    name = field_name(field) if field else _(BESIDE[key]) if key in BESIDE else ""
    if code == "missing":
        if field is not None and field.kind == "files":
            return _("请附上%(field)s") % {"field": name}
        said = _("请选%(field)s") if field is not None and field.kind in PICKED else _("请填%(field)s")
        return said % {"field": name}
    if code == "too_long":
        limit = (field.max_length if field else 0) or (4000 if field and field.kind == "long_text" else 200)
        return _("%(field)s太长了，请压到%(n)s字以内") % {"field": name, "n": limit}
    if code not in SENTENCES:
        return _("%(field)s有误，请核对") % {"field": name}
    today = moments.day(now, now) if now else ""
    return _(SENTENCES[code]) % {"field": name, "today": today, "first": first}


def problems(refused: Refused, order_type: OrderType, now: datetime | None = None) -> dict[str, str]:
    """Return {field key: sentence} for everything a refusal says is wrong with the form."""
    first = str(refused.facts.get("first", ""))
    fields = order_type.fields
    return {key: problem(fields.get(key), code, now, first, key) for key, code in refused.problems.items()}


def file_sentence(refused: Refused) -> str:
    """Return why a file was not taken and what to do, from a refusal of `actions.files`."""
    said = {
        "empty": _("“%(name)s”是空的，没有收，请换一个"),
        "too_large": _("“%(name)s”超过%(megabytes)sMB，没有收，请压缩或拆开"),
        "type": _("“%(name)s”这种文件不收，请传照片（jpg、png）、PDF、Word、Excel、WPS或文本"),
        "disguised": _("“%(name)s”的内容和后缀不一致，没有收，请传照片、PDF、Word、Excel、WPS或文本"),
    }[refused.code.rpartition(".")[2]]
    return said % refused.facts
