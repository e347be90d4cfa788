"""What a group has more of: planted differences are told, noise is told no more often than the rate allows, few are never told."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import fisher_exact

from scoring.watching.contrast import contrasts


def table(share: float, base: float, marks: int, people: int, seed: int) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Marks of a group (first half) and a base; the first mark differs, the others are alike at `base`."""
    rng = np.random.default_rng(seed)
    rates = np.full((people, marks), base)
    rates[: people // 2, 0] = share
    rows = np.arange(people)
    return sparse.csr_matrix((rng.random((people, marks)) < rates).astype(float)), rows[: people // 2], rows[people // 2 :]


def test_a_planted_difference_is_told_with_its_multiple() -> None:
    marks, group, base = table(0.3, 0.1, 30, 1200, 1)
    told = contrasts(marks, [f"m{number}" for number in range(30)], group, base, k=20)
    assert told[0].name == "m0"
    assert told[0].lift.low < 3.0 < told[0].lift.high
    assert told[0].lift.low > 1.5


def test_noise_alone_is_told_in_at_most_the_stated_share_of_sets() -> None:
    sets = 200
    false = 0
    for seed in range(sets):
        marks, group, base = table(0.1, 0.1, 40, 400, seed)
        false += bool(contrasts(marks, [str(number) for number in range(40)], group, base, k=20))
    assert false / sets <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / sets)


@given(n=st.integers(0, 60), n_base=st.integers(0, 60), k=st.integers(1, 30))
def test_fewer_than_k_people_are_never_told_of(n: int, n_base: int, k: int) -> None:
    marks = sparse.csr_matrix(np.vstack([np.ones((n, 1)), np.zeros((n_base, 1))]))
    told = contrasts(marks, ["m"], np.arange(n), np.arange(n, n + n_base), k=k)
    if min(n, n_base) < k or n < k:
        assert told == ()


def test_the_rate_is_that_of_fishers_exact_test_where_one_mark_is_tested() -> None:
    marks = sparse.csr_matrix(np.concatenate([np.ones(15), np.zeros(25), np.ones(8), np.zeros(52)])[:, None])
    (told,) = contrasts(marks, ["m"], np.arange(40), np.arange(40, 100), k=20)
    assert np.isclose(told.q, fisher_exact([[15, 25], [8, 52]], alternative="greater").pvalue)
