"""Peers: who is one, what "better than" obeys, quartiles, growth of 30 days, size tiers and categories."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.peers import LEAST_PEERS, Known, Similar, better_than, category_of, growth_of_30_days, similar
from scoring.results import AccountRef
from scoring.tiers import TIERS, Tier, Tiers
from scoring.watching.growth import Counted

VALUES = st.lists(st.integers(0, 20).map(float), min_size=1, max_size=40)
NOW = datetime(2026, 3, 31, tzinfo=UTC)


def known(
    name: str, figures: Mapping[str, float] | None = None, *, platform: str = "weibo", tier: Tier | None = "waist", category: str | None = "food"
) -> Known:  # fmt: skip
    return Known(AccountRef(platform, name), 60_000, tier, category, "profile", figures or {})


def peers_of(values: list[float], own: float, kind: str = "precision") -> Similar:
    return similar(known("own", {kind: own}), [known(f"p{place}", {kind: value}) for place, value in enumerate(values)])


@given(VALUES, st.integers(0, 20), st.sampled_from(["precision", "cost", "growth"]))
def test_better_than_is_a_share_and_what_it_beats_and_loses_to_make_one(values: list[float], own: int, kind: str) -> None:
    better = better_than(kind, own, values)
    assert 0 <= better <= 1
    assert better + better_than(kind, -own, [-each for each in values]) == pytest.approx(1)


@given(VALUES, st.integers(0, 19))
def test_more_is_never_worse_and_of_costs_never_better(values: list[float], own: int) -> None:
    assert better_than("precision", own + 1, values) >= better_than("precision", own, values)
    assert better_than("price", own + 1, values) <= better_than("price", own, values)


def test_ties_count_by_half_and_among_equals_one_stands_in_the_middle() -> None:
    assert better_than("precision", 3, [1, 2, 3, 3]) == (2 + 1) / 4
    assert better_than("cost", 3, [1, 2, 3, 3]) == 1 / 4
    assert better_than("plays", 5, [5] * 9) == 0.5


@given(st.integers(0, 30))
def test_below_eight_peers_only_how_many_there_are_is_told(count: int) -> None:
    [told] = peers_of([float(each) for each in range(count)], 3.0).standings
    assert told.n == count
    assert (told.better is None) == (told.quartiles is None) == (count < LEAST_PEERS)
    assert told.value == 3.0


@given(st.lists(st.floats(0, 1), min_size=LEAST_PEERS, max_size=50))
def test_quartiles_are_those_of_the_peers_without_the_account(values: list[float]) -> None:
    [told] = peers_of(values, 0.99).standings
    assert told.quartiles == pytest.approx(tuple(np.percentile(values, [25, 50, 75])))


def test_a_peer_shares_platform_tier_and_category_and_is_not_the_account_itself() -> None:
    own = known("own", {"growth": 0.1})
    others = [
        own, known("same"), known("other platform", platform="bilibili"), known("other size", tier="head"), known("no size", tier=None),
        known("other topic", category="beauty"), known("no topic", category=None),
    ]  # fmt: skip
    found = similar(own, others)
    assert (found.peers, found.by_category) == (1, True)
    waived = similar(own, others, any_category=True)
    assert (waived.peers, waived.by_category) == (3, False)


def test_without_a_category_platform_and_tier_decide_and_without_a_size_nobody_is_a_peer() -> None:
    others = [known("a"), known("b", category=None)]
    found = similar(known("own", category=None), others)
    assert (found.peers, found.by_category) == (2, False)
    assert similar(known("own", tier=None), [*others, known("c", tier=None)]).peers == 0


def test_quotes_are_compared_in_the_currency_and_format_that_most_peers_have() -> None:
    own = known("own", {"price:CNY:video": 50.0, "price:CNY:post": 30.0, "cost:USD": 9.0})
    others = [known(f"v{place}", {"price:CNY:video": 10.0 * place, "cost:CNY": 1.0}) for place in range(9)]
    others += [known(f"p{place}", {"price:CNY:post": 99.0}) for place in range(8)]
    by_kind = {each.kind: each for each in similar(own, others).standings}
    assert (by_kind["price"].detail, by_kind["price"].n) == (("CNY", "video"), 9)
    assert by_kind["price"].better == (3 + 0.5) / 9
    assert (by_kind["cost"].detail, by_kind["cost"].n, by_kind["cost"].better) == (("USD",), 0, None)


def test_a_figure_that_the_account_lacks_still_shows_what_its_peers_have() -> None:
    told = similar(known("own"), [known(f"p{place}", {"plays": float(place)}) for place in range(9)]).standings
    assert [(each.kind, each.value, each.better, each.quartiles) for each in told] == [("plays", None, None, (2.0, 4.0, 6.0))]


def counted(*points: tuple[float, int]) -> list[Counted]:
    return [Counted(NOW - timedelta(days=back), followers) for back, followers in points]


@pytest.mark.parametrize(
    ("points", "rate"),
    [
        (((0, 1100), (30, 1000)), 0.1),
        (((0, 1100), (31, 1000), (40, 900)), 0.1 * 30 / 31),
        (((0, 1200), (20, 1000)), 0.3),
        (((0, 900), (30, 1000)), -0.1),
        (((5, 1100), (35, 1000)), 0.1),
        (((0, 1100), (19, 1000)), None),
        (((0, 1100), (46, 1000)), None),
        (((0, 1100),), None),
        (((0, 5), (30, 0)), None),
        ((), None),
    ],
)
def test_growth_is_scaled_to_30_days_from_a_count_20_to_45_days_back(
    points: tuple[tuple[float, int], ...], rate: float | None
) -> None:
    assert growth_of_30_days(counted(*points)) == (None if rate is None else pytest.approx(rate))


@given(st.integers(0, 10**8))
def test_every_account_stands_in_the_one_tier_whose_limits_hold_it(followers: int) -> None:
    tiers = Tiers()
    holding = [tier for tier in TIERS if (limits := tiers.between(tier)) and (limits[0] or 0) <= followers < (limits[1] or 10**9)]
    assert holding == [tiers.of(followers)]


@pytest.mark.parametrize(
    ("profile", "content", "found"),
    [
        ("露营", None, ("outdoor", "profile")),
        ("户外露营达人", "beauty.skincare", ("outdoor", "profile")),
        ("Camping", None, ("outdoor", "profile")),
        ("殡葬服务", None, ("殡葬服务", "profile")),
        ("Homework help", None, ("homework help", "profile")),
        ("  ", "outdoor.camping", ("outdoor", "content")),
        (None, "outdoor", ("outdoor", "content")),
        (None, None, (None, None)),
    ],
)
def test_a_category_is_the_wide_interest_that_the_profile_names_else_what_is_written(
    profile: str | None, content: str | None, found: tuple[str | None, str | None]
) -> None:
    assert category_of(profile, content) == found
