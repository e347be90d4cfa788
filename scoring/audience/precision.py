"""From probabilities of sampled followers to the share of an account's followers that fits, as joint posterior draws.

Layers: hyper-parameters -> bias of each account (random intercept on the log-odds, learned from followers whose value is
known) -> who of the sample fits (Poisson binomial) -> who of the unseen rest fits (Beta, then binomial). Every figure of an
account is a function of its row of the draws (docs/metrics.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import betaln, expit

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
HYPER_DRAWS = 25
SPREAD_PRIOR = (np.log(0.4), 1.0)  # log of the accounts' spread in log-odds: mean and sd
SLOPE_PRIOR = (1.0, 0.5)
STRENGTH_PRIOR = (np.log(20.0), 1.0)  # log of the Beta prior's pseudo-followers
UNKNOWN_STRENGTH = 2.0  # pseudo-followers behind the rate of the unknown: wide on purpose (DECISIONS 13)


@dataclass(frozen=True, slots=True)
class Sample:
    """Scored followers of K accounts, one entry per pair, all shape (n,), any order.

    `account` in range(K); `log_odds` of fitting, NaN where nothing is known of the follower (stratum unknown); `known` 1 or 0
    where the value is declared or labelled, else NaN; `weight` P(real) in [0, 1], which multiplies. `population` (K,) is the
    whole list where the sample was drawn from all of it, else 0 (no finite-population correction, DECISIONS 11).
    """

    accounts: int
    account: Longs
    log_odds: Floats
    known: Floats
    weight: Floats
    population: Longs

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Which followers nothing is known of."""
        return np.isnan(self.log_odds) & np.isnan(self.known)

    def per_account(self, values: Floats | NDArray[np.bool_]) -> Floats:
        """Sum of `values` (n,) over each account, shape (K,)."""
        return np.asarray(np.bincount(self.account, np.asarray(values, np.float64), minlength=self.accounts), np.float64)

    @property
    def size(self) -> Floats:
        """Followers in the sample, shape (K,)."""
        return self.per_account(np.ones(len(self.account)))


@dataclass(frozen=True, slots=True)
class Bias:
    """log-odds of truth = a + c x log-odds of score + spread x u_k; `hyper` (H, 3) draws of (a, c, ln spread).

    `node_weights` (H, K, nodes) is the posterior of u_k over the quadrature nodes under each draw; `spread` its point value.
    """

    hyper: Floats
    node_weights: Floats
    spread: float


def fit_bias(
    accounts: int,
    account: Longs,
    log_odds: Floats,
    known: Floats,
    *,
    rng: np.random.Generator,
    fixed_spread: float | None = None,
) -> Bias:
    """Learn how far whole accounts differ from what the scores of their followers say.

    From pairs (account, follower with a known value that the score was not trained on), shape (m,) each: penalised marginal
    likelihood of a logistic model with a normal random intercept per account, 15-node Gauss-Hermite quadrature; its Laplace
    approximation is drawn, not averaged away. Without pairs (m = 0) the scores are taken as they are, with `fixed_spread`.
    """
    if len(account) == 0:
        hyper = np.tile([0.0, 1.0, np.log(max(fixed_spread or 0.0, 1e-6))], (HYPER_DRAWS, 1))
        return Bias(hyper, np.broadcast_to(WEIGHTS, (HYPER_DRAWS, accounts, len(NODES))).copy(), fixed_spread or 0.0)

    def objective(parameters: Floats) -> tuple[float, Floats]:
        return _penalised(parameters, accounts, account, log_odds, known)

    start = np.array([0.0, 1.0, SPREAD_PRIOR[0]])
    found = optimize.minimize(
        objective, start, jac=True, method="L-BFGS-B", bounds=[(-4, 4), (0.05, 3), (-5, 1.5)], options={"maxiter": 60}
    )
    hyper = _laplace(lambda at: objective(at)[1], found.x, rng)
    hyper[:, 1] = np.clip(hyper[:, 1], 0.05, 3)
    hyper[:, 2] = np.clip(hyper[:, 2], -6, 1.5)
    posterior = np.stack([_posterior(_node_likelihood(each, accounts, account, log_odds, known)[0]) for each in hyper])
    return Bias(hyper, posterior, float(np.exp(found.x[2])))


def _node_likelihood(parameters: Floats, accounts: int, account: Longs, log_odds: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood of each account at each node (K, nodes), and the residuals y - p (m, nodes)."""
    a, c, log_spread = parameters
    line = (a + c * log_odds)[:, None] + np.exp(log_spread) * NODES
    sign = np.where(known > 0.5, 1.0, -1.0)[:, None]
    likelihood = -np.logaddexp(0.0, -sign * line)
    total = np.stack([np.bincount(account, column, minlength=accounts) for column in likelihood.T], axis=1)
    return np.asarray(total, np.float64), np.asarray(known[:, None] - expit(line), np.float64)


def _posterior(likelihood: Floats) -> Floats:
    weights = np.exp(likelihood - likelihood.max(1, keepdims=True)) * WEIGHTS
    return np.asarray(weights / weights.sum(1, keepdims=True))


def _penalised(parameters: Floats, accounts: int, account: Longs, log_odds: Floats, known: Floats) -> tuple[float, Floats]:
    """Negative penalised marginal log-likelihood and its gradient."""
    likelihood, residual = _node_likelihood(parameters, accounts, account, log_odds, known)
    top = likelihood.max(1, keepdims=True)
    marginal = top[:, 0] + np.log(np.exp(likelihood - top) @ WEIGHTS)
    weighted = residual * _posterior(likelihood)[account]
    by_pair = weighted.sum(1)
    gradient = np.array([by_pair.sum(), by_pair @ log_odds, float((weighted @ NODES).sum()) * np.exp(parameters[2])])
    away = (parameters - [0.0, SLOPE_PRIOR[0], SPREAD_PRIOR[0]]) / [2.0, SLOPE_PRIOR[1], SPREAD_PRIOR[1]]
    return float(-marginal.sum() + 0.5 * (away**2).sum()), -gradient + away / [2.0, SLOPE_PRIOR[1], SPREAD_PRIOR[1]]


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


@dataclass(frozen=True, slots=True)
class Prior:
    """Beta(mean x strength, ...) over the accounts' rates with a mass `nothing` at exactly 0; draws, shape (H,) each."""

    mean: Floats
    strength: Floats
    nothing: Floats


@dataclass(frozen=True, slots=True)
class Shares:
    """Joint posterior draws of the share that is real and fits, (draws, K), and its bounds for the unknown, (K,) each."""

    draws: Floats
    if_none: Floats
    if_all: Floats

    def beside_minors(self, adults: Floats) -> "Shares":
        """The same followers in a list of whom only the share `adults` (K,) are adults: minors count, and never fit (DECISIONS 7)."""
        return Shares(self.draws * adults, self.if_none * adults, self.if_all * adults)


def fit_prior(rate: Floats, count: Floats, *, rng: np.random.Generator) -> Prior:
    """Empirical-Bayes prior between accounts by penalised marginal likelihood (beta-binomial with a mass at 0), and its draws.

    `rate` (K,) share that fits among `count` (K,) effective followers. Only accounts with less than half a fitting follower
    can belong to the mass at 0.
    """
    hits = rate * count
    zero = np.clip(1.0 - 2.0 * hits, 0.0, 1.0)

    def objective(parameters: Floats) -> float:
        mean, strength, nothing = _unpacked(parameters)
        log_beta = betaln(hits + mean * strength, count - hits + (1 - mean) * strength) - betaln(
            mean * strength, (1 - mean) * strength
        )
        likelihood = np.logaddexp(np.log1p(-nothing) + log_beta, np.log(nothing) + np.log(np.maximum(zero, 1e-300)))
        away = (parameters - [-2.0, *STRENGTH_PRIOR[:1], -4.0]) / [2.0, STRENGTH_PRIOR[1], 1.0]
        return float(-likelihood.sum() + 0.5 * (away**2).sum())

    found = optimize.minimize(
        objective, np.array([-2.0, STRENGTH_PRIOR[0], -4.0]), method="L-BFGS-B", bounds=[(-9, 9), (-1, 7), (-9, 2)]
    ).x
    drawn = _laplace(lambda at: optimize.approx_fprime(at, objective, 1e-4), found, rng)
    mean, strength, nothing = _unpacked(np.clip(drawn, [-9, -1, -9], [9, 7, 2]).T)
    return Prior(mean, strength, nothing)


def _unpacked(parameters: Floats) -> tuple[Floats, Floats, Floats]:
    return expit(parameters[0]), np.exp(parameters[1]), expit(parameters[2])


def _laplace(gradient: Callable[[Floats], Floats], at: Floats, rng: np.random.Generator) -> Floats:
    """Draws (H, d) from the normal approximation at a minimum, by Cholesky: it moves with its input, eigenvectors jump."""
    step = 1e-2
    columns = [(gradient(at + step * axis) - gradient(at - step * axis)) / (2 * step) for axis in np.eye(len(at))]
    curvature = np.stack(columns)
    curvature = (curvature + curvature.T) / 2
    least = float(np.linalg.eigvalsh(curvature)[0])
    if least < 0.25:  # flatter than any of the priors allows: rounding, or a corner
        curvature = curvature + (0.25 - least) * np.eye(len(at))
    root = np.linalg.cholesky(np.linalg.inv(curvature))
    return np.asarray(at + rng.standard_normal((HYPER_DRAWS, len(at))) @ root.T)


def _tables(sample: Sample, bias: Bias) -> tuple[Floats, Floats]:
    """Sums of q and of q^2 over each account's followers, under each hyper draw and node: (H, K, nodes) each."""
    scored = ~sample.unknown & np.isnan(sample.known)
    account, odds, weight = sample.account[scored], sample.log_odds[scored], sample.weight[scored]
    shape = (len(bias.hyper), sample.accounts, len(NODES))
    sums, squares = np.zeros(shape), np.zeros(shape)
    for h, (a, c, log_spread) in enumerate(bias.hyper):
        line = a + c * odds
        for g, node in enumerate(NODES):
            q = weight * expit(line + np.exp(log_spread) * node)
            sums[h, :, g] = np.bincount(account, q, minlength=sample.accounts)
            squares[h, :, g] = np.bincount(account, q * q, minlength=sample.accounts)
    fixed = np.where(np.isnan(sample.known), 0.0, sample.known * sample.weight)
    sums += sample.per_account(fixed)[:, None]
    squares += sample.per_account(fixed**2)[:, None]
    return sums, squares


def draw_shares(
    sample: Sample, bias: Bias, *, draws: int, rngs: Sequence[np.random.Generator], unknown_rate: float | None = None
) -> Shares:
    """Joint posterior draws of each account's share that is real and fits.

    `rngs`: one generator for the hyper-parameters, then one per account, so that neither the order nor the company of the
    accounts changes what is drawn for one. `unknown_rate`: rate among people of whom nothing but the value is known, where
    some are; else the mean of all accounts.
    """
    sums, squares = _tables(sample, bias)
    size, unknown = sample.size, sample.per_account(sample.unknown)
    seen = size - unknown
    rate = (bias.node_weights * sums).sum(2).mean(0) / np.maximum(seen, 1)
    square = (bias.node_weights * squares).sum(2).mean(0) / np.maximum(seen, 1)
    worth = _worth(rate, square, seen)
    count = seen * worth
    scored = seen > 0
    prior = fit_prior(rate[scored], count[scored], rng=rngs[0])
    guess = float(prior.mean.mean()) if unknown_rate is None else unknown_rate
    doubt = sample.per_account(np.where(sample.unknown, sample.weight, 0.0)) / np.maximum(unknown, 1)
    which = np.arange(draws) % len(bias.hyper)
    columns, none, everyone = [], [], []
    for k in range(sample.accounts):
        account = _Account(int(seen[k]), int(unknown[k]), int(sample.population[k]), guess * float(doubt[k]), worth)
        chosen = _nodes(bias.node_weights[:, k], which, rngs[k + 1])
        fits, other, share = account.draw(sums[which, k, chosen], squares[which, k, chosen], prior, which, rngs[k + 1])
        columns.append(fits + other)
        none.append(fits.mean())
        everyone.append((fits + share).mean())
    return Shares(np.clip(np.stack(columns, axis=1), 0.0, 1.0), np.array(none), np.minimum(np.array(everyone), 1.0))


def _worth(rate: Floats, square: Floats, seen: Floats) -> float:
    """What one scored follower tells about the unseen, in perfectly labelled followers: sum of m (1 - m) / sum of Var(q), 1 to 20.

    Pooled over accounts: where nobody of a sample fits, the sample's own variance says nothing.
    """
    between = float((seen * np.maximum(square - rate**2, 0.0)).sum())
    plain = float((seen * rate * (1 - rate)).sum())
    return float(np.clip(plain / between, 1.0, 20.0)) if between > 1e-9 else 1.0


def _nodes(weights: Floats, which: Longs, rng: np.random.Generator) -> Longs:
    """A quadrature node for each draw, from the posterior (H, nodes) of the hyper draw `which`."""
    below = weights.cumsum(1)[which] < rng.random(len(which))[:, None]
    return np.asarray(np.minimum(below.sum(1), len(NODES) - 1), np.int64)


@dataclass(frozen=True, slots=True)
class _Account:
    """One account's sample: `seen` followers that something is known of, `unknown` others, its list (0: no end), rate of the unknown, worth."""

    seen: int
    unknown: int
    population: int
    guess: float
    worth: float

    def draw(
        self, sums: Floats, squares: Floats, prior: Prior, which: Longs, rng: np.random.Generator
    ) -> tuple[Floats, Floats, Floats]:
        """(share that fits and is not unknown, share that fits and is unknown, share that is unknown), (draws,) each."""
        draws, size = len(which), self.seen + self.unknown
        fits = _poisson_binomial(sums, squares, self.seen, rng)
        rate = self._rate(sums, fits, prior, which, rng)
        strength = UNKNOWN_STRENGTH
        guess = float(np.clip(self.guess, 1e-3, 1 - 1e-3))
        other = rng.beta(strength * guess, strength * (1 - guess), draws) if self.unknown else np.zeros(draws)
        among = (
            rng.beta(self.unknown, self.seen, draws) if self.unknown and self.seen else np.full(draws, float(self.unknown > 0))
        )
        if self.population <= 0:
            return (1 - among) * rate, among * other, among
        rest = max(self.population - size, 0)
        hidden = rng.binomial(rest, among)
        total = float(max(self.population, size))
        return (
            (fits + rng.binomial(rest - hidden, rate)) / total,
            (rng.binomial(self.unknown, other) + rng.binomial(hidden, other)) / total,
            (self.unknown + hidden) / total,
        )

    def _rate(self, sums: Floats, fits: Floats, prior: Prior, which: Longs, rng: np.random.Generator) -> Floats:
        """Rate among followers that were not sampled: Beta, or 0 with the chance that an account without any fit has none at all."""
        mean, strength, nothing = prior.mean[which], prior.strength[which], prior.nothing[which]
        share = sums / max(self.seen, 1)
        count = self.seen * self.worth
        rate = rng.beta(
            mean * strength + np.maximum(share * count, 0.0), (1 - mean) * strength + np.maximum((1 - share) * count, 0.0)
        )
        log_some = betaln(mean * strength, (1 - mean) * strength + self.seen) - betaln(mean * strength, (1 - mean) * strength)
        empty = nothing / (nothing + (1 - nothing) * np.exp(log_some))
        return np.where((fits == 0) & (rng.random(len(which)) < empty), 0.0, rate)


def _poisson_binomial(sums: Floats, squares: Floats, size: int, rng: np.random.Generator) -> Floats:
    """How many fit, by the binomial of the same mean and variance; exact where every q is 0 or 1."""
    trials = np.maximum(np.rint(np.where(squares > 0, sums**2 / np.maximum(squares, 1e-12), 0.0)), np.ceil(sums - 1e-9)).astype(
        np.int64
    )
    trials = np.minimum(trials, size)
    chance = np.clip(np.where(trials > 0, sums / np.maximum(trials, 1), 0.0), 0.0, 1.0)
    return rng.binomial(trials, np.where(chance > 1 - 1e-12, 1.0, chance)).astype(np.float64)
