"""From probabilities of sampled followers to the share of an account's followers that fits, as joint posterior draws.

Layers: hyper-parameters -> bias of each account (its own topic and a random intercept, learned from followers whose value is
known) -> who of the sample fits (Poisson binomial) -> who of the unseen rest fits (Beta, then binomial). Every figure of an
account is a function of its row of the draws (docs/metrics.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import betaln, expit

from scoring.audience.bias import NODES, Bias, laplace
from scoring.audience.sample import Sample

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

STRENGTH_PRIOR = (np.log(20.0), 1.0)  # log of the Beta prior's pseudo-followers
UNKNOWN_STRENGTH = 2.0  # pseudo-followers behind the rate of the unknown: wide on purpose (DECISIONS 13)


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
    drawn = laplace(lambda at: optimize.approx_fprime(at, objective, 1e-4), found, rng)
    mean, strength, nothing = _unpacked(np.clip(drawn, [-9, -1, -9], [9, 7, 2]).T)
    return Prior(mean, strength, nothing)


def _unpacked(parameters: Floats) -> tuple[Floats, Floats, Floats]:
    return expit(parameters[0]), np.exp(parameters[1]), expit(parameters[2])


def _tables(sample: Sample, bias: Bias) -> tuple[Floats, Floats]:
    """Sums of q and of q^2 over each account's followers, under each hyper draw and node: (H, K, nodes) each."""
    scored = ~sample.unknown & np.isnan(sample.known)
    account, odds, weight = sample.account[scored], sample.log_odds[scored], sample.weight[scored]
    shape = (len(bias.slope), sample.accounts, len(NODES))
    sums, squares = np.zeros(shape), np.zeros(shape)
    for h, (slope, level, spread) in enumerate(zip(bias.slope, bias.level, bias.spread, strict=True)):
        line = slope * odds + level[account]
        for g, node in enumerate(NODES):
            q = weight * expit(line + spread * node)
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
    which = np.arange(draws) % len(bias.slope)
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
