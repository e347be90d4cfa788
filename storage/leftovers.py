"""Files of a workspace that may hold a person: unfinished inputs, exports, rejects, reports; by run, where a file tells its run."""

import re
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from pyarrow import parquet

RUN = b"fanfit.run"  # metadata of a Parquet export: the number of its run
_REPORT = re.compile(r"run-(\d+)")


def clear_unfinished(workspace: Path) -> int:
    """Deletes inputs of runs that are being made or were killed: they may hold whom we just erased."""
    folders = [path for path in (workspace / "runs").glob("*") if path.is_dir() and not path.name.isdecimal()]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return len(folders)


def clear_folders(workspace: Path, names: Sequence[str], keep: Collection[int]) -> dict[str, int]:
    """Deletes the files below these folders of the workspace, except those of the runs to keep; how many in each."""
    counts: dict[str, int] = {}
    for name in names:
        files = [path for path in (workspace / name).rglob("*") if path.is_file()] if (workspace / name).is_dir() else []
        going = [path for path in files if _run_of(path, workspace / name) not in keep]
        for path in going:
            path.unlink()
        counts[name] = len(going)
    return counts


def _run_of(path: Path, folder: Path) -> int | None:
    """The run that a file came from: a Parquet export says it, a report stands in its run's folder; None where neither."""
    if found := _REPORT.fullmatch(path.relative_to(folder).parts[0]):
        return int(found[1])
    if path.suffix != ".parquet":
        return None
    try:
        noted = (parquet.read_schema(path).metadata or {}).get(RUN, b"")
    except (OSError, ValueError):  # no Parquet, or half of one
        return None
    return int(noted) if noted.isdigit() else None
