"""Due slots: each local time once a day whatever the clocks do, nothing lost between two looks, cron as cron means it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.cron import WEEKDAYS, parse_cron
from jobs.due import Due, due, next_slot, slots_between, timetable
from jobs.errors import BadTimetable

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
moments = st.datetimes(YEAR[0].replace(tzinfo=None), YEAR[1].replace(tzinfo=None), timezones=st.just(UTC))


@st.composite
def fields(draw: st.DrawFn, low: int, high: int) -> str:
    def part() -> str:
        first, last = sorted((draw(st.integers(low, high)), draw(st.integers(low, high))))
        step = draw(st.integers(1, 20))
        return draw(st.sampled_from([str(first), f"{first}-{last}", f"{first}-{last}/{step}", f"*/{step}"]))

    return draw(st.just("*") | st.just(",".join(part() for _ in range(draw(st.integers(1, 3))))))


crons = st.builds(" ".join, st.tuples(fields(0, 59), fields(0, 23), fields(1, 28), fields(1, 12), fields(0, 7)))


def plain(low: int, high: int) -> st.SearchStrategy[str]:
    """What APScheduler's parser reads too."""
    lists = st.sets(st.integers(low, high), min_size=1, max_size=4).map(lambda found: ",".join(map(str, sorted(found))))
    return st.just("*") | lists | st.integers(1, high - low).map("*/{}".format) | st.just(f"{low + 1}-{high - 2}/2")


simple = st.builds(" ".join, st.tuples(plain(0, 59), plain(0, 23), plain(1, 28), plain(1, 12), st.just("*")))


def local_times(cron: str, first: datetime, days: int) -> list[datetime]:
    """Every local minute that the expression allows, by looking at each."""
    read = parse_cron(cron)
    every = (first + timedelta(minutes=number) for number in range(days * 1440))
    return [each for each in every if read.on(each.date()) and each.hour in read.hours and each.minute in read.minutes]


@given(crons, st.sampled_from(ZONES), moments)
@settings(max_examples=60)
def test_each_local_time_comes_exactly_once(cron: str, zone: str, start: datetime) -> None:
    first = start.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    table, tz = timetable(cron, zone), ZoneInfo(zone)
    begin, end = (each.replace(tzinfo=tz).astimezone(UTC) for each in (first, first + 5 * DAY))
    wanted = {each.replace(tzinfo=tz).astimezone(UTC) for each in local_times(cron, first - DAY, 7)}
    assert slots_between(table, begin, end) == sorted(each for each in wanted if begin < each <= end)


@given(crons, st.sampled_from(ZONES), moments, st.lists(st.integers(1, 3000), min_size=1, max_size=6))
@settings(max_examples=60)
def test_looks_at_any_times_see_every_slot_once(cron: str, zone: str, start: datetime, gaps: list[int]) -> None:
    table, known, seen = timetable(cron, zone), start, []
    for gap in gaps:
        now = known + timedelta(minutes=gap)
        found = due(table, known, now)
        seen += [*found.missed, *([found.run] if found.run else [])]
        assert found.run is None or found.run > max(found.missed, default=known)
        known = now
    assert seen == slots_between(table, start, known)


@given(crons, st.sampled_from(ZONES), moments)
@settings(max_examples=40)
def test_the_next_slot_is_the_first_of_those_to_come(cron: str, zone: str, start: datetime) -> None:
    table = timetable(cron, zone)
    found = next_slot(table, start)
    assert slots_between(table, start, found) == [found]


@given(simple, st.sampled_from(["UTC", "Asia/Shanghai", "Asia/Kathmandu"]), moments)
@settings(max_examples=60)
def test_it_agrees_with_apscheduler_where_both_mean_the_same(cron: str, zone: str, start: datetime) -> None:
    trigger = CronTrigger.from_crontab(cron, timezone=ZoneInfo(zone))
    theirs = trigger.get_next_fire_time(None, start + timedelta(microseconds=1))
    assert next_slot(timetable(cron, zone), start) == theirs


@pytest.mark.parametrize("number", range(8))
def test_weekdays_count_from_sunday(number: int) -> None:
    found = next_slot(timetable(f"0 9 * * {number}", "UTC"), YEAR[0])
    assert found.isoweekday() % 7 == number % 7
    assert found == next_slot(timetable(f"0 9 * * {WEEKDAYS[number % 7]}", "UTC"), YEAR[0])


def at(cron: str, zone: str, day: datetime) -> list[str]:
    return [f"{each:%d %H:%M}" for each in slots_between(timetable(cron, zone), day, day + 2 * DAY)]


def test_a_skipped_local_time_comes_an_hour_later_on_that_day() -> None:
    assert at("30 2 * * *", "America/New_York", datetime(2026, 3, 7, 12, tzinfo=UTC)) == ["08 07:30", "09 06:30"]


def test_a_local_time_that_comes_twice_counts_the_first_time() -> None:
    assert at("30 1 * * *", "America/New_York", datetime(2026, 10, 31, 12, tzinfo=UTC)) == ["01 05:30", "02 06:30"]


def test_two_slots_that_fall_together_are_one() -> None:
    spring = [each for each in at("30 2,3 * * *", "America/New_York", datetime(2026, 3, 8, 1, tzinfo=UTC)) if each < "09"]
    assert spring == ["08 07:30"]


def test_a_day_that_a_country_skipped_costs_no_other_day() -> None:
    found = slots_between(
        timetable("0 9 * * *", "Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 2, tzinfo=UTC)
    )
    assert len(found) == len(set(found)) == 5


def test_both_days_restricted_means_either() -> None:
    days = [each[:2] for each in at("0 0 13 * 5", "UTC", datetime(2026, 2, 12, tzinfo=UTC))]
    assert days == ["13"]
    either = slots_between(timetable("0 0 13 * 5", "UTC"), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert [each.day for each in either] == [6, 13, 20, 27]
    both = slots_between(timetable("0 0 */2 * 5", "UTC"), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert [each.day for each in both] == [13, 27]


def test_after_an_outage_only_the_newest_runs() -> None:
    table, start = timetable("0 * * * *", "UTC"), datetime(2026, 3, 1, tzinfo=UTC)
    hours = [start + number * HOUR for number in range(1, 5)]
    assert due(table, start, start + 4.5 * HOUR) == Due(hours[3], tuple(hours[:3]))
    assert due(table, start, start + 4.5 * HOUR, [start]) == Due(hours[3], (start, *hours[:3]))
    assert due(table, hours[3], hours[3] + HOUR / 2, [hours[3]]) == Due(hours[3])
    assert due(table, hours[3], start) == Due(None), "a clock that was set back"


def test_the_rarest_day_is_found() -> None:
    found = next_slot(timetable("0 0 29 2 */7", "UTC"), datetime(2032, 3, 1, tzinfo=UTC))
    assert (found.year, found.isoweekday()) == (2060, 7)


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 9 * *", "five fields, this one has 4"),
        ("60 9 * * *", "minute of the cron expression cannot be read; expected 0 to 59"),
        ("0 24 * * *", "hour"),
        ("0 9 0 * *", "day of the month"),
        ("0 9 * 13 *", "month of the cron"),
        ("0 9 * * 8", "0 to 7, or sun to sat"),
        ("0 9 * * fri-mon", "goes round"),
        ("*/0 * * * *", "a step of at least 1"),
        ("5/10 * * * *", "a number, *"),
        ("a * * * *", "minute"),
        ("mon * * * *", "minute"),
        ("1, * * * *", "minute"),
        ("*-5 * * * *", "minute"),
        ("² * * * *", "minute"),
        ("0 9 30 2 *", "never comes"),
        ("0 9 31 4,6 *", "never comes"),
        ("", "five fields"),
    ],
)
def test_what_is_no_cron_expression_is_said(cron: str, said: str) -> None:
    with pytest.raises(BadTimetable, match="cron expression") as caught:
        timetable(cron, "UTC")
    assert said in str(caught.value)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "asia/", "CST+8x"])
def test_what_is_no_zone_is_said(zone: str) -> None:
    with pytest.raises(BadTimetable, match="IANA name"):
        timetable("0 9 * * 1", zone)
