"""Where an account stands among accounts like it: same platform, same size tier, same category; quartiles and "better than"."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Literal

import numpy as np

from scoring.results import AccountRef
from scoring.text.lexicon import Interest, interest, interests
from scoring.tiers import Tier
from scoring.watching.growth import Counted

LEAST_PEERS = 8  # of fewer only how many there are is told
LOWER_IS_BETTER = frozenset({"cost", "price"})
ORDER = ("precision", "cost", "price", "interactions", "plays", "reads", "growth")
GROWTH_DAYS, GROWTH_LEAST, GROWTH_MOST = 30.0, 20.0, 45.0
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Known:
    """An account and its figures, each by kind, or by kind and what it is in: `cost:CNY`, `price:CNY:post`.

    precision: share of the run's persona · cost: per thousand fitting followers, minor units · price: per thousand followers, minor
    units · interactions, plays, reads: median of a post per follower · growth: share of followers gained in 30 days. `tier` None
    where its follower count is not known; `category` an interest's id or the platform's own word, by `source`.
    """

    account: AccountRef
    followers: int | None
    tier: Tier | None
    category: str | None = None
    source: Literal["profile", "content"] | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """One figure beside its peers': `better` the share of `n` peers that it beats, equal ones by half; None below LEAST_PEERS.

    `detail` says what a cost or price is in: currency, and format of the quote. `quartiles` are the peers', without the account.
    """

    kind: str
    detail: tuple[str, ...]
    value: float | None
    n: int
    better: float | None
    quartiles: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Similar:
    """An account's peers and where each of its figures stands; `by_category` False where its category is not known or not asked."""

    own: Known
    by_category: bool
    peers: int
    standings: tuple[Standing, ...]


def similar(own: Known, others: Iterable[Known], *, any_category: bool = False) -> Similar:
    """The account among the others of its platform, tier and, where that is known and not waived, category.

    An account without a tier has no peers. Of several currencies or formats the one in which most peers are quoted counts.
    """
    by_category = own.category is not None and not any_category
    peers = [
        each for each in others
        if (each.account.platform, each.account.native_id) != (own.account.platform, own.account.native_id)
        and each.account.platform == own.account.platform
        and own.tier is not None and each.tier == own.tier
        and (not by_category or each.category == own.category)
    ]  # fmt: skip
    told = (_standing(kind, own, peers) for kind in ORDER)
    return Similar(own, by_category, len(peers), tuple(each for each in told if each is not None))


def _standing(kind: str, own: Known, peers: Sequence[Known]) -> Standing | None:
    """One figure of the account; without one of its own the peers' quartiles still tell; None where nobody has any."""
    mine = [name for name in own.figures if name.split(":")[0] == kind]
    names = mine or sorted({name for each in peers for name in each.figures if name.split(":")[0] == kind})
    if not names:
        return None
    name = max(sorted(names), key=lambda each: sum(each in peer.figures for peer in peers))
    values = [each.figures[name] for each in peers if name in each.figures]
    value, enough = own.figures.get(name), len(values) >= LEAST_PEERS
    detail = tuple(name.split(":", 2)[1:])
    if not enough:
        return Standing(kind, detail, value, len(values), None, None)
    low, middle, high = (float(each) for each in np.quantile(values, (0.25, 0.5, 0.75)))
    return Standing(
        kind, detail, value, len(values), None if value is None else better_than(kind, value, values), (low, middle, high)
    )


def better_than(kind: str, value: float, values: Sequence[float]) -> float:
    """The share of `values` that `value` beats, equal ones counted by half; of costs and prices the lower is better."""
    worse = sum(each > value if kind in LOWER_IS_BETTER else each < value for each in values)
    return (worse + 0.5 * sum(each == value for each in values)) / len(values)


def growth_of_30_days(counts: Sequence[Counted]) -> float | None:
    """Share of its followers that an account gained in 30 days, from its newest count and the one nearest to 30 days before.

    That one must lie 20 to 45 days back; the change is scaled to 30 days, evenly. None without such a pair, or from 0 followers.
    """
    if not counts:
        return None
    last = max(counts, key=lambda each: each.at)
    aged = [
        (abs(days - GROWTH_DAYS), days, each)
        for each in counts
        if GROWTH_LEAST <= (days := _days(last.at, each.at)) <= GROWTH_MOST
    ]
    if not aged:
        return None
    _, days, first = min(aged, key=lambda each: each[:2])
    return (last.followers - first.followers) / first.followers * GROWTH_DAYS / days if first.followers > 0 else None


def _days(late: datetime, early: datetime) -> float:
    return (late - early).total_seconds() / _DAY


def category_of(profile: str | None, content: str | None) -> tuple[str | None, Literal["profile", "content"] | None]:
    """The wide interest that a profile's category names, else its own word; without one the wide interest of what the account writes."""
    if profile is not None and profile.strip():
        named = _interest_named(profile.strip().casefold())
        return (_wide(named) if named else profile.strip().casefold()), "profile"
    return (None, None) if content is None else (_wide(content), "content")


@cache
def _interest_named(text: str) -> str | None:
    """The interest whose name, or unambiguous word, stands in the text; of several the longest, names before words."""
    for words in (_names, _words):
        hits = [(len(word), each.id) for each in interests() for word in words(each) if _stands_in(word, text)]
        if hits:
            return max(hits, key=lambda hit: (hit[0], hit[1]))[1]
    return None


def _stands_in(word: str, text: str) -> bool:
    """Whether the text has the word; Latin letters as a word of their own: home is not in homework."""
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}\b", text) is not None
    return len(word) > 1 and word in text


def _names(each: Interest) -> tuple[str, ...]:
    return each.zh.casefold(), each.en.casefold(), each.id.rsplit(".", maxsplit=1)[-1]


def _words(each: Interest) -> tuple[str, ...]:
    return tuple(word for word in each.words_zh if word not in each.weak)


def _wide(name: str) -> str:
    return interest(name).parent or name
