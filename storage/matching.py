"""Whom a row of a candidate list means: by native id, handle or profile URL, among named accounts and unexpired raw profiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Table, bindparam, func, select, update

from storage.engine import Store
from storage.lookups import chunks, keys_among
from storage.naming import Naming, promote
from storage.records import CandidateRecord
from storage.tables import CANDIDATE, FOLLOW, NAMED_ACCOUNT, PROFILE_FEATURE, PROFILE_SEEN, PROFILE_SNAPSHOT, PULL, RAW_PROFILE

How = Literal["id", "handle", "url"]


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a candidate row; `platform`, `native_id` and `account` are set only when it is matched."""

    status: Literal["matched", "ambiguous", "unmatched"]
    platform: str | None = None
    native_id: str | None = None
    account: bytes | None = None
    how: How | None = None


@dataclass(frozen=True, slots=True)
class _Profile:
    account: bytes
    platform: str
    handle: str | None
    url: str | None


UNMATCHED = Match("unmatched")
AMBIGUOUS = Match("ambiguous")


def match_candidates(store: Store, records: Sequence[CandidateRecord]) -> list[Match]:
    """One match per record, in order.

    A native id with its platform is taken at its word; without a platform it must be known on exactly one. A handle (with or
    without @, any case) or URL must be the current one of exactly one account; of several it is ambiguous.
    """
    with store.read() as conn:
        profiles = _profiles(conn, {handle for record in records if (handle := _handle(record))})
        platforms = known_platforms(conn)
        known = _known_ids(store, conn, platforms, [record for record in records if not record.platform])
    found = [_match(store, record, profiles, known) for record in records]
    raw = [match.account for match in found if match.account is not None and match.native_id is None]
    return _with_ids(store, found, raw)


def _match(
    store: Store, record: CandidateRecord, profiles: dict[str, list[_Profile]], known: dict[str, list[tuple[str, bytes]]]
) -> Match:
    if record.native_id and record.platform:
        account = store.pseudonymiser.one(record.platform, record.native_id)
        return Match("matched", record.platform, record.native_id, account, "id")
    text = record.native_id or record.given.strip()
    by_id = [] if record.platform else known.get(text, [])
    if record.native_id or len(by_id) == 1:
        return _one_of([Match("matched", platform, text, account, "id") for platform, account in by_id])
    handle = _handle(record)
    if not handle:
        return AMBIGUOUS if by_id else UNMATCHED
    how: How = "url" if _is_url(record.given) else "handle"
    hits = {
        profile.account: Match("matched", profile.platform, None, profile.account, how)
        for profile in profiles.get(handle, [])
        if record.platform in {None, profile.platform}
    }
    return _one_of(list(hits.values()))


def _one_of(matches: Sequence[Match]) -> Match:
    if not matches:
        return UNMATCHED
    return matches[0] if len(matches) == 1 else AMBIGUOUS


def _with_ids(store: Store, found: Sequence[Match], accounts: Sequence[bytes]) -> list[Match]:
    """Native ids of those found by a profile: from the named accounts, else from the vault; without one it is no match."""
    with store.read() as conn:
        rows = (
            conn.execute(select(NAMED_ACCOUNT.c.account, NAMED_ACCOUNT.c.native_id).where(NAMED_ACCOUNT.c.account.in_(part)))
            for part in chunks(accounts)
        )
        ids = {row.account: row.native_id for part in rows for row in part}
    ids.update((account, native_id) for account, (_, native_id) in store.vault.native_ids(set(accounts) - ids.keys()).items())
    matches = []
    for match in found:
        if match.account is None or match.native_id is not None:
            matches.append(match)
        elif match.account in ids:
            matches.append(Match("matched", match.platform, ids[match.account], match.account, match.how))
        else:
            matches.append(UNMATCHED)
    return matches


def _handle(record: CandidateRecord) -> str:
    """The handle a row gives, plain: no @, lower case; of a URL its last part."""
    if record.native_id and record.platform:
        return ""
    return plain_handle(record.handle or record.given)


def plain_handle(text: str) -> str:
    """A handle as it is compared.

    >>> plain_handle(" @Anna "), plain_handle("https://x.example/Anna/?a=1")
    ('anna', 'anna')
    """
    text = text.strip()
    if _is_url(text):
        text = text.split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1]
    return text.lstrip("@").lower()


def _is_url(text: str) -> bool:
    return "://" in text


def _profiles(conn: Connection, handles: Iterable[str]) -> dict[str, list[_Profile]]:
    """Current profiles by plain handle, of those asked for."""
    found: dict[str, list[_Profile]] = {}
    for part in chunks(sorted(handles), 2000):
        spellings = [spelling for handle in part for spelling in (handle, f"@{handle}")]
        for profile in [*_named_profiles(conn, spellings), *_raw_profiles(conn, spellings)]:
            found.setdefault(plain_handle(profile.handle or ""), []).append(profile)
    return found


def _named_profiles(conn: Connection, spellings: Sequence[str]) -> list[_Profile]:
    shot, seen, named = PROFILE_SNAPSHOT.c, PROFILE_SEEN.c, NAMED_ACCOUNT.c
    any_seen = PROFILE_SEEN.alias("any_seen")
    newest = select(func.max(any_seen.c.observed_at)).where(any_seen.c.account == shot.account).scalar_subquery()
    query = (
        select(shot.account, named.platform, shot.handle, shot.url)
        .join(PROFILE_SEEN, (seen.account == shot.account) & (seen.digest == shot.digest))
        .join(NAMED_ACCOUNT, named.account == shot.account)
        .where(func.lower(shot.handle).in_(spellings), seen.observed_at == newest)
        .distinct()
    )
    return [_Profile(row.account, row.platform, row.handle, row.url) for row in conn.execute(query)]


def _raw_profiles(conn: Connection, spellings: Sequence[str]) -> list[_Profile]:
    raw = RAW_PROFILE.c
    newer = RAW_PROFILE.alias("newer")
    later = select(newer.c.account).where(newer.c.account == raw.account, newer.c.observed_at > raw.observed_at).exists()
    query = select(raw.account, raw.platform, raw.handle, raw.url).where(func.lower(raw.handle).in_(spellings), ~later).distinct()
    return [_Profile(row.account, row.platform, row.handle, row.url) for row in conn.execute(query)]


def known_platforms(conn: Connection) -> list[str]:
    """Platforms of which the store has accounts or lists, sorted."""
    tables: tuple[Table, ...] = (NAMED_ACCOUNT, RAW_PROFILE, PULL)
    return sorted({name for table in tables for name in conn.execute(select(table.c.platform).distinct()).scalars()})


def _known_ids(
    store: Store, conn: Connection, platforms: Sequence[str], records: Sequence[CandidateRecord]
) -> dict[str, list[tuple[str, bytes]]]:
    """For ids given without a platform: the platforms on which the store knows such an account."""
    ids = list(dict.fromkeys(record.native_id or record.given.strip() for record in records))
    found: dict[str, list[tuple[str, bytes]]] = {}
    for platform in platforms:
        accounts = dict(zip(store.pseudonymiser.of(platform, ids), ids, strict=True))
        present: set[bytes] = set()
        for table in (NAMED_ACCOUNT, PROFILE_FEATURE, PULL, FOLLOW):
            present |= keys_among(conn, table, "account", accounts)
        for account in present:
            found.setdefault(accounts[account], []).append((platform, account))
    return found


def match_pending(store: Store, *, now: datetime) -> int:
    """Matches candidate rows that found nobody before, against what has come in since; how many found someone."""
    with store.read() as conn:
        rows = conn.execute(select(CANDIDATE).where(CANDIDATE.c.status == "unmatched")).all()
    matches = match_candidates(store, [CandidateRecord(row.given, platform=row.platform) for row in rows]) if rows else []
    hits = [(row, match) for row, match in zip(rows, matches, strict=True) if match.account is not None]
    if not hits:
        return 0
    with store.write("candidates") as conn:
        promote(store, conn, [naming for _, match in hits if (naming := to_naming(match))], "candidate", now=now)
        changes = [{"l": row.list_name, "r": row.row, "a": match.account, "p": match.platform} for row, match in hits]
        where = (CANDIDATE.c.list_name == bindparam("l"), CANDIDATE.c.row == bindparam("r"), CANDIDATE.c.status == "unmatched")
        conn.execute(
            update(CANDIDATE).where(*where).values(account=bindparam("a"), platform=bindparam("p"), status="matched"), changes
        )
    return len(hits)


def to_naming(match: Match) -> Naming | None:
    """A match as an account to be named."""
    if match.account is None or match.platform is None or match.native_id is None:
        return None
    return Naming(match.account, match.platform, match.native_id)
