"""What was uploaded and never submitted is gone after a day; what belongs to an order stays."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from bihuan.actions import files
from bihuan.jobs.worker import Worker
from bihuan.store import attachments
from bihuan.store.models import Attachment
from tests import cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast.found()


def brought(text: bytes, name: str = "说明.txt") -> int:
    """Keep a file as a form does, written two days ago by the machine's clock."""
    id_ = files.keep(ContentFile(text, name=name), by="", now=cast.NOW)
    old = time.time() - 2 * DAY.total_seconds()
    os.utime(path_of(id_), (old, old))
    return id_


def path_of(id_: int) -> Path:
    return Path(settings.MEDIA_ROOT) / Attachment.objects.values_list("path", flat=True).get(pk=id_)


def test_the_worker_drops_what_nobody_submitted_within_a_day() -> None:
    left, claimed = brought(b"left"), brought(b"claimed")
    left_file, claimed_file = path_of(left), path_of(claimed)
    attachments.claim(77, [claimed], by="", outward=False)
    Worker().round(cast.NOW + DAY - timedelta(minutes=1))
    assert left_file.exists() and attachments.waiting([left, claimed]) == {left}
    Worker().round(cast.NOW + DAY + timedelta(minutes=1))
    assert not left_file.exists() and claimed_file.exists()
    assert list(Attachment.objects.values_list("pk", flat=True)) == [claimed]


def test_the_same_bytes_stay_while_anybody_has_them() -> None:
    left, claimed = brought(b"the same"), brought(b"the same")
    file = path_of(left)
    attachments.claim(77, [claimed], by="", outward=False)
    assert files.sweep(now=cast.NOW + 2 * DAY) == 1
    assert file.exists()


def test_bytes_that_were_just_written_again_are_left_alone() -> None:
    left = brought(b"again")
    file = path_of(left)
    file.touch()  # another form brings the same paper at this moment; its row comes next
    assert files.sweep(now=cast.NOW + 2 * DAY) == 1
    assert file.exists() and not Attachment.objects.exists()


def test_a_worker_looks_once_an_hour() -> None:
    worker = Worker()
    worker.round(cast.NOW + 2 * DAY)
    left = brought(b"late")
    worker.round(cast.NOW + 2 * DAY + timedelta(minutes=30))
    assert attachments.waiting([left]) == {left}
    worker.round(cast.NOW + 2 * DAY + timedelta(minutes=61))
    assert attachments.waiting([left]) == set()
