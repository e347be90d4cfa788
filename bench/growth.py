"""Signs of unusual growth on simulated accounts: false alarms a year, and how often bought followers and their removal are seen.

    python bench/growth.py [--seeds 1000] [--first-seed 100000]

Everything here is simulated. Growth: a daily rate that wanders (autocorrelated), a weekly cycle, overdispersed counts, losses; some
accounts have viral posts (a jump that fades by half every day or two). Beside it the rule that is in common use: a step more than
three standard deviations from the mean of all steps before it. Seeds below the first were used to choose the rule.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean, stdev

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring.watching.growth import LEAST_DAYS, LEAST_STEPS, Counted, growth  # noqa: E402

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365
LOOKS = ("daily", "weekly", "irregular", "rounded")
SIZES = (0.03, 0.1, 0.3)
PURGED = 0.8  # of what was bought


@dataclass(frozen=True, slots=True)
class Found:
    """A step that a rule points at."""

    begin: datetime
    end: datetime
    loss: bool


Finds = Callable[[Sequence[Counted]], list[Found]]


@dataclass(frozen=True, slots=True)
class Account:
    """Followers day by day, the days in which some were bought, and the day on which most of those were taken away."""

    followers: np.ndarray
    begin: int
    end: int
    purge: int


def organic(rng: np.random.Generator, viral_a_year: float) -> np.ndarray:
    """Followers at the end of each day of a year."""
    start = 10 ** rng.uniform(3, 6)
    yearly = rng.uniform(0.0, 1.0)
    mood = np.empty(DAYS)
    level = 0.0
    for day in range(DAYS):
        level = 0.9 * level + rng.normal(0, 0.13)
        mood[day] = level
    week = 1 + rng.uniform(0, 0.3) * np.sin(2 * np.pi * np.arange(DAYS) / 7)
    rate = start * yearly / DAYS * np.exp(mood) * week
    for _ in range(rng.poisson(viral_a_year)):
        day = int(rng.integers(DAYS))
        fade = 0.5 ** (np.arange(DAYS - day) / rng.uniform(1, 2))
        rate[day:] += start * rng.uniform(0.005, 0.1) * fade * 0.5
    gained = rng.negative_binomial(20, 20 / (20 + rate)) if yearly > 0 else np.zeros(DAYS)
    lost = rng.poisson(start * 0.0002, DAYS)
    return np.maximum(start + np.cumsum(gained - lost), 10).astype(np.int64)


def bought(rng: np.random.Generator, share: float) -> Account:
    """Buys a share of its followers within one to five days of the third quarter; most are taken away 20 to 60 days later.

    It has no viral posts.
    """
    followers = organic(rng, 0)
    begin = int(rng.integers(DAYS // 2, DAYS * 3 // 4))
    days = int(rng.integers(1, 6))
    purge = begin + days + int(rng.integers(20, 61))
    parts = np.zeros(DAYS, np.int64)
    parts[begin : begin + days] = round(followers[begin] * share / days)
    parts[purge] = -round(followers[begin] * share * PURGED)
    return Account(followers + np.cumsum(parts), begin, begin + days, purge)


def seen(followers: np.ndarray, look: str, seed: int) -> list[Counted]:
    """What somebody sees: each day, each week, after gaps of 4 days in the mean, or each day as "1.2万" (thousands) from 10,000 on."""
    days = np.arange(0, DAYS, 7 if look == "weekly" else 1)
    if look == "irregular":
        days = np.cumsum(np.random.default_rng([seed, 99]).geometric(0.25, DAYS))
        days = days[days < DAYS]
    return [_counted(int(day), int(followers[day]), rounded=look == "rounded") for day in days]


def _counted(day: int, count: int, *, rounded: bool) -> Counted:
    at = BEGIN + timedelta(days=day)
    return Counted(at, round(count, -3), 500) if rounded and count >= 10_000 else Counted(at, count)


def ours(series: Sequence[Counted]) -> list[Found]:
    return [Found(sign.begin, sign.end, sign.loss) for sign in growth(series).signs]


def three_sigma(series: Sequence[Counted]) -> list[Found]:
    found, steps = [], [b.followers - a.followers for a, b in pairwise(series)]
    for place in range(LEAST_STEPS, len(steps)):
        before = steps[:place]
        off = steps[place] - fmean(before)
        if (series[place].at - series[0].at).days >= LEAST_DAYS and abs(off) > 3 * stdev(before):
            found.append(Found(series[place].at, series[place + 1].at, off < 0))
    return found


def row(method: str, finds: Finds, look: str, seeds: range) -> dict[str, object]:
    """One rule and one way to look: false alarms a year without viral posts, signs with two a year, and what was found of each size."""
    quiet = [finds(seen(organic(np.random.default_rng([seed, 0]), 0), look, seed)) for seed in seeds]
    viral = [finds(seen(organic(np.random.default_rng([seed, 1]), 2), look, seed)) for seed in seeds]
    found = {}
    for at, share in enumerate(SIZES):
        hits = [_hits(finds, bought(np.random.default_rng([seed, 2 + at]), share), look, seed) for seed in seeds]
        percent = round(share * 100)
        found[f"found_{percent}"] = round(fmean(gain for gain, _ in hits), 3)
        found[f"purge_found_{percent}"] = round(fmean(loss for _, loss in hits), 3)
    return {
        "set": "simulated", "method": method, "look": look, "accounts": len(seeds),
        "false_gains_a_year": _mean(quiet, loss=False), "false_losses_a_year": _mean(quiet, loss=True),
        "accounts_with_false": round(fmean(map(bool, quiet)), 3),
        "signs_a_year_viral": _mean(viral, loss=False), "losses_a_year_viral": _mean(viral, loss=True), **found,
    }  # fmt: skip


def _mean(told: Sequence[list[Found]], *, loss: bool) -> float:
    return round(fmean(sum(each.loss is loss for each in one) for one in told), 4)


def _hits(finds: Finds, account: Account, look: str, seed: int) -> tuple[bool, bool]:
    """Whether the purchase was pointed at, and its removal."""
    found = finds(seen(account.followers, look, seed))
    begin, end, purge = (BEGIN + timedelta(days=day) for day in (account.begin - 1, account.end - 1, account.purge))
    gain = any(not each.loss and each.begin < end and each.end > begin for each in found)
    return gain, any(each.loss and each.begin < purge <= each.end for each in found)


def main() -> None:
    """Prints one JSON line for each way to look and rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first-seed", type=int, default=100_000, help="seeds below this were used to choose the rule")
    given = parser.parse_args()
    seeds = range(given.first_seed, given.first_seed + given.seeds)
    for look in LOOKS:
        for method, finds in (("fanfit", ours), ("three-sigma", three_sigma)):
            print(json.dumps(row(method, finds, look, seeds)), flush=True)


if __name__ == "__main__":
    main()
