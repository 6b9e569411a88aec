"""Forms: a pack's field drawn as a control. Kind → control is this one table; no form is written by hand (ux 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.core.facts import Problem, parse_money
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Field, Move, OrderType
from bihuan.words import moments
from bihuan.words.orders import choice_name, field_name, money, person_name, post_holders, unit_name

TILES = 9  # up to so many choices stand as tiles, more in a select (ux 10)
MANY = ("choices", "units", "files")
AHEAD = ("until", "resume_on")  # dates the rules want to lie ahead


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: the stored key, what it is called, a word beside it."""

    key: str
    name: str
    note: str = ""


@dataclass(slots=True)
class Control:
    """One field as a form draws it. `mark` names the macro in controls.html, `value` is what stands in it."""

    key: str
    id: str
    mark: str
    label: str
    required: bool
    value: Any = ""
    error: str = ""
    hint: str = ""
    choices: list[Choice] = field(default_factory=list)
    most: int = 0
    least: str = ""
    last: str = ""
    below: str = ""
    inner: bool = False
    phone: bool = False
    fills: str = ""  # what a browser may fill in by itself, where people write about themselves

    def has(self, key: str) -> bool:
        """Whether a choice is chosen."""
        return key in self.value if isinstance(self.value, list | tuple) else key == str(self.value)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a form is drawn for: the kind of order, the network, the order, the reader, open loads by unit."""

    type: OrderType
    net: Network
    now: datetime
    order: OrderState | None = None
    actor: Actor | None = None
    loads: Mapping[str, int] = field(default_factory=dict)


def controls_of(
    move: Move, scene: Scene, *, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> list[Control]:
    """Return the controls of a move, needed ones first; `values` are as typed or stored, `errors` sentences by key."""
    values, errors = values if values is not None else presets(move, scene), errors or {}
    return [
        control_of(
            scene.type.fields[key], scene, move.verb, key in move.needs, values.get(key, ""), errors.get(key, "")
        )
        for key in (*move.needs, *move.takes)
    ]


def control_of(spec: Field, scene: Scene, verb: str, required: bool, value: Any = "", error: str = "") -> Control:
    """Return one field as a control; its id is `f-<verb>-<key>`, so that two forms may share a page."""
    drawn = Control(
        key=spec.key,
        id=f"f-{verb}-{spec.key}",
        mark="text",
        label=field_name(spec),
        required=required,
        value=value,
        error=error,
        hint=spec.hint,
        most=spec.max_length,
        inner=spec.internal,
    )
    DRAW[spec.kind](drawn, spec, scene)
    if spec.purpose:
        drawn.hint = _("；").join(part for part in (drawn.hint, spec.purpose, spec.retention) if part)
    return drawn


def presets(move: Move, scene: Scene) -> dict[str, Any]:
    """Return what a fresh form starts with: what the order already says and the catalogue's proposal.

    Results, ratings and decisions are never preset (ux 10).
    """
    order = scene.order
    found: dict[str, Any] = {}
    if order is None:
        return {}
    fields = (*move.needs, *move.takes)
    for key in ("title", "category", "importance", "urgency"):
        if key in fields and getattr(order, key):
            found[key] = getattr(order, key)
    if "enterprise" in fields and order.requester:
        found["enterprise"] = order.requester
    if move.effect == "dispatch":
        found["lead"] = scene.type.catalogue.get(order.category, "") if not order.lead else ""
        found["co"] = [unit for unit in order.co if unit != found["lead"]]
    if "supervisor" in fields:
        found["supervisor"] = order.supervisor or _only_post(scene, scene.type.fields["supervisor"])
    if move.effect == "accept" and scene.actor is not None and "handler" in fields:
        at_work = scene.net.works_at(scene.actor.person, order.lead)
        found["handler"] = scene.actor.person if at_work else ""
    return found


def _only_post(scene: Scene, spec: Field) -> str:
    held = [post.key for post in scene.net.posts_of_kind(spec.post) if scene.net.holders(post.key)]
    return held[0] if len(held) == 1 else ""


def typed(form: QueryDict, move: Move, order_type: OrderType) -> dict[str, Any]:
    """Return the facts of a move as the form sent them; an amount without a unit is in 万元, as its label says."""
    found: dict[str, Any] = {}
    for key in (*move.needs, *move.takes):
        spec = order_type.fields[key]
        if spec.kind == "files":
            continue
        if spec.kind in MANY:
            found[key] = [one for one in form.getlist(key) if one]
        elif spec.kind == "money":
            found[key] = in_yuan(form.get(key, ""))
        else:
            found[key] = form.get(key, "")
    return found


def in_yuan(text: str) -> str:
    """Return a typed amount with its unit written out: a bare number was meant in 万元."""
    bare = text.strip()
    return f"{bare}万元" if bare and bare[-1].isdigit() else bare


def _text(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.most = spec.max_length or 200


def _long_text(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark, drawn.most = "long_text", spec.max_length or 4000


def _choice(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.choices = [Choice(one.key, choice_name(spec, one.key)) for one in spec.choices]
    drawn.mark = "tiles" if len(drawn.choices) <= TILES else "select"


def _choices(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.choices = [Choice(one.key, choice_name(spec, one.key)) for one in spec.choices]
    drawn.mark, drawn.value = "checks", _listed(drawn.value)


def _units(scene: Scene, spec: Field) -> list[Choice]:
    found = []
    for unit in scene.net.of_type(spec.unit):
        n = scene.loads.get(unit.key)
        note = "" if n is None else ngettext("在办%(n)s件", "在办%(n)s件", n) % {"n": n}
        found.append(Choice(unit.key, unit_name(scene.net, unit.key), note))
    return found


def _unit(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark, drawn.choices = "select", _units(scene, spec)
    order = scene.order
    if spec.key == "lead" and order is not None and (proposal := scene.type.catalogue.get(order.category, "")):
        said = _("派单目录：%(unit)s") % {"unit": unit_name(scene.net, proposal)}
        drawn.hint = _("；").join(part for part in (drawn.hint, said) if part)


def _many_units(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark, drawn.choices, drawn.value = "folded", _units(scene, spec), _listed(drawn.value)


def _post(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark = "select"
    for post in scene.net.posts_of_kind(spec.post):
        vacant = not scene.net.holders(post.key)
        drawn.choices.append(
            Choice(post.key, post.name if vacant else post_holders(scene.net, post.key), _("空缺") if vacant else "")
        )


def _person(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark = "select"
    lead = scene.order.lead if scene.order else ""
    drawn.choices = [Choice(key, person_name(scene.net, key)) for key in scene.net.staff(lead)] if lead else []


def _date(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark = "date"
    if spec.key in AHEAD:
        drawn.least = (moments.local(scene.now).date() + timedelta(days=1)).isoformat()
    elif spec.past:
        drawn.last = moments.local(scene.now).date().isoformat()


def _money(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark = "money"
    drawn.hint = drawn.hint or _("按万元填；写“8500元”“1.2亿元”也认")
    drawn.value = str(drawn.value).removesuffix("万元")
    try:
        drawn.below = money(parse_money(in_yuan(drawn.value))) if drawn.value else ""
    except Problem:
        drawn.below = ""


def _count(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark = "count"


def _phone(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark = "phone"


def _yes_no(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark, drawn.value = "yes_no", str(drawn.value).lower() in ("1", "true", "yes", "on")


def _files(drawn: Control, spec: Field, scene: Scene) -> None:
    drawn.mark, drawn.value = "files", _listed(drawn.value)


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


DRAW: dict[str, Callable[[Control, Field, Scene], None]] = {
    "text": _text,
    "long_text": _long_text,
    "choice": _choice,
    "choices": _choices,
    "unit": _unit,
    "units": _many_units,
    "post": _post,
    "person": _person,
    "date": _date,
    "number": _count,
    "money": _money,
    "count": _count,
    "phone": _phone,
    "credit_code": _text,
    "yes_no": _yes_no,
    "order": _text,
    "files": _files,
    "duration": _text,
}
