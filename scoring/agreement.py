"""Whether an order that was predicted is the order that came: Kendall's tau-b over accounts, with an interval."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.estimate import Estimate
from scoring.outcomes import LEAST_ACCOUNTS

DRAWS = 2000
_LIMITS = (0.025, 0.975)
_FIELLER = 0.437  # variance of atanh(tau) is about this / (n - 4)
_NORMAL = 1.959964

Array = np.ndarray
Grade = Literal["A", "B"]
Base = Literal["followers", "viewers", "engagers"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the run's order of accounts of one grade of evidence and one base agrees with what they brought, beside their order by followers.

    Both are None where the figure would rest on fewer than five accounts, or one side sets none of them apart; -1 turned around,
    0 no agreement, 1 the same order. `n`: accounts that the run ordered and whose outcome is known; `bands`: over how many
    bands the run spread them; `by_followers` rests on those of them whose followers the run knew.
    """

    grade: Grade
    base: Base
    n: int
    bands: int
    by_run: Estimate | None
    by_followers: Estimate | None


def tau_b(one: Array, other: Array) -> float | None:
    """Kendall's tau-b of two orders, ties counted out (M. G. Kendall, Rank Correlation Methods, ch. 3); None where one is all ties."""
    found = _tau(np.ones((1, len(one))), _signs(one), _signs(other))[0]
    return None if np.isnan(found) else float(found)


def agreement(predicted: Array, brought: Array, rng: np.random.Generator, draws: int = DRAWS) -> Estimate | None:
    """tau-b of two orders of the same accounts (more is better in both) with 95 % limits; None below five accounts, or all ties.

    At each end the wider of two: accounts drawn again (percentile bootstrap), and atanh(tau) +- 1.96 sqrt(.437 / (n - 4)) with tau
    drawn in by the weight of one pair (E. C. Fieller, H. O. Hartley, E. S. Pearson, Biometrika 44, 1957): a bootstrap of
    few accounts in perfect order would be certain of it.
    """
    size = len(predicted)
    if size < LEAST_ACCOUNTS:
        return None
    one, other = _signs(predicted), _signs(brought)
    value = tau_b(predicted, brought)
    if value is None:
        return None
    again = _tau(rng.multinomial(size, np.full(size, 1 / size), draws).astype(float), one, other)
    low, high = np.nanquantile(again, _LIMITS)
    middle, error = np.arctanh(value * (1 - 2 / (size * (size - 1)))), _NORMAL * np.sqrt(_FIELLER / (size - 4))
    ends = np.tanh([middle - error, middle + error])
    return Estimate(value, min(float(low), float(ends[0]), value), max(float(high), float(ends[1]), value), size, "tau")


def _signs(values: Array) -> Array:
    """+1, 0, -1 for each pair of accounts: which of the two has more."""
    exact = np.asarray(values, float)
    signs: Array = np.sign(exact[:, None] - exact[None, :])
    return signs


def _tau(weights: Array, one: Array, other: Array) -> Array:
    """tau-b with each account counted `weights` times, a row a draw; NaN where all that is left is tied."""

    def pairs(signs: Array) -> Array:
        summed: Array = ((weights @ signs) * weights).sum(axis=1)
        return summed

    below = np.sqrt(pairs(one * one) * pairs(other * other))
    found: Array = np.divide(pairs(one * other), below, out=np.full(len(weights), np.nan), where=below > 0)
    return found
