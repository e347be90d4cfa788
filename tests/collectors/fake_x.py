"""An X that pages by next_token, sells every item once a day, and answers with data and errors in one 200."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from collectors.base import Stream, Target
from collectors.http import Http, Judge
from collectors.spending import Bought, Guard
from collectors.x.client import POST_PRICE, USER_PRICE, Client
from collectors.x.collector import FollowStream
from collectors.x.parse import judge
from storage.records import ListKind

SERVICE = "https://x.test"
OWNER = "1000"


class Unlimited(Guard):
    """A guard that lets everything be bought."""

    def __init__(self) -> None:
        """Without a ledger."""

    @contextmanager
    def buying(self, *_: int) -> Iterator[Bought]:
        yield Bought()


class FakeX:
    """One account with followers; each of them has posts. `charged` is what was sold, in micro-dollars; the same item is free for the rest of a day."""

    def __init__(self, followers: int = 250) -> None:
        self.members = [str(2000 + number) for number in range(followers)]
        self.target = Target("x", OWNER)
        self.calls = 0
        self.short_pages = False
        self.loops = False
        self.gone_after: int | None = None
        self.suspended: set[str] = set()
        self.posts_each = 12
        self.sold: set[str] = set()
        self.charged = 0
        self.guard: Guard = Unlimited()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        parts, params = request.url.path.split("/")[2:], request.url.params
        if self.gone_after is not None and self.calls > self.gone_after:
            return httpx.Response(200, json={"errors": [problem("resource-not-found")]})
        if parts == ["users"]:
            return self.lookup(params["ids"].split(","), "ids")
        if parts == ["users", "by"]:
            return self.lookup([name.removeprefix("user") for name in params["usernames"].split(",")], "usernames")
        return self.listed(parts, int(params["max_results"]), params.get("pagination_token"))

    def listed(self, parts: list[str], size: int, token: str | None) -> httpx.Response:
        """A page of an account's posts or followers."""
        if parts[2] == "tweets":
            if not 5 <= size <= 100:
                return httpx.Response(400, json={"errors": [problem("invalid-request")]})
            posts = [self.post(parts[1], number) for number in range(self.posts_each)]
            return self.page(posts, size, token, POST_PRICE)
        if not 1 <= size <= 1000:
            return httpx.Response(400, json={"errors": [problem("invalid-request")]})
        return self.page([self.user(each) for each in self.members], size, token, USER_PRICE)

    def lookup(self, ids: list[str], parameter: str) -> httpx.Response:
        found = [each for each in ids if each in {OWNER, *self.members} and each not in self.suspended]
        document: dict[str, Any] = {}
        if found:
            document["data"] = [self.user(each) for each in found]
            self.sell(found, USER_PRICE)
        if missing := [each for each in ids if each not in found]:
            document["errors"] = [problem("resource-not-found") | {"parameter": parameter, "value": each} for each in missing]
        return httpx.Response(200, json=document)

    def page(self, items: list[dict[str, Any]], size: int, token: str | None, price: int) -> httpx.Response:
        start = 0 if token is None else int(token.split("-")[1])
        taken = size if not self.short_pages else 0 if self.calls % 3 == 2 else max(size // 3, 1)
        shown = items[start : start + taken]
        end = start + len(shown)
        meta: dict[str, Any] = {"result_count": len(shown)}
        if end < len(items):
            meta["next_token"] = "t0-0" if self.loops else f"t{self.calls if not shown else 0}-{end}"
        self.sell([each["id"] for each in shown], price)
        return httpx.Response(200, json=({"data": shown} if shown else {}) | {"meta": meta})

    def sell(self, items: list[str], price: int) -> None:
        new = {f"{price}:{each}" for each in items} - self.sold
        self.sold |= new
        self.charged += price * len(new)

    def user(self, native_id: str) -> dict[str, Any]:
        return {
            "id": native_id, "username": f"user{native_id}", "name": f"User {native_id}", "description": "camping", "verified": False,
            "profile_image_url": "https://img.test/default_profile_images/a.png", "created_at": "2020-01-01T00:00:00.000Z",
            "public_metrics": {"followers_count": len(self.members) if native_id == OWNER else 3, "following_count": 9, "tweet_count": 12},
        }  # fmt: skip

    def post(self, author: str, number: int) -> dict[str, Any]:
        return {"id": f"{author}{number:03d}", "text": f"tent {number}", "created_at": f"2026-10-{30 - number:02d}T10:00:00.000Z"}

    def stream(self, http: Http) -> Stream:
        from tests.collectors.fake_bluesky import NOW

        return FollowStream(Client(http, self.guard, SERVICE, "token"), lambda: NOW, ListKind.FOLLOWERS, 100)

    def judge(self) -> Judge:
        return judge


def problem(kind: str) -> dict[str, Any]:
    return {"title": kind, "detail": "…", "type": f"https://api.x.com/2/problems/{kind}"}
