"""What people are marked by: interests in their texts and named accounts that they follow, for those of whom enough is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.audience.traits import interest_marks

Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Marks of people (P, M) by `names`, and the rows `known` of whom enough is known to have any."""

    marks: sparse.csr_matrix
    names: tuple[str, ...]
    known: Longs


@dataclass(frozen=True, slots=True)
class PackedTexts:
    """Counted texts of people, row by row: `person` (R,), content `words` (R,), and the terms and counts of each row."""

    person: Longs
    words: Longs
    counted: Sequence[tuple[Longs, Longs]]


def by_interest(texts: PackedTexts, people: int, *, least_words: int) -> Crowd:
    """Interests in the texts of those who wrote at least `least_words` content words."""
    if not texts.counted:
        return Crowd(sparse.csr_matrix((people, 0)), (), np.empty(0, np.int64))
    every = np.concatenate([terms for terms, _ in texts.counted])
    terms, column = np.unique(every, return_inverse=True)
    row = np.repeat(texts.person, [len(terms) for terms, _ in texts.counted])
    counts = sparse.csr_matrix(
        (np.concatenate([counts for _, counts in texts.counted]), (row, column)), shape=(people, len(terms))
    )
    words = np.bincount(texts.person, texts.words, minlength=people).astype(np.int64)
    names, marks = interest_marks(terms, counts, words)
    return Crowd(marks, names, np.flatnonzero(words >= least_words))


def by_followee(person: Longs, followee: Longs, names: Sequence[str], people: int) -> Crowd:
    """Named accounts that people follow, as edges (`person`, `followee`); known is who follows any of them."""
    marks = sparse.csr_matrix((np.ones(len(person)), (person, followee)), shape=(people, len(names)))
    marks.data[:] = 1.0
    return Crowd(marks, tuple(names), np.unique(person))
