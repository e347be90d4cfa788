"""What whole accounts add to their followers' scores: found where it is, no surer than the people behind it allow."""

import numpy as np
import pytest

from scoring.audience.bias import Pairs, fit_bias, method_spread
from scoring.audience.precision import draw_shares
from scoring.audience.sample import Sample


def simulated(rng, *, accounts=60, people=3600, times=1, shift=0.0, spread=0.0):
    """People with scores and values, each standing in `times` accounts drawn at random."""
    odds = rng.normal(-1, 1.5, people)
    add = rng.normal(0, spread, accounts)
    person = np.repeat(np.arange(people), times)
    account = rng.integers(0, accounts, len(person))
    known = (rng.random(people) < 1 / (1 + np.exp(-(odds + shift + add[account[::times]])))).astype(float)
    return Pairs(account, person, odds[person], known[person]), add


def level(bias):
    return bias.hyper[:, 0].mean(), bias.hyper[:, 0].std()


def test_bias_of_accounts_is_learned_from_known_followers() -> None:
    rng = np.random.default_rng(3)
    pairs, shift = simulated(rng, spread=0.9)
    accounts = len(shift)
    bias = fit_bias(accounts, pairs, rng=rng)
    assert bias.spread == pytest.approx(0.9, abs=0.25)
    each = np.bincount(pairs.account, minlength=accounts)
    unknown = np.full(len(pairs), np.nan)
    made = Sample(accounts, pairs.account, pairs.log_odds, unknown, np.ones(len(pairs)), each)
    rngs = [np.random.default_rng(i) for i in range(accounts + 1)]
    truth = np.bincount(pairs.account, 1 / (1 + np.exp(-(pairs.log_odds + shift[pairs.account])))) / each
    corrected = np.abs(draw_shares(made, bias, draws=500, rngs=rngs).draws.mean(0) - truth).mean()
    plain = np.abs(np.bincount(pairs.account, 1 / (1 + np.exp(-pairs.log_odds))) / each - truth).mean()
    assert corrected < 0.6 * plain


def test_a_shared_shift_is_found_and_held_back_by_the_prior() -> None:
    found, _ = level(fit_bias(60, simulated(np.random.default_rng(0), shift=0.4)[0], rng=np.random.default_rng(1)))
    assert 0.25 < found < 0.45


def test_repeating_people_makes_nobody_surer() -> None:
    once, many = (simulated(np.random.default_rng(5), people=300, times=times)[0] for times in (1, 20))
    assert len(many) == 20 * len(once)
    (_, wide), (_, same) = (level(fit_bias(60, pairs, rng=np.random.default_rng(1))) for pairs in (once, many))
    assert same == pytest.approx(wide, rel=0.35)


def test_more_people_make_the_level_surer() -> None:
    sds = [
        level(fit_bias(60, simulated(np.random.default_rng(5), people=n)[0], rng=np.random.default_rng(1)))[1]
        for n in (200, 5000)
    ]
    assert sds[1] < 0.6 * sds[0]


def test_one_person_known_leaves_the_prior() -> None:
    pairs = Pairs(np.zeros(1, int), np.zeros(1, int), np.array([0.3]), np.ones(1))
    mean, sd = level(fit_bias(2, pairs, rng=np.random.default_rng(0)))
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
