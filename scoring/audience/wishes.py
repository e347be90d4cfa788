"""How much of the wishes (`should`) an account's fitting followers have, where these decide nothing but the order of equals."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, expit

from scoring.audience.sample import Sample
from scoring.estimate import Estimate
from scoring.followers.fit import PersonaFit
from scoring.followers.signals import TraitSignal
from scoring.graph.interest_graph import Rows

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


def fit_chance(sample: Sample) -> Floats:
    """Probability that each follower of `sample` is real and fits, shape (n,); 0 where nothing is known."""
    return np.where(np.isnan(sample.known), np.nan_to_num(expit(sample.log_odds)), sample.known) * sample.weight


def wish_shares(model: PersonaFit, sample: Sample, rows: Rows) -> list[Estimate | None]:
    """Per account the mean weight of the wishes that hold for a fitting follower, over the weight of all wishes; all in [0, 1].

    None where the persona has no wishes, where `min_should` makes them part of the fit, or where nothing is known of any
    fitting follower. A wish is scored as a must is, from declared values, followees and texts. Mean over followers weighted by
    P(fit); `n` is how many fitting followers that mean is worth (Kish 1965), the interval Jeffreys' for them.
    """
    wishes = model.persona.should
    nothing: list[Estimate | None] = [None] * sample.accounts
    if not wishes or model.least > 0:
        return nothing
    held, told = np.zeros(len(rows)), np.zeros(len(rows))
    for wish in wishes:
        signal = TraitSignal(model.world, wish).fit()
        value = signal.values[rows.person]
        chance = np.where(np.isnan(value), expit(signal.predict(rows)), value)
        known = ~np.isnan(chance)
        held[known] += wish.weight * chance[known]
        told[known] += wish.weight
    weight = np.where(told > 0, fit_chance(sample), 0.0)
    share = np.divide(held, told, out=np.zeros(len(rows)), where=told > 0)
    sums, squares, mass = (sample.per_account(each) for each in (weight, weight**2, weight * share))
    return [
        _share(float(mass[k] / sums[k]), float(sums[k] ** 2 / squares[k])) if sums[k] > 1e-9 else None
        for k in range(sample.accounts)
    ]


def _share(value: float, worth: float) -> Estimate:
    hits = value * worth
    low, high = (float(each) for each in betaincinv(hits + 0.5, worth - hits + 0.5, np.array([0.025, 0.975])))
    return Estimate(value, min(low, value), max(high, value), round(worth), "weight of wishes")
