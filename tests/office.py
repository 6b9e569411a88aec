"""Another office program: LibreOffice without a window opens a file and makes pages of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path


def pages_of(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return for each file, by its name, the PDF that LibreOffice makes of it; fails where it makes none."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, (
        "这台机器没有 LibreOffice，文件只用 python-docx 查过：请安装 libreoffice-writer-nogui、"
        "libreoffice-calc-nogui 后再运行 make test-long。"
    )
    for name, content in files.items():
        (folder / name).write_bytes(content)
    subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(folder), *(str(folder / name) for name in files)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    found = {name: (folder / name).with_suffix(".pdf") for name in files}
    missing = [name for name, path in found.items() if not path.exists()]
    assert missing == [], f"LibreOffice 打不开：{missing}"
    return {name: path.read_bytes() for name, path in found.items()}
