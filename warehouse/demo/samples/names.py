"""Names of invented people: family and given names in common use, put together at random.

Nobody here exists. Family names that would give a public figure's name with one of the given names
(tests/unit/demo/test_samples.py lists such figures) were left out of the lists.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

# Khmer, usual Latin spelling, another Latin spelling of the same name: romanisation is not unique.
FAMILY = (
    ("សុខ", "Sok", "Sokh"),
    ("ចាន់", "Chan", "Chann"),
    ("លី", "Ly", "Li"),
    ("ហេង", "Heng", "Haeng"),
    ("អ៊ុក", "Ouk", "Uk"),
    ("ប៊ុន", "Bun", "Boun"),
    ("ឈិន", "Chhin", "Chhen"),
    ("ផាន់", "Phan", "Phann"),
    ("រស់", "Ros", "Rors"),
    ("សៅ", "Sao", "Sav"),
    ("ស៊ិន", "Sin", "Sinn"),
    ("ឡុង", "Long", "Loung"),
    ("វ៉ាន់", "Van", "Vann"),
    ("យឹម", "Yim", "Yem"),
    ("ឃុន", "Khun", "Khoun"),
    ("ជា", "Chea", "Jea"),
    ("ជុំ", "Chum", "Chhum"),
    ("ដួង", "Duong", "Doung"),
    ("ទូច", "Touch", "Tuch"),
    ("ពៅ", "Pov", "Pao"),
    ("ម៉ៅ", "Mao", "Mav"),
    ("សេង", "Seng", "Saeng"),
    ("ស៊ុំ", "Sum", "Soum"),
    ("ហុង", "Hong", "Houng"),
    ("អាន", "An", "Ann"),
    ("អ៊ឹម", "Im", "Em"),
    ("កែវ", "Keo", "Kaev"),
    ("តាន់", "Tan", "Tann"),
    ("នៅ", "Nov", "Neou"),
    ("ប្រាក់", "Prak", "Brak"),
    ("យស់", "Yos", "Yors"),
    ("ភួង", "Phuong", "Phoung"),
)
MALE = (
    ("តារា", "Dara", "Tara"),
    ("វិចិត្រ", "Vichet", "Vichit"),
    ("ពិសិដ្ឋ", "Piseth", "Pisith"),
    ("រតនា", "Ratana", "Rattana"),
    ("សម្បត្តិ", "Sambath", "Sombath"),
    ("ចាន់ថា", "Chantha", "Chanthar"),
    ("រិទ្ធី", "Rithy", "Rithi"),
    ("ភារុណ", "Phearun", "Phearoun"),
    ("វុទ្ធី", "Vuthy", "Vuthi"),
    ("សារឿន", "Saroeun", "Sareoun"),
    ("មករា", "Makara", "Meakara"),
    ("សីហា", "Seiha", "Siha"),
    ("ណារិន", "Narin", "Narinn"),
    ("ប៊ុនធឿន", "Bunthoeun", "Bunthoeurn"),
    ("ចំរើន", "Chamroeun", "Chomroeun"),
    ("ពុទ្ធា", "Puthea", "Putthea"),
    ("សុផល", "Sophal", "Sophol"),
    ("ធារ៉ា", "Theara", "Thearra"),
    ("វាសនា", "Veasna", "Veassna"),
    ("កុសល", "Kosal", "Kossal"),
    ("ម៉េងហួរ", "Menghuor", "Menghour"),
    ("សុវុត្ថិ", "Sovuth", "Sovouth"),
)
FEMALE = (
    ("សុភាព", "Sopheap", "Sopheab"),
    ("ស្រីមុំ", "Sreymom", "Sreimom"),
    ("បុប្ផា", "Bopha", "Bopphar"),
    ("សុជាតា", "Socheata", "Socheatha"),
    ("កល្យាណ", "Kalyan", "Kalyann"),
    ("ម៉ាលី", "Maly", "Mali"),
    ("ណារី", "Nary", "Nari"),
    ("ធីតា", "Thida", "Thyda"),
    ("ផល្លា", "Phalla", "Phala"),
    ("ស្រីនាង", "Sreyneang", "Sreineang"),
    ("គន្ធា", "Kunthea", "Kunthear"),
    ("រចនា", "Rachana", "Rachna"),
    ("លក្ខិណា", "Leakhena", "Leakena"),
    ("ចិន្តា", "Chenda", "Chinda"),
    ("សុគន្ធ", "Sokun", "Sokunt"),
    ("មុនី", "Mony", "Muny"),
)


@dataclass(frozen=True)
class Name:
    """One person's name, family name first, in Khmer and in two Latin spellings."""

    khmer: str
    latin: str
    respelled: str


def all_names(female: bool) -> list[Name]:
    """Return every name that can be put together, in a fixed order."""
    given_names = FEMALE if female else MALE
    return [
        Name(f"{family[0]} {given[0]}", f"{family[1]} {given[1]}", f"{family[2]} {given[2]}")
        for family in FAMILY
        for given in given_names
    ]


class NameBag:
    """Hands out names without repeating one before all have been used."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._left: dict[bool, list[Name]] = {True: [], False: []}

    def draw(self, female: bool) -> Name:
        """Return the next name of a woman or of a man."""
        if not self._left[female]:
            self._left[female] = all_names(female)
            self._rng.shuffle(self._left[female])
        return self._left[female].pop()
