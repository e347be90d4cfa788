"""The worker's day: look, run what is due, sleep until the alarm rings; a store that is away for a while is waited for."""

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from jobs.alarm import Alarm
from jobs.errors import reason_of
from jobs.worker import Worker
from storage.errors import StorageError


def work(worker: Worker, alarm: Alarm, said: Callable[[str], None], beside: Callable[[], object] = lambda: None) -> None:
    """Works until the worker is asked to stop; `said` is told why a look failed, once for each reason in a row.

    `beside` is done at every look, after what is due: deliveries that failed before are tried again.
    """
    trouble = ""
    try:
        while not worker.stopping():
            try:
                if worker.tick() is not None:
                    beside()
                alarm.set(worker.next_due(), worker.clock())
                now = ""
            except (StorageError, SQLAlchemyError) as error:
                now = reason_of(error)
            if now and now != trouble:
                said(now)
            trouble = now
            alarm.wait(worker.stopping)
    finally:
        leave(worker, said)


def work_once(worker: Worker, said: Callable[[str], None]) -> bool:
    """Runs what is due now; False where another worker holds the lease, and so does the work."""
    try:
        return worker.tick() is not None
    finally:
        leave(worker, said)


def leave(worker: Worker, said: Callable[[str], None]) -> None:
    """Gives the lease back; where that cannot be written it runs out by itself."""
    try:
        worker.leave()
    except (StorageError, SQLAlchemyError) as error:
        said(reason_of(error))
