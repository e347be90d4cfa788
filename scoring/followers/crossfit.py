"""Models of known people that never score a person they learned from: one without each fold, one of everybody."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.followers.fusion import Stacking

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

FOLDS = 5


class Learned(Protocol):
    """What one set of people taught: scores and evidence of anybody."""

    def columns(self, person: Longs) -> tuple[Floats, Floats]:
        """Scores (n, q) and log1p evidence (n, r) of people (n,)."""
        ...


def fold_masks(fold: Longs, y: Floats) -> list[NDArray[np.bool_]]:
    """For each fold everybody but it, then everybody, over people (m,); a fold whose rest holds one value only learns from all."""
    everybody = np.ones(len(fold), np.bool_)
    masks = [fold != each for each in range(FOLDS)]
    return [mask if len(np.unique(y[mask])) > 1 else everybody for mask in masks] + [everybody]


class CrossFit:
    """Signals and their stacking, cross-fitted: people the models learned from are scored without their fold, others by all.

    The stacking learns from scores out of fold and is itself fitted without each fold. Every person counts once, however
    many accounts it follows: with weights by follows a few hundred busy people would decide (measured: docs/accuracy.md).
    """

    def __init__(self, fold: Longs, standing: Floats) -> None:
        """`fold` (P,) of everybody in range(FOLDS); `standing` (P,) > 0, how often everybody stands among those to score."""
        self._group = np.full(len(fold), FOLDS)
        self._fold = fold
        self._standing = standing

    def fit(self, known: Longs, y: Floats, learn: Callable[[Longs, Floats], Learned]) -> "CrossFit":
        """Learn from distinct people `known` (m,) with values `y` (m,) of 0 and 1, both occurring."""
        self._group[known] = self._fold[known]
        masks = fold_masks(self._fold[known], y)
        self._models = [learn(known[mask], y[mask]) for mask in masks]
        parts = [self._models[group].columns(known[where]) for group, where in self._by_group(known)]
        order = np.argsort(np.concatenate([where for _, where in self._by_group(known)]), kind="stable")
        columns, evidence = (np.vstack(each)[order] for each in zip(*parts, strict=True))
        standing = self._standing[known]
        self._stackings = [Stacking().fit(columns[mask], evidence[mask], y[mask], standing[mask]) for mask in masks]
        return self

    def predict(self, person: Longs) -> Floats:
        """Log-odds of people `person` (n,), shape (n,)."""
        odds = np.zeros(len(person))
        for group, where in self._by_group(person):
            odds[where] = self._stackings[group].predict(*self._models[group].columns(person[where]))
        return odds

    def _by_group(self, person: Longs) -> list[tuple[int, Longs]]:
        group = self._group[person]
        return [(int(each), np.flatnonzero(group == each)) for each in np.unique(group)]
