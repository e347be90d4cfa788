"""Beside the samples: views times shares, ranges in people and money, own topics; laws before examples."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.content import Published
from scoring.desk import topic_card, with_means
from scoring.persona import parse_persona
from scoring.results import AccountRef, Price, RangeCard, Views
from scoring.text.indexer import JiebaIndexer

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REF = AccountRef("weibo", "1", name="小鹿")
SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)
CAMPING = "name: p\ntitle: {zh: 人, en: P}\nmust:\n  - interest: outdoor.camping\n"


def views(median: float) -> Views:
    return Views("plays", median, median * 0.6, median * 1.7, 30, 90, "paid", NOW, stated=True)


def card(low: float, high: float, base: str = "followers") -> RangeCard:
    return RangeCard(REF, base, "A", low, high, NOW)  # type: ignore[arg-type]


@given(SHARES, st.integers(0, 10**7), st.floats(1, 10**7), st.integers(1, 10**8))
def test_the_true_share_lies_in_every_range_that_is_made_of_one(
    ends: list[float], followers: int, median: float, amount: int
) -> None:
    low, high = ends
    made = with_means(card(low, high), followers=followers, views=views(median), price=Price(amount, "CNY", "post", None))
    for share in (low, (low + high) / 2, high):
        assert made.fitting is not None
        assert made.fitting_views is not None
        assert made.fitting[0] <= share * followers <= made.fitting[1] + 1e-9
        assert made.fitting_views[0] <= share * median <= made.fitting_views[1] + 1e-9
        if share > 0 and made.cost is not None:
            true = 1000 * amount / (share * median)
            assert made.cost[0] <= true * (1 + 1e-9)
            assert made.cost[1] is None or true <= made.cost[1] * (1 + 1e-9)


@given(SHARES, st.integers(1, 10**8), st.integers(2, 9))
def test_a_dearer_quote_costs_as_much_more_at_both_ends(ends: list[float], amount: int, times: int) -> None:
    low, high = ends
    one, more = (
        with_means(card(low, high), followers=None, views=views(1000), price=Price(amount * factor, "CNY", "post", None)).cost
        for factor in (1, times)
    )
    assert (one is None) == (more is None) == (high == 0)
    if one is not None and more is not None:
        assert math.isclose(more[0], times * one[0])
        assert (more[1] is None) == (one[1] is None) == (low == 0)


def test_views_are_bought_before_followers_and_viewers_have_no_follower_count() -> None:
    price = Price(80_000_00, "CNY", "post", None)
    both = with_means(card(0.2, 0.4), followers=1_000_000, views=views(100_000), price=price)
    assert (both.cost_of, both.cost, both.fitting) == ("views", (200_000.0, 400_000.0), (200_000.0, 400_000.0))
    people = with_means(card(0.2, 0.4), followers=1_000_000, views=None, price=price)
    assert (people.cost_of, people.cost) == ("followers", (20_000.0, 40_000.0))
    seen = with_means(card(0.2, 0.4, "viewers"), followers=1_000_000, views=None, price=price)
    assert (seen.fitting, seen.cost, seen.cost_of) == (None, None, None)


def test_without_a_lower_end_nothing_bounds_the_cost_and_without_an_upper_one_there_is_none() -> None:
    price = Price(100_00, "CNY", "post", None)
    assert with_means(card(0.0, 0.5), followers=None, views=views(1000), price=price).cost == (20_000.0, None)
    assert with_means(card(0.0, 0.0), followers=None, views=views(1000), price=price).cost is None


def posts(texts: list[str], reposts: int = 0) -> list[Published]:
    return [Published(NOW + timedelta(hours=at), text, at >= len(texts) - reposts) for at, text in enumerate(texts)]


def topic(persona: str, published: list[Published]) -> object:
    counted = [(each.terms, each.counts, each.words) for each in JiebaIndexer().index([post.text for post in published])]
    return topic_card(REF, parse_persona(persona), published, counted)


def test_an_own_topic_is_the_share_of_own_posts_with_a_word_of_every_demanded_interest() -> None:
    texts = ["周末去露营搭帐篷"] * 6 + ["今天开会写周报"] * 6 + ["露营 露营"] * 8
    found = topic(CAMPING, posts(texts, reposts=8))
    assert found is not None
    assert (found.posts, found.share.value) == (12, 0.5)  # type: ignore[attr-defined]
    both = topic(CAMPING + "  - keywords: [咖啡]\n", posts(["露营 咖啡"] * 3 + ["露营"] * 9))
    assert both is not None
    assert both.share.value == 0.25  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("persona", "texts"),
    [
        ("name: p\ntitle: {zh: 人, en: P}\nmust:\n  - attribute: gender\n    in: [female]\n", ["露营"] * 20),
        (CAMPING, ["露营"] * 9),
    ],
)
def test_without_a_demanded_topic_or_enough_posts_nothing_is_said(persona: str, texts: list[str]) -> None:
    assert topic(persona, posts(texts)) is None
