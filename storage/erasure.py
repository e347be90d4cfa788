"""Erasing people from every table: what `forget`, a declared minor and a restored backup have in common."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, delete, select

from storage.engine import Store
from storage.lookups import delete_where, keys_among, rows_where
from storage.matching import known_platforms, plain_handle
from storage.personas import redact_personas, texts_that_mean
from storage.pulls import remove_members
from storage.snapshots import forget_in_runs, names_of
from storage.tables import (
    ATTRIBUTE,
    AUDIENCE_SHARE,
    CANDIDATE,
    COUNT_SERIES,
    ENGAGEMENT,
    FOLLOW,
    FOLLOW_EVENT,
    FORGOTTEN,
    LABEL,
    LIST_CHANGE,
    MENTION_CHECK,
    NAMED_ACCOUNT,
    PERFORMANCE,
    PLACEMENT,
    POST,
    POST_SEEN,
    PRICE,
    PROFILE_FEATURE,
    PROFILE_SEEN,
    PROFILE_SNAPSHOT,
    PULL,
    PULL_MEMBER,
    QUOTE,
    RAW_POST,
    RAW_PROFILE,
    RAW_WORD,
    STREAM_POSITION,
    TEXT_WEEK,
    WATCHED,
    WORD,
)
from storage.text_index import unpack
from storage.writes import upsert

OWN_TABLES = (
    RAW_PROFILE,
    RAW_POST,
    PROFILE_FEATURE,
    COUNT_SERIES,
    ATTRIBUTE,
    TEXT_WEEK,
    LABEL,
    PRICE,
    AUDIENCE_SHARE,
    PERFORMANCE,
    CANDIDATE,
    PROFILE_SEEN,
    PROFILE_SNAPSHOT,
    NAMED_ACCOUNT,
    STREAM_POSITION,
    WATCHED,
    MENTION_CHECK,
    QUOTE,
    PLACEMENT,
    LIST_CHANGE,
)


def forgotten_among(conn: Connection, accounts: Collection[bytes]) -> set[bytes]:
    """Which of the accounts were erased and must not come back."""
    return keys_among(conn, FORGOTTEN, "account", accounts)


def record_forgotten(conn: Connection, accounts: Collection[bytes], *, minor: bool, now: datetime) -> None:
    """Keeps the keyed hashes that block a return; a minor stays marked as one, so that pulls count them (DECISIONS 7)."""
    rows = [{"account": account, "forgotten_at": now, "minor": minor} for account in accounts]
    upsert(conn, FORGOTTEN, rows, key=["account"], update=["minor"] if minor else [])


def erase_rows(conn: Connection, accounts: Collection[bytes]) -> dict[str, int]:
    """Deletes every row that is about one of the accounts; edges and places in others' lists are `erase_traces`.

    Returns:
        Rows deleted per table.
    """
    counts = {"raw_word": _erase_words(conn, accounts)}
    posts = [row.post for row in rows_where(conn, [POST.c.post], POST.c.account, accounts)]
    counts["post_seen"] = delete_where(conn, POST_SEEN, POST_SEEN.c.post, posts)
    counts["post"] = delete_where(conn, POST, POST.c.account, accounts)
    for table in OWN_TABLES:
        counts[table.name] = delete_where(conn, table, table.c.account, accounts)
    ends = (FOLLOW_EVENT.c.account, FOLLOW_EVENT.c.follower)
    counts["follow_event"] = sum(delete_where(conn, FOLLOW_EVENT, side, accounts) for side in ends)
    sides = (ENGAGEMENT.c.account, ENGAGEMENT.c.engager)
    counts["mention_check"] += delete_where(conn, MENTION_CHECK, MENTION_CHECK.c.brand, accounts)
    counts["engagement"] = sum(delete_where(conn, ENGAGEMENT, side, accounts) for side in sides)
    pulls = [row.id for row in rows_where(conn, [PULL.c.id], PULL.c.account, accounts)]
    counts["pull_member"] = delete_where(conn, PULL_MEMBER, PULL_MEMBER.c.pull_id, pulls)
    counts["pull"] = delete_where(conn, PULL, PULL.c.id, pulls)
    return counts


def _erase_words(conn: Connection, accounts: Collection[bytes]) -> int:
    """Deletes how the accounts' words are spelled, but for words that enough accounts use to be shown; before their counts go.

    A word that others use too loses its spelling until it is read again: dearer to find out than to do without.
    """
    counts = [row.counts for row in rows_where(conn, [TEXT_WEEK.c.counts], TEXT_WEEK.c.account, accounts)]
    if not counts:
        return 0
    terms = {int(term) for each in counts for term in unpack(each)[0]}
    shown = {row.term for row in rows_where(conn, [WORD.c.term], WORD.c.term, terms)}
    return delete_where(conn, RAW_WORD, RAW_WORD.c.term, terms - shown)


def erase_unmatched(conn: Connection, platform: str, texts: Collection[str]) -> int:
    """Deletes rows of candidate lists that name the account by one of `texts` and were matched to nobody; how many."""
    forms = {plain_handle(text) for text in texts}
    open_rows = select(CANDIDATE.c.list_name, CANDIDATE.c.row, CANDIDATE.c.given, CANDIDATE.c.platform)
    rows = conn.execute(open_rows.where(CANDIDATE.c.account.is_(None))).all()
    going = [row for row in rows if row.platform in {None, platform} and plain_handle(row.given) in forms]
    for row in going:
        conn.execute(delete(CANDIDATE).where(CANDIDATE.c.list_name == row.list_name, CANDIDATE.c.row == row.row))
    return len(going)


def erase_traces(conn: Connection, accounts: Collection[bytes], *, minors: bool) -> dict[str, int]:
    """Deletes the edges of everyone forgotten and cuts the accounts out of others' lists: one pass over both tables."""
    gone = select(FORGOTTEN.c.account)
    edges = sum(conn.execute(delete(FOLLOW).where(_side(side).in_(gone))).rowcount for side in ("account", "follower"))
    return {"follow": edges, "places in lists": remove_members(conn, accounts, minors=minors)}


def erase_follows(conn: Connection, accounts: Collection[bytes]) -> None:
    """Deletes the edges of accounts that are gone, and cuts them out of others' lists; they may come back, unlike the forgotten."""
    if accounts:
        for side in ("account", "follower"):
            delete_where(conn, FOLLOW, _side(side), accounts)
        remove_members(conn, accounts, minors=False)


def _side(name: str) -> Column[Any]:
    return FOLLOW.c[name]


def erase_minors(conn: Connection, accounts: Collection[bytes], *, now: datetime) -> None:
    """What a page does at once with people who declare to be minors; `sweep_minors` and `sweep_vault` do the rest when the import ends."""
    record_forgotten(conn, accounts, minor=True, now=now)
    erase_rows(conn, accounts)


def sweep_minors(conn: Connection) -> dict[str, int]:
    """Takes minors out of the lists they stood in: their places stay counted in `pull.minors`; doing it twice is nothing."""
    minors = _minors(conn)
    return erase_traces(conn, minors, minors=True) if minors else {}


def sweep_vault(store: Store) -> None:
    """Takes minors out of the vault, in one pass for all of an import's; a transaction of its own."""
    with store.read() as conn:
        minors = _minors(conn)
    store.vault.forget(minors)


def _minors(conn: Connection) -> set[bytes]:
    return set(conn.execute(select(FORGOTTEN.c.account).where(FORGOTTEN.c.minor)).scalars())


def reapply_forgotten(store: Store) -> dict[str, int]:
    """Erases again everyone who was forgotten: after a restore the backup's rows of theirs must go too; idempotent.

    Returns:
        Rows deleted per table, all zero when nothing had come back.
    """
    with store.read() as conn:
        people = {row.account: row.minor for row in conn.execute(select(FORGOTTEN.c.account, FORGOTTEN.c.minor))}
        platforms = known_platforms(conn)
    ids = store.pseudonymiser
    seeds = texts_that_mean(
        store, lambda found, text: found in people or any(ids.one(platform, text) in people for platform in platforms)
    )
    with store.write("forget") as conn:
        known = [row for row in conn.execute(select(NAMED_ACCOUNT)) if row.account in people]
        names = [names_of(conn, row.account, row.platform, row.native_id) for row in known]
        counts = erase_rows(conn, people) if people else {}
        for minors in (True, False):
            traces = erase_traces(conn, [account for account, minor in people.items() if minor is minors], minors=minors)
            for table, count in traces.items():
                counts[table] = counts.get(table, 0) + count
        counts["persona_version"] = redact_personas(conn, seeds)
        counts["score_run"] = forget_in_runs(conn, names, seeds)
    store.vault.forget(list(people))
    return counts
