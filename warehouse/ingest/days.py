"""One text, one format, one day: numerals and month names in three languages, eras, zones; nothing is guessed.

A reading is a format in an era. Which of several readings a column is written in is decided for the whole column, in
`dates.py`.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from warehouse.contract.model import ColumnContract, Table
from warehouse.contract.properties import CourseWindow
from warehouse.contract.spelling import tidy
from warehouse.readers.raw import REAL_DATE
from warehouse.store.here import day_here

PLAUSIBLE = range(1900, 2200)  # years; what lies outside is a slip, or another era than the contract says
_LATEST_SHORT = 2068  # a year of two digits is taken for one of the century that ends here, as POSIX does
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Spellings met beside those of CLDR: the reahmuk and a colon for the last sign of February, endings that are not heard.
_KHMER_VARIANTS = MappingProxyType(
    {"មករ": 1, "កុម្ភះ": 2, "កុម្ភ:": 2, "កុម្ភៈ:": 2, "កុម្ភ": 2, "មិនា": 3, "មេសារ": 4, "ឩសភា": 5, "អុសភា": 5}
    | {"មិថុន": 6, "កកដ្កា": 7, "កក្កដ": 7, "សិហា": 8, "កញ្ញ": 9, "វិច្ឆកា": 11, "វិច្ជិកា": 11, "ធ្នូរ": 12}
)
_BUDDHIST = 543  # years between the eras until Visakha Bochea, where the year turns on it; all year where it does not
# The full moon of Pisakh lies between these days (month, day), both included, however the leap months fall. The course
# says on which side a day between them is; where it cannot, the year turns at the first for one era, at the last for
# the other, and the two are rivals.
_VISAKHA = ((4, 20), (5, 31))
_ERAS = MappingProxyType(
    {
        "common": ("common",),
        "buddhist": ("buddhist", "visakha", "visakha_late"),
        "visakha": ("visakha", "visakha_late"),
        "detect": ("common", "buddhist", "visakha", "visakha_late"),
    }
)
_NUMBERS = MappingProxyType({"d": r"3[01]|[12]\d|0?[1-9]", "m": r"1[0-2]|0?[1-9]", "Y": r"\d{4}", "y": r"\d{2}"})
_CLOCK = MappingProxyType(
    {"H": r"2[0-3]|[01]?\d", "I": r"1[0-2]|0?[1-9]", "M": r"[0-5]?\d", "S": r"6[01]|[0-5]?\d", "f": r"\d{1,6}"}
    | {"p": r"[ap]\.?m\.?", "z": r"z|(?:gmt|utc) ?[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}(?::?\d{2})?|gmt|utc"}
)
_DIRECTIVE = re.compile(r"%(.)")
_WORDS = MappingProxyType(
    {"d": "DD", "m": "MM", "Y": "YYYY", "y": "YY", "b": "Mon", "B": "Month", "a": "Day", "A": "Day", "%": "%"}
    | {"H": "hh", "I": "hh", "M": "mm", "S": "ss", "f": "ffffff", "p": "AM", "z": "zone"}
)
_TURNING = " of the Buddhist era that turns on Visakha Bochea (544 years ahead from then on)"
_ERA_WORDS = MappingProxyType(
    {
        "common": "",
        "buddhist": " of the Buddhist era (543 years ahead)",
        "visakha": _TURNING,
        "visakha_late": _TURNING,
    }
)


@dataclass(frozen=True)
class Given:
    """What a contract says of all dates of a column.

    Attributes:
        window: The course window; None for a birth date, which is not bound by it.
        zone: Where a clock stood that says no zone; None when it stood here.
        latest: The last year that a year of two digits can mean.
    """

    window: CourseWindow | None = None
    zone: ZoneInfo | None = None
    latest: int = _LATEST_SHORT

    @classmethod
    def of(cls, contract: ColumnContract, table: Table) -> Given:
        """Return what holds for a column."""
        window, zone = table.options.courseWindow, contract.options.timeZone
        born = contract.column.identifies
        latest = window.to.year if window and born else _LATEST_SHORT  # nobody is born after the course
        return cls(None if born else window, ZoneInfo(zone) if zone else None, latest)

    def inside(self, day: dt.date | None) -> bool:
        """True for a day that the course window allows."""
        return day is not None and (self.window is None or self.window.from_ <= day <= self.window.to)


@dataclass(frozen=True)
class Reading:
    """A format in an era: the way in which a column may be written."""

    form: str
    era: str

    @property
    def words(self) -> str:
        """The reading as a partner says it, such as DD/MM/YYYY."""
        return in_words(self.form) + _ERA_WORDS[self.era]

    @property
    def shape(self) -> str:
        """The format without what day, month and short year change places over: only equal shapes share a text."""
        kinds = {"d": "#", "m": "#", "y": "#", "Y": "Y", "b": "N", "B": "N", "I": "H", "a": "A"}
        return _DIRECTIVE.sub(lambda match: "%" + kinds.get(match[1], match[1]), " ".join(self.form.split()))

    @property
    def numeric(self) -> bool:
        """True where day and month come first, both as numerals: what a spreadsheet may swap."""
        return bool(re.match(r"%[dm][^%]*%[dm]", self.form))

    def day(self, text: str, given: Given) -> dt.date | None:
        """Return the day of a `plain` text, or None when it is none in this reading."""
        match = _pattern(self.form).fullmatch(text)
        if match is None:
            return None
        found = match.groupdict()
        month = int(found["m"]) if found.get("m") else _months()[found["b"].removesuffix(".")]
        number = int(found["d"])
        made = [_made(_year(found, offset, given), month, number) for offset in _offsets(self.era, month, number)]
        days = [_here(day, found, given) for day in made if day is not None]
        if len(days) > 1:
            inside = [day for day in days if given.inside(day)]
            days = inside if len(inside) == 1 else days
        return days[0] if days else None

    def write(self, day: dt.date) -> str:
        """Return a day as this reading writes it, to serve as an example."""
        year = day.year + _offsets(self.era, day.month, day.day)[0]
        form = self.form.replace("%Y", f"{year:04}").replace("%y", f"{year % 100:02}").replace("%z", "+07:00")
        return day.strftime(form)


def in_words(form: str) -> str:
    """Return a format as a partner says it."""
    return _DIRECTIVE.sub(lambda match: _WORDS[match[1]], form)


def readings(contract: ColumnContract) -> tuple[Reading, ...]:
    """Return all readings that a column's contract admits, the first of equals being the one it means."""
    return tuple(Reading(form, era) for form in contract.options.dateFormats for era in _ERAS[contract.options.era])


def plain(text: str) -> str:
    """Return a text as formats are compared with: tidy, folded, with ASCII digits and without accents."""
    text = tidy(text).casefold()
    return text if text.isascii() else _unaccented(text.translate(_KHMER_DIGITS))


def stored_day(text: str, given: Given) -> dt.date | None:
    """Return the day of a cell that the workbook itself stores as a date, marked by `REAL_DATE`; it has no era."""
    stamp = dt.datetime.fromisoformat(text.removeprefix(REAL_DATE))
    day = day_here(stamp.replace(tzinfo=given.zone)) if given.zone and "T" in text else stamp.date()
    return day if day.year in PLAUSIBLE else None


def common_year(written: int, era: str) -> int | None:
    """Return the year of a person's birth in the common era; it has no day, so no turn of the year can be told."""
    for kind in ("common", "buddhist") if era == "detect" else (era,):
        year = written - (0 if kind == "common" else _BUDDHIST)
        if year in PLAUSIBLE:
            return year
    return None


def _unaccented(text: str) -> str:
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


@cache
def _months() -> dict[str, int]:
    """Return the month names of Khmer, English and French as CLDR has them, plain and without full stops."""
    from babel import Locale  # 0.1 s, for formats that name the month alone

    names = {plain(name): number for name, number in _KHMER_VARIANTS.items()}
    for language in ("km", "en", "fr"):
        for width in ("wide", "abbreviated"):
            months = Locale(language).months["format"][width]
            names |= {plain(name).removesuffix("."): number for number, name in months.items()}
    return names | {"sept": 9}


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Return what matches a plain text of the format; numerals that touch each other have all their digits."""
    parts, words = [], _DIRECTIVE.split(" ".join(form.split()))  # words and directives in turn
    for place in range(1, len(words), 2):
        touching = (place > 1 and not words[place - 1]) or (place < len(words) - 2 and not words[place + 1])
        parts += [re.escape(_plain_words(words[place - 1])), _part(words[place], touching)]
    return re.compile("".join([*parts, re.escape(_plain_words(words[-1]))]))


def _plain_words(text: str) -> str:
    """Return the words around a format's directives as `plain` leaves them; single spaces at the ends stay."""
    return " ".join(plain(part) for part in re.split(r"\s+", text))


def _part(directive: str, touching: bool) -> str:
    if directive in "bB":
        names = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
        return rf"(?P<b>(?:{names})\.?)"
    if directive in "aA":
        return r"[^\d\s,]+"
    if directive == "%":
        return "%"
    if directive in "dm" and touching:
        return {"d": r"(?P<d>3[01]|[12]\d|0[1-9])", "m": r"(?P<m>1[0-2]|0[1-9])"}[directive]
    return f"(?P<{directive}>{_NUMBERS.get(directive) or _CLOCK[directive]})"


def _offsets(era: str, month: int, number: int) -> tuple[int, ...]:
    """Return how many years an era may be ahead of the common one on that day of the year, the likelier first."""
    if era == "common":
        return (0,)
    if era == "buddhist" or (month, number) < _VISAKHA[0]:
        return (_BUDDHIST,)
    if (month, number) > _VISAKHA[1]:
        return (_BUDDHIST + 1,)
    return (_BUDDHIST + 1, _BUDDHIST) if era == "visakha" else (_BUDDHIST, _BUDDHIST + 1)


def _year(found: dict[str, str | None], offset: int, given: Given) -> int:
    if written := found.get("Y"):
        return int(written) - offset
    return given.latest - (given.latest - int(found["y"] or "") + offset) % 100


@lru_cache(maxsize=1 << 14)  # a file holds few days and may hold each a million times
def _made(year: int, month: int, number: int) -> dt.date | None:
    try:
        return dt.date(year, month, number) if year in PLAUSIBLE else None
    except ValueError:  # no such day
        return None


def _here(day: dt.date, found: dict[str, str | None], given: Given) -> dt.date:
    """Return the day that it was here, where the text says a moment and a zone is known."""
    hour, zone = found.get("H") or found.get("I"), _zone(found.get("z")) or given.zone
    if hour is None or zone is None:
        return day
    clock = int(hour) % 12 + 12 * (found["p"] or "").startswith("p") if found.get("p") else int(hour)
    moment = dt.datetime(day.year, day.month, day.day, clock, int(found.get("M") or 0), tzinfo=zone)
    return day_here(moment)


def _zone(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    offset = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if offset is None:
        return dt.UTC
    minutes = min(int(offset[2]) * 60 + int(offset[3] or 0), 24 * 60 - 1)
    return dt.timezone(dt.timedelta(minutes=-minutes if offset[1] == "-" else minutes))
