"""A small programme to begin with, complete and commented, that passes the check as it stands."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

FILES = {
    "README.txt": "README.md",
    "programme.toml": "programme.toml",
    "network.toml": "network.toml",
    "orders.toml": "orders.toml",
    "stories.toml": "stories.toml",
}
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")


class NoSkeleton(ValueError):
    """Why no new pack can be made; the message is one Chinese sentence with what to do."""


def new(key: str, into: Path | str) -> Path:
    """Write a new pack named `key` into the folder `into/key` and return that folder.

    Raises NoSkeleton where the key is not lower-case English or the folder is there already; nothing is overwritten.
    """
    if not KEY.fullmatch(key):
        raise NoSkeleton(f"“{key[:40]}”不能作项目包的键，请用2至40个小写英文字母、数字和下划线，字母开头。")
    folder = Path(into) / key
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise NoSkeleton(f"{folder.as_posix()} 已经有了，请换一个键，或先把它移走。") from None
    except OSError as why:
        raise NoSkeleton(f"{folder.as_posix()} 建不了（{why.strerror}），请换一个可以写的文件夹。") from why
    blank = resources.files(__package__).joinpath("blank")
    for source, target in FILES.items():
        text = blank.joinpath(source).read_text(encoding="utf-8")
        (folder / target).write_text(text.replace("@key@", key).replace("@PREFIX@", prefix(key)), encoding="utf-8")
    return folder


def prefix(key: str) -> str:
    """Return a prefix of order numbers for a key: the initials of its words, or its first letters."""
    words = [word for word in re.split(r"[_0-9]+", key) if word]
    return ("".join(word[0] for word in words) if len(words) > 1 else key[:2]).upper()[:4]
