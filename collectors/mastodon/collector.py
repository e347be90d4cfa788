"""The Mastodon API as a source: its streams, how profiles are looked up, and the card of what it may fetch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from collectors.base import Batch, SourceCard, Stream, StreamCard, Target
from collectors.engagers import POSTS, EngagerStream, Reactions
from collectors.errors import SkipTarget
from collectors.http import Http
from collectors.limits import Pace
from collectors.mastodon import parse
from collectors.mastodon.addresses import as_address
from collectors.mastodon.client import ACCOUNTS, GENERAL, PAGING, STATUSES, TOKEN, Client
from collectors.mastodon.homes import Homes
from storage.records import AccountRecord, EngagementKind, ListKind

Clock = Callable[[], datetime]
HOME = "home servers"  # instead of an address: each account is asked at its own server
KINDS = (EngagementKind.LIKE, EngagementKind.REPOST, EngagementKind.REPLY)  # who quotes is told only to the author


@dataclass(frozen=True, slots=True)
class FollowStream:
    """Followers or followees of an account, newest first."""

    homes: Homes
    list_kind: ListKind
    platform: str = parse.PLATFORM
    newest_first: bool = True

    @property
    def name(self) -> str:
        """Which list: followers, or followees."""
        return self.list_kind.value

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: edges and profiles of up to 80 accounts.

        Raises:
            SkipTarget: also where the list is hidden: it comes empty, and the account has followers.
        """
        found, base = self.homes.find(target.native_id), self.homes.base(target.native_id)
        theirs = self.list_kind is ListKind.FOLLOWERS
        read = self.homes.client.followers if theirs else self.homes.client.following
        with self.homes.apart(target.native_id, first=cursor is None):
            listed = read(base, found.local_id, cursor)
            batch = parse.follow_page(
                listed.document, listed.next, target.native_id, theirs=theirs, domain=found.domain, whole=found.local,
                now=self.homes.clock(),
            )  # fmt: skip
        hides = found.hides_followers if theirs else found.hides_followees
        if cursor is None and batch.cursor is None and not batch.items and hides:
            raise SkipTarget("its follower list is hidden" if theirs else "the list of whom it follows is hidden")
        return batch


@dataclass(frozen=True, slots=True)
class PostStream:
    """An account's own public posts and boosts without replies, newest first; none of who lets nobody search the posts (indexable false)."""

    homes: Homes
    platform: str = parse.PLATFORM
    name: str = "posts"
    list_kind: None = None
    newest_first: bool = True

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: up to 40 posts."""
        found = self.homes.find(target.native_id)
        if not found.posts:
            return Batch((), 0, None)
        with self.homes.apart(target.native_id, first=cursor is None):
            listed = self.homes.client.statuses(self.homes.base(target.native_id), found.local_id, cursor)
            return parse.status_page(listed.document, listed.next, target.native_id, self.homes.clock())


@dataclass(frozen=True, slots=True)
class Reacted:
    """Who liked, boosted or answered a post. A post is given as its local id, a space, and its URI."""

    homes: Homes
    platform: str = parse.PLATFORM
    kinds: Sequence[EngagementKind] = KINDS

    def newest_posts(self, target: Target, most: int) -> Sequence[str]:
        """As `PostReader.newest_posts`: those on the first page of the account's statuses, one call."""
        found = self.homes.find(target.native_id)
        with self.homes.apart(target.native_id):
            listed = self.homes.client.statuses(self.homes.base(target.native_id), found.local_id, None)
            own = parse.own_statuses(listed.document)
        return [f"{local_id} {uri}" for local_id, uri in own][:most]

    def reactions(self, target: Target, post: str, kind: EngagementKind, cursor: str | None) -> Reactions:
        """As `PostReader.reactions`: up to 80 people and their profiles; direct answers all at once."""
        owner, (status, _, uri) = target.native_id, post.partition(" ")
        domain, base = self.homes.find(owner).domain, self.homes.base(owner)
        client, now = self.homes.client, self.homes.clock()
        if kind is EngagementKind.REPLY:
            return parse.reply_page(client.context(base, status), status, owner, uri, domain, now)
        read = client.favourited_by if kind is EngagementKind.LIKE else client.reblogged_by
        listed = read(base, status, cursor)
        return parse.reaction_page(listed.document, listed.next, owner, uri, kind, domain, now)


CARD = SourceCard(
    platform=parse.PLATFORM,
    streams=(
        StreamCard("profiles", "GET /api/v1/accounts/lookup", 1, GENERAL),
        StreamCard("followers", "GET /api/v1/accounts/:id/followers", ACCOUNTS, PAGING),
        StreamCard("followees", "GET /api/v1/accounts/:id/following", ACCOUNTS, PAGING),
        StreamCard("posts", "GET /api/v1/accounts/:id/statuses", STATUSES, PAGING),
        StreamCard(
            "engagers", "GET /api/v1/statuses/:id/favourited_by, reblogged_by, context", ACCOUNTS, PAGING, 1 + POSTS * len(KINDS)
        ),
    ),
    can=(
        "profiles, lists of followers and followees unless hidden, public posts and boosts, who liked, boosted or answered a post",
        "资料、未隐藏的粉丝与关注名单、公开帖子与转发、谁点赞、转发、回复了帖子",
    ),
    cannot=(
        "views, reach, hidden lists, posts for followers only, who quotes; followers' counts from other servers may be old",
        "浏览量、触达、已隐藏的名单、仅粉丝可见的帖子、谁引用;来自其他服务器的粉丝,其数字可能不是最新",
    ),
    cost=("free; some servers want a token", "免费;部分服务器需要令牌"),
    terms=(
        "each server has its own rules; who asks not to be indexed or found leaves a follow only; posts not open to search are not read",
        "各服务器有自己的规则;声明不愿被索引或被发现的账号只保留关注关系;未开放搜索的帖子不读取",
    ),
    kept=(
        "persons: texts and profiles 7 days, features 90, follows 400 (settings)",
        "个人:原文与资料 7 天,特征 90 天,关注 400 天(可设置)",
    ),
    credentials=(f"{TOKEN}<HOST>",),
)


@dataclass(frozen=True, slots=True)
class Mastodon:
    """The source: all servers, or the one that a setting names."""

    homes: Homes
    card: SourceCard = CARD
    _why: dict[str, str] = field(default_factory=dict)

    def profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """Profiles with counts of accounts given by address, one call each at their home servers; who is not to be read is in none.

        Raises:
            RetryLater, StopRun: the one server of all of them is away, or answers oddly. Of several, one that does costs its accounts only.
        """
        servers = {self.homes.base(address) for each in ids if (address := as_address(each)) is not None}
        read = self.homes.read if len(servers) == 1 else self.homes.read_apart
        for each in ids:
            try:
                record = read(each)
            except SkipTarget as error:
                self._why[each.casefold()] = error.reason
                continue
            yield (record,)

    def why_missing(self, given: str) -> str | None:
        """As `SaysWhy.why_missing`."""
        return self._why.get(given.casefold())

    def search(self, words: str, most: int) -> tuple[AccountRecord, ...]:
        """Nobody: servers search what they happen to know, and not without a token; the card has no such stream."""
        del words, most
        return ()

    def draw(self, people: int, *, seed: int) -> list[str]:
        """Nobody: no server knows all accounts of the network; the card has no stream "base"."""
        del people, seed
        return []

    def stream(self, name: str, most: int | None = None) -> Stream:
        """Followers, followees, posts or engagers."""
        del most  # nothing is paid for: pages are full
        streams: dict[str, Stream] = {
            "followers": FollowStream(self.homes, ListKind.FOLLOWERS),
            "followees": FollowStream(self.homes, ListKind.FOLLOWEES),
            "posts": PostStream(self.homes),
            "engagers": EngagerStream(Reacted(self.homes)),
        }
        return streams[name]


def open_mastodon(client: httpx.Client, pace: Pace, service: str, clock: Clock) -> Mastodon:
    """The source at each account's home server (`service` is HOME), or at one server for all of them."""
    return Mastodon(Homes(Client(Http(client, pace, parse.judge)), clock, "" if service == HOME else service))
