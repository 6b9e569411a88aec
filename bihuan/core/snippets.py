"""常用语: texts used again and again, with blanks that are filled in when they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bihuan.core.refusal import Refused

# What may stand in braces, in the words of whoever writes the text.
BLANKS = ("企业", "单号", "部门", "期限", "姓名")
NAME, TEXT = 20, 1000
_BRACES = re.compile(r"[{｛]\s*([^{}｛｝\n]{0,20}?)\s*[}｝]")


def checked(name: str, text: str) -> tuple[str, str]:
    """Return name and text as they are kept, blanks in plain braces; raises Refused `snippet.needs`, all at once."""
    name, text = " ".join(name.split()), text.replace("\r\n", "\n").strip()
    problems = {}
    if not name:
        problems["name"] = "no_name"
    elif len(name) > NAME:
        problems["name"] = "long_name"
    unknown = [blank for blank in _BRACES.findall(text) if blank not in BLANKS]
    if not text:
        problems["text"] = "no_text"
    elif len(text) > TEXT:
        problems["text"] = "long_text"
    elif unknown:
        problems["text"] = "unknown_blank"
    elif set("{}｛｝") & set(_BRACES.sub("", text)):
        problems["text"] = "open_brace"
    if problems:
        raise Refused("snippet.needs", problems, blank=unknown[0] if unknown else "", blanks=list(BLANKS))
    return name, _BRACES.sub(lambda found: f"{{{found[1]}}}", text)


def filled(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the text with its blanks filled in, and those for which there is no value yet, which stay as they are."""
    without = [blank for blank in dict.fromkeys(_BRACES.findall(text)) if not values.get(blank)]
    return _BRACES.sub(lambda found: values.get(found[1]) or found[0], text), without


def unfilled(text: str) -> list[str]:
    """Return the blanks that still stand in a text somebody is about to send."""
    return [blank for blank in _BRACES.findall(text) if blank in BLANKS]
