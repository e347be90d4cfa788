"""Signs of unusual growth: steps of an account's follower count that its own usual growth does not explain."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

DAY = 86_400.0
APART = 0.5  # days: a count closer to the one that stands before it is left out
WINDOW = 120.0  # days of history that say what is usual
LEAST_STEPS = 8  # of history
LEAST_DAYS = 14.0
SCORE = 5.0  # widths of the usual scatter; its false alarms: bench/growth.py
LEAST_SHARE = 0.005  # of the followers: less is of no consequence
TREND = 0.5  # usual growth may by itself be half as much again, for as long as a step lasts
_TO_SD = 1.4826  # of a normal distribution's median absolute deviation


@dataclass(frozen=True, slots=True)
class Counted:
    """Followers as they were shown at a time; a rounded count may be off by `half_width`."""

    at: datetime
    followers: int
    half_width: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """Between two counts the account gained `people` (below 0: lost) where `usual` was to be expected; `score` in usual scatters.

    What is off by so much points the way of `people`: a gain has a score above 0, a loss one below.
    """

    begin: datetime
    end: datetime
    people: int
    usual: float
    score: float

    @property
    def loss(self) -> bool:
        """Whether followers went away instead of coming."""
        return self.score < 0


@dataclass(frozen=True, slots=True)
class Growth:
    """Signs of unusual growth or loss, the earliest first; `judged` steps had history enough to be judged, of `steps`."""

    signs: tuple[Sign, ...]
    judged: int
    steps: int

    @property
    def known(self) -> bool:
        """Whether there was history enough to judge anything."""
        return self.judged > 0


NOTHING_KNOWN = Growth((), 0, 0)


@dataclass(frozen=True, slots=True)
class _Step:
    begin: Counted
    end: Counted
    days: float
    people: int

    @property
    def rounding(self) -> float:
        """Variance of what rounding may have moved: two uniform errors."""
        return (self.begin.half_width**2 + self.end.half_width**2) / 3


def growth(series: Sequence[Counted], *, since: datetime | None = None) -> Growth:
    """Judges each step against the account's own steps of the 120 days before it; only those that end after `since`, if given.

    Usual growth is the median daily rate, its scatter the median absolute deviation (Iglewicz & Hoaglin 1993, "How to detect and
    handle outliers"), never below Poisson's, widened by rounding and by half of the usual growth itself. A viral post and bought
    followers look alike here: a sign says that something happened, not what.
    """
    steps = _steps(series)
    begins = [each.begin.at for each in steps]
    signs, judged = [], 0
    for place, step in enumerate(steps):
        if since is not None and step.end.at <= since:
            continue
        history = steps[bisect_left(begins, step.begin.at - timedelta(days=WINDOW)) : place]
        if len(history) < LEAST_STEPS or sum(each.days for each in history) < LEAST_DAYS:
            continue
        judged += 1
        usual, score = _judged(step, history)
        if abs(score) >= SCORE and abs(step.people - usual) >= LEAST_SHARE * step.begin.followers:
            signs.append(Sign(step.begin.at, step.end.at, step.people, usual, score))
    return Growth(tuple(signs), judged, len(steps))


def _steps(series: Sequence[Counted]) -> list[_Step]:
    kept: list[Counted] = []
    for each in sorted(series, key=lambda counted: counted.at):
        if not kept or (each.at - kept[-1].at).total_seconds() >= APART * DAY:
            kept.append(each)
    return [
        _Step(begin, end, (end.at - begin.at).total_seconds() / DAY, end.followers - begin.followers)
        for begin, end in pairwise(kept)
    ]


def _judged(step: _Step, history: Sequence[_Step]) -> tuple[float, float]:
    """What was to be expected of a step, and by how many scatters it is off."""
    rate = median(each.people / each.days for each in history)
    scatter = _TO_SD * median(abs(each.people - rate * each.days) / each.days**0.5 for each in history)
    usual = rate * step.days
    variance = max(scatter**2, abs(rate), 1.0) * step.days + step.rounding + (TREND * usual) ** 2
    return usual, (step.people - usual) / variance**0.5
