"""XLSX: streamed, values only; what a workbook hides or destroys is said."""

import re
import warnings as python_warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from collectors.errors import FileRefused
from collectors.exports.pages import Page, Sheet
from collectors.exports.sniff import Probe

MOST_EXPANDED = 250  # a workbook's XML shrinks 10 to 60 times; beyond this it was built to fill the memory
SMALL = 50 << 20
LARGEST = 8 << 30
LARGEST_STRINGS = 512 << 20  # the one part that is held in memory whole
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\shidden="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet of an opened workbook; a row's line is its number in the sheet."""

    path: Path
    name: str
    header: Sequence[str]
    header_row: int
    warnings: Sequence[str]
    rows: int

    @property
    def looks(self) -> str:
        """Format and sheet in words."""
        return f"workbook, sheet {self.name!r}"

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of at most `size` rows after the first `after`.

        Raises:
            FileRefused: damaged inside.
        """
        with _opened(self.path) as book:
            rows = _rows(book[self.name])
            done = sum(1 for _ in islice(rows, self.header_row + after)) - self.header_row
            while found := list(islice(rows, size)):
                yield self._page(found, done)
                done += len(found)

    def _page(self, rows: list[tuple[object, ...]], done: int) -> Page:
        width = len(self.header)
        kept: list[tuple[object, ...]] = []
        lines: list[int] = []
        for line, row in enumerate(rows, self.header_row + done + 1):
            if any(cell is not None for cell in row):
                kept.append((*row, *[None] * width)[:width])
                lines.append(line)
        columns: dict[str, Sequence[object]] = dict(zip(self.header, zip(*kept, strict=True), strict=True)) if kept else {}
        end = done + len(rows)
        return Page(end, lines, columns, [], min(1.0, end / self.rows) if self.rows else 0.0)


def open_sheet(path: Path, found: Probe, sheet: str | None) -> Sheet:
    """Opens the sheet named, else the first one that is shown; the first row with a value is the header.

    Raises:
        FileRefused: damaged, built to fill the memory, no such sheet, an empty one.
    """
    del found
    check_archive(path)
    with _opened(path) as book:
        shown = [item for item in book.worksheets if item.sheet_state == "visible"]
        if sheet is not None and sheet not in book.sheetnames:
            message = f"{path.name} has no sheet {sheet!r}. It has: {', '.join(map(repr, book.sheetnames))}."
            raise FileRefused(message)
        chosen = book[sheet] if sheet is not None else shown[0] if shown else None
        if chosen is None:
            message = f"{path.name} shows no sheet with a table. Expected one with a header in its first row."
            raise FileRefused(message)
        declared = chosen.max_row or 0
        notes = (
            [f"it has {len(shown)} sheets; only {chosen.title!r} is read (--sheet names another)"]
            if len(shown) > 1 and sheet is None
            else []
        )
        number, header = next(
            ((at, row) for at, row in enumerate(_rows(chosen), 1) if any(cell is not None for cell in row)),
            (0, ()),
        )
        hidden = _hidden_rows(path, getattr(chosen, "_worksheet_path", ""))
    if not header:
        message = f"Sheet {chosen.title!r} of {path.name} is empty. Expected a header and at least one row."
        raise FileRefused(message)
    if hidden:
        notes.append(f"{hidden} rows are hidden in the workbook (a filter?) and are imported too")
    names = ["" if cell is None else str(cell).strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    return WorkbookSheet(path, chosen.title, tuple(names), number, tuple(notes), max(declared - number, 0))


def check_archive(path: Path) -> None:
    """Looks at a workbook's parts before any is unpacked.

    Raises:
        FileRefused: damaged, or built to fill the memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        message = f"{path.name} is damaged. Expected a whole workbook: save it again as .xlsx."
        raise FileRefused(message) from error
    for part in parts:
        swollen = part.file_size > SMALL and part.file_size > MOST_EXPANDED * max(part.compress_size, 1)
        if swollen or part.file_size > LARGEST:
            message = f"{path.name} unpacks to far more than a workbook holds. It was not opened; export the table as CSV."
            raise FileRefused(message)
        if part.filename.endswith("sharedStrings.xml") and part.file_size > LARGEST_STRINGS:
            message = (
                f"The texts of {path.name} are too many for the memory. Export the table as CSV, which is read piece by piece."
            )
            raise FileRefused(message)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and only for workbooks

    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # styles and validations that it does not keep: we read values only
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        message = (
            f"{path.name} cannot be read as a workbook ({type(error).__name__}). Save it again as .xlsx, or export it as CSV."
        )
        raise FileRefused(message) from error
    try:
        yield book
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[tuple[object, ...]]:
    """The sheet's rows, empty ones included, so that a row's place is its number."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    while True:
        try:
            with python_warnings.catch_warnings():
                python_warnings.simplefilter("ignore")  # dates out of range: the cell stays what it is
                row = next(rows, None)
        except Exception as error:
            message = (
                f"Sheet {sheet.title!r} is damaged inside ({type(error).__name__}). Save the workbook again, or export it as CSV."
            )
            raise FileRefused(message) from error
        if row is None:
            return
        yield row


def _hidden_rows(path: Path, part: str) -> int:
    """How many rows of a sheet are hidden; reads its XML once, in pieces."""
    if not part:
        return 0
    found, tail = 0, b""
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            text = tail + chunk
            cut = text.rfind(b"<")
            found += len(_HIDDEN_ROW.findall(text[:cut]))
            tail = text[cut:]
    return found + len(_HIDDEN_ROW.findall(tail))
