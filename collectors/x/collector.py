"""X as a source: its streams, how profiles are looked up, and the card of what it may fetch and what that costs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from collectors.base import Batch, SourceCard, Stream, StreamCard, Target, not_offered
from collectors.errors import StopRun
from collectors.http import Http
from collectors.limits import Pace
from collectors.secrets import secret
from collectors.spending import Guard
from collectors.x import client as api
from collectors.x import parse
from storage.records import AccountRecord, ListKind

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class FollowStream:
    """Followers or followees of an account with their profiles, newest first, `size` a page."""

    client: api.Client
    clock: Clock
    list_kind: ListKind
    size: int = api.FOLLOW_PAGE
    platform: str = parse.PLATFORM
    newest_first: bool = True

    @property
    def name(self) -> str:
        """Which list: followers, or followees."""
        return self.list_kind.value

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`."""
        theirs = self.list_kind is ListKind.FOLLOWERS
        read = self.client.followers if theirs else self.client.following
        return parse.follow_page(read(target.native_id, cursor, self.size), target.native_id, self.clock(), theirs=theirs)


@dataclass(frozen=True, slots=True)
class PostStream:
    """An account's posts and reposts, newest first."""

    client: api.Client
    size: int = api.TWEET_PAGE
    platform: str = parse.PLATFORM
    name: str = "posts"
    list_kind: None = None
    newest_first: bool = True

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`."""
        return parse.tweet_page(self.client.tweets(target.native_id, cursor, self.size), target.native_id)


CARD = SourceCard(
    platform=parse.PLATFORM,
    streams=(
        StreamCard("profiles", "GET /2/users", api.USER_PAGE, api.USERS, price=api.USER_PRICE),
        StreamCard(
            "followers", "GET /2/users/:id/followers", api.FOLLOW_PAGE, api.FOLLOWS, price=api.USER_PRICE, with_profiles=True
        ),
        StreamCard(
            "followees", "GET /2/users/:id/following", api.FOLLOW_PAGE, api.FOLLOWEES, price=api.USER_PRICE, with_profiles=True
        ),
        StreamCard("posts", "GET /2/users/:id/tweets", api.TWEET_PAGE, api.TWEETS, price=api.POST_PRICE),
    ),
    can=("profiles, followers and followees with their profiles, public posts", "资料、粉丝与关注(含资料)、公开帖子"),
    cannot=(
        "protected accounts; who engaged is not read; who is a bot is not assessed unless the setting x.permission names X's written permission",
        "受保护账号;不读取互动者;除非设置 x.permission 写明 X 的书面许可,否则不评估僵尸粉",
    ),
    cost=(
        "$0.010 a user or follower, $0.005 a post; limits of run and day must be set, nothing is bought without",
        "每位用户或粉丝 0.010 美元,每条帖子 0.005 美元;须设置单次与每日上限,否则不购买",
    ),
    terms=(
        "X developer policy: deletions and protection are followed; raw rows are not exported; no fake-follower or engagement benchmark without permission",
        "X 开发者政策:遵从删除与保护;不导出原始数据;未经许可不做假粉或互动基准",
    ),
    kept=(
        "persons: texts and profiles 7 days, features 90, follows 400 (settings)",
        "个人:原文与资料 7 天,特征 90 天,关注 400 天(可设置)",
    ),
    credentials=(api.TOKEN,),
)


@dataclass(frozen=True, slots=True)
class X:
    """The source, over one client."""

    client: api.Client
    clock: Clock
    card: SourceCard = CARD

    def profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """Profiles of accounts given by id (digits) or username, 100 a call; who is gone is in none."""
        numbers = [each for each in ids if each.isascii() and each.isdigit()]
        names = [
            each.lstrip("@")
            for each in ids
            if each not in numbers and each.lstrip("@").replace("_", "").isalnum() and each.isascii()
        ]
        for read, wanted in ((self.client.by_ids, numbers), (self.client.by_names, names)):
            for start in range(0, len(wanted), api.USER_PAGE):
                yield parse.users(read(wanted[start : start + api.USER_PAGE]), self.clock())

    def search(self, words: str, most: int) -> tuple[AccountRecord, ...]:
        """Not offered."""
        raise not_offered(self.card.platform, "search", words, most)

    def draw(self, people: int, *, seed: int) -> list[str]:
        """Not offered."""
        raise not_offered(self.card.platform, "base", people, seed)

    def stream(self, name: str, most: int | None = None) -> Stream:
        """Followers, followees or posts, in pages that buy hardly more than `most` items."""
        streams: dict[str, Callable[[], Stream]] = {
            "followers": lambda: FollowStream(self.client, self.clock, ListKind.FOLLOWERS, api.page_size(most, api.FOLLOW_PAGE)),
            "followees": lambda: FollowStream(self.client, self.clock, ListKind.FOLLOWEES, api.page_size(most, api.FOLLOW_PAGE)),
            "posts": lambda: PostStream(self.client, api.page_size(most, api.TWEET_PAGE, api.TWEET_LEAST)),
        }
        return streams[name]()


def open_x(client: httpx.Client, pace: Pace, service: str, clock: Clock, guard: Guard) -> X:
    """The source, under the bearer token of the environment or the keyring.

    Raises:
        StopRun: there is no token.
    """
    token = secret(api.TOKEN)
    if token is None:
        reason = f"X gives nothing without a token: set {api.TOKEN} (environment or keyring) to an app's bearer token"
        raise StopRun(reason)
    return X(api.Client(Http(client, pace, parse.judge), guard, service, token), clock)
