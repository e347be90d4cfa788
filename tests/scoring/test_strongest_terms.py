"""Strongest terms: the share is of the fitting followers, with its interval; who uses a word is another number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from scoring.audience.suppression import Breakdown
from scoring.audience.traits import Vocabulary, strongest_terms
from scoring.results import TermLift

PEOPLE, BASE = 120, 100  # the base's people stand behind the account's


def lists(*, hidden: bool = False) -> Breakdown:
    group, flags = np.arange(PEOPLE), np.array([hidden])
    return Breakdown((group,), np.arange(PEOPLE, PEOPLE + BASE), np.array([False]), flags, False, (np.array([], np.int64),))


def words(*used: tuple[int, int, int]) -> Vocabulary:
    """Words that the first `fit`, the last `miss` of the account's people and `base` of the base's use."""
    columns = []
    for fit, miss, base in used:
        column = np.zeros(PEOPLE + BASE)
        column[:fit] = column[PEOPLE - miss : PEOPLE] = column[PEOPLE : PEOPLE + base] = 1
        columns.append(column)
    matrix = sparse.csr_matrix(np.array(columns).T)
    counts = np.array([float(base) for _, _, base in used])
    names = tuple(f"w{place}" for place in range(len(used)))
    return Vocabulary(matrix, names, ("word",) * len(used), np.full(len(used), -1), counts, BASE)


def fitting(count: int) -> np.ndarray:
    return np.where(np.arange(PEOPLE) < count, 1.0, 0.0)


def told(known: Vocabulary, weight: np.ndarray, *, k: int = 5) -> tuple[TermLift, ...]:
    return strongest_terms(known, lists(), 0, weight, k, -1)


def test_the_share_is_of_the_fitting_and_used_by_counts_everybody() -> None:
    [word] = told(words((20, 30, 10)), fitting(40))
    at_base = 10.5 / 101
    assert word.share.value == pytest.approx((20 + 2 * at_base) / 42)
    assert (word.share.n, word.used_by, word.n_base) == (40, 50, BASE)
    assert (word.base_share, word.lift) == (pytest.approx(at_base), pytest.approx(word.share.value / at_base))
    # the quantiles of Beta(20.208, 21.792)
    assert (word.share.low, word.share.high) == (pytest.approx(0.3334, abs=1e-4), pytest.approx(0.6305, abs=1e-4))


def test_what_few_fitting_followers_use_is_not_said_to_be_used_more() -> None:
    known = words((3, 0, 10))
    assert told(known, fitting(10)) == (), "three of ten against a tenth: its interval begins below the base's share"
    many = words((30, 0, 10))
    assert [word.term for word in told(many, fitting(100))] == ["w0"]


def test_fewer_than_k_users_and_hidden_breakdowns_are_not_told() -> None:
    known = words((20, 0, 2))
    assert told(known, fitting(40), k=22)
    assert told(known, fitting(40), k=23) == ()
    assert strongest_terms(known, lists(hidden=True), 0, fitting(40), 5, -1) == ()
    assert told(known, np.zeros(PEOPLE)) == ()


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, BASE)), min_size=1, max_size=6),
    st.lists(st.floats(0, 1), min_size=PEOPLE, max_size=PEOPLE),
)
def test_whatever_is_told_lies_above_the_base_with_its_whole_interval(
    used: list[tuple[int, int, int]], chances: list[float]
) -> None:
    weight = np.array(chances)
    for word in told(words(*used), weight, k=1):
        assert word.base_share < word.share.low <= word.share.value <= word.share.high <= 1
        assert word.share.n == round(weight.sum())
        assert 3 <= word.used_by <= PEOPLE


@pytest.mark.parametrize("times", [2, 3])
def test_surer_followers_narrow_the_interval(times: int) -> None:
    faint, sure = (told(words((40, 0, 5)), fitting(80) * chance)[0].share for chance in (0.3, 0.3 * times))
    assert sure.high - sure.low < faint.high - faint.low
