"""Rate limits: data beside the endpoint, what responses say of them, and the one class that waits."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from collectors.errors import RetryLater
from storage import windows
from storage.engine import Store

_EPOCH_FROM = 1e9  # a reset above this is a time; below, seconds from now
_MILLISECONDS_FROM = 1e11
_LONGEST = 86_400.0  # whatever a header says, nothing is closed for longer than a day
_NUMBER = re.compile(r"\d+(\.\d+)?")
_RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")


@dataclass(frozen=True, slots=True)
class Limit:
    """`calls` in `seconds`, as documented at `source`; endpoints that share one share its name.

    With a `zone` the limit is one of a calendar day there, whatever `seconds` says: it is whole again at its midnight.
    """

    name: str
    calls: int
    seconds: float
    source: str
    zone: str = ""

    def day(self, now: float) -> str:
        """The calendar day of a limit of days; empty for others."""
        return f" {datetime.fromtimestamp(now, ZoneInfo(self.zone)):%Y-%m-%d}" if self.zone else ""

    def scope(self, host: str, now: float) -> str:
        """Under which calls at a host are counted: a day's are of that day alone."""
        return f"{host} {self.name}{self.day(now)}"

    @property
    def window(self) -> float:
        """Seconds in which calls are counted together; a day's scope is of that day alone, so its window need not end with it."""
        return 2 * self.seconds if self.zone else self.seconds

    def until_midnight(self, now: float) -> float:
        """Seconds until the limit's day ends; days of 23 and 25 hours are as long as they are."""
        local = datetime.fromtimestamp(now, ZoneInfo(self.zone))
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return midnight.timestamp() - now


def seconds_until_reset(headers: Mapping[str, str], now: float) -> float | None:
    """How long the platform asks to wait: Retry-After, else the reset of its limit; None where it says nothing.

    Understands epoch seconds and milliseconds, ISO 8601, HTTP dates and plain seconds. Times of the server are held against
    the server's own clock (the Date header), so that a wrong clock here does no harm. Never negative, never above a day.

    >>> seconds_until_reset({"ratelimit-reset": "1700000060"}, 1_700_000_000.0)
    60.0
    >>> seconds_until_reset({"x-ratelimit-reset": "2023-11-14T22:14:20Z"}, 1_700_000_000.0)
    60.0
    >>> seconds_until_reset({"retry-after": "7", "ratelimit-reset": "1700000060"}, 1_700_000_000.0)
    7.0
    """
    found = {name.lower(): value.strip() for name, value in headers.items()}
    clock = _moment(found.get("date", "")) or now
    for name in ("retry-after", *_RESETS):
        if (wait := _wait(found.get(name, ""), clock)) is not None:
            return min(max(wait, 0.0), _LONGEST)
    return None


def calls_left(headers: Mapping[str, str]) -> int | None:
    """How many calls the platform says are left; None where it does not say."""
    found = {name.lower(): value.strip() for name, value in headers.items()}
    given = next((found[name] for name in _REMAINING if name in found), "")
    return int(given) if given.isascii() and given.isdigit() else None


def _wait(text: str, clock: float) -> float | None:
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number < _EPOCH_FROM:
            return number
        return (number / 1000 if number >= _MILLISECONDS_FROM else number) - clock
    moment = _moment(text)
    return None if moment is None else moment - clock


def _moment(text: str) -> float | None:
    """Epoch seconds of an ISO 8601 time or an HTTP date; without a zone it is UTC."""
    if not text:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return None


def calls_used(store: Store, host: str, limit: Limit, now: float) -> int:
    """How many calls of the limit all processes have used by `now`; all, where the platform says that it is used up."""
    found = windows.used(store, limit.scope(host, now), seconds=limit.window, now=now)
    return limit.calls if found is None else min(found, limit.calls)


class Pace:
    """Waits until a call is allowed: grants come in blocks from the store, which all processes of the workspace share.

    `patience` is the longest wait that is sat out; beyond it the run stops and says when to go on. `clock` gives epoch seconds.
    """

    def __init__(
        self,
        store: Store,
        *,
        patience: float = 900.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._granted: dict[str, tuple[int, float]] = {}  # calls in hand, and when their window ends

    def wait(self, host: str, limit: Limit) -> None:
        """Returns when one more call is allowed.

        Raises:
            RetryLater: it would take longer than the patience.
        """
        calls, until = self._granted.get(self._scope(host, limit), (0, 0.0))
        if calls <= 0 or self._clock() >= until:
            calls, until = self._take(host, limit)
        self._granted[self._scope(host, limit)] = (calls - 1, until)

    def _take(self, host: str, limit: Limit) -> tuple[int, float]:
        block = max(limit.calls // 20, 1)  # what a killed process wastes, at most
        while True:
            now = self._clock()
            length = limit.until_midnight(now) if limit.zone else limit.seconds
            scope = self._scope(host, limit)
            grant = windows.take(self._store, scope, calls=limit.calls, seconds=limit.window, want=block, now=now)
            if grant.calls:
                return grant.calls, now + length
            wait = min(grant.wait, length) if limit.zone else grant.wait
            if wait > self._patience:
                reason = f"the limit of {limit.calls} calls in {limit.seconds:g} s ({limit.name}) is used up"
                raise RetryLater(reason, wait)
            self._sleep(wait)

    def told(self, host: str, limit: Limit, headers: Mapping[str, str], *, refused: bool) -> None:
        """Takes note of what a response says: a refusal, or that nothing is left, closes the limit until its reset."""
        if not refused and calls_left(headers) != 0:
            return
        scope, now = self._scope(host, limit), self._clock()
        wait = seconds_until_reset(headers, now)
        if wait is None:
            if not refused:
                return
            wait = limit.until_midnight(now) if limit.zone else limit.seconds  # refused without a word: the whole window
        windows.close(self._store, scope, now + wait)
        self._granted.pop(scope, None)

    def used_up(self, host: str, limit: Limit) -> RetryLater:
        """Notes that a day's quota is used up, and says when the next one begins."""
        now = self._clock()
        wait = limit.until_midnight(now)
        windows.close(self._store, self._scope(host, limit), now + wait)
        self._granted.pop(self._scope(host, limit), None)
        return RetryLater(f"the quota of {limit.calls} a day ({limit.name}) is used up until midnight in {limit.zone}", wait)

    def _scope(self, host: str, limit: Limit) -> str:
        return limit.scope(host, self._clock())

    def close(self) -> None:
        """Gives back calls that were granted and not made."""
        for scope, (calls, until) in self._granted.items():
            if self._clock() < until:
                windows.give_back(self._store, scope, calls)
        self._granted.clear()
