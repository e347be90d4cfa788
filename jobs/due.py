"""Which slots are due: a pure function of timetable, what is known already, and now; each local time comes exactly once a day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jobs.cron import Cron, parse_cron
from jobs.errors import BadTimetable

_MARGIN = timedelta(days=2)  # no zone is further from UTC, and none ever skipped more
_REACHES = (timedelta(days=3), timedelta(days=40), timedelta(days=400), timedelta(days=41 * 366))  # 29 February on one weekday


@dataclass(frozen=True, slots=True)
class Timetable:
    """A cron expression in the local time of a zone."""

    cron: Cron
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now: the newest slot that is due runs (None: nothing is), the earlier ones are missed."""

    run: datetime | None
    missed: tuple[datetime, ...] = ()


def timetable(cron: str, timezone: str) -> Timetable:
    """Reads both.

    Raises:
        BadTimetable: says which of them, and what was expected.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"no time zone {timezone!r}: expected an IANA name as Asia/Shanghai, Europe/Berlin or UTC"
        raise BadTimetable(message) from None
    return Timetable(parse_cron(cron), zone)


def slots_between(table: Timetable, after: datetime, until: datetime) -> list[datetime]:
    """Every slot in (after, until], in UTC, ascending, each once.

    A local time that a change of clocks skips comes as much later as the clocks were put forward, one that comes twice counts
    the first time. Two slots that fall together (a skipped 02:30 and 03:30) are one.
    """
    if until <= after:
        return []
    first, last = (after - _MARGIN).astimezone(table.zone).date(), (until + _MARGIN).astimezone(table.zone).date()
    return sorted({moment for moment in _moments(table, first, last) if after < moment <= until})


def next_slot(table: Timetable, after: datetime) -> datetime:
    """The first slot later than `after`, in UTC."""
    found = (slots_between(table, after, after + reach) for reach in _REACHES)
    return next(slots[0] for slots in found if slots)


def due(table: Timetable, known: datetime, now: datetime, unfinished: Collection[datetime] = ()) -> Due:
    """What is due: of all slots since `known` and all that were begun and not ended, the newest runs, the others are missed.

    `known` is the time up to which every slot has been dealt with. With a clock that was set back nothing is due.
    """
    waiting = sorted({*slots_between(table, known, now), *unfinished})
    return Due(waiting[-1], tuple(waiting[:-1])) if waiting else Due(None)


def _moments(table: Timetable, first: date, last: date) -> Iterator[datetime]:
    times = [(hour, minute) for hour in sorted(table.cron.hours) for minute in sorted(table.cron.minutes)]
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if table.cron.on(day):
            for hour, minute in times:
                # fold=0: the first of two equal local times; in a gap, the offset before it
                yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=table.zone).astimezone(UTC)
