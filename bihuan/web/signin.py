"""登录: names and passwords by allauth, its pages in our own shell and words."""

import ipaddress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _

from bihuan.store import people
from bihuan.web.jinja import long_moment
from bihuan.web.shell import LOOK, shell_for


class Adapter(DefaultAccountAdapter):
    """No sign-up, no e-mail, no notices; refuses demonstration sign-ins from other machines."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或密码不对。忘了密码请找管理员重设。"),
        "too_many_login_attempts": _("试错太多次了，请过5分钟再试。忘了密码请找管理员重设。"),
        "incorrect_password": _("密码不对。"),
        "rate_limited": _("试得太多了，请过几分钟再试。"),
        "demonstration": _("这是演示账号，只能在本机登录。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page one arrives at shows that one is signed in."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: accounts have no address."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user and people.is_demonstration(user.pk) and not (settings.DEMO_ANYWHERE or on_this_machine(request)):
            raise self.validation_error("demonstration")
        return user  # type: ignore[no-any-return]


def on_this_machine(request: HttpRequest) -> bool:
    """Tell whether the browser runs where the server runs, by the address of its connection and the name it asked."""
    try:
        near = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        near = False
    named = split_domain_port(request.get_host())[0] in settings.LOOPBACK
    return near and named and "HTTP_X_FORWARDED_FOR" not in request.META


def shell_of(request: HttpRequest) -> dict[str, Any]:
    """Give the sign-in pages the same shell that the other pages have."""
    shell = shell_for(request)
    looks = {f"look_{what}": shell.look(what) for what in LOOK}
    return {"shell": shell, "shell_time": long_moment(shell.now), **looks}
