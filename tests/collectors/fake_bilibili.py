"""A Bilibili open platform that checks signatures, knows one creator, pages by number and says its verdict in `code`."""

import hashlib
import hmac
from typing import Any

import httpx

from collectors.base import Stream, Target
from collectors.bilibili.client import PAGE, Client
from collectors.bilibili.collector import Own, VideoStream
from collectors.bilibili.parse import judge
from collectors.http import Http, Judge
from tests.collectors.contract import TOKEN, Clock

SERVICE = "https://bilibili.test"
OWNER = "openid-1f"
CLIENT, SECRET = "client-1", "planted-app-key"


class FakeBilibili:
    """One creator; its `members` are ids of its videos, the newest first."""

    refuses_in_200 = True

    def __init__(self, videos: int = 250) -> None:
        self.members = [f"BV{number:010d}" for number in range(videos)]
        self.target = Target("bilibili", OWNER)
        self.calls = 0
        self.short_pages = False
        self.loops = False
        self.gone_after: int | None = None
        self.nonces: list[str] = []
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.asked.append(str(request.url))
        if not self.signed(request):
            return verdict(4002)
        if self.gone_after is not None and self.calls > self.gone_after:
            return verdict(-404)
        method = request.url.path.removeprefix("/arcopen/fn/")
        if method == "user/account/info":
            return verdict(0, {"name": "露营的阿山", "face": "https://img.test/a.jpg", "openid": OWNER})
        if method == "data/user/stat":
            return verdict(0, {"follower": "12000", "following": 8, "arc_passed_total": str(len(self.members))})
        return self.page(request.url.params)

    def signed(self, request: httpx.Request) -> bool:
        """Whether the signature is the one that the documentation describes, under a nonce that was not used before."""
        told = sorted((name, value) for name, value in request.headers.items() if name.startswith("x-bili-"))
        text = "\n".join(f"{name}:{value}" for name, value in told)
        right = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        nonce = request.headers.get("x-bili-signature-nonce", "")
        self.nonces.append(nonce)
        names = {name for name, _ in told}
        return len(names) == 6 and request.headers.get("authorization") == right and request.headers.get("access-token") == TOKEN

    def page(self, params: httpx.QueryParams) -> httpx.Response:
        number = 1 if self.loops else int(params["pn"])
        views = [
            {
                "resource_id": video,
                "title": f"露营 {video}",
                "desc": "帐篷",
                "tag": "户外",
                "ptime": 1_790_000_000 - at,
                "ctime": 1,
            }
            for at, video in enumerate(self.members)
        ]
        if not self.short_pages:
            taken, total = views[(number - 1) * PAGE : number * PAGE], len(views)
        else:
            shown = [views[at : at + 20] for at in range(0, len(views), 20)]
            pages = [page for at, part in enumerate(shown) for page in ([part, []] if at % 3 == 1 else [part])]
            taken, total = pages[number - 1] if number <= len(pages) else [], len(pages) * PAGE
        return verdict(0, {"list": taken or None, "page": {"pn": number, "ps": PAGE, "total": total}})

    def stream(self, http: Http) -> Stream:
        client = Client(http, SERVICE, CLIENT, SECRET, TOKEN)
        return VideoStream(client, Own(client, Clock().now))

    def judge(self) -> Judge:
        return judge


def verdict(code: int, data: Any = None) -> httpx.Response:
    return httpx.Response(200, json={"code": code, "message": str(code), "ttl": 1, "data": data})
