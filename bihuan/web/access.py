"""Who may open a page at all; what they may do there is decided by the rules below the pages."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponseBase

from bihuan.core.permission import Actor

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Asked(HttpRequest):
    """The request as every page gets it: `now` is aware UTC, `actor` None for who is signed out or holds no post."""

    now: dt.datetime
    actor: Actor | None
    user: User


class Acted(Asked):
    """The request as a page behind `staff` gets it: somebody acts in a post."""

    actor: Actor


def public(view: View) -> View:
    """Mark a page that anybody may open without signing in; every other page asks for it (middleware.SignIn)."""
    return login_not_required(view)


def staff(view: View) -> View:
    """Let in only people who hold a post now: `request.actor` is an Actor inside (annotate `request: Acted`).

    Signed-out visitors were already sent to /in/; a signed-in person without a post meets 404 like any stranger.
    """

    @wraps(view)
    def guarded(request: Asked, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


signed_in = staff
