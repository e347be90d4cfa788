"""Fusion: evidence decides how much a signal counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.followers.fit import enough_should
from scoring.followers.fusion import PRIOR_LOG_ODDS, Stacking, by_shipped_weights
from scoring.persona import Trait


def test_without_evidence_the_prior_stands() -> None:
    fused = by_shipped_weights((np.array([3.0, 3.0]),), (np.array([0.0, 1e9]),), (40.0,))
    assert fused == pytest.approx([PRIOR_LOG_ODDS, 3.0])


@given(st.floats(-5, 5), st.floats(0, 3), st.floats(0.1, 100))
def test_a_better_score_never_lowers_the_fusion(score, more, evidence) -> None:
    def fused(value):
        return by_shipped_weights((np.array([value]),), (np.array([evidence]),), (40.0,))[0]

    assert fused(score + more) >= fused(score)


def test_stacking_trusts_the_signal_that_tells() -> None:
    rng = np.random.default_rng(0)
    y = (rng.random(2000) < 0.4).astype(float)
    columns = np.column_stack([y * 2 + rng.normal(0, 1, 2000), rng.normal(0, 1, 2000)])
    model = Stacking().fit(columns, np.ones((2000, 1)), y, np.ones(2000))
    base = model.predict(np.zeros((1, 2)), np.ones((1, 1)))
    assert model.predict(np.array([[1.0, 0.0]]), np.ones((1, 1))) > base + 1
    assert abs(model.predict(np.array([[0.0, 1.0]]), np.ones((1, 1))) - base) < 0.4


def test_enough_should_is_the_exact_chance() -> None:
    traits = tuple(Trait("keyword", str(i), words=("x",), weight=weight) for i, weight in enumerate((1.0, 2.0, 3.0)))
    chances = [np.array([0.5]), np.array([0.2]), np.array([0.1])]
    # weight >= 3: the third, or the first two without it
    assert enough_should(traits, chances, 3.0)[0] == pytest.approx(0.1 + 0.9 * 0.5 * 0.2)
