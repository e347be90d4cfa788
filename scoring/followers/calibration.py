"""Ties scores to the truth where known values allow it, and says how well they are tied."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]

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

    def fit(self, scores: Floats, y: Floats) -> "Calibrator":
        """From held-out `scores` (n,) and their values `y` (n,); with one value only, the identity."""
        self.line_: tuple[float, float] = (1.0, 0.0)
        self.steps_: IsotonicRegression | None = None
        if len(np.unique(y)) < 2:
            return self
        model = LogisticRegression(C=1e3).fit(scores[:, None], y)
        self.line_ = (max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0]))
        if len(y) >= ISOTONIC_FROM:
            self.steps_ = IsotonicRegression(y_min=1e-3, y_max=1 - 1e-3, out_of_bounds="clip").fit(scores, y)
        return self

    def predict(self, scores: Floats) -> Floats:
        """Log-odds (n,), NaN where the score is NaN; monotone in the scores."""
        given = np.nan_to_num(scores)
        line = self.line_[0] * given + self.line_[1]
        if self.steps_ is not None:
            line = log_odds((expit(line) + self.steps_.predict(given)) / 2)
        return np.where(np.isnan(scores), np.nan, np.clip(line, -LIMIT, LIMIT))


def expected_calibration_error(probability: Floats, y: Floats) -> float:
    """Mean |mean probability - share of 1| over ten bins of equal width, weighted by size."""
    place = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    size = np.bincount(place, minlength=BINS)
    gap = np.abs(np.bincount(place, probability, minlength=BINS) - np.bincount(place, y, minlength=BINS))
    return float(gap.sum() / max(size.sum(), 1))
