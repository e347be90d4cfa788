"""Reads cron expressions of five fields, as cron(8) means them: 0 and 7 are Sunday, and a day needs one of two restricted fields."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.errors import BadTimetable

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
EXAMPLE = "'0 9 * * 1' is Mondays at 09:00; the fields are minute, hour, day of the month, month, weekday"
_PART = re.compile(r"(?P<first>\*|[a-z]{3}|[0-9]{1,2})(?:-(?P<last>[a-z]{3}|[0-9]{1,2}))?(?:/(?P<step>[0-9]{1,2}))?")
_CYCLE = (date(2000, 1, 1), 28 * 366)  # weekdays and leap years repeat every 28 years


@dataclass(frozen=True, slots=True)
class Field:
    """One of the five: its name, its lowest and highest number, and names from the lowest on."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of the month", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("weekday", 0, 7, WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class Cron:
    """What an expression allows; weekdays count from 0 = Sunday to 6. `either`: the day of the month or the weekday suffices."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def on(self, day: date) -> bool:
        """Whether anything is due on a day."""
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (by_day or by_weekday) if self.either else (by_day and by_weekday)


def parse_cron(text: str) -> Cron:
    """The expression's meaning.

    Both days restricted means either, as in cron; a field that begins with * counts as not restricted, as in cron.

    Raises:
        BadTimetable: says which field, what was expected; also for a date that never comes.

    >>> sorted(parse_cron("*/20 9 * * mon-fri").minutes)
    [0, 20, 40]
    """
    texts = text.lower().split()
    if len(texts) != len(FIELDS):
        message = f"a cron expression has five fields, this one has {len(texts)}: {EXAMPLE}"
        raise BadTimetable(message)
    minutes, hours, days, months, weekdays = (
        frozenset().union(*(_numbers(field, part) for part in given.split(",")))
        for field, given in zip(FIELDS, texts, strict=True)
    )
    either = not texts[2].startswith("*") and not texts[4].startswith("*")
    cron = Cron(minutes, hours, days, months, frozenset(number % 7 for number in weekdays), either)
    if not any(cron.on(_CYCLE[0] + timedelta(days=number)) for number in range(_CYCLE[1])):
        message = f"the cron expression names a day that never comes (as 30 February): {EXAMPLE}"
        raise BadTimetable(message)
    return cron


def _numbers(field: Field, part: str) -> range:
    """The numbers that one part of a field's list means."""
    found = _PART.fullmatch(part)
    if (
        found is None
        or (found["first"] == "*" and found["last"])
        or (found["step"] and not found["last"] and found["first"] != "*")
    ):
        raise _bad(field, "a number, *, a range as 1-5, a step as */10 or 0-30/10, or a list of these")
    step = int(found["step"] or 1)
    if step == 0:
        raise _bad(field, "a step of at least 1")
    if found["first"] == "*":
        return range(field.low, field.high + 1 - (field.name == "weekday"), step)
    first = _number(field, found["first"])
    last = first if found["last"] is None else _number(field, found["last"])
    if last < first:
        raise _bad(field, "a range from the lower to the higher; write one that goes round as two, as fri-sat,sun")
    return range(first, last + 1, step)


def _number(field: Field, text: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.low
    if text.isdigit() and field.low <= int(text) <= field.high:
        return int(text)
    names = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
    raise _bad(field, f"{field.low} to {field.high}{names}")


def _bad(field: Field, expected: str) -> BadTimetable:
    return BadTimetable(f"the {field.name} of the cron expression cannot be read; expected {expected}. {EXAMPLE}")
