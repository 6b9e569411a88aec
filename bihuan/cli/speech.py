"""Chinese or English by the terminal's locale, without loading Django: help must answer at once."""

from __future__ import annotations

import argparse
import gettext
import os
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
# argparse speaks English; these are its sentences that a reader of `bihuan` may meet.
ARGPARSE = {
    "usage: ": "用法：",
    "positional arguments": "要写的",
    "options": "可选的",
    "show this help message and exit": "显示这份说明",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "the following arguments are required: %s": "还缺：%s",
    "unrecognized arguments: %s": "不认识：%s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "expected one argument": "后面要写一项",
    "expected at least one argument": "后面至少写一项",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可写：%(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r 不对",
    "not allowed with argument %s": "不能和 %s 一起写",
    "one of the arguments %s is required": "要写其中一项：%s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "没有“%(parser_name)s”，可写：%(choices)s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不够明确，可能是 %(matches)s",
    "ignored explicit argument %r": "多写了 %r",
}
ARGPARSE_MANY = {"expected %s argument": "后面要写%s项", "expected %s arguments": "后面要写%s项"}


@cache
def language() -> str:
    """Return `zh-hans` or `en`: as the locale says, as BIHUAN_LANGUAGE says where it says nothing, else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "").partition(".")[0].lower()
        if said in ("", "c", "posix"):
            continue
        return "zh-hans" if said.startswith("zh") else "en"
    return "en" if os.environ.get("BIHUAN_LANGUAGE", "").strip() == "en" else "zh-hans"


@cache
def _catalogue() -> gettext.NullTranslations:
    wanted = [] if language() == "zh-hans" else ["en"]
    return gettext.translation("django", LOCALE, languages=wanted or ["none"], fallback=True)


def _(text: str) -> str:
    """Return a Chinese string of ours in the terminal's language."""
    return _catalogue().gettext(text)


def teach_argparse() -> None:
    """Let argparse speak Chinese where the terminal does."""
    if language() == "zh-hans":
        # It looks its words up in itself, by the two names of gettext.
        vars(argparse)["_"] = lambda text: ARGPARSE.get(text, text)
        vars(argparse)["ngettext"] = lambda one, many, n: ARGPARSE_MANY.get(one if n == 1 else many, many)
