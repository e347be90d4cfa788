"""Runs that may hold a person: kept inputs that expire or are let go, aggregates that stay."""

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, or_, select, update

from storage.matching import plain_handle
from storage.personas import without_seeds
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
    """Deletes the kept input of runs whose time is over and says so on the run; which runs.

    Folders of runs that were let go from another workspace of the same database go too.
    """
    run = SCORE_RUN.c
    over = or_(run.snapshot_expires <= now, run.created <= now - at_most)
    runs = list(conn.execute(select(run.id).where(run.recomputable, over).order_by(run.id)).scalars())
    _mark(conn, runs, EXPIRED)
    if not dry_run:
        _delete_folders(workspace, list(conn.execute(select(run.id).where(~run.recomputable)).scalars()))
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class Runs:
    """What became of the runs' inputs: `lost` could be computed again before; `clear` are known not to hold the account."""

    lost: tuple[int, ...]
    clear: frozenset[int]


def forget_in_inputs(
    conn: Connection, workspace: Path | None, stands: Callable[[Path], bool | None], until: datetime | None
) -> Runs:
    """Deletes the kept inputs in which somebody stands; a folder that cannot tell goes too, if its run was made by `until`.

    `stands` says of a run's folder whether they do, None where it cannot tell: not here, or without `standing.FILE`.
    """
    lost: list[int] = []
    going: list[int] = []
    clear: set[int] = set()
    for row in conn.execute(select(SCORE_RUN.c.id, SCORE_RUN.c.created, SCORE_RUN.c.recomputable).order_by(SCORE_RUN.c.id)):
        told = None if workspace is None else stands(run_folder(workspace, row.id))
        if told is False:
            clear.add(row.id)
        elif told or (until is not None and row.created <= until):
            going.append(row.id)
            lost.extend([row.id] if row.recomputable else [])
    _mark(conn, lost, FORGOTTEN)
    _delete_folders(workspace, going)
    return Runs(tuple(lost), frozenset(clear))


def run_folder(workspace: Path, run: int) -> Path:
    """Where a run keeps its input and its followers' scores."""
    return workspace / "runs" / str(run)


def _mark(conn: Connection, runs: Sequence[int], why_not: str) -> None:
    for number in runs:
        conn.execute(update(SCORE_RUN).where(SCORE_RUN.c.id == number).values(recomputable=False, why_not=why_not))


def _delete_folders(workspace: Path | None, runs: Sequence[int]) -> None:
    if workspace is None:
        return
    for number in runs:
        if run_folder(workspace, number).is_dir():
            shutil.rmtree(run_folder(workspace, number))


def forget_in_runs(conn: Connection, accounts: Sequence[Names], seeds: Collection[str]) -> int:
    """Takes the accounts out of the runs' results, and `seeds` out of the names of their clauses; how many runs named one.

    Aggregates that they were part of stay.
    """
    changed = 0
    for row in conn.execute(select(SCORE_RUN.c.id, SCORE_RUN.c.result)).all():
        result = without_seeds(row.result, seeds)
        for names in accounts:
            result = without_account(result, names)
        if result != row.result:
            changed += 1
            values = {"result": result, "recomputable": False, "why_not": FORGOTTEN}
            conn.execute(update(SCORE_RUN).where(SCORE_RUN.c.id == row.id).values(**values))
    return changed


def without_account(result: dict[str, Any], names: Names) -> dict[str, Any]:
    """A run's result as JSON without the account's cards of every grade, row, overlaps and mentions."""
    told = [item for field in ("cards", "ranges", "topics") for item in result.get(field, []) if _is(item["account"], names)]
    mentioned = names.texts | {item["account"][field] for item in told for field in ("name", "handle")} - {None}
    forms = {plain_handle(text) for text in mentioned}
    left = dict(result)
    for field in ("cards", "not_scored", "ranges", "topics"):
        left[field] = [
            item
            for item in result.get(field, [])
            if not _is(item.get("account"), names) and plain_handle(item.get("given") or "") not in forms
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
