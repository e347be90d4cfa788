"""Who has a name here: promotion to a named account and back (DECISIONS 1)."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.engine import Store
from storage.identity import Pseudonymiser
from storage.lookups import chunks, counts_by, delete_where, keys_among, rows_where
from storage.tables import (
    AUDIENCE_SHARE,
    AUDIT_ENTRY,
    CANDIDATE,
    COUNT_SERIES,
    FOLLOW,
    NAMED_ACCOUNT,
    PERFORMANCE,
    PLACEMENT,
    PRICE,
    PROFILE_SEEN,
    PROFILE_SNAPSHOT,
    PULL,
    QUOTE,
    RAW_POST,
    RAW_PROFILE,
)
from storage.writes import upsert

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode  # made once: json.dumps makes one a call
CHOSEN = ("seed", "watched", "own")  # a person's choice: no import brings it, no undo takes it back
PROFILE_FIELDS = ("handle", "name", "bio", "url", "category", "verified")


@dataclass(frozen=True, slots=True)
class NamingRule:
    """Accounts that are named without being chosen: by their public follower count, or by followers in the store."""

    followers_at_least: int = 5000
    in_store_at_least: int = 50


@dataclass(frozen=True, slots=True)
class Naming:
    """An account about to be named, with the native id that the page just showed."""

    account: bytes
    platform: str
    native_id: str


def named_among(conn: Connection, accounts: Collection[bytes]) -> set[bytes]:
    """Which of the accounts are named."""
    return keys_among(conn, NAMED_ACCOUNT, "account", accounts)


def audit(conn: Connection, now: datetime, action: str, detail: dict[str, Any]) -> None:
    """Writes down what was done to people's data; `detail` holds counts and reasons, never a native id."""
    conn.execute(insert(AUDIT_ENTRY).values(at=now, action=action, detail=detail))


def profile_digest(pseudonymiser: Pseudonymiser, values: Sequence[object]) -> bytes:
    """The key of a profile snapshot: `values` in the order of PROFILE_FIELDS."""
    return pseudonymiser.keyed_hash("profile", _ENCODE(list(values)))


def promote(store: Store, conn: Connection, accounts: Sequence[Naming], reason: str, *, now: datetime) -> int:
    """Names the accounts that are not named yet, moves their raw profiles to the snapshots, logs it; how many were new.

    A chosen account (seed, watched, own) keeps that reason over a derived one.
    """
    wanted = {item.account: item for item in accounts}
    known = named_among(conn, wanted)
    if reason in CHOSEN and known:
        for row in known:
            conn.execute(update(NAMED_ACCOUNT).where(NAMED_ACCOUNT.c.account == row).values(reason=reason))
    fresh = [item for account, item in wanted.items() if account not in known]
    if not fresh:
        return 0
    rows = [
        {"account": item.account, "platform": item.platform, "native_id": item.native_id, "reason": reason, "promoted_at": now}
        for item in fresh
    ]
    upsert(conn, NAMED_ACCOUNT, rows, key=["account"], update=[])
    _raw_to_snapshots(store, conn, [item.account for item in fresh])
    audit(conn, now, "promoted", {"reason": reason, "accounts": len(fresh)})
    return len(fresh)


def _raw_to_snapshots(store: Store, conn: Connection, accounts: Sequence[bytes]) -> None:
    snapshots, seen = [], []
    for row in rows_where(conn, list(RAW_PROFILE.c), RAW_PROFILE.c.account, accounts):
        values = {field: getattr(row, field) for field in PROFILE_FIELDS}
        digest = profile_digest(store.pseudonymiser, list(values.values()))
        snapshots.append({"account": row.account, "digest": digest, **values})
        when = {"observed_at": row.observed_at, "fetched_at": row.fetched_at}
        seen.append({"account": row.account, "import_id": row.import_id, "digest": digest, **when})
    upsert(conn, PROFILE_SNAPSHOT, snapshots, key=["account", "digest"], update=[])
    upsert(conn, PROFILE_SEEN, seen, key=["account", "observed_at", "import_id"], update=["digest", "fetched_at"])
    delete_where(conn, RAW_PROFILE, RAW_PROFILE.c.account, accounts)


def withdraw_names(conn: Connection, accounts: Collection[bytes], rule: NamingRule, *, now: datetime, raw_after: datetime) -> int:
    """Takes the name from those of the accounts that nothing left in the store justifies; how many lost it.

    Their profiles go back to the raw table (only those fetched after `raw_after`; older ones have no right to stay).
    """
    key = NAMED_ACCOUNT.c.account
    derived = {row.account for row in rows_where(conn, [key, NAMED_ACCOUNT.c.reason], key, accounts) if row.reason not in CHOSEN}
    lost = derived - _still_justified(conn, derived, rule)
    if not lost:
        return 0
    _snapshots_to_raw(conn, lost, raw_after)
    delete_where(conn, NAMED_ACCOUNT, NAMED_ACCOUNT.c.account, lost)
    for part in chunks(lost):  # a post's id leads back to its account: it goes with the name
        conn.execute(update(RAW_POST).where(RAW_POST.c.account.in_(part)).values(native_id=None))
    audit(conn, now, "unnamed", {"accounts": len(lost)})
    return len(lost)


def _still_justified(conn: Connection, accounts: Collection[bytes], rule: NamingRule) -> set[bytes]:
    tables = (CANDIDATE, PRICE, AUDIENCE_SHARE, PERFORMANCE, QUOTE, PLACEMENT)
    kept = {key for table in tables for key in keys_among(conn, table, "account", accounts)}
    rest = [account for account in accounts if account not in kept]
    for column, key, extra in (
        (func.max(COUNT_SERIES.c.followers), COUNT_SERIES.c.account, []),
        (func.max(PULL.c.total), PULL.c.account, [PULL.c.list_kind == "followers"]),
    ):
        for account in rest:
            most = conn.execute(select(column).where(key == account, *extra)).scalar()
            if most is not None and most >= rule.followers_at_least:
                kept.add(account)
    counts = counts_by(conn, FOLLOW, "account", rest)
    kept.update(account for account, count in counts.items() if count >= rule.in_store_at_least)
    return kept


def _snapshots_to_raw(conn: Connection, accounts: Collection[bytes], raw_after: datetime) -> None:
    key = NAMED_ACCOUNT.c.account
    platforms = {row.account: row.platform for row in rows_where(conn, [key, NAMED_ACCOUNT.c.platform], key, accounts)}
    snapshots = {
        (row.account, row.digest): row for row in rows_where(conn, list(PROFILE_SNAPSHOT.c), PROFILE_SNAPSHOT.c.account, accounts)
    }
    newest: dict[tuple[bytes, int], Any] = {}
    for row in rows_where(conn, list(PROFILE_SEEN.c), PROFILE_SEEN.c.account, accounts):
        held = newest.get((row.account, row.import_id))
        if row.fetched_at >= raw_after and (held is None or row.observed_at > held.observed_at):
            newest[row.account, row.import_id] = row
    rows = []
    for row in newest.values():
        values = {field: getattr(snapshots[row.account, row.digest], field) for field in PROFILE_FIELDS}
        when = {"observed_at": row.observed_at, "fetched_at": row.fetched_at, "import_id": row.import_id}
        rows.append({"account": row.account, "platform": platforms[row.account], **values, **when})
    upsert(conn, RAW_PROFILE, rows, key=["account", "import_id"], update=[])
    delete_where(conn, PROFILE_SEEN, PROFILE_SEEN.c.account, accounts)
    delete_where(conn, PROFILE_SNAPSHOT, PROFILE_SNAPSHOT.c.account, accounts)


def drop_unseen_snapshots(conn: Connection) -> int:
    """Deletes snapshots that no remaining import saw."""
    seen = select(PROFILE_SEEN.c.account).where(
        PROFILE_SEEN.c.account == PROFILE_SNAPSHOT.c.account, PROFILE_SEEN.c.digest == PROFILE_SNAPSHOT.c.digest
    )
    return conn.execute(delete(PROFILE_SNAPSHOT).where(~seen.exists())).rowcount
