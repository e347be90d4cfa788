"""Real worker processes, killed without warning: another takes over, and every slot is committed once."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from jobs.worker import Policy, Worker
from storage import scheduling as s
from storage.engine import Store, create_store, open_store
from storage.scheduling import Slot

KEY = bytes(range(32))
PAGES = 8
PAGE_SECONDS = 0.02
POLICY = Policy(lease=0.5, look=0.1, attempts=999)
CONTEXT = multiprocessing.get_context("forkserver")  # a warm process each time


def now() -> datetime:
    return datetime.now(UTC)


def opened(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db")


def work(folder: Path) -> None:
    """A worker until every slot is done; each page of a job leaves a line in the journal."""
    store = opened(folder)

    def handler(slot: Slot, _stopped: Callable[[], bool], _mine: Callable[[], bool]) -> str:
        for page in range(PAGES):
            with (folder / "journal").open("a") as journal:
                journal.write(f"{os.getpid()} {slot.subject} {slot.epoch} {page}\n")
            time.sleep(PAGE_SECONDS)
        return str(os.getpid())

    worker = Worker(store, {"collect": handler}, now, policy=POLICY)
    while not all_done(store):
        worker.tick()
        time.sleep(0.02)
    worker.leave()
    store.close()


def all_done(store: Store) -> bool:
    return s.slot_counts(store, datetime(2000, 1, 1, tzinfo=UTC))[s.DONE] == len(s.list_schedules(store))


def journal(folder: Path) -> list[list[str]]:
    file = folder / "journal"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def started(folder: Path) -> BaseProcess:
    child = CONTEXT.Process(target=work, args=(folder,))
    child.start()
    return child


def kill(child: BaseProcess) -> None:
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    CONTEXT.set_forkserver_preload(["tests.jobs.test_worker_killed"])
    made = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=KEY, vault_path=tmp_path / "vault.db")
    yield made
    made.close()


def schedule(store: Store, count: int) -> None:
    """So many schedules, each of which was due once: at the last midnight but one hour or so."""
    due = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    for number in range(count):
        cron = f"{due.minute} {due.hour} * * *"
        s.add_schedule(
            store, kind="collect", subject=f"list{number}", cron=cron, timezone="UTC", options={}, now=due - timedelta(minutes=5)
        )


def test_when_the_leader_is_killed_the_other_does_its_slot_again(store: Store, tmp_path: Path) -> None:
    schedule(store, 1)
    children = [started(tmp_path), started(tmp_path)]
    while len(journal(tmp_path)) < 3:
        time.sleep(0.01)
    leader = int(journal(tmp_path)[0][0])
    dead = next(child for child in children if child.pid == leader)
    kill(dead)
    other = next(child for child in children if child is not dead)
    other.join()
    assert other.exitcode == 0
    (row,) = s.recent_slots(store, 9, trouble_since=now())
    assert (row.status, row.epoch, row.attempt, row.note) == (s.DONE, 2, 2, str(other.pid))
    lines = journal(tmp_path)
    assert {pid for pid, *_ in lines} == {str(leader), str(other.pid)}
    assert sum(pid == str(leader) for pid, *_ in lines) < PAGES


def test_workers_killed_at_random_moments_leave_every_slot_done_once(store: Store, tmp_path: Path) -> None:
    count, rng, kills = 8, random.Random(5), 0  # noqa: S311 - a schedule, not a secret
    schedule(store, count)
    children = [started(tmp_path), started(tmp_path)]
    while not all_done(store) and kills < 8:
        time.sleep(rng.uniform(0.1, 0.5))
        victim = rng.randrange(2)
        if children[victim].is_alive():
            kill(children[victim])
            kills += 1
            children[victim] = started(tmp_path)
    for child in children:
        child.join()
    assert kills > 2, "it has to die for the test to say anything"
    rows = s.recent_slots(store, 99, trouble_since=now())
    assert [row.status for row in rows] == [s.DONE] * count
    lines = journal(tmp_path)
    for row in rows:
        mine = [line for line in lines if line[1] == row.subject and line[0] == row.note and line[2] == str(row.epoch)]
        assert [int(page) for *_, page in mine] == list(range(PAGES)), "whoever committed had done the whole job"
        assert max(int(epoch) for _, subject, epoch, _ in lines if subject == row.subject) == row.epoch
    runs = [(int(epoch), pid) for pid, _, epoch, _ in lines]
    assert len(dict(runs)) == len(set(runs)), "one epoch, one process"
