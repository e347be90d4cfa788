"""Measures against a known truth, on designed orders."""

import math
import warnings

import numpy as np
import pytest

from scoring.evaluate import measures, spearman

TRUTH = np.array([0.1, 0.2, 0.3, 0.4])


def test_a_perfect_and_a_turned_order() -> None:
    assert spearman(TRUTH * 7, TRUTH) == pytest.approx(1)
    assert spearman(-TRUTH, TRUTH) == pytest.approx(-1)


@pytest.mark.parametrize(("value", "truth"), [(np.zeros(4), TRUTH), (TRUTH, np.ones(4)), (TRUTH[:1], TRUTH[:1])])
def test_what_does_not_vary_has_no_order_and_no_warning(value, truth) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(measures(truth, value, None, None, top=1)["spearman"])


def test_regret_is_the_part_of_the_best_sum_that_was_missed() -> None:
    assert measures(TRUTH, -TRUTH, None, None, top=2)["regret10"] == pytest.approx(1 - 0.3 / 0.7)
    assert measures(TRUTH, TRUTH, TRUTH, TRUTH, top=2) == pytest.approx(
        {"mae": 0, "coverage": 1, "width": 0, "regret10": 0, "spearman": 1}
    )
