"""The kept input of a run: its folder, or a sentence on why it is gone and what to do."""

from pathlib import Path

from jobs.desk import DESK_ONLY
from storage.errors import NotFound, Refused
from storage.runs import RunRow


def kept_folder(run: RunRow, workspace: Path, file: str) -> Path:
    """The folder that holds the run's input; `file` is what the caller wants of it.

    Raises:
        Refused: the input was deleted, by expiry or on request.
        NotFound: it was never kept in this workspace.
    """
    folder = workspace / "runs" / str(run.id)
    if not run.summary.recomputable:
        why = run.summary.why_not or "expired"
        if why == DESK_ONLY:
            message = (
                f"Run {run.id} has no rows of people: its list had no sample, only ranges of vendors' shares and own content."
            )
            raise Refused(message)
        message = f"Run {run.id} keeps only its aggregates: its rows were deleted ({why}). Score the list again."
        raise Refused(message)
    if not (folder / file).is_file():
        message = f"The rows of run {run.id} are not in this workspace: go where the run was made, or score the list again."
        raise NotFound(message)
    return folder
