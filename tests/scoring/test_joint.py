"""Joint draws to ranks: chances sum up, equals are equal, the sure are sure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.audience.joint import first_better, p_top, rank_interval, ranks
from scoring.audience.lift import lift_of, pool_weights, summary


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 10_000))
def test_chances_of_the_top_sum_to_its_size(accounts, top, seed) -> None:
    rng = np.random.default_rng(seed)
    places = ranks(rng.integers(0, 3, (50, accounts)).astype(float), rng)
    assert p_top(places, top).sum() == pytest.approx(min(top, accounts))
    assert (np.sort(places, axis=1) == np.arange(1, accounts + 1)).all()


def test_equal_accounts_have_equal_chances() -> None:
    rng = np.random.default_rng(0)
    chance = p_top(ranks(np.zeros((4000, 5)), rng), 2)
    assert np.abs(chance - 0.4).max() < 0.04


def test_a_surely_better_account_is_first_in_every_draw() -> None:
    draws = np.column_stack([np.full(100, 0.9), np.linspace(0, 0.5, 100), np.linspace(0.5, 0, 100)])
    places = ranks(draws, np.random.default_rng(0))
    low, high = rank_interval(places)
    assert (low[0], high[0]) == (1, 1)
    assert (low[1], high[1]) == (2, 3)
    assert first_better(draws, 0, 1) == 1.0
    assert first_better(draws, 1, 1) == 0.5


def test_pool_weights_count_each_person_once() -> None:
    # two complete lists of 3 that share one person: 5 people; each list holds its own two and half of the shared one
    weights = pool_weights(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 2, 3, 4]), np.array([3.0, 3.0]), np.array([3.0, 3.0]))
    np.testing.assert_allclose(weights, [0.5, 0.5])
    # a list sampled at one tenth stands for ten times as many
    weights = pool_weights(np.array([0, 1]), np.array([0, 1]), np.array([1.0, 1.0]), np.array([10.0, 1.0]))
    np.testing.assert_allclose(weights, [10 / 11, 1 / 11])


def test_the_interval_of_a_lift_is_of_the_ratio_in_every_draw() -> None:
    always_twice = lift_of(np.array([0.2, 0.4]), np.array([0.1, 0.2]), 5, "x")
    assert always_twice is not None
    assert (always_twice.figure.low, always_twice.figure.value, always_twice.figure.high) == pytest.approx((2, 2, 2))
    assert always_twice.above == 1.0
    assert lift_of(np.array([0.2, 0.4]), np.zeros(2), 5, "x") is None


def test_a_lift_over_next_to_nothing_has_no_upper_limit() -> None:
    base = np.r_[np.zeros(40), np.linspace(0.01, 0.1, 360)]
    told = lift_of(np.full(400, 0.05), base, 5, "x")
    assert told is not None
    assert told.figure.high == np.inf
    assert told.figure.value == pytest.approx(0.05 / base.mean())
    sure = lift_of(np.full(400, 0.05), np.linspace(0.04, 0.06, 400), 5, "x")
    assert sure is not None
    assert sure.figure.high < 1.3


@given(base=st.floats(0.01, 0.3), share=st.floats(0.01, 0.9), people=st.sampled_from([5, 50, 500]), seed=st.integers(0, 99))
def test_a_lift_is_what_a_reader_finds_who_divides_the_two_shares(base: float, share: float, people: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares, bases = (rng.beta(people * each, people * (1 - each), 400) for each in (share, base))
    told = lift_of(shares, bases, 5, "x")
    if told is not None:
        assert told.figure.value == pytest.approx(shares.mean() / bases.mean())
        assert told.figure.low <= told.figure.value <= told.figure.high


def test_a_summary_holds_its_value() -> None:
    told = summary(np.r_[np.zeros(999), 1.0], 5, "x")
    assert told.low <= told.value <= told.high
    assert summary(np.full(10, 0.1 + 0.2), 5, "x").low == summary(np.full(10, 0.1 + 0.2), 5, "x").high
