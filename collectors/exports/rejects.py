"""The rejects file of an import: which rows were not imported, why, and what was expected; never what stood in them."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from collectors.exports.pages import Reject

HEADER = ("line", "column", "reason", "expected")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RejectsFile:
    """Rows are appended as they are met; the file is made with the first one, readable by its owner only.

    An import that is taken up again after `line` drops what was noted of later lines: they are read again.
    """

    def __init__(self, path: Path, *, after_line: int | None = None) -> None:
        self.path = path
        self._after_line = after_line

    def cut(self) -> None:
        """Drops rows of lines that will be read again; without a position, the whole file."""
        if not self.path.exists():
            return
        kept: list[Sequence[str]] = []
        if self._after_line is not None:
            with self.path.open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.reader(stream))[1:]
            kept = [row for row in rows if len(row) == len(HEADER) and row[0].isdigit() and int(row[0]) <= self._after_line]
        self.path.unlink()
        self._append(kept)

    def add(self, rejects: Iterable[Reject]) -> None:
        """Notes rows, on disk before this returns."""
        self._append([(str(item.line), _inert(item.column), item.reason, item.expected) for item in rejects])

    def _append(self, rows: Sequence[Sequence[str]]) -> None:
        if not rows:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(number, "a", encoding="utf-8", newline="") as stream:  # noqa: PTH123 - opened with its rights
            writer = csv.writer(stream)
            if os.fstat(number).st_size == 0:
                stream.write("\ufeff")
                writer.writerow(HEADER)
            writer.writerows(rows)
            stream.flush()
            os.fsync(number)


def _inert(text: str) -> str:
    """A header that a spreadsheet would run as a formula stays text."""
    return f"'{text}" if text.startswith(_FORMULA) else text
