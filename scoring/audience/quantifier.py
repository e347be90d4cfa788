"""Adding up probabilities (PCC) or counting classes (CC): which of the two the known followers speak for, and counting as scores."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from scoring.audience.bias import Pairs
from scoring.baselines import classify_and_count, probabilistic_count

Floats = NDArray[np.float64]
Quantifier = Literal["CC", "PCC"]


def better_quantifier(accounts: int, pairs: Pairs) -> Quantifier:
    """CC or PCC by held-out binomial likelihood over accounts with known followers; PCC where there are none.

    Forman, Quantifying counts and costs via classification (2008); Bella et al., Quantification via probability estimators (2010).
    """
    if not len(pairs):
        return "PCC"
    size = np.bincount(pairs.account, minlength=accounts)
    hits = np.bincount(pairs.account, pairs.known, minlength=accounts)
    likelihood = {}
    for name, rule in (("PCC", probabilistic_count), ("CC", classify_and_count)):
        rate = np.clip(rule(accounts, pairs.account, expit(pairs.log_odds)), 0.005, 0.995)
        likelihood[name] = float((hits * np.log(rate) + (size - hits) * np.log1p(-rate)).sum())
    return "PCC" if likelihood["PCC"] >= likelihood["CC"] else "CC"


def counted(log_odds: Floats, pairs: Pairs) -> Floats:
    """Scores (n,) as counting sees them: the log-odds that known followers of the same class fit, NaN where the score is NaN.

    Two classes, above and below one half, each at the share of its known people that fit (each person once, half a person
    added either way): counting with its own error rates, which plain counting leaves out.
    """
    weight = 1.0 / np.bincount(pairs.person)[pairs.person]
    rates = {}
    for above in (True, False):
        mine = (pairs.log_odds > 0) == above
        rates[above] = (float((weight * pairs.known)[mine].sum()) + 0.5) / (float(weight[mine].sum()) + 1.0)
    return np.where(np.isnan(log_odds), np.nan, np.where(log_odds > 0, logit(rates[True]), logit(rates[False])))
