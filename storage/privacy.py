"""What is kept how long, and how a person is forgotten: `purge` and `forget` (DECISIONS 4, 5)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from storage.deliveries import drop_messages
from storage.engine import Lifetimes, Store
from storage.erasure import (
    erase_rows,
    erase_traces,
    erase_unmatched,
    forgotten_among,
    reapply_forgotten,
    record_forgotten,
    sweep_minors,
    sweep_vault,
)
from storage.leftovers import clear_folders, clear_unfinished
from storage.matching import plain_handle
from storage.naming import audit
from storage.personas import redact_personas, texts_that_mean
from storage.pulls import withdraw_pulls
from storage.snapshots import Names, expire_snapshots, forget_in_inputs, forget_in_runs, names_of
from storage.standing import stands_in
from storage.tables import (
    ATTRIBUTE,
    COUNT_SERIES,
    ENGAGEMENT,
    FOLLOW_EVENT,
    FORGOTTEN,
    IMPORT_RUN,
    LABEL,
    NAMED_ACCOUNT,
    POST,
    POST_SEEN,
    PROFILE_FEATURE,
    PULL,
    RAW_POST,
    RAW_PROFILE,
    RAW_WORD,
    TEXT_WEEK,
)
from storage.terms import expire_by_terms

__all__ = ["ForgetReport", "PurgeReport", "forget", "is_forgotten", "purge", "reapply_forgotten"]

FEATURES = (PROFILE_FEATURE, COUNT_SERIES, ATTRIBUTE, TEXT_WEEK, POST)


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """Rows and snapshot folders past their lifetime: deleted, or only counted in a dry run."""

    deleted: dict[str, int]
    runs: tuple[int, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """Proof of an erasure: how much went from each place; `runs` lost their snapshot and cannot be recomputed."""

    deleted: dict[str, int]
    files: dict[str, int] = field(default_factory=dict)
    runs: tuple[int, ...] = ()
    known_before: bool = False


class _DryRun(Exception):  # noqa: N818 - nothing went wrong
    """Rolls a purge back after it has counted."""


def is_forgotten(conn: Connection, pseudonyms: Collection[bytes]) -> set[bytes]:
    """Which of the accounts were erased and must not come back."""
    return forgotten_among(conn, pseudonyms)


def purge(store: Store, *, now: datetime, workspace: Path | None, dry_run: bool = False) -> PurgeReport:
    """Deletes what is past its lifetime, counted from fetch or import; named accounts' public data stay.

    Lists (pulls) and their edges count from the import; run snapshots from `snapshot_expires`, at most the features' lifetime.
    With `dry_run` everything is counted and nothing changes.
    """
    counts: dict[str, int] = {}
    runs: tuple[int, ...] = ()
    try:
        with store.write("purge") as conn:
            counts = _purge_rows(conn, store.lifetimes, now)
            for table, count in expire_by_terms(conn, now).items():
                counts[table] = counts.get(table, 0) + count
            for table, count in sweep_minors(conn).items():  # of imports that were killed and never taken up again
                counts[table] = counts.get(table, 0) + count
            erased = list(conn.execute(select(FORGOTTEN.c.account)).scalars())
            if not dry_run:  # minors met by an import, people of a backup: nobody was asked for a workspace then
                forget_in_inputs(conn, workspace, lambda folder: stands_in(folder, store.pseudonymiser, erased), None)
            runs = expire_snapshots(conn, workspace, now, timedelta(days=store.lifetimes.features_days), dry_run=dry_run)
            audit(conn, now, "purge", {"deleted": counts, "runs": len(runs)})
            if dry_run:
                raise _DryRun  # noqa: TRY301 - the transaction must see it, to roll back
    except _DryRun:
        return PurgeReport(counts, runs, dry_run=True)
    sweep_vault(store)
    counts["vault"] = store.vault.purge(now - timedelta(days=store.lifetimes.vault_days))
    return PurgeReport(counts, runs, dry_run=False)


def _purge_rows(conn: Connection, lifetimes: Lifetimes, now: datetime) -> dict[str, int]:
    raw, features, follow, labels = (
        now - timedelta(days=days)
        for days in (lifetimes.raw_days, lifetimes.features_days, lifetimes.follow_days, lifetimes.labels_days)
    )
    counts = {table.name: _delete_persons(conn, table, table.c.fetched_at < raw) for table in (RAW_PROFILE, RAW_POST)}
    counts["raw_word"] = conn.execute(delete(RAW_WORD).where(RAW_WORD.c.fetched_at < raw)).rowcount
    for table in FEATURES:
        counts[table.name] = _delete_persons(conn, table, table.c.fetched_at < features)
    counts[LABEL.name] = _delete_persons(conn, LABEL, LABEL.c.fetched_at < labels)
    counts[ENGAGEMENT.name] = conn.execute(delete(ENGAGEMENT).where(ENGAGEMENT.c.fetched_at < follow)).rowcount
    counts[FOLLOW_EVENT.name] = conn.execute(delete(FOLLOW_EVENT).where(FOLLOW_EVENT.c.fetched_at < follow)).rowcount
    known = select(POST.c.post)
    counts[POST_SEEN.name] = conn.execute(delete(POST_SEEN).where(POST_SEEN.c.post.not_in(known))).rowcount
    old = (
        select(PULL.c.id)
        .join(IMPORT_RUN, IMPORT_RUN.c.id == PULL.c.import_id)
        .where(PULL.c.pulled_at < follow, IMPORT_RUN.c.started < follow)
    )
    counts.update(withdraw_pulls(conn, list(conn.execute(old).scalars())))
    return counts


def _delete_persons(conn: Connection, table: Table, old: ColumnElement[bool]) -> int:
    named = select(NAMED_ACCOUNT.c.account)
    return conn.execute(delete(table).where(old, table.c.account.not_in(named))).rowcount


def forget(store: Store, platform: str, native_id: str, *, now: datetime, workspace: Path | None) -> ForgetReport:
    """Erases an account everywhere and blocks its return; doing it twice is nothing, an unknown account is blocked too.

    Database first, in one transaction, then vault and files. Kept inputs in which the account stands, or of which it cannot be
    told, are deleted: their runs keep their aggregates and say that they are no longer recomputable. Stored personas that name the
    account get a marker in its place.
    """
    account = store.pseudonymiser.one(platform, native_id)
    with store.read() as conn:
        called = names_of(conn, account, platform, native_id)
    seeds = _seeds(store, account, called)
    with store.write("forget") as conn:
        names = names_of(conn, account, platform, native_id)
        before = conn.execute(select(FORGOTTEN.c.forgotten_at, FORGOTTEN.c.minor).where(FORGOTTEN.c.account == account)).first()
        record_forgotten(conn, [account], minor=False, now=now)
        deleted = erase_rows(conn, [account])
        deleted["candidate"] += erase_unmatched(conn, platform, names.texts)
        for table, count in erase_traces(conn, [account], minors=before is not None and before.minor).items():
            deleted[table] = deleted.get(table, 0) + count
        texts = names.texts | seeds
        until = now if before is None else before.forgotten_at
        runs = forget_in_inputs(conn, workspace, lambda folder: stands_in(folder, store.pseudonymiser, [account], texts), until)
        deleted["persona_version"] = redact_personas(conn, seeds, names.texts if seeds else ())
        deleted["score_run"] = forget_in_runs(conn, [names], seeds)
        deleted["delivery"] = drop_messages(conn, now=now) if names.named else 0
        deleted["vault"] = store.vault.forget([account])
        told = names.named or bool(deleted["persona_version"] or deleted["score_run"])
        files = {} if workspace is None else _clear_files(workspace, runs.clear, told=told, first=before is None)
        audit(conn, now, "forget", {"deleted": deleted, "files": files, "runs": list(runs.lost)})
    return ForgetReport(deleted, files, runs.lost, before is not None)


def _seeds(store: Store, account: bytes, names: Names) -> frozenset[str]:
    """Seeds of stored personas that mean the account: found under that text, or called so and nobody else is."""
    forms = {plain_handle(text) for text in names.texts}
    return texts_that_mean(store, lambda found, text: found == account or (found is None and plain_handle(text) in forms))


def _clear_files(workspace: Path, clear: frozenset[int], *, told: bool, first: bool) -> dict[str, int]:
    """Exports go but for those of runs without the account, rejects go whole; reports only where they could name the account.

    A second `forget` finds nothing to do: what was written since cannot hold the account.
    """
    if not first and not told:
        return {}
    rejects = clear_folders(workspace, ["rejects"], ())
    folders = clear_folders(workspace, ["exports", *(["reports"] if told else [])], clear)
    return {"unfinished runs": clear_unfinished(workspace), **folders, **rejects}
