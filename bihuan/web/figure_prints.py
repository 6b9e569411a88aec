"""印在哪里: the briefs, boards and statistics that print a figure, as far as they are the reader's business."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.actions import briefs as actions
from bihuan.core.boards import board_of
from bihuan.core.brief_kinds import sees_some
from bihuan.core.brief_templates import prints
from bihuan.core.briefs import BriefState, placed
from bihuan.core.programmes import Programme
from bihuan.web.access import Acted
from bihuan.web.stated import series_seen
from bihuan.words import briefs as words
from bihuan.words.orders import named

MOST = 6  # briefs that are named


@dataclass(frozen=True, slots=True)
class Said:
    """One place of a paper: the group it speaks of, what it says, and the address of the records behind it."""

    label: str
    wording: str
    href: str


@dataclass(frozen=True, slots=True)
class Print:
    """One paper or page that prints the figure; `href` is "" where the reader has no way there."""

    name: str
    href: str
    note: str = ""
    said: tuple[Said, ...] = ()


def printed(request: Acted, programme: Programme, key: str) -> list[Print]:
    """Return where a figure is printed: briefs first, the newest before older ones; one query."""
    found = actions.printing(actor=request.actor, programme=programme, figure=key, most=MOST + 1)
    shown = [some for one in found[:MOST] if (some := _brief(one, key)).said]
    if len(found) > MOST:
        shown.append(Print(_("更早的简报"), reverse("briefs")))
    drawn = {one.kind for one in found}
    for kind in programme.briefs.values():
        if kind.key not in drawn and sees_some(request.actor, kind) and prints(kind.text, key):
            shown.append(Print(_("%(name)s的模板") % {"name": named(kind)}, reverse("briefs"), _("还没有出过")))
    own = board_of(programme.boards, request.actor.kind) if request.actor.sort == "post" else None
    for board in programme.boards.values():
        if board.shows(key):
            mine = own is not None and own.key == board.key
            shown.append(Print(named(board), reverse("reports") if mine else "", "" if mine else _("别的岗位的看板")))
    for series in series_seen(request.actor, programme):
        if series.computed == key:
            href = f"{reverse('stated')}?series={series.key}"
            shown.append(Print(_("统计值“%(name)s”的对照") % {"name": named(series)}, href))
    return shown


def _brief(brief: BriefState, key: str) -> Print:
    said: dict[tuple[str, str], Said] = {}  # what a paper says twice is said once here
    for n, figure in placed(brief.figures):
        if figure["figure"] == key:
            one = Said(figure["label"], figure["wording"], reverse("brief_figure", args=[brief.id, n]))
            said.setdefault((one.label, one.wording), one)
    period = words.period(*actions.window_of(brief.since, brief.until))
    kind = actions.kind_of(brief)
    state = _("已冻结") if brief.number else words.state_name(brief)
    return Print(
        words.title_of(brief, kind), reverse("brief", args=[brief.id]), f"{period} · {state}", tuple(said.values())
    )
