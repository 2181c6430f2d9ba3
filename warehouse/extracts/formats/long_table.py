"""The long table: one row per figure, as CSV and as Parquet, with the labels of its codes beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.contract.agreement import DIMENSIONS
from warehouse.extracts.formats.columns import MEANINGS
from warehouse.extracts.formats.extract import Extract
from warehouse.extracts.formats.marks import harmless

LABELS = pa.schema([(name, pa.string()) for name in ("dimension", "code", "label")])


def write_csv(extract: Extract, folder: Path) -> list[Path]:
    """Write `figures.csv` and `labels.csv`: UTF-8, comma, header, then HXL tags if the agreement asks for them.

    Null is empty; text is quoted only where it must be, and harmless in a spreadsheet; numbers are plain.
    """
    figures = extract.figures
    columns = [_as_text(figures.column(name)).to_pylist() for name in figures.column_names]
    tags = [[MEANINGS[name].hxl for name in figures.column_names]] if extract.context.terms.hxl else []
    paths = [folder / "figures.csv", folder / "labels.csv"]
    with paths[0].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(figures.column_names)
        writer.writerows(tags)
        writer.writerows(zip(*columns, strict=True))
    with paths[1].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LABELS.names)
        writer.writerows([harmless(text) for text in row] for row in labels(extract))
    return paths


def write_parquet(extract: Extract, folder: Path) -> list[Path]:
    """Write `figures.parquet` and `labels.parquet`; text is as it is, since nothing evaluates it."""
    paths = [folder / "figures.parquet", folder / "labels.parquet"]
    pq.write_table(extract.figures, paths[0], compression="zstd")
    columns = zip(*labels(extract), strict=True)
    arrays = [pa.array(column, pa.string()) for column in columns] or [pa.array([], pa.string())] * len(LABELS)
    pq.write_table(pa.table(arrays, schema=LABELS), paths[1], compression="zstd")
    return paths


def labels(extract: Extract) -> Iterator[tuple[str, str, str]]:
    """Yield dimension, code and label of every code that stands in the figures, sorted."""
    for dimension in DIMENSIONS:
        codes = pc.unique(extract.figures.column(dimension)).to_pylist()
        for code in sorted(code for code in codes if code is not None):
            yield dimension, code, extract.context.label(dimension, code)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_decimal(kind):  # always with a decimal point, since the scale is 4
        return pc.utf8_rtrim(pc.utf8_rtrim(pc.cast(column, pa.string()), "0"), ".")
    if pa.types.is_string(kind):
        return _harmless(column)
    return pc.cast(column, pa.string())


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    encoded = pc.dictionary_encode(column.combine_chunks())  # each distinct text once: there are few
    safe = [None if text is None else harmless(text) for text in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pc.take(pa.array(safe, pa.string()), encoded.indices)])
