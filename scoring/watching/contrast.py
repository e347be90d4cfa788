"""What one group has more or less of than another: share, multiple with interval, and which differences are more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import false_discovery_control, hypergeom

from scoring.audience.lift import lift_of_counts
from scoring.audience.traits import binomial_share
from scoring.estimate import Estimate

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One mark in a group beside the base: share of the group, base share, multiple, and the false discovery rate at which it counts."""

    name: str
    hits: int
    share: Estimate
    base_share: float
    lift: Estimate
    q: float


def contrasts(
    marks: sparse.csr_matrix, names: Sequence[str], group: Longs, base: Longs, *, k: int, level: float = 0.05
) -> tuple[Contrast, ...]:
    """Marks of which the group has surely more than the base, the greatest multiple first; () where either has fewer than k people.

    `marks` (P, M) of 0 and 1; `group` and `base` are rows of it without a common one. Each mark that k people of both have together is
    tested one-sided (Fisher's exact test); of all tested those are told whose false discovery rate is at most `level` (Benjamini and
    Hochberg 1995).
    """
    if min(len(group), len(base)) < max(k, 1):
        return ()
    hits, base_hits = (np.asarray(marks[rows].sum(0), np.float64).ravel().round().astype(np.int64) for rows in (group, base))
    tested = np.flatnonzero((hits + base_hits >= k) & (hits > 0))
    if not len(tested):
        return ()
    everyone = len(group) + len(base)
    p = hypergeom.sf(hits[tested] - 1, everyone, hits[tested] + base_hits[tested], len(group))
    q = false_discovery_control(np.clip(p, 0.0, 1.0), method="bh")
    told = [_contrast(names[m], int(hits[m]), len(group), int(base_hits[m]), len(base), float(each))
            for m, each in zip(tested.tolist(), q.tolist(), strict=True) if each <= level]  # fmt: skip
    return tuple(sorted(told, key=lambda each: (-each.lift.low, each.name)))


def _contrast(name: str, hits: int, n: int, base_hits: int, n_base: int, q: float) -> Contrast:
    share = binomial_share(hits, n, "share of those gained")
    low, high = lift_of_counts(hits, n, base_hits, n_base, shared_hits=0, shared=0)
    value = share.value * (n_base + 1.0) / (base_hits + 0.5)
    return Contrast(
        name, hits, share, base_hits / n_base, Estimate(value, min(low, value), max(high, value), n, "share over base share"), q
    )
