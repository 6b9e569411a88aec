"""附件: what may be attached, known by its content and not by its name, and freed of where a photo was taken."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import time
import zipfile
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings

from bihuan.core.instants import iso
from bihuan.core.refusal import Refused
from bihuan.store import attachments

MOST = 6  # files with one form
HEAD = 4096  # bytes that `check` wants to see
FIELD = "attachments"
UNCLAIMED = timedelta(days=1)  # for which a file waits for the form it came with
OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP, _OLE, _PLAIN = "zip", "ole", "plain"
# ending: (how the content begins, the kind it is served as)
KINDS = {
    "pdf": ("pdf", "application/pdf"),
    "jpg": ("jpg", "image/jpeg"),
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "docx": (_ZIP, OFFICE + "wordprocessingml.document"),
    "xlsx": (_ZIP, OFFICE + "spreadsheetml.sheet"),
    "pptx": (_ZIP, OFFICE + "presentationml.presentation"),
    "ofd": (_ZIP, "application/ofd"),
    "doc": (_OLE, "application/msword"),
    "xls": (_OLE, "application/vnd.ms-excel"),
    "ppt": (_OLE, "application/vnd.ms-powerpoint"),
    "wps": (_OLE, "application/kswps"),
    "et": (_OLE, "application/kset"),
    "txt": (_PLAIN, "text/plain"),
    "csv": (_PLAIN, "text/csv"),
}
_BEGINS = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
)


class Upload(Protocol):
    """A file on its way in."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self, size: int = -1, /) -> bytes: ...


def check(name: str, head: bytes, size: int) -> str:
    """Return the kind a file will be served as, from its name and its first `HEAD` bytes.

    Raises Refused `attach.invalid.empty`, `.too_large`, `.type` (not taken), `.disguised` (content and name disagree),
    each with `name`, and with `attachments` among its problems.
    """
    if not size:
        raise _refused("empty", name)
    if size > settings.UPLOAD_LIMIT:
        raise _refused("too_large", name, megabytes=settings.UPLOAD_LIMIT // 1024**2)
    known = KINDS.get(name.rpartition(".")[2].lower())
    if known is None:
        raise _refused("type", name)
    if _begins(head) != known[0]:
        raise _refused("disguised", name)
    return known[1]


def keep(upload: Upload, *, by: str, now: datetime) -> int:
    """Keep a checked file and return its id; it belongs to nobody until a move claims it. Raises like `check`.

    `by` is the person's key, "" for the public.
    """
    name = clean_name(upload.name or "")
    content = upload.read()
    kind = check(name, content[:HEAD], len(content))
    if content.startswith(b"PK") and not _is_document(content):
        raise _refused("disguised", name)
    if kind == "image/jpeg":
        content = without_place_jpeg(content)
    elif kind == "image/png":
        content = without_place_png(content)
    digest = hashlib.sha256(content).hexdigest()
    return attachments.keep(name=name, kind=kind, digest=digest, chunks=[content], by=by, at=iso(now))


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Drop files that were brought more than a day ago and that no move has claimed; return how many."""
    return attachments.sweep(iso(now - UNCLAIMED), younger=time.time() - UNCLAIMED.total_seconds(), limit=limit)


def clean_name(name: str) -> str:
    """Return a file's own name without folders and without what a file system or a header could stumble over."""
    last = re.split(r"[\\/]", name)[-1]
    bare = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\"<>|:*?]", "", last).strip(" .")
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot else bare[:100]


def _begins(head: bytes) -> str:
    for begin, what in _BEGINS:
        if head.startswith(begin):
            return what
    return _PLAIN if b"\x00" not in head and _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end inside a character
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def _is_document(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, struct.error):
        return False
    return bool({"[Content_Types].xml", "OFD.xml"} & names)


def without_place_jpeg(content: bytes) -> bytes:
    """Return a photo without the segments that tell place, time and camera; only which side is up is kept."""
    kept, at, turned = [content[:2]], 2, 0
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] not in (0xDA, 0xD9):
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        segment = content[at : at + 2 + length]
        if marker == 0xE1:
            turned = turned or _orientation(segment[4:])
        elif marker not in (0xED, 0xFE):
            kept.append(segment)
        at += 2 + max(length, 2)
    if turned > 1:
        kept.insert(1, _upright(turned))
    return b"".join([*kept, content[at:]])


def _orientation(exif: bytes) -> int:
    """Return tag 0x0112 of the first directory, 0 where there is none."""
    if not exif.startswith(b"Exif\0\0"):
        return 0
    data = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    try:
        if order is None:
            return 0
        (start,) = struct.unpack_from(order + "I", data, 4)
        (entries,) = struct.unpack_from(order + "H", data, start)
        for n in range(min(entries, 64)):
            tag, _kind, _count, value = struct.unpack_from(order + "HHIH", data, start + 2 + 12 * n)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _upright(turned: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def without_place_png(content: bytes) -> bytes:
    """Return a picture without the chunks that may tell place, time and author."""
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if content[at + 4 : at + 8] not in (b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"):
            kept.append(content[at : at + 12 + length])
        at += 12 + length
    return b"".join(kept)


def _refused(detail: str, name: str, **facts: object) -> Refused:
    return Refused(f"attach.invalid.{detail}", {FIELD: f"file_{detail}"}, fields=[FIELD], name=name, **facts)
