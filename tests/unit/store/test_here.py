"""Days are Cambodia's, wherever the machine that asks stands."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from warehouse.cli.arguments import today
from warehouse.store.here import day_here


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 17, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=9))), date(2026, 11, 21)),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), date(9999, 12, 31)),
    ],
)
def test_a_moment_is_on_the_day_that_it_is_in_cambodia(moment: datetime, day: date) -> None:
    assert day_here(moment) == day


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "UTC", "Asia/Phnom_Penh", "Pacific/Kiritimati"])
def test_today_does_not_depend_on_the_machines_zone(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    with monkeypatch.context() as patched:  # at any hour one of these zones has another day
        patched.setenv("TZ", zone)
        time.tzset()
        before, found, after = (day_here(datetime.now(UTC)), today(), day_here(datetime.now(UTC)))
    time.tzset()
    assert before <= found <= after
