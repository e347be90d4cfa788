"""What each candidate itself is about, and how far that stands from the other candidates."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.arrays import ScoringInput
from scoring.followers.calibration import log_odds
from scoring.followers.fit import PersonaFit
from scoring.graph.interest_graph import Rows

Floats = NDArray[np.float64]

MOST = 5.0  # log-odds: beyond, an account is no more about a topic than about it


def own_topic(given: ScoringInput, model: PersonaFit) -> Floats:
    """How much each candidate itself fits the persona by what it follows and writes, shape (K,); NaN where unknown."""
    person = np.array([each.person for each in given.candidates], np.int64)
    topic = np.full(len(person), np.nan)
    has = np.flatnonzero(person >= 0)
    if len(has):
        fit = model.predict(Rows.whole(person[has]), blind=True)  # declared values alone would tie at 0 and 1
        own = model.values[person[has]]
        topic[has] = np.where(np.isnan(fit.log_odds), own, expit(fit.log_odds))
    return topic


def standing(topic: Floats) -> Floats:
    """`topic` (K,) in standard deviations of its log-odds over the candidates where it is known; 0 where it is not."""
    known = ~np.isnan(topic)
    if not known.any():
        return np.zeros(len(topic))
    odds = np.clip(log_odds(np.nan_to_num(topic)), -MOST, MOST)
    away = (odds - odds[known].mean()) / max(float(odds[known].std()), 1e-6)
    return np.where(known, np.clip(away, -MOST, MOST), 0.0)
