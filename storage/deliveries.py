"""The ledger of deliveries: written before a message goes out and after it has arrived, so that none is forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from storage.engine import Store
from storage.tables import DELIVERY
from storage.writes import upsert

STALE = timedelta(minutes=10)  # who was sending for longer has died of it
_COMMAND = "deliver"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient; `message` is its JSON, empty once it has arrived or was given up."""

    key: str
    recipient: str
    subject: str
    status: str
    attempts: int
    next_at: datetime | None
    note: str
    message: str | None
    created: datetime
    changed: datetime


def enqueue(store: Store, key: str, recipients: Sequence[str], subject: str, message: str, *, now: datetime) -> None:
    """Notes that the message is to go to each of them; who is noted already stays as he is."""
    rows = [
        {"key": key, "recipient": each, "subject": subject, "status": "pending", "attempts": 0, "next_at": now, "note": "",
         "message": message, "created": now, "changed": now}
        for each in recipients
    ]  # fmt: skip
    with store.write(_COMMAND) as conn:
        upsert(conn, DELIVERY, rows, key=["key", "recipient"], update=[])


def take_due(store: Store, *, now: datetime, key: str | None = None) -> Delivery | None:
    """The next delivery that is due, marked as being sent; None where none is. One that was being sent when its process died is due again."""
    row = DELIVERY.c
    waiting = (row.status == "pending") & (row.next_at <= now)
    died = (row.status == "sending") & (row.changed < now - STALE)
    query = (
        select(DELIVERY)
        .where(or_(waiting, died))
        .order_by(row.next_at, row.created, row.recipient)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with store.write(_COMMAND) as conn:
        found = conn.execute(query if key is None else query.where(row.key == key)).first()
        if found is None:
            return None
        values = {"status": "sending", "attempts": found.attempts + 1, "changed": now}
        conn.execute(update(DELIVERY).where(row.key == found.key, row.recipient == found.recipient).values(values))
    return replace(_delivery(found), status="sending", attempts=found.attempts + 1, changed=now)


def settle(store: Store, delivery: Delivery, status: str, note: str, *, now: datetime, next_at: datetime | None = None) -> None:
    """Notes what came of it; what has arrived or was given up keeps no message."""
    row = DELIVERY.c
    values = {row.status: status, row.note: note, row.next_at: next_at, row.changed: now}
    if status in {"sent", "failed"}:
        values[row.message] = None
    with store.write(_COMMAND) as conn:
        conn.execute(update(DELIVERY).where(row.key == delivery.key, row.recipient == delivery.recipient).values(values))


def list_deliveries(store: Store, *, limit: int) -> list[Delivery]:
    """The newest first."""
    query = select(DELIVERY).order_by(DELIVERY.c.created.desc(), DELIVERY.c.key, DELIVERY.c.recipient).limit(limit)
    with store.read() as conn:
        return [_delivery(row) for row in conn.execute(query)]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.key, row.recipient, row.subject, row.status, row.attempts, row.next_at, row.note, row.message, row.created, row.changed,
    )  # fmt: skip


def drop_messages(conn: Connection, *, now: datetime) -> int:
    """Gives up what is still to be delivered: it may name somebody who was just erased; how many messages went."""
    row = DELIVERY.c
    values = {
        row.status: "failed",
        row.message: None,
        row.next_at: None,
        row.changed: now,
        row.note: "given up: an account was erased",
    }
    return conn.execute(update(DELIVERY).where(row.message.is_not(None)).values(values)).rowcount
