"""附件: files on disk under unguessable names, and the rows that tie them to an order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from bihuan.store.models import Attachment


def keep(*, name: str, kind: str, digest: str, chunks: Iterable[bytes], by: str, at: str) -> int:
    """Store a file and return its id. It belongs to nobody until a move claims it."""
    folder = Path(settings.MEDIA_ROOT) / digest[:2]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / digest
    size = 0
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            file.write(chunk)
    draft.replace(path)
    row = Attachment.objects.create(
        name=name[:200], kind=kind, size=size, digest=digest, path=f"{digest[:2]}/{digest}", by=by, at=at
    )
    return int(row.pk)


def claim(order: int, ids: Iterable[int], *, by: str, outward: bool) -> int:
    """Tie files to an order; only files nobody claimed and, for staff, that the same person brought."""
    wanted = list(ids)
    if not wanted:
        return 0
    return Attachment.objects.filter(pk__in=wanted, order=0, by=by).update(order=order, outward=outward)


def waiting(ids: Iterable[int]) -> set[int]:
    """Return those of the files that are there and that nobody claimed."""
    return set(Attachment.objects.filter(pk__in=list(ids), order=0).values_list("pk", flat=True))


def sweep(before: str, *, younger: float, limit: int = 500) -> int:
    """Drop up to `limit` files that nobody claimed since they came before an instant, and return how many.

    The bytes go where no other row has them and the file was not written again after `younger` (seconds of the
    machine's own clock): the same paper may just be on its way in anew.
    """
    folder = Path(settings.MEDIA_ROOT)
    old = list(
        Attachment.objects.filter(tenant=1, order=0, at__lt=before).order_by("id").values_list("pk", "path")[:limit]
    )
    dropped = 0
    for id_, path in old:
        if not Attachment.objects.filter(pk=id_, order=0).delete()[0]:
            continue  # claimed meanwhile
        dropped += 1
        file = folder / path
        if not Attachment.objects.filter(path=path).exists() and file.exists() and file.stat().st_mtime < younger:
            file.unlink(missing_ok=True)
    return dropped


def show(order: int, ids: Iterable[int]) -> int:
    """Let the requester have these files of an order from now on; return how many there were."""
    wanted = list(ids)
    return Attachment.objects.filter(pk__in=wanted, order=order).update(outward=True) if wanted else 0


def of_order(order: int, *, inner: bool) -> list[dict[str, Any]]:
    """Return an order's files; without `inner` only those the requester may see."""
    found = Attachment.objects.filter(tenant=1, order=order).order_by("id")
    if not inner:
        found = found.filter(outward=True)
    return [dict(row) for row in found.values("id", "name", "kind", "size", "at", "by", "outward")]


def of_orders(orders: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return all files of several orders with where they lie below the media root, by order."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = Attachment.objects.filter(tenant=1, order__in=list(orders)).order_by("order", "id")
    for row in rows.values("order", "id", "name", "size", "path"):
        found.setdefault(row["order"], []).append(dict(row))
    return found


def one(order: int, id_: int, *, inner: bool) -> dict[str, Any] | None:
    """Return one file of an order with its path, or None."""
    for row in Attachment.objects.filter(order=order, pk=id_).values():
        if inner or row["outward"]:
            return {**row, "file": Path(settings.MEDIA_ROOT) / row["path"]}
    return None


def digest_of(id_: int) -> str:
    """Return the fingerprint of a kept file, "" where there is none."""
    return str(Attachment.objects.filter(pk=id_).values_list("digest", flat=True).first() or "")


def name_of(id_: int) -> str:
    """Return the name of a kept file, "" where there is none."""
    return str(Attachment.objects.filter(pk=id_).values_list("name", flat=True).first() or "")
