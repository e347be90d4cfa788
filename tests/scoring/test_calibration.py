"""Calibration is monotone and repairs over-confident scores."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from scoring.followers.calibration import Calibrator, expected_calibration_error


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([60, 400, 1500]))
def test_calibration_never_changes_the_order(seed, n) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 3, n)
    calibrator = Calibrator().fit(scores, (rng.random(n) < expit(scores / 2)).astype(float))
    assert (np.diff(calibrator.predict(np.linspace(-8, 8, 50))) >= -1e-9).all()


def test_over_confident_scores_are_repaired() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 1.5, 4000)
    y = (rng.random(4000) < expit(truth)).astype(float)
    calibrator = Calibrator().fit(3 * truth[:2000], y[:2000])
    before = expected_calibration_error(expit(3 * truth[2000:]), y[2000:])
    after = expected_calibration_error(expit(calibrator.predict(3 * truth[2000:])), y[2000:])
    assert after < 0.04 < before


def test_one_kind_of_value_changes_nothing_and_unknown_stays_unknown() -> None:
    calibrator = Calibrator().fit(np.array([1.0, 2.0]), np.ones(2))
    np.testing.assert_array_equal(calibrator.predict(np.array([-1.0, np.nan])), [-1.0, np.nan])
