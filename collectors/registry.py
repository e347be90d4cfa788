"""Every source there is, listed by name: nothing is found by magic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from collectors.base import Source, SourceCard
from collectors.bilibili import collector as bilibili
from collectors.bilibili.client import PUBLIC as BILIBILI_PUBLIC
from collectors.bluesky import collector as bluesky
from collectors.bluesky.client import PUBLIC as BLUESKY_PUBLIC
from collectors.bluesky.drawing import DIRECTORY
from collectors.limits import Pace
from collectors.mastodon import collector as mastodon
from collectors.spending import Guard
from collectors.weibo import collector as weibo
from collectors.weibo.client import PUBLIC as WEIBO_PUBLIC
from collectors.x import collector as x
from collectors.x.client import PUBLIC as X_PUBLIC
from collectors.youtube import collector as youtube
from collectors.youtube.client import PUBLIC as YOUTUBE_PUBLIC


@dataclass(frozen=True, slots=True)
class Opening:
    """What a source is opened with: `service` is the address of its API, `others` addresses of services beside it, by name.

    `guard` watches over what a paid source may cost.
    """

    client: httpx.Client
    pace: Pace
    service: str
    clock: Callable[[], datetime]
    guard: Guard
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A source before it is opened: its card, the address of its API unless settings say another, and how it is opened."""

    card: SourceCard
    service: str
    open: Callable[[Opening], Source]


def _bluesky(given: Opening) -> Source:
    directory = given.others.get("plc") or DIRECTORY
    return bluesky.open_bluesky(given.client, given.pace, given.service, given.clock, directory.rstrip("/"))


def _x(given: Opening) -> Source:
    return x.open_x(given.client, given.pace, given.service, given.clock, given.guard)


def _mastodon(given: Opening) -> Source:
    return mastodon.open_mastodon(given.client, given.pace, given.service, given.clock)


def _youtube(given: Opening) -> Source:
    return youtube.open_youtube(given.client, given.pace, given.service, given.clock)


def _weibo(given: Opening) -> Source:
    return weibo.open_weibo(given.client, given.pace, given.service, given.clock)


def _bilibili(given: Opening) -> Source:
    return bilibili.open_bilibili(given.client, given.pace, given.service, given.clock)


SOURCES: Mapping[str, Entry] = {
    "bluesky": Entry(bluesky.CARD, BLUESKY_PUBLIC, _bluesky),
    "youtube": Entry(youtube.CARD, YOUTUBE_PUBLIC, _youtube),
    "x": Entry(x.CARD, X_PUBLIC, _x),
    "mastodon": Entry(mastodon.CARD, mastodon.HOME, _mastodon),
    "weibo": Entry(weibo.CARD, WEIBO_PUBLIC, _weibo),
    "bilibili": Entry(bilibili.CARD, BILIBILI_PUBLIC, _bilibili),
}
