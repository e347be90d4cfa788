"""The Mastodon API's methods: one function per endpoint, its limit beside it; lists are paged by the Link header and by nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from collectors.errors import SkipTarget
from collectors.http import Http
from collectors.limits import Limit
from collectors.mastodon.parse import Refused
from collectors.secrets import secret

ACCOUNTS = 80  # the most that a list of accounts gives in one call
STATUSES = 40  # the most that a list of posts gives
GENERAL = Limit(
    "api", 300, 300.0, "docs.joinmastodon.org/api/rate-limits: 300 in 5 minutes per account and per IP address, on every server"
)
PAGING = Limit(
    "paging",
    300,
    900.0,
    "mastodon/mastodon config/initializers/rack_attack.rb, throttle_*_paging: 300 in 15 minutes with page, max_id, min_id or since_id",
)
TOKEN = "FANFIT_MASTODON_TOKEN_"  # noqa: S105 - the beginning of a secret's name
_PAGED = ("page", "max_id", "min_id", "since_id")
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_NEXT = re.compile(r";\s*rel=\"?next\"?(?=[\s;,]|$)", re.IGNORECASE)
_OTHER = re.compile(r"[^A-Z0-9]")


def token_name(host: str) -> str:
    """The secret that holds a host's token.

    >>> token_name("my-server.example:8080")
    'FANFIT_MASTODON_TOKEN_MY_SERVER_EXAMPLE_8080'
    """
    return TOKEN + _OTHER.sub("_", host.upper())


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: its JSON, and the query of the page after it (None at the end)."""

    document: Any
    next: str | None


@dataclass(slots=True)
class Client:
    """Calls to any server of the Mastodon API; `base` is a server's address without a path. Tokens are looked up once per host, and go to that host only."""

    http: Http
    _tokens: dict[str, str | None] = field(default_factory=dict, repr=False)

    def lookup(self, base: str, address: str) -> Any:
        """GET accounts/lookup: the account under an address user@host, with the id that this server knows it by."""
        return self._get(base, "/api/v1/accounts/lookup", {"acct": address}).document

    def followers(self, base: str, local_id: str, cursor: str | None) -> Listed:
        """GET accounts/:id/followers: newest first, up to 80 a page."""
        return self._get(base, f"/api/v1/accounts/{_part(local_id)}/followers", _page(ACCOUNTS, cursor))

    def following(self, base: str, local_id: str, cursor: str | None) -> Listed:
        """GET accounts/:id/following: newest first, up to 80 a page."""
        return self._get(base, f"/api/v1/accounts/{_part(local_id)}/following", _page(ACCOUNTS, cursor))

    def statuses(self, base: str, local_id: str, cursor: str | None) -> Listed:
        """GET accounts/:id/statuses: own posts and boosts without replies, newest first, up to 40 a page."""
        path = f"/api/v1/accounts/{_part(local_id)}/statuses"
        return self._get(base, path, {**_page(STATUSES, cursor), "exclude_replies": "true"})

    def favourited_by(self, base: str, status: str, cursor: str | None) -> Listed:
        """GET statuses/:id/favourited_by: who liked a post, up to 80 a page."""
        return self._get(base, f"/api/v1/statuses/{_part(status)}/favourited_by", _page(ACCOUNTS, cursor))

    def reblogged_by(self, base: str, status: str, cursor: str | None) -> Listed:
        """GET statuses/:id/reblogged_by: who boosted a post, up to 80 a page."""
        return self._get(base, f"/api/v1/statuses/{_part(status)}/reblogged_by", _page(ACCOUNTS, cursor))

    def context(self, base: str, status: str) -> Any:
        """GET statuses/:id/context: what a post answers and what answers it, all at once; without a token at most 60 answers."""
        return self._get(base, f"/api/v1/statuses/{_part(status)}/context", {}).document

    def _get(self, base: str, path: str, params: Mapping[str, str | int]) -> Listed:
        host = urlsplit(base).netloc
        paged = any(params.get(name) for name in _PAGED)
        token = self._token(host)
        headers = {"Authorization": f"Bearer {token}"} if token else None
        limits = (PAGING, GENERAL) if paged else (GENERAL, None)
        try:
            answer = self.http.get(f"{base}{path}", params, limits[0], headers=headers, also=limits[1])
        except Refused as error:
            raise SkipTarget(error.at(host, token_name(host), had_token=token is not None)) from None
        return Listed(answer.document, next_query(answer.headers.get("link", ""), f"{base}{path}"))

    def _token(self, host: str) -> str | None:
        if host not in self._tokens:
            self._tokens[host] = secret(token_name(host))
        return self._tokens[host]


def next_query(link: str, asked: str) -> str | None:
    """The query of a Link header's rel=next; None where there is none. Only the query is taken: the call goes where the last one went.

    >>> next_query('<https://a.example/x?max_id=7&limit=80>; rel="next", <https://a.example/x?since_id=9>; rel="prev"', "https://a.example/x")
    'max_id=7&limit=80'

    Raises:
        SkipTarget: it leads to another host or another list: whoever follows it is led, with a token, where the server likes.
    """
    found = next((target for target, rest in _LINK.findall(link) if _NEXT.search(rest)), None)
    if found is None:
        return None
    here, there = urlsplit(asked), urlsplit(urljoin(asked, found.strip()))
    if there.netloc.lower() != here.netloc.lower() or there.path != here.path or there.scheme not in {"http", "https"}:
        reason = f"{here.netloc} names a page of another server, or of another list, as the next one: it is not followed"
        raise SkipTarget(reason)
    return there.query or None


def _page(size: int, cursor: str | None) -> dict[str, str | int]:
    return {"limit": size} if cursor is None else {"limit": size, **dict(parse_qsl(cursor))}


def _part(opaque: str) -> str:
    return quote(opaque, safe="")
