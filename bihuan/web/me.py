"""我: in which post I act, how pages look and speak, and the way out."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.store import notices, packs, people
from bihuan.store.names import of_the_office
from bihuan.web.access import Asked, public
from bihuan.web.jinja import render
from bihuan.web.middleware import POST
from bihuan.web.shell import LOOK, PROGRAMME, YEAR, address_of


def back_to(request: Asked, asked: str) -> str:
    """Return the address asked for when it is one of ours, else the start page."""
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure())
    return asked if ours and asked.startswith("/") else "/"


@public
@require_GET
def look(request: Asked) -> HttpResponse:
    """Remember large text or dark colours in this browser; nothing changes on the server."""
    answer = redirect(back_to(request, request.GET.get("next", "/")))
    for name, values in LOOK.items():
        asked = request.GET.get(name)
        if asked in values:
            answer.set_cookie(
                f"bihuan_{name}", asked, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.HTTPS
            )
        elif asked == "":
            answer.delete_cookie(f"bihuan_{name}", samesite="Lax")
    return answer


@require_http_methods(["GET", "POST"])
def me(request: Asked) -> HttpResponse:
    """Show the reader's posts and habits; POST changes one of them."""
    if request.method == "POST":
        return _change(request)
    posts = people.posts_of(request.user, request.now)
    told = notices.unread(request.actor.person) if request.actor else None
    office = request.actor is not None and of_the_office(request.actor)
    shown = {"posts": posts, "languages": settings.LANGUAGES, "told": told, "office": office}
    return render(request, "me/page.html", shown)


def _change(request: Asked) -> HttpResponse:
    answer = redirect("me")
    if "post" in request.POST:
        held = {post.id for post in people.posts_of(request.user, request.now)}
        if request.POST["post"] not in held:
            raise Http404
        request.session[POST] = request.POST["post"]
    if request.POST.get("programme") in packs.current():
        request.session[PROGRAMME] = request.POST["programme"]
    if request.POST.get("language") in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, request.POST["language"], max_age=YEAR, samesite="Lax", httponly=True,
            secure=settings.HTTPS,
        )  # fmt: skip
    if request.POST.get("keys") in ("on", "off"):
        answer.set_cookie(
            "bihuan_keys", request.POST["keys"], max_age=YEAR, samesite="Lax", httponly=True, secure=settings.HTTPS
        )
    return answer


def start(request: Asked) -> HttpResponse:
    """Go to the work of the day; somebody without a post to their own page, which says so."""
    return redirect(address_of("work") if request.actor and address_of("work") else "me")


urlpatterns = [
    path("", start, name="start"),
    path("look/", look, name="look"),
    path("me/", me, name="me"),
]
