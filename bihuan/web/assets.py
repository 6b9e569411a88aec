"""Style sheet, script and other files of the pages: named by their content, compressed, collected when stale."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

STAMP = "collected"


def fingerprint() -> str:
    """Return a short hash of names, sizes and times of every file that would be collected."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            facts = Path(storage.path(name)).stat()
            seen.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:16]


def collected() -> bool:
    """Return whether STATIC_ROOT holds exactly today's files."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint()


def collect() -> bool:
    """Collect, hash and compress the files if they changed; return whether there was anything to do.

    Without this the pages still work: the files are then served by plain names and uncompressed.
    """
    if collected():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    (Path(settings.STATIC_ROOT) / STAMP).write_text(fingerprint(), encoding="ascii")
    return True


class Assets(CompressedManifestStaticFilesStorage):
    """Addresses by content where the collected files are today's, else plain names (tests, development)."""

    manifest_strict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.DEBUG or not collected():
            self.hashed_files: dict[str, str] = {}
        self._addresses: dict[str, str] = {}

    def collect(self) -> None:
        """Collect the files if they changed, as `collect`, and give addresses by content from now on."""
        collect()
        self.hashed_files, self.manifest_hash = self.load_manifest()
        self._addresses.clear()

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file; every page asks for the same few, and they last as long as this process."""
        known = self._addresses.get(name or "")
        if known is None:
            known = self._addresses[name or ""] = super().url(name, force)
        return known

    def stored_name(self, name: str) -> str:
        name = self.clean_name(name)
        return self.hashed_files.get(self.hash_key(name), name)  # type: ignore[no-any-return]
