"""Posts and bio as a signal: a probability that a person has a trait, and how much the texts had to say about it."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_selection import chi2
from sklearn.linear_model import LogisticRegression

# log-odds = INTERCEPT + SLOPE * ln(1 + 100 * density), density = sum of weight x ln(1 + count) over (WORDS_ADDED + content words).
# Fitted once on simulated people made of Chinese news titles (docs/personas.md, lexicon): shipped, never calibrated (DECISIONS 15).
LEXICON_INTERCEPT = -2.7
LEXICON_SLOPE = 4.1
WORDS_ADDED = 10.0  # a single hit in a very short text must not decide alone
TERMS_PER_WORD = 5.2  # words, bigrams and character n-grams of one content word, where the number of words is not given


class TextSignal:
    """A linear model over hashed term counts: learned from people who declare (`fit`), or from a lexicon (`from_lexicon`).

    Learned: TF-IDF (1 + ln count, smooth idf, rows of length 1) over the terms that at least `min_people` people use, at most
    `max_terms` of them by chi-squared (Manning, Raghavan, Schuetze 2008, chapters 6 and 13), then an L2 logistic regression of
    inverse strength `C`. From a lexicon: shipped weights, never calibrated (DECISIONS 15): rank and lift only.

    `calibrated_` says which of the two it is; `vocabulary_` are the term ids it reads, sorted.
    """

    def __init__(self, *, C: float = 10.0, min_people: int = 2, max_terms: int = 50_000, max_iter: int = 200) -> None:  # noqa: N803 - scikit-learn's name
        self.C = C
        self.min_people = min_people
        self.max_terms = max_terms
        self.max_iter = max_iter

    def fit(self, counts: sparse.csr_matrix, terms: NDArray[np.int64], y: NDArray[np.float64]) -> Self:
        """Learn from `counts` (n, T) with sorted column ids `terms` (T,) and `y` (n,) of 1 and 0; rows of NaN in `y` are left out.

        Raises:
            ValueError: not both a 1 and a 0 in `y`: there is nothing to tell apart.
        """
        known = ~np.isnan(np.asarray(y, dtype=np.float64))
        target = np.asarray(y)[known].astype(np.int64)
        if len(np.unique(target)) < 2:
            message = "a text signal needs people with the trait and people without it; with one kind only, use from_lexicon"
            raise ValueError(message)
        rows = sparse.csr_matrix(counts)[known]
        people = np.bincount(rows.indices[rows.data > 0], minlength=rows.shape[1])
        columns = np.flatnonzero(people >= self.min_people)
        if len(columns) > self.max_terms:
            kept = (rows[:, columns] > 0).astype(np.float64)
            strength = np.nan_to_num(chi2(kept, target)[0])
            columns = np.sort(columns[np.argsort(-strength, kind="stable")[: self.max_terms]])
        self.vocabulary_ = np.asarray(terms)[columns]
        self.idf_ = np.log((1 + rows.shape[0]) / (1 + people[columns])) + 1
        self.calibrated_ = True
        self.prior_ = float(target.mean())
        if len(columns) == 0:
            self.coef_, self.intercept_ = np.empty(0), float(np.log(self.prior_ / (1 - self.prior_)))
            return self
        model = LogisticRegression(C=self.C, solver="liblinear", max_iter=self.max_iter, random_state=0)
        model.fit(self._weighted(rows[:, columns]), target)
        self.coef_, self.intercept_ = model.coef_[0], float(np.ravel(model.intercept_)[0])
        return self

    @classmethod
    def from_lexicon(cls, terms: NDArray[np.int64], weights: NDArray[np.float64], all_terms: NDArray[np.int64]) -> Self:
        """A signal of shipped weights: lexicon `terms` and `weights` (m,), of which those among `all_terms` can be found."""
        signal = cls()
        found = np.isin(terms, all_terms)
        order = np.argsort(terms[found], kind="stable")
        signal.vocabulary_ = terms[found][order]
        signal.coef_ = weights[found][order].astype(np.float64)
        signal.intercept_ = LEXICON_INTERCEPT
        signal.calibrated_ = False
        signal.prior_ = float(1 / (1 + np.exp(-LEXICON_INTERCEPT)))
        return signal

    def predict(
        self, counts: sparse.csr_matrix, terms: NDArray[np.int64], words: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probability (n,) and evidence (n,) of `counts` (n, T), whose columns have the sorted ids `terms` (T,).

        Evidence of a learned signal is the effective number of terms that decided, (sum |c|)^2 / sum c^2 over the terms'
        contributions c: 0 without any known term, and then the probability is the share of the trained people with the trait.
        Evidence of a lexicon is the number of content words: saying nothing of it in many words tells something too.
        `words` are the content words of each row, estimated where not given.
        """
        rows = self._aligned(sparse.csr_matrix(counts), np.asarray(terms))
        if not self.calibrated_:
            length = (
                np.asarray(counts.sum(axis=1)).ravel() / TERMS_PER_WORD if words is None else np.asarray(words, dtype=np.float64)
            )
            return self._by_lexicon(rows, length)
        weighted = self._weighted(rows)
        share = sparse.csr_matrix(weighted.multiply(self.coef_[None, :]))
        total = np.asarray(share.sum(axis=1)).ravel()
        magnitude = np.asarray(abs(share).sum(axis=1)).ravel()
        squares = np.asarray(share.multiply(share).sum(axis=1)).ravel()
        evidence = np.divide(magnitude**2, squares, out=np.zeros(len(squares)), where=squares > 0)
        probability = _logistic(total + self.intercept_)
        return np.where(evidence > 0, probability, self.prior_), evidence

    def _by_lexicon(self, rows: sparse.csr_matrix, words: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        damped = rows.astype(np.float64)
        damped.data = np.log1p(damped.data)
        density: NDArray[np.float64] = np.asarray(damped @ self.coef_, dtype=np.float64) / (WORDS_ADDED + words)
        return _logistic(self.intercept_ + LEXICON_SLOPE * np.log1p(100 * density)), words.astype(np.float64)

    def _aligned(self, rows: sparse.csr_matrix, terms: NDArray[np.int64]) -> sparse.csr_matrix:
        """The columns of the vocabulary, in its order; a term that `rows` does not have is a column of zeros."""
        if len(self.vocabulary_) == 0 or len(terms) == 0:
            return sparse.csr_matrix((rows.shape[0], len(self.vocabulary_)))
        place = np.minimum(np.searchsorted(self.vocabulary_, terms), len(self.vocabulary_) - 1)
        source = np.flatnonzero(self.vocabulary_[place] == terms)
        choose = sparse.csr_matrix((np.ones(len(source)), (source, place[source])), shape=(len(terms), len(self.vocabulary_)))
        return sparse.csr_matrix(rows @ choose)

    def _weighted(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        weighted = sparse.csr_matrix(rows, dtype=np.float64, copy=True)
        weighted.data = np.where(weighted.data > 0, 1 + np.log(np.maximum(weighted.data, 1)), 0.0)
        weighted = sparse.csr_matrix(weighted.multiply(self.idf_[None, :]))
        length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        scale = np.divide(1.0, length, out=np.zeros(len(length)), where=length > 0)
        return sparse.csr_matrix(sparse.diags(scale) @ weighted)


def _logistic(values: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -35, 35))), dtype=np.float64)
