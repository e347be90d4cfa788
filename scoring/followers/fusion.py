"""Fusion of several signals into one log-odds: learned stacking where values are known, shipped weights otherwise."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]

HALF_FOLLOWEES, HALF_WORDS = 4.0, 40.0  # evidence at which a signal counts half, where nothing is learned
PRIOR_LOG_ODDS = -2.2  # 10 %: a persona is rare until something speaks for it


class Stacking:
    """Logistic stacking on standardised [score_j, evidence_j, missing_j], with score x evidence products.

    `columns` (n, q) are scores, `evidence` (n, r) log1p amounts; the products let a score weigh more where more stands behind
    it. The scores must be out of fold for the rows it is fitted on.
    """

    def fit(self, columns: Floats, evidence: Floats, y: Floats) -> "Stacking":
        """Learn from rows with known `y` (n,)."""
        both = np.hstack([columns, evidence])
        self.mean_, self.scale_ = both.mean(0), both.std(0) + 1e-9
        self.model_ = LogisticRegression(C=1.0, max_iter=500).fit(self._expanded(columns, evidence), y)
        return self

    def predict(self, columns: Floats, evidence: Floats) -> Floats:
        """Log-odds, shape (n,); of nobody, none."""
        if not len(columns):
            return np.empty(0)
        return np.asarray(np.clip(self.model_.decision_function(self._expanded(columns, evidence)), -12.0, 12.0), np.float64)

    def _expanded(self, columns: Floats, evidence: Floats) -> Floats:
        scaled = (np.hstack([columns, evidence]) - self.mean_) / self.scale_
        scores, amounts = scaled[:, : columns.shape[1]], scaled[:, columns.shape[1] :]
        products = [scores * amount[:, None] for amount in amounts.T]
        return np.asarray(np.hstack([scaled, *products]), np.float64)


def by_shipped_weights(log_odds: tuple[Floats, ...], evidence: tuple[Floats, ...], halves: tuple[float, ...]) -> Floats:
    """Prior + sum of e / (e + half) x (log-odds - prior): a signal without evidence says the prior. Not calibrated."""
    total = np.full(len(log_odds[0]), PRIOR_LOG_ODDS)
    for odds, amount, half in zip(log_odds, evidence, halves, strict=True):
        total += amount / (amount + half) * (odds - PRIOR_LOG_ODDS)
    return np.asarray(np.clip(total, -12.0, 12.0), np.float64)
