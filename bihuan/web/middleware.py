"""What happens to every request before a page sees it, and to every answer after.

Order (settings.MIDDLEWARE): Language, Manners, sessions, Forms, sign-in, Acting, SignIn.
"""

from collections.abc import Callable
from typing import Any

from csp.middleware import HEADER, CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

from bihuan.core.refusal import Refused
from bihuan.store import clock, orders, people, sessions, versions
from bihuan.web import errors

Answer = Callable[[HttpRequest], HttpResponseBase]

# Pages whose address is itself the key, or that anybody may open: never kept, never indexed, never told to others.
UNSIGNED = ("/t/", "/s/", "/p/")
# Answered without looking at the reader; they must work while the database is down.
BARE = ("/healthz", "/readyz", "/static/")
NUL = "%00"  # as addresses have it
# Session key of the post in which the reader chose to act.
POST = "post"


class Language:
    """Speak the language chosen on the reader's own page; never guess it from the browser (ux 18)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Policy(CSPMiddleware):
    """django-csp's policy, put together once a process: every answer's is the same but for the nonce of its page."""

    def __init__(self, get_response: Answer) -> None:
        super().__init__(get_response)
        self._plain, self._nonced = build_policy(), build_policy(nonce="{nonce}")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the header; an answer with a policy of its own, and a page of debugging, are left to django-csp."""
        nonce = getattr(request, "_csp_nonce", None)
        own = HEADER in response.headers or any(name.startswith("_csp") for name in vars(response))
        if own or settings.DEBUG:
            return super().process_response(request, response)
        if nonce is None:
            response.headers[HEADER] = self._plain
            # A nonce asked for from now on would stand in no header: django-csp makes that an error.
            request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        else:
            response.headers[HEADER] = self._nonced.replace("{nonce}", nonce)
        return response


class Manners:
    """Refuse bodies beyond the limit, say what an empty answer leaves unsaid, tell browsers what they may keep.

    No address holds a NUL: PostgreSQL keeps no text with one, and nobody types it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.BODY_LIMIT:
            return errors.bad_request(request, RequestDataTooBig())
        if "\x00" in request.path_info:
            return errors.not_found(request)
        while NUL in (asked := request.META.get("QUERY_STRING", "")):
            request.META["QUERY_STRING"] = asked.replace(NUL, "")
        response = self.get_response(request)
        if response.status_code == 405 and not request.path.startswith("/api/"):
            response = errors.not_opened(request, response.headers.get("Allow", ""))
        if request.path.startswith(UNSIGNED):
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Robots-Tag"] = "noindex"
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class Forms(CsrfViewMiddleware):
    """Django's form guard, aware that a page with no-referrer posts with `Origin: null`.

    Such a post still has to carry the form's token and cookie; only the comparison of origins, which the browser
    made impossible, is left out, and only on the pages whose address is itself the key.
    What a form brings is handed on without NUL, as addresses are.
    """

    def process_view(  # type: ignore[override]
        self, request: HttpRequest, callback: Callable[..., Any], callback_args: Any, callback_kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse a post that does not carry its form's token."""
        answer: HttpResponseBase | None = super().process_view(request, callback, callback_args, callback_kwargs)
        if answer is None and request.method == "POST" and not request.path.startswith("/api/"):
            given = list(request.POST.lists())
            if any("\x00" in text for name, texts in given for text in (name, *texts)):
                kept = QueryDict(mutable=True)
                for name, texts in given:
                    kept.setlist(name.replace("\x00", ""), [text.replace("\x00", "") for text in texts])
                request.POST = kept  # type: ignore[assignment]
        return answer

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META["HTTP_ORIGIN"] == "null" and request.path.startswith(UNSIGNED):
            return True
        return super()._origin_verified(request)  # type: ignore[misc]


class Acting:
    """Set `request.now` (aware UTC, the demonstration's own clock included) and `request.actor`.

    The actor is the signed-in person in the post they chose to act in, or None: signed out, or holding no post now.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        if request.path.startswith(BARE):
            return self.get_response(request)
        with versions.held(), sessions.together():
            # The session first: the account and what the clock asks for come with it.
            signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
            request.now = clock.now()  # type: ignore[attr-defined]
            if signed_in:
                chosen = request.session.get(POST)
                request.actor = people.actor_of(request.user, chosen, request.now)  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer what is not the reader's to see like what does not exist, a refusal no page took up by 409."""
        if isinstance(exception, orders.NotFound):
            return errors.not_found(request, exception)
        return errors.refused(request, exception) if isinstance(exception, Refused) else None


class SignIn(LoginRequiredMiddleware):
    """Send signed-out visitors to /in/ from every address that is not marked `public`.

    The API has bearer tokens and answers for itself.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None
        answer: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None and request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(answer.headers["Location"])
        return answer
