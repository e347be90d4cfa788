"""X's API v2: one method per endpoint, its limit and its price beside it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.http import Http
from collectors.limits import Limit
from collectors.spending import Guard

PUBLIC = "https://api.x.com"
TOKEN = "FANFIT_X_BEARER_TOKEN"  # noqa: S105 - a name
USER_PRICE = 10_000  # micro-dollars a user or follower read: docs.x.com, pricing
POST_PRICE = 5_000  # a post read: docs.x.com, pricing
_SOURCE = "docs.x.com, X API, rate limits (per app)"
FOLLOWS = Limit("followers", 300, 900.0, _SOURCE)
FOLLOWEES = Limit("following", 300, 900.0, _SOURCE)
USERS = Limit("users", 300, 900.0, _SOURCE)
TWEETS = Limit("tweets", 10_000, 900.0, _SOURCE)
FOLLOW_PAGE, USER_PAGE, TWEET_PAGE, TWEET_LEAST = 1000, 100, 100, 5
USER_FIELDS = "created_at,description,profile_image_url,protected,public_metrics,verified"
TWEET_FIELDS = "created_at,referenced_tweets"


def page_size(most: int | None, largest: int, least: int = 1) -> int:
    """Items to ask for a page, so that `most` come in as few pages as can be and hardly any is paid for in vain.

    >>> page_size(200, 1000), page_size(2500, 1000), page_size(None, 1000), page_size(2, 100, 5)
    (200, 834, 1000, 5)
    """
    if most is None:
        return largest
    pages = max(math.ceil(most / largest), 1)
    return max(math.ceil(most / pages), least)


@dataclass(slots=True)
class Client:
    """Calls under a bearer token, each paid for before it is made."""

    http: Http
    guard: Guard
    service: str = PUBLIC
    token: str = field(default="", repr=False)

    def followers(self, user: str, cursor: str | None, size: int) -> Any:
        """GET /2/users/:id/followers: newest first, up to 1,000 a page."""
        return self._users(f"/2/users/{user}/followers", cursor, size, FOLLOWS)

    def following(self, user: str, cursor: str | None, size: int) -> Any:
        """GET /2/users/:id/following."""
        return self._users(f"/2/users/{user}/following", cursor, size, FOLLOWEES)

    def tweets(self, user: str, cursor: str | None, size: int) -> Any:
        """GET /2/users/:id/tweets: newest first, 5 to 100 a page, replies left out."""
        params: dict[str, str | int | list[str]] = {"max_results": size, "tweet.fields": TWEET_FIELDS, "exclude": "replies"}
        if cursor is not None:
            params["pagination_token"] = cursor
        return self._paid(f"/2/users/{user}/tweets", params, TWEETS, size, POST_PRICE)

    def by_ids(self, ids: Sequence[str]) -> Any:
        """GET /2/users: up to 100 by id; who is gone stands among `errors`."""
        return self._paid("/2/users", {"ids": ",".join(ids), "user.fields": USER_FIELDS}, USERS, len(ids), USER_PRICE)

    def by_names(self, names: Sequence[str]) -> Any:
        """GET /2/users/by: up to 100 by username."""
        return self._paid(
            "/2/users/by", {"usernames": ",".join(names), "user.fields": USER_FIELDS}, USERS, len(names), USER_PRICE
        )

    def _users(self, path: str, cursor: str | None, size: int, limit: Limit) -> Any:
        params: dict[str, str | int | list[str]] = {"max_results": size, "user.fields": USER_FIELDS}
        if cursor is not None:
            params["pagination_token"] = cursor
        return self._paid(path, params, limit, size, USER_PRICE)

    def _paid(self, path: str, params: dict[str, str | int | list[str]], limit: Limit, items: int, price: int) -> Any:
        with self.guard.buying(items, price) as bought:
            headers = {"Authorization": f"Bearer {self.token}"}
            document = self.http.get(f"{self.service}{path}", params, limit, headers=headers).document
            data = document.get("data") if isinstance(document, dict) else None
            bought.items = len(data) if isinstance(data, list) else 0
        return document


Page = Callable[[str, str | None, int], Any]
