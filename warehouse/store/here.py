"""Where a day is a day: sessions, deliveries, schedules and figures have the date that it was in Cambodia."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Phnom_Penh")


def day_here(moment: datetime) -> date:
    """Return the day that it was here at a moment, which knows its own zone."""
    try:
        return moment.astimezone(HERE).date()
    except OverflowError:  # the last hours of the year 9999, where senders' clocks without bounds are put
        return date.max
