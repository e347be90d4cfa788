"""Bluesky as a source: its streams, how profiles are looked up, and the card of what it may fetch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from collectors.base import Batch, SourceCard, Stream, StreamCard, Target
from collectors.bluesky import drawing, parse
from collectors.bluesky.client import ACTORS, APPVIEW, IDENTIFIER, PAGE, PASSWORD, Client, credentials, sign_in
from collectors.engagers import POSTS, EngagerStream, Reactions
from collectors.http import Http
from collectors.limits import Pace
from storage.records import AccountRecord, EngagementKind, ListKind

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class FollowStream:
    """Followers or followees of an account, newest first by the server's reading of their dates."""

    client: Client
    clock: Clock
    list_kind: ListKind
    platform: str = parse.PLATFORM
    newest_first: bool = True

    @property
    def name(self) -> str:
        """Which list: followers, or followees."""
        return self.list_kind.value

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: edges and profiles (without counts) of up to 100 accounts."""
        followers = self.list_kind is ListKind.FOLLOWERS
        read = self.client.followers if followers else self.client.follows
        document = read(target.native_id, cursor)
        return parse.follow_page(document, "followers" if followers else "follows", target.native_id, self.clock())


@dataclass(frozen=True, slots=True)
class PostStream:
    """An account's posts and reposts, newest first."""

    client: Client
    clock: Clock
    platform: str = parse.PLATFORM
    name: str = "posts"
    list_kind: None = None
    newest_first: bool = True

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: up to 100 posts."""
        return parse.feed_page(self.client.author_feed(target.native_id, cursor), target.native_id, self.clock())


@dataclass(frozen=True, slots=True)
class Reacted:
    """Who liked, reposted, quoted or answered a post."""

    client: Client
    clock: Clock
    platform: str = parse.PLATFORM
    kinds: Sequence[EngagementKind] = tuple(EngagementKind)

    def newest_posts(self, target: Target, most: int) -> Sequence[str]:
        """As `PostReader.newest_posts`: those on the first page of the author's feed, one call."""
        return parse.own_posts(self.client.author_feed(target.native_id, None), target.native_id)[:most]

    def reactions(self, target: Target, post: str, kind: EngagementKind, cursor: str | None) -> Reactions:
        """As `PostReader.reactions`: up to 100 people, all direct replies at once."""
        match kind:
            case EngagementKind.LIKE:
                return parse.likes_page(self.client.likes(post, cursor), target.native_id, post, self.clock())
            case EngagementKind.REPOST:
                return parse.reposts_page(self.client.reposted_by(post, cursor), target.native_id, post)
            case EngagementKind.QUOTE:
                return parse.quotes_page(self.client.quotes(post, cursor), target.native_id, post, self.clock())
            case EngagementKind.REPLY:
                return parse.replies_page(self.client.replies(post), target.native_id, post, self.clock())


CARD = SourceCard(
    platform=parse.PLATFORM,
    streams=(
        StreamCard("profiles", "app.bsky.actor.getProfiles", ACTORS, APPVIEW),
        StreamCard("followers", "app.bsky.graph.getFollowers", PAGE, APPVIEW),
        StreamCard("followees", "app.bsky.graph.getFollows", PAGE, APPVIEW),
        StreamCard("posts", "app.bsky.feed.getAuthorFeed", PAGE, APPVIEW),
        StreamCard(
            "engagers",
            "app.bsky.feed.getLikes, getRepostedBy, getQuotes, getPostThread",
            PAGE,
            APPVIEW,
            1 + POSTS * len(EngagementKind),
        ),
        StreamCard("search", "app.bsky.actor.searchActors", PAGE, APPVIEW),
        StreamCard("base", "plc.directory/export", drawing.WINDOW, drawing.PLC, drawing.PROBES),
    ),
    can=(
        (
            "profiles, follower and followee lists to their end, public posts and reposts, who liked, reposted, quoted or answered a post, "
            "follows as they are made and taken back (`collect events`)"
        ),
        "资料、完整的粉丝与关注名单、公开帖子与转发、谁点赞、转发、引用、回复了帖子,实时的关注与取消关注(`collect events`)",
    ),
    cannot=("views, reach, private accounts, who is a bot", "浏览量、触达、非公开账号、是否为机器账号"),
    cost=("free; public data without a key", "免费;公开数据不需要密钥"),
    terms=(
        "open network of public records; deletions and takedowns are followed, profiles that ask not to be shown to signed-out readers are not kept",
        "公开网络、公开记录;遵从删除与下架;声明不向未登录者展示的资料不保存",
    ),
    kept=(
        "persons: texts and profiles 7 days, features 90, follows 400 (settings)",
        "个人:原文与资料 7 天,特征 90 天,关注 400 天(可设置)",
    ),
    base=(
        "accounts drawn by when their identity was made (PLC directory): near-random over all did:plc accounts, active or not",
        "按身份创建时间(PLC 目录)抽取:在全部 did:plc 账号中近似随机,不论是否活跃",
    ),
    credentials=(IDENTIFIER, PASSWORD),
)


@dataclass(frozen=True, slots=True)
class Bluesky:
    """The source, over one client."""

    client: Client
    clock: Clock
    card: SourceCard = CARD
    directory: str = drawing.DIRECTORY

    def draw(self, people: int, *, seed: int) -> list[str]:
        """DIDs of accounts by when their identity was made; who has no profile any more is told by `profiles`."""
        return drawing.draw(drawing.Directory(self.client.http, self.directory), people, seed=seed, now=self.clock())

    def profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """Profiles with counts of accounts given by DID or handle, 25 a call; who is deactivated or unknown is in none."""
        actors = [each for each in ids if parse.is_actor(each)]  # one that cannot be makes the server refuse the whole call
        for start in range(0, len(actors), ACTORS):
            yield parse.profile_page(self.client.profiles(actors[start : start + ACTORS]), self.clock())

    def search(self, words: str, most: int) -> tuple[AccountRecord, ...]:
        """Accounts that match the words, at most `most`, in the platform's order."""
        found: list[AccountRecord] = []
        cursor: str | None = None
        while len(found) < most:
            page, cursor = parse.search_page(self.client.search(words, cursor), self.clock())
            found += page
            if cursor is None or not page:
                break
        return tuple(found[:most])

    def stream(self, name: str, most: int | None = None) -> Stream:
        """Followers, followees, posts or engagers; nothing is paid for, so pages are full whatever `most` is."""
        del most
        streams: dict[str, Stream] = {
            "followers": FollowStream(self.client, self.clock, ListKind.FOLLOWERS),
            "followees": FollowStream(self.client, self.clock, ListKind.FOLLOWEES),
            "posts": PostStream(self.client, self.clock),
            "engagers": EngagerStream(Reacted(self.client, self.clock)),
        }
        return streams[name]


def open_bluesky(client: httpx.Client, pace: Pace, service: str, clock: Clock, directory: str = drawing.DIRECTORY) -> Bluesky:
    """The source at a service: with a session where the environment holds credentials, else without a key.

    Raises:
        StopRun: the credentials are refused, or only half of them is there.
    """
    http, given = Http(client, pace, parse.judge), credentials()
    token = sign_in(http, service, *given) if given else None
    return Bluesky(Client(http, service, token), clock, directory=directory)
