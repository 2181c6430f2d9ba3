"""Makes the files an invented partner delivers: long attendance exports, seeded, of any size.

An event is one module for 40 persons in 8 sessions; a person comes back for about six events, so there are
about fifty rows to a person. One row in eighty is faulty, repeated or contradicts its neighbour, as in real exports.
"""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from warehouse.benchmark.spellings import CONTRACT, HOURS, PARTNER, SEXES, STATUSES, Spellings, read_spellings

PERSONS, SESSIONS = 40, 8
ROWS_OF_EVENT = PERSONS * SESSIONS
ROWS_OF_PERSON = 50
ROWS_OF_FILE = 100_000
FAULTS = (  # column, text that no rule accepts; each in one row of 600
    ("Attendance", "maybe"),
    ("Province of duty", "Somewhere"),
    ("Session date", "31/02/2019"),
    ("Hours", "99"),
    ("Module", "Something else"),
    ("Person id", ""),
)
FAULTY, REPEATED, CONTRADICTED = 1 / 600, 1 / 400, 1 / 4000
OTHER_HOURS = "7"
FAMILY = ("Sok", "Chan", "Ly", "Heng", "Bun", "Ros", "Keo", "Chea", "Mao", "Prak", "Yim", "Touch", "Sum", "Tan")
GIVEN = ("Dara", "Sophea", "Vanna", "Piseth", "Maly", "Rithy", "Sreymom", "Bopha", "Makara", "Chenda", "Kosal", "Nary")
FAMILY_KHMER = ("សុខ", "ចាន់", "លី", "ហេង", "ប៊ុន", "រស់", "កែវ", "ជា", "ម៉ៅ", "ប្រាក់", "យឹម", "ទូច", "ស៊ុំ", "តាន់")
GIVEN_KHMER = (
    *("តារា", "សុភា", "វណ្ណា", "ពិសិដ្ឋ", "ម៉ាលី", "រិទ្ធី"),
    *("ស្រីមុំ", "បុប្ផា", "មករា", "ចិន្តា", "កុសល", "ណារី"),
)

Places = npt.NDArray[np.int64]
_SPREAD = 2_654_435_761  # prime and far from any number of persons: neighbours in an event are different persons


@dataclass(frozen=True)
class Delivery:
    """What lies in the inbox: the files, their rows and bytes, and how many persons they name."""

    files: tuple[Path, ...]
    rows: int
    bytes: int
    persons: int


@dataclass(frozen=True)
class Population:
    """Everybody and everything the files speak of, so that a person is the same in each file."""

    rows: int
    spellings: Spellings
    seed: int

    @cached_property
    def persons(self) -> int:
        """How many different persons there are."""
        return max(PERSONS, self.rows // ROWS_OF_PERSON)

    @cached_property
    def described(self) -> dict[str, pa.Array]:
        """Return what is true of each person, in the partner's words."""
        draw = np.random.default_rng(self.seed)
        numbers = np.arange(self.persons)
        family, given = draw.integers(len(FAMILY), size=self.persons), draw.integers(len(GIVEN), size=self.persons)
        return {
            "Person id": pa.array(np.char.add("KH-", np.char.zfill(numbers.astype(str), 7))),
            "Name": _named(FAMILY, family, GIVEN, given),
            "ឈ្មោះ": _named(FAMILY_KHMER, family, GIVEN_KHMER, given),
            "Police id": pa.array(np.char.zfill((numbers * _SPREAD % 10**9).astype(str), 9)),
            "Sex": _drawn(draw, list(SEXES), self.persons, (0.3, 0.69, 0.01)),
            "Rank": _drawn(draw, list(self.spellings.ranks), self.persons),
            "Unit": _drawn(draw, list(self.spellings.units), self.persons),
            "Category": _drawn(draw, list(self.spellings.categories), self.persons, (0.85, 0.05, 0.05, 0.05)),
            "Province of duty": _drawn(draw, list(self.spellings.provinces), self.persons),
        }

    @cached_property
    def held(self) -> dict[str, pa.Array]:
        """Return what is true of each event; `days` counts from the first day there is."""
        draw = np.random.default_rng((self.seed, 1))
        events = np.arange(self.rows // ROWS_OF_EVENT + 1)
        return {
            "Event": pa.array(np.char.add("EV-", np.char.zfill(events.astype(str), 6))),
            "Module": _drawn(draw, list(self.spellings.modules), len(events)),
            "Province of training": _drawn(draw, list(self.spellings.provinces), len(events)),
            "days": pa.array(events * 3640 // len(events)),
            "Hours": pa.array(HOURS).take(pa.array(events % len(HOURS))),
        }

    def table(self, first: int, last: int) -> pa.Table:
        """Return rows `first` up to `last` of all that are delivered."""
        draw = np.random.default_rng((self.seed, 2, first))
        rows = np.arange(first, last)
        session = rows % SESSIONS
        of_event = {name: values.take(pa.array(rows // ROWS_OF_EVENT)) for name, values in self.held.items()}
        person = pa.array(rows // SESSIONS * _SPREAD % self.persons)
        day = np.datetime64("2015-01-01") + of_event.pop("days").to_numpy() + session
        columns = {
            **of_event,
            "Session date": pc.strftime(pa.array(day.astype("datetime64[s]")), format="%d/%m/%Y"),
            "Session": pa.array((session + 1).astype(str)),
            "Attendance": _drawn(draw, list(STATUSES), len(rows), (0.5, 0.2, 0.1, 0.1, 0.05, 0.03, 0.02)),
            **{name: values.take(person) for name, values in self.described.items()},
        }
        return _spoiled(draw, pa.table(columns))


def _write(table: pa.Table, path: Path) -> None:
    with path.open("wb") as file:  # Arrow would quote the header whatever the quoting style
        file.write((",".join(table.column_names) + "\n").encode())
        pa_csv.write_csv(table, file, pa_csv.WriteOptions(include_header=False, quoting_style="none"))


def _drawn(
    draw: np.random.Generator, texts: list[str], count: int, shares: tuple[float, ...] | None = None
) -> pa.Array:
    return pa.array(texts).take(pa.array(draw.choice(len(texts), size=count, p=shares)))


def _named(families: tuple[str, ...], family: Places, givens: tuple[str, ...], given: Places) -> pa.Array:
    texts = [pa.array(families).take(pa.array(family)), pa.array(givens).take(pa.array(given))]
    return pc.binary_join_element_wise(*texts, " ")


def _spoiled(draw: np.random.Generator, table: pa.Table) -> pa.Table:
    """Return the rows with some that no rule accepts, some repeated, and some that contradict the row before."""
    for column, text in FAULTS:
        table = _replaced(table, column, draw.random(len(table)) < FAULTY, text)
    source = np.arange(len(table))
    repeated, contradicted = draw.random(len(table)) < REPEATED, draw.random(len(table)) < CONTRADICTED
    copies = np.flatnonzero(repeated | contradicted)[1:]
    source[copies] = copies - 1
    return _replaced(
        table.take(pa.array(source)), "Hours", contradicted & (source < np.arange(len(table))), OTHER_HOURS
    )


def _replaced(table: pa.Table, column: str, where: npt.NDArray[np.bool_], text: str) -> pa.Table:
    values = pc.if_else(pa.array(where), text, table.column(column))
    return table.set_column(table.column_names.index(column), column, values)


def generate(home_root: Path, contracts: Path, rows: int, files: int, seed: int = 20_261_122) -> Delivery:
    """Write the contract and the delivered files.

    Args:
        home_root: The benchmark's own home; the files go to its inbox.
        contracts: An empty folder for the contract.
        rows: How many rows, over all files.
        files: How many files, of equal size.
        seed: The same seed gives the same bytes.
    """
    (contracts / PARTNER).mkdir(parents=True)
    shutil.copyfile(CONTRACT, contracts / PARTNER / CONTRACT.name)
    inbox = home_root / "inbox" / PARTNER
    inbox.mkdir(parents=True)
    population = Population(rows, read_spellings(contracts), seed)
    bounds = np.linspace(0, rows, files + 1).astype(int).tolist()
    paths = []
    for number, (first, last) in enumerate(itertools.pairwise(bounds), start=1):
        paths.append(inbox / f"attendance_{number:05d}.csv")
        _write(population.table(first, last), paths[-1])
    return Delivery(tuple(paths), rows, sum(p.stat().st_size for p in paths), population.persons)
