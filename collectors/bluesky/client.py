"""Bluesky's XRPC methods: one function per endpoint, its limit beside it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.errors import StopRun
from collectors.http import Answer, Http
from collectors.limits import Limit

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

    def _list(self, method: str, actor: str, cursor: str | None, **more: str) -> Any:
        params: dict[str, str | int | list[str]] = {"actor": actor, "limit": PAGE, **more}
        if cursor is not None:
            params["cursor"] = cursor
        return self._get(method, params).document

    def _get(self, method: str, params: dict[str, str | int | list[str]]) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else None
        return self.http.get(f"{self.service}/xrpc/{method}", params, APPVIEW, headers=headers)


def credentials() -> tuple[str, str] | None:
    """Identifier and app password from the environment; None without them.

    Raises:
        StopRun: only one of the two is there.
    """
    found = os.environ.get(IDENTIFIER, ""), os.environ.get(PASSWORD, "")
    if all(found):
        return found
    if any(found):
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
