"""Scored followers of accounts, as every estimate of an account takes them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """Scored followers of K accounts, one entry per pair, all shape (n,), any order.

    `account` in range(K); `log_odds` of fitting, NaN where nothing is known of the follower (stratum unknown); `known` 1 or 0
    where the value is declared or labelled, else NaN; `weight` P(real) in [0, 1], which multiplies. `population` (K,) is the
    whole list where the sample was drawn from all of it, else 0 (no finite-population correction, DECISIONS 11).
    """

    accounts: int
    account: Longs
    log_odds: Floats
    known: Floats
    weight: Floats
    population: Longs

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Which followers nothing is known of."""
        return np.isnan(self.log_odds) & np.isnan(self.known)

    @cached_property
    def _offsets(self) -> Longs | None:
        """Where each account's followers start and end, shape (K + 1,); None where they do not stand in order."""
        if (np.diff(self.account) < 0).any():
            return None
        return np.asarray(np.searchsorted(self.account, np.arange(self.accounts + 1)), np.int64)

    def per_account(self, values: Floats | NDArray[np.bool_]) -> Floats:
        """Sum of `values` (n,) over each account, shape (K,)."""
        numbers = np.asarray(values, np.float64)
        if self._offsets is None:
            return np.asarray(np.bincount(self.account, numbers, minlength=self.accounts), np.float64)
        sums, some = np.zeros(self.accounts), np.diff(self._offsets) > 0
        if some.any():
            sums[some] = np.add.reduceat(numbers, self._offsets[:-1][some])
        return sums

    @property
    def size(self) -> Floats:
        """Followers in the sample, shape (K,)."""
        if self._offsets is None:
            return self.per_account(np.ones(len(self.account)))
        return np.diff(self._offsets).astype(np.float64)
