"""Ties scores to the truth where known values allow it, and says how well they are tied."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

ISOTONIC_FROM = 1000  # known values; below, two parameters (Platt)
BINS = 10
LIMIT = 12.0  # log-odds never leave [-12, 12]


def log_odds(probability: Floats) -> Floats:
    """Log-odds kept finite."""
    return np.clip(logit(np.clip(probability, 1e-9, 1 - 1e-9)), -LIMIT, LIMIT)


class Calibrator:
    """Monotone map from scores (log-odds) to log-odds of the truth: Platt, or isotonic blended into Platt from 1,000 values on.

    Isotonic steps are averaged with the Platt curve: pure steps tie scores and reach 0 and 1 (measured: docs/accuracy.md).
    """

    def fit(self, scores: Floats, y: Floats, weight: Floats | None = None) -> "Calibrator":
        """From held-out `scores` (n,), their values `y` (n,) and weights (n,), in people; with one value only, the identity."""
        self.line_: tuple[float, float] = (1.0, 0.0)
        self.steps_: IsotonicRegression | None = None
        if len(np.unique(y)) < 2:
            return self
        model = LogisticRegression(C=1e3).fit(scores[:, None], y, sample_weight=weight)
        self.line_ = (max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0]))
        if (len(y) if weight is None else weight.sum()) >= ISOTONIC_FROM:
            steps = IsotonicRegression(y_min=1e-3, y_max=1 - 1e-3, out_of_bounds="clip")
            self.steps_ = steps.fit(scores, y, sample_weight=weight)
        return self

    def predict(self, scores: Floats) -> Floats:
        """Log-odds (n,), NaN where the score is NaN; monotone in the scores."""
        if not len(scores):
            return np.empty(0)
        given = np.nan_to_num(scores)
        line = self.line_[0] * given + self.line_[1]
        if self.steps_ is not None:
            line = log_odds((expit(line) + self.steps_.predict(given)) / 2)
        return np.where(np.isnan(scores), np.nan, np.clip(line, -LIMIT, LIMIT))


class CrossCalibrator:
    """A calibrator without each fold of the people, and one of all: nobody's curve has seen its own value."""

    def fit(self, scores: Floats, y: Floats, person: Longs, fold: Longs) -> "CrossCalibrator":
        """From held-out `scores` (n,) of people `person` (n,), who may recur and count once each; `fold` (P,) of everybody."""
        weight = 1.0 / np.bincount(person)[person]
        self._fold = np.full(len(fold), -1)
        self._fold[person] = fold[person]
        self._of_all = Calibrator().fit(scores, y, weight)
        self._without = {
            int(each): Calibrator().fit(scores[rest], y[rest], weight[rest])
            for each in np.unique(fold[person])
            if (rest := fold[person] != each).any()
        }
        return self

    def predict(self, scores: Floats, person: Longs) -> Floats:
        """Log-odds (n,) of people `person`, NaN where the score is NaN."""
        odds = self._of_all.predict(scores)
        for each, calibrator in self._without.items():
            mine = self._fold[person] == each
            odds[mine] = calibrator.predict(scores[mine])
        return odds


def expected_calibration_error(probability: Floats, y: Floats) -> float:
    """Mean |mean probability - share of 1| over ten bins of equal width, weighted by size."""
    place = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    size = np.bincount(place, minlength=BINS)
    gap = np.abs(np.bincount(place, probability, minlength=BINS) - np.bincount(place, y, minlength=BINS))
    return float(gap.sum() / max(size.sum(), 1))
