"""How much of what a campaign brought came through few accounts, and between which limits other accounts of the kind would bring it."""

from dataclasses import dataclass

import numpy as np

from scoring.estimate import Estimate
from scoring.outcomes import LEAST_ACCOUNTS

DRAWS = 4000
MOST = 0.8  # of everything: "how many accounts made 80 %"
_LIMITS = (0.025, 0.975)

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unevenly `total` is spread over `accounts`; `top` is the place of the account that brought most.

    The values are counted, not estimated. Their intervals (None below five accounts) say between which limits the same figure would
    lie for as many other accounts of the kind: the account is the unit, not the order (docs/placements.md).
    `share`: of the top account; `herfindahl`: sum of squared shares; `effective`: 1 / herfindahl, the number of accounts among
    which an even spread would be as concentrated; `most`: how many accounts made 80 %.
    """

    total: int
    accounts: int
    top: int
    top_value: int
    share: float
    herfindahl: float
    effective: float
    most: int
    share_between: Estimate | None
    effective_between: Estimate | None
    most_between: Estimate | None


def concentration(values: Array, rng: np.random.Generator, draws: int = DRAWS) -> Concentration | None:
    """How concentrated whole numbers >= 0, one an account, are; None where there are none, or nothing was brought.

    Herfindahl: O. C. Herfindahl 1950 and A. O. Hirschman 1964; the effective number: M. Laakso and R. Taagepera 1979.
    """
    if not len(values) or values.sum() <= 0:
        return None
    exact = np.asarray(values, float)
    share, herfindahl, most = (float(figure[0]) for figure in figures(exact[None, :]))
    between = limits(exact, rng, draws) if len(exact) >= LEAST_ACCOUNTS else None

    def told(value: float, place: int) -> Estimate | None:
        if between is None:
            return None
        low, high = between[place]
        return Estimate(value, min(low, value), max(high, value), len(exact), "accounts")

    return Concentration(
        int(values.sum()), len(exact), int(exact.argmax()), int(values.max()), share, herfindahl, 1 / herfindahl, int(most),
        told(share, 0), told(1 / herfindahl, 1), told(most, 2),
    )  # fmt: skip


def figures(sets: Array) -> tuple[Array, Array, Array]:
    """Per row of (draws, accounts) values >= 0 that are not all 0: top share, Herfindahl index, accounts that made 80 %."""
    shares = np.sort(sets, axis=1)[:, ::-1] / sets.sum(axis=1, keepdims=True)
    most = (shares.cumsum(axis=1) < MOST - 1e-12).sum(axis=1) + 1
    return shares[:, 0], (shares**2).sum(axis=1), most


def limits(values: Array, rng: np.random.Generator, draws: int = DRAWS) -> tuple[tuple[float, float], ...]:
    """95 % limits for another set of as many accounts: of top share, effective number, accounts that made 80 %.

    The wider at each end of two: accounts drawn again from those there are (bootstrap), and accounts drawn from a log-normal
    distribution whose spread has its own error, sigma^2 = (m - 1) s^2 / chi^2(m - 1), as in a normal's predictive distribution
    (A. Gelman et al., Bayesian Data Analysis, 3rd ed., 3.2). The first alone knows no account larger than those seen and covers
    about three in four; the second alone is off for tails that are no log-normal's. Shares do not depend on the scale.
    """
    size = len(values)
    again = values[rng.integers(0, size, (draws, size))]
    again = again[again.sum(axis=1) > 0]
    logs = np.log(np.where(values > 0, values, values[values > 0].min() / 2))  # nothing brought: half of the least that was
    spread = np.sqrt(logs.var(ddof=1) * (size - 1) / rng.chisquare(size - 1, draws))
    exponents = spread[:, None] * rng.standard_normal((draws, size))
    drawn = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    ends = []
    for one, other in zip(figures(again), figures(drawn), strict=True):
        low, high = np.quantile(np.vstack([np.quantile(one, _LIMITS), np.quantile(other, _LIMITS)]), (0, 1), axis=0)
        ends.append((float(low[0]), float(high[1])))
    share, herfindahl, most = ends
    return share, (1 / herfindahl[1], 1 / herfindahl[0]), most
