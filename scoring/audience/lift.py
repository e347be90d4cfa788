"""Lift: an account's share over the base's, in the same joint draws (DECISIONS 14, 19), or from the counts of a trait."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from scoring.estimate import Estimate

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

LEAST_BASE = 1e-6  # below this a multiple says nothing
PRINTED_LEAST = 0.0005  # a share below it prints as 0.0 %: what is divided by it would be the quotient of rounding


def summary(draws: Floats, n: int, method: str, *, value: float | None = None) -> Estimate:
    """Mean, or the `value` given, and 95 % interval of draws (d,); the interval always holds the value."""
    low, high = (float(each) for each in np.quantile(draws, [0.025, 0.975]))
    middle = float(draws.mean()) if value is None else value
    if float(draws.min()) == float(draws.max()):
        middle = low = high = float(draws[0])
    return Estimate(middle, min(low, middle), max(high, middle), n, method)


def pool_weights(account: Longs, person: Longs, sampled: Floats, totals: Floats) -> Floats:
    """Weight of each account in the candidate pool, shape (K,), summing to 1.

    A person on lists S counts 1 / sum over S of n_k / N_k (Kalton and Anderson 1986; their share of being drawn), divided
    evenly among the sampled lists that hold them. `sampled` n_k, `totals` N_k, shape (K,).
    """
    share = sampled / np.maximum(totals, 1.0)
    _, back = np.unique(person, return_inverse=True)
    chance = np.bincount(back, share[account])
    times = np.bincount(back)
    weight = np.bincount(account, (1.0 / np.maximum(chance, 1e-12) / times)[back], minlength=len(sampled))
    return np.asarray(weight / max(weight.sum(), 1e-300))


@dataclass(frozen=True, slots=True)
class Lift:
    """A share over the base's: its figure, and P(above the base)."""

    figure: Estimate
    above: float


def lift_of(share: Floats, base: Floats, n: int, method: str) -> Lift | None:
    """From joint draws (d,) of an account's share and of the base, or None where the base is nearly nothing.

    The value is the ratio of the two means, so that it agrees with the two figures beside it: the mean of the draws' ratios lies
    above it, without limit where the base may be near 0. The interval is that of the draws; without an upper limit (infinite)
    where the base's own lower limit prints as 0.
    """
    middle = float(base.mean())
    if middle < LEAST_BASE:
        return None
    draws = share / np.maximum(base, LEAST_BASE)
    figure = summary(draws, n, method, value=float(share.mean()) / middle)
    if float(np.quantile(base, 0.025)) < PRINTED_LEAST:
        figure = replace(figure, high=float("inf"))
    return Lift(figure, float((draws > 1).mean()))


def lift_of_counts(hits: float, n: int, base_hits: float, n_base: int, *, shared_hits: float, shared: int) -> tuple[float, float]:
    """95 % limits of (share of n people) / (share of n_base people), where `shared` people stand in both.

    With w = shared / n_base and the base's other people at rate r the multiple is 1 / (w + (1 - w) r / share): it rises with
    share / r, whose limits are those of two independent shares, recovered on the log scale from their Jeffreys limits
    (Zou and Donner 2008, method of variance estimates recovery). Both samples' errors are in it.
    """
    rest, rest_hits = n_base - shared, base_hits - shared_hits
    if rest <= 0:
        return 1.0, 1.0
    share, low, high = _log_share(hits, n)
    other, other_low, other_high = _log_share(rest_hits, rest)
    ends = (
        share - other - np.hypot(share - low, other_high - other),
        share - other + np.hypot(high - share, other - other_low),
    )
    within = shared / n_base
    lower, upper = (float(1 / (within + (1 - within) * np.exp(-end))) for end in ends)
    return (lower if hits > 0 else 0.0), upper


def _log_share(hits: float, n: int) -> tuple[float, float, float]:
    """Log of a share, half a person added to both sides, and of its Jeffreys limits."""
    low, high = betaincinv(hits + 0.5, n - hits + 0.5, np.array([0.025, 0.975]))
    return float(np.log((hits + 0.5) / (n + 1))), float(np.log(low)), float(np.log(high))
