"""Tie groups by the rule of DECISIONS 20."""

import numpy as np

from scoring.audience.bands import bands, letter, order_by_mean


def made(means, spread, seed=0):
    rng = np.random.default_rng(seed)
    return np.asarray(means) + rng.normal(0, spread, (4000, len(means)))


def test_well_apart_accounts_have_a_band_each() -> None:
    draws = made([0.1, 0.5, 0.9], 0.01)
    order = order_by_mean(draws, np.zeros(3))
    assert order.tolist() == [2, 1, 0]
    assert bands(draws, order).tolist() == [2, 1, 0]


def test_equal_accounts_share_a_band() -> None:
    draws = made([0.3] * 8, 0.05)
    assert set(bands(draws, order_by_mean(draws, np.zeros(8))).tolist()) == {0}


def test_a_band_is_measured_from_its_first_account() -> None:
    draws = made([0.50, 0.46, 0.42, 0.38], 0.02)  # one step: P = .92; neighbours are told apart
    number = bands(draws, order_by_mean(draws, np.zeros(4)))
    assert number.tolist() == [0, 1, 2, 3]
    draws = made([0.50, 0.48, 0.46, 0.44], 0.02)  # one step: P = .76; two steps: .92, three: .98
    assert bands(draws, order_by_mean(draws, np.zeros(4))).tolist() == [0, 0, 1, 1]


def test_identical_draws_are_one_band_in_the_order_of_the_tie_break() -> None:
    draws = np.repeat(made([0.3], 0.1), 3, axis=1)
    order = order_by_mean(draws, np.array([1.0, 3.0, 2.0]))
    assert order.tolist() == [1, 2, 0]
    assert bands(draws, order).tolist() == [0, 0, 0]


def test_letters_go_on_after_z() -> None:
    assert [letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_nine_in_ten_parts_two_accounts_and_less_does_not() -> None:
    for better, expected in ((0.85, [0, 0]), (0.895, [0, 0]), (0.92, [0, 1])):
        second = np.where(np.arange(1000) < 1000 * better, 0.2, 0.4)
        draws = np.column_stack([np.full(1000, 0.3), second])
        assert bands(draws, np.array([0, 1])).tolist() == expected
