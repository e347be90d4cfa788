"""Statuses, notes and owners of a list's accounts: each change is kept, the last of a field counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, func, insert, select

from storage.engine import Store
from storage.errors import NotFound, Refused
from storage.identity import Pseudonymiser
from storage.tables import LIST_CHANGE

STATUSES = ("to_quote", "quoted", "sent", "approved", "reserve", "rejected", "signed", "published")
FIELDS = ("status", "owner", "mcn", "slot", "note", "order", "order_reason", "package", "check")
CHECKS = ("drawn", "ok", "bad")  # of a package's spot-check
LONGEST: Mapping[str, int] = MappingProxyType(
    {
        "status": 20,
        "owner": 200,
        "mcn": 200,
        "slot": 200,
        "note": 5000,
        "order": 6,
        "order_reason": 2000,
        "package": 200,
        "check": 10,
    }
)
Place = tuple[bytes, str]  # account, field
_MARK = 8  # bytes of a row's key


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one account of a list, set to `value` (empty: cleared), when, by whom, by which command or file."""

    id: int
    account: bytes
    field: str
    value: str
    at: datetime
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A field of an account that is to be set, and the value that it was seen with: it is not set if that has changed since."""

    account: bytes
    field: str
    value: str
    seen: str


def list_changes(store: Store, list_name: str) -> list[Change]:
    """Every change of a list, the first made first."""
    with store.read() as conn:
        return _changes(conn, list_name)


def _changes(conn: Connection, list_name: str) -> list[Change]:
    rows = conn.execute(select(LIST_CHANGE).where(LIST_CHANGE.c.list_name == list_name).order_by(LIST_CHANGE.c.id))
    return [Change(row.id, row.account, row.field, row.value, row.changed_at, row.changed_by, row.source) for row in rows]


def last_change(store: Store) -> int:
    """The number of the newest change of any list; 0 before the first. A file that goes out bears it."""
    with store.read() as conn:
        return conn.execute(select(func.max(LIST_CHANGE.c.id))).scalar() or 0


def values_at(changes: Iterable[Change], stamp: int | None = None) -> dict[Place, str]:
    """What each field said after change `stamp` (None: now); a field that was never set is missing and says nothing."""
    return {(each.account, each.field): each.value for each in changes if stamp is None or each.id <= stamp}


def save_edits(store: Store, list_name: str, edits: Sequence[Edit], *, now: datetime, by: str, source: str) -> int:
    """Sets fields, all or none; how many.

    Raises:
        Refused: a field says meanwhile something else than it was seen with, or would say what no list can hold.
    """
    for edit in edits:
        check_value(edit.field, edit.value)
    with store.write("list") as conn:
        current = values_at(_changes(conn, list_name))
        stale = sum(current.get((edit.account, edit.field), "") != edit.seen for edit in edits)
        if stale:
            message = f"{stale} of {len(edits)} fields were changed by somebody else meanwhile; nothing was written. Run it again: it compares anew."
            raise Refused(message)
        after = current | {(edit.account, edit.field): edit.value for edit in edits}
        _require_reasons(after, {edit.account for edit in edits})
        rows = [
            {
                "list_name": list_name, "account": edit.account, "field": edit.field, "value": edit.value, "changed_at": now, "changed_by": by,
                "source": source,
            }
            for edit in edits
        ]  # fmt: skip
        if rows:
            conn.execute(insert(LIST_CHANGE), rows)
    return len(rows)


def check_value(field: str, value: str) -> None:
    """Stops where a field cannot say that.

    Raises:
        Refused: no such status, no whole number from 1, or too long.
    """
    if field == "status" and value and value not in STATUSES:
        message = f"no list has the status {value[:40]!r}; expected one of {', '.join(STATUSES)}"
        raise Refused(message)
    if field == "check" and value and value not in CHECKS:
        message = f"a spot-check says {', '.join(CHECKS)} or nothing, not {value[:40]!r}"
        raise Refused(message)
    if field == "order" and value and not (value.isascii() and value.isdigit() and 1 <= int(value) <= 99_999):
        message = f"a place of one's own is a whole number from 1 to 99,999, not {value[:40]!r}"
        raise Refused(message)
    if len(value) > LONGEST[field]:
        message = f"{field} has {len(value):,} signs; up to {LONGEST[field]:,} are kept"
        raise Refused(message)


def _require_reasons(after: Mapping[Place, str], accounts: Iterable[bytes]) -> None:
    """A place of one's own needs a reason: whoever reads the list must see why it is not the run's order."""
    missing = sum(1 for each in accounts if after.get((each, "order")) and not after.get((each, "order_reason")))
    if missing:
        message = f"{missing} accounts were given a place of their own without a reason; nothing was written. Say why beside each (order_reason)."
        raise Refused(message)


def row_key(hashing: Pseudonymiser, list_name: str, account: bytes, stamp: int) -> str:
    """What a row of a file that goes out is known by: says nothing to a reader, fits this list, account and state only."""
    return f"{stamp:x}-{hashing.keyed_hash('list row', f'{list_name}/{account.hex()}/{stamp}')[:_MARK].hex()}"


def stamp_of(key: str) -> int:
    """The state that a row's key names.

    Raises:
        NotFound: it is no such key.
    """
    head, _, tail = key.partition("-")
    try:
        stamp, mark = int(head, 16), bytes.fromhex(tail)
    except ValueError:
        stamp, mark = 0, b""
    if len(mark) != _MARK:
        message = f"{key[:40]!r} is no key of a list's row"
        raise NotFound(message)
    return stamp
