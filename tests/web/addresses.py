"""A few addresses that the tests of the shell need and the product does not have."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from bihuan.core.refusal import Refused
from bihuan.store import orders
from bihuan.urls import *  # noqa: F403
from bihuan.urls import handler500, urlpatterns
from bihuan.web.access import public, signed_in
from bihuan.web.jinja import names_for
from bihuan.web.shell import shell_for

__all__ = ["handler500", "urlpatterns"]


@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.actor.person)  # type: ignore[attr-defined]


@public
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(",".join(file.name or "" for file in request.FILES.values()) or request.POST.get("said", ""))


@public
def broken(request: HttpRequest, token: str = "") -> HttpResponse:
    raise ZeroDivisionError("of the test")


@public
def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("unable to open database file")


LIST = """{% extends "layout.html" %}{% block main %}<h1>清单</h1><ul data-rows>
{% for n in "甲乙丙" %}<li class="item"><input type="checkbox" name="pick" aria-label="{{ n }}">
<a href="/p/row/{{ n }}/">{{ n }}</a></li>{% endfor %}
</ul><a href="/p/new/" data-key="N">新</a><div id="part"></div>
<button hx-get="/p/refused/" hx-target="#part">拒</button>{% endblock %}"""
FORM = """{% extends "public.html" %}
{% block head %}{% if said_now %}<meta name="draft-done" content="try">{% endif %}{% endblock %}
{% block main %}<h1>{{ said_now }}</h1><form method="post" data-draft="try">{{ csrf_input }}{{ form_key() }}
<label for="said">事</label><input type="text" id="said" name="said"><button>提交</button></form>{% endblock %}"""
counted: list[str] = []


def drawn(request: HttpRequest, source: str, **names: object) -> HttpResponse:
    template = engines["pages-zh-hans"].from_string(source)
    return HttpResponse(template.render({**names_for(request, shell_for(request)), **names}, request))


@public
def rows(request: HttpRequest) -> HttpResponse:
    return drawn(request, LIST)


@public
def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        counted.append(request.POST["form_key"])
    return drawn(request, FORM, said_now=request.POST.get("said", ""))


@public
def refused(request: HttpRequest) -> HttpResponse:
    return HttpResponse("没有派出：已被并入", status=409)


@public
def not_yours(request: HttpRequest) -> HttpResponse:
    raise orders.NotFound("QD2022-0001")


@public
def no(request: HttpRequest) -> HttpResponse:
    raise Refused("close.needs")


urlpatterns = [
    path("p/no/", no),
    path("p/rows/", rows),
    path("p/form/", form),
    path("p/refused/", refused),
    path("p/not-yours/", not_yours),
    path("try/desk/", desk),
    path("network/", rows),
    path("setup/", rows),
    path("t/<token>/try/", by_token),
    path("t/<token>/broken/", broken),
    path("p/away/", away),
    *urlpatterns,
]
