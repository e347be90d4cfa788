"""What a collection would cost before any call is made, and how sure a share from its sample would be."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.base import SourceCard
from collectors.limits import Limit
from storage.errors import NotFound
from storage.queries import public_followers, resolve_account
from storage.records import ListKind

if TYPE_CHECKING:
    from jobs.collecting import CollectJob
    from storage.engine import Store

Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account: its follower count where known, the calls it takes of each stream, and half the width of a 95 % interval at worst (share 1/2).

    Without a `half_width` nobody is drawn, and no share can be told.

    `micro` is what it may cost at most, in micro-dollars; with no end asked for and an unknown list it cannot be told (`open_ended`).
    """

    account: str
    followers: int | None
    by_stream: dict[str, int]
    half_width: float | None
    micro: int = 0

    @property
    def calls(self) -> int:
        """Calls in all."""
        return sum(self.by_stream.values())


@dataclass(frozen=True, slots=True)
class CollectPlan:
    """All accounts; `limits` by stream: streams that fall under the same one share it."""

    accounts: tuple[AccountPlan, ...]
    limits: dict[str, Limit]
    open_ended: bool = False

    @property
    def micro(self) -> int:
        """What it may cost at most, in micro-dollars."""
        return sum(each.micro for each in self.accounts)

    @property
    def calls(self) -> int:
        """Calls in all."""
        return sum(each.calls for each in self.accounts)

    def calls_under(self, limit: Limit) -> int:
        """Calls of all streams that share a limit."""
        return sum(calls for each in self.accounts for name, calls in each.by_stream.items() if self.limits[name] == limit)

    def wait(self, limit: Limit) -> float:
        """Seconds that a limit makes one wait: whole windows are waited for, the first and the last are not."""
        return max(math.ceil(self.calls_under(limit) / limit.calls) - 1, 0) * limit.seconds

    @property
    def limit(self) -> Limit:
        """The limit that makes one wait longest; where none does, the one that is used up furthest."""
        return max(self.limits.values(), key=lambda each: (self.wait(each), self.calls_under(each) / each.calls))

    @property
    def seconds(self) -> float:
        """How long the calls take at the documented limits, at the least.

        >>> day = Limit("day", 100, 86_400.0, "")
        >>> [CollectPlan((AccountPlan("a", None, {"posts": n}, None),), {"posts": day}).seconds for n in (44, 100, 101, 201)]
        [0.0, 0.0, 86400.0, 172800.0]
        """
        return self.wait(self.limit)


def make_plan(store: "Store", card: SourceCard, job: "CollectJob") -> CollectPlan:
    """The calls of a job, account by account.

    Of an account that nobody has seen yet the list is taken to be as long as asked for; with no end asked for, its calls are not counted.

    The half width is of the list's read part, judged without error: 1.96 sqrt(1/4 / n) with the finite-population correction.
    """
    accounts = tuple(_plan(store, card, account, job) for account in job.accounts)
    unknown = job.followers is None and any(each.followers is None for each in accounts)
    return CollectPlan(accounts, {stream.name: stream.limit for stream in card.streams}, open_ended=unknown)


def _plan(store: "Store", card: SourceCard, account: str, job: "CollectJob") -> AccountPlan:
    items = {stream.name: stream.items_a_call for stream in card.streams}
    reading, posts = card.card_of(job.of.value), card.card_of("posts")
    calls = {"profiles": max(_least_calls(card, "profiles"), 1)}
    if reading is None:  # the account itself is all there is
        return AccountPlan(account, None, calls | ({"posts": 1} if job.posts and posts else {}), None, _price(card, job, 0, 0))
    known = _followers(store, card.platform, account) if job.of is ListKind.FOLLOWERS else None
    listed = min((most for most in (known, job.followers) if most is not None), default=None)
    sampled = job.sample if listed is None else min(job.sample, listed)
    to_the_end = listed is not None and listed == known  # one call more, to hear that there is no more
    calls[reading.name] = max(_pages(listed or 0, reading.items_a_call) + to_the_end, reading.least_calls)
    if not reading.with_profiles:
        calls["profiles"] += _pages(sampled, items.get("profiles"))
    if job.posts and posts:
        calls["posts"] = 1 + (0 if posts.own else sampled)
    if job.followees and "followees" in items:
        calls["followees"] = sampled
    width = half_width(sampled, listed) if sampled else None
    return AccountPlan(account, known, calls, width, _price(card, job, listed or 0, sampled))


def half_width(sampled: int, size: int | None) -> float:
    """Half of a 95 % interval of a share of one half, from `sampled` of `size` (None: unknown) drawn at random; 0.5 from nobody.

    >>> round(half_width(200, 100_000), 3), half_width(200, 200), half_width(0, 10), round(half_width(200, None), 3)
    (0.069, 0.0, 0.5, 0.069)
    """
    if sampled <= 0:
        return 0.5
    left = 1.0 if size is None else max(size - sampled, 0) / max(size - 1, 1)
    return min(Z * math.sqrt(0.25 / sampled * left), 0.5)


def people_for(points: float, size: int | None) -> int:
    """How many of `size` (None: unknown) must be drawn for a half width of at most `points` (0 to 0.5) at worst.

    >>> people_for(0.05, None), people_for(0.03, None), people_for(0.05, 100), people_for(0.05, 0)
    (385, 1068, 80, 0)
    """
    endless = (Z / points) ** 2 * 0.25
    return math.ceil(endless) if size is None else min(size, math.ceil(endless * size / (endless + size - 1))) if size else 0


def _pages(count: int, items: int | None) -> int:
    return math.ceil(count / items) if items else 0


def _price(card: SourceCard, job: "CollectJob", listed: int, sampled: int) -> int:
    """Micro-dollars at most: the account itself, its list, and of the sample what the list does not bring."""
    prices = {stream.name: stream.price for stream in card.streams}
    reading = card.card_of(job.of.value)
    hydrated = 0 if reading is not None and reading.with_profiles else sampled
    people = prices.get("profiles", 0) * (1 + hydrated) + prices.get(job.of.value, 0) * listed
    return people + prices.get("posts", 0) * job.posts * (1 + sampled) + prices.get("followees", 0) * job.followees * sampled


def _least_calls(card: SourceCard, stream: str) -> int:
    found = card.card_of(stream)
    return found.least_calls if found else 0


def _followers(store: "Store", platform: str, account: str) -> int | None:
    try:
        key = resolve_account(store, account, platform=platform)
    except NotFound:
        return None
    return public_followers(store, key)
