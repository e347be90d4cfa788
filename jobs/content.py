"""The content card with what lies beside it: what posts brought, the best ones linked, how often the rule of disclosures is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from collectors.post_links import post_link
from scoring.content import Best, ContentCard, Published, content_card
from scoring.results import AccountRef
from scoring.watching.results import RuleCheck
from storage.content import held_posts
from storage.performance import PerformanceRow, performance_rows, post_figures
from storage.watching import checks_of, watched

if TYPE_CHECKING:
    from storage.engine import Store
    from storage.text_index import TextIndexer

BEST = 5  # posts that are linked
METRIC = "interactions"


@dataclass(frozen=True, slots=True)
class Content:
    """What an account publishes; `card` is None without posts in the time.

    `interactions` per post with quartiles, organic and commercial apart, of all that was imported; `best` of the posts of the time with a
    figure of their own, the most interactions first.
    """

    account: AccountRef
    card: ContentCard | None
    interactions: tuple[PerformanceRow, ...]
    best: tuple[Best, ...]


def contents(
    store: "Store", refs: Mapping[bytes, AccountRef], indexer: "TextIndexer", *, since: datetime, until: datetime
) -> tuple[Content, ...]:
    """The cards of named accounts, in their order."""
    rows = [row for row in performance_rows(store, list(refs)) if row.metric == METRIC]
    return tuple(
        _content(store, key, ref, [row for row in rows if row.account == key], indexer, since, until) for key, ref in refs.items()
    )


def disclosure_check(store: "Store") -> RuleCheck:
    """How often a post that discloses a partnership is paid, among those that `watch judge` took over; of all watched brands."""
    checks = checks_of(store, [row.account for row in watched(store)])
    paid = [each for each in checks if each.declared and each.paid is not None]
    return RuleCheck(sum(bool(each.paid) for each in paid), len(paid))


def _content(
    store: "Store", key: bytes, ref: AccountRef, rows: Sequence[PerformanceRow], indexer: "TextIndexer", since: datetime, until: datetime
) -> Content:  # fmt: skip
    held = [each for each in held_posts(store, key, until=until) if each.at >= since]
    posts = [Published(each.at, each.text, each.is_repost) for each in held if each.text is not None]
    counted = indexer.index([post.text for post in posts])
    figures = post_figures(store, key, METRIC)
    best = [
        Best(each.at, figures[each.post][0], figures[each.post][1], post_link(ref.platform, each.native_id))
        for each in held
        if each.post in figures and not each.is_repost
    ]
    best.sort(key=lambda each: (-each.interactions, each.at))
    card = content_card(posts, [(each.terms, each.counts, each.words) for each in counted])
    return Content(ref, card, tuple(rows), tuple(best[:BEST]))
