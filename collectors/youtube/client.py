"""YouTube's Data API v3: one method per endpoint; every call costs units of a day that ends at midnight in Los Angeles."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.errors import QuotaUsedUp
from collectors.http import Http, Params
from collectors.limits import Limit, Pace

PUBLIC = "https://www.googleapis.com"
KEY = "FANFIT_YOUTUBE_API_KEY"
_SOURCE = "developers.google.com/youtube/v3/determine_quota_cost"
UNITS = Limit("units", 10_000, 86_400.0, f"{_SOURCE}: 10,000 units a day, a list call is one", zone="America/Los_Angeles")
SEARCHES = Limit("searches", 100, 86_400.0, f"{_SOURCE}: search.list has a bucket of 100 calls a day", zone="America/Los_Angeles")
CHANNELS, ITEMS, VIDEOS, COMMENTS, FOUND = 50, 50, 50, 100, 50  # the most that one call gives or takes


@dataclass(slots=True)
class Client:
    """Calls under an API key, which goes in a header, never in an address."""

    http: Http
    pace: Pace
    service: str = PUBLIC
    key: str = field(default="", repr=False)

    def channels(self, ids: Sequence[str]) -> Any:
        """channels.list by up to 50 ids."""
        return self._get("channels", {"part": "snippet,statistics,contentDetails", "id": ",".join(ids), "maxResults": CHANNELS})

    def channel_of(self, handle: str) -> Any:
        """channels.list by one handle."""
        return self._get("channels", {"part": "snippet,statistics,contentDetails", "forHandle": handle})

    def items(self, playlist: str, token: str | None) -> Any:
        """playlistItems.list: the videos of a playlist, up to 50 a page."""
        return self._get("playlistItems", {"part": "contentDetails", "playlistId": playlist, "maxResults": ITEMS}, token)

    def videos(self, ids: Sequence[str]) -> Any:
        """videos.list by up to 50 ids."""
        return self._get("videos", {"part": "snippet", "id": ",".join(ids)})

    def comments(self, video: str, token: str | None) -> Any:
        """commentThreads.list: the comments on a video, newest first, up to 100 a page; answers to comments are not in it."""
        params: dict[str, str | int | list[str]] = {"part": "snippet", "videoId": video, "maxResults": COMMENTS}
        return self._get("commentThreads", params | {"textFormat": "plainText", "order": "time"}, token)

    def search(self, words: str, token: str | None) -> Any:
        """search.list of channels."""
        params: dict[str, str | int | list[str]] = {"part": "snippet", "type": "channel", "q": words, "maxResults": FOUND}
        return self._get("search", params, token, SEARCHES)

    def _get(self, method: str, params: Params, token: str | None = None, limit: Limit = UNITS) -> Any:
        asked = dict(params) | ({} if token is None else {"pageToken": token})
        try:
            return self.http.get(
                f"{self.service}/youtube/v3/{method}", asked, limit, headers={"X-Goog-Api-Key": self.key}
            ).document
        except QuotaUsedUp:
            raise self.pace.used_up(self.service.partition("://")[2], limit) from None
