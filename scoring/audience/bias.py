"""How far whole accounts differ from what the scores of their followers say, learned from followers whose value is known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import expit

from scoring.audience.sample import Sample

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
HYPER_DRAWS = 25
# priors in log-odds: level, slope, what one deviation of the account's own topic adds, log of the accounts' spread
MEANS = np.array([0.0, 1.0, 0.0, np.log(0.4)])
SDS = np.array([2.0, 0.5, 0.3, 1.0])
SHARED_SDS = np.array([0.3, 0.15, 0.3])  # of what all accounts share: level and slope are held tighter, the scores are calibrated
BOUNDS = [(-4.0, 4.0), (0.05, 3.0), (-2.0, 2.0), (-5.0, 1.5)]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Followers whose value is known and whom their score has not seen, one entry per (account, follower), shape (m,) each."""

    account: Longs
    person: Longs
    log_odds: Floats
    known: Floats

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, slots=True)
class Bias:
    """log-odds of truth = slope x log-odds of score + level_k + spread x u_k, in H draws.

    `slope` and `spread` (H,); `level` (H, K): what all accounts share and what the account's own topic adds; `node_weights`
    (H, K, nodes): posterior of u_k over the quadrature nodes under each draw. To show: `point_spread`, and `topic` (H,), what one
    deviation of the own topic adds.
    """

    slope: Floats
    level: Floats
    spread: Floats
    node_weights: Floats
    point_spread: float
    topic: Floats


def assumed_bias(accounts: int, spread: float) -> Bias:
    """The scores taken as they are, with a given spread of the accounts: where no follower's value is known."""
    weights = np.broadcast_to(WEIGHTS, (HYPER_DRAWS, accounts, len(NODES))).copy()
    return Bias(
        np.ones(HYPER_DRAWS),
        np.zeros((HYPER_DRAWS, accounts)),
        np.full(HYPER_DRAWS, spread),
        weights,
        spread,
        np.zeros(HYPER_DRAWS),
    )


def fit_bias(pairs: Pairs, standing: Floats, *, rng: np.random.Generator) -> Bias:
    """Learn level, slope, the weight of an account's own topic, and spread from pairs of which there is at least one.

    `standing` (K,): how far each account's own topic stands from the others', in standard deviations, 0 where unknown: people
    follow their like, so followers of an account about the topic fit more often than their scores alone say.

    Penalised marginal likelihood of a logistic model with a normal random intercept per account, 15-node Gauss-Hermite
    quadrature; its Laplace approximation is drawn, not averaged away. What an account adds (u_k) is measured beside what all
    pairs share; that itself is drawn from `_shared`, because the pairs share their people.
    """
    model = _Likelihood(pairs, standing)
    found = optimize.minimize(
        model.penalised, np.append([0.0, 1.0, 0.0], MEANS[3]), jac=True, method="L-BFGS-B", bounds=BOUNDS, options={"maxiter": 60}
    ).x
    hyper = laplace(model.gradient, found, rng)
    hyper[:, 1] = np.clip(hyper[:, 1], *BOUNDS[1])
    hyper[:, 3] = np.clip(hyper[:, 3], -6, 1.5)
    weights = np.stack([_posterior(model.node_likelihood(each)[0]) for each in hyper])
    mean, root = _shared(found, model)
    shared = mean + standard_normal(len(mean), rng) @ root.T
    level = shared[:, :1] + shared[:, 2:] * standing
    return Bias(np.clip(shared[:, 1], *BOUNDS[1]), level, np.exp(hyper[:, 3]), weights, float(np.exp(found[3])), shared[:, 2])


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """Of `pairs` (m) over accounts of `standing` (K,), in the parameters (level, slope, weight of the topic, ln spread)."""

    pairs: Pairs
    standing: Floats

    def factors(self) -> Floats:
        """What each of the shared parameters multiplies in a pair's log-odds, (m, 3)."""
        return np.column_stack([np.ones(len(self.pairs)), self.pairs.log_odds, self.standing[self.pairs.account]])

    def node_likelihood(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Log-likelihood of each account at each node (K, nodes), and the residuals y - p (m, nodes)."""
        pairs = self.pairs
        line = (self.factors() @ parameters[:3])[:, None] + np.exp(parameters[3]) * NODES
        sign = np.where(pairs.known > 0.5, 1.0, -1.0)[:, None]
        likelihood = -np.logaddexp(0.0, -sign * line)
        total = np.stack([np.bincount(pairs.account, column, minlength=len(self.standing)) for column in likelihood.T], axis=1)
        return np.asarray(total, np.float64), np.asarray(pairs.known[:, None] - expit(line), np.float64)

    def penalised(self, parameters: Floats) -> tuple[float, Floats]:
        """Negative penalised marginal log-likelihood and its gradient."""
        likelihood, residual = self.node_likelihood(parameters)
        top = likelihood.max(1, keepdims=True)
        marginal = top[:, 0] + np.log(np.exp(likelihood - top) @ WEIGHTS)
        weighted = residual * _posterior(likelihood)[self.pairs.account]
        by_spread = float((weighted @ NODES).sum()) * np.exp(parameters[3])
        gradient = np.append(weighted.sum(1) @ self.factors(), by_spread)
        away = (parameters - MEANS) / SDS
        return float(-marginal.sum() + 0.5 * (away**2).sum()), -gradient + away / SDS

    def gradient(self, parameters: Floats) -> Floats:
        """Of `penalised`, (4,)."""
        return self.penalised(parameters)[1]


def _shared(found: Floats, model: _Likelihood) -> tuple[Floats, Floats]:
    """Posterior of what all accounts share (level, slope, weight of the topic): mean (3,) and Cholesky root (3, 3).

    A person who follows forty accounts is one observation, not forty: covariance by the sandwich with people as clusters
    (Liang and Zeger, Biometrika 1986), then combined with the prior that calibrated scores need neither level nor slope.
    """
    pairs = model.pairs
    bread = np.linalg.inv(_curvature(model.gradient, found)[:3, :3])
    likelihood, residual = model.node_likelihood(found)
    by_pair = (residual * _posterior(likelihood)[pairs.account]).sum(1)
    by_person = np.stack([np.bincount(pairs.person, by_pair * factor) for factor in model.factors().T], axis=1)
    covariance = bread @ (by_person.T @ by_person + np.diag(SDS[:3] ** -2)) @ bread
    data, prior = np.linalg.inv(covariance), np.diag(SHARED_SDS**-2)
    posterior = np.linalg.inv(data + prior)
    mean = posterior @ (data @ found[:3] + prior @ MEANS[:3])
    return np.asarray(mean, np.float64), np.asarray(np.linalg.cholesky(posterior), np.float64)


def _posterior(likelihood: Floats) -> Floats:
    weights = np.exp(likelihood - likelihood.max(1, keepdims=True)) * WEIGHTS
    return np.asarray(weights / weights.sum(1, keepdims=True))


def standard_normal(dimensions: int, rng: np.random.Generator) -> Floats:
    """Normal draws (HYPER_DRAWS, d) with mean exactly 0 and covariance exactly 1.

    So few draws as they come miss the width of a posterior by a seventh; matched moments leave no luck in level or width.
    """
    drawn = rng.standard_normal((HYPER_DRAWS, dimensions))
    drawn -= drawn.mean(0)
    return np.asarray(np.linalg.solve(np.linalg.cholesky(drawn.T @ drawn / HYPER_DRAWS), drawn.T).T)


def laplace(gradient: Callable[[Floats], Floats], at: Floats, rng: np.random.Generator) -> Floats:
    """Draws (H, d) from the normal approximation at a minimum, by Cholesky: it moves with its input, eigenvectors jump."""
    curvature = _curvature(gradient, at)
    least = float(np.linalg.eigvalsh(curvature)[0])
    if least < 0.25:  # flatter than any of the priors allows: rounding, or a corner
        curvature = curvature + (0.25 - least) * np.eye(len(at))
    root = np.linalg.cholesky(np.linalg.inv(curvature))
    return np.asarray(at + standard_normal(len(at), rng) @ root.T)


def _curvature(gradient: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Symmetric matrix of second derivatives (d, d) by central differences of the gradient."""
    step = 1e-2
    columns = [(gradient(at + step * axis) - gradient(at - step * axis)) / (2 * step) for axis in np.eye(len(at))]
    curvature = np.stack(columns)
    return np.asarray((curvature + curvature.T) / 2)


def method_spread(sample: Sample) -> float:
    """Spread in log-odds that moves the mean probability as far as counting (CC) and adding up (PCC) lie apart, over accounts.

    The label-free stand-in for the spread that known values would show (DECISIONS 15): root mean square of CC - PCC, divided
    by the mean slope of PCC in the log-odds.
    """
    scored = ~sample.unknown & np.isnan(sample.known)
    if not scored.any():
        return 0.0
    p = np.where(scored, expit(np.where(scored, sample.log_odds, 0.0)), 0.0)
    size = sample.per_account(scored)
    has = size > 0
    gap = (sample.per_account((p > 0.5) & scored) - sample.per_account(p))[has] / size[has]
    slope = (sample.per_account(p * (1 - p)).sum()) / size.sum()
    return float(np.clip(np.sqrt((gap**2).mean()) / max(slope, 1e-3), 0.05, 1.5))
