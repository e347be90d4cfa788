"""A Bluesky that answers as the running network did: opaque cursors, a cursor after a short page, errors with its words."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from collectors.base import Stream, Target
from collectors.bluesky.client import Client
from collectors.bluesky.collector import FollowStream
from collectors.bluesky.parse import is_actor, judge
from collectors.http import Http, Judge
from storage.records import ListKind

SERVICE = "https://bsky.test"
REACTIONS = {
    "app.bsky.feed.getLikes": ("likes", "like"),
    "app.bsky.feed.getRepostedBy": ("repostedBy", "repost"),
    "app.bsky.feed.getQuotes": ("posts", "quote"),
    "app.bsky.feed.getPostThread": ("thread", "reply"),
}
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
OWNER = "did:plc:owner"


class FakeBluesky:
    """One account with followers; posts and profiles as far as they are given."""

    def __init__(self, followers: int = 250) -> None:
        self.members = [f"did:plc:fan{number:05d}" for number in range(followers)]
        self.target = Target("bluesky", OWNER)
        self.calls = 0
        self.page_size = 100
        self.short_pages = False
        self.loops = False
        self.gone_after: int | None = None
        self.deactivated: set[str] = set()
        self.feed: list[dict[str, Any]] = []
        self.labels: dict[str, list[dict[str, str]]] = {}
        self.reacted: dict[tuple[str, str], list[str]] = {}  # who did what (like, repost, quote, reply) with which post's URI
        self.deleted_posts: set[str] = set()
        self.export = ""  # the PLC directory's operations, one a line

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        method, params = request.url.path.rsplit("/", 1)[-1], request.url.params
        if method == "export":
            later = [line for line in self.export.splitlines() if json.loads(line)["createdAt"] > params["after"]]
            return httpx.Response(200, text="\n".join(later[: int(params["count"])]))
        if self.gone_after is not None and self.calls > self.gone_after:
            return refused(400, "AccountDeactivated", "Account is deactivated")
        if method == "app.bsky.actor.getProfiles":
            return self.profiles(params.get_list("actors"))
        if method in REACTIONS:
            return self.reactions(method, params)
        return self.listed(method, params)

    def listed(self, method: str, params: httpx.QueryParams) -> httpx.Response:
        """A page of a list about an account, or of those found by words."""
        if method == "app.bsky.actor.searchActors":
            hits = [did for did in self.members if params["q"] in did]
            return self.page("actors", hits, self.view, int(params.get("limit", "25")), params.get("cursor"))
        actor = params.get("actor", "")
        lists: dict[str, tuple[str, Sequence[Any], Callable[[Any], Any]]] = {
            "app.bsky.graph.getFollowers": ("followers", self.members, self.view),
            "app.bsky.graph.getFollows": ("follows", self.members, self.view),
            "app.bsky.feed.getAuthorFeed": ("feed", self.feed, lambda item: self.by(item, actor)),
        }
        if method not in lists:
            return refused(501, "MethodNotImplemented", "Method Not Implemented")
        if actor != OWNER and not (actor in self.members and "Feed" in method):
            return refused(400, "InvalidRequest", "Profile not found" if "Feed" in method else f"Actor not found: {actor}")
        key, items, shown = lists[method]
        return self.page(key, items, shown, int(params.get("limit", "50")), params.get("cursor"))

    def reactions(self, method: str, params: httpx.QueryParams) -> httpx.Response:
        """Who reacted to a post; threads come whole, the others page by page."""
        post, (key, kind) = params["uri"], REACTIONS[method]
        people = self.reacted.get((post, kind), [])
        if post in self.deleted_posts and kind == "reply":
            return refused(400, "NotFound", f"Post not found: {post}")
        people = [] if post in self.deleted_posts else people
        if kind == "reply":
            replies = [{"$type": "app.bsky.feed.defs#threadViewPost", "post": self.written(did)} for did in people]
            gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://gone", "notFound": True}
            return httpx.Response(200, json={"thread": {"post": self.written(OWNER), "replies": [gone, *replies]}})
        shown: dict[str, Callable[[str], Any]] = {
            "like": lambda did: {"actor": self.view(did), "createdAt": "2026-10-31T11:00:00.000Z", "indexedAt": "2026-10-31T11:00:01.000Z"},
            "repost": self.view, "quote": self.written,
        }  # fmt: skip
        return self.page(key, people, shown[kind], int(params.get("limit", "50")), params.get("cursor"))

    def written(self, did: str) -> dict[str, Any]:
        """A post of somebody, as quotes and threads show it."""
        record = {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": "2026-10-31T12:00:00.000Z"}
        return {"uri": f"at://{did}/1", "author": self.view(did), "record": record, "indexedAt": "2026-10-31T12:00:00.000Z"}

    def profiles(self, asked: list[str]) -> httpx.Response:
        if len(asked) > 25:
            return refused(400, "InvalidRequest", "actors must not have more than 25 elements")
        if not all(map(is_actor, asked)):
            return refused(400, "InvalidRequest", "Error: actors/0 must be a valid did or a handle")
        found = [did for did in asked if did in {OWNER, *self.members} and did not in self.deactivated]
        return httpx.Response(200, json={"profiles": [self.view(did, counts=True) for did in found]})

    def page(self, key: str, items: Sequence[Any], shown: Callable[[Any], Any], limit: int, cursor: str | None) -> httpx.Response:
        if limit > 100:
            return refused(400, "InvalidRequest", "limit can not be greater than 100")
        try:
            start = 0 if cursor is None else int(base64.urlsafe_b64decode(cursor).split(b"__")[1])
        except (ValueError, IndexError):
            return refused(500, "InternalServerError", "Internal Server Error")
        limit = min(limit, self.page_size)
        size = limit if not self.short_pages else 0 if self.calls % 3 == 2 else limit // 3
        end = min(start + size, len(items))
        document: dict[str, Any] = {"subject": self.view(OWNER), key: [shown(item) for item in items[start:end]]}
        if start < len(items):  # a short last page has one too; past the end there is none
            document["cursor"] = self.cursor_after(start, end)
        return httpx.Response(200, json=document)

    def cursor_after(self, start: int, end: int) -> str:
        """Opaque, as `<ms>__<cid>`: another one after every page, the same again for a server that leads in a circle."""
        text = "1__0" if self.loops else f"{self.calls if start == end else 1}__{end}"
        return base64.urlsafe_b64encode(text.encode()).decode()

    def view(self, did: str, *, counts: bool = False) -> dict[str, Any]:
        name = did.rsplit(":", 1)[-1]
        view: dict[str, Any] = {
            "did": did, "handle": f"{name}.bsky.test", "displayName": name, "description": f"about {name}", "avatar": "https://cdn/x",
            "createdAt": "2024-01-01T00:00:00.000Z", "labels": self.labels.get(did, []),
        }  # fmt: skip
        return view | ({"followersCount": 7, "followsCount": 9, "postsCount": 3} if counts else {})

    def post(self, number: int, text: str, created: str = "2026-10-31T10:00:00.000Z") -> dict[str, Any]:
        """An item of a feed."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": created}
        return {"post": {"uri": f"at://post/{number}", "cid": "x", "record": record, "indexedAt": created, "labels": []}}

    def by(self, item: dict[str, Any], author: str) -> dict[str, Any]:
        """The same item as one of the author's own."""
        return {**item, "post": {**item["post"], "uri": f"{item['post']['uri']}/{author}", "author": self.view(author)}}

    def stream(self, http: Http) -> Stream:
        return FollowStream(Client(http, SERVICE), lambda: NOW, ListKind.FOLLOWERS)

    def judge(self) -> Judge:
        return judge


def refused(status: int, error: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "message": message})
