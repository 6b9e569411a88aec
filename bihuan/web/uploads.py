"""Files on their way in: 20 MB each, and a plain sentence when one is larger."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class TooLarge(RequestDataTooBig):
    """A file was larger than the limit; `name` is the file's own name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Limited(FileUploadHandler):
    """Count each file's bytes, drop what exceeds the limit and refuse when the whole body has been read.

    Refusing at once would break the connection under the browser, which then shows its own page and not ours.
    """

    too_large = ""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.size += len(raw_data)
        if self.size <= settings.UPLOAD_LIMIT:
            return raw_data
        self.too_large = self.file_name or "?"
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None

    def upload_complete(self) -> None:
        if self.too_large:
            raise TooLarge(self.too_large)
