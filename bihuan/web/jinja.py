"""Pages are Jinja templates under bihuan/web/templates.

For authors of pages:

    from bihuan.web.jinja import render
    return render(request, "orders/page.html", {"order": order}, status=200)

A template of the office starts with `{% extends "layout.html" %}`, one for the public with
`{% extends "public.html" %}`; both have the blocks `title`, `head`, `main` (public: also `foot`). Every template has:
`request`, `actor`, `now` (the moment of the request), `shell` (rail, programme, person; see web/shell.py),
`csrf_input`, `csp_nonce`, `form_key()` (the hidden field that makes a double tap one record), `static(name)`,
`url(name, *args, **kwargs)`, `named(thing)` (a pack's name for it), `_()`, `ngettext()`, the filters below, and the
marks of parts.html: `{% from "parts.html" import light, ring, refusal, errors, … %}`.
An unknown name in a template is an error, not an empty string.
"""

import datetime as dt
from collections.abc import Callable, Hashable, MutableMapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, gettext, ngettext
from django_htmx import jinja as htmx
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bihuan.store import keys
from bihuan.web import translated
from bihuan.web.form_token import form_token
from bihuan.web.shell import Shell, look, shell_for
from bihuan.words.orders import money, named

FORM_KEY = "form_key"
NONCE = "a-nonce"


class Later:
    """Text of a page, safe as it is, that is made when the page first prints it and is the same from then on."""

    __slots__ = ("_make", "_text")

    def __init__(self, make: Callable[[], str]) -> None:
        self._make, self._text = make, ""

    def __html__(self) -> str:
        if not self._text:
            self._text = str(self._make())
        return self._text

    __str__ = __html__


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return the page; `status` is 400 for faulty input, 409 for a refused move, else 200."""
    return HttpResponse(to_string(request, template, context), status=status)


def to_string(request: HttpRequest, template: str, context: dict[str, Any] | None = None, **more: Any) -> str:
    """Return the rendered template; `shell=` replaces the request's own shell."""
    names = names_for(request, more.get("shell") or shell_for(request))
    drawn: str = pages().get_template(template).template.render({**names, **(context or {})})
    return drawn


def pages() -> Any:
    """Return the engine whose templates were compiled for the language of this request."""
    return engines[f"pages-{get_language() or settings.LANGUAGE_CODE}"]


def names_for(request: HttpRequest, shell: Shell) -> dict[str, Any]:
    """Return what every template has, beside the globals of the environment."""
    return {
        "request": request,
        # One field for all forms of a page: it is masked anew, by chance, each time somebody asks.
        "csrf_input": Later(lambda: form_token(request)),
        "shell": shell,
        "now": shell.now,
        "actor": getattr(request, "actor", None),
        "csp_nonce": Later(lambda: getattr(request, "csp_nonce", "")),  # letters, figures and signs of base64
        "said": get_messages(request) if hasattr(request, "_messages") else [],
    }


def form_key() -> Markup:
    """Return the hidden field that names one filling-in of one form; the action takes each key once."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_KEY, keys.new_key())


def local(value: dt.datetime | dt.date) -> dt.datetime | dt.date:
    """Return the moment in the county's own time; a date stays as it is."""
    return value.astimezone(timezone.get_default_timezone()) if isinstance(value, dt.datetime) else value


def _dated(value: dt.datetime | dt.date | None, pattern: str) -> str:
    if value is None:
        return ""
    found = local(value)
    if isinstance(found, dt.datetime):
        found = found.replace(second=0, microsecond=0)  # no pattern tells more
    return _formatted(found, pattern, get_language())


@lru_cache(maxsize=500)
def _formatted(value: dt.datetime | dt.date, pattern: str, _language: str | None) -> str:
    return format_date(value, pattern)


def _this_year(context: Context, value: dt.datetime | dt.date | None) -> bool:
    now = context.get("now")
    return value is not None and now is not None and local(value).year == local(now).year


@pass_context
def short_date(context: Context, value: dt.datetime | dt.date | None) -> str:
    """For tables: 10-25 in the current year, else 2021-10-25."""
    return _dated(value, "m-d" if _this_year(context, value) else "Y-m-d")


@pass_context
def short_moment(context: Context, value: dt.datetime | None) -> str:
    """For tables: 10-25 10:20."""
    return _dated(value, "m-d H:i" if _this_year(context, value) else "Y-m-d H:i")


@pass_context
def text_date(context: Context, value: dt.datetime | dt.date | None) -> str:
    """For sentences: 10月25日 in the current year, else 2021年10月25日."""
    return _dated(value, gettext("n月j日")) if _this_year(context, value) else long_date(value)


@pass_context
def text_moment(context: Context, value: dt.datetime | None) -> str:
    """For sentences: 10月25日10:20."""
    return _dated(value, gettext("n月j日H:i") if _this_year(context, value) else gettext("Y年n月j日H:i"))


def long_date(value: dt.datetime | dt.date | None) -> str:
    """For documents: 2022年10月25日."""
    return _dated(value, gettext("Y年n月j日"))


def long_moment(value: dt.datetime | None) -> str:
    """For documents and records: 2022年10月25日10:20."""
    return _dated(value, gettext("Y年n月j日H:i"))


def weekday(value: dt.datetime | dt.date | None) -> str:
    """星期二."""
    return _dated(value, "l")


def clock_time(value: dt.datetime | None) -> str:
    """10:20."""
    return _dated(value, "H:i")


def masked(phone: str | None) -> str:
    """A phone number with its middle hidden: 138****0516."""
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}" if phone and len(phone) > 7 else "*" * len(phone or "")


def static(name: str) -> str:
    """Return the address of a file of the pages."""
    return str(staticfiles_storage.url(name))


def htmx_script(*, nonce: object) -> Markup:
    """Return the tag that loads htmx, as the library writes it."""
    return Markup(_htmx(static("django_htmx/htmx-2.min.js"), settings.DEBUG).replace(NONCE, str(nonce)))


@lru_cache(maxsize=10)
def _htmx(_address: str, _debug: bool) -> str:
    return htmx.htmx_script(nonce=NONCE)


def _url(name: str, /, *args: Any, **kwargs: Any) -> str:
    if kwargs:
        return reverse(name, args=args or None, kwargs=kwargs)
    return _address(get_script_prefix(), name, *args)


@lru_cache(maxsize=1000, typed=True)
def _address(_prefix: str, name: str, *args: Any) -> str:
    return reverse(name, args=args or None)


@lru_cache(maxsize=400, typed=True)
def kept(macro: Any, *values: Hashable) -> Markup:
    """Return what a macro draws of plain values, as it was drawn of the same before; in templates `kept(macro, …)`.

    The macro is imported without context and reads nothing else. The values are text, numbers and tuples of them: what
    is marked as safe (Markup) may not be among them, as it is equal to the same text that is not.
    """
    drawn: Markup = macro(*values)
    return drawn


class Pages(Environment):
    """An environment whose templates have no globals of their own: theirs are the same few, not a chain of two maps.

    A chain is walked by Python's own code for every page and again for every template that one imports.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def environment(**options: Any) -> Environment:
    """Return the Jinja environment of the pages in one language (settings.TEMPLATES)."""
    ours = {"undefined": StrictUndefined, "autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    language = options.pop("language")
    made = Pages(**{**options, **ours}, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    made.code_generator_class = translated.compiler(language)
    made.printed = translated.printed  # type: ignore[attr-defined]
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        static=static,
        url=_url,
        form_key=form_key,
        named=named,
        htmx_script=htmx_script,
        language=get_language,
        kept=kept,
        look=look,
    )
    for made_filter in (
        short_date, short_moment, text_date, text_moment, long_date, long_moment, weekday, clock_time, money, masked,
    ):  # fmt: skip
        made.filters[made_filter.__name__] = made_filter
    return made
