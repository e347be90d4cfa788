"""Orders that every table shows beside ours: followers, own topic, counting, adding up, chance."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


def classify_and_count(accounts: int, account: Longs, probability: Floats) -> Floats:
    """CC: share of scored followers with probability above one half, shape (K,); 0 without any."""
    return _mean(accounts, account, (probability > 0.5).astype(np.float64))


def probabilistic_count(accounts: int, account: Longs, probability: Floats) -> Floats:
    """PCC: mean probability of the scored followers, shape (K,)."""
    return _mean(accounts, account, probability)


def rank_of(values: Floats) -> list[int | None]:
    """Rank 1.. of each value, the greatest first, equal values sharing the better rank; NaN has none."""
    told = values[~np.isnan(values)]
    return [None if np.isnan(value) else int((told > value).sum()) + 1 for value in values]


def _mean(accounts: int, account: Longs, values: Floats) -> Floats:
    size = np.bincount(account, minlength=accounts)
    return np.asarray(np.bincount(account, values, minlength=accounts) / np.maximum(size, 1))
