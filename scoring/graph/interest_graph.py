"""What the accounts that a person follows say about the person: known-for x interested-in, and models learned from declared values.

Where nothing was learned, an account's own topic must not speak for its followers: `interested_in` and `informative` take
*rows* (person, followee to leave out). A learned model keeps the edge: what all followers of an account share is evidence,
and people whose value is known have the same edges (measured: docs/accuracy.md).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.utils.extmath import randomized_svd

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

COMPONENTS = 64
SVD_PENALTY = 30.0  # C of the logistic model over the components (METHODS 1.3)
DIRECT_PENALTY = 3.0  # C of the logistic model over single followees
PSEUDO = 5.0  # pseudo-followers at the base rate, per followee
LIFT_PSEUDO = 3.0  # pseudo-followees at the base rate, per person (METHODS 2.2)
DIRECT_MOST = 200_000  # entries of followee rows that the direct model is fitted on without thinning
RATE_FLOOR = 1e-3


@dataclass(frozen=True, slots=True)
class Rows:
    """What is asked of a signal: people `person` (n,), each without the edge to followee column `leave_out` (n,), -1 for none."""

    person: Longs
    leave_out: Longs

    @classmethod
    def whole(cls, person: Longs) -> "Rows":
        """People with all their edges."""
        return cls(person, np.full(len(person), -1, np.int64))

    def take(self, chosen: NDArray[np.bool_] | Longs) -> "Rows":
        """Some of the rows."""
        return Rows(self.person[chosen], self.leave_out[chosen])

    def __len__(self) -> int:
        return len(self.person)


class InterestGraph:
    """Follow rows weighted by rarity: `edges` CSR (P, F) of 0/1, `degree` (F,) followers in the store.

    Weight of a followee = 1 / log(2 + degree): following a celebrity tells little (SimClusters, KDD 2020, uses the same idea).
    """

    def __init__(self, edges: sparse.csr_matrix, degree: Longs, *, seed: int = 0) -> None:
        self.edges = sparse.csr_matrix(edges, dtype=np.float64)
        self.people, self.followees = self.edges.shape
        self.degree = np.maximum(degree, np.asarray(self.edges.sum(0)).ravel()).astype(np.float64)
        self.rarity = 1.0 / np.log(2.0 + self.degree)
        self.idf = np.log((1.0 + self.people) / (1.0 + np.asarray(self.edges.sum(0)).ravel())) + 1.0
        self.rarity_sum = np.asarray(self.edges @ self.rarity).ravel()
        self.idf_square = np.asarray(self.edges @ (self.idf**2)).ravel()
        self.count = np.diff(self.edges.indptr).astype(np.float64)
        self._seed = seed

    def followed(self, rows: Rows) -> Floats:
        """1 where the row's person follows the followee to leave out, shape (n,)."""
        held = np.zeros(len(rows))
        asked = np.flatnonzero(rows.leave_out >= 0)
        if len(asked):
            held[asked] = np.asarray(self.edges[rows.person[asked], rows.leave_out[asked]]).ravel()
        return held

    def informative(self, rows: Rows) -> Floats:
        """Followees that others follow too, without the one left out, shape (n,): the evidence of the followee signals."""
        shared = (self.degree >= 2).astype(np.float64)
        return np.asarray(self.edges @ shared).ravel()[rows.person] - self.followed(rows) * _at(shared, rows.leave_out)

    def total(self, per_followee: Floats, rows: Rows) -> Floats:
        """Sum of `per_followee` over the row's followees without the one left out, shape (n,)."""
        whole = np.asarray(self.edges @ per_followee).ravel()[rows.person]
        return np.asarray(whole - self.followed(rows) * _at(per_followee, rows.leave_out))

    def sums(self, per_followee: Floats) -> Floats:
        """Sum of `per_followee` (F,) over each person's followees, shape (P,)."""
        return np.asarray(self.edges @ per_followee).ravel()

    @cached_property
    def components(self) -> Floats:
        """Unit-length position of each person in the space of co-followed accounts, shape (P, q): TF-IDF, truncated SVD."""
        shared = np.flatnonzero(
            np.asarray(self.edges.sum(0)).ravel() >= 2
        )  # whom one person alone follows says nothing of others
        size = min(COMPONENTS, self.people - 1, len(shared) - 1)
        if size < 1:
            return np.zeros((self.people, 1))
        weighted = (
            sparse.diags(1.0 / np.sqrt(np.maximum(self.idf_square, 1e-12)))
            @ self.edges[:, shared]
            @ sparse.diags(self.idf[shared])
        )
        _, _, basis = randomized_svd(
            sparse.csr_matrix(weighted),
            size,
            n_oversamples=6,
            n_iter=3,  # pyright: ignore[reportArgumentType] - its type is inferred from the default, "auto"
            power_iteration_normalizer="QR",
            random_state=self._seed,
        )
        place = np.asarray(weighted @ basis.T)
        length = np.linalg.norm(place, axis=1, keepdims=True)
        return np.where(length > 1e-9, place / np.maximum(length, 1e-9), 0.0)


def _at(values: Floats, columns: Longs) -> Floats:
    return np.where(columns >= 0, values[np.maximum(columns, 0)], 0.0) if len(values) else np.zeros(len(columns))


class FolloweeModel:
    """Log-odds of a trait from followees, learned from people whose value is known.

    Columns of `features`: (1) logistic model on the SVD components; (2) mean shrunken log-lift of the followees among known
    people, weighted by rarity (naive Bayes); (3) the same with everybody's probability by (1) in place of the unknown values
    (one step of label propagation); (4) logistic model on single followees; (5) log1p of the number of followees.
    A person's own value never speaks for itself: known people are cross-fitted by the caller, and (3) leaves the person out.
    """

    COLUMNS = 5

    def __init__(self, graph: InterestGraph) -> None:
        self.graph = graph

    def fit(self, known: Longs, y: Floats) -> "FolloweeModel":
        """Learn from people `known` (m,) with values `y` (m,) of 0 and 1; both values must occur."""
        graph = self.graph
        self.rate_ = float(np.clip(y.mean(), RATE_FLOOR, 1 - RATE_FLOOR))
        space = LogisticRegression(C=SVD_PENALTY, max_iter=300).fit(graph.components[known], y)
        self.space_ = (space.coef_[0], float(space.intercept_[0]))
        rows = graph.edges[known]
        self.lift_ = self._log_lift(np.asarray(rows.T @ y).ravel(), np.asarray(rows.sum(0)).ravel())
        soft = expit(self._by_space(np.arange(graph.people)))
        soft[known] = y
        self.soft_ = soft
        self.soft_sum_ = np.asarray(graph.edges.T @ soft).ravel()
        self.soft_count_ = np.asarray(graph.edges.sum(0)).ravel()
        scaled = sparse.diags(1.0 / np.sqrt(np.maximum(graph.idf_square[known], 1e-12))) @ rows @ sparse.diags(graph.idf)
        direct = LogisticRegression(C=DIRECT_PENALTY, solver="liblinear", max_iter=200, random_state=0).fit(
            sparse.csr_matrix(scaled), y
        )
        self.direct_ = (direct.coef_[0] * graph.idf, float(direct.intercept_[0]))
        return self

    def features(self, person: Longs) -> Floats:
        """Columns named above for people `person` (n,), each once, shape (n, 5)."""
        graph = self.graph
        weight = graph.rarity_sum[person] + 1.0
        lift = graph.sums(graph.rarity * self.lift_)[person] / weight
        length = np.sqrt(np.maximum(graph.idf_square[person], 1e-12))
        direct = graph.sums(self.direct_[0])[person] / length + self.direct_[1]
        followees = graph.informative(Rows.whole(person))
        return np.column_stack([self._by_space(person), lift, self._propagated(person) / weight, direct, np.log1p(followees)])

    def _by_space(self, person: Longs) -> Floats:
        return np.asarray(self.graph.components[person] @ self.space_[0] + self.space_[1])

    def _log_lift(self, positive: NDArray[Any], count: NDArray[Any]) -> Floats:
        rest = np.clip(positive, 0.0, count)  # beyond it by rounding alone
        return np.asarray(logit((rest + PSEUDO * self.rate_) / (count + PSEUDO)) - logit(self.rate_))

    def _propagated(self, person: Longs) -> Floats:
        """Rarity-weighted sum of the followees' log-lifts by everybody's probability, the person's own taken out."""
        graph = self.graph
        part = graph.edges[person].tocoo()
        lift = self._log_lift(self.soft_sum_[part.col] - self.soft_[person][part.row], self.soft_count_[part.col] - 1.0)
        return np.asarray(np.bincount(part.row, graph.rarity[part.col] * lift, minlength=len(person)), np.float64)


def interested_in(graph: InterestGraph, known_for: Floats, rows: Rows) -> tuple[Floats, Floats]:
    """Interest of `rows` in what their followees are known for: (lift (n,), evidence (n,)).

    `known_for` (F,) in [0, 1]. Lift = (sum of w v + 3 w0 v0) / (v0 (sum of w + 3 w0)), with w the rarity, v0 the mean
    known-for over all edges and w0 the mean rarity (METHODS 2.2): 1 means as much as everybody, whom celebrities cannot move.
    """
    weight = graph.total(graph.rarity, rows)
    hits = graph.total(graph.rarity * known_for, rows)
    everyone = float(graph.rarity_sum.sum())
    base = max(float((graph.edges @ (graph.rarity * known_for)).sum()) / max(everyone, 1e-12), 1e-4)
    typical = everyone / max(float(graph.count.sum()), 1.0)
    lift = (hits + LIFT_PSEUDO * typical * base) / (base * (weight + LIFT_PSEUDO * typical))
    return np.asarray(lift), graph.informative(rows)
