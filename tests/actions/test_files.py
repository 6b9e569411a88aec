"""A file is known by what is in it, and a photo does not tell where it was taken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings

from bihuan.actions import files
from bihuan.core.refusal import Refused
from bihuan.store.models import Attachment
from tests import cast

PDF = b"%PDF-1.4\n%%EOF"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
PLACE = b"GPS 29.03N 111.69E"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"eXIf", PLACE)
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


def jpeg(turned: int) -> bytes:
    entries = struct.pack(">H", 2)
    entries += struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0) + struct.pack(">HHII", 0x8825, 4, 1, 38)
    exif = b"Exif\0\0MM\0*" + struct.pack(">I", 8) + entries + b"\0\0\0\0" + PLACE
    quantities = b"\xff\xdb\x00\x43" + b"\x01" * 65
    return (
        b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + quantities + b"\xff\xda\x00\x02picture\xff\xd9"
    )


def packed(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return held.getvalue()


class Sent(io.BytesIO):
    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("批复.pdf", PDF, "application/pdf"),
        ("厂房.JPG", jpeg(1), "image/jpeg"),
        ("截图.png", PNG, "image/png"),
        ("旧表.xls", OLE, "application/vnd.ms-excel"),
        ("公文.wps", OLE, "application/kswps"),
        ("清单.csv", "单位,人数\n".encode("gb18030"), "text/csv"),
        ("说明.txt", "一二三四五".encode()[:-1], "text/plain"),
    ],
)
def test_a_file_is_taken_for_what_it_is(name: str, content: bytes, kind: str) -> None:
    assert files.check(name, content[: files.HEAD], len(content)) == kind


@pytest.mark.parametrize(
    ("name", "content", "detail"),
    [
        ("病毒.exe", b"MZ\x90\0", "type"),
        ("照片.jpg", b"MZ\x90\0", "disguised"),
        ("照片.png", jpeg(1), "disguised"),
        ("说明.txt", b"MZ\x90\0", "disguised"),
        ("网页.html", b"<script>", "type"),
        ("图.svg", b"<svg onload=x>", "type"),
        ("没有后缀", PDF, "type"),
        ("空.pdf", b"", "empty"),
    ],
)
def test_what_is_not_taken_is_named(name: str, content: bytes, detail: str) -> None:
    with pytest.raises(Refused) as why:
        files.check(name, content[: files.HEAD], len(content))
    assert why.value.code == f"attach.invalid.{detail}"
    assert why.value.facts["name"] == name
    assert why.value.problems == {"attachments": f"file_{detail}"}


def test_a_file_over_the_limit_is_refused() -> None:
    files.check("厂房.pdf", PDF, settings.UPLOAD_LIMIT)
    with pytest.raises(Refused) as why:
        files.check("厂房.pdf", PDF, settings.UPLOAD_LIMIT + 1)
    assert why.value.facts["megabytes"] == 20


@pytest.mark.django_db
def test_an_archive_that_calls_itself_a_document_is_refused() -> None:
    assert files.keep(Sent("表.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")), by="", now=cast.NOW)
    for content in (packed("run.exe"), b"PK\x03\x04broken"):
        with pytest.raises(Refused) as why:
            files.keep(Sent("表.xlsx", content), by="", now=cast.NOW)
        assert why.value.code == "attach.invalid.disguised"


@pytest.mark.django_db
def test_a_kept_photo_tells_no_place_and_stands_upright() -> None:
    for turned, told in ((6, 6), (1, 0)):
        row = Attachment.objects.get(pk=files.keep(Sent("厂房.jpg", jpeg(turned)), by="guo", now=cast.NOW))
        content = (Path(settings.MEDIA_ROOT) / row.path).read_bytes()
        assert PLACE not in content
        assert content.endswith(b"picture\xff\xd9") and b"\xff\xdb\x00\x43" in content
        assert files._orientation(content[6:]) == told
        assert (row.order, row.by, row.name) == (0, "guo", "厂房.jpg")


def test_a_picture_loses_its_words_and_stays_a_picture() -> None:
    bare = files.without_place_png(PNG)
    assert PLACE not in bare
    assert bare.startswith(PNG[:33]) and bare.endswith(chunk(b"IEND", b""))


@pytest.mark.parametrize("broken", [b"\xff\xd8\xff\xe1\x00", b"\xff\xd8\xff\xe1\x00\x00\x00\x00", b"\xff\xd8\xff"])
def test_a_broken_photo_does_not_break_the_reader(broken: bytes) -> None:
    assert files.without_place_jpeg(broken).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\照片\\厂房.jpg", "厂房.jpg"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ('一"二\r\n.pdf', "一二.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
        ("txt.\u202egpj", "txt.gpj"),
    ],
)
def test_a_name_is_kept_without_what_could_do_harm(sent: str, kept: str) -> None:
    assert files.clean_name(sent) == kept
