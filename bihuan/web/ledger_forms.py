"""台账表单: the form of one entry, its controls made from the activity's measures and fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.actions import files
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import Activity, reach
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.store import attachments
from bihuan.web.access import Acted
from bihuan.web.controls import MANY, Choice, Control, Scene, control_of
from bihuan.words.ledger import entry_problems, idle_name
from bihuan.words.orders import named, unit_name
from bihuan.words.problems import file_sentence

KEPT = "kept"


@dataclass(slots=True)
class Form:
    """The form of one entry. `errors` are (id of the control, sentence); `doubt` is a question, not a fault."""

    activity: Activity
    address: str
    head: list[Control]
    measures: list[Control]
    fields: list[Control]
    tail: list[Control]
    errors: list[tuple[str, str]] = field(default_factory=list)
    doubt: list[str] = field(default_factory=list)
    kept: list[tuple[int, str]] = field(default_factory=list)
    expect: int = 0

    @property
    def controls(self) -> list[Control]:
        """Every control from the top."""
        return [*self.head, *self.fields, *self.measures, *self.tail]


def units_for(actor: Actor, activity: Activity, net: Network, day: date) -> list[tuple[str, str]]:
    """Return the units one may enter for that there are on the day."""
    units = reach(actor, activity.recorders)
    return [
        (one.key, unit_name(net, one.key))
        for one in net.of_type(activity.unit)
        if (units is None or one.key in units) and (one.until is None or one.until >= day)
    ]


def form_of(
    request: Acted,
    programme: Programme,
    activity: Activity,
    net: Network,
    today: date,
    *,
    address: str,
    values: Mapping[str, Any],
    refused: Refused | None = None,
    entry: EntryState | None = None,
) -> Form:
    """Return the form with what was typed and, after a refusal, what is to be mended where."""
    said = entry_problems(refused, activity) if refused else {}
    doubtful = refused is not None and refused.code.endswith(".needs.reason")
    scene = Scene(_any_order(programme), net, request.now, actor=request.actor)
    units = units_for(request.actor, activity, net, today)
    head = [
        Control("unit", "f-unit", "select", _("单位"), True, values.get("unit", ""), said.get("unit", ""),
                choices=[Choice(*one) for one in units]),
        Control("date", "f-date", "date", _("哪一天"), True, values.get("date", ""), said.get("date", "")),
    ]  # fmt: skip
    fields = [_field(activity, key, scene, units, values, said) for key in activity.fields]
    measures = [_measure(activity, key, values, said, doubtful) for key, one in activity.measures.items() if one.typed]
    tail = []
    if activity.idle:
        idles = [Choice(key, idle_name(activity, key)) for key in activity.idle]
        hint = _("没有开展的选一个说法，其他都不用填")
        tail.append(Control("idle", "f-idle", "select", _("没有开展"), False, values.get("idle", ""),
                            said.get("idle", ""), hint, idles))  # fmt: skip
    if doubtful or values.get("note"):
        hint = _("一句话，例如：与换届大会同场")
        tail.append(Control("note", "f-note", "text", _("核对说明"), doubtful, values.get("note", ""),
                            said.get("note", ""), hint, most=200))  # fmt: skip
    hint = _("一张照片或一份纪要就够") if activity.evidence else ""
    tail.append(Control("evidence", "f-evidence", "files", _("佐证"), activity.evidence and not entry, "",
                        said.get("evidence", ""), hint))  # fmt: skip
    form = Form(activity, address, head, measures, fields, tail, expect=entry.seq if entry else 0)
    form.kept = [(id_, attachments.name_of(id_)) for id_ in kept_of(request)]
    form.doubt = list(said.values()) if doubtful else []
    if not doubtful:
        ids = {control.key: control.id for control in form.controls}
        form.errors = [(ids.get(key, f"f-{key}"), sentence) for key, sentence in said.items()]
    return form


def _any_order(programme: Programme) -> OrderType:
    return next(iter(programme.orders.values()))


def _field(
    activity: Activity,
    key: str,
    scene: Scene,
    units: list[tuple[str, str]],
    values: Mapping[str, Any],
    said: Mapping[str, str],
) -> Control:
    spec = activity.fields[key]
    drawn = control_of(spec, scene, "entry", key in activity.needs, values.get(key, ""), said.get(key, ""))
    drawn.id, drawn.least = f"f-{key}", ""
    if spec.kind in ("unit", "units"):
        # Those below the units one keeps the book of: a chain's own firms, not the county's.
        own = {key for key, _name in units}
        within = [one for one in drawn.choices if scene.net.above(one.key) & own]
        chosen = [one for one in drawn.choices if drawn.has(one.key) and one not in within]
        living = [one for one in within or drawn.choices if scene.net.units[one.key].until is None]
        drawn.choices = living + [one for one in chosen if one not in living]
    return drawn


def _measure(
    activity: Activity, key: str, values: Mapping[str, Any], said: Mapping[str, str], doubtful: bool
) -> Control:
    measure = activity.measures[key]
    label = _("%(name)s（%(word)s）") % {"name": named(measure), "word": measure.unit}
    error = "" if doubtful else said.get(key, "")
    hint = measure.hint or (_("写“3200”“2150万元”都行") if measure.kind == "money" else "")
    mark = "count"
    return Control(key, f"f-{key}", mark, label, measure.required, values.get(key, ""), error, hint)


def typed(form: QueryDict, activity: Activity) -> dict[str, Any]:
    """Return what the form sent."""
    found: dict[str, Any] = {key: form.get(key, "") for key in ("unit", "date", "idle", "note")}
    found |= {key: form.get(key, "") for key, one in activity.measures.items() if one.typed}
    for key, spec in activity.fields.items():
        found[key] = [one for one in form.getlist(key) if one] if spec.kind in MANY else form.get(key, "")
    return found


def stored(entry: EntryState) -> dict[str, Any]:
    """Return what an entry holds as a form begins with it."""
    values = {key: getattr(entry, key) for key in ("unit", "date", "idle", "note")}
    return {**values, **{key: str(value) for key, value in entry.values.items()}, **entry.fields}


def kept_of(request: Acted) -> list[int]:
    """Return the files that came with an earlier try of this form."""
    return [int(one) for one in request.POST.getlist(KEPT) if one.isdecimal() and len(one) < 18]


def keep_files(request: Acted, now: datetime) -> tuple[list[int], str]:
    """Keep the files of a form and return their ids with those of earlier tries, and what is wrong with them."""
    given = [one for one in request.FILES.getlist("evidence") if one.size]
    kept = kept_of(request)
    if len(given) + len(kept) > files.MOST:
        return kept, _("一次最多6个附件。")
    try:
        return kept + [files.keep(one, by=request.actor.person, now=now) for one in given], ""
    except Refused as why:
        return kept, file_sentence(why)
