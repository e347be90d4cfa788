"""What joint draws say about order: chance to be in the top k, rank intervals, who is surely better (DECISIONS 19)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


def ranks(draws: Floats, rng: np.random.Generator) -> Longs:
    """Rank 1..K of each account in each draw (draws, K), the greatest first; equal draws are ranked at random."""
    chance = rng.random(draws.shape)
    order = np.lexsort((chance, -draws), axis=1)
    places = np.empty(draws.shape, np.int64)
    np.put_along_axis(places, order, np.arange(1, draws.shape[1] + 1)[None, :], axis=1)
    return places


def p_top(places: Longs, top: int) -> Floats:
    """Share of draws in which each account is among the first `top`, shape (K,); sums to min(top, K)."""
    return np.asarray((places <= top).mean(0))


def rank_interval(places: Longs) -> tuple[Longs, Longs]:
    """95 % interval of each account's rank, shape (K,) each."""
    low = np.quantile(places, 0.025, axis=0, method="lower")
    high = np.quantile(places, 0.975, axis=0, method="higher")
    return low.astype(np.int64), high.astype(np.int64)


def first_better(draws: Floats, first: int, other: int) -> float:
    """P(account `first` is better than `other`); equal draws count half."""
    gap = draws[:, first] - draws[:, other]
    return float((gap > 0).mean() + 0.5 * (gap == 0).mean())
