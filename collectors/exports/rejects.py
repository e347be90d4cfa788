"""The rejects file of an import: which rows were not imported, why, and what was expected; never what stood in them."""

import csv
import os
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from collectors.exports.pages import Reject
from collectors.exports.wording import HEADERS, Lang, column_of, worded

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RejectsFile:
    """Rows are appended before the page they come from is committed; readable by its owner only, made with the first of them.

    `keep` rows are of pages that are committed: what stands behind them was noted for a page that never was, and goes. So a
    killed import loses and doubles no reject, whenever it was killed. Taken up in another language, the kept rows stay as they are.
    """

    def __init__(self, path: Path, *, keep: int, lang: Lang = "en") -> None:
        self.path = path
        self.lang: Lang = lang
        self._keep = keep

    def cut(self) -> None:
        """Drops the rows of pages that will be read again; the file is whole at every moment."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
            kept = list(islice(csv.reader(stream), self._keep + 1))[1:]
        if not kept:
            self.path.unlink()
            return
        whole = self.path.with_suffix(".part")
        whole.unlink(missing_ok=True)
        _append(whole, kept, HEADERS[self.lang])
        whole.replace(self.path)

    def add(self, rejects: Iterable[Reject]) -> None:
        """Notes rows, on disk before this returns."""
        lang = self.lang
        rows = [
            (str(item.line), _inert(column_of(item.column, lang)), worded(item.reason, lang), worded(item.expected, lang))
            for item in rejects
        ]
        _append(self.path, rows, HEADERS[lang])


def _append(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str]) -> None:
    if not rows:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(number, "a", encoding="utf-8", newline="") as stream:  # noqa: PTH123 - opened with its rights
        writer = csv.writer(stream)
        if os.fstat(number).st_size == 0:
            stream.write("\ufeff")
            writer.writerow(header)
        writer.writerows(rows)
        stream.flush()
        os.fsync(number)


def _inert(text: str) -> str:
    """A header that a spreadsheet would run as a formula stays text."""
    return f"'{text}" if text.startswith(_FORMULA) else text
