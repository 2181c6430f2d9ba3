"""Sample exports of four partners: invented people, published totals, planted faults.

    names, people ──► ijm | iom | moj | academy ──► Delivery(partner, name, bytes) ──► <folder>/<partner>/<name>

Everything is seeded and nothing reads the clock: the same files every time, on every machine up to the
compression inside workbooks. Running it twice writes the same files again. To write the committed samples
anew: ``python -m warehouse.demo.samples``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from warehouse.demo.samples import academy, ijm, iom, moj
from warehouse.demo.samples.delivery import Delivery

__all__ = ["Delivery", "deliveries", "write_samples"]


def deliveries() -> Iterator[Delivery]:
    """Yield every file of every partner, in a fixed order."""
    yield from ijm.deliveries()
    yield from iom.deliveries()
    yield from moj.deliveries()
    yield from academy.deliveries()


def write_samples(folder: Path) -> list[Path]:
    """Write every partner's files to ``folder/<partner>/`` and return their paths, in a fixed order."""
    written = []
    for delivery in deliveries():
        path = folder / delivery.partner / delivery.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(delivery.content)
        written.append(path)
    return written
