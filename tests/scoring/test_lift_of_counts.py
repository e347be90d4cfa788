"""Multiples from counts: both samples' errors are in the interval, and a base that holds the account's people is no second sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.audience.lift import lift_of_counts

TURNS = 500
LEAST = 0.90  # 2.7 standard errors below the least of the table in docs/accuracy.md; without the base's error .63 is reached


@pytest.mark.parametrize("pool", [False, True])
@pytest.mark.parametrize(("share", "rest"), [(0.05, 0.15), (0.3, 0.3), (0.9, 0.6)])
@pytest.mark.parametrize(("n", "n_base"), [(60, 120), (60, 600)])
def test_the_interval_holds_the_truth_as_often_as_it_says(*, pool: bool, share: float, rest: float, n: int, n_base: int) -> None:
    rng = np.random.default_rng(11)
    shared = n if pool else 0
    truth = share / ((shared * share + (n_base - shared) * rest) / n_base)
    held = 0
    for hits, others in zip(
        rng.binomial(n, share, TURNS).tolist(), rng.binomial(n_base - shared, rest, TURNS).tolist(), strict=True
    ):
        mine = hits if pool else 0
        low, high = lift_of_counts(hits, n, others + mine, n_base, shared_hits=mine, shared=shared)
        held += low <= truth <= high
    assert held / TURNS > LEAST


@st.composite
def counts(draw):
    n, rest = draw(st.integers(1, 300)), draw(st.integers(1, 3000))
    shared = draw(st.sampled_from((0, n)))
    hits = draw(st.integers(0, n))
    base_hits = draw(st.integers(0, rest)) + (hits if shared else 0)
    return hits, n, base_hits, rest + shared, hits if shared else 0, shared


@given(counts())
def test_limits_are_ordered_and_no_account_exceeds_the_pool_that_holds_it(given_counts) -> None:
    hits, n, base_hits, n_base, shared_hits, shared = given_counts
    low, high = lift_of_counts(hits, n, base_hits, n_base, shared_hits=shared_hits, shared=shared)
    assert 0 <= low < high < np.inf
    assert shared == 0 or high <= n_base / n + 1e-9
    assert (low == 0) == (hits == 0)


def test_a_smaller_base_makes_a_wider_interval() -> None:
    ends = [lift_of_counts(40, 200, base // 10, base, shared_hits=0, shared=0) for base in (50, 500, 50_000)]
    widths = [high / low for low, high in ends]
    assert widths[0] > 1.5 * widths[1] > 1.5 * widths[2]


def test_an_account_that_is_the_whole_base_is_once_the_base() -> None:
    assert lift_of_counts(3, 20, 3, 20, shared_hits=3, shared=20) == (1.0, 1.0)
