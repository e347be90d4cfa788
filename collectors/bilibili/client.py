"""Bilibili's open platform: one method per endpoint, each request signed with the application's secret as its documentation asks."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from collectors.http import Http, Params
from collectors.limits import Limit

PUBLIC = "https://member.bilibili.com"
CLIENT_ID, CLIENT_SECRET, TOKEN = "FANFIT_BILIBILI_CLIENT_ID", "FANFIT_BILIBILI_CLIENT_SECRET", "FANFIT_BILIBILI_ACCESS_TOKEN"
CALLS = Limit("calls", 60, 60.0, "openhome.bilibili.com/doc names no number: one call a second is ours")
PAGE = 50  # the most that one call gives
_NO_BODY = hashlib.md5(b"", usedforsecurity=False).hexdigest()  # the documentation asks for the digest of an empty body


@dataclass(slots=True)
class Client:
    """Calls under a creator's access token and an application's id and secret; all in headers, never in an address."""

    http: Http
    service: str = PUBLIC
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    clock: Callable[[], float] = time.time
    nonce: Callable[[], str] = secrets.token_hex

    def account(self) -> Any:
        """user/account/info: name, picture and openid of the creator who authorised."""
        return self._get("user/account/info", {})

    def counts(self) -> Any:
        """data/user/stat: followers, following, videos that passed review."""
        return self._get("data/user/stat", {})

    def videos(self, page: int) -> Any:
        """archive/viewlist: the creator's published videos, up to 50 a page, the newest first."""
        return self._get("archive/viewlist", {"pn": page, "ps": PAGE, "status": "pubed"})

    def _get(self, method: str, params: Params) -> Any:
        signed = signed_headers(self.client_id, self.client_secret, str(int(self.clock())), self.nonce())
        return self.http.get(
            f"{self.service}/arcopen/fn/{method}", params, CALLS, headers={**signed, "Access-Token": self.token}
        ).document


def signed_headers(client_id: str, client_secret: str, timestamp: str, nonce: str) -> dict[str, str]:
    """Headers of a signed GET: HMAC-SHA256 of the x-bili headers, one a line, in order of their names (interface signature, 2.0)."""
    told = {
        "x-bili-accesskeyid": client_id,
        "x-bili-content-md5": _NO_BODY,
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-signature-nonce": nonce,
        "x-bili-signature-version": "2.0",
        "x-bili-timestamp": timestamp,
    }
    text = "\n".join(f"{name}:{told[name]}" for name in sorted(told))
    signature = hmac.new(client_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {**told, "Authorization": signature}
