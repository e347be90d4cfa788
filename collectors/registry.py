"""Every source there is, listed by name: nothing is found by magic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from collectors.base import Source, SourceCard
from collectors.bluesky import collector as bluesky
from collectors.bluesky.client import PUBLIC as BLUESKY_PUBLIC
from collectors.limits import Pace
from collectors.mastodon import collector as mastodon

Opener = Callable[[httpx.Client, Pace, str, Callable[[], datetime]], Source]


@dataclass(frozen=True, slots=True)
class Entry:
    """A source before it is opened: its card, the address of its API unless settings say another, and how it is opened."""

    card: SourceCard
    service: str
    open: Opener


SOURCES: Mapping[str, Entry] = {
    "bluesky": Entry(bluesky.CARD, BLUESKY_PUBLIC, bluesky.open_bluesky),
    "mastodon": Entry(mastodon.CARD, mastodon.HOME, mastodon.open_mastodon),
}
