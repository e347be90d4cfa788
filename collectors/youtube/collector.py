"""YouTube as a source: uploads, commenters, channels, and the card of what it may fetch."""

import re
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
from collectors.youtube import client as api
from collectors.youtube import parse
from storage.records import AccountRecord, EngagementKind

Clock = Callable[[], datetime]
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")


@dataclass(slots=True)
class Uploads:
    """Where each channel's uploads are listed; asked once a channel."""

    client: api.Client
    known: dict[str, str] = field(default_factory=dict)

    def of(self, channel: str) -> str:
        """The playlist of a channel's uploads.

        Raises:
            SkipTarget: there is no such channel, or it has none.
        """
        if channel not in self.known:
            self.known |= parse.uploads(self.client.channels([channel]))
        if channel not in self.known:
            reason = "not found"
            raise SkipTarget(reason)
        return self.known[channel]


@dataclass(frozen=True, slots=True)
class UploadStream:
    """A channel's public videos as posts: title and description."""

    client: api.Client
    uploads: Uploads
    platform: str = parse.PLATFORM
    name: str = "posts"
    list_kind: None = None
    newest_first: bool = False  # the order of an uploads playlist is not documented

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: up to 50 videos, for two units."""
        ids, token = parse.video_ids(self.client.items(self.uploads.of(target.native_id), cursor))
        if not ids:
            return Batch((), 0, token)
        return parse.video_page(self.client.videos(ids), target.native_id, len(ids), token)


@dataclass(frozen=True, slots=True)
class Commented:
    """Who commented on a video."""

    client: api.Client
    uploads: Uploads
    platform: str = parse.PLATFORM
    kinds: Sequence[EngagementKind] = (EngagementKind.REPLY,)

    def newest_posts(self, target: Target, most: int) -> Sequence[str]:
        """As `PostReader.newest_posts`: those on the first page of the uploads."""
        return parse.video_ids(self.client.items(self.uploads.of(target.native_id), None))[0][:most]

    def reactions(self, target: Target, post: str, kind: EngagementKind, cursor: str | None) -> Reactions:
        """As `PostReader.reactions`: up to 100 comments."""
        del kind
        return parse.comment_page(self.client.comments(post, cursor), target.native_id, post)


CARD = SourceCard(
    platform=parse.PLATFORM,
    streams=(
        StreamCard("profiles", "youtube/v3/channels", api.CHANNELS, api.UNITS),
        StreamCard("posts", "youtube/v3/playlistItems, videos", api.ITEMS, api.UNITS, 2),
        StreamCard("engagers", "youtube/v3/commentThreads", api.COMMENTS, api.UNITS, 1 + POSTS),
        StreamCard("search", "youtube/v3/search", api.FOUND, api.SEARCHES),
    ),
    can=("channels, public videos, who commented on them", "频道、公开视频、谁评论了视频"),
    cannot=(
        "subscribers: no list of them is given; subscriber counts are rounded to three digits, some are hidden; reach and audience only to the owner",
        "订阅者:不提供名单;订阅数只给三位有效数字,有的隐藏;触达与受众仅对频道主开放",
    ),
    cost=(
        "free; 10,000 units a day (a call is one), counted, until midnight Pacific time",
        "免费;每天 10,000 单位(一次调用一单位),计数至太平洋时间零点",
    ),
    terms=(
        "API data that was not authorised by its owner is refreshed or deleted after 30 days: `purge` does it; raw rows are not exported",
        "未经授权的 API 数据 30 天内须刷新或删除:由 `purge` 执行;不导出原始数据",
    ),
    kept=(
        "everything from the API 30 days at most; persons' texts and profiles 7",
        "来自 API 的一切最多 30 天;个人原文与资料 7 天",
    ),
    credentials=(api.KEY,),
)


@dataclass(frozen=True, slots=True)
class YouTube:
    """The source, over one client."""

    client: api.Client
    clock: Clock
    uploads: Uploads
    card: SourceCard = CARD

    def profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """Channels with counts by id (50 a call) or handle (one a call); who is gone is in none."""
        channels = [each for each in ids if _CHANNEL.fullmatch(each)]
        for start in range(0, len(channels), api.CHANNELS):
            yield self._told(self.client.channels(channels[start : start + api.CHANNELS]))
        for handle in ids:
            if not _CHANNEL.fullmatch(handle):
                yield self._told(self.client.channel_of(f"@{handle.lstrip('@')}"))

    def _told(self, document: object) -> tuple[AccountRecord, ...]:
        self.uploads.known |= parse.uploads(document)
        return parse.channels(document, self.clock())

    def search(self, words: str, most: int) -> tuple[AccountRecord, ...]:
        """Channels that match the words, at most `most`; every 50 cost one of 100 searches a day."""
        found: list[str] = []
        token: str | None = None
        while len(found) < most:
            ids, token = parse.found_channels(self.client.search(words, token))
            found += ids
            if token is None or not ids:
                break
        wanted = list(dict.fromkeys(found))[:most]
        records = {record.native_id: record for page in self.profiles(wanted) for record in page} if wanted else {}
        return tuple(records[each] for each in wanted if each in records)

    def draw(self, people: int, *, seed: int) -> list[str]:
        """Not offered."""
        raise not_offered(self.card.platform, "base", people, seed)

    def stream(self, name: str, most: int | None = None) -> Stream:
        """Posts or engagers; pages are full, a call costs the same however few it brings."""
        del most
        streams: dict[str, Stream] = {
            "posts": UploadStream(self.client, self.uploads),
            "engagers": EngagerStream(Commented(self.client, self.uploads)),
        }
        return streams[name]


def open_youtube(client: httpx.Client, pace: Pace, service: str, clock: Clock) -> YouTube:
    """The source, under the API key of the environment or the keyring.

    Raises:
        StopRun: there is no key.
    """
    key = secret(api.KEY)
    if key is None:
        reason = f"YouTube gives nothing without a key: set {api.KEY} (environment or keyring) to a Data API v3 key"
        raise StopRun(reason)
    made = api.Client(Http(client, pace, parse.judge), pace, service, key)
    return YouTube(made, clock, Uploads(made))
