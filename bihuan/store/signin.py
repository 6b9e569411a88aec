"""登录后端: the account of a session together with the person behind it, in one reading."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser


class Backend(AuthenticationBackend):
    """Passwords as allauth checks them; every page asks who signed in, so that asking takes one query and not two."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        """Return the account with its person if it may still sign in."""
        account = get_user_model().objects.select_related("person").filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None
