"""Chooses, makes and judges damaged files: number and seed decide everything, so that any case can be made again."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz import book_damage, text_damage
from tests.fuzz.law import Verdict, judge, touched
from tests.fuzz.nasty import Nasty, nasty_files
from tests.fuzz.samples import LIMITS, Reading, Sample, load_samples, read
from tests.fuzz.text_damage import Damage
from warehouse.store.keys import Keys, key_of, new_key_file

SLACK = 5.0  # seconds beside the wall limit, for settling and a busy machine
# All texts behind it would stand at other cells; all rows of the sheet would be missing.
_STRICT_EDITS = ("a shared text dropped", "a shared text twice", "a sheet dropped from the list")


@dataclass(frozen=True)
class Case:
    """One damaged file: of which sample, how, and whether no row of it may be new."""

    number: int
    sample: Sample
    damage: str
    strict: bool
    data: bytes


@dataclass(frozen=True)
class Result:
    """What became of a case; `why` is the code that held it or what went wrong."""

    number: int
    corpus: str
    file: str
    damage: str
    verdict: Verdict
    why: str
    seconds: float
    megabytes: int  # the parent's peak so far


def make(samples: list[Sample], seed: int, number: int) -> Case:
    """Return the case of this number."""
    chance = Random(f"{seed}/{number}")
    corpus = chance.choice(sorted({s.corpus for s in samples}))
    sample = chance.choice([s for s in samples if s.corpus == corpus and s.data])
    for _ in range(20):
        name, damage, strict = _chosen(chance, sample)
        data = damage(chance, sample.data)
        for _ in range(chance.choice((0, 0, 0, 1, 2)) if not strict else 0):
            data = damage(chance, data) if data else data
        if data != sample.data:
            break
    return Case(number, sample, name, strict, data)


def _chosen(chance: Random, sample: Sample) -> tuple[str, Damage, bool]:
    if book_damage.is_archive(sample.data):
        edits, wholes = book_damage.EDITS, book_damage.ARCHIVE
    else:
        edits, wholes = text_damage.EDITS, text_damage.RECODINGS
    strict = chance.random() < len(wholes) / (len(wholes) + len(edits))
    name, damage = chance.choice(list((wholes if strict else edits).items()))
    return name, damage, strict or name in _STRICT_EDITS


class Bench:
    """One process's samples, scratch folder and readings of the originals."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="sala-fuzz-")
        self.scratch = Path(self.folder.name)
        new_key_file(self.scratch / "key")
        self.keys: Keys = key_of(self.scratch / "key")
        self.samples = load_samples()
        self.originals: dict[bytes, Reading] = {}

    def original(self, sample: Sample) -> Reading:
        if sample.data not in self.originals:
            self.originals[sample.data] = read(sample, sample.data, self.scratch, self.keys)
        return self.originals[sample.data]

    def tried(self, case: Case) -> tuple[Verdict, Reading]:
        original = self.original(case.sample)
        changed = read(case.sample, case.data, self.scratch, self.keys)
        touch = None
        if not changed.held and not original.held and not case.strict:
            touch = touched(case.sample.data, case.data, original.first)
        options = case.sample.table.options
        reach = original.records.total() if options.repeat or options.keep else 1
        return judge(original, changed, case.strict, touch, reach), changed

    def nasty(self, dialect: dict[str, str]) -> list[tuple[Nasty, Verdict, Reading]]:
        """Return what becomes of every nasty file under a contract of that dialect."""
        found = []
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            for file in nasty_files(Path(folder), dialect):
                changed = read(file.sample, file.data, self.scratch, self.keys)
                found.append((file, judge(self.original(file.sample), changed, True, None), changed))
        return found

    def result(self, seed: int, number: int) -> Result:
        case = make(self.samples, seed, number)
        try:
            verdict, changed = self.tried(case)
            why, seconds = changed.held, changed.seconds
            if seconds > LIMITS.wall_seconds + SLACK:
                verdict, why = Verdict.BROKEN, "longer than the limit"
        except Exception as error:  # whatever is no outcome is a defect
            verdict, why, seconds = Verdict.BROKEN, f"{type(error).__name__}: {error}"[:200], 0.0
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        return Result(number, case.sample.corpus, case.sample.name, case.damage, verdict, why, seconds, peak)


@cache
def bench() -> Bench:
    """Return this process's bench."""
    return Bench()


def _results(seed: int, numbers: range) -> list[Result]:
    return [bench().result(seed, number) for number in numbers]


def run(seed: int, count: int, workers: int) -> Iterator[Result]:
    """Yield the results of that many cases as they come.

    Raises:
        BrokenProcessPool: A process that reads and settles files died, which nothing may bring about.
    """
    step = 20
    with ProcessPoolExecutor(workers) as pool:
        parts = [pool.submit(_results, seed, range(at, min(at + step, count))) for at in range(0, count, step)]
        for part in as_completed(parts):
            yield from part.result()
