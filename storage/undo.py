"""Undoing an import: takes back what only it brought; what others attest too stays, what it overwrote is current again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.engine import Store
from storage.errors import NotFound, StorageError
from storage.ingest_posts import week_of, write_weeks
from storage.lookups import chunks, delete_where
from storage.naming import NamingRule, audit, drop_unseen_snapshots, withdraw_names
from storage.pulls import split_members, withdraw_pulls
from storage.tables import (
    ATTRIBUTE,
    AUDIENCE_SHARE,
    CANDIDATE,
    COUNT_SERIES,
    ENGAGEMENT,
    IMPORT_RUN,
    LABEL,
    NAMED_ACCOUNT,
    PERFORMANCE,
    PLACEMENT,
    POST,
    POST_SEEN,
    PRICE,
    PROFILE_FEATURE,
    PROFILE_SEEN,
    PULL,
    PULL_MEMBER,
    QUOTE,
    RAW_POST,
    RAW_PROFILE,
    TEXT_WEEK,
)
from storage.text_index import TextCounts, TextIndexer
from storage.words import K_ACCOUNTS, promote_words

OBSERVATIONS = (
    RAW_PROFILE, PROFILE_FEATURE, PROFILE_SEEN, COUNT_SERIES, ATTRIBUTE, PRICE, AUDIENCE_SHARE, PERFORMANCE, LABEL, CANDIDATE, ENGAGEMENT, QUOTE, PLACEMENT,
)  # fmt: skip
_DEFAULT_RULE = NamingRule()


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo did: rows deleted per table, posts that each other import took over, posts that went, names taken back."""

    import_id: int
    deleted: dict[str, int]
    posts_passed: dict[int, int]
    posts_lost: int
    unnamed: int


def undo_import(
    store: Store,
    import_id: int,
    *,
    now: datetime,
    indexer: TextIndexer | None,
    settings: NamingRule = _DEFAULT_RULE,
    k: int = K_ACCOUNTS,
) -> UndoReport:
    """Takes an import back, in one transaction; afterwards the store is as if it had never been, within lifetimes.

    A post that another import brought too goes to that import while its text is held (it is counted again by `indexer`);
    without text or indexer it goes missing. People erased because of the import (minors) stay erased.

    Raises:
        NotFound: no such import.
        StorageError: it was undone before.
    """
    with store.write("imports undo") as conn:
        _check(conn, import_id)
        touched = _named_of(conn, import_id)
        deleted = withdraw_pulls(conn, list(conn.execute(select(PULL.c.id).where(PULL.c.import_id == import_id)).scalars()))
        for table in OBSERVATIONS:
            deleted[table.name] = conn.execute(delete(table).where(table.c.import_id == import_id)).rowcount
        deleted["profile_snapshot"] = drop_unseen_snapshots(conn)
        passed, lost = _undo_posts(conn, import_id, indexer, now)
        deleted["post"] = lost
        unnamed = withdraw_names(conn, touched, settings, now=now, raw_after=now - timedelta(days=store.lifetimes.raw_days))
        conn.execute(update(IMPORT_RUN).where(IMPORT_RUN.c.id == import_id).values(status="undone", finished=now))
        audit(conn, now, "import undone", {"import_id": import_id, "deleted": deleted})
    promote_words(store, k=k)
    return UndoReport(import_id, deleted, passed, lost, unnamed)


def _check(conn: Connection, import_id: int) -> None:
    status = conn.execute(select(IMPORT_RUN.c.status).where(IMPORT_RUN.c.id == import_id)).scalar()
    if status is None:
        message = f"no import number {import_id}: `fanfit imports list` shows those there are"
        raise NotFound(message)
    if status == "undone":
        message = f"import {import_id} was undone before: there is nothing left to take back"
        raise StorageError(message)


def _named_of(conn: Connection, import_id: int) -> set[bytes]:
    """Named accounts that the import says anything about: each may owe it its name."""
    touched: set[bytes] = set()
    for table in (*OBSERVATIONS, PULL):
        rows = conn.execute(select(table.c.account).where(table.c.import_id == import_id).distinct()).scalars()
        touched.update(account for account in rows if account is not None)
    members = select(PULL_MEMBER.c.members).join(PULL, PULL.c.id == PULL_MEMBER.c.pull_id)
    named = set(conn.execute(select(NAMED_ACCOUNT.c.account)).scalars())
    for blob in conn.execute(members.where(PULL.c.import_id == import_id, PULL.c.list_kind == "followees")).scalars():
        touched.update(named.intersection(split_members(blob)))
    return touched & named


def _undo_posts(conn: Connection, import_id: int, indexer: TextIndexer | None, now: datetime) -> tuple[dict[int, int], int]:
    """How many posts each other import takes over, and how many go."""
    conn.execute(delete(POST_SEEN).where(POST_SEEN.c.import_id == import_id))
    conn.execute(delete(TEXT_WEEK).where(TEXT_WEEK.c.import_id == import_id))
    heir = select(POST_SEEN.c.post, func.min(POST_SEEN.c.import_id).label("heir")).group_by(POST_SEEN.c.post).subquery()
    query = (
        select(POST.c.post, POST.c.account, POST.c.created_at, POST.c.fetched_at, RAW_POST.c.text, heir.c.heir)
        .join(heir, heir.c.post == POST.c.post)
        .join(RAW_POST, RAW_POST.c.post == POST.c.post)
        .where(POST.c.import_id == import_id)
        .order_by(heir.c.heir, POST.c.post)
    )
    passed: dict[int, int] = {}
    if indexer is not None:
        for heir_id, rows in groupby(list(conn.execute(query)), key=lambda row: row.heir):
            passed[heir_id] = _hand_over(conn, tuple(rows), heir_id, import_id, indexer, now)
    gone = list(conn.execute(select(POST.c.post).where(POST.c.import_id == import_id)).scalars())
    for table in (POST_SEEN, RAW_POST, POST):
        delete_where(conn, table, table.c.post, gone)
    return passed, len(gone)


def _hand_over(conn: Connection, rows: Sequence[Any], heir: int, undone: int, indexer: TextIndexer, now: datetime) -> int:
    """Makes another import the one that brought these posts, and counts them again as its own; how many they are."""
    by_week: dict[tuple[bytes, int], list[TextCounts]] = {}
    for part in chunks(rows):
        for row, counts in zip(part, indexer.index([row.text for row in part]), strict=True):
            by_week.setdefault((row.account, week_of(row.created_at)), []).append(counts)
    # A page number of its own: pages of the heir count from 0 up, and no import is undone twice.
    write_weeks(conn, by_week, heir, -undone, indexer.dictionary, now)
    changes = [{"k": row.post} for row in rows]
    conn.execute(update(POST).where(POST.c.post == bindparam("k")).values(import_id=heir), changes)
    gone = (POST_SEEN.c.post == bindparam("k"), POST_SEEN.c.import_id == heir)
    conn.execute(delete(POST_SEEN).where(*gone), changes)
    return len(rows)
