"""Brand safety and conflicts: which brands and sensitive words the posts of accounts hold, and how much of the time was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from collectors.post_links import post_link
from jobs.watching import brand_names, named
from scoring.brands import Brand
from scoring.results import AccountRef
from scoring.spotting import Cut, Doubt, Spotted, folded, spot
from scoring.text.tokens import make_cut
from scoring.watching.mentions import declares, plain
from scoring.watching.results import RuleCheck
from storage.content import HeldPost, held_posts, live_readings, posts_of_keys
from storage.watching import checks_of, watched

if TYPE_CHECKING:
    from storage.engine import Store

Precision = dict[str, RuleCheck]  # by the brand's name; of brands that nobody judged there is none


@dataclass(frozen=True, slots=True)
class Hit:
    """A post that names a brand or holds a word of the list; `kind` says which.

    `first`: among own posts held here, none before named the brand (or word). `gone`: a later reading of the account that reaches back
    beyond the post did not hold it, so it may have been deleted. `link` is None where its platform documents no address or the id is not kept.
    """

    kind: Literal["brand", "word"]
    name: str
    relation: str | None
    at: datetime
    link: str | None
    repost: bool
    declared: bool
    first: bool
    doubt: Doubt
    gone: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read of the time asked for: own posts and reposts with a text; `empty` have no words, of `unread` the text is not held any more.

    `first` and `last` are the earliest and latest post read in the time, `read_at` when the newest of them was fetched; `oldest` is the
    earliest of all posts held. `gap_days` is the longest time without a post inside the time, from its beginning to `read_at`.
    """

    own: int
    reposts: int
    empty: int
    unread: int
    first: datetime | None
    last: datetime | None
    oldest: datetime | None
    read_at: datetime | None
    gap_days: float | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found at an account; `status` is "checked" or "not_checked" (nothing to read), never a verdict."""

    account: AccountRef
    status: Literal["checked", "not_checked"]
    reaches_back: bool
    coverage: Coverage
    hits: tuple[Hit, ...]
    own_name: tuple[str, ...]


def check_accounts(
    store: "Store",
    refs: Mapping[bytes, AccountRef],
    brands: Sequence[Brand],
    words: Sequence[str],
    *,
    since: datetime,
    until: datetime,
) -> tuple[Checked, ...]:
    """What the posts of named accounts made in a time hold of brands and words; whether a mention is the first is told from all posts held."""
    cut = _cut(brands)
    return tuple(_account(store, key, ref, brands, words, cut, since, until) for key, ref in refs.items())


def precision(store: "Store", brands: Sequence[Brand]) -> Precision:
    """How often the rule was right, among judged posts (`watch judge`) that it takes for sure, for brands that are watched by one of their names."""
    rows = watched(store)
    refs = named(store, [row.account for row in rows])
    cut = _cut(brands)
    found: Precision = {}
    for brand in brands:
        names = {plain(name) for name in brand.names}
        keys = [
            row.account for row in rows if row.account in refs and names & set(map(plain, brand_names(row, refs[row.account])))
        ]
        checks = checks_of(store, keys)
        texts = posts_of_keys(store, {each.post for each in checks})
        sure = [
            each for each in checks
            if each.post in texts and spot(texts[each.post], [brand], (), own=(), cut=cut).brands == (Spotted(0, ""),)
        ]  # fmt: skip
        if sure:
            found[brand.name] = RuleCheck(sum(each.mentioned for each in sure), len(sure))
    return found


def _cut(brands: Sequence[Brand]) -> Cut:
    return make_cut(folded(name) for brand in brands for name in brand.names if not name.isascii())


def _account(
    store: "Store", key: bytes, ref: AccountRef, brands: Sequence[Brand], words: Sequence[str], cut: Cut, since: datetime, until: datetime
) -> Checked:  # fmt: skip
    posts = held_posts(store, key, until=until)
    own = tuple(name for name in (ref.handle, ref.name) if name)
    gone = missing(posts, live_readings(store, {number for post in posts for number in post.readings}))
    hits: list[Hit] = []
    self_named: set[int] = set()
    before: set[tuple[str, int]] = set()
    for post in posts:
        if post.text is None:
            continue
        found = spot(post.text, brands, words, own=own, cut=cut)
        self_named.update(found.own_name if post.at >= since else ())
        for kind, each in (*(("brand", one) for one in found.brands), *(("word", one) for one in found.words)):
            if post.at >= since:
                name = brands[each.at].name if kind == "brand" else words[each.at]
                relation = brands[each.at].relation if kind == "brand" else None
                hits.append(Hit(
                    "brand" if kind == "brand" else "word", name, relation, post.at, post_link(ref.platform, post.native_id), post.is_repost,
                    declares(plain(post.text)), not post.is_repost and not each.doubt and (kind, each.at) not in before,
                    each.doubt, post.post in gone,
                ))  # fmt: skip
            if not post.is_repost and not each.doubt:
                before.add((kind, each.at))
    covered = coverage(posts, since)
    read = covered.own + covered.reposts > 0
    reaches = covered.oldest is not None and covered.oldest <= since
    return Checked(
        ref,
        "checked" if read else "not_checked",
        reaches,
        covered,
        tuple(hits),
        tuple(brands[at].name for at in sorted(self_named)),
    )


def coverage(posts: Sequence[HeldPost], since: datetime) -> Coverage:
    """What the posts, the earliest first, let be read of the time from `since` on."""
    inside = [post for post in posts if post.at >= since]
    held = [post for post in inside if post.text is not None]
    read = [post for post in held if post.text and post.text.strip()]
    read_at = max((post.fetched_at for post in held), default=None)
    times: list[datetime] = [since, *(post.at for post in held)]
    marks = sorted(times if read_at is None else [*times, max(read_at, since)])
    gaps = [(later - before) / timedelta(days=1) for before, later in pairwise(marks)]
    return Coverage(
        sum(not post.is_repost for post in read), sum(post.is_repost for post in read), len(held) - len(read), len(inside) - len(held),
        read[0].at if read else None, read[-1].at if read else None,
        min((post.at for post in posts if post.text is not None), default=None), read_at, max(gaps) if held else None,
    )  # fmt: skip


def missing(posts: Sequence[HeldPost], live: Mapping[int, datetime]) -> set[bytes]:
    """Posts that a later reading of the platform should have held and did not.

    A reading holds the newest posts up to its oldest; it tells of posts made after that and fetched before it began. One that brought
    only new posts has nothing older than they are, and tells nothing.
    """
    oldest: dict[int, datetime] = {}
    for post in posts:
        for number in post.readings & set(live):
            oldest[number] = min(oldest.get(number, post.at), post.at)
    return {
        post.post
        for post in posts
        if any(
            number not in post.readings and post.fetched_at < live[number] and first < post.at for number, first in oldest.items()
        )
        and post.readings & set(live)
    }
