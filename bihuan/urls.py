"""The map of addresses. One noun, one file: each module of bihuan.web that has `urlpatterns` brings its own."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from bihuan import web
from bihuan.api import main as api
from bihuan.web import health

handler400 = "bihuan.web.errors.bad_request"
handler403 = "bihuan.web.errors.not_found"
handler404 = "bihuan.web.errors.not_found"
handler429 = "bihuan.web.errors.too_many"
handler500 = "bihuan.web.errors.server_error"

sign_in: list[URLPattern | URLResolver] = [
    path("", account.login, name="account_login"),
    path("out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("second/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("in/", include(sign_in)),
    path("api/", include(api.urlpatterns)),
]


def by_first_word(pages: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Return the same addresses grouped by their first word: an address is compared with some twenty and not with all.

    Those whose first word is a parameter, and those of one word, stay as they are, behind the groups.
    """
    groups: dict[str, list[URLPattern]] = {}
    others: list[URLPattern | URLResolver] = []
    for page in pages:
        word, slash, rest = str(page.pattern).partition("/")
        if isinstance(page, URLPattern) and isinstance(page.pattern, RoutePattern) and slash and "<" not in word:
            again = path(rest, page.callback, page.default_args, name=page.name)
            groups.setdefault(word, []).append(again)
        else:
            others.append(page)
    return [*(path(f"{word}/", include(some)) for word, some in groups.items()), *others]


_pages: list[URLPattern | URLResolver] = []
for module in sorted(iter_modules(web.__path__), key=lambda module: module.name):
    _pages += getattr(import_module(f"bihuan.web.{module.name}"), "urlpatterns", [])
urlpatterns += by_first_word(_pages)
