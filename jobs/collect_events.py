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
BATCH_FRAMES = 2_000
BATCH_SECONDS = 5.0
RECONNECTS = 8  # in a row without a frame between them


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


@dataclass(slots=True)
class Listening:
    """Reads a feed for some watched accounts: their stable ids, and their pseudonyms."""

    store: "Store"
    feed: Feed
    watched: Mapping[str, bytes]
    clock: Callable[[], datetime]
    stopped: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep
    _done: EventsOutcome = field(default_factory=EventsOutcome)
    _waiting: list[Frame] = field(default_factory=list)
    _since: float = 0.0

    def run(self, *, seconds: float | None = None, until_now: bool = False, from_now: bool = False) -> EventsOutcome:
        """Reads until it is stopped, for so many seconds, or until events of this moment come; from where it was left, or from now."""
        begun = self.clock()
        end = None if seconds is None else begun + timedelta(seconds=seconds)
        position = None if from_now else (position_of(self.store, self.feed.name) or (None,))[0]
        silent = 0
        while not self._over(end):
            try:
                position, read, caught_up = self._connection(position, begun if until_now else None, end)
            except RetryLater as error:
                self._write()
                position, read, caught_up = (position_of(self.store, self.feed.name) or (position,))[0], 0, False
                silent += 1
                if silent > RECONNECTS:
                    return replace(self._done, stopped=error.reason)
                self.sleep(min(error.after * 2 ** (silent - 1), 60.0))
                continue
            except StopRun as error:
                self._write()
                return replace(self._done, stopped=error.reason)
            silent = 0 if read else silent + 1
            if caught_up or (until_now and not read):
                break
        self._write()
        return self._done

    def _connection(
        self, position: int | None, caught_up_at: datetime | None, end: datetime | None
    ) -> tuple[int | None, int, bool]:
        """Reads one connection to its end: where it stands, how many frames came, whether the present was reached."""
        read = 0
        self._since = self.clock().timestamp()
        for frame in self.feed.frames(position):
            self._waiting.append(frame)
            position, read = frame.position, read + 1
            late = self.clock().timestamp() - self._since >= BATCH_SECONDS
            if len(self._waiting) >= BATCH_FRAMES or late or frame.gap:
                self._write()
            if self._over(end):
                return position, read, False
            if caught_up_at is not None and frame.at >= caught_up_at:
                return position, read, True
        self._write()
        return position, read, False

    def _over(self, end: datetime | None) -> bool:
        return self.stopped() or (end is not None and self.clock() >= end)

    def _write(self) -> None:
        """Writes what waits, with the position after it."""
        if not self._waiting:
            return
        last, gap = self._waiting[-1], next((frame for frame in self._waiting if frame.gap), None)
        before = position_of(self.store, self.feed.name)
        lost_time = None if gap is None else (before[1] if before else gap.at, gap.at)
        events = [made for frame in self._waiting for event in frame.events if (made := self._kept(event)) is not None]
        wrote = write_events(
            self.store, PLATFORM, self.feed.name, Page(last.position, last.at, events, lost_time), now=self.clock()
        )
        done = self._done
        self._done = EventsOutcome(
            done.frames + len(self._waiting), done.gained + wrote.gained, done.lost + wrote.lost, done.unknown + wrote.unknown,
            done.gaps + (gap is not None), last.at,
        )  # fmt: skip
        self._waiting.clear()
        self._since = self.clock().timestamp()

    def _kept(self, event: Event) -> Followed | Unfollowed | Gone | None:
        """The event under pseudonyms; follows of accounts that nobody watches are not kept."""
        ids = self.store.pseudonymiser
        if event.kind is EventKind.GONE:
            return Gone(ids.one(PLATFORM, event.did), event.at, event.erased)
        record = ids.keyed_hash("follow", f"{event.did}\n{event.rkey}")
        if event.kind is EventKind.UNFOLLOWED:
            return Unfollowed(record, event.at)
        account = self.watched.get(event.subject)
        return None if account is None else Followed(record, account, ids.one(PLATFORM, event.did), event.did, event.at)
