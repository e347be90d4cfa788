"""Signs of unusual growth: laws of any series, designed jumps found, usual growth left alone, too little history said."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.watching.growth import Counted, growth

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def daily(counts: list[int], half_width: int = 0, every: float = 1.0) -> list[Counted]:
    return [Counted(BEGIN + timedelta(days=at * every), count, half_width) for at, count in enumerate(counts)]


def usual(days: int = 60, start: int = 50_000, rate: int = 40, seed: int = 1) -> list[int]:
    rng = np.random.default_rng(seed)
    return [int(each) for each in start + np.cumsum(rng.poisson(rate, days))]


def with_jump(counts: list[int], at: int, size: int) -> list[int]:
    return [count + (size if place >= at else 0) for place, count in enumerate(counts)]


def test_usual_growth_shows_no_signs() -> None:
    found = growth(daily(usual()))
    assert found.signs == ()
    assert found.judged == 60 - 1 - 14
    assert found.known


@pytest.mark.parametrize("size", [1_500, 5_000, -3_000])
def test_a_jump_is_found_where_it_is(size: int) -> None:
    (sign,) = growth(daily(with_jump(usual(), 40, size))).signs
    assert (sign.begin, sign.end) == (BEGIN + timedelta(days=39), BEGIN + timedelta(days=40))
    assert abs(sign.people - size - 40) < 40
    assert 30 < sign.usual < 50
    assert (sign.score > 0) is (size > 0)


def test_a_jump_seen_weekly_is_found_too() -> None:
    counts = with_jump(usual(180), 100, 4_000)
    (sign,) = growth(daily(counts[::7], every=7)).signs
    assert sign.begin <= BEGIN + timedelta(days=100) <= sign.end


def test_what_is_small_beside_the_account_is_of_no_consequence() -> None:
    assert growth(daily(with_jump(usual(start=1_000_000), 40, 4_000))).signs == ()
    assert growth(daily(with_jump(usual(start=100_000), 40, 4_000))).signs


def test_rounding_alone_is_no_sign() -> None:
    exact = usual(120, start=995_000, rate=100)
    rounded = [count // 10_000 * 10_000 + 5_000 for count in exact]
    assert growth(daily(rounded, half_width=5_000)).signs == ()
    assert growth(daily(rounded)).signs, "taken for exact, the same counts jump"


@pytest.mark.parametrize(("size", "signs"), [(2_000, 0), (3_000, 1)])
def test_counts_in_thousands_hide_jumps_of_two_thousand(size: int, signs: int) -> None:
    assert len(growth(daily(with_jump([12_000] * 40, 30, size), half_width=500)).signs) == signs


@pytest.mark.parametrize("counts", [[], [5], usual(9), [5] * 8])
def test_too_little_history_says_so(counts: list[int]) -> None:
    assert not growth(daily(counts)).known


def test_many_counts_within_a_few_days_are_too_little() -> None:
    assert not growth(daily(usual(20), every=0.6)).known


@given(st.floats(0.02, 1.0))
def test_looking_more_often_takes_no_history_away(every: float) -> None:
    looks = round(40 / every)
    counts = [50_000 + round(20 * look * every) + (5_000 if look * every >= 30 else 0) for look in range(looks)]
    found = growth(daily(counts, every=every))
    assert found.known
    assert [sign.begin < BEGIN + timedelta(days=30) + timedelta(hours=1) for sign in found.signs] == [True]


def test_a_purge_after_a_jump_is_a_loss() -> None:
    jump, purge = growth(daily(with_jump(with_jump(usual(90), 40, 5_000), 70, -4_000))).signs
    assert (jump.loss, purge.loss) == (False, True)
    assert purge.end == BEGIN + timedelta(days=70)


def test_gaps_between_counts_are_no_signs() -> None:
    rng = np.random.default_rng(5)
    days = np.cumsum(rng.geometric(0.25, 60))
    counts = usual(int(days[-1]) + 1, rate=300)
    assert growth([Counted(BEGIN + timedelta(days=int(day)), counts[day]) for day in days]).signs == ()


def test_only_what_ends_after_a_day_is_told() -> None:
    series = daily(with_jump(with_jump(usual(), 30, 5_000), 50, 5_000))
    assert len(growth(series).signs) == 2
    assert len(growth(series, since=BEGIN + timedelta(days=40)).signs) == 1


def test_an_account_that_goes_on_growing_faster_is_no_news_for_ever() -> None:
    rng = np.random.default_rng(3)
    counts = 50_000 + np.cumsum(np.concatenate([rng.poisson(40, 60), rng.poisson(600, 120)]))
    signs = growth(daily([int(each) for each in counts])).signs
    assert signs
    assert max(sign.end for sign in signs) < BEGIN + timedelta(days=60 + 70)


series_of_counts = st.lists(st.integers(0, 10**7), min_size=2, max_size=40)


@given(series_of_counts, st.integers(-10_000, 10_000))
def test_the_calendar_plays_no_part(counts: list[int], days: int) -> None:
    moved = [Counted(each.at + timedelta(days=days / 10), each.followers) for each in daily(counts)]
    here, there = growth(daily(counts)), growth(moved)
    assert [sign.people for sign in here.signs] == [sign.people for sign in there.signs]


@given(series_of_counts, st.randoms(use_true_random=False))
def test_the_order_of_the_counts_plays_no_part(counts: list[int], rng: object) -> None:
    shuffled = daily(counts)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert growth(shuffled) == growth(daily(counts))


@given(st.integers(0, 10**8), st.integers(-1_000, 1_000), st.integers(2, 60))
def test_a_straight_line_shows_no_signs(start: int, slope: int, days: int) -> None:
    assert growth(daily([start + slope * day for day in range(days)])).signs == ()


@given(series_of_counts, st.integers(1, 10))
def test_what_comes_later_changes_nothing_of_before(counts: list[int], dropped: int) -> None:
    whole, part = growth(daily(counts)), growth(daily(counts[:-dropped]))
    assert whole.signs[: len(part.signs)] == part.signs


@given(series_of_counts)
def test_a_sign_says_what_the_counts_say(counts: list[int]) -> None:
    series = {each.at: each.followers for each in daily(counts)}
    for sign in growth(daily(counts)).signs:
        assert sign.people == series[sign.end] - series[sign.begin]
        assert abs(sign.score) >= 5


def places(counts: list[int]) -> set[datetime]:
    return {sign.end for sign in growth(daily(counts)).signs}


@given(series_of_counts, st.sampled_from([2, 4, 16, 64]))  # powers of two lose nothing to rounding
def test_an_account_so_many_times_as_large_shows_all_that_the_small_one_shows(counts: list[int], times: int) -> None:
    assert places(counts) <= places([times * count for count in counts])


@given(series_of_counts)
def test_a_gain_scores_above_zero_and_a_loss_below(counts: list[int]) -> None:
    for sign in growth(daily(counts)).signs:
        assert sign.loss is (sign.people < 0)
