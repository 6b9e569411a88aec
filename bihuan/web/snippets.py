"""常用语: the page on which the texts of a person and of a post are written, changed and forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import snippets as actions
from bihuan.core.refusal import Refused
from bihuan.core.snippets import BLANKS, NAME, TEXT
from bihuan.store import snippets as kept
from bihuan.web.access import Acted
from bihuan.web.jinja import render
from bihuan.web.network import office
from bihuan.web.rows import word
from bihuan.words import snippets as words


@office
@require_http_methods(["GET", "POST"])
def snippets(request: Acted) -> HttpResponse:
    """List the texts; POST keeps one, changes it or forgets it."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            messages.success(request, _done(request))
            return redirect("snippets")
        except Refused as why:
            faults = words.problems(why)
    form = request.POST
    context = {
        "snippets": kept.of(request.actor),
        "blanks": [f"{{{one}}}" for one in BLANKS],
        "faults": [(f"f-{key}" if key else "", said) for key, said in faults.items()],
        "wrong": faults,
        "typed": {"name": word(form, "name"), "text": word(form, "text", TEXT + 1), "shared": word(form, "shared")},
        "id": word(form, "id", 12) if faults else "",
        "longest": NAME,
        "most": TEXT,
    }
    return render(request, "work/snippets.html", context, status=400 if faults else 200)


def _done(request: Acted) -> str:
    """Do what the form asks for and return what to say."""
    form, actor = request.POST, request.actor
    name, text, id_ = word(form, "name"), word(form, "text", TEXT + 1), word(form, "id", 12)
    if id_.isascii() and id_.isdigit():
        if form.get("does") == "drop":
            gone = actions.drop_snippet(actor=actor, id_=int(id_))
            return _("常用语“%(name)s”已删。") % {"name": gone.name}
        actions.change_snippet(actor=actor, id_=int(id_), name=name, text=text, now=request.now)
        return _("常用语“%(name)s”已改好。") % {"name": name}
    actions.save_snippet(actor=actor, name=name, text=text, shared=form.get("shared") == "1", now=request.now)
    return _("常用语“%(name)s”已存。") % {"name": name}


urlpatterns = [path("mine/snippets/", snippets, name="snippets")]
