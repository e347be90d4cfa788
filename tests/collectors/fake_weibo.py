"""A Weibo that knows one authorised account, pages by number, leaves out what users hid, and refuses with codes in a 200."""

from typing import Any

import httpx

from collectors.base import Stream, Target
from collectors.engagers import EngagerStream
from collectors.http import Http, Judge
from collectors.weibo.client import Client
from collectors.weibo.collector import Own, Reacted
from collectors.weibo.parse import judge
from tests.collectors.contract import TOKEN, Clock

SERVICE = "https://weibo.test"
OWNER = "1000000001"
MADE = "Tue May 31 17:46:55 +0800 2011"


class FakeWeibo:
    """One account with one post, on which its `members` commented; more posts and reposts as far as they are given."""

    refuses_in_200 = True

    def __init__(self, members: int = 250) -> None:
        self.members = [str(2_000_000_000 + number) for number in range(members)]
        self.target = Target("weibo", OWNER)
        self.posts = ["9000000001"]
        self.reposters: list[str] = []
        self.calls = 0
        self.short_pages = False
        self.loops = False
        self.gone_after: int | None = None
        self.tokens: set[str | None] = set()
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.tokens.add(request.headers.get("authorization"))
        self.asked.append(str(request.url))
        method, params = request.url.path.removeprefix("/2/").removesuffix(".json"), request.url.params
        if self.gone_after is not None and self.calls > self.gone_after:
            return refused("20101")
        if method == "account/get_uid":
            return httpx.Response(200, json={"uid": int(OWNER)})
        if method == "users/show":
            return httpx.Response(200, json=person(params["uid"], "露营的老王"))
        if method == "statuses/user_timeline":
            views = [self.post(number, post) for number, post in enumerate(self.posts)]
            return self.page("statuses", views, params, short=False)
        people = self.members if method == "comments/show" else self.reposters
        views = [{"id": number, "created_at": MADE, "text": "好", "user": person(who)} for number, who in enumerate(people)]
        return self.page("comments" if method == "comments/show" else "reposts", views, params, short=self.short_pages)

    def post(self, number: int, native_id: str) -> dict[str, Any]:
        view: dict[str, Any] = {"id": int(native_id), "idstr": native_id, "text": f"周末露营 {number}", "created_at": MADE}
        return view | ({"retweeted_status": {"id": 1}} if native_id.endswith("9") else {})

    def page(self, key: str, views: list[Any], params: httpx.QueryParams, *, short: bool) -> httpx.Response:
        size, number = int(params["count"]), 1 if self.loops else int(params["page"])
        if not short:
            taken, total = views[(number - 1) * size : number * size], len(views)
        else:  # what users hid stands on a page and is not shown: every third page has nothing, others a third
            third = size // 3
            shown = [views[at : at + third] for at in range(0, len(views), third)]
            pages = [page for at, part in enumerate(shown) for page in ([part, []] if at % 3 == 1 else [part])]
            taken, total = pages[number - 1] if number <= len(pages) else [], len(pages) * size
        return httpx.Response(200, json={key: taken, "total_number": total, "next_cursor": 0, "previous_cursor": 0})

    def stream(self, http: Http) -> Stream:
        client = Client(http, SERVICE, TOKEN)
        return EngagerStream(Reacted(client, Own(client, Clock().now)))

    def judge(self) -> Judge:
        return judge


def person(uid: str, name: str = "") -> dict[str, Any]:
    return {
        "id": int(uid), "idstr": uid, "screen_name": name or f"网友{uid[-3:]}", "description": "爱露营", "gender": "f", "location": "北京 朝阳区",
        "followers_count": 120, "friends_count": 80, "statuses_count": 15, "created_at": "Fri Aug 28 00:00:00 +0800 2009", "verified": False,
    }  # fmt: skip


def refused(code: int | str, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json={"error": "no", "error_code": code, "request": "/2/x.json"})
