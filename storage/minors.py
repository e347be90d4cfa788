"""Who declares to be under 18: such a person leaves no row (DECISIONS 7)."""

import re
import unicodedata
from datetime import datetime

ADULT = 18
AGE_NAMES = frozenset({"age", "age_band", "age_group", "age_range", "年龄", "年龄段", "年龄层"})
BIRTH_NAMES = frozenset({"birth_year", "birthday", "birth_date", "born", "出生年份", "生日"})
_WORDS = re.compile(r"未成年|\bminors?\b|\bunderage\b|\bteen(ager)?s?\b")
_RANGE = re.compile(r"(?<!\d)(\d{1,3})\s*(?:岁)?\s*(?:-|–|—|~|〜|至|到|to)\s*(\d{1,3})(?!\d)")
_BELOW = re.compile(
    r"(?:<=?|≤|under|below|up to|未满|小于|不满|低于)\s*(\d{1,3})(?!\d)"
    r"|(?<!\d)(\d{1,3})\s*(?:岁)?\s*(?:以下|及以下|or under|and under|or below)"
)
_ABOVE = re.compile(
    r"(?:>=?|≥|over|above|from|满|大于)\s*\d"
    r"|\d\s*(?:岁)?\s*(?:\+|以上|及以上|or over|and over|or older|and older)"
)
_SINGLE = re.compile(r"(?<!\d)(\d{1,3})(?:\.\d+)?(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def is_minor(name: str, value: str, observed_at: datetime | None = None) -> bool:
    """Whether a declared attribute says that its account is under 18.

    A band counts when all of it lies under 18; "12-18" does too, because vendors' bands share their edges. A band that only
    reaches below 18 ("16-24", "13+") declares nothing. A birth year counts when the person cannot be 18 at `observed_at`.

    >>> [is_minor("age_band", text) for text in ("13-17", "<18", "未成年", "18-24", "16-24")]
    [True, True, True, False, False]
    """
    key = _plain(name).replace(" ", "_")
    text = _plain(value)
    if key in BIRTH_NAMES:
        year = _YEAR.search(text)
        return bool(year and observed_at and observed_at.year - int(year.group(1)) < ADULT)
    return key in AGE_NAMES and _age_is_minor(text)


def _age_is_minor(text: str) -> bool:
    if _WORDS.search(text):
        return True
    if band := _RANGE.search(text):
        low, high = int(band.group(1)), int(band.group(2))
        return low < ADULT and high <= ADULT
    if _ABOVE.search(text) and not _BELOW.search(text):
        return False
    if below := _BELOW.search(text):
        return int(below.group(1) or below.group(2)) <= ADULT
    single = _SINGLE.search(text)
    return bool(single) and int(single.group(1)) < ADULT if single else False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
