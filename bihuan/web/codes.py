"""二维码: an address as a picture a phone reads, drawn as one path so that it prints and projects sharply."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

BORDER = 4


@dataclass(frozen=True, slots=True)
class Code:
    """A code: `side` of its square in modules, border included, and the path of the dark ones."""

    address: str
    side: int
    path: str


def code_of(address: str) -> Code:
    """Return the code of an address; runs of dark modules in a row are one rectangle."""
    drawn = QRCode(error_correction=ERROR_CORRECT_M, border=BORDER)
    drawn.add_data(address)
    drawn.make(fit=True)
    rows = drawn.get_matrix()
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                parts.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    return Code(address, len(rows), "".join(parts))
