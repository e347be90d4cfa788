"""The lease: one holder at a time, an epoch that grows with every taking, and the check that fences off who lost it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storage.engine import Store
from storage.errors import LeaseLost
from storage.tables import LEASE
from storage.writes import upsert

COMMAND = "worker"


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that was taken: it is ours as long as the row has this epoch, whatever the clock says."""

    name: str
    holder: str
    epoch: int


def own_command(store: Store) -> str:
    """Under which name to write: a job under way keeps the one that it is known by, as `imports list` and others go by it."""
    return store.writers.command or COMMAND


def take_lease(store: Store, name: str, holder: str, *, seconds: float, now: datetime) -> Lease | None:
    """Takes a lease that is free or has run out, under the next epoch; None while another holds it."""
    with store.write(own_command(store)) as conn:
        row = conn.execute(select(LEASE.c.epoch, LEASE.c.until).where(LEASE.c.name == name)).first()
        if row is not None and row.until > now:
            return None
        epoch = 1 if row is None else row.epoch + 1
        fresh = {"name": name, "holder": holder, "epoch": epoch, "until": now + timedelta(seconds=seconds)}
        upsert(conn, LEASE, [fresh], key=["name"], update=["holder", "epoch", "until"])
    return Lease(name, holder, epoch)


def renew_lease(store: Store, lease: Lease, *, seconds: float, now: datetime) -> bool:
    """Holds it for `seconds` more, even where it had run out but nobody took it; False: it was taken."""
    with store.write(own_command(store)) as conn:
        mine = (LEASE.c.name == lease.name, LEASE.c.epoch == lease.epoch)
        return conn.execute(update(LEASE).where(*mine).values(until=now + timedelta(seconds=seconds))).rowcount == 1


def release_lease(store: Store, lease: Lease, *, now: datetime) -> None:
    """Lets the next one take it at once; the epoch stays, so that it keeps growing."""
    renew_lease(store, lease, seconds=0, now=now)


def is_mine(store: Store, lease: Lease) -> bool:
    """Whether nobody has taken it since."""
    with store.read() as conn:
        return _epoch(conn, lease.name) == lease.epoch


def require_mine(conn: Connection, lease: Lease) -> None:
    """The fence: to be called in the transaction that is to be committed only by the lease's holder.

    Raises:
        LeaseLost: another has taken it.
    """
    if _epoch(conn, lease.name) != lease.epoch:
        message = "another worker has taken over (this one did not renew its lease in time); what it did last is not recorded"
        raise LeaseLost(message)


def _epoch(conn: Connection, name: str) -> int | None:
    return conn.execute(select(LEASE.c.epoch).where(LEASE.c.name == name)).scalar_one_or_none()
