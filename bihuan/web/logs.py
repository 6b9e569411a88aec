"""Records of running that hold no key to anybody's order."""

import logging
import re

# An address that is itself a key, also where it stands percent-encoded in a query.
KEY = re.compile(r"((?:/|%2F)(?:t|s)(?:/|%2F))[^/%\s\"'&?]+|((?:/|%2F)p(?:/|%2F))[a-z2-7]{39}", re.IGNORECASE)


class Discreet(logging.Formatter):
    """Format a record with the keys in addresses replaced by dots, the traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        line = KEY.sub(lambda found: f"{found[1] or found[2]}…", super().format(record))
        number = getattr(getattr(record, "request", None), "error_number", None)
        return f"{line} [{number}]" if number else line
