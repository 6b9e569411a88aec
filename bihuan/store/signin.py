"""登录后端: the account of a session together with the person behind it, in one reading."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AbstractBaseUser, User
from django.db import connection

from bihuan.store import sessions
from bihuan.store.models import Person
from bihuan.store.statements import one_row

_BY_ID = f"SELECT {sessions.BOTH} FROM auth_user u {sessions.BEHIND} WHERE u.id = %s"


class Backend(AuthenticationBackend):
    """Passwords as allauth checks them; every page asks who signed in, so that asking takes one query and not two."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        """Return the account with its person if it may still sign in; its other columns are read when asked for."""
        row = sessions.account_read(user_id) or one_row(_BY_ID, [user_id])
        if row is None:
            return None
        id_, password, username, active, *person = row
        account: User = User.from_db(connection.alias, sessions.ACCOUNT, (id_, password, username, bool(active)))
        behind = Person.from_db(connection.alias, sessions.PERSON, person) if person[0] else None
        User.person.related.set_cached_value(account, behind)  # type: ignore[attr-defined]
        return account if self.user_can_authenticate(account) else None
