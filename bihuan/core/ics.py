"""日历文件: days with a line each as an iCalendar file (RFC 5545), for the calendar on somebody's desk or telephone.

Pure text: no clock, no addresses of its own. Lines end in CRLF and are folded at 75 octets without cutting a character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

WIDTH = 75  # octets of a line without its end (RFC 5545 3.1)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


@dataclass(frozen=True, slots=True)
class Entry:
    """One all-day entry. `uid` is the same whenever the same thing is listed; `link` is an address or ""."""

    uid: str
    day: date
    summary: str
    link: str = ""


def calendar_file(name: str, entries: Iterable[Entry], now: datetime) -> str:
    """Return the file of a calendar of this name; `now` (aware UTC) is when it was made.

    It asks to be fetched again every hour; many programs choose a longer time of their own.
    """
    return "".join(f"{folded(line)}\r\n" for line in _lines(name, entries, f"{now:%Y%m%dT%H%M%SZ}"))


def _lines(name: str, entries: Iterable[Entry], made: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bihuan//Bihuan//ZH", "METHOD:PUBLISH")
    yield from (f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
    for one in entries:
        yield from ("BEGIN:VEVENT", f"UID:{escaped(one.uid)}", f"DTSTAMP:{made}")
        yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{escaped(one.summary)}"
        if one.link:
            yield f"URL:{one.link}"
        yield from ("TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def escaped(text: str) -> str:
    """Return text as a property's value: backslash, semicolon, comma and the end of a line are marked."""
    return text.translate(_ESCAPED)


def folded(line: str) -> str:
    """Return a line folded at 75 octets of UTF-8, no character cut; a fold is CRLF and a blank."""
    parts, room, part = [], WIDTH, ""
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append(part)
            # The blank that begins a folded line takes one of its octets.
            part, room = "", WIDTH - 1
        part, room = part + letter, room - size
    return "\r\n ".join([*parts, part])
