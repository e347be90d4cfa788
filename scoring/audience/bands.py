"""Tie groups: a band runs from its first account down while nobody can say that the first is better (DECISIONS 20)."""

import numpy as np
from numpy.typing import NDArray

from scoring.audience.joint import first_better

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SURE = 0.90


def order_by_mean(draws: Floats, tie_break: Floats) -> Longs:
    """Accounts by posterior mean, the greatest first; means equal to nine decimals fall to `tie_break` (K,), greatest first."""
    return np.lexsort((-tie_break, -np.round(draws.mean(0), 9)))


def bands(draws: Floats, order: Longs) -> Longs:
    """Band number 0, 1, ... of each account, shape (K,), for accounts in `order`."""
    number = np.zeros(draws.shape[1], np.int64)
    if not len(order):
        return number
    first, band = int(order[0]), 0
    for account in order[1:]:
        if first_better(draws, first, int(account)) >= SURE:
            first, band = int(account), band + 1
        number[account] = band
    return number


def letter(band: int) -> str:
    """A, B, ..., Z, AA, AB, ... as spreadsheets name columns."""
    name = ""
    band += 1
    while band:
        band, digit = divmod(band - 1, 26)
        name = chr(65 + digit) + name
    return name
