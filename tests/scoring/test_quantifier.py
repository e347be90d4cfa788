"""Counting wins where the classes are right and the probabilities are not; otherwise probabilities are added up."""

import numpy as np
import pytest
from scipy.special import expit

from scoring.audience.bias import Pairs
from scoring.audience.quantifier import better_quantifier, counted


def pairs(log_odds, known, accounts=20):
    each = np.arange(len(known))
    return Pairs(each % accounts, each, np.asarray(log_odds), np.asarray(known, float))


def test_timid_scores_of_right_classes_are_counted() -> None:
    known = np.random.default_rng(0).random(600) < np.repeat(np.linspace(0.05, 0.9, 20), 30)
    known = known.reshape(20, 30).T.ravel()
    assert better_quantifier(20, pairs(np.where(known, 0.2, -0.2), known)) == "CC"


def test_honest_probabilities_are_added_up() -> None:
    rng = np.random.default_rng(1)
    odds = rng.normal(-1.5, 1.0, 2000)
    assert better_quantifier(20, pairs(odds, rng.random(2000) < expit(odds))) == "PCC"
    assert better_quantifier(3, pairs([], [], 3)) == "PCC"


def test_classes_carry_their_own_rates() -> None:
    known = np.array([1] * 30 + [0] * 10 + [1] * 5 + [0] * 55)
    given = pairs(np.where(np.arange(100) < 40, 0.3, -0.3), known)
    rates = expit(counted(np.array([0.1, 5.0, -0.1, np.nan]), given))
    assert rates[:3] == pytest.approx([30.5 / 41, 30.5 / 41, 5.5 / 61])
    assert np.isnan(rates[3])


def test_a_person_of_many_lists_counts_once() -> None:
    once = Pairs(np.array([0, 0, 0]), np.array([0, 1, 2]), np.array([1.0, 1.0, -1.0]), np.array([1.0, 0.0, 0.0]))
    often = Pairs(
        np.array([0, 0, 0, 1, 2]),
        np.array([0, 1, 2, 0, 0]),
        np.array([1.0, 1.0, -1.0, 1.0, 1.0]),
        np.array([1.0, 0.0, 0.0, 1.0, 1.0]),
    )
    np.testing.assert_allclose(counted(np.array([1.0, -1.0]), once), counted(np.array([1.0, -1.0]), often))
