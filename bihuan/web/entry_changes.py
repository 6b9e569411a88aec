"""改撤: the forms that enter, correct or withdraw what a book holds: entries of the ledger, stated statistics."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from bihuan.actions import ledger as actions
from bihuan.core.entries import EntryState
from bihuan.core.refusal import Refused
from bihuan.store import attachments
from bihuan.web.access import Acted
from bihuan.web.ledger_forms import Form
from bihuan.web.rows import word


def entered(
    request: Acted, programme: str, activity: str, facts: dict[str, Any], files: list[int], wrong: str
) -> EntryState | Refused:
    """Enter what was typed and return it, or why not; `wrong` is a fault of the files."""
    try:
        if wrong:
            raise Refused("enter.needs", {"evidence": "files"}, fields=["evidence"])
        return actions.enter(
            actor=request.actor,
            programme=programme,
            activity=activity,
            facts=facts,
            now=request.now,
            files=files,
            command=word(request.POST, "form_key", 40),
        )
    except Refused as why:
        return why


def mended(request: Acted, form: Form, why: Refused, kept: list[int], wrong: str) -> dict[str, Any]:
    """Return what the form is shown with again: what is to be mended, and the files that came, which stay with it."""
    form.kept = [(id_, attachments.name_of(id_)) for id_ in kept]
    if wrong:
        form.errors = [("f-evidence", wrong)]
    there = str(why.facts.get("number", "")) if why.code.endswith(".invalid.same") else ""
    return {"form": form, "there": there, "reason": request.POST.get("reason", "")[:200]}


def corrected(request: Acted, number: str, facts: dict[str, Any], files: list[int], wrong: str) -> Refused | None:
    """Put the typed content in place of what stands and say so, or return why not; `wrong` is a fault of the files."""
    expect = request.POST.get("expect", "")
    try:
        if wrong:
            raise Refused("correct.needs", {"evidence": "files"}, fields=["evidence"])
        actions.correct(
            actor=request.actor,
            number=number,
            facts=facts,
            reason=request.POST.get("reason", ""),
            now=request.now,
            files=files,
            expect=int(expect) if expect.isdecimal() and len(expect) < 9 else None,
            command=word(request.POST, "form_key", 40),
        )
    except Refused as why:
        return why
    messages.success(request, _("已更正 %(number)s，原来的内容在经过里。") % {"number": number})
    return None


def withdrawn(request: Acted, number: str) -> Refused | None:
    """Take it out of every figure and say so, or return why not."""
    try:
        actions.withdraw(
            actor=request.actor,
            number=number,
            reason=request.POST.get("reason", ""),
            now=request.now,
            command=word(request.POST, "form_key", 40),
        )
    except Refused as why:
        return why
    messages.success(request, _("已撤销 %(number)s，不再计入任何数字。") % {"number": number})
    return None
