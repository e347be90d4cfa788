"""Which members of a list are scored: drawn by position, from (seed, the list's owner) alone (DECISIONS 2, 18)."""

import hashlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

STRATA = 20

Sampling = Literal["all", "strata", "random"]


def generator(seed: int, *parts: str) -> np.random.Generator:
    """A generator that depends on the seed and on these words only, not on what else is drawn in the run."""
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "little")])


def draw_positions(
    size: int, sample: int | None, *, frame: str, order: str, rng: np.random.Generator
) -> tuple[NDArray[np.int64], Sampling]:
    """Positions to score in a list of `size`, ascending, and how they were drawn.

    Complete and random frames: simple random, without replacement. A truncated list whose order is known: STRATA rank strata
    of equal size, in each an even step from a random start (METHODS 1.1). `sample` None, or not below `size`: all of them.
    """
    if sample is None or sample >= size:
        return np.arange(size, dtype=np.int64), "all"
    if frame in {"complete", "random"} or order not in {"newest_first", "oldest_first"}:
        return np.sort(rng.choice(size, sample, replace=False)).astype(np.int64), "random"
    strata = min(STRATA, sample)
    taken = np.linspace(0, sample, strata + 1).round().astype(np.int64)
    edges = taken * size // sample  # as wide as what is taken of it: every place has the same chance
    drawn = []
    for stratum in range(strata):
        take, width = int(taken[stratum + 1] - taken[stratum]), int(edges[stratum + 1] - edges[stratum])
        step = width / take
        drawn.append(edges[stratum] + np.floor(step * (rng.random() + np.arange(take))).astype(np.int64))
    return np.concatenate(drawn), "strata"


def draw(size: int, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """All of range(size), or a simple random `most` of them, ascending."""
    if size <= most:
        return np.arange(size, dtype=np.int64)
    return np.sort(rng.choice(size, most, replace=False)).astype(np.int64)
