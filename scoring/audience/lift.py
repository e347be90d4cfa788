"""Lift: an account's share over the base's, both in the same joint draws (DECISIONS 14, 19)."""

import numpy as np
from numpy.typing import NDArray

from scoring.estimate import Estimate

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

LEAST_BASE = 1e-6  # below this a multiple says nothing


def summary(draws: Floats, n: int, method: str) -> Estimate:
    """Mean and 95 % interval of draws (d,); the interval always holds the mean."""
    value = float(draws.mean())
    low, high = (float(each) for each in np.quantile(draws, [0.025, 0.975]))
    if float(draws.min()) == float(draws.max()):
        value = low = high = float(draws[0])
    return Estimate(value, min(low, value), max(high, value), n, method)


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


def lift_draws(shares: Floats, base: Floats) -> Floats | None:
    """Draws (draws, K) of share / base (draws,), or None where the base is nearly nothing."""
    if float(base.mean()) < LEAST_BASE:
        return None
    return shares / np.maximum(base, LEAST_BASE)[:, None]
