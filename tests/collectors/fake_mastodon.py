"""A Mastodon server that answers as documented: lists paged by Link over ids that are in no body, two limits, lists that are hidden, errors in its words."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from collectors.base import Stream, Target
from collectors.http import Http, Judge
from collectors.mastodon.client import Client
from collectors.mastodon.collector import FollowStream
from collectors.mastodon.homes import Homes
from collectors.mastodon.parse import Standing, judge
from storage.records import ListKind

HOST = "social.test"
SERVICE = f"https://{HOST}"
OWNER = f"brand@{HOST}"
OWNER_ID = "01HQ7W8Z5K3V9T2M4N6P8R0XYZ"  # a ULID, as GoToSocial has them
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LONGEST = {"followers": 80, "following": 80, "statuses": 40, "favourited_by": 80, "reblogged_by": 80}
Shown = Callable[[Any], dict[str, Any]]


class FakeMastodon:
    """One server with a brand's account, its followers (half of them of other servers), posts and reactions as far as they are given."""

    def __init__(self, followers: int = 250) -> None:
        self.members = [f"fan{number:05d}@{HOST if number % 2 == 0 else 'far.test'}" for number in range(followers)]
        self.target = Target("mastodon", OWNER)
        self.calls = 0
        self.page_size = 80
        self.short_pages = False
        self.loops = False
        self.gone_after: int | None = None
        self.hidden = False
        self.wants_token: str | None = None  # the token without which nothing is answered
        self.tokens: list[str | None] = []  # what came in Authorization
        self.clock: Callable[[], datetime] = lambda: NOW
        self.windows: dict[tuple[str, int], int] = {}  # calls of a limit in a window
        self.refused = 0
        self.traits: dict[str, dict[str, Any]] = {}  # what an account's entity says otherwise
        self.feed: list[dict[str, Any]] = []
        self.reacted: dict[tuple[str, str], list[str]] = {}  # who did what (favourited_by, reblogged_by, context) with a status
        self.next_host: str | None = None  # a host that Link leads to instead

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.tokens.append(request.headers.get("Authorization"))
        if (limited := self.limited(request)) is not None:
            return limited
        if self.wants_token is not None and self.tokens[-1] != f"Bearer {self.wants_token}":
            said = "This API requires an authenticated user" if self.tokens[-1] is None else "The access token is invalid"
            return refused(401, said)
        if self.gone_after is not None and self.calls > self.gone_after:
            return refused(410, "Gone")
        return self.answered(request)

    def answered(self, request: httpx.Request) -> httpx.Response:
        """The answer to a call that is let through."""
        match request.url.path.split("/")[3:]:
            case ["accounts", "lookup"]:
                return self.lookup(request.url.params["acct"])
            case ["accounts", local_id, ("followers" | "following" | "statuses") as what]:
                return self.listed(request, local_id, what)
            case ["statuses", status, ("favourited_by" | "reblogged_by") as what]:
                return self.page(request, what, self.reacted.get((status, what), []), self.entity)
            case ["statuses", status, "context"]:
                answers = [
                    self.answer(who, status, number) for number, who in enumerate(self.reacted.get((status, "context"), []))
                ]
                return httpx.Response(200, json={"ancestors": [], "descendants": answers})
            case ["instance"]:
                return httpx.Response(200, json={"uri": HOST, "version": "4.4.0"})
        return refused(404, "Record not found")

    def limited(self, request: httpx.Request) -> httpx.Response | None:
        """Counts the call against both limits of the server; the refusal where one is used up."""
        now = int(self.clock().timestamp())
        paged = any(name in request.url.params for name in ("page", "max_id", "min_id", "since_id"))
        for name, seconds in (("api", 300), *([("paging", 900)] if paged else [])):
            at = (name, now // seconds)
            self.windows[at] = self.windows.get(at, 0) + 1
            if self.windows[at] > 300:
                self.refused += 1
                reset = datetime.fromtimestamp((now // seconds + 1) * seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
                return refused(429, "Too many requests", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})
        return None

    def lookup(self, acct: str) -> httpx.Response:
        user = acct.removesuffix(f"@{HOST}")
        found = next((each for each in (OWNER, *self.members, *self.traits) if self.shown_as(each) == user), None)
        return httpx.Response(200, json=self.entity(found)) if found else refused(404, "Record not found")

    def listed(self, request: httpx.Request, local_id: str, what: str) -> httpx.Response:
        """A list of the owner; of others the statuses, which are the same for everybody but for the author."""
        author = next((each for each in (OWNER, *self.members) if self.local_id(each) == local_id), None)
        if author is None or (what != "statuses" and author != OWNER):
            return refused(404, "Record not found")
        if what == "statuses":
            return self.page(request, what, self.feed, lambda status: self.by(status, author))
        return self.page(request, what, [] if self.hidden else self.members, self.entity)

    def page(self, request: httpx.Request, what: str, items: Sequence[Any], shown: Shown) -> httpx.Response:
        """A page, newest first; the ids in Link are those of follows or likes, which no body shows."""
        params = request.url.params
        start = 0 if "max_id" not in params else self.index(params["max_id"])
        limit = min(int(params.get("limit", "40" if what != "statuses" else "20")), LONGEST[what], self.page_size)
        size = limit if not self.short_pages else 0 if self.calls % 3 == 2 else limit // 3
        end = min(start + size, len(items))
        headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299", "X-RateLimit-Reset": "2026-11-01T12:05:00.000000Z"}
        links = {"prev": f"since_id={self.opaque(start)}"} if end > start else {}
        if end < len(items) or (end == start + limit and end > start):  # a full last page has a next one too, which is empty
            links = {"next": f"max_id={self.opaque(0 if self.loops else end)}", **links}
        base = str(request.url.copy_with(query=None)).replace(
            request.url.netloc.decode(), self.next_host or request.url.netloc.decode()
        )
        if links:
            headers["Link"] = ", ".join(f'<{base}?limit={limit}&{query}>; rel="{rel}"' for rel, query in links.items())
        return httpx.Response(200, json=[shown(item) for item in items[start:end]], headers=headers)

    def opaque(self, index: int) -> str:
        return str(987_654_321 - index * 7)

    def index(self, opaque: str) -> int:
        return (987_654_321 - int(opaque)) // 7

    def local_id(self, address: str) -> str:
        return OWNER_ID if address == OWNER else f"01J{address.partition('@')[0].upper()}"

    def shown_as(self, address: str) -> str:
        """acct: local accounts without their host."""
        return address.removesuffix(f"@{HOST}")

    def entity(self, address: str) -> dict[str, Any]:
        """An Account; of other servers' accounts noindex is not known."""
        user, _, host = address.partition("@")
        local = {"noindex": False} if host == HOST else {}
        owner = address == OWNER
        return {
            "id": self.local_id(address), "username": user, "acct": self.shown_as(address), "display_name": f"{user.title()} :tent:",
            "locked": False, "bot": False, "discoverable": True, "indexable": True, "group": False, "created_at": "2024-01-01T00:00:00.000Z",
            "note": f"<p>about {user} &amp; camping<br />:tent: daily</p>", "url": f"https://{host}/@{user}", "uri": f"https://{host}/users/{user}",
            "avatar": "https://files.test/a.png", "followers_count": len(self.members) if owner else 7, "following_count": len(self.members) if owner else 9,
            "statuses_count": 3, "emojis": [{"shortcode": "tent", "url": "https://files.test/t.png"}], "fields": [], **local,
            **self.traits.get(address, {}),
        }  # fmt: skip

    def status(self, number: int, html: str, **more: Any) -> dict[str, Any]:
        """A Status; the higher its number the older."""
        when = (NOW - timedelta(hours=1 + number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {"id": f"01S{number:04d}", "created_at": when, "visibility": "public", "spoiler_text": "", "content": html, "emojis": [],
                "in_reply_to_id": None, "reblog": None, "language": "zh", **more}  # fmt: skip

    def boost(self, number: int, of: str, html: str, **more: Any) -> dict[str, Any]:
        """A Status that passes on another's."""
        inner = self.by(self.status(number + 500, html), of)
        return self.status(number, html, reblog=inner | more)

    def by(self, status: dict[str, Any], author: str) -> dict[str, Any]:
        user, _, host = author.partition("@")
        return {"uri": f"https://{host}/users/{user}/statuses/{status['id']}", "account": self.entity(author), **status}

    def answer(self, who: str, status: str, number: int) -> dict[str, Any]:
        """An answer in a context."""
        return self.by(self.status(number, "<p>yes</p>", id=f"01R{number:04d}", in_reply_to_id=status), who)

    def stream(self, http: Http) -> Stream:
        homes = Homes(Client(http), self.clock, SERVICE)
        more = bool(self.members)
        homes._known[OWNER] = Standing(
            OWNER_ID, HOST, local=True, refused="", posts=True, hides_followers=more, hides_followees=more
        )
        return FollowStream(homes, ListKind.FOLLOWERS)

    def judge(self) -> Judge:
        return judge


def refused(status: int, error: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, json={"error": error}, headers=headers)


@contextmanager
def served(fake: FakeMastodon) -> Iterator[str]:
    """The fake behind a real HTTP server on the loopback; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = {name: value for name, value in self.headers.items() if name.lower() == "authorization"}
            answer = fake(httpx.Request("GET", f"http://{self.headers['Host']}{self.path}", headers=given))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
