"""Laws of the share that fits, and designed worlds whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.audience.bias import assumed_bias
from scoring.audience.precision import draw_shares
from scoring.audience.sample import Sample


def sample(counts, hits, population=0, known=True, odds=12.0, weight=1.0):
    counts, hits = np.asarray(counts), np.asarray(hits)
    account = np.repeat(np.arange(len(counts)), counts)
    y = np.concatenate([np.arange(n) < h for n, h in zip(counts, hits, strict=True)]).astype(float)
    return Sample(
        len(counts),
        account,
        np.where(y > 0, odds, -odds),
        y if known else np.full(len(y), np.nan),
        np.full(len(y), weight),
        np.broadcast_to(np.asarray(population), (len(counts),)).copy(),
    )


def drawn(given_sample, seed=0, draws=600, **options):
    bias = assumed_bias(given_sample.accounts, 0.0)
    rngs = [np.random.default_rng([seed, i]) for i in range(given_sample.accounts + 1)]
    return draw_shares(given_sample, bias, draws=draws, rngs=rngs, **options)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=6))
def test_everybody_known_gives_the_exact_share_without_width(pairs) -> None:
    counts, hits = np.array(pairs).T
    shares = drawn(sample(counts, hits, population=counts)).draws
    np.testing.assert_allclose(shares, np.broadcast_to(hits / counts, shares.shape), atol=1e-12)


@pytest.mark.parametrize(("n", "population"), [(10, 0), (20, 200), (50, 100)])
def test_a_perfect_classifier_is_covered_as_promised(n, population) -> None:
    covered = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        truth = rng.beta(0.8, 7.2, 100)
        if population:
            fits = rng.binomial(population, truth)
            truth, hits = fits / population, rng.hypergeometric(fits, population - fits, n)
        else:
            hits = rng.binomial(n, truth)
        low, high = np.quantile(
            drawn(sample([n] * 100, hits, population=population, known=False), seed).draws, [0.025, 0.975], axis=0
        )
        covered.append(((low <= truth) & (truth <= high)).mean())
    assert 0.92 <= np.mean(covered) <= 0.995


def test_more_followers_make_the_interval_narrower() -> None:
    widths = [np.ptp(np.quantile(drawn(sample([n], [n // 4])).draws[:, 0], [0.025, 0.975])) for n in (20, 80, 320)]
    assert widths[0] > widths[1] > widths[2]


def test_the_lower_limit_can_be_zero_in_a_small_list() -> None:
    shares = drawn(sample([10] * 20, [0] * 10 + [2] * 10, population=40)).draws
    assert np.quantile(shares[:, 0], 0.025) == 0.0
    assert np.quantile(shares[:, -1], 0.025) >= 2 / 40


def test_a_higher_probability_never_lowers_the_share() -> None:
    def mean(odds):
        made = sample([50, 50], [10, 10], known=False, odds=2.0)
        raised = Sample(
            2,
            made.account,
            np.where(made.account == 0, made.log_odds + odds, made.log_odds),
            made.known,
            made.weight,
            made.population,
        )
        return drawn(raised, draws=2000).draws[:, 0].mean()

    assert mean(0.0) < mean(0.5) < mean(1.5)


def test_the_order_of_followers_changes_nothing() -> None:
    made = sample([30, 20], [5, 10], known=False, odds=2.0)
    order = np.random.default_rng(0).permutation(50)
    other = Sample(2, made.account[order], made.log_odds[order], made.known[order], made.weight[order], made.population)
    np.testing.assert_allclose(drawn(made).draws.mean(0), drawn(other).draws.mean(0), atol=1e-5)


def test_the_unknown_are_a_stratum_with_room_on_both_sides() -> None:
    made = sample([40], [10], population=40)
    silent = np.concatenate([np.full(10, np.nan), made.log_odds[10:]])
    known = np.concatenate([np.full(10, np.nan), made.known[10:]])
    with_unknown = Sample(1, made.account, silent, known, made.weight, made.population)
    shares = drawn(with_unknown, draws=2000)
    low, high = np.quantile(shares.draws[:, 0], [0.025, 0.975])
    assert high - low > 0.05
    assert shares.if_none[0] <= shares.draws.mean() <= shares.if_all[0]
    assert shares.if_all[0] - shares.if_none[0] == pytest.approx(10 / 40)


def test_only_unknown_followers_give_a_wide_interval_not_a_point() -> None:
    made = Sample(1, np.zeros(50, int), np.full(50, np.nan), np.full(50, np.nan), np.ones(50), np.zeros(1, int))
    low, high = np.quantile(drawn(made, unknown_rate=0.3, draws=2000).draws[:, 0], [0.025, 0.975])
    assert low < 0.05
    assert high > 0.7


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=30), st.booleans())
def test_sums_per_account_in_any_order_with_empty_accounts(account, ordered) -> None:
    place = np.array(sorted(account) if ordered else account, dtype=np.int64)
    nothing = np.full(len(place), np.nan)
    made = Sample(7, place, nothing, nothing, np.ones(len(place)), np.zeros(7, int))
    values = np.arange(1.0, len(place) + 1)
    np.testing.assert_allclose(made.per_account(values), [values[place == k].sum() for k in range(7)])
    np.testing.assert_array_equal(made.size, [(place == k).sum() for k in range(7)])
