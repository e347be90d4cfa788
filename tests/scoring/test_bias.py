"""What whole accounts add to their followers' scores: found where it is, no surer than the people behind it allow."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.audience.bias import Pairs, fit_bias, method_spread, standard_normal
from scoring.audience.precision import draw_shares
from scoring.audience.sample import Sample
from scoring.audience.topic import standing


def simulated(rng, *, accounts=60, people=3600, times=1, shift=0.0, spread=0.0):
    """People with scores and values, each standing in `times` accounts drawn at random."""
    odds = rng.normal(-1, 1.5, people)
    add = rng.normal(0, spread, accounts)
    person = np.repeat(np.arange(people), times)
    account = rng.integers(0, accounts, len(person))
    known = (rng.random(people) < 1 / (1 + np.exp(-(odds + shift + add[account[::times]])))).astype(float)
    return Pairs(account, person, odds[person], known[person]), add


def level(bias):
    return bias.level.mean(), bias.level[:, 0].std()


def test_bias_of_accounts_is_learned_from_known_followers() -> None:
    rng = np.random.default_rng(3)
    pairs, shift = simulated(rng, spread=0.9)
    accounts = len(shift)
    bias = fit_bias(pairs, np.zeros(accounts), rng=rng)
    assert bias.point_spread == pytest.approx(0.9, abs=0.25)
    each = np.bincount(pairs.account, minlength=accounts)
    unknown = np.full(len(pairs), np.nan)
    made = Sample(accounts, pairs.account, pairs.log_odds, unknown, np.ones(len(pairs)), each)
    rngs = [np.random.default_rng(i) for i in range(accounts + 1)]
    truth = np.bincount(pairs.account, 1 / (1 + np.exp(-(pairs.log_odds + shift[pairs.account])))) / each
    corrected = np.abs(draw_shares(made, bias, draws=500, rngs=rngs).draws.mean(0) - truth).mean()
    plain = np.abs(np.bincount(pairs.account, 1 / (1 + np.exp(-pairs.log_odds))) / each - truth).mean()
    assert corrected < 0.6 * plain


def test_a_shared_shift_is_found_and_held_back_by_the_prior() -> None:
    found, _ = level(fit_bias(simulated(np.random.default_rng(0), shift=0.4)[0], np.zeros(60), rng=np.random.default_rng(1)))
    assert 0.25 < found < 0.45


def test_repeating_people_makes_nobody_surer() -> None:
    once, many = (simulated(np.random.default_rng(5), people=300, times=times)[0] for times in (1, 20))
    assert len(many) == 20 * len(once)
    (_, wide), (_, same) = (level(fit_bias(pairs, np.zeros(60), rng=np.random.default_rng(1))) for pairs in (once, many))
    assert same == pytest.approx(wide, rel=0.35)


def test_more_people_make_the_level_surer() -> None:
    sds = [
        level(fit_bias(simulated(np.random.default_rng(5), people=n)[0], np.zeros(60), rng=np.random.default_rng(1)))[1]
        for n in (200, 5000)
    ]
    assert sds[1] < 0.6 * sds[0]


def test_one_person_known_leaves_the_prior() -> None:
    pairs = Pairs(np.zeros(1, int), np.zeros(1, int), np.array([0.3]), np.ones(1))
    mean, sd = level(fit_bias(pairs, np.zeros(2), rng=np.random.default_rng(0)))
    assert abs(mean) < 0.2
    assert sd == pytest.approx(0.3, abs=0.1)


def certain(odds, known):
    account = np.zeros(50, int)
    y = (np.arange(50) < 10).astype(float)
    values = y if known else np.full(50, np.nan)
    return Sample(1, account, np.where(y > 0, odds, -odds), values, np.ones(50), np.zeros(1, int))


def test_the_spread_between_methods_is_nothing_for_certain_scores_and_known_followers() -> None:
    assert method_spread(certain(0.5, known=False)) > 5 * method_spread(certain(12.0, known=False))
    assert method_spread(certain(12.0, known=True)) == 0.0


def with_topic(rng, *, weight, accounts=80, followers=60):
    """Accounts whose followers fit more often, by `weight` in log-odds, for each deviation of the account's own topic."""
    topic = standing(1 / (1 + np.exp(-rng.normal(-1, 1.5, accounts))))
    account = np.repeat(np.arange(accounts), followers)
    odds = rng.normal(-1, 1.2, len(account))
    known = (rng.random(len(account)) < 1 / (1 + np.exp(-(odds + weight * topic[account])))).astype(float)
    return Pairs(account, np.arange(len(account)), odds, known), topic


def test_what_the_own_topic_of_an_account_adds_is_learned() -> None:
    pairs, topic = with_topic(np.random.default_rng(2), weight=0.4)
    bias = fit_bias(pairs, topic, rng=np.random.default_rng(1))
    found = np.polyfit(topic, bias.level.mean(0), 1)[0]
    assert found == pytest.approx(0.4, abs=0.1)
    assert bias.point_spread < 0.25


def test_an_own_topic_that_says_nothing_adds_nothing_and_its_weight_is_drawn() -> None:
    pairs, topic = with_topic(np.random.default_rng(3), weight=0.0)
    slopes = [np.polyfit(topic, level, 1)[0] for level in fit_bias(pairs, topic, rng=np.random.default_rng(1)).level]
    assert abs(np.mean(slopes)) < 3 * np.std(slopes)
    assert 0.01 < np.std(slopes) < 0.1


def test_an_account_of_unknown_topic_stands_at_the_mean() -> None:
    values = standing(np.array([0.1, np.nan, 0.9, 0.5]))
    assert values[1] == 0.0
    assert values[0] < values[3] < values[2]
    np.testing.assert_array_equal(standing(np.full(3, np.nan)), np.zeros(3))
    np.testing.assert_array_equal(standing(np.full(3, 0.2)), np.zeros(3))


@given(topic=st.lists(st.floats(0, 1), min_size=2, max_size=30), order=st.randoms(use_true_random=False))
def test_standing_keeps_the_order_and_does_not_depend_on_it(topic: list[float], order: random.Random) -> None:
    values = np.array(topic)
    found = standing(values)
    ranked = found[np.argsort(values, kind="stable")]
    assert (np.diff(ranked) >= -1e-9).all()
    assert (np.abs(found) <= 5).all()
    shuffled = list(range(len(values)))
    order.shuffle(shuffled)
    np.testing.assert_allclose(standing(values[shuffled]), found[shuffled], atol=1e-6)


@given(dimensions=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_few_draws_have_the_moments_they_should(dimensions: int, seed: int) -> None:
    drawn = standard_normal(dimensions, np.random.default_rng(seed))
    np.testing.assert_allclose(drawn.mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(drawn.T @ drawn / len(drawn), np.eye(dimensions), atol=1e-9)
