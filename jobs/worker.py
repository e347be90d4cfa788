"""The worker: holds the lease, runs what is due one after another, and commits each slot once."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from jobs.due import due, next_slot, timetable
from jobs.errors import JobFailed, JobStopped, reason_of
from storage import scheduling as s
from storage.engine import Store
from storage.errors import LeaseLost, StorageError
from storage.leases import COMMAND, Lease, is_mine, release_lease, renew_lease, take_lease
from storage.scheduling import Claim, Schedule, Slot

# Notes of slots that no job wrote; `fanfit jobs` puts them into words.
DIED, SUPERSEDED, PAUSED, UNKNOWN_KIND = "died", "superseded", "paused", "unknown kind"


class Handler(Protocol):
    """What is done for slots of one kind. It asks `stopped()` at every page, and `still_mine()` before what cannot be taken back.

    Returns a short note: the job is done. Raises JobStopped where it stopped before its end, JobFailed where it cannot go on.
    """

    def __call__(self, slot: Slot, stopped: Callable[[], bool], still_mine: Callable[[], bool]) -> str:
        """Runs the job of a slot."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """Seconds that a lease holds and between two looks; how often a slot is begun, and after how many seconds again."""

    lease: float = 60.0
    look: float = 20.0
    attempts: int = 3
    backoff: tuple[float, ...] = (300.0, 1800.0)

    def wait(self, attempt: int) -> float:
        """Seconds until the next attempt."""
        return self.backoff[min(attempt, len(self.backoff)) - 1]


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one slot: a status of `storage.scheduling`, or "lost" where another worker had taken over."""

    slot: Slot
    status: str
    note: str


LOST = "lost"
Renewal = Callable[[Callable[[], bool], float], AbstractContextManager[None]]


@contextmanager
def renewing_in_a_thread(renew: Callable[[], bool], every: float) -> Iterator[None]:
    """Calls `renew` every so many seconds beside what is done inside, until it says that the lease is lost."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(every) and renew():
            pass

    thread = threading.Thread(target=keep, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def new_holder() -> str:
    """A name for this worker that no other has: machine, process, and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass(slots=True)
class Worker:
    """One worker over a store. `stopping` is asked by jobs at every page; `renewal` keeps the lease while one runs."""

    store: Store
    handlers: Mapping[str, Handler]
    clock: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    told: Callable[[Ran], None] = lambda _: None
    policy: Policy = field(default_factory=Policy)
    renewal: Renewal = renewing_in_a_thread
    holder: str = field(default_factory=new_holder)
    _lease: Lease | None = None
    _lost: bool = False

    def tick(self) -> list[Ran] | None:
        """Runs everything that is due, and says what came of it; None while another worker holds the lease.

        Raises:
            StorageError: the store is busy or away; the next tick goes on.
        """
        ran: list[Ran] = []
        while not self.stopping():
            if not self._lead():
                return ran or None
            try:
                slot = self._claim()
            except LeaseLost:
                continue
            if slot is None:
                break
            ran.append(self._run(slot))
            self.told(ran[-1])
        return ran

    def next_due(self) -> datetime | None:
        """When there is something to do again, as far as is known now; None where nothing is scheduled."""
        schedules = {each.schedule_id: each for each in s.list_schedules(self.store) if not each.paused}
        times = [next_slot(timetable(each.cron, each.timezone), each.caught_up) for each in schedules.values()]
        retries = [slot.retry_at for slot in s.open_slots(self.store) if slot.retry_at and slot.schedule_id in schedules]
        return min([*times, *retries], default=None)

    def leave(self) -> None:
        """Lets another worker take over at once."""
        if self._lease is not None:
            release_lease(self.store, self._lease, now=self.clock())
            self._lease = None
        self.store.writers.leave()

    def _lead(self) -> bool:
        """Holds the lease, or tries to take it."""
        now, seconds = self.clock(), self.policy.lease
        if self._lease is None or not renew_lease(self.store, self._lease, seconds=seconds, now=now):
            self._lease = take_lease(self.store, COMMAND, self.holder, seconds=seconds, now=now)
        self._lost = False
        return self._lease is not None

    def _claim(self) -> Slot | None:
        """The next slot to run, the one that is due longest first; slots that nobody will run are marked on the way."""
        assert self._lease is not None  # noqa: S101 - _lead said so
        now, unfinished = self.clock(), s.open_slots(self.store)
        claims = [claim for each in s.list_schedules(self.store) if (claim := self._due(each, unfinished, now)) is not None]
        for claim in sorted(claims, key=lambda one: (one.due or now, one.schedule.schedule_id)):
            slot = s.claim_slot(self.store, self._lease, claim, now=now)
            if slot is not None:
                return slot
        return None

    def _due(self, schedule: Schedule, unfinished: Sequence[Slot], now: datetime) -> Claim | None:
        """What the pure function says of one schedule. Whatever is claimed has no worker any more: this one runs nothing now."""
        mine = [slot for slot in unfinished if slot.schedule_id == schedule.schedule_id]
        begun = {slot.due: slot for slot in mine if slot.retry_at is None or slot.retry_at <= now}
        found = due(timetable(schedule.cron, schedule.timezone), schedule.caught_up, now, begun)
        if schedule.paused or found.run is None:
            return None
        missed = tuple(moment for moment in found.missed if moment not in begun or begun[moment].status != s.FAILED)
        before = begun.get(found.run)
        attempt = 1 if before is None else before.attempt + (before.status != s.STOPPED)
        return Claim(schedule, found.run, attempt, missed, SUPERSEDED)

    def _run(self, slot: Slot) -> Ran:
        """Runs the slot's job and commits what came of it."""
        assert self._lease is not None  # noqa: S101 - the slot was claimed under it
        lease = self._lease
        with self.renewal(lambda: self._renew(lease), self.policy.look):
            status, note, after = self._outcome(slot, lease)
        now = self.clock()
        retry = None if after is None else now + timedelta(seconds=after)
        try:
            s.commit_slot(self.store, lease, slot, status, note, now=now, retry_at=retry)
        except LeaseLost as error:
            return Ran(slot, LOST, str(error))
        finally:
            self.store.writers.leave()  # what the job was known by is over
        return Ran(slot, status, note)

    def _outcome(self, slot: Slot, lease: Lease) -> tuple[str, str, float | None]:
        """Status, note, and seconds until it is tried again (None: it is not)."""
        if slot.attempt > self.policy.attempts:
            return s.FAILED, DIED, None
        handler = self.handlers.get(slot.kind)
        if handler is None:
            return s.FAILED, UNKNOWN_KIND, None
        try:
            return s.DONE, handler(slot, lambda: self.stopping() or self._lost, lambda: is_mine(self.store, lease)), None
        except JobStopped as stop:
            return s.STOPPED, str(stop), None
        except Exception as error:  # noqa: BLE001 - whatever a job ends with becomes the slot's note, and the worker goes on
            return s.FAILED, reason_of(error), self._after(slot, error)

    def _after(self, slot: Slot, error: Exception) -> float | None:
        """Seconds until a failed slot is tried again; what the platform asked for at least."""
        if slot.attempt >= self.policy.attempts or (isinstance(error, JobFailed) and not error.again):
            return None
        asked = error.after if isinstance(error, JobFailed) and error.after is not None else 0.0
        return max(self.policy.wait(slot.attempt), asked)

    def _renew(self, lease: Lease) -> bool:
        """Keeps the lease while a job runs; where the store is busy the next time will do, as the commit is fenced anyway."""
        try:
            self._lost = not renew_lease(self.store, lease, seconds=self.policy.lease, now=self.clock())
        except (StorageError, SQLAlchemyError):
            return True
        return not self._lost


def pause(store: Store, schedule_id: int, *, now: datetime) -> None:
    """Pauses a schedule; what was due until now and nobody ran is missed, not forgotten.

    Raises:
        NotFound: no schedule has that number.
    """
    held = s.find_schedule(store, schedule_id)
    waiting = due(timetable(held.cron, held.timezone), held.caught_up, now)
    missed = [*waiting.missed, *([] if waiting.run is None else [waiting.run])]
    s.pause_schedule(store, schedule_id, missed=missed, why=PAUSED, now=now)
