"""A YouTube that pages by pageToken, counts units, rounds subscribers, and refuses with its reasons."""

from typing import Any

import httpx

from collectors.base import Stream, Target
from collectors.engagers import EngagerStream
from collectors.http import Http, Judge
from collectors.youtube.client import Client
from collectors.youtube.collector import Commented, Uploads
from collectors.youtube.parse import judge

SERVICE = "https://youtube.test"
OWNER = "UC" + "o" * 22


class FakeYouTube:
    """One channel with one video, on which its `members` commented; more videos and answers as far as they are given."""

    def __init__(self, comments: int = 250) -> None:
        self.members = [f"UC{number:022d}" for number in range(comments)]
        self.target = Target("youtube", OWNER)
        self.videos = ["video0"]
        self.calls = 0
        self.units = 0
        self.quota = 10_000
        self.short_pages = False
        self.loops = False
        self.gone_after: int | None = None
        self.comments_off: set[str] = set()
        self.private: set[str] = set()
        self.hidden = False
        self.keys: set[str | None] = set()
        self.addresses: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.keys.add(request.headers.get("x-goog-api-key"))
        self.addresses.append(str(request.url))
        if self.units >= self.quota:
            return refused(403, "quotaExceeded")
        self.units += 1
        if self.gone_after is not None and self.calls > self.gone_after:
            return refused(404, "videoNotFound")
        method, params = request.url.path.rsplit("/", 1)[-1], request.url.params
        return {
            "channels": self.channels, "playlistItems": self.items, "videos": self.listed, "commentThreads": self.comments, "search": self.found,
        }[method](params)  # fmt: skip

    def channels(self, params: httpx.QueryParams) -> httpx.Response:
        if handle := params.get("forHandle"):
            wanted = [OWNER] if handle == "@owner" else []
        else:
            wanted = [each for each in params["id"].split(",") if each in {OWNER, *self.members}]
        document: dict[str, Any] = {"kind": "youtube#channelListResponse"}
        if wanted:
            document["items"] = [self.channel(each) for each in wanted]
        return httpx.Response(200, json=document)

    def channel(self, native_id: str) -> dict[str, Any]:
        shown = {
            "subscriberCount": "12300" if native_id == OWNER else "30",
            "videoCount": str(len(self.videos)),
            "viewCount": "1",
            "hiddenSubscriberCount": self.hidden,
        }
        return {
            "id": native_id, "statistics": shown, "contentDetails": {"relatedPlaylists": {"uploads": f"UU{native_id[2:]}"}},
            "snippet": {"title": f"Channel {native_id[-3:]}", "description": "camping", "customUrl": "@owner", "publishedAt": "2020-01-01T00:00:00Z"},
        }  # fmt: skip

    def items(self, params: httpx.QueryParams) -> httpx.Response:
        views = [{"contentDetails": {"videoId": video}} for video in self.videos]
        return self.page("playlistItemList", views, int(params["maxResults"]), params.get("pageToken"), short=False)

    def listed(self, params: httpx.QueryParams) -> httpx.Response:
        views = [
            {"id": video, "snippet": {"title": f"About {video}", "description": "tents", "publishedAt": "2026-10-30T10:00:00Z"}}
            for video in params["id"].split(",") if video not in self.private
        ]  # fmt: skip
        return httpx.Response(200, json={"kind": "youtube#videoListResponse", "items": views})

    def comments(self, params: httpx.QueryParams) -> httpx.Response:
        if params["videoId"] in self.comments_off:
            return refused(403, "commentsDisabled")
        views = [
            {
                "snippet": {
                    "topLevelComment": {"snippet": {"authorChannelId": {"value": who}, "publishedAt": "2026-10-31T10:00:00Z"}}
                }
            }
            for who in self.members
        ]
        return self.page("commentThreadList", views, int(params["maxResults"]), params.get("pageToken"), short=self.short_pages)

    def found(self, params: httpx.QueryParams) -> httpx.Response:
        views = [{"id": {"channelId": who}} for who in self.members]
        return self.page("searchList", views, int(params["maxResults"]), params.get("pageToken"), short=False)

    def page(self, kind: str, views: list[Any], size: int, token: str | None, *, short: bool) -> httpx.Response:
        start = 0 if token is None else int(token.split("-")[1])
        taken = size if not short else 0 if self.calls % 3 == 2 else size // 3
        end = min(start + taken, len(views))
        document: dict[str, Any] = {"kind": f"youtube#{kind}Response", "items": views[start:end]}
        if end < len(views):
            document["nextPageToken"] = (
                "T0-0" if self.loops and kind.startswith("comment") else f"T{self.calls if end == start else 0}-{end}"
            )
        return httpx.Response(200, json=document)

    def stream(self, http: Http) -> Stream:
        client = Client(http, http._pace, SERVICE, "key")
        return EngagerStream(Commented(client, Uploads(client)))

    def judge(self) -> Judge:
        return judge


def refused(status: int, reason: str) -> httpx.Response:
    error = {"code": status, "message": "no", "errors": [{"domain": "youtube", "reason": reason}]}
    return httpx.Response(status, json={"error": error})
