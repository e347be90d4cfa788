"""What an account is known for: the interest that its own texts speak of most."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from scoring.text.lexicon import interest_terms, interests

Longs = NDArray[np.int64]

DENSITY_LEAST = 0.02  # share of the content words that an interest must hold
HITS_LEAST = 2.0  # weighted words of the interest


@cache
def _levels() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Interests without others below them, and the wide ones."""
    wide = {each.parent for each in interests()}
    names = [each.id for each in interests()]
    return tuple(name for name in names if name not in wide), tuple(name for name in names if name in wide)


def known_for(terms: Longs, counts: Longs, words: int) -> str | None:
    """The interest id with the most weighted words among `terms` (n,) used `counts` (n,) times in `words` content words.

    A narrow interest before the wide one that holds it; None where no interest has two words and a fiftieth of them all.
    """
    least = max(HITS_LEAST, DENSITY_LEAST * words)
    for level in _levels():
        hits, name = max((_hits(each, terms, counts), each) for each in level)
        if hits >= least:
            return name
    return None


def _hits(name: str, terms: Longs, counts: Longs) -> float:
    own, weights = interest_terms(name)
    _, at, place = np.intersect1d(own, terms, return_indices=True)
    return float(weights[at] @ counts[place])
