"""Wakes the worker: APScheduler only rings, at the next due time and every few seconds; what is due, `jobs.due` says."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}  # late is not never: one second is the default
_SLICE = 0.5  # seconds; a signal's handler only sets a flag, which is looked at so often


class Alarm:
    """Rings every `look` seconds, and at the time it was set to. Its jobs live in memory: our own table is what is kept."""

    def __init__(self, look: float) -> None:
        self._bell = threading.Event()
        self._scheduler = BackgroundScheduler(jobstores={"default": MemoryJobStore()}, job_defaults=_DEFAULTS, timezone=UTC)
        every = IntervalTrigger(seconds=look, timezone=UTC)  # pyright: ignore[reportArgumentType] - becomes a timedelta's seconds
        self._scheduler.add_job(self._bell.set, every, id="look")

    def __enter__(self) -> Self:
        self._scheduler.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._scheduler.remove_all_jobs()  # waits for the ring under way: a shutdown in its middle would be an error of that thread
        self._scheduler.shutdown(wait=True)

    def set(self, moment: datetime | None, now: datetime) -> None:
        """Rings at that moment too. What is past rings not at once but at the next look: it is another worker's, or changed."""
        if moment is not None and moment > now:
            self._scheduler.add_job(self._bell.set, DateTrigger(moment, timezone=UTC), id="due", replace_existing=True)

    def wait(self, stopping: Callable[[], bool]) -> None:
        """Returns when it rings, or within half a second after `stopping` says so."""
        while not stopping() and not self._bell.wait(_SLICE):
            pass
        self._bell.clear()
