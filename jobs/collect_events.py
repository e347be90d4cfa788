"""The use case of event streams: follows of watched accounts as they happen, page by page, taken up where they were left."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from collectors.bluesky.events import Event, EventKind, Feed, Frame
from collectors.errors import RetryLater, StopRun
from storage.events import Followed, Gone, Page, Unfollowed, position_of, write_events

if TYPE_CHECKING:
    from storage.engine import Store

PLATFORM = "bluesky"
PAGE_SECONDS = 5.0
RECONNECTS = 8  # in a row without a frame between them
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class EventsOutcome:
    """How many frames were read and what they told; `unknown` were taken back without their making having been seen, of any account."""

    frames: int = 0
    gained: int = 0
    lost: int = 0
    unknown: int = 0
    gaps: int = 0
    until: datetime | None = None
    stopped: str = ""
    after: float | None = None


@dataclass(slots=True)
class Listening:
    """Reads a feed for some watched accounts (their pseudonyms by stable id), a page of `frames_a_page` or of 5 seconds at a time.

    `watched` is asked before each page is written, so that accounts may come and go meanwhile.
    """

    store: "Store"
    feed: Feed
    watched: Callable[[], Mapping[str, bytes]]
    clock: Callable[[], datetime]
    stopped: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep
    frames_a_page: int = 2_000
    _done: EventsOutcome = field(default_factory=EventsOutcome)
    _waiting: list[Frame] = field(default_factory=list)
    _written_at: float = 0.0
    _position: int | None = None
    _skips: bool = False

    def run(self, *, seconds: float | None = None, until_now: bool = False, from_now: bool = False) -> EventsOutcome:
        """Reads until it is stopped, for so many seconds, or until the present is reached; from where it was left, or from now.

        Going on from now leaves out what came since it was left: that time is written down as a gap.
        """
        begun = self.clock()
        end = None if seconds is None else begun + timedelta(seconds=seconds)
        left = position_of(self.store, self.feed.name)
        self._position, self._skips = (None, left is not None) if from_now or left is None else (left[0], False)
        in_vain = 0
        away: RetryLater | None = None
        while not self._over(end):
            wait, before = 0.0, self._position
            try:
                caught_up, away = self._connection(begun if until_now else None, end), None
            except RetryLater as error:
                if in_vain == RECONNECTS:
                    return replace(self._done, stopped=error.reason, after=error.after)
                caught_up, wait, away = False, error.after, error
            except StopRun as error:
                return replace(self._done, stopped=error.reason)
            moved = self._position != before  # frames alone say nothing: a feed may tell the last ones again
            in_vain = 0 if moved else in_vain + 1
            if caught_up or (until_now and not moved and not wait):
                break
            if wait:
                self.sleep(self._until(end, min(wait * 2**in_vain, LONGEST_WAIT)))
        if away is not None and not self.stopped():
            return replace(self._done, stopped=away.reason, after=away.after)
        return self._done

    def _connection(self, caught_up_at: datetime | None, end: datetime | None) -> bool:
        """Reads one connection to its end, and says whether the present was reached. What was read is written."""
        self._written_at = self.clock().timestamp()
        try:
            for frame in self.feed.frames(self._position):
                self._waiting.append(replace(frame, gap=frame.gap or self._skips))
                self._position, self._skips = frame.position, False
                if len(self._waiting) >= self.frames_a_page or self.clock().timestamp() - self._written_at >= PAGE_SECONDS:
                    self._write()
                if caught_up_at is not None and frame.at >= caught_up_at:
                    return True
                if self._over(end):
                    break
        finally:
            self._write()
        return False

    def _until(self, end: datetime | None, seconds: float) -> float:
        """So many seconds, but not beyond the end."""
        return seconds if end is None else max(min(seconds, (end - self.clock()).total_seconds()), 0.0)

    def _over(self, end: datetime | None) -> bool:
        return self.stopped() or (end is not None and self.clock() >= end)

    def _write(self) -> None:
        """Writes what waits with the position after it."""
        if not self._waiting:
            return
        last = self._waiting[-1]
        page = Page(last.position, last.at, self._kept(), tuple(frame.at for frame in self._waiting if frame.gap))
        wrote = write_events(self.store, PLATFORM, self.feed.name, page, now=self.clock())
        done = self._done
        self._done = EventsOutcome(
            done.frames + len(self._waiting), done.gained + wrote.gained, done.lost + wrote.lost, done.unknown + wrote.unknown,
            done.gaps + len(page.gaps), last.at,
        )  # fmt: skip
        self._waiting.clear()
        self._written_at = self.clock().timestamp()

    def _kept(self) -> list[Followed | Unfollowed | Gone]:
        """Events under pseudonyms; follows of accounts that nobody watches are not kept."""
        watched = self.watched()
        made = (self._under_pseudonyms(event, watched) for frame in self._waiting for event in frame.events)
        return [event for event in made if event is not None]

    def _under_pseudonyms(self, event: Event, watched: Mapping[str, bytes]) -> Followed | Unfollowed | Gone | None:
        ids = self.store.pseudonymiser
        if event.kind is EventKind.GONE:
            return Gone(ids.one(PLATFORM, event.did), event.at, event.erased)
        record = ids.keyed_hash("follow", f"{event.did}\n{event.rkey}")
        if event.kind is EventKind.UNFOLLOWED:
            return Unfollowed(record, event.at)
        account = watched.get(event.subject)
        return None if account is None else Followed(record, account, ids.one(PLATFORM, event.did), event.did, event.at)
