"""Schedules and their slots: added, paused, removed, claimed under the lease, committed once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, insert, or_, select, update

from storage.engine import Store
from storage.errors import LeaseLost, NotFound, Refused
from storage.leases import Lease, own_command, require_mine
from storage.tables import SCHEDULE, SLOT
from storage.writes import upsert

CLAIMED, DONE, FAILED, MISSED, STOPPED = "claimed", "done", "failed", "missed", "stopped"
STATUSES = (FAILED, MISSED, STOPPED, CLAIMED, DONE)
_OPEN = or_(SLOT.c.status.in_((CLAIMED, STOPPED)), SLOT.c.retry_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Schedule:
    """One line of `fanfit schedule list`; every slot up to `caught_up` has a row."""

    schedule_id: int
    kind: str
    subject: str
    cron: str
    timezone: str
    options: dict[str, Any]
    paused: bool
    created: datetime
    caught_up: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """One due time of a schedule, and what came of it; `attempt` counts from 1, 0 where nobody ever began."""

    schedule_id: int
    kind: str
    subject: str
    options: dict[str, Any]
    due: datetime
    status: str
    epoch: int
    attempt: int
    holder: str | None
    started: datetime | None
    finished: datetime | None
    retry_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be claimed: one slot or none, and those that nobody will run any more."""

    schedule: Schedule
    due: datetime | None
    attempt: int
    missed: tuple[datetime, ...]
    why_missed: str


def add_schedule(
    store: Store, *, kind: str, subject: str, cron: str, timezone: str, options: Mapping[str, Any], now: datetime
) -> Schedule:
    """A new schedule, due from `now` on. The caller has checked cron and timezone.

    Raises:
        Refused: this subject has a schedule already.
    """
    with store.write(own_command(store)) as conn:
        same = select(SCHEDULE.c.id).where(SCHEDULE.c.kind == kind, SCHEDULE.c.subject == subject)
        held = conn.execute(same).scalar_one_or_none()
        if held is not None:
            message = f"{kind} {subject!r} has schedule {held} already. Remove that one first: `fanfit schedule remove {held}`."
            raise Refused(message)
        what: dict[str, Any] = {"kind": kind, "subject": subject, "cron": cron, "timezone": timezone, "options": dict(options)}
        row = {**what, "paused": False, "created": now, "caught_up": now}
        (number,) = conn.execute(insert(SCHEDULE).values(row).returning(SCHEDULE.c.id)).one()
    return find_schedule(store, number)


def list_schedules(store: Store) -> list[Schedule]:
    """All of them, in the order in which they were made."""
    with store.read() as conn:
        return [Schedule(*row) for row in conn.execute(select(SCHEDULE).order_by(SCHEDULE.c.id))]


def find_schedule(store: Store, schedule_id: int) -> Schedule:
    """One schedule.

    Raises:
        NotFound: no schedule has that number.
    """
    with store.read() as conn:
        return _schedule(conn, schedule_id)


def pause_schedule(store: Store, schedule_id: int, *, missed: Sequence[datetime], why: str, now: datetime) -> None:
    """No slot is due any more; `missed` are those that were due until now and that nobody ran.

    Raises:
        NotFound: no schedule has that number.
    """
    with store.write(own_command(store)) as conn:
        held = _schedule(conn, schedule_id)
        if not held.paused:
            fresh = [moment for moment in missed if moment > held.caught_up]  # a worker may have claimed one meanwhile
            _miss(conn, schedule_id, fresh, why, now)
            _move(conn, schedule_id, caught_up=max(now, held.caught_up), paused=True)


def resume_schedule(store: Store, schedule_id: int, *, now: datetime) -> None:
    """Slots are due again from `now` on; those of the pause never were.

    Raises:
        NotFound: no schedule has that number.
    """
    with store.write(own_command(store)) as conn:
        held = _schedule(conn, schedule_id)
        if held.paused:
            _move(conn, schedule_id, caught_up=max(now, held.caught_up), paused=False)


def remove_schedule(store: Store, schedule_id: int) -> None:
    """Deletes a schedule and its slots; what its runs brought stays.

    Raises:
        NotFound: no schedule has that number.
    """
    with store.write(own_command(store)) as conn:
        _schedule(conn, schedule_id)
        conn.execute(delete(SLOT).where(SLOT.c.schedule_id == schedule_id))
        conn.execute(delete(SCHEDULE).where(SCHEDULE.c.id == schedule_id))


def open_slots(store: Store) -> list[Slot]:
    """Begun and not ended, stopped, or failed and to be tried again; the earliest first."""
    with store.read() as conn:
        return [Slot(*row) for row in conn.execute(_slots().where(_OPEN).order_by(SLOT.c.due, SLOT.c.schedule_id))]


def recent_slots(store: Store, limit: int, *, trouble_since: datetime) -> list[Slot]:
    """At most `limit` slots: those that failed or were missed since then first, else the newest first."""
    trouble = case((SLOT.c.status.in_((FAILED, MISSED)) & (SLOT.c.due >= trouble_since), 0), else_=1)
    with store.read() as conn:
        query = _slots().order_by(trouble, SLOT.c.due.desc(), SLOT.c.schedule_id).limit(limit)
        return [Slot(*row) for row in conn.execute(query)]


def slot_counts(store: Store, since: datetime) -> Counter[str]:
    """How many slots that were due since then have which status."""
    counts = select(SLOT.c.status, func.count().label("slots")).where(SLOT.c.due >= since).group_by(SLOT.c.status)
    with store.read() as conn:
        return Counter({row.status: row.slots for row in conn.execute(counts)})


def claim_slot(store: Store, lease: Lease, claim: Claim, *, now: datetime) -> Slot | None:
    """Writes the missed ones and claims the due one, in one transaction; None where there is none or the schedule has changed.

    Raises:
        LeaseLost: another worker has taken over.
    """
    before, due = claim.schedule, claim.due
    with store.write(own_command(store)) as conn:
        require_mine(conn, lease)
        held = conn.execute(select(SCHEDULE).where(SCHEDULE.c.id == before.schedule_id)).first()
        if held is None or held.paused or held.caught_up != before.caught_up:
            return None
        _miss(conn, before.schedule_id, claim.missed, claim.why_missed, now)
        known = [held.caught_up, *claim.missed, *([] if due is None else [due])]
        _move(conn, before.schedule_id, caught_up=max(known))
        if due is None:
            return None
        row = {"schedule_id": before.schedule_id, "due": due, "status": CLAIMED, "epoch": lease.epoch, "holder": lease.holder}
        row |= {"attempt": claim.attempt, "started": now, "finished": None, "retry_at": None, "note": ""}
        upsert(conn, SLOT, [row], key=["schedule_id", "due"], update=[name for name in row if name not in {"schedule_id", "due"}])
        earlier = (SLOT.c.schedule_id == before.schedule_id, SLOT.c.due < due)
        conn.execute(update(SLOT).where(*earlier).values(retry_at=None))  # what failed before stays failed
        return Slot(*conn.execute(_slots().where(*_key(before.schedule_id, due))).one())


def commit_slot(
    store: Store, lease: Lease, slot: Slot, status: str, note: str, *, now: datetime, retry_at: datetime | None = None
) -> None:
    """Writes what came of a slot, once: only under the lease's and the slot's epoch, and only while it is claimed.

    Raises:
        LeaseLost: another worker has taken over, or the schedule was removed.
    """
    with store.write(own_command(store)) as conn:
        require_commit(conn, lease, slot)
        done = {"status": status, "note": note, "finished": now, "retry_at": retry_at}
        conn.execute(update(SLOT).where(*_key(slot.schedule_id, slot.due)).values(done))


def require_commit(conn: Connection, lease: Lease, slot: Slot) -> None:
    """The fence of a slot, for a job that commits something of its own in the caller's transaction.

    Raises:
        LeaseLost: as `commit_slot`.
    """
    require_mine(conn, lease)
    claimed = (SLOT.c.status == CLAIMED, SLOT.c.epoch == lease.epoch)
    found = conn.execute(select(SLOT.c.epoch).where(*_key(slot.schedule_id, slot.due), *claimed)).first()
    if found is None or slot.epoch != lease.epoch:
        message = "the slot is not this worker's any more, or its schedule was removed; nothing is recorded"
        raise LeaseLost(message)


def _key(schedule_id: int, due: datetime) -> tuple[Any, ...]:
    return (SLOT.c.schedule_id == schedule_id, SLOT.c.due == due)


def _slots() -> Select[Any]:
    mine = [SLOT.c[name] for name in ("due", "status", "epoch", "attempt", "holder", "started", "finished", "retry_at", "note")]
    what = (SLOT.c.schedule_id, SCHEDULE.c.kind, SCHEDULE.c.subject, SCHEDULE.c.options)
    return select(*what, *mine).join_from(SLOT, SCHEDULE, SCHEDULE.c.id == SLOT.c.schedule_id)


def _schedule(conn: Connection, schedule_id: int) -> Schedule:
    row: Any = conn.execute(select(SCHEDULE).where(SCHEDULE.c.id == schedule_id)).first()
    if row is None:
        message = f"no schedule {schedule_id}; `fanfit schedule list` shows which there are"
        raise NotFound(message)
    return Schedule(*row)


def _move(conn: Connection, schedule_id: int, **values: object) -> None:
    conn.execute(update(SCHEDULE).where(SCHEDULE.c.id == schedule_id).values(**values))


def _miss(conn: Connection, schedule_id: int, missed: Sequence[datetime], why: str, now: datetime) -> None:
    """Marks slots as missed: new ones get a row, one that was begun keeps who began it."""
    row = {"schedule_id": schedule_id, "status": MISSED, "epoch": 0, "attempt": 0, "finished": now, "note": why}
    rows = [{**row, "due": due} for due in missed]
    upsert(conn, SLOT, rows, key=["schedule_id", "due"], update=["status", "finished", "note"])
