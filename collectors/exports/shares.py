"""Shares as exports write them, 0.35, 35 and "35%": which of them a plain number means is told by what it adds up to with its neighbours."""

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from collectors.errors import BadCell
from collectors.exports.cells import narrow, text_of

EXPECTED = "a share as 35%, 35 or 0.35"
_NUMBER = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%)?")
_LOOSE = 0.1  # shares that add up to 1 within so much are fractions; vendors round, and leave the smallest out


@dataclass(frozen=True, slots=True)
class Written:
    """A share as it was written: the number, and whether a percent sign stood beside it."""

    number: float
    percent: bool


def share(cell: object) -> Written | None:
    """What a cell says; None if it is empty.

    Raises:
        BadCell: no share can be.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _checked(Written(float(cell), percent=False))
    text = text_of(cell)
    if text is None:
        return None
    found = _NUMBER.fullmatch(narrow(text).replace("％", "%"))
    if found is None:
        raise BadCell(reason="not a share", expected=EXPECTED)
    return _checked(Written(float(found["number"]), percent=found["percent"] is not None))


def _checked(found: Written) -> Written:
    if not 0 <= found.number <= 100:
        raise BadCell(reason="not a share", expected=EXPECTED)
    return found


def fractions(groups: Sequence[Hashable], written: Sequence[Written]) -> list[float]:
    """Shares from 0 to 1. A group's plain numbers are percent if one of them is above 1, else fractions; one that is 1 alone is everybody.

    >>> fractions("aabb", [Written(62, False), Written(38, False), Written(0.35, False), Written(0.65, False)])
    [0.62, 0.38, 0.35, 0.65]
    >>> fractions("aaa", [Written(0.5, False), Written(99, False), Written(50, True)])
    [0.005, 0.99, 0.5]
    """
    above: dict[Hashable, bool] = defaultdict(bool)
    for group, each in zip(groups, written, strict=True):
        above[group] |= not each.percent and each.number > 1 + _LOOSE
    return [
        each.number / 100 if each.percent or above[group] else min(each.number, 1.0)
        for group, each in zip(groups, written, strict=True)
    ]
