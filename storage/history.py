"""What named accounts were called and how many followed them, over time: changes, renames, counts."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import func, select

from storage.engine import Store
from storage.lookups import chunks, rows_where
from storage.tables import COUNT_SERIES, NAMED_ACCOUNT, PROFILE_SEEN, PROFILE_SNAPSHOT

FIELDS = ("handle", "name", "bio", "category", "verified")


@dataclass(frozen=True, slots=True)
class Rename:
    """An account's handle was `old` when last seen so, and `new` when first seen so: it changed somewhere between."""

    account: bytes
    old: str
    new: str
    last_old: datetime
    first_new: datetime


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One field of a profile that changed between two observations; None: it was not given."""

    field: str
    old: str | bool | None
    new: str | bool | None
    last_old: datetime
    first_new: datetime


@dataclass(frozen=True, slots=True)
class CountRow:
    """Counts as a profile showed them at one time; None where not shown, a rounded one with its half width."""

    observed_at: datetime
    followers: int | None
    followers_half_width: int
    following: int | None
    posts: int | None


@dataclass(frozen=True, slots=True)
class _Seen:
    observed_at: datetime
    values: tuple[str | bool | None, ...]


def named_accounts(store: Store) -> list[bytes]:
    """Every account that is kept by name."""
    with store.read() as conn:
        return [row.account for row in conn.execute(select(NAMED_ACCOUNT.c.account))]


def renames(store: Store, accounts: Collection[bytes]) -> list[Rename]:
    """Every change of handle of the accounts, the earliest first, by stable id alone: what another account is called plays no part.

    A handle that was not given, and one that differs in case only, is no other handle. Nothing is known before the first observation.
    """
    found: list[Rename] = []
    for account, seen in _observations(store, accounts):
        handles = [(each.observed_at, str(each.values[0])) for each in seen if each.values[0] is not None]
        found += [
            Rename(account, old, new, before, after)
            for (before, old), (after, new) in pairwise(handles)
            if old.casefold() != new.casefold()
        ]
    return sorted(found, key=lambda each: (each.first_new, each.account, each.new))


def profile_changes(store: Store, account: bytes) -> list[ProfileChange]:
    """Every change of a field between one observation and the next that gives it, the earliest first."""
    changes: list[ProfileChange] = []
    for _, seen in _observations(store, [account]):
        for place, field in enumerate(FIELDS):
            given = [(each.observed_at, each.values[place]) for each in seen if each.values[place] is not None]
            changes += [
                ProfileChange(field, old, new, before, after) for (before, old), (after, new) in pairwise(given) if old != new
            ]
    return sorted(changes, key=lambda each: (each.first_new, each.field))


def observed_since(store: Store, account: bytes) -> datetime | None:
    """When the account's profile was first observed; nothing is known before. None where it never was."""
    return first_observed(store, [account]).get(account)


def first_observed(store: Store, accounts: Collection[bytes]) -> dict[bytes, datetime]:
    """When each account's profile was first observed; without those of which it never was."""
    row = PROFILE_SEEN.c
    query = select(row.account, func.min(row.observed_at).label("first")).group_by(row.account)
    with store.read() as conn:
        return {
            each.account: each.first for part in chunks(accounts) for each in conn.execute(query.where(row.account.in_(part)))
        }


def count_series(store: Store, account: bytes) -> list[CountRow]:
    """The account's counts, one row a moment, the earliest first; of two imports of one moment the later one's."""
    columns = COUNT_SERIES.c
    query = select(columns.observed_at, columns.followers, columns.followers_half_width, columns.following, columns.posts).where(
        columns.account == account
    )
    with store.read() as conn:
        rows = conn.execute(query.order_by(columns.observed_at, columns.import_id))
        held = {row.observed_at: CountRow(*row) for row in rows}
    return list(held.values())


def _observations(store: Store, accounts: Collection[bytes]) -> Iterator[tuple[bytes, Sequence[_Seen]]]:
    """Each account's observations in time's order."""
    with store.read() as conn:
        shots: dict[tuple[bytes, bytes], Any] = {
            (row.account, row.digest): row
            for row in rows_where(conn, list(PROFILE_SNAPSHOT.c), PROFILE_SNAPSHOT.c.account, accounts)
        }
        rows = sorted(
            rows_where(conn, list(PROFILE_SEEN.c), PROFILE_SEEN.c.account, accounts),
            key=lambda row: (row.account, row.observed_at, row.import_id),
        )
    for account, group in groupby(rows, key=lambda row: row.account):
        yield (
            account,
            [_Seen(row.observed_at, tuple(getattr(shots[row.account, row.digest], field) for field in FIELDS)) for row in group],
        )


def follower_counts(store: Store, *, since: datetime, until: datetime) -> dict[bytes, list[CountRow]]:
    """Counts with a follower count of every named account between two times, the earliest first."""
    columns = COUNT_SERIES.c
    query = (
        select(
            columns.account,
            columns.observed_at,
            columns.followers,
            columns.followers_half_width,
            columns.following,
            columns.posts,
        )
        .join(NAMED_ACCOUNT, NAMED_ACCOUNT.c.account == columns.account)
        .where(columns.observed_at >= since, columns.observed_at <= until, columns.followers.is_not(None))
        .order_by(columns.account, columns.observed_at, columns.import_id)
    )
    with store.read() as conn:
        rows = conn.execute(query).all()
    return {account: [CountRow(*row[1:]) for row in group] for account, group in groupby(rows, key=lambda row: row.account)}
