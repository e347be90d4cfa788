"""CSV and TSV: strict quoting, true line numbers, a bad row costs only itself."""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from collectors.errors import FileRefused
from collectors.exports.pages import WHOLE_ROW, Page, Reject, Sheet
from collectors.exports.sniff import Probe

if TYPE_CHECKING:
    from _csv import Reader as Rows

LONGEST_CELL = 1_000_000
SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon"}
_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class DelimitedSheet:
    """An opened CSV or TSV file."""

    path: Path
    encoding: str
    separator: str
    header: Sequence[str]
    size: int
    warnings: Sequence[str] = ()

    @property
    def looks(self) -> str:
        """Format, encoding and separator in words."""
        name = {"utf-8-sig": "UTF-8 (with mark)", "gb18030": "GB18030"}.get(self.encoding, self.encoding.upper())
        return f"text separated by {SEPARATORS[self.separator]}, {name}"

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of at most `size` rows after the first `after`; a row's line is the one it begins in."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            rows = csv.reader(stream, delimiter=self.separator, strict=True)
            _skip_to_header(rows)
            done, last = 0, rows.line_num
            while True:
                wanted = min(size, after - done) if done < after else size
                found, ends = _take(rows, wanted)
                if not found:
                    return
                done += len(found)
                if done > after:
                    yield self._page(found, ends, last, done, stream)
                last = ends[-1]

    def _page(self, rows: list[list[str] | None], ends: list[int], last: int, done: int, stream: TextIO) -> Page:
        lines = [last + 1, *(end + 1 for end in ends[:-1])]
        width = len(self.header)
        rejects: list[Reject] = []
        good = rows
        if set(map(_width, rows)) != {width}:
            good, lines = self._fit(rows, lines, ends, rejects)
        columns: dict[str, Sequence[object]] = dict(zip(self.header, zip(*good, strict=True), strict=True)) if good else {}
        share = min(1.0, os.lseek(stream.fileno(), 0, os.SEEK_CUR) / self.size) if self.size else 1.0
        return Page(done, lines, columns, rejects, share)

    def _fit(
        self, rows: list[list[str] | None], lines: list[int], ends: list[int], rejects: list[Reject]
    ) -> tuple[list[list[str] | None], list[int]]:
        """The rows of the header's width; blank ones go, others go to the rejects."""
        width = len(self.header)
        kept: list[list[str] | None] = []
        where: list[int] = []
        for row, line, end in zip(rows, lines, ends, strict=True):
            if row is None:
                unpaired = "quotation marks that do not pair"
                reason = f"quotation marks that do not pair (lines {line} to {end})" if end > line else unpaired
                rejects.append(Reject(line, WHOLE_ROW, reason, 'a quote inside a quoted cell doubled: ""'))
            elif len(row) == width or (len(row) > width and not any(row[width:])):
                kept.append(row[:width])
                where.append(line)
            elif any(cell.strip() for cell in row):
                expected = f"{width} cells, as the header has; cells with separators in quotes"
                rejects.append(Reject(line, WHOLE_ROW, f"{len(row)} cells", expected))
        return kept, where


def _width(row: list[str] | None) -> int:
    return -1 if row is None else len(row)


def _take(rows: "Rows", wanted: int) -> tuple[list[list[str] | None], list[int]]:
    """At most `wanted` rows and the line each ends in; None stands for a row whose quotes do not pair."""
    found: list[list[str] | None] = []
    ends: list[int] = []
    while len(found) < wanted:
        at, line = len(found), rows.line_num
        try:
            found.extend(islice(rows, wanted - at))
        except csv.Error:
            ends.extend(_ends(found[at:], line))
            found.append(None)
            ends.append(rows.line_num)
            continue
        if rows.line_num - line == len(found) - at:
            ends.extend(range(line + 1, rows.line_num + 1))
        else:
            ends.extend(_ends(found[at:], line))
        break
    return found, ends


def _ends(rows: Sequence[list[str] | None], line: int) -> Iterator[int]:
    """The line in which each row ends, counted from the line breaks that its quoted cells hold."""
    for row in rows:
        line += 1 + sum(len(_BREAK.findall(cell)) for cell in row or () if "\n" in cell or "\r" in cell)
        yield line


def _skip_to_header(rows: "Rows") -> list[str]:
    """The first row that is not blank."""
    return next((row for row in rows if any(cell.strip() for cell in row)), [])


def open_sheet(path: Path, found: Probe, sheet: str | None) -> Sheet:
    """Opens a CSV or TSV file; the header decides the separator.

    Raises:
        FileRefused: the header's quotes do not pair.
    """
    del sheet
    csv.field_size_limit(LONGEST_CELL)
    separator = "\t" if found.format == "tsv" else _separator(path, found.encoding)
    with path.open(encoding=found.encoding, newline="") as stream:
        try:
            header = _skip_to_header(csv.reader(stream, delimiter=separator, strict=True))
        except csv.Error as error:
            message = f"The header of {path.name} has quotation marks that do not pair. Expected names of columns in row 1."
            raise FileRefused(message) from error
    while header and not header[-1].strip():
        header = header[:-1]
    return DelimitedSheet(
        path, found.encoding, separator, tuple(name.strip().strip("\ufeff").strip() for name in header), found.size
    )


def _separator(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as stream:
        line = next((line for line in iter(lambda: stream.readline(65_536), "") if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=lambda mark: (outside.count(mark), mark == ","))
