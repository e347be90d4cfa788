"""Runs and files that may hold a person: kept inputs that expire, aggregates that stay, files that go."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, or_, select, update

from storage.tables import NAMED_ACCOUNT, PROFILE_SNAPSHOT, RAW_PROFILE, SCORE_RUN

EXPIRED = "expired"  # values of score_run.why_not
FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Names:
    """What an account was called here; `named` when it had a name outside the raw tables."""

    platform: str
    native_id: str
    texts: frozenset[str]
    named: bool


def names_of(conn: Connection, account: bytes, platform: str, native_id: str) -> Names:
    """Every id, handle and name that the store still knows of the account."""
    named = conn.execute(select(NAMED_ACCOUNT.c.account).where(NAMED_ACCOUNT.c.account == account)).first() is not None
    texts = {native_id}
    for table in (PROFILE_SNAPSHOT, RAW_PROFILE):
        for row in conn.execute(select(table.c.handle, table.c.name, table.c.url).where(table.c.account == account)):
            texts.update(text for text in row if text)
    return Names(platform, native_id, frozenset(texts), named)


def expire_snapshots(
    conn: Connection, workspace: Path | None, now: datetime, at_most: timedelta, *, dry_run: bool
) -> tuple[int, ...]:
    """Deletes the kept input of runs whose time is over and says so on the run; which runs."""
    run = SCORE_RUN.c
    over = or_(run.snapshot_expires <= now, run.created <= now - at_most)
    runs = list(conn.execute(select(run.id).where(run.recomputable, over).order_by(run.id)).scalars())
    _mark(conn, runs, EXPIRED)
    if not dry_run:
        _delete_folders(workspace, runs)
    return tuple(runs)


def forget_in_files(conn: Connection, workspace: Path | None, until: datetime) -> tuple[int, ...]:
    """Deletes the kept inputs of all runs made until then, for a kept input numbers people and tells nobody's key.

    Returns:
        The runs that could be computed again before.
    """
    run = SCORE_RUN.c
    runs = list(conn.execute(select(run.id).where(run.created <= until).order_by(run.id)).scalars())
    lost = list(conn.execute(select(run.id).where(run.created <= until, run.recomputable).order_by(run.id)).scalars())
    _mark(conn, lost, FORGOTTEN)
    _delete_folders(workspace, runs)
    return tuple(lost)


def _mark(conn: Connection, runs: Sequence[int], why_not: str) -> None:
    for number in runs:
        conn.execute(update(SCORE_RUN).where(SCORE_RUN.c.id == number).values(recomputable=False, why_not=why_not))


def _delete_folders(workspace: Path | None, runs: Sequence[int]) -> None:
    if workspace is None:
        return
    for number in runs:
        folder = workspace / "runs" / str(number)
        if folder.is_dir():
            shutil.rmtree(folder)


def clear_unfinished(workspace: Path) -> int:
    """Deletes inputs of runs that are being made or were killed: they may hold whom we just erased."""
    folders = [path for path in (workspace / "runs").glob("*") if path.is_dir() and not path.name.isdecimal()]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return len(folders)


def clear_folders(workspace: Path, names: Sequence[str]) -> dict[str, int]:
    """Deletes every file below these folders of the workspace; how many in each."""
    counts: dict[str, int] = {}
    for name in names:
        files = [path for path in (workspace / name).rglob("*") if path.is_file()] if (workspace / name).is_dir() else []
        for path in files:
            path.unlink()
        counts[name] = len(files)
    return counts


def forget_in_runs(conn: Connection, names: Names) -> int:
    """Takes the account out of the runs' results; aggregates that it was part of stay. How many runs named it."""
    changed = 0
    for row in conn.execute(select(SCORE_RUN.c.id, SCORE_RUN.c.result)).all():
        result = without_account(row.result, names)
        if result != row.result:
            changed += 1
            values = {"result": result, "recomputable": False, "why_not": FORGOTTEN}
            conn.execute(update(SCORE_RUN).where(SCORE_RUN.c.id == row.id).values(**values))
    return changed


def without_account(result: dict[str, Any], names: Names) -> dict[str, Any]:
    """A run's result as JSON without the account's card, row, overlaps and mentions."""
    mentioned = names.texts | {
        card["account"][field] for card in result.get("cards", []) if _is(card["account"], names) for field in ("name", "handle")
    } - {None}
    left = dict(result)
    for field in ("cards", "not_scored"):
        left[field] = [
            item for item in result.get(field, []) if not _is(item.get("account"), names) and item.get("given") not in mentioned
        ]
    left["cards"] = [
        {**card, "terms": [term for term in card.get("terms", []) if term["term"] not in mentioned]} for card in left["cards"]
    ]
    left["overlaps"] = [item for item in result.get("overlaps", []) if not {item["a"], item["b"]} & mentioned]
    if result.get("net_reach"):
        accounts = [name for name in result["net_reach"]["accounts"] if name not in mentioned]
        left["net_reach"] = {**result["net_reach"], "accounts": accounts}
    left["warnings"] = [item for item in result.get("warnings", []) if not _mentions(item, mentioned)]
    return {key: value for key, value in left.items() if key in result}


def _is(account: dict[str, Any] | None, names: Names) -> bool:
    return (
        bool(account)
        and (account or {}).get("platform") == names.platform
        and (account or {}).get("native_id") == names.native_id
    )


def _mentions(value: Any, texts: frozenset[str] | set[str]) -> bool:
    if isinstance(value, str):
        return value in texts
    if isinstance(value, dict):
        return any(_mentions(item, texts) for item in value.values())
    return isinstance(value, list | tuple) and any(_mentions(item, texts) for item in value)
