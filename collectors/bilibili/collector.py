"""Bilibili as a source: an authorised creator's profile and counts, and its published videos."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from collectors.base import Batch, SourceCard, Stream, StreamCard, Target, not_offered
from collectors.bilibili import client as api
from collectors.bilibili import parse
from collectors.errors import SkipTarget, StopRun
from collectors.http import Http
from collectors.limits import Pace
from collectors.secrets import secret
from storage.records import AccountRecord

Clock = Callable[[], datetime]
OWN = "own"  # how the creator who authorised is asked for: its openid is known only afterwards
NOT_OWN = (
    f"Bilibili's open platform tells of the creator who authorised alone (ask for {OWN!r}): "
    "let the creator authorise the application, or import a vendor's export"
)


@dataclass(slots=True)
class Own:
    """The creator who authorised; asked for once."""

    client: api.Client
    clock: Clock
    _record: AccountRecord | None = field(default=None)

    def record(self) -> AccountRecord:
        """Its profile with counts."""
        if self._record is None:
            self._record = parse.account(self.client.account(), self.client.counts(), self.clock())
        return self._record


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The creator's published videos as posts."""

    client: api.Client
    own: Own
    platform: str = parse.PLATFORM
    name: str = "posts"
    list_kind: None = None
    newest_first: bool = False  # the order is not documented

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: up to 50 videos."""
        if target.native_id != self.own.record().native_id:
            raise SkipTarget(NOT_OWN)
        page = int(cursor or 1)
        return parse.video_page(self.client.videos(page), target.native_id, page, api.PAGE)


CARD = SourceCard(
    platform=parse.PLATFORM,
    streams=(
        StreamCard("profiles", "arcopen/fn/user/account/info, data/user/stat (own)", 1, api.CALLS, 2),
        StreamCard("posts", "arcopen/fn/archive/viewlist (own)", api.PAGE, api.CALLS, own=True),
    ),
    can=(
        "of a creator who authorised the application: name, follower counts over time, published videos",
        "已授权 UP 主自己的:名称、粉丝数变化、已发布的视频",
    ),
    cannot=(
        "anything of other accounts; who follows, comments or watches: the open platform gives no such list",
        "其他账号的一切;谁关注、评论或观看:开放平台不提供名单",
    ),
    cost=("free; one call a second, ours, since no number is documented", "免费;官方未公布限额,自定每秒一次"),
    terms=(
        "only what the creator authorised (USER_INFO, USER_DATA, ARC_BASE); no login cookies, no signatures of the website",
        "仅限 UP 主授权的权限(USER_INFO、USER_DATA、ARC_BASE);不用登录 Cookie,不用网页签名",
    ),
    kept=("counts and videos' features as long as the settings say", "数量与视频特征按设置的期限"),
    credentials=(api.CLIENT_ID, api.CLIENT_SECRET, api.TOKEN),
)


@dataclass(frozen=True, slots=True)
class Bilibili:
    """The source, over one creator's authorisation."""

    client: api.Client
    own: Own
    card: SourceCard = CARD

    def profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """The own profile, if it is asked for as "own", by its openid or its name; of others nothing is given."""
        if not ids:
            return
        if any(map(self.is_own, ids)):
            yield (self.own.record(),)

    def is_own(self, given: str) -> bool:
        """As `HasOwn.is_own`: "own", its openid or its name."""
        record = self.own.record()
        return given.casefold() in {OWN, record.native_id.casefold(), (record.name or "").casefold()}

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
        """Posts."""
        del most
        streams: dict[str, Stream] = {"posts": VideoStream(self.client, self.own)}
        return streams[name]


def open_bilibili(client: httpx.Client, pace: Pace, service: str, clock: Clock) -> Bilibili:
    """The source, under the credentials of the environment or the keyring.

    Raises:
        StopRun: one of them is missing.
    """
    found = {name: secret(name) for name in (api.CLIENT_ID, api.CLIENT_SECRET, api.TOKEN)}
    missing = [name for name, value in found.items() if value is None]
    if missing:
        reason = (
            f"Bilibili gives nothing without a creator's authorisation: set {', '.join(missing)} (environment or keyring); "
            "other accounts come by import"
        )
        raise StopRun(reason)
    http = Http(client, pace, parse.judge, refuses_in_200=True)
    client_id, client_secret, token = (value or "" for value in found.values())
    made = api.Client(http, service, client_id, client_secret, token, clock=lambda: clock().timestamp())
    return Bilibili(made, Own(made, clock))
