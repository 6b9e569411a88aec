"""人: what is asked of persons has a purpose and an end, and no pack scores, ranks, tags or watches them.

The rules are those no pack can switch off (ethics, six rules for every pack; 个人信息保护法 Art. 6, 19, 28, 55).
"""

from __future__ import annotations

import re

from bihuan.packs.nodes import Node, Pack

PERSONAL = ("C2", "C3")
# Judging words count against a field only where a person is meant: an office's service may be rated.
_JUDGED = re.compile(
    r"积分|评分|得分|扣分|打分|计分|分值|排名|排行|名次|排位|评级|等次|标签|画像|信用分|红黑榜|风险等级|危险等级|危险程度"
)
_PERSON = re.compile(
    r"个人|人员|本人|网格员|护林员|专员|承办人|办理人|经办人|干部|职工|员工|社工|骑手|教师|学生|群众|居民|村民|住户|家庭|户主|对象"
)
_ALWAYS = re.compile(r"信用分|重点人员|人员标签|人物画像|人员画像|红黑榜|末位淘汰")
_KEYS = re.compile(r"(?:^|_)(?:score|points|rank|ranking|tag|tags|risk_level|credit_score|blacklist)(?:_|$)")
_PERSON_KEYS = re.compile(
    r"(?:^|_)(?:person|personal|staff|officer|ranger|resident|citizen|household|member|holder|family)(?:_|$)"
)
_WATCH = re.compile(r"人脸|指纹|虹膜|声纹|行踪|轨迹|手机定位|实时定位|同住人|来往人员")


def check(pack: Pack) -> None:
    """Note personal facts without purpose, term or protection, and everything that judges or watches persons."""
    head = pack.roots.get("programme")
    for order in pack.tables("orders", "order"):
        personal = [field for field in order.many("field") if _personal(pack, field, head)]
        if personal and head is not None and not head.text("contact").strip():
            pack.add(head, "contact", "no-contact")
        for field in order.many("field"):
            _judging(pack, field, field.text("kind") == "person")
            for choice in field.many("choices"):
                _judging(pack, choice, field.text("kind") == "person" or _about_person(field))
    for unit in pack.tables("network", "unit"):
        for n, fact in enumerate(unit.texts("facts")):
            if _KEYS.search(fact):
                pack.add(unit, ("facts", n), "person-score", word=fact)


def _personal(pack: Pack, field: Node, head: Node | None) -> bool:
    grade, phone = field.text("data_class"), field.text("kind") == "phone"
    if phone and grade not in PERSONAL:
        pack.add(field, "data_class" if "data_class" in field.values else "kind", "phone-class", key=field.key)
    if not phone and grade not in PERSONAL:
        return False
    if not field.text("purpose").strip():
        pack.add(field, "purpose", "purpose-missing", key=field.key)
    if not field.text("retention").strip():
        pack.add(field, "retention", "retention-missing", key=field.key)
    if grade == "C3" and head is not None:
        if not head.get("sealed"):
            pack.add(field, "data_class", "not-sealed", key=field.key)
        if not head.text("assessment").strip():
            pack.add(field, "data_class", "no-assessment", key=field.key)
    return True


def judging(pack: Pack, node: Node) -> None:
    """Note a field or a quantity, and its choices, that judge or watch persons."""
    _judging(pack, node, _about_person(node))
    for choice in node.many("choices"):
        _judging(pack, choice, _about_person(node))


def _judging(pack: Pack, node: Node, person: bool) -> None:
    name, key = node.text("name"), node.key
    if _WATCH.search(name):
        pack.add(node, "name", "person-watch", word=name)
    elif _ALWAYS.search(name) or (_JUDGED.search(name) and (person or _PERSON.search(name))):
        pack.add(node, "name", "person-score", word=name)
    elif _KEYS.search(key) and (person or _about_person(node)):
        pack.add(node, "key", "person-score", word=key)


def _about_person(node: Node) -> bool:
    return bool(_PERSON.search(node.text("name")) or _PERSON_KEYS.search(node.key))
