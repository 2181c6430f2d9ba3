"""Who stands in whose list, under how many ids, and on which course days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from warehouse.population.mix import Mix
from warehouse.population.people import FIRST_DAY, LAST_DAY, Days, Flags, People, Places
from warehouse.store.schemas import DAY_BITS

PARTNERS = ("partner-a", "partner-b", "partner-c", "partner-d")
PARTNER_SHARES = (0.40, 0.28, 0.20, 0.12)
IN_PARTNERS = (0.48, 0.30, 0.16, 0.06)  # persons in one, two, three, four partners' lists: 1.8 on average
OF_EVENT = 30  # places of an event
EVENTS_OF_ENTRY = (0.60, 0.28, 0.12)  # appearances at one, two, three events
LEAST_EVENTS = 8  # of a partner, so that who is registered twice never stands twice on one day
SAME_EVENT = 0.6  # of siblings in one partner's lists


@dataclass(frozen=True)
class Entries:
    """One entry per appearance, ordered by person.

    Attributes:
        person: Place in `People`.
        partner: Place in `PARTNERS`.
        event: Number of the first event within the partner; events are numbered by date.
        events: How many events, 1 to 3.
        twice: Whether this partner has the person under another id as well.
        held: How many events each partner held.
    """

    person: Places
    partner: Places
    event: Places
    events: Places
    twice: Flags
    held: Places

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def day(self) -> Days:
        """The first course day of each entry."""
        return np.asarray(_day(self.event, self.held[self.partner]))

    def course_days(self) -> pa.Array:
        """Return the course days of each entry as PERSONS has them, in the order of events."""
        first_of_partner = np.cumsum(self.held) - self.held
        numbers, starts, days = _numbers(self.held)
        entry = np.repeat(np.arange(len(self)), self.events)
        number = np.arange(len(entry)) - np.repeat(np.cumsum(self.events) - self.events, self.events)
        held = self.held[self.partner][entry]
        event = (self.event[entry] + number * _step(held)) % held + first_of_partner[self.partner][entry]
        lengths = days[event]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        flat = pa.array(numbers[np.repeat(starts[event], lengths) + within])
        of_entry = np.bincount(entry, weights=lengths, minlength=len(self)).astype(np.int64)
        return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], np.cumsum(of_entry)]), pa.int32()), flat)


def persons_needed(count: int, mix: Mix) -> int:
    """Return how many persons surely have `count` appearances together."""
    of_person = float(np.dot(IN_PARTNERS, range(1, len(PARTNERS) + 1))) + mix.registered_twice
    return int(1.05 * count / of_person) + 50


def enter(people: People, count: int, draw: np.random.Generator, mix: Mix) -> Entries:
    """Return the first `count` entries of these persons in the partners' lists."""
    persons = len(people)
    liking = np.log(PARTNER_SHARES) + draw.gumbel(size=(persons, len(PARTNERS)))
    order = np.argsort(-liking, axis=1)  # drawing without replacement, by the partners' shares
    standing = np.arange(len(PARTNERS)) < 1 + draw.choice(len(IN_PARTNERS), (persons, 1), p=IN_PARTNERS)
    twice = draw.random(persons) < mix.registered_twice
    partner = np.column_stack([order, order[:, 0]])
    held = np.maximum(LEAST_EVENTS, (count * np.array(PARTNER_SHARES) * 1.5 / OF_EVENT).astype(np.int64))
    event = (draw.random(partner.shape) * held[partner]).astype(np.int64)
    half = held[partner[:, 0]] // 2  # half the years away from the first registration: never the same day
    event[:, 4] = (event[:, 0] + half + (draw.random(persons) * half / 4).astype(np.int64)) % held[partner[:, 0]]
    kept = np.flatnonzero(np.column_stack([standing, twice]))[:count]
    person, column = np.divmod(kept, len(PARTNERS) + 1)
    entries = Entries(
        person=person,
        partner=partner.ravel()[kept],
        event=event.ravel()[kept],
        events=1 + draw.choice(len(EVENTS_OF_ENTRY), len(kept), p=EVENTS_OF_ENTRY),
        twice=_twice(person, column, twice),
        held=held,
    )
    _attend_together(people, entries, column, draw)
    return entries


def _twice(person: Places, column: Places, twice: Flags) -> Flags:
    """Return which entries have another of the same person and partner among those kept."""
    again = set(person[column == len(PARTNERS)].tolist())
    return np.asarray(twice[person] & np.isin(column, (0, len(PARTNERS))) & np.isin(person, list(again)))


def _attend_together(people: People, entries: Entries, column: Places, draw: np.random.Generator) -> None:
    """Put most siblings who are in the same partner's lists at the same event."""
    once = np.flatnonzero((column < len(PARTNERS)) & (people.sibling[entries.person] >= 0) & ~entries.twice)
    place = {(int(entries.person[n]), int(entries.partner[n])): n for n in once}
    for (person, partner), n in place.items():
        elder = place.get((int(people.sibling[person]), partner))
        if elder is not None and elder < n and draw.random() < SAME_EVENT:
            entries.event[n] = entries.event[elder]


def _step(held: Places) -> Places:
    """Return how many of the partner's events lie between two of one person: some months."""
    return np.maximum(1, held // 40)


def _day(event: Places, held: Places) -> Days:
    span = int((LAST_DAY - FIRST_DAY).astype(int)) - 3
    return np.asarray(FIRST_DAY + event * span // held)


def _numbers(held: Places) -> tuple[Places, Places, Places]:
    """Return every course day of every event of all partners, where each event's begin, and how many there are."""
    partner = np.repeat(np.arange(len(held)), held)
    number = np.arange(len(partner))
    event = number - np.repeat(np.cumsum(held) - held, held)
    days = 1 + event % 3
    starts = np.cumsum(days) - days
    within = np.arange(days.sum()) - np.repeat(starts, days)
    day = np.repeat(_day(event, held[partner]), days) + within
    return np.repeat(number, days) << DAY_BITS | day.astype(np.int64), starts, days
