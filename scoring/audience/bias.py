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
MEANS = np.array([0.0, 1.0, np.log(0.4)])  # priors: level, slope, log of the accounts' spread, all in log-odds
SDS = np.array([2.0, 0.5, 1.0])
SHARED_SDS = np.array([0.3, 0.15])  # priors of level and slope shared by all accounts: the scores are calibrated already


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
    """log-odds of truth = a + c x log-odds of score + spread x u_k; `hyper` (H, 3) draws of (a, c, ln spread).

    `node_weights` (H, K, nodes) is the posterior of u_k over the quadrature nodes under each draw; `spread` its point value.
    """

    hyper: Floats
    node_weights: Floats
    spread: float


def assumed_bias(accounts: int, spread: float) -> Bias:
    """The scores taken as they are, with a given spread of the accounts: where no follower's value is known."""
    hyper = np.tile([0.0, 1.0, np.log(max(spread, 1e-6))], (HYPER_DRAWS, 1))
    return Bias(hyper, np.broadcast_to(WEIGHTS, (HYPER_DRAWS, accounts, len(NODES))).copy(), spread)


def fit_bias(accounts: int, pairs: Pairs, *, rng: np.random.Generator) -> Bias:
    """Learn level, slope and spread from pairs of which there is at least one.

    Penalised marginal likelihood of a logistic model with a normal random intercept per account, 15-node Gauss-Hermite
    quadrature; its Laplace approximation is drawn, not averaged away. What an account adds (u_k) is measured beside the level
    that all pairs share; that level itself is drawn from `_shared`, because the pairs share their people.
    """

    def objective(parameters: Floats) -> tuple[float, Floats]:
        return _penalised(parameters, accounts, pairs)

    start = np.array([0.0, 1.0, MEANS[2]])
    bounds = [(-4, 4), (0.05, 3), (-5, 1.5)]
    found = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60}).x
    hyper = laplace(lambda at: objective(at)[1], found, rng)
    hyper[:, 1] = np.clip(hyper[:, 1], 0.05, 3)
    hyper[:, 2] = np.clip(hyper[:, 2], -6, 1.5)
    weights = np.stack([_posterior(_node_likelihood(each, accounts, pairs)[0]) for each in hyper])
    mean, root = _shared(found, accounts, pairs)
    level_and_slope = mean + rng.standard_normal((HYPER_DRAWS, 2)) @ root.T
    level_and_slope[:, 1] = np.clip(level_and_slope[:, 1], 0.05, 3)
    return Bias(np.column_stack([level_and_slope, hyper[:, 2]]), weights, float(np.exp(found[2])))


def _shared(found: Floats, accounts: int, pairs: Pairs) -> tuple[Floats, Floats]:
    """Posterior of level and slope: mean (2,) and Cholesky root (2, 2).

    A person who follows forty accounts is one observation, not forty: covariance by the sandwich with people as clusters
    (Liang and Zeger, Biometrika 1986), then combined with the prior that calibrated scores need neither.
    """
    curvature = _curvature(lambda at: _penalised(at, accounts, pairs)[1], found)[:2, :2]
    likelihood, residual = _node_likelihood(found, accounts, pairs)
    by_pair = (residual * _posterior(likelihood)[pairs.account]).sum(1)
    by_person = np.stack([np.bincount(pairs.person, by_pair), np.bincount(pairs.person, by_pair * pairs.log_odds)], axis=1)
    bread = np.linalg.inv(curvature)
    covariance = bread @ (by_person.T @ by_person + np.diag(SDS[:2] ** -2)) @ bread
    data, prior = np.linalg.inv(covariance), np.diag(SHARED_SDS**-2)
    posterior = np.linalg.inv(data + prior)
    mean = posterior @ (data @ found[:2] + prior @ MEANS[:2])
    return np.asarray(mean, np.float64), np.asarray(np.linalg.cholesky(posterior), np.float64)


def _node_likelihood(parameters: Floats, accounts: int, pairs: Pairs) -> tuple[Floats, Floats]:
    """Log-likelihood of each account at each node (K, nodes), and the residuals y - p (m, nodes)."""
    a, c, log_spread = parameters
    line = (a + c * pairs.log_odds)[:, None] + np.exp(log_spread) * NODES
    sign = np.where(pairs.known > 0.5, 1.0, -1.0)[:, None]
    likelihood = -np.logaddexp(0.0, -sign * line)
    total = np.stack([np.bincount(pairs.account, column, minlength=accounts) for column in likelihood.T], axis=1)
    return np.asarray(total, np.float64), np.asarray(pairs.known[:, None] - expit(line), np.float64)


def _posterior(likelihood: Floats) -> Floats:
    weights = np.exp(likelihood - likelihood.max(1, keepdims=True)) * WEIGHTS
    return np.asarray(weights / weights.sum(1, keepdims=True))


def _penalised(parameters: Floats, accounts: int, pairs: Pairs) -> tuple[float, Floats]:
    """Negative penalised marginal log-likelihood and its gradient."""
    likelihood, residual = _node_likelihood(parameters, accounts, pairs)
    top = likelihood.max(1, keepdims=True)
    marginal = top[:, 0] + np.log(np.exp(likelihood - top) @ WEIGHTS)
    weighted = residual * _posterior(likelihood)[pairs.account]
    by_pair = weighted.sum(1)
    gradient = np.array([by_pair.sum(), by_pair @ pairs.log_odds, float((weighted @ NODES).sum()) * np.exp(parameters[2])])
    away = (parameters - MEANS) / SDS
    return float(-marginal.sum() + 0.5 * (away**2).sum()), -gradient + away / SDS


def laplace(gradient: Callable[[Floats], Floats], at: Floats, rng: np.random.Generator) -> Floats:
    """Draws (H, d) from the normal approximation at a minimum, by Cholesky: it moves with its input, eigenvectors jump."""
    curvature = _curvature(gradient, at)
    least = float(np.linalg.eigvalsh(curvature)[0])
    if least < 0.25:  # flatter than any of the priors allows: rounding, or a corner
        curvature = curvature + (0.25 - least) * np.eye(len(at))
    root = np.linalg.cholesky(np.linalg.inv(curvature))
    return np.asarray(at + rng.standard_normal((HYPER_DRAWS, len(at))) @ root.T)


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
