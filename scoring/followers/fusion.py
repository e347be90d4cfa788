"""Fusion of several signals into one log-odds: learned stacking where values are known, shipped weights otherwise."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]

HALF_FOLLOWEES, HALF_WORDS = 4.0, 40.0  # evidence at which a signal counts half, where nothing is learned
PENALTY = 0.05  # C of the stacking: a few hundred people must not bend it (chosen on seeds from 1000 on, docs/accuracy.md)
PRIOR_LOG_ODDS = -2.2  # 10 %: a persona is rare until something speaks for it


class Stacking:
    """Logistic stacking on standardised [score_j, evidence_j, missing_j], with score x evidence products.

    `columns` (n, q) are scores, `evidence` (n, r) log1p amounts; the products let a score weigh more where more stands behind
    it. The scores must be out of fold for the rows it is fitted on.
    """

    def fit(self, columns: Floats, evidence: Floats, y: Floats, standing: Floats) -> "Stacking":
        """Learn from rows with known `y` (n,), each counting once; `standing` (n,): how often each stands among those to score.

        Columns are standardised by `standing`: the penalty then pulls towards no interaction where most of what is scored lies,
        not among people who hardly follow anybody.
        """
        both = np.hstack([columns, evidence])
        self.mean_ = np.average(both, axis=0, weights=standing)
        self.scale_ = np.sqrt(np.average((both - self.mean_) ** 2, axis=0, weights=standing)) + 1e-9
        self.model_ = LogisticRegression(C=PENALTY, max_iter=500).fit(self._expanded(columns, evidence), y)
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
