"""Puts a parcel where files lie: under another name first, read back, then under its own; the list of sums last."""

from __future__ import annotations

import hashlib

from warehouse.connectors.place import Place
from warehouse.extracts.delivery.faults import DeliveryDiffers, PlaceTaken
from warehouse.extracts.delivery.parcel import SUMS, Parcel

CHUNK = 1 << 20  # bytes


def upload(place: Place, parcel: Parcel) -> None:
    """Send what is not there yet.

    Raises:
        PlaceTaken: Another delivery is complete at this very place.
        DeliveryDiffers: What was read back is not what was sent.
    """
    folder = f"{place.root.rstrip('/')}/{parcel.place}" if place.root else parcel.place
    there = place.files.cat_file(f"{folder}/{SUMS}") if place.files.exists(f"{folder}/{SUMS}") else None
    if there == parcel.sums:
        return  # all of it was delivered, and the receipt was not written any more
    if there is not None:
        raise PlaceTaken(
            where=f"{place.shown}/{parcel.place}",
            found=f"a {SUMS} that names other files",
            expected="nothing, or this issue",
            action="Ask whoever owns the place; give each home a place of its own.",
        )
    if not place.objects:
        place.files.makedirs(folder, exist_ok=True)
    for name, digest in sorted(parcel.files.items()):
        _put(place, (parcel.folder / name).read_bytes(), f"{folder}/{name}", digest)
    _put(place, parcel.sums, f"{folder}/{SUMS}", hashlib.sha256(parcel.sums).hexdigest())


def _put(place: Place, content: bytes, target: str, digest: str) -> None:
    if place.files.exists(target) and _digest(place, target) == digest:
        return
    path = target if place.objects else f"{target}.part"
    with place.files.open(path, "wb") as file:
        file.write(content)
    if (found := _digest(place, path)) != digest:
        raise DeliveryDiffers(
            where=f"{place.shown}: {target.rpartition('/')[2]}",
            found=f"a file with SHA-256 {found[:12]}…",
            expected=f"SHA-256 {digest[:12]}…",
            action="It is tried again; if it stays so, the server or its disk is damaged.",
        )
    if not place.objects:
        place.files.mv(path, target)


def _digest(place: Place, path: str) -> str:
    """Return the SHA-256 of what really lies there."""
    digest = hashlib.sha256()
    with place.files.open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
