"""Weibo as a source: an authorised account's profile, posts, and who commented on or reposted them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from collectors.base import Batch, SourceCard, Stream, StreamCard, Target, not_offered
from collectors.engagers import POSTS, EngagerStream, Reactions
from collectors.errors import SkipTarget, StopRun
from collectors.http import Http
from collectors.limits import Pace
from collectors.secrets import secret
from collectors.weibo import client as api
from collectors.weibo import parse
from storage.records import AccountRecord, EngagementKind

Clock = Callable[[], datetime]
OWN = "own"  # how the account that authorised may be asked for
NOT_OWN = (
    f"Weibo's open platform tells of the account that authorised alone (ask for {OWN!r}): "
    "let the account authorise the application, or import a vendor's export"
)


@dataclass(slots=True)
class Own:
    """The account that authorised; asked for once."""

    client: api.Client
    clock: Clock
    _record: AccountRecord | None = field(default=None)

    def record(self) -> AccountRecord:
        """Its profile."""
        if self._record is None:
            uid = parse.own_id(self.client.own_id())
            self._record = parse.user(self.client.user(uid), self.clock())
        return self._record

    def check(self, native_id: str) -> str:
        """The id, if it is this account's.

        Raises:
            SkipTarget: it is another's, of whom nothing is asked.
        """
        if native_id != self.record().native_id:
            raise SkipTarget(NOT_OWN)
        return native_id


@dataclass(frozen=True, slots=True)
class PostStream:
    """The account's own posts, newest first."""

    client: api.Client
    own: Own
    platform: str = parse.PLATFORM
    name: str = "posts"
    list_kind: None = None
    newest_first: bool = True

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: up to 100 posts."""
        uid, page = self.own.check(target.native_id), int(cursor or 1)
        return parse.post_page(self.client.posts(uid, page), uid, page, api.POSTS)


@dataclass(frozen=True, slots=True)
class Reacted:
    """Who commented on or reposted the account's own posts."""

    client: api.Client
    own: Own
    platform: str = parse.PLATFORM
    kinds: Sequence[EngagementKind] = (EngagementKind.REPLY, EngagementKind.REPOST)

    def newest_posts(self, target: Target, most: int) -> Sequence[str]:
        """As `PostReader.newest_posts`."""
        uid = self.own.check(target.native_id)
        batch = parse.post_page(self.client.posts(uid, 1), uid, 1, api.POSTS)
        return [post.native_id for post in parse.own_posts(batch)][:most]

    def reactions(self, target: Target, post: str, kind: EngagementKind, cursor: str | None) -> Reactions:
        """As `PostReader.reactions`: up to 50."""
        page, now = int(cursor or 1), self.own.clock()
        if kind is EngagementKind.REPLY:
            found, key, size = self.client.comments(post, page), "comments", api.COMMENTS
        else:
            found, key, size = self.client.reposts(post, page), "reposts", api.REPOSTS
        return parse.reactions(found, key, target.native_id, post, page, size, now)


CARD = SourceCard(
    platform=parse.PLATFORM,
    streams=(
        StreamCard("profiles", "2/users/show (own)", 1, api.USER, 2),
        StreamCard("posts", "2/statuses/user_timeline (own)", api.POSTS, api.USER, own=True),
        StreamCard("engagers", "2/comments/show, reposts/timeline (own posts)", api.COMMENTS, api.USER, 1 + 2 * POSTS, with_profiles=True),
    ),
    can=(
        "of an account that authorised the application: profile, posts, who commented on and reposted them, with gender and place as declared",
        "已授权账号自己的:资料、微博、谁评论和转发(含其公开的性别与地区)",
    ),
    cannot=(
        "anything of other accounts; followers (the open tier gives at most five of those who authorised too); who liked; reads",
        "其他账号的一切;粉丝名单(开放接口只给同样授权了的,每次最多 5 个);谁点赞;阅读数",
    ),
    cost=(
        "free; 100 calls a day for one account and application: some 20 posts with their first comments",
        "免费;每个授权账号每个应用每天 100 次调用:约 20 条微博及其首页评论",
    ),
    terms=(
        "only what the account's owner authorised; no collecting where the user does not act: run it by hand or seldom; other accounts by import",
        "仅限账号主授权的数据;平台反对用户未操作时的自动采集:请手动或低频运行;其他账号通过导入",
    ),
    kept=("persons' texts and profiles 7 days, features as long as the settings say", "个人原文与资料 7 天,特征按设置的期限"),
    credentials=(api.TOKEN,),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weibo:
    """The source, over one account's authorisation."""

    client: api.Client
    own: Own
    card: SourceCard = CARD

    def profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """The own account's profile, if it is asked for as "own", by its id or name; of others nothing is given."""
        if not ids:
            return
        if any(map(self.is_own, ids)):
            yield (self.own.record(),)

    def is_own(self, given: str) -> bool:
        """As `HasOwn.is_own`: "own", its id or its name."""
        record = self.own.record()
        return given.casefold() in {OWN, record.native_id, (record.handle or "").casefold()}

    def why_missing(self, given: str) -> str | None:
        """As `SaysWhy.why_missing`."""
        del given
        return NOT_OWN

    def search(self, words: str, most: int) -> tuple[AccountRecord, ...]:
        """Not offered."""
        raise not_offered(self.card.platform, "search", words, most)

    def draw(self, people: int, *, seed: int) -> list[str]:
        """Not offered."""
        raise not_offered(self.card.platform, "base", people, seed)

    def stream(self, name: str, most: int | None = None) -> Stream:
        """Posts or engagers."""
        del most
        streams: dict[str, Stream] = {
            "posts": PostStream(self.client, self.own), "engagers": EngagerStream(Reacted(self.client, self.own)),
        }  # fmt: skip
        return streams[name]


def open_weibo(client: httpx.Client, pace: Pace, service: str, clock: Clock) -> Weibo:
    """The source, under the access token of the environment or the keyring.

    Raises:
        StopRun: there is none.
    """
    token = secret(api.TOKEN)
    if token is None:
        reason = (
            f"Weibo gives nothing without an account's authorisation: set {api.TOKEN} (environment or keyring) to its access token; "
            "other accounts come by import"
        )
        raise StopRun(reason)
    made = api.Client(Http(client, pace, parse.judge, refuses_in_200=True), service, token)
    return Weibo(made, Own(made, clock))
