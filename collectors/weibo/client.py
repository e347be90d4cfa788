"""Weibo's open platform, version 2: one method per endpoint; a hundred calls a day for one account that authorised one application."""

from dataclasses import dataclass, field
from typing import Any

from collectors.http import Http, Params
from collectors.limits import Limit

PUBLIC = "https://api.weibo.com"
TOKEN = "FANFIT_WEIBO_ACCESS_TOKEN"  # noqa: S105 - the name of a secret, not one
_SOURCE = "open.weibo.com/wiki/Rate-limiting"
USER = Limit("user", 100, 86_400.0, f"{_SOURCE}: one authorised user in one application 100 requests a day", zone="Asia/Shanghai")
ADDRESS = Limit("ip", 15_000, 3_600.0, f"{_SOURCE}: one address 15,000 requests an hour")
POSTS, COMMENTS, REPOSTS = 100, 50, 50  # the most that one call is asked for


@dataclass(slots=True)
class Client:
    """Calls under an account's OAuth2 token, which goes in a header, never in an address (open.weibo.com/wiki/Oauth2)."""

    http: Http
    service: str = PUBLIC
    token: str = field(default="", repr=False)

    def own_id(self) -> Any:
        """account/get_uid: who authorised."""
        return self._get("account/get_uid", {})

    def user(self, uid: str) -> Any:
        """users/show of the authorised account."""
        return self._get("users/show", {"uid": uid})

    def posts(self, uid: str, page: int) -> Any:
        """statuses/user_timeline: the authorised account's own posts, newest first."""
        return self._get("statuses/user_timeline", {"uid": uid, "count": POSTS, "page": page})

    def comments(self, post: str, page: int) -> Any:
        """comments/show: comments on a post, newest first."""
        return self._get("comments/show", {"id": post, "count": COMMENTS, "page": page})

    def reposts(self, post: str, page: int) -> Any:
        """reposts/timeline: reposts of a post, newest first."""
        return self._get("reposts/timeline", {"id": post, "count": REPOSTS, "page": page})

    def _get(self, method: str, params: Params) -> Any:
        headers = {"Authorization": f"OAuth2 {self.token}"}
        return self.http.get(f"{self.service}/2/{method}.json", params, USER, headers=headers, also=ADDRESS).document
