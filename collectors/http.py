"""One HTTP client for every source: paces calls, retries what passes, and turns answers into what the caller must do."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import httpx
import stamina

from collectors.errors import LiveError, QuotaUsedUp, RetryLater, SkipTarget, StopRun
from collectors.limits import Limit, Pace

ATTEMPTS = 6
SOON = 120.0  # what a platform asks to wait and is sat out between two attempts
AWAY_SECONDS = 300.0  # after which a server that kept failing is asked again
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_WORD = re.compile(r"[A-Za-z_]{3,40}")
_OK, _UNAUTHORISED, _FORBIDDEN, _MISSING, _GONE, _BUSY, _FAULT, _UNKNOWN_METHOD = 200, 401, 403, 404, 410, 429, 500, 501

Params = Mapping[str, str | int | list[str]]
Judge = Callable[[int, Any], LiveError | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response: its JSON and headers."""

    document: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Operator:
    """Who collects, as platforms are told in the User-Agent: a contact and, where there is one, a notice page."""

    contact: str
    notice: str = ""

    def user_agent(self) -> str:
        """fanfit/<version> (+notice; contact)."""
        told = "; ".join(part for part in (f"+{self.notice}" if self.notice else "", self.contact) if part)
        return f"fanfit/{metadata.version('fanfit')} ({told})"


def open_client(operator: Operator, *, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client with our User-Agent; redirects are followed only on the same host, so that no token goes elsewhere."""
    headers = {"User-Agent": operator.user_agent(), "Accept": "application/json"}
    return httpx.Client(headers=headers, timeout=TIMEOUT, transport=transport, follow_redirects=False)


class _Passing(Exception):  # noqa: N818 - it passes
    """A fault that a later attempt may not meet; `wait` where the answer said how long."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Http:
    """Calls that answer with JSON. `judge` is a source's own reading of refusals: status and body to an error, or None for the general one.

    `refuses_in_200`: the platform also refuses in answers with status 200, so that those are judged too.
    """

    def __init__(self, client: httpx.Client, pace: Pace, judge: Judge | None = None, *, refuses_in_200: bool = False) -> None:
        self._client = client
        self._pace = pace
        self._judge = judge
        self._refuses_in_200 = refuses_in_200

    def get(
        self, url: str, params: Params, limit: Limit, *, headers: Mapping[str, str] | None = None, also: Limit | None = None
    ) -> Answer:
        """The answer to a GET, after as many attempts as it takes within bounds. `also` is a second limit that the call counts against.

        Raises:
            RetryLater: limited for longer than the patience, or the server keeps failing.
            SkipTarget: the account cannot be read.
            StopRun: a human is needed.
        """
        return self._call(self._client.build_request("GET", url, params=params, headers=headers), limit, also=also)

    def get_lines(self, url: str, params: Params, limit: Limit) -> list[Any]:
        """The answer to a GET that is one JSON value a line; raises as `get`."""
        request = self._client.build_request("GET", url, params=params)
        found: list[Any] = self._call(request, limit, _json_lines).document
        return found

    def post(self, url: str, document: Mapping[str, str], limit: Limit, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a POST of JSON, which the platform must take twice without harm; raises as `get`."""
        return self._call(self._client.build_request("POST", url, json=dict(document), headers=headers), limit)

    def _call(self, request: httpx.Request, limit: Limit, parse: "Parse | None" = None, *, also: Limit | None = None) -> Answer:
        try:
            for attempt in stamina.retry_context(on=_backoff, attempts=ATTEMPTS, timeout=None):
                with attempt:
                    return self._once(request, limit, parse or _json, also)
        except _Passing as error:
            raise RetryLater(error.reason, error.wait or AWAY_SECONDS) from None
        message = "unreachable: the last attempt returns or raises"
        raise AssertionError(message)

    def _once(self, request: httpx.Request, limit: Limit, parse: "Parse", also: Limit | None) -> Answer:
        host = request.url.netloc.decode("ascii")
        for each in (limit, also):
            if each is not None:
                self._pace.wait(host, each)
        try:
            response = self._client.send(request)
        except httpx.TransportError as error:  # its text may quote the address, and that a token
            reason = f"{host} did not answer ({type(error).__name__})"
            raise _Passing(reason) from None
        self._pace.told(host, limit, response.headers, refused=_refused(response))
        found = self._read(host, response, parse)
        if isinstance(found, Exception):
            raise found
        return found

    def _read(self, host: str, response: httpx.Response, parse: "Parse") -> Answer | Exception:
        """The answer, or what the caller must do instead."""
        status = response.status_code
        body = (parse if status == _OK else _json)(response)
        if status == _OK and body is _NO_JSON:
            return _Passing(f"{host} sent a body that is no JSON, or half of one")
        if status == _OK and not self._refuses_in_200:
            return Answer(body, response.headers)
        if status != _OK and _refused(response):
            return _Passing(f"{host} limits us ({status})", 0.0)  # how long is known to the pace
        if (error := self._judged(status, body)) is not None:
            return error
        return Answer(body, response.headers) if status == _OK else _general(host, status, body)

    def _judged(self, status: int, body: Any) -> Exception | None:
        """The source's own reading of a refusal; one that passes soon is tried again."""
        error = None if self._judge is None else self._judge(status, None if body is _NO_JSON else body)
        if isinstance(error, RetryLater) and not isinstance(error, QuotaUsedUp) and error.after <= SOON:
            return _Passing(error.reason, error.after)
        return error


def _refused(response: httpx.Response) -> bool:
    """Whether the platform asks us to wait: too many calls, or away and says for how long."""
    return response.status_code == _BUSY or (response.status_code >= _FAULT and "retry-after" in response.headers)


def _general(host: str, status: int, body: Any) -> Exception:
    if status in {_MISSING, _GONE}:
        return SkipTarget("not found")
    if status == _UNAUTHORISED:
        return StopRun(f"{host} does not accept our credentials (401): renew the token in the environment or the keyring")
    if status == _FORBIDDEN:
        return StopRun(f"{host} refuses this call (403): the token lacks the permission, or the platform does not offer it")
    if status >= _FAULT and status != _UNKNOWN_METHOD:
        return _Passing(f"{host} failed ({status})")
    word = body.get("error") if isinstance(body, dict) else None
    said = f" ({word})" if isinstance(word, str) and _WORD.fullmatch(word) else ""  # a code; a sentence may name somebody
    return StopRun(f"{host} answered {status}{said}, which this version of fanfit does not expect: its API may have changed")


_NO_JSON = object()


Parse = Callable[[httpx.Response], Any]


def _json_lines(response: httpx.Response) -> Any:
    try:
        return [json.loads(line) for line in response.text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return _NO_JSON


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return _NO_JSON


def _backoff(error: Exception) -> bool | float:
    """Whether stamina tries again: faults that pass, at once where the answer said how long and the pace waits for it."""
    if not isinstance(error, _Passing):
        return False
    return True if error.wait is None else error.wait
