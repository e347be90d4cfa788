"""Times of files: every one becomes UTC; a local one needs a zone that somebody states, a bare day is that day in UTC."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collectors.errors import BadCell, FileRefused
from collectors.exports.cells import narrow, text_of

EXPECTED = (
    "a time as 2026-03-05T14:00:00+08:00, 2026-03-05 14:00, 2026/3/5, 2026年3月5日 14:00, or seconds or milliseconds since 1970"
)
NO_ZONE = "a local time without a zone"
_LOCAL = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[t\s]*(\d{1,2})\s*[:时点]\s*(\d{1,2})\s*分?(?::?\s*(\d{1,2})(?:\.(\d{1,9}))?秒?)?)?"
    r"\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?"
)
_SPELLED = re.compile(
    r"[a-z]{3} ([a-z]{3}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4}) (\d{4})"
)  # Wed Oct 10 20:19:24 +0000 2018
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class LocalTime(BadCell):
    """A time without a zone where no zone was stated."""

    def __init__(self) -> None:
        super().__init__(NO_ZONE, "a zone in the cell, or --timezone for the whole file (for China: --timezone Asia/Shanghai)")


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of --timezone.

    Raises:
        FileRefused: no such zone.
    """
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"--timezone {name!r} is not a time zone. Expected a name as Asia/Shanghai, Europe/Paris or UTC."
        raise FileRefused(message) from error


def moment(cell: object, zone: ZoneInfo | None, latest: datetime | None = None) -> datetime | None:
    """The time in UTC; None if not given. A day without a time is that day in UTC, whatever the zone: it is printed as it was said.

    Raises:
        LocalTime: a local time, and no zone was stated.
        BadCell: no time, one before 1990 or after 2099, or one after `latest`.
    """
    found = _moment(cell, zone)
    if found is not None and latest is not None and found > latest:
        raise BadCell(reason="a time in the future", expected=EXPECTED)
    return found


def _moment(cell: object, zone: ZoneInfo | None) -> datetime | None:
    if isinstance(cell, datetime):
        bare = cell.tzinfo is None and cell.time() == time()  # how a workbook gives a day
        return _in_range(cell.replace(tzinfo=UTC) if bare else _placed(cell, zone))
    if isinstance(cell, date):
        return _in_range(datetime.combine(cell, time(), UTC))
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _in_range(_epoch(float(cell)))
    text = text_of(cell)
    if text is None:
        return None
    word = narrow(text)
    if word.replace(".", "", 1).isdigit():
        return _in_range(_epoch(float(word)))
    return _in_range(_written(word, zone))


def _written(word: str, zone: ZoneInfo | None) -> datetime:
    if spelled := _SPELLED.fullmatch(word):
        month, day, hour, minute, second, offset, year = spelled.groups()
        if month not in _MONTHS:
            raise BadCell(reason="not a time", expected=EXPECTED)
        return _built(zone, year, str(_MONTHS.index(month) + 1), day, hour, minute, second, None, offset)
    found = _LOCAL.fullmatch(word)
    if found is None:
        raise BadCell(reason="not a time", expected=EXPECTED)
    return _built(zone, *found.groups())


def _built(zone: ZoneInfo | None, *parts: str | None) -> datetime:
    year, month, day, hour, minute, second, fraction, offset = parts
    try:
        naive = datetime(  # noqa: DTZ001 - the zone comes next
            int(year or 0), int(month or 0), int(day or 0), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
        )  # fmt: skip
    except ValueError:
        raise BadCell(reason="a day or an hour that does not exist", expected=EXPECTED) from None
    bare = hour is None and offset is None
    return _placed(naive.replace(tzinfo=UTC if bare else _offset(offset or "")) if bare or offset else naive, zone)


def _offset(text: str) -> timezone:
    if text in {"z", "utc", "gmt"}:
        return UTC
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if span >= timedelta(hours=24):
        raise BadCell(reason="an offset of a day or more", expected=EXPECTED)
    return timezone(-span if text[0] == "-" else span)


def _placed(when: datetime, zone: ZoneInfo | None) -> datetime:
    if when.tzinfo is not None:
        return when.astimezone(UTC)
    if zone is None:
        raise LocalTime
    return when.replace(tzinfo=zone).astimezone(UTC)


def _epoch(number: float) -> datetime:
    if 6e8 <= number < 5e9:
        return datetime.fromtimestamp(number, UTC)
    if 6e11 <= number < 5e12:
        return datetime.fromtimestamp(number / 1000, UTC)
    if 20_000 <= number < 80_000:
        raise BadCell(reason="a day number of a spreadsheet", expected="the column formatted as a date there; " + EXPECTED)
    raise BadCell(reason="not a time", expected=EXPECTED)


def _in_range(when: datetime) -> datetime:
    if not _EARLIEST <= when < _LATEST:
        raise BadCell(reason="a time before 1990 or after 2099", expected=EXPECTED)
    return when
