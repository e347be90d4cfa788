"""Platforms' own lifetimes: what came from an API whose terms end its storage goes when they say, named accounts' data too."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from storage.lookups import delete_where
from storage.naming import drop_unseen_snapshots
from storage.pulls import withdraw_pulls
from storage.tables import (
    COUNT_SERIES,
    ENGAGEMENT,
    IMPORT_RUN,
    POST,
    POST_SEEN,
    PROFILE_FEATURE,
    PROFILE_SEEN,
    PULL,
    RAW_POST,
    RAW_PROFILE,
    TEXT_WEEK,
)

DAYS: Mapping[str, int] = {"youtube": 30}  # developers.google.com/youtube/terms/developer-policies: refresh or delete
_OBSERVED = (RAW_PROFILE, PROFILE_FEATURE, PROFILE_SEEN, COUNT_SERIES, TEXT_WEEK, ENGAGEMENT)


def expire_by_terms(conn: Connection, now: datetime) -> dict[str, int]:
    """Deletes what was collected from such platforms longer ago than they allow; rows per table. Collected again, it is new.

    What was imported from files is not from the API and follows the workspace's own lifetimes.
    """
    counts: dict[str, int] = {}
    for platform, days in DAYS.items():
        before = now - timedelta(days=days)
        live = (IMPORT_RUN.c.fingerprint == "", IMPORT_RUN.c.file_name.like(f"{platform} %"))
        runs = select(IMPORT_RUN.c.id).where(*live)
        for table in _OBSERVED:
            gone = conn.execute(delete(table).where(table.c.import_id.in_(runs), table.c.fetched_at < before)).rowcount
            counts[table.name] = counts.get(table.name, 0) + gone
        old = list(conn.execute(select(POST.c.post).where(POST.c.import_id.in_(runs), POST.c.fetched_at < before)).scalars())
        for table in (POST_SEEN, RAW_POST, POST):
            counts[table.name] = counts.get(table.name, 0) + delete_where(conn, table, table.c.post, old)
        pulls = select(PULL.c.id).where(PULL.c.import_id.in_(runs), PULL.c.pulled_at < before)
        for name, count in withdraw_pulls(conn, list(conn.execute(pulls).scalars())).items():
            counts[name] = counts.get(name, 0) + count
    counts["profile_snapshot"] = drop_unseen_snapshots(conn)
    return counts
