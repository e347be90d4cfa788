"""Who may come in: whoever holds the link that was printed, once; then the browser that opened it, and no other page in it."""

import hmac
import secrets
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "fanfit_open"
LARGEST_BODY = 24 << 20  # bytes: a planner's workbook and what surrounds it in a form
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@dataclass(slots=True)
class Keys:
    """The secrets of one run of the program: the link's, used up by its first visit, the browser's, and the forms'."""

    link: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    browser: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    form: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    used: bool = False

    def enter(self, given: str) -> bool:
        """Whether the link's secret is right and was not used before; it is used up now."""
        if self.used or not hmac.compare_digest(given, self.link):
            return False
        self.used = True
        return True

    def knows(self, headers: Headers) -> bool:
        """Whether a request comes from the browser that opened the link."""
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        return found is not None and hmac.compare_digest(found.value, self.browser)

    def sent_by_us(self, given: str) -> bool:
        """Whether a form is one of ours."""
        return hmac.compare_digest(given, self.form)


class Gate:
    """Refuses every request that is not from that browser, not to this machine's own name, or too large; adds the headers of safety.

    A page elsewhere that makes the browser ask `localhost` under another name (DNS rebinding) has another Host.
    """

    def __init__(self, app: ASGIApp, keys: Keys, hosts: frozenset[str]) -> None:
        self.app = app
        self.keys = keys
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope, Headers(scope=scope))
        await (refusal or self.app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        if headers.get("host", "") not in self.hosts:
            return PlainTextResponse("This page answers to this machine's own name only.", 421)
        if int(headers.get("content-length") or 0) > LARGEST_BODY:
            return PlainTextResponse("The file is too large. 文件过大。", 413)
        if scope["method"] == "POST" and "content-length" not in headers:
            return PlainTextResponse("A form says how long it is.", 411)
        if scope["path"].startswith("/enter/") or self.keys.knows(headers):
            return None
        return PlainTextResponse(
            "This link was used, or is not yours. Start `fanfit open` again for a new one.\n"
            "链接已用过,或不属于你。请重新运行 `fanfit open` 获取新链接。\n",
            403,
        )


def _with_headers(send: Send) -> Send:
    async def sending(message: dict) -> None:  # type: ignore[type-arg]
        if message["type"] == "http.response.start":
            ours = {
                b"content-security-policy": POLICY.encode(), b"x-content-type-options": b"nosniff", b"referrer-policy": b"no-referrer",
                b"cache-control": b"no-store", b"x-frame-options": b"DENY",
            }  # fmt: skip
            message["headers"] = [pair for pair in message["headers"] if pair[0] not in ours] + list(ours.items())
        await send(message)

    return sending  # type: ignore[return-value]
