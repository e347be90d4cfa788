"""A schedule in words, Chinese and English: true for every cron expression, short for the usual ones."""

from collections.abc import Collection, Sequence
from typing import Literal

from jobs.cron import Cron, parse_cron

WEEKDAYS_EN = ("Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS_ZH = ("日", "一", "二", "三", "四", "五", "六")
ZONES_ZH = {
    "Asia/Shanghai": "上海", "Asia/Chongqing": "重庆", "Asia/Urumqi": "乌鲁木齐", "Asia/Hong_Kong": "香港", "Asia/Macau": "澳门", "Asia/Taipei": "台北",
    "Asia/Singapore": "新加坡", "Asia/Tokyo": "东京", "Asia/Seoul": "首尔", "Europe/London": "伦敦", "Europe/Berlin": "柏林", "Europe/Paris": "巴黎",
    "America/New_York": "纽约", "America/Los_Angeles": "洛杉矶", "Australia/Sydney": "悉尼", "UTC": "世界标准",
}  # fmt: skip
_WORKDAYS = frozenset(range(1, 6))
_MOST_TIMES = 6  # more are told as minutes and hours


def in_words(cron: str, timezone: str, lang: Literal["zh", "en"]) -> str:
    """The schedule as a sentence.

    Raises:
        BadTimetable: the expression cannot be read.

    >>> in_words("0 9 * * 1", "Asia/Shanghai", "en")
    'Mondays at 09:00, Asia/Shanghai'
    >>> in_words("0 9 * * 1", "Asia/Shanghai", "zh")
    '每周一 09:00(上海时间)'
    """
    read = parse_cron(cron)
    return _chinese(read, timezone) if lang == "zh" else _english(read, timezone)


def _english(cron: Cron, timezone: str) -> str:
    days, time = _days_en(cron), _time_en(cron)
    if not days:
        said = time if _hourly(cron) else f"daily {time}"
    elif time.startswith("at") and not _hourly(cron):
        said = f"{days.removeprefix('on ') if _weekly(cron) else days} {time}"
    else:
        said = f"{time} {days}"
    months = "" if len(cron.months) == 12 else f", only in {_and([MONTHS_EN[number - 1] for number in sorted(cron.months)])}"
    return f"{said[0].upper()}{said[1:]}{months}, {timezone}"


def _chinese(cron: Cron, timezone: str) -> str:
    days, time = _days_zh(cron), _time_zh(cron)
    said = f"{days or ('' if _hourly(cron) else '每天')}{',' if days and _hourly(cron) else ' '}{time}".strip()
    months = "" if len(cron.months) == 12 else f",仅 {'、'.join(_spans(cron.months))} 月"
    zone = f"{ZONES_ZH[timezone]}时间" if timezone in ZONES_ZH else f"{timezone} 时间"
    return f"{said}{months}({zone})"


def _hourly(cron: Cron) -> bool:
    return len(cron.hours) == 24


def _times(cron: Cron) -> list[str]:
    """The times of a day; none where there are too many to name each."""
    if _hourly(cron) or len(cron.hours) * len(cron.minutes) > _MOST_TIMES:
        return []
    return [f"{hour:02}:{minute:02}" for hour in sorted(cron.hours) for minute in sorted(cron.minutes)]


def _pace(cron: Cron) -> int | None:
    """Minutes between two times of a schedule that keeps one pace round the clock."""
    step = 60 // len(cron.minutes)
    return step if _hourly(cron) and len(cron.minutes) > 1 and cron.minutes == frozenset(range(0, 60, step)) else None


def _time_en(cron: Cron) -> str:
    if times := _times(cron):
        return f"at {_and(times)}"
    if pace := _pace(cron):
        return "every minute" if pace == 1 else f"every {pace} minutes"
    hours = "every hour" if _hourly(cron) else f"the {_counted('hour', cron.hours)}"
    return f"every minute of {hours}" if len(cron.minutes) == 60 else f"at {_counted('minute', cron.minutes)} of {hours}"


def _time_zh(cron: Cron) -> str:
    if times := _times(cron):
        return "、".join(times)
    if pace := _pace(cron):
        return "每分钟" if pace == 1 else f"每 {pace} 分钟"
    hours = "每小时" if _hourly(cron) else f"{'、'.join(_spans(cron.hours))} 点"
    return f"{hours}的每分钟" if len(cron.minutes) == 60 else f"{hours}的第 {'、'.join(_spans(cron.minutes))} 分"


def _every_day(cron: Cron) -> bool:
    by_day, by_weekday = len(cron.days) == 31, len(cron.weekdays) == 7
    return (by_day or by_weekday) if cron.either else (by_day and by_weekday)


def _weekly(cron: Cron) -> bool:
    """Whether weekdays alone say the days."""
    return not cron.either and len(cron.days) == 31


def _days_en(cron: Cron) -> str:
    """On which days; empty: on all."""
    if _every_day(cron):
        return ""
    names = "Monday to Friday" if cron.weekdays == _WORKDAYS else _and([WEEKDAYS_EN[number] for number in _from_monday(cron)])
    numbers = f"{_counted('day', cron.days)} of the month"
    if _weekly(cron):
        return f"on {names}"
    if cron.either:
        return f"on {numbers} and also on {names}"
    return f"on {numbers}" if len(cron.weekdays) == 7 else f"on those of {numbers} that are {names}"


def _days_zh(cron: Cron) -> str:
    if _every_day(cron):
        return ""
    names = "周一至周五" if cron.weekdays == _WORKDAYS else "周" + "、".join(WEEKDAYS_ZH[number] for number in _from_monday(cron))
    numbers = f"每月 {'、'.join(_spans(cron.days))} 日"
    if _weekly(cron):
        return f"每{names}"
    if cron.either:
        return f"{numbers}以及每{names}"
    return numbers if len(cron.weekdays) == 7 else f"{numbers}中的{names}"


def _from_monday(cron: Cron) -> list[int]:
    return sorted(cron.weekdays, key=lambda number: number or 7)


def _counted(noun: str, numbers: Collection[int]) -> str:
    return f"{noun}{'s' if len(numbers) > 1 else ''} {_and(_spans(numbers))}"


def _and(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _spans(numbers: Collection[int]) -> list[str]:
    """Numbers in order, three or more in a row as a range.

    >>> _spans({1, 2, 3, 7, 8})
    ['1-3', '7', '8']
    """
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return [text for span in spans for text in ([f"{span[0]}-{span[-1]}"] if len(span) > 2 else map(str, span))]
