"""Whom a command about a person means, and what the vault knows of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.contract.entities import ENTITIES, has_people
from warehouse.contract.spelling import fold_name
from warehouse.errors import TerminalError
from warehouse.identity.state import read_kept
from warehouse.store.home import Home
from warehouse.store.keys import Keys
from warehouse.store.sealed import unseal_identities
from warehouse.vault.traces import Search

SHORTEST = 6  # letters or digits; shorter ones stand in every file by chance
SEARCHED = ("person_id", "name_latin", "name_khmer", "police_id", "phone", "email")  # a birthday many people share
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")


class PersonUnknown(TerminalError):
    """Nobody of this home is known by what was given; it is not repeated, for it may be a name."""

    code: ClassVar[str] = "SALA-V003"
    title: ClassVar[str] = "No such person"


@dataclass(frozen=True)
class Identifiers:
    """What identifies some persons and nobody else who stays.

    Attributes:
        words: To be searched for.
        shared: How many others have too, be it within a longer one; finding these would prove nothing.
        short: How many are too short to be searched for.
    """

    words: tuple[str, ...]
    shared: int
    short: int


def appearances(home: Home, person: str, alone: bool = False) -> list[str]:
    """Return the pseudonyms (`person_ref`) of a person: all of the same officer, unless asked for one alone.

    Args:
        home: Whose crosswalk, bronze and vault.
        person: A `person_ref` or an `officer_key`.
        alone: Only this `person_ref`, not the officer's other appearances.

    Raises:
        PersonUnknown: Nobody is known by it.
    """
    pairs = crosswalk(home)
    officers = {officer for ref, officer in pairs if person in (ref, officer)}
    found = {ref for ref, officer in pairs if officer in officers}
    if alone or not found:
        known = _PSEUDONYM.fullmatch(person) and (person in {ref for ref, _ in pairs} or person in _in_bronze(home))
        found = {person} if known else set()
    if not found:
        raise PersonUnknown(
            str(home.root),
            "nobody known by what was given",
            "a person_ref or officer_key of this home",
            "look it up: sala query; or name the partner and give its own id: --partner PARTNER --id-file FILE",
        )
    return sorted(found)


def crosswalk(home: Home) -> list[tuple[str, str]]:
    """Return each person with its officer key, as identity last said; nothing before its first run.

    Raises:
        StateBroken: The file was cut or changed.
    """
    if not home.crosswalk.exists():
        return []
    table = read_kept(home.crosswalk)
    return list(zip(table["person_ref"].to_pylist(), table["officer_key"].to_pylist(), strict=True))


def _in_bronze(home: Home) -> set[str]:
    columns = (pq.ParquetFile(path).read(columns=["person_ref"]).column(0) for path in bronze_files(home))
    return {ref for column in columns for ref in pc.unique(column).to_pylist()}


def bronze_files(home: Home) -> Iterator[Path]:
    """Yield the files of accepted rows that are about persons."""
    for entity in filter(has_people, ENTITIES):
        yield from sorted((home.root / "bronze" / entity).glob("partner=*/*.parquet"))


def vault_files(home: Home) -> list[Path]:
    """Return the sealed files of identities, one a delivery."""
    return sorted((home.root / "vault").glob("partner=*/*.parquet.age"))


def deliveries_of(home: Home, keys: Keys, person_refs: Iterable[str]) -> set[str]:
    """Return the ids of the deliveries in which these persons stand."""
    wanted = pa.array(list(person_refs), pa.string())
    found = {path.name.split(".")[0] for path in vault_files(home) if _holds(unseal_identities(keys, path), wanted)}
    for path in bronze_files(home):
        if _holds(pq.ParquetFile(path).read(columns=["person_ref"]), wanted):
            found.add(path.stem)
    return found


def _holds(table: pa.Table, person_refs: pa.Array) -> bool:
    return bool(pc.any(pc.is_in(table.column("person_ref"), person_refs)).as_py())


def _is_telling(word: str) -> bool:
    """Return whether a word is long enough to stand in no file by chance."""
    return sum(character.isalnum() for character in word) >= SHORTEST


def identifiers_of(home: Home, keys: Keys, person_refs: Iterable[str], also: Iterable[str] = ()) -> Identifiers:
    """Return what identifies these persons, from the opened vault, and what is known of them besides.

    Raises:
        SealBroken: A file of the vault cannot be opened.
    """
    wanted = set(person_refs)
    own = set(also)
    others: set[str] = set()
    for path in vault_files(home):
        for row in unseal_identities(keys, path).select(["person_ref", *SEARCHED]).to_pylist():
            values = {row[name] for name in SEARCHED if row[name]}
            if row["person_ref"] in wanted:
                own |= values
            else:
                others |= values
    folded = {fold_name(value) for value in others}
    within = Search(own).words_in("\n".join(others).encode())
    alone = {value for value in own - within if fold_name(value) not in folded}
    words = set(filter(_is_telling, alone))
    return Identifiers(tuple(sorted(words)), len(own - alone), len(alone - words))
