"""Counts as platforms show them: "1.2万" is 12,000 and no more exact than its last digit."""

import re
from decimal import Decimal

from collectors.errors import BadCell
from collectors.exports.cells import narrow, text_of
from storage.records import Count

UNITS = {
    "": 0, "k": 3, "千": 3, "w": 4, "万": 4, "萬": 4, "m": 6, "百万": 6, "千万": 7, "亿": 8, "億": 8, "b": 9,
    "thousand": 3, "million": 6, "billion": 9,
}  # fmt: skip
EXPECTED = "a whole number that is not negative, as 12345, 12,345, 1.2万, 3亿 or 1.2k; empty if not known"
_SHAPE = re.compile(
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?(?:e\+?(?P<power>\d{1,2}))?\s*(?P<unit>[a-z千万萬亿億百]*)"
)
_BOUND = re.compile(r"(?P<least>[^+>≥]+)\+|[>≥]\s*(?P<more>[^+>≥]+)")
_LARGEST = 10**12  # more than there are people or posts: a damaged cell


def count(cell: object) -> Count | None:
    """The count, with half a unit of its last shown digit as half width; None if not given, or only as a lower bound ("10万+").

    >>> count("1.2万"), count("12,345"), count("0"), count("")
    (Count(value=12000, half_width=500), Count(value=12345, half_width=0), Count(value=0, half_width=0), None)

    Raises:
        BadCell: negative, fractional, or no number at all.
    """
    if type(cell) is int and 0 <= cell <= _LARGEST:
        return Count(cell)
    text = text_of(cell)
    if text is None:
        return None
    word = narrow(text).replace("，", ",")
    if bound := _BOUND.fullmatch(word):
        _shown(bound["least"] or bound["more"])  # what is no number stays refused
        return None
    if word.isascii() and word.isdigit() and len(word) <= 12:
        return Count(int(word))
    return _shown(word)


def _shown(word: str) -> Count:
    found = _SHAPE.fullmatch(word)
    if found is None or found["unit"] not in UNITS:
        raise BadCell(reason="not a count", expected=EXPECTED)
    power = UNITS[found["unit"]] + int(found["power"] or 0)
    part = found["part"] or ""
    value = Decimal(found["whole"].replace(",", "") + ("." + part if part else "")).scaleb(power)
    if value != value.to_integral_value() or value > _LARGEST:
        raise BadCell(reason="not a whole number" if value <= _LARGEST else "too large for a count", expected=EXPECTED)
    shown_exactly = power == 0 or power <= len(part) - 3  # 1.234k shows every digit
    step = 10 ** (power - len(part)) if not shown_exactly and power > len(part) else 1
    return Count(int(value), step // 2)
