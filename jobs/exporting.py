"""The raw export for analysts: a run's scored followers as numbers without any identity of theirs (DECISIONS 8)."""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.kept import kept_folder
from scoring.errors import ScoringError
from scoring.snapshot import read_facts
from storage.errors import Refused
from storage.leftovers import RUN
from storage.runs import add_audit, load_run

if TYPE_CHECKING:
    from storage.engine import Store

NOT_EXPORTED = frozenset({"x", "youtube"})  # their terms forbid handing out rows about their members
FOLLOWERS = "followers.parquet"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the file, its rows, and how many rows of which platforms were left out."""

    run_id: int
    path: Path
    rows: int
    left_out: int
    platforms: tuple[str, ...]


def export_run(store: "Store", workspace: Path, run_id: int | None, path: Path | None, *, now: datetime) -> Exported:
    """Write row number, account (platform:native id), probability, weight and stratum of a run's scored followers; noted in the audit log.

    Raises:
        NotFound: no such run, or its rows were never kept here.
        Refused: its rows are gone, by expiry or on request, or every platform of it forbids the export.
    """
    run = load_run(store, run_id)
    folder = kept_folder(run, workspace, FOLLOWERS)
    table, left_out, platforms = _rows(folder, run.id)
    table = table.replace_schema_metadata({RUN: str(run.id).encode()})  # by it `forget` tells whether the file may stay
    target = path or workspace / "exports" / f"run-{run.id}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    add_audit(store, "export", {"run": run.id, "rows": table.num_rows, "left_out": left_out, "platforms": list(platforms)}, now)
    _write(table, target)
    return Exported(run.id, target, table.num_rows, left_out, platforms)


def _rows(folder: Path, run_id: int) -> tuple[pa.Table, int, tuple[str, ...]]:
    """The rows that may leave, numbered from 0; how many may not, and whose."""
    try:
        accounts = [each.account for each in read_facts(folder).candidates]
    except ScoringError as error:
        message = f"The input of run {run_id} is no longer there, so its rows cannot be named: score the list again to export."
        raise Refused(message) from error
    held = pq.read_table(folder / FOLLOWERS)
    forbidden = [index for index, account in enumerate(accounts) if account.platform in NOT_EXPORTED]
    allowed = held.filter(pa.array(~np.isin(held["account"].to_numpy(), np.array(forbidden, np.int64))))
    platforms = tuple(sorted({accounts[index].platform for index in forbidden}))
    if held.num_rows and not allowed.num_rows:
        message = f"Run {run_id} has only accounts of {', '.join(platforms)}, whose terms forbid handing out rows about members."
        raise Refused(message)
    named = pa.array([f"{account.platform}:{account.native_id}" for account in accounts], pa.string())  # names are not unique
    table = pa.table(
        {
            "row": pa.array(range(allowed.num_rows), pa.int64()),
            "account": named.take(allowed["account"].combine_chunks()),
            "probability": allowed["probability"],
            "weight": allowed["weight"],
            "stratum": allowed["stratum"],
        }
    )
    return table, held.num_rows - allowed.num_rows, platforms


def _write(table: pa.Table, target: Path) -> None:
    """Whole or not at all, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".export-")
    os.close(handle)
    try:
        pq.write_table(table, name, compression="zstd")
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
