"""Schedules, slots and the lease on both databases: one holder, growing epochs, one commit."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import scheduling as s
from storage.engine import Store
from storage.errors import LeaseLost, NotFound, Refused
from storage.leases import Lease, is_mine, release_lease, renew_lease, take_lease
from storage.scheduling import Claim, Schedule, Slot

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def take(store: Store, holder: str, now: datetime = NOW) -> Lease | None:
    return take_lease(store, "worker", holder, seconds=60, now=now)


def taken(store: Store, holder: str, now: datetime = NOW) -> Lease:
    lease = take(store, holder, now)
    assert lease is not None
    return lease


def scheduled(store: Store, subject: str = "shops") -> Schedule:
    return s.add_schedule(
        store, kind="collect", subject=subject, cron="0 * * * *", timezone="UTC", options={"sample": 10}, now=NOW - 3 * HOUR
    )


def claim(
    store: Store, lease: Lease, schedule: Schedule, due: datetime = NOW, missed: tuple[datetime, ...] = (), attempt: int = 1
) -> Slot | None:
    return s.claim_slot(store, lease, Claim(schedule, due, attempt, missed, "superseded"), now=NOW)


def rows(store: Store) -> list[tuple[datetime, str, int, str]]:
    return [
        (each.due, each.status, each.epoch, each.note)
        for each in reversed(s.recent_slots(store, 99, trouble_since=NOW + 9 * HOUR))
    ]


def test_a_lease_has_one_holder_until_it_runs_out(store: Store) -> None:
    first = taken(store, "a")
    assert take(store, "b") is None
    assert take(store, "b", NOW + timedelta(seconds=59)) is None
    assert renew_lease(store, first, seconds=60, now=NOW + timedelta(seconds=59))
    assert take(store, "b", NOW + timedelta(seconds=61)) is None
    second = taken(store, "b", NOW + timedelta(seconds=119))
    assert (first.epoch, second.epoch) == (1, 2)
    assert not renew_lease(store, first, seconds=60, now=NOW + timedelta(seconds=120))
    assert (is_mine(store, first), is_mine(store, second)) == (False, True)


def test_a_lease_that_ran_out_and_that_nobody_took_is_still_held(store: Store) -> None:
    first = taken(store, "a")
    assert is_mine(store, first)
    assert renew_lease(store, first, seconds=60, now=NOW + HOUR)
    assert take(store, "b", NOW + HOUR) is None


def test_a_lease_given_back_is_free_at_once_under_the_next_epoch(store: Store) -> None:
    first = taken(store, "a")
    release_lease(store, first, now=NOW)
    assert taken(store, "b").epoch == 2
    release_lease(store, first, now=NOW)
    assert take(store, "c") is None, "what is lost cannot be given back"


def test_a_slot_is_claimed_with_those_that_were_missed(store: Store) -> None:
    lease, schedule = taken(store, "a"), scheduled(store)
    slot = claim(store, lease, schedule, missed=(NOW - 2 * HOUR, NOW - HOUR))
    assert slot is not None
    assert (slot.kind, slot.subject, slot.options, slot.holder, slot.attempt) == ("collect", "shops", {"sample": 10}, "a", 1)
    assert rows(store) == [
        (NOW - 2 * HOUR, "missed", 0, "superseded"), (NOW - HOUR, "missed", 0, "superseded"), (NOW, "claimed", 1, ""),
    ]  # fmt: skip
    assert s.find_schedule(store, schedule.schedule_id).caught_up == NOW
    assert claim(store, lease, schedule) is None, "the schedule as it was read has moved on"


def test_a_slot_commits_once(store: Store) -> None:
    lease, schedule = taken(store, "a"), scheduled(store)
    slot = claim(store, lease, schedule)
    assert slot is not None
    s.commit_slot(store, lease, slot, s.DONE, "3 accounts", now=NOW)
    with pytest.raises(LeaseLost):
        s.commit_slot(store, lease, slot, s.DONE, "again", now=NOW)
    assert rows(store) == [(NOW, "done", 1, "3 accounts")]


def test_who_lost_the_lease_cannot_commit_nor_claim(store: Store) -> None:
    old, schedule = taken(store, "a"), scheduled(store)
    slot = claim(store, old, schedule)
    assert slot is not None
    new = taken(store, "b", NOW + HOUR)
    with pytest.raises(LeaseLost, match="taken over"):
        s.commit_slot(store, old, slot, s.DONE, "late", now=NOW)
    with pytest.raises(LeaseLost):
        claim(store, old, s.find_schedule(store, schedule.schedule_id), NOW + HOUR)
    again = claim(store, new, s.find_schedule(store, schedule.schedule_id), attempt=2)
    assert again is not None
    with pytest.raises(LeaseLost):
        s.commit_slot(store, new, slot, s.DONE, "the old claim under the new lease", now=NOW)
    s.commit_slot(store, new, again, s.DONE, "b", now=NOW)
    with pytest.raises(LeaseLost):
        s.commit_slot(store, old, slot, s.FAILED, "later still", now=NOW)
    assert rows(store) == [(NOW, "done", 2, "b")]


def test_a_job_commits_its_own_rows_behind_the_same_fence(store: Store) -> None:
    old, schedule = taken(store, "a"), scheduled(store)
    slot = claim(store, old, schedule)
    assert slot is not None
    with store.write("test") as conn:
        s.require_commit(conn, old, slot)
    taken(store, "b", NOW + HOUR)
    with store.write("test") as conn, pytest.raises(LeaseLost):
        s.require_commit(conn, old, slot)


def test_open_slots_are_what_somebody_has_to_end(store: Store) -> None:
    lease = taken(store, "a")
    ends = {"one": (s.DONE, None), "two": (s.STOPPED, None), "three": (s.FAILED, None), "four": (s.FAILED, NOW + HOUR)}
    for subject, (status, retry) in ends.items():
        slot = claim(store, lease, scheduled(store, subject))
        assert slot is not None
        s.commit_slot(store, lease, slot, status, "", now=NOW, retry_at=retry)
    claim(store, lease, scheduled(store, "five"))
    assert [(each.subject, each.retry_at) for each in s.open_slots(store)] == [
        ("two", None),
        ("four", NOW + HOUR),
        ("five", None),
    ]
    claim(store, lease, s.find_schedule(store, 4), NOW + HOUR)
    assert [each.subject for each in s.open_slots(store) if each.status == s.FAILED] == [], "the next one stands for it"
    assert s.slot_counts(store, NOW) == {"done": 1, "stopped": 1, "failed": 2, "claimed": 2}


def test_a_paused_schedule_is_not_claimed_and_resumes_from_now(store: Store) -> None:
    lease, schedule = taken(store, "a"), scheduled(store)
    s.pause_schedule(store, schedule.schedule_id, missed=[NOW - HOUR], why="paused", now=NOW)
    s.pause_schedule(store, schedule.schedule_id, missed=[NOW], why="paused", now=NOW + HOUR)
    assert rows(store) == [(NOW - HOUR, "missed", 0, "paused")]
    held = s.find_schedule(store, schedule.schedule_id)
    assert (held.paused, held.caught_up) == (True, NOW)
    assert claim(store, lease, held, NOW + HOUR) is None
    s.resume_schedule(store, schedule.schedule_id, now=NOW + 5 * HOUR)
    s.resume_schedule(store, schedule.schedule_id, now=NOW + 6 * HOUR)
    held = s.find_schedule(store, schedule.schedule_id)
    assert (held.paused, held.caught_up) == (False, NOW + 5 * HOUR)


def test_a_pause_leaves_alone_what_a_worker_has_claimed_meanwhile(store: Store) -> None:
    lease, schedule = taken(store, "a"), scheduled(store)
    slot = claim(store, lease, schedule)
    assert slot is not None
    s.pause_schedule(store, schedule.schedule_id, missed=[NOW], why="paused", now=NOW)
    s.commit_slot(store, lease, slot, s.DONE, "fine", now=NOW)
    assert rows(store) == [(NOW, "done", 1, "fine")]


def test_a_removed_schedule_takes_its_slots_and_its_commit(store: Store) -> None:
    lease, schedule = taken(store, "a"), scheduled(store)
    slot = claim(store, lease, schedule)
    assert slot is not None
    s.remove_schedule(store, schedule.schedule_id)
    with pytest.raises(LeaseLost, match="removed"):
        s.commit_slot(store, lease, slot, s.DONE, "", now=NOW)
    assert claim(store, lease, schedule, NOW + HOUR) is None
    assert (rows(store), s.list_schedules(store)) == ([], [])
    for act in (s.find_schedule, s.remove_schedule):
        with pytest.raises(NotFound, match="no schedule 1"):
            act(store, 1)


def test_a_subject_has_one_schedule(store: Store) -> None:
    scheduled(store)
    with pytest.raises(Refused, match="fanfit schedule remove 1"):
        scheduled(store)


def test_trouble_comes_first(store: Store) -> None:
    lease, schedule = taken(store, "a"), scheduled(store)
    for hours, status in enumerate([s.FAILED, s.DONE, s.FAILED, s.DONE]):
        slot = claim(store, lease, s.find_schedule(store, schedule.schedule_id), NOW + hours * HOUR)
        assert slot is not None
        s.commit_slot(store, lease, slot, status, "", now=NOW)
    found = s.recent_slots(store, 3, trouble_since=NOW + HOUR)
    assert [(each.due - NOW) / HOUR for each in found] == [2, 3, 1]


def test_writing_for_the_lease_leaves_the_name_that_a_job_is_known_by(store: Store) -> None:
    with store.write("import"):
        pass
    lease = taken(store, "a")
    assert renew_lease(store, lease, seconds=60, now=NOW)
    assert store.writers.command == "import"
    store.writers.leave()
    renew_lease(store, lease, seconds=60, now=NOW)
    assert store.writers.command == "worker"
