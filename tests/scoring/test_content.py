"""The content card: designed posts give known figures, and laws hold of any."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.content import ContentCard, Counted, Published, content_card
from scoring.text.indexer import JiebaIndexer

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
CAMPING = "周末带帐篷和睡袋去露营,营地的天幕和卡式炉都很好用,露营椅也带上"


def card_of(posts: list[Published]) -> ContentCard:
    counted = JiebaIndexer().index([post.text for post in posts])
    card = content_card(posts, [(each.terms, each.counts, each.words) for each in counted])
    assert card is not None
    return card


def test_designed_posts_give_known_figures() -> None:
    posts = [
        Published(BEGIN + timedelta(days=2 * at), CAMPING + ("#广告" if at % 5 == 0 else ""), at % 4 == 3) for at in range(40)
    ]
    card = card_of(posts)
    assert (card.posts, card.first, card.last) == (40, BEGIN, BEGIN + timedelta(days=78))
    assert card.per_week == pytest.approx(40 / (78 / 7))
    assert card.days_between == 2
    assert card.original.value == pytest.approx(0.75)
    assert card.commercial is not None
    assert card.commercial.value == pytest.approx(6 / 30)
    assert [month.month for month in card.months] == ["2026-01", "2026-02", "2026-03"]
    assert all("outdoor" in topic for month in card.months for topic in month.topics)
    assert card.months[0].topics


def test_an_account_that_only_passes_on_has_no_own_posts_and_no_topics() -> None:
    card = card_of([Published(BEGIN, CAMPING, is_repost=True)])
    assert card.commercial is None
    assert card.months[0].topics == ()


def test_without_posts_there_is_no_card() -> None:
    assert content_card([], []) is None


posts = st.lists(
    st.tuples(st.integers(0, 400 * 24), st.sampled_from(["hello #ad", "hello", "广告"]), st.booleans()), min_size=1, max_size=40
)


@given(posts, st.randoms(use_true_random=False))
def test_counts_add_up_and_order_plays_no_part(given_posts: list[tuple[int, str, bool]], rng: object) -> None:
    made = [Published(BEGIN + timedelta(hours=hours), text, repost) for hours, text, repost in given_posts]
    counts = [empty() for _ in made]
    card = content_card(made, counts)
    assert card is not None
    assert sum(month.posts for month in card.months) == card.posts == len(made)
    assert card.original.low <= card.original.value <= card.original.high
    assert (card.commercial is None) is all(post.is_repost for post in made)
    rng.shuffle(made)  # type: ignore[attr-defined]
    assert content_card(made, counts) == card


def empty() -> Counted:
    return np.empty(0, np.int64), np.empty(0, np.int64), 0
