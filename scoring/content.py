"""The content card: what an account publishes, how often, how much of it is its own or paid for, and of what, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from scoring.audience.traits import binomial_share
from scoring.estimate import Estimate
from scoring.watching.crowd import PackedTexts, by_interest
from scoring.watching.mentions import declares, plain

Longs = NDArray[np.int64]
Counted = tuple[Longs, Longs, int]  # hashed terms of a text, their counts, its content words
WEEK = timedelta(days=7)
LEAST_WORDS = 20  # content words of a month below which its topics are not told


@dataclass(frozen=True, slots=True)
class Published:
    """A post of the account: when, its text, whether it passes on another's."""

    at: datetime
    text: str
    is_repost: bool


@dataclass(frozen=True, slots=True)
class Best:
    """A post among those with the most interactions; `link` is None where its platform documents no address or the id is not kept."""

    at: datetime
    interactions: int
    paid: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month ("2026-03"): posts in it, and the interests that its own texts show."""

    month: str
    posts: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContentCard:
    """Of the posts that are known between `first` and `last`; shares with 95 % intervals, None without any post they could be of.

    `commercial` is of own posts, by the rule of disclosures (docs/watching.md): who does not disclose is not counted.
    """

    posts: int
    first: datetime
    last: datetime
    per_week: float
    days_between: float
    original: Estimate
    commercial: Estimate | None
    months: tuple[Month, ...]


def content_card(posts: Sequence[Published], counts: Sequence[Counted]) -> ContentCard | None:
    """The card of an account's posts and the counts of their texts, one for each in order; None without posts.

    Posts a week are counted over the time between the first and the last; one of a single day is taken for a week.
    """
    if not posts:
        return None
    ordered = sorted(range(len(posts)), key=lambda at: posts[at].at)
    times = [posts[at].at for at in ordered]
    own = [at for at in ordered if not posts[at].is_repost]
    span = max(times[-1] - times[0], WEEK)
    apart = [(later - before).total_seconds() / 86_400 for before, later in pairwise(times)]
    paid = sum(declares(plain(posts[at].text)) for at in own)
    return ContentCard(
        len(posts), times[0], times[-1], len(posts) / (span / WEEK), median(apart) if apart else 0.0,
        binomial_share(len(own), len(posts), "posts"), binomial_share(paid, len(own), "own posts") if own else None,
        _months([posts[at] for at in ordered], [counts[at] for at in ordered]),
    )  # fmt: skip


def _months(posts: Sequence[Published], counts: Sequence[Counted]) -> tuple[Month, ...]:
    names = sorted({f"{post.at:%Y-%m}" for post in posts})
    place = {name: at for at, name in enumerate(names)}
    row = [place[f"{post.at:%Y-%m}"] for post in posts]
    own = [at for at, post in enumerate(posts) if not post.is_repost]
    texts = PackedTexts(
        np.array([row[at] for at in own], np.int64),
        np.array([counts[at][2] for at in own], np.int64),
        [counts[at][:2] for at in own],
    )
    crowd = by_interest(texts, len(names), least_words=LEAST_WORDS)
    known = set(crowd.known.tolist())
    marked = [
        sorted(crowd.names[column] for column in crowd.marks[at].indices) if at in known else [] for at in range(len(names))
    ]
    return tuple(Month(name, row.count(at), tuple(marked[at])) for name, at in place.items())
