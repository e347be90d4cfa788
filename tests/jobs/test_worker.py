"""The worker's rules one by one: what becomes of a job that fails, stops, dies, or that nobody knows; and who is told what."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.errors import StopRun
from jobs.alarm import Alarm
from jobs.collecting import CollectJob, CollectOutcome, Told
from jobs.errors import BadTimetable, JobFailed, JobStopped, reason_of
from jobs.handlers import CollectList, stoppable_sleep
from jobs.worker import Policy, Worker, pause, renewing_in_a_thread
from jobs.working import work, work_once
from storage import scheduling as s
from storage.engine import Store, create_store
from storage.errors import StorageError, WorkspaceBusy
from storage.imports import ImportRequest, begin_import
from storage.ingest import PageWriter
from storage.leases import take_lease
from storage.records import CandidateRecord
from storage.scheduling import Slot

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
Asks = Callable[[], bool]


class Rig:
    """A worker over a store, on a clock moved by hand; its job is whatever `job` is."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(range(32)), vault_path=folder / "vault.db")
        self.now = NOW
        self.stop = False
        self.slots: list[Slot] = []
        self.job: Callable[[Asks, Asks], str] = lambda _stopped, _mine: "fine"
        self.worker = self.new_worker()

    def new_worker(self) -> Worker:
        def handler(slot: Slot, stopped: Asks, still_mine: Asks) -> str:
            self.slots.append(slot)
            return self.job(stopped, still_mine)

        return Worker(self.store, {"collect": handler}, lambda: self.now, lambda: self.stop)

    def schedule(self, kind: str = "collect", since: datetime = NOW - HOUR) -> int:
        return s.add_schedule(
            self.store, kind=kind, subject="shops", cron="0 * * * *", timezone="UTC", options={}, now=since
        ).schedule_id

    def fails(self, error: BaseException) -> None:
        def job(_stopped: Asks, _mine: Asks) -> str:
            raise error

        self.job = job

    def rows(self) -> list[tuple[str, int, str]]:
        found = s.recent_slots(self.store, 99, trouble_since=NOW + 99 * HOUR)
        return [(each.status, each.attempt, each.note) for each in reversed(found)]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.store.close()


def test_what_is_due_runs_once(rig: Rig) -> None:
    rig.schedule()
    assert [ran.status for ran in rig.worker.tick() or []] == ["done"]
    assert rig.worker.tick() == []
    assert rig.worker.next_due() == NOW + HOUR / 2
    assert rig.rows() == [("done", 1, "fine")]


def test_after_an_outage_the_newest_runs_and_the_others_are_missed(rig: Rig) -> None:
    rig.schedule(since=NOW - 3 * HOUR)
    rig.worker.tick()
    assert rig.rows() == [("missed", 0, "superseded"), ("missed", 0, "superseded"), ("done", 1, "fine")]


def test_nothing_is_due_twice_when_the_clock_is_set_back(rig: Rig) -> None:
    rig.schedule()
    rig.worker.tick()
    rig.now = NOW - 2 * HOUR
    assert rig.worker.tick() == []
    rig.now = NOW
    assert rig.worker.tick() == []


def test_a_failed_job_is_tried_again_after_a_while_and_not_for_ever(rig: Rig) -> None:
    rig.schedule()
    rig.fails(ValueError("user 12345"))
    rig.worker.tick()
    assert rig.rows() == [("failed", 1, "ValueError")], "the text of an error that is not ours may be a person's"
    assert rig.worker.next_due() == NOW + timedelta(minutes=5)
    assert rig.worker.tick() == []
    for minutes in (5, 29):
        rig.now = NOW + timedelta(minutes=minutes)
        rig.worker.tick()
    assert rig.rows() == [("failed", 2, "ValueError")]
    rig.now = NOW + timedelta(minutes=29, seconds=59)
    assert rig.worker.next_due() == NOW + HOUR / 2
    s.pause_schedule(rig.store, 1, missed=[], why="paused", now=rig.now)
    s.resume_schedule(rig.store, 1, now=NOW + 9 * HOUR)
    rig.now = NOW + 8 * HOUR
    rig.worker.tick()
    assert rig.rows() == [("failed", 3, "ValueError")]
    assert s.open_slots(rig.store) == []


def test_a_failed_job_whose_next_slot_is_due_stays_failed(rig: Rig) -> None:
    rig.schedule()
    rig.fails(ValueError("x"))
    rig.worker.tick()
    rig.now, rig.job = NOW + HOUR, lambda _stopped, _mine: "fine"
    rig.worker.tick()
    assert rig.rows() == [("failed", 1, "ValueError"), ("done", 1, "fine")]


@pytest.mark.parametrize(
    ("error", "retry"),
    [
        (JobFailed("limit used up", after=7200), timedelta(hours=2)),
        (JobFailed("limit used up", after=1), timedelta(minutes=5)),
        (JobFailed("no permission", again=False), None),
        (StorageError("busy"), timedelta(minutes=5)),
    ],
)
def test_when_a_job_is_tried_again_is_what_the_platform_asked_for_at_least(
    rig: Rig, error: Exception, retry: timedelta | None
) -> None:
    rig.schedule()
    rig.fails(error)
    rig.worker.tick()
    (slot,) = s.recent_slots(rig.store, 9, trouble_since=NOW)
    assert (slot.status, slot.retry_at) == ("failed", None if retry is None else NOW + retry)


def test_a_stopped_job_goes_on_at_once_with_the_next_worker(rig: Rig) -> None:
    rig.schedule()

    def job(stopped: Asks, _mine: Asks) -> str:
        assert not stopped()
        rig.stop = True
        assert stopped()
        message = "at page 3"
        raise JobStopped(message)

    rig.job = job
    assert work_once(rig.worker, str)
    assert rig.rows() == [("stopped", 1, "at page 3")]
    rig.stop, rig.job = False, lambda _stopped, _mine: "the rest"
    assert [ran.status for ran in rig.new_worker().tick() or []] == ["done"]
    assert [slot.epoch for slot in rig.slots] == [1, 2]
    assert rig.rows() == [("done", 1, "the rest")]


def test_a_job_that_kills_its_worker_each_time_is_given_up(rig: Rig) -> None:
    rig.schedule()
    rig.fails(KeyboardInterrupt())
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            rig.worker.tick()
    assert rig.rows() == [("claimed", 3, "")]
    rig.worker.tick()
    assert rig.rows() == [("failed", 4, "died")]
    assert len(rig.slots) == 3


def test_a_kind_that_nobody_knows_fails_visibly(rig: Rig) -> None:
    rig.schedule("dance")
    rig.worker.tick()
    assert rig.rows() == [("failed", 1, "unknown kind")]


def test_while_another_holds_the_lease_nothing_is_run(rig: Rig) -> None:
    rig.schedule()
    take_lease(rig.store, "worker", "other", seconds=60, now=NOW)
    assert rig.worker.tick() is None
    assert not work_once(rig.worker, str)
    assert rig.rows() == []
    rig.now = NOW + timedelta(seconds=60)
    assert len(rig.worker.tick() or []) == 1


def test_a_job_learns_that_its_lease_is_lost(rig: Rig) -> None:
    rig.schedule()

    def job(stopped: Asks, mine: Asks) -> str:
        assert mine()
        take_lease(rig.store, "worker", "other", seconds=60, now=NOW + HOUR)
        assert not mine()
        assert not rig.worker._renew(rig.worker._lease)  # type: ignore[arg-type]
        assert stopped()
        return "late"

    rig.job = job
    (ran,) = rig.worker.tick() or []
    assert ran.status == "lost"
    assert rig.rows() == [("claimed", 1, "")]


def test_the_lease_is_renewed_in_a_thread_until_it_is_lost() -> None:
    answers = iter([True, True, False])
    over = threading.Event()

    def renew() -> bool:
        if not (more := next(answers)):
            over.set()
        return more

    with renewing_in_a_thread(renew, 0.001):
        assert over.wait(10)
    assert list(answers) == [], "once lost, it is not asked for again"


def test_what_was_due_before_a_pause_is_missed_and_what_comes_in_it_is_not_due(rig: Rig) -> None:
    number = rig.schedule(since=NOW - 2 * HOUR)
    pause(rig.store, number, now=NOW)
    rig.now = NOW + 5 * HOUR
    assert rig.worker.tick() == []
    assert rig.worker.next_due() is None
    s.resume_schedule(rig.store, number, now=rig.now)
    assert rig.worker.tick() == []
    rig.now += HOUR
    rig.worker.tick()
    assert rig.rows() == [("missed", 0, "paused"), ("missed", 0, "paused"), ("done", 1, "fine")]


def test_a_store_that_is_away_is_waited_for(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.schedule()
    said: list[str] = []
    real, troubles = Worker.tick, iter([WorkspaceBusy("busy: restore"), WorkspaceBusy("busy: restore"), StorageError("gone")])

    def tick(self: Worker) -> object:
        if (error := next(troubles, None)) is not None:
            raise error
        rig.stop = bool(real(self))
        return None

    monkeypatch.setattr(Worker, "tick", tick)
    with Alarm(0.01) as alarm:
        work(rig.worker, alarm, said.append)
    assert said == ["busy: restore", "gone"]
    assert rig.rows() == [("done", 1, "fine")]


def test_the_alarm_rings_at_the_time_it_is_set_to() -> None:
    with Alarm(3600) as alarm:
        alarm.set(datetime.now(UTC) - HOUR, datetime.now(UTC))
        assert not alarm._bell.is_set(), "what is past waits for the next look"
        now = datetime.now(UTC)
        alarm.set(now + timedelta(milliseconds=20), now)
        alarm.wait(lambda: False)
        alarm.wait(lambda: True)


def test_a_wait_for_a_limit_ends_when_it_is_asked_to() -> None:
    asked = iter([False, False, True])
    with pytest.raises(JobStopped):
        stoppable_sleep(lambda: next(asked), 0.001)(900)
    stoppable_sleep(lambda: False, 0.001)(0.003)


def collect(rig: Rig, outcome: CollectOutcome | Exception) -> tuple[str, list[tuple[str, CollectJob]]]:
    """What the handler says of a collection's outcome, and what it asked for."""
    asked: list[tuple[str, CollectJob]] = []

    def run(platform: str, job: CollectJob, _stopped: Asks) -> CollectOutcome:
        asked.append((platform, job))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    state = begin_import(rig.store, ImportRequest("candidates", "c.csv", "f", {}), now=NOW)
    writer = PageWriter(rig.store, state.import_id, now=NOW, indexer=None, list_name="shops")
    writer.write([CandidateRecord("one.test"), CandidateRecord("two.test")], position=2)
    rig.schedule()
    lease = take_lease(rig.store, "worker", "me", seconds=60, now=NOW)
    assert lease is not None
    slot = s.claim_slot(rig.store, lease, s.Claim(s.find_schedule(rig.store, 1), NOW, 1, (), ""), now=NOW)
    assert slot is not None
    return CollectList(rig.store, run, 7, "en")(slot, lambda: False, lambda: True), asked


def test_a_list_is_collected_with_what_its_schedule_says(rig: Rig) -> None:
    told = (Told("one.test", 40, "list", 10, 10, 30), Told("two.test", skipped="not found"))
    note, ((platform, job),) = collect(rig, CollectOutcome(told))
    assert note == "1 accounts: 40 listed, 10 profiles, 30 posts; 1 left out"
    assert platform == "bluesky"
    assert job == CollectJob(("one.test", "two.test"), 2000, 200, 30, 7, timedelta(hours=20))


@pytest.mark.parametrize(
    ("outcome", "after", "again", "said"),
    [
        (CollectOutcome((), "limit used up", 900.0), 900.0, True, "limit used up"),
        (CollectOutcome((), "no permission"), None, False, "no permission"),
        (CollectOutcome((Told("one.test", skipped="not found"),)), None, False, "none of 2 accounts could be read: not found"),
    ],
)
def test_what_a_platform_refuses_fails_the_slot(
    rig: Rig, outcome: CollectOutcome, after: float | None, again: bool, said: str
) -> None:
    with pytest.raises(JobFailed, match=said) as caught:
        collect(rig, outcome)
    assert (caught.value.after, caught.value.again) == (after, again)


@pytest.mark.parametrize("outcome", [CollectOutcome((Told("one.test"),), "stopped"), JobStopped("in a wait")])
def test_a_collection_that_stops_says_that_it_goes_on(rig: Rig, outcome: CollectOutcome | Exception) -> None:
    with pytest.raises(JobStopped, match="goes on there"):
        collect(rig, outcome)


def test_reasons_are_ours_or_only_named() -> None:
    assert reason_of(StopRun("credentials\nsecond line")) == "credentials"
    assert reason_of(BadTimetable("")) == "BadTimetable"
    assert reason_of(KeyError("did:plc:somebody")) == "KeyError"


def test_the_wait_grows_and_then_stays() -> None:
    assert [Policy().wait(attempt) for attempt in (1, 2, 3, 9)] == [300, 1800, 1800, 1800]
