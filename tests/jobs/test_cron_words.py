"""Schedules in words: an example of each shape, and the law that no two different schedules read alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.cron import Cron, parse_cron
from jobs.cron_words import in_words
from jobs.errors import BadTimetable

SAID = {
    "0 9 * * 1": ("Mondays at 09:00", "每周一 09:00"),
    "30 8 * * mon,thu": ("Mondays and Thursdays at 08:30", "每周一、四 08:30"),
    "0 9 * * 1-5": ("Monday to Friday at 09:00", "每周一至周五 09:00"),
    "0 9 * * 6,7": ("Saturdays and Sundays at 09:00", "每周六、日 09:00"),
    "0 9 * * *": ("Daily at 09:00", "每天 09:00"),
    "0 9,18 * * *": ("Daily at 09:00 and 18:00", "每天 09:00、18:00"),
    "0 9 1 * *": ("On day 1 of the month at 09:00", "每月 1 日 09:00"),
    "0 9 1,15 * *": ("On days 1 and 15 of the month at 09:00", "每月 1、15 日 09:00"),
    "0 9 13 * 5": ("On day 13 of the month and also on Fridays at 09:00", "每月 13 日以及每周五 09:00"),
    "0 9 1-31/1 * 5": ("Daily at 09:00", "每天 09:00"),
    "0 9 */16 * 5": ("On those of days 1 and 17 of the month that are Fridays at 09:00", "每月 1、17 日中的周五 09:00"),
    "0 9 * 1,7 *": ("Daily at 09:00, only in January and July", "每天 09:00,仅 1、7 月"),
    "* * * * *": ("Every minute", "每分钟"),
    "*/15 * * * *": ("Every 15 minutes", "每 15 分钟"),
    "0,30 * * * 1": ("Every 30 minutes on Mondays", "每周一,每 30 分钟"),
    "5 * * * *": ("At minute 5 of every hour", "每小时的第 5 分"),
    "*/40 * * * *": ("At minutes 0 and 40 of every hour", "每小时的第 0、40 分"),
    "0,30 9-17 * * 1": ("Mondays at minutes 0 and 30 of the hours 9-17", "每周一 9-17 点的第 0、30 分"),
    "* 9 * * *": ("Daily every minute of the hour 9", "每天 9 点的每分钟"),
}


@pytest.mark.parametrize("cron", SAID)
def test_the_usual_schedules_are_said_as_people_say_them(cron: str) -> None:
    english, chinese = SAID[cron]
    assert in_words(cron, "Asia/Shanghai", "en") == f"{english}, Asia/Shanghai"
    assert in_words(cron, "Asia/Shanghai", "zh") == f"{chinese}(上海时间)"


def test_a_zone_without_a_chinese_name_keeps_its_own() -> None:
    assert in_words("0 9 * * 1", "Asia/Kolkata", "zh") == "每周一 09:00(Asia/Kolkata 时间)"


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    lists = st.sets(st.integers(low, high), min_size=1, max_size=high - low + 1).map(
        lambda found: ",".join(map(str, sorted(found)))
    )
    return st.just("*") | lists | st.integers(1, high).map("*/{}".format)


def comes(text: str) -> bool:
    try:
        parse_cron(text)
    except BadTimetable:
        return False
    return True


crons = st.builds(" ".join, st.tuples(numbers(0, 59), numbers(0, 23), numbers(1, 31), numbers(1, 12), numbers(0, 6)))
coming = crons.filter(comes)


def meaning(cron: Cron) -> tuple[object, ...]:
    """Times, months, and days as far as they make a difference."""
    every = (len(cron.days) == 31, len(cron.weekdays) == 7)
    days: tuple[object, ...] = (cron.days, cron.weekdays, cron.either and not any(every))
    if any(every) if cron.either else all(every):
        days = ()
    return (cron.minutes, cron.hours, cron.months, days)


READ: dict[str, tuple[object, ...]] = {}


@given(coming)
@settings(max_examples=400)
def test_one_sentence_never_means_two_schedules(cron: str) -> None:
    for lang in ("en", "zh"):
        sentence = in_words(cron, "UTC", lang)  # type: ignore[arg-type]
        assert READ.setdefault(sentence, meaning(parse_cron(cron))) == meaning(parse_cron(cron))


@given(coming)
@settings(max_examples=200)
def test_every_number_that_is_said_is_meant(cron: str) -> None:
    """The sentence, read back: weekdays, months, and the times where each is named."""
    read, sentence = parse_cron(cron), in_words(cron, "UTC", "en")
    names = ("Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays")
    said = {number for number, name in enumerate(names) if name in sentence}
    assert said in (set(read.weekdays) if "Monday to Friday" not in sentence else set(), set())
    for hour in range(24):
        for minute in range(60):
            if f"{hour:02}:{minute:02}" in sentence:
                assert hour in read.hours
                assert minute in read.minutes
