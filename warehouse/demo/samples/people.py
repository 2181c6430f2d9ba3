"""Invented people with careers: a rank that rises, a province of duty that may change."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from warehouse.demo.samples.names import Name, NameBag

# As partners write them; the alias seeds of transforms/seeds map every spelling.
PROVINCES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "01": ("Banteay Meanchey", "Banteay Mean Chey"),
        "02": ("Battambang", "Bat Dambang"),
        "03": ("Kampong Cham", "Kompong Cham"),
        "04": ("Kampong Chhnang", "Kompong Chhnang"),
        "05": ("Kampong Speu", "Kompong Speu"),
        "06": ("Kampong Thom", "Kompong Thom"),
        "07": ("Kampot",),
        "08": ("Kandal",),
        "09": ("Koh Kong", "Kaoh Kong"),
        "10": ("Kratie", "Kracheh"),
        "11": ("Mondul Kiri", "Mondulkiri"),
        "12": ("Phnom Penh", "PHNOM PENH"),
        "13": ("Preah Vihear",),
        "14": ("Prey Veng", "Prey Vaeng"),
        "15": ("Pursat", "Pousaat"),
        "16": ("Ratanak Kiri", "Ratanakiri"),
        "17": ("Siem Reap", "Siemreap"),
        "18": ("Preah Sihanouk", "Sihanoukville", "Kampong Som"),
        "19": ("Stung Treng",),
        "20": ("Svay Rieng",),
        "21": ("Takeo", "Takaev"),
        "22": ("Otdar Meanchey", "Oddar Meanchey"),
        "23": ("Kep", "Kaeb"),
        "24": ("Pailin",),
    }
)
RANKS = (
    ("Sergeant", "Sgt.", "ពលបាលទោ"),
    ("Sergeant Major", "Senior Sergeant", "ពលបាលឯក"),
    ("Warrant Officer", "Adjutant", "ព្រឹន្ទបាលឯក"),
    ("Second Lieutenant", "2nd Lieutenant", "អនុសេនីយ៍ត្រី"),
    ("Lieutenant", "Lt.", "អនុសេនីយ៍ទោ"),
    ("Captain", "Capt.", "អនុសេនីយ៍ឯក"),
    ("Major", "Maj.", "វរសេនីយ៍ត្រី"),
    ("Lieutenant Colonel", "Lt. Col.", "វរសេនីយ៍ទោ"),
    ("Colonel", "Col.", "វរសេនីយ៍ឯក"),
)
YEARS_PER_RANK = 4
BORN_FROM, BORN_DAYS = date(1958, 1, 1), 27 * 365
# Nobody is given a number of the block 000; whoever changed theirs has one of 015.
OPERATORS = MappingProxyType({"IJM": "012", "IOM": "011", "MOJ": "010", "PAC": "016"})
# Share who write it on the partner's lists.
GIVES_POLICE_ID = MappingProxyType({"IJM": 0.6, "IOM": 0.35, "MOJ": 0.0, "PAC": 0.0})


@dataclass(frozen=True)
class Person:
    """One invented person, as one partner knows them.

    Attributes:
        id: The partner's own id.
        name: Khmer and Latin names.
        female: Sex as recorded.
        category: Canonical category.
        unit: Canonical unit code.
        rank: Index into `RANKS` in the year 2004; below 0 for people without a police rank.
        province: Province of duty until `moved_in`.
        moved_to: Province of duty from `moved_in` on.
        moved_in: Year of the move.
        phone: Invented phone number.
        police_id: Invented police id; empty for civilians and for whoever does not write it.
        born: Date of birth, where it is told.
    """

    id: str
    name: Name
    female: bool
    category: str
    unit: str
    rank: int
    province: str
    moved_to: str
    moved_in: int
    phone: str
    police_id: str
    born: date | None

    def province_in(self, year: int) -> str:
        """Return the code of the province of duty in a year."""
        return self.moved_to if year >= self.moved_in else self.province

    def rank_in(self, year: int) -> tuple[str, str, str] | None:
        """Return the spellings of the rank in a year, or None for a civilian."""
        if self.rank < 0:
            return None
        return RANKS[min(self.rank + (year - 2004) // YEARS_PER_RANK, len(RANKS) - 1)]


class Population:
    """Makes people one after another, each partner with its own seed, so that one never disturbs another."""

    def __init__(self, prefix: str) -> None:
        self.rng = random.Random(f"sala samples {prefix}")  # noqa: S311 - reproducible on purpose
        self._prefix = prefix
        self._names = NameBag(self.rng)
        self._count = 0

    def person(self, unit: str, province: str, category: str = "police_officer", women: float = 0.2) -> Person:
        """Return the next person; about one in six moves to another province between 2008 and 2020."""
        rng = self.rng
        female = rng.random() < women
        moves = rng.random() < 1 / 6
        police = category == "police_officer"
        return Person(
            id=self._next_id(),
            name=self._names.draw(female),
            female=female,
            category=category,
            unit=unit,
            rank=rng.randrange(5) if police else -1,
            province=province,
            moved_to=rng.choice(sorted(PROVINCES)) if moves else province,
            moved_in=rng.randrange(2008, 2021),
            phone=f"{OPERATORS[self._prefix]} 000 {self._count:03d}",
            police_id=f"{rng.randrange(10**8):08d}" if police and rng.random() < GIVES_POLICE_ID[self._prefix] else "",
            born=BORN_FROM + timedelta(days=rng.randrange(BORN_DAYS)) if rng.random() < 0.9 else None,
        )

    def known_elsewhere(self, person: Person) -> Person:
        """Return another partner's person as this partner lists them, mostly by the same phone.

        The name is romanised differently, some leave out the Khmer one, and some write their police id.
        """
        rng = self.rng
        again = self.registered_again(person)
        without_khmer = replace(again.name, khmer="")
        changed = rng.random() < 0.2
        return replace(
            again,
            name=without_khmer if rng.random() < 0.25 else again.name,
            phone=f"015 000 {self._count:03d}" if changed else person.phone,
            # Whoever has another phone is known by the police id, if at all.
            police_id=person.police_id if rng.random() < (0.7 if changed else 0.3) else "",
        )

    def registered_again(self, person: Person) -> Person:
        """Return a person under another id, the name romanised differently, everything else as it was."""
        name = Name(person.name.khmer, person.name.respelled, person.name.latin)
        return replace(person, id=self._next_id(), name=name)

    def _next_id(self) -> str:
        self._count += 1
        return f"{self._prefix}-{self._count:04d}"


def spelled_province(code: str, rng: random.Random) -> str:
    """Return a province as somebody typed it: mostly the usual way."""
    usual, *others = PROVINCES[code]
    return rng.choice(others) if others and rng.random() < 0.25 else usual


def spelled_phone(phone: str, rng: random.Random) -> str:
    """Return a phone number as somebody typed it: 012 345 678, 012345678 or +855 12 345 678."""
    return rng.choice((phone, phone, phone.replace(" ", ""), f"+855 {phone[1:]}"))
