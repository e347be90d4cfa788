"""Signs of unusual growth on simulated accounts: false alarms a year, and how often bought followers are seen.

    python bench/growth.py [--seeds 2000] [--first-seed 100000]

Everything here is simulated. Growth: a daily rate that wanders (autocorrelated), a weekly cycle, overdispersed counts, losses; some
accounts have viral posts (a jump that fades by half every day or two). Beside it the rule that is in common use: a step more than
three standard deviations from the mean of all steps before it.
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
CADENCES = {"daily": 1, "weekly": 7}
SIZES = (0.03, 0.1, 0.3)
Finds = Callable[[Sequence[Counted]], list[tuple[datetime, datetime]]]


@dataclass(frozen=True, slots=True)
class Account:
    """Followers day by day, and the days on which something was done to them."""

    followers: np.ndarray
    begin: int = 0
    end: int = 0


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
    """An account without viral posts that buys a share of its followers within one to five days of the second half-year."""
    followers = organic(rng, 0)
    begin = int(rng.integers(DAYS // 2, DAYS - 14))
    days = int(rng.integers(1, 6))
    parts = np.zeros(DAYS, np.int64)
    parts[begin : begin + days] = round(followers[begin] * share / days)
    return Account(followers + np.cumsum(parts), begin, begin + days)


def seen(followers: np.ndarray, every: int) -> list[Counted]:
    """What somebody sees who looks so often."""
    return [Counted(BEGIN + timedelta(days=day), int(followers[day])) for day in range(0, DAYS, every)]


def ours(series: Sequence[Counted]) -> list[tuple[datetime, datetime]]:
    return [(sign.begin, sign.end) for sign in growth(series).signs if sign.score > 0]


def three_sigma(series: Sequence[Counted]) -> list[tuple[datetime, datetime]]:
    found, steps = [], [b.followers - a.followers for a, b in pairwise(series)]
    for place in range(LEAST_STEPS, len(steps)):
        before = steps[:place]
        if (series[place].at - series[0].at).days >= LEAST_DAYS and steps[place] > fmean(before) + 3 * stdev(before):
            found.append((series[place].at, series[place + 1].at))
    return found


def row(method: str, finds: Finds, cadence: str, seeds: range) -> dict[str, object]:
    """One method at one cadence: false alarms a year without and with viral posts, and what was found of each size."""
    every = CADENCES[cadence]
    quiet = [len(finds(seen(organic(np.random.default_rng([seed, 0]), 0), every))) for seed in seeds]
    viral = [len(finds(seen(organic(np.random.default_rng([seed, 1]), 2), every))) for seed in seeds]
    found = {}
    for at, share in enumerate(SIZES):
        hits = [_hit(finds, bought(np.random.default_rng([seed, 2 + at]), share), every) for seed in seeds]
        found[f"found_{round(share * 100)}"] = round(fmean(hits), 3)
    return {
        "set": "simulated", "method": method, "cadence": cadence, "accounts": len(seeds),
        "false_a_year": round(fmean(quiet), 3), "accounts_with_false": round(fmean(map(bool, quiet)), 3),
        "signs_a_year_viral": round(fmean(viral), 3), **found,
    }  # fmt: skip


def _hit(finds: Finds, account: Account, every: int) -> bool:
    begin, end = BEGIN + timedelta(days=account.begin - 1), BEGIN + timedelta(days=account.end)
    return any(a < end and b > begin for a, b in finds(seen(account.followers, every)))


def main() -> None:
    """Prints one JSON line for each method and cadence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first-seed", type=int, default=100_000, help="seeds below this were used to choose the rule")
    given = parser.parse_args()
    seeds = range(given.first_seed, given.first_seed + given.seeds)
    for cadence in CADENCES:
        for method, finds in (("fanfit", ours), ("three-sigma", three_sigma)):
            print(json.dumps(row(method, finds, cadence, seeds)), flush=True)


if __name__ == "__main__":
    main()
