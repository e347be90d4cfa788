"""Ten simulated days with two workers on a real store: leaders die, stall, stop and fail, schedules pause; every slot commits once.

One clock, moved by hand. While a job runs, the clock moves and the other worker looks, as it would; a worker that stalls does
not renew its lease meanwhile, then wakes up and tries to commit.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from jobs.errors import JobStopped
from jobs.worker import LOST, Policy, Ran, Worker, pause
from storage import scheduling as s
from storage.engine import create_store, open_store
from storage.scheduling import Slot

KEY = bytes(range(32))
START = datetime(2026, 11, 2, 0, 10, tzinfo=UTC)
END = START + timedelta(days=10)
MINUTE = timedelta(minutes=1)
POLICY = Policy(lease=3600, look=1200, attempts=3, backoff=(1800.0,))
# cron, zone, and what it means in UTC: every so many minutes, from minute so-and-so of the day on
SCHEDULES = (("0 * * * *", "UTC", 60, 0), ("15 */6 * * *", "UTC", 360, 15), ("30 9 * * *", "Asia/Shanghai", 1440, 90))
JOBS = ("quick", "quick", "quick", "long", "die", "stall", "stall", "nap", "fail", "stop")
ACTIONS = ("look", "look", "look", "crash", "start", "pause", "resume")
GAPS = (5, 20, 20, 60, 60, 150, 700)


class Died(BaseException):
    """The process is gone: nothing of it is run any more."""


@dataclass
class Run:
    """One run of a slot, as its worker saw it."""

    slot: Slot
    worker: str
    note: str
    ended: str = "died"


class World:
    """Two workers over one database, one clock, and a ledger of everything that happened."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.jobs: Iterator[str] = iter(())
        self.stores = [open_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db") for _ in "AB"]
        self.store = self.stores[0]
        self.workers: dict[str, Worker | None] = {"A": None, "B": None}
        self.busy: set[str] = set()
        self.stopping: set[str] = set()
        self.renewing: dict[str, Callable[[], bool]] = {}
        self.runs: list[Run] = []
        self.commits: list[Ran] = []
        self.losses: list[Ran] = []
        self.free_looks: list[datetime] = []
        self.epochs: list[tuple[int, str]] = []
        self.pauses: dict[int, list[tuple[datetime, datetime | None]]] = {}
        self.numbers = [
            s.add_schedule(self.store, kind="collect", subject=cron, cron=cron, timezone=zone, options={}, now=START).schedule_id
            for cron, zone, _, _ in SCHEDULES
        ]
        for name in "AB":
            self.start(name)

    def start(self, name: str) -> None:
        """A new process under an old name."""
        if self.workers[name] is not None or name in self.busy:
            return
        self.stopping.discard(name)

        @contextmanager
        def renewal(renew: Callable[[], bool], _every: float) -> Iterator[None]:
            self.renewing[name] = renew
            yield

        def handler(slot: Slot, stopped: Callable[[], bool], still_mine: Callable[[], bool]) -> str:
            return self.run(name, slot, stopped, still_mine)

        self.workers[name] = Worker(
            self.stores["AB".index(name)], {"collect": handler}, lambda: self.now, lambda: name in self.stopping, self.told, POLICY,
            renewal, f"{name}{len(self.epochs)}.{len(self.runs)}",
        )  # fmt: skip

    def told(self, ran: Ran) -> None:
        if ran.status == s.DONE:
            self.commits.append(ran)
        elif ran.status == LOST:
            self.losses.append(ran)

    def look(self, name: str) -> None:
        """One tick of a worker that lives and is not in the middle of a job."""
        worker = self.workers[name]
        if worker is None or name in self.busy:
            return
        self.busy.add(name)
        try:
            leads = worker.tick() is not None
        except Died:
            self.workers[name], leads = None, False
        finally:
            self.busy.discard(name)
        if name in self.stopping:  # the process ends as asked
            worker.leave()
            self.workers[name], leads = None, False
        if leads and worker._lease is not None:
            self.free_looks.append(self.now)
            self.epochs.append((worker._lease.epoch, worker.holder))

    def advance(self, minutes: int, *, renewing: str | None = None) -> None:
        """Time passes in steps of a look; whoever is free looks at each, and `renewing` keeps its lease."""
        left = minutes
        while left > 0:
            step = min(left, 20)
            self.now, left = self.now + step * MINUTE, left - step
            if renewing is not None:
                self.renewing[renewing]()
            for name in "AB":
                self.look(name)

    def run(self, name: str, slot: Slot, stopped: Callable[[], bool], still_mine: Callable[[], bool]) -> str:
        kind = next(self.jobs, "quick")
        run = Run(slot, name, f"run {len(self.runs)}")
        self.runs.append(run)
        if kind == "quick":
            self.advance(3, renewing=name)
        elif kind == "long":
            self.advance(150, renewing=name)
        elif kind in {"stall", "nap"}:
            self.advance(200 if kind == "stall" else 40)
        elif kind == "die":
            self.advance(10, renewing=name)
            raise Died
        elif kind == "fail":
            run.ended = "failed"
            message = "something of the platform"
            raise ValueError(message)
        elif kind == "stop":
            self.advance(10, renewing=name)
            self.stopping.add(name)
        if stopped():
            run.ended = "stopped"
            message = "at a page"
            raise JobStopped(message)
        run.ended = "mine" if still_mine() else "not mine"
        return run.note

    def pause(self, number: int) -> None:
        if not s.find_schedule(self.store, number).paused:
            pause(self.store, number, now=self.now)
            self.pauses.setdefault(number, []).append((self.now, None))

    def resume(self, number: int) -> None:
        if s.find_schedule(self.store, number).paused:
            s.resume_schedule(self.store, number, now=self.now)
            begun, _ = self.pauses[number].pop()
            self.pauses[number].append((begun, self.now))

    def act(self, action: str, choice: int) -> None:
        name, number = "AB"[choice % 2], self.numbers[choice % 3]
        if action == "crash" and name not in self.busy:
            self.workers[name] = None
        elif action == "start":
            self.start(name)
        elif action in {"pause", "resume"}:
            (self.pause if action == "pause" else self.resume)(number)

    def finish(self) -> None:
        """A healthy day at the end: both live, nothing is paused, every job is quick."""
        self.jobs = iter(())
        for number in self.numbers:
            self.resume(number)
        for name in "AB":
            self.start(name)
        self.advance(24 * 60)
        for name in "AB":
            self.start(name)
        self.advance(120)

    def expected(self) -> dict[int, list[datetime]]:
        """Every slot by arithmetic, those of pauses left out."""
        found = {}
        for number, (_, _, every, first) in zip(self.numbers, SCHEDULES, strict=True):
            midnight = START.replace(hour=0, minute=0)
            times = [midnight + (first + every * step) * MINUTE for step in range(12 * 1440 // every)]
            paused = self.pauses.get(number, [])
            out = [any(begun < each <= (ended or each) for begun, ended in paused) for each in times]
            found[number] = [each for each, off in zip(times, out, strict=True) if START < each <= self.now and not off]
        return found

    def check(self) -> None:
        rows = {(row.schedule_id, row.due): row for row in s.recent_slots(self.store, 10_000, trouble_since=START)}
        expected = self.expected()
        assert set(rows) == {(number, due) for number, times in expected.items() for due in times}, (
            "every slot has its row, no other"
        )
        done = {(ran.slot.schedule_id, ran.slot.due): ran for ran in self.commits}
        assert len(done) == len(self.commits), "no slot is committed twice"
        assert set(done) == {key for key, row in rows.items() if row.status == s.DONE}
        assert all(rows[key].note == ran.note and rows[key].epoch == ran.slot.epoch for key, ran in done.items())
        for key, row in rows.items():
            ends = {run.ended for run in self.runs if (run.slot.schedule_id, run.slot.due) == key}
            if row.status == s.MISSED:
                assert "mine" not in ends, "nobody ran it to its end"
                free = [look for look in self.free_looks if row.due <= look < self.until(key, expected)]
                assert "failed" in ends or not free, (
                    "somebody could have run it, and it was not one that waited to be tried again"
                )
            elif row.status == s.FAILED:
                assert "failed" in ends or ends <= {"died", "not mine"}
            else:
                assert row.status == s.DONE, "nothing is left open"
        self.check_epochs()

    def until(self, key: tuple[int, datetime], expected: dict[int, list[datetime]]) -> datetime:
        """When a slot was no longer to be run: the next one was due, or its schedule paused."""
        number, due = key
        later = [each for each in expected[number] if each > due] + [
            begun for begun, _ in self.pauses.get(number, []) if begun >= due
        ]
        return min(later, default=self.now)

    def check_epochs(self) -> None:
        claims = [(run.slot.epoch, str(run.slot.holder)) for run in self.runs]
        holders: dict[int, str] = {}
        assert all(holders.setdefault(epoch, holder) == holder for epoch, holder in [*claims, *self.epochs]), (
            "one epoch, one holder"
        )
        order = [epoch for epoch, _ in claims]
        assert order == sorted(order), "what is claimed later has no older epoch"

    def close(self) -> None:
        for store in self.stores:
            store.close()


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An empty database, made once."""
    with tempfile.TemporaryDirectory() as name:
        create_store(f"sqlite:///{name}/fanfit.db", key=KEY, vault_path=Path(name, "vault.db")).close()
        yield Path(name)


@contextmanager
def new_world(template: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "w")
        shutil.copytree(template, folder)
        world = World(folder)
        try:
            yield world
        finally:
            world.close()


events = st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(GAPS), st.integers(0, 5)), min_size=5, max_size=60)


@given(events, st.lists(st.sampled_from(JOBS), min_size=10, max_size=200))
@settings(max_examples=15, phases=[Phase.generate])  # shrinking ten days takes minutes and shows no more
def test_in_ten_days_of_trouble_every_slot_commits_exactly_once(
    template: Path, planned: list[tuple[str, int, int]], jobs: list[str]
) -> None:
    with new_world(template) as world:
        world.jobs = iter(jobs * 20)
        turn = 0
        while world.now < END:
            action, gap, choice = planned[turn % len(planned)]
            world.act(action, choice + turn)
            world.advance(gap)
            turn += 1
        world.finish()
        world.check()


def test_ten_undisturbed_days_miss_nothing(template: Path) -> None:
    with new_world(template) as world:
        world.advance(10 * 24 * 60)
        world.check()
        assert len(world.runs) == len(world.commits) >= 240 + 40 + 10
        assert {epoch for epoch, _ in world.epochs} == {1}


def test_a_leader_that_stalls_cannot_commit_what_the_other_has_done(template: Path) -> None:
    with new_world(template) as world:
        world.jobs = iter(["stall"])
        world.advance(60)
        world.check()
        first = world.runs[:2]
        assert [(run.worker, run.slot.due, run.slot.epoch) for run in first] == [
            ("A", START + 5 * MINUTE, 1), ("B", START + 5 * MINUTE, 2),
        ]  # fmt: skip
        assert [run.ended for run in first] == ["not mine", "mine"]
        assert [loss.slot.epoch for loss in world.losses] == [1]
        assert world.commits[0].note == "run 1"


def test_a_leader_that_only_naps_commits(template: Path) -> None:
    with new_world(template) as world:
        world.jobs = iter(["nap"])
        world.advance(60)
        world.check()
        assert world.losses == []
        assert {run.slot.epoch for run in world.runs} == {1}


def test_a_leader_that_dies_is_followed_when_its_lease_has_run_out(template: Path) -> None:
    with new_world(template) as world:
        world.jobs = iter(["die"])
        world.advance(60)
        assert [run.ended for run in world.runs] == ["died"]
        assert world.workers["A"] is None
        (row,) = s.open_slots(world.store)
        assert row.status == s.CLAIMED
        world.advance(60)
        world.check()
        statuses = {row.due: (row.status, row.attempt) for row in s.recent_slots(world.store, 9, trouble_since=START)}
        assert s.DONE in {status for status, _ in statuses.values()}
        assert {run.slot.epoch for run in world.runs} == {1, 2}
