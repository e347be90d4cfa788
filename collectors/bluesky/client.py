"""Bluesky's XRPC methods: one function per endpoint, its limit beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.errors import StopRun
from collectors.http import Answer, Http
from collectors.limits import Limit
from collectors.secrets import secret

PUBLIC = "https://public.api.bsky.app"
PAGE = 100  # the most that a list gives in one call
ACTORS = 25  # the most that getProfiles takes
APPVIEW = Limit(
    "appview",
    3000,
    300.0,
    "docs.bsky.app, rate limits: the PDS allows 3,000 calls in 5 minutes; the AppView's limit has no number",
)
SIGN_IN = Limit(
    "createSession", 30, 300.0, "docs.bsky.app, rate limits: createSession, 30 in 5 minutes and 300 a day per account"
)
IDENTIFIER, PASSWORD = "FANFIT_BLUESKY_IDENTIFIER", "FANFIT_BLUESKY_APP_PASSWORD"


@dataclass(slots=True)
class Client:
    """Calls to one service: the public AppView without a key, or a PDS with a session that passes them on."""

    http: Http
    service: str = PUBLIC
    token: str | None = field(default=None, repr=False)

    def followers(self, actor: str, cursor: str | None) -> Any:
        """app.bsky.graph.getFollowers: newest first, up to 100 a page."""
        return self._list("app.bsky.graph.getFollowers", actor, cursor)

    def follows(self, actor: str, cursor: str | None) -> Any:
        """app.bsky.graph.getFollows."""
        return self._list("app.bsky.graph.getFollows", actor, cursor)

    def author_feed(self, actor: str, cursor: str | None) -> Any:
        """app.bsky.feed.getAuthorFeed: posts and reposts, newest first."""
        return self._list("app.bsky.feed.getAuthorFeed", actor, cursor, filter="posts_no_replies")

    def profiles(self, actors: Sequence[str]) -> Any:
        """app.bsky.actor.getProfiles: up to 25 with counts; deactivated and unknown ones are left out without a word."""
        return self._get("app.bsky.actor.getProfiles", {"actors": list(actors)}).document

    def likes(self, post: str, cursor: str | None) -> Any:
        """app.bsky.feed.getLikes of a post's URI: who, and when."""
        return self._pages("app.bsky.feed.getLikes", {"uri": post}, cursor)

    def reposted_by(self, post: str, cursor: str | None) -> Any:
        """app.bsky.feed.getRepostedBy of a post's URI: who."""
        return self._pages("app.bsky.feed.getRepostedBy", {"uri": post}, cursor)

    def quotes(self, post: str, cursor: str | None) -> Any:
        """app.bsky.feed.getQuotes of a post's URI: the posts that quote it."""
        return self._pages("app.bsky.feed.getQuotes", {"uri": post}, cursor)

    def replies(self, post: str) -> Any:
        """app.bsky.feed.getPostThread of a post's URI: its direct replies, all in one answer."""
        return self._get("app.bsky.feed.getPostThread", {"uri": post, "depth": 1, "parentHeight": 0}).document

    def search(self, words: str, cursor: str | None) -> Any:
        """app.bsky.actor.searchActors: profiles (without counts) that match the words."""
        return self._pages("app.bsky.actor.searchActors", {"q": words}, cursor)

    def _list(self, method: str, actor: str, cursor: str | None, **more: str) -> Any:
        return self._pages(method, {"actor": actor, **more}, cursor)

    def _pages(self, method: str, about: dict[str, str], cursor: str | None) -> Any:
        params: dict[str, str | int | list[str]] = {**about, "limit": PAGE}
        if cursor is not None:
            params["cursor"] = cursor
        return self._get(method, params).document

    def _get(self, method: str, params: dict[str, str | int | list[str]]) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else None
        return self.http.get(f"{self.service}/xrpc/{method}", params, APPVIEW, headers=headers)


def credentials() -> tuple[str, str] | None:
    """Identifier and app password from the environment or the keyring; None without them.

    Raises:
        StopRun: only one of the two is there.
    """
    identifier, password = secret(IDENTIFIER), secret(PASSWORD)
    if identifier and password:
        return identifier, password
    if identifier or password:
        reason = (
            f"{IDENTIFIER} and {PASSWORD} belong together, and one of them is not set: set both, or neither for the public API"
        )
        raise StopRun(reason)
    return None


def sign_in(http: Http, service: str, identifier: str, password: str) -> str:
    """com.atproto.server.createSession: an access token for one PDS; it lives two hours and is never stored.

    Raises:
        StopRun: the credentials are refused.
    """
    given = {"identifier": identifier, "password": password}
    answer = http.post(f"{service}/xrpc/com.atproto.server.createSession", given, SIGN_IN)
    token = answer.document.get("accessJwt") if isinstance(answer.document, dict) else None
    if not isinstance(token, str):
        reason = f"{service} gave no session: check {IDENTIFIER} and {PASSWORD}"
        raise StopRun(reason)
    return token
