"""Named reads that several rooms use: lists, accounts as a reader knows them, who is meant by a text."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from storage.engine import Store
from storage.errors import NotFound
from storage.lookups import rows_where
from storage.matching import match_candidates, plain_handle
from storage.records import CandidateRecord
from storage.tables import CANDIDATE, COUNT_SERIES, NAMED_ACCOUNT, PROFILE_SEEN, PROFILE_SNAPSHOT


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A row of a candidate list; `account` is None where nobody was found (`status` says why)."""

    row: int
    given: str
    platform: str | None
    name: str | None
    note: str | None
    account: bytes | None
    status: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A named account with its newest profile."""

    platform: str
    native_id: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    bio: str | None = None
    category: str | None = None
    verified: bool | None = None


@dataclass(frozen=True, slots=True)
class ListSummary:
    """A candidate list: how many rows it has, and how many of them found an account."""

    name: str
    rows: int
    matched: int


def candidate_list(store: Store, list_name: str) -> list[CandidateRow]:
    """The rows of a list in their order.

    An account (or an unmatched text) that several imports brought stands once, at its first place, with the newest name and note.

    Raises:
        NotFound: no such list.
    """
    with store.read() as conn:
        rows = conn.execute(select(CANDIDATE).where(CANDIDATE.c.list_name == list_name).order_by(CANDIDATE.c.row)).all()
    if not rows:
        known = ", ".join(list_names(store)) or "none yet: `fanfit candidates import FILE` makes one"
        message = f"no candidate list {list_name!r}; there are: {known}"
        raise NotFound(message)
    distinct: dict[object, CandidateRow] = {}
    for row in rows:
        line = CandidateRow(row.row, row.given, row.platform, row.name, row.note, row.account, row.status)
        first = distinct.setdefault(row.account or row.given, line)
        distinct[row.account or row.given] = replace(first, name=line.name or first.name, note=line.note or first.note)
    return list(distinct.values())


def candidate_accounts(conn: Connection) -> set[bytes]:
    """The accounts that stand in any candidate list."""
    return {key for key in conn.execute(select(CANDIDATE.c.account).distinct()).scalars() if key is not None}


def list_names(store: Store) -> list[str]:
    """Names of the candidate lists, sorted."""
    with store.read() as conn:
        return sorted(conn.execute(select(CANDIDATE.c.list_name).distinct()).scalars())


def list_summaries(store: Store) -> list[ListSummary]:
    """Every candidate list with its size."""
    summaries = []
    for name in list_names(store):
        rows = candidate_list(store, name)
        summaries.append(ListSummary(name, len(rows), sum(row.account is not None for row in rows)))
    return summaries


def account_refs(store: Store, pseudonyms: Collection[bytes]) -> dict[bytes, AccountRow]:
    """The named ones among the accounts, each with its newest profile; persons are missing from the answer.

    Handle, name, address and category are the newest that were given: a file of ids and counts takes nobody's name away.
    """
    with store.read() as conn:
        key = NAMED_ACCOUNT.c.account
        named = {
            row.account: row
            for row in rows_where(conn, [key, NAMED_ACCOUNT.c.platform, NAMED_ACCOUNT.c.native_id], key, pseudonyms)
        }
        seen = list(rows_where(conn, list(PROFILE_SEEN.c), PROFILE_SEEN.c.account, named))
        shots = {
            (row.account, row.digest): row
            for row in rows_where(conn, list(PROFILE_SNAPSHOT.c), PROFILE_SNAPSHOT.c.account, named)
        }
    found = {account: AccountRow(row.platform, row.native_id) for account, row in named.items()}
    for row in sorted(seen, key=lambda row: (row.observed_at, row.import_id)):
        if (shot := shots.get((row.account, row.digest))) is not None:
            found[row.account] = _later(found[row.account], shot)
    return found


def _later(row: AccountRow, shot: Any) -> AccountRow:
    """The account after one more observation of its profile."""
    given = {name: value for name in ("handle", "name", "url", "category") if (value := getattr(shot, name)) is not None}
    return replace(row, bio=shot.bio, verified=shot.verified, **given)


def public_followers(store: Store, account: bytes) -> int | None:
    """The newest follower count that its profile showed; None where none was seen."""
    shown = select(COUNT_SERIES.c.followers).where(COUNT_SERIES.c.account == account, COUNT_SERIES.c.followers.is_not(None))
    with store.read() as conn:
        return conn.execute(shown.order_by(COUNT_SERIES.c.observed_at.desc()).limit(1)).scalar()


def resolve_account(store: Store, text: str, *, platform: str | None = None) -> bytes:
    """The named account that a native id, handle, name or profile URL means; a name may be the one that a candidate list gives it.

    Raises:
        NotFound: none, or several: the message asks for the platform.
    """
    wanted = text.strip()
    with store.read() as conn:
        by_id = select(NAMED_ACCOUNT.c.account, NAMED_ACCOUNT.c.platform).where(NAMED_ACCOUNT.c.native_id == wanted)
        shot, named = PROFILE_SNAPSHOT.c, NAMED_ACCOUNT.c
        join = select(named.account, named.platform).join(PROFILE_SNAPSHOT, shot.account == named.account)
        by_name = join.where(func.lower(shot.name) == wanted.lower())
        hits: dict[bytes, str | None] = {row.account: row.platform for row in conn.execute(by_id)}
        names: dict[bytes, str | None] = {row.account: row.platform for row in conn.execute(by_name)}
        if not names:
            listed = select(named.account, named.platform).join(CANDIDATE, CANDIDATE.c.account == named.account)
            called = listed.where(func.lower(CANDIDATE.c.name) == wanted.lower())
            names = {row.account: row.platform for row in conn.execute(called)}
    if not hits:
        match = match_candidates(store, [CandidateRecord(wanted, platform=platform, handle=plain_handle(wanted))])[0]
        hits = {match.account: match.platform} if match.account and account_refs(store, [match.account]) else names
    found = [account for account, at in hits.items() if platform in {None, at}]
    if len(found) == 1:
        return found[0]
    what = "means several accounts: say which platform" if found else "is no named account: see `fanfit candidates show`"
    message = f"this text {what}"
    raise NotFound(message)
