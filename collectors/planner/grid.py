"""A filled workbook as grids of cells: values, links, remarks; merged and computed cells as what they are; nothing is executed."""

import re
import warnings as python_warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.errors import FileRefused
from collectors.exports.cells import Unreadable
from collectors.exports.sniff import probe
from collectors.exports.workbook import check_archive

LARGEST = 20 << 20  # bytes; a planner's workbook has some hundred rows
LARGEST_SHEET = 96 << 20  # bytes of XML: it is held in memory whole
MOST_ROWS = 20_000
_LINK = re.compile(r'=\s*HYPERLINK\(\s*"(?P<link>[^"]*)"\s*(?:[,;]\s*"(?P<text>[^"]*)"\s*)?\)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell: its address, what it says, where it leads (empty: nowhere), the remark on it; `rows` it is merged over.

    `value` of a cell that is merged from above is that of the merged cell, and `merged` says so.
    """

    place: str
    value: object
    link: str = ""
    remark: str = ""
    rows: int = 1
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its rows by number, of each the cells by column number (from 1) that hold something; what is hidden."""

    title: str
    rows: Mapping[int, Mapping[int, GridCell]]
    hidden: tuple[int, ...] = ()
    computed: int = 0
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Workbook:
    """An opened workbook: the digest of its file, its size in bytes, its sheets in order; whether it carries macros."""

    path: Path
    digest: str
    size: int
    grids: tuple[Grid, ...] = field(repr=False)
    macros: bool = False


def open_workbook(path: Path) -> Workbook:
    """Reads every sheet of a workbook; macros, links to other files and formulas are not followed.

    Raises:
        FileRefused: no workbook, locked by a password, damaged, too large, or built to fill the memory.
    """
    found = probe(path)
    if found.format != "xlsx":
        message = f"{path.name} is no workbook. Expected .xlsx, as `fanfit workbook new` writes it."
        raise FileRefused(message)
    _check_size(path, found.size)
    with _loaded(path, values=True) as values, _loaded(path, values=False) as written:
        grids = tuple(_grid(sheet, written[sheet.title]) for sheet in values.worksheets)
    with zipfile.ZipFile(path) as archive:
        macros = any(name.endswith("vbaProject.bin") for name in archive.namelist())
    return Workbook(path, found.digest, found.size, grids, macros)


def _check_size(path: Path, size: int) -> None:
    if size > LARGEST:
        message = (
            f"{path.name} has {size >> 20} MB; a planner's workbook is read up to {LARGEST >> 20} MB. Pictures make it large: take them out, or "
            "bring long tables in one by one: `fanfit import audience FILE --sheet NAME` reads them piece by piece."
        )
        raise FileRefused(message)
    check_archive(path)
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            if part.filename.startswith("xl/worksheets/") and part.file_size > LARGEST_SHEET:
                message = (
                    f"A sheet of {path.name} is too long for a planner's workbook. Delete empty rows that are only formatted, or bring the table in "
                    "by itself: `fanfit import audience FILE --sheet NAME` reads it piece by piece."
                )
                raise FileRefused(message)


@contextmanager
def _loaded(path: Path, *, values: bool) -> Iterator[Any]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and only for workbooks

    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")  # styles and validations that it does not keep: cells are what is read
            book = load_workbook(path, data_only=values, keep_links=False, keep_vba=False)
    except Exception as error:
        message = f"{path.name} cannot be read as a workbook ({type(error).__name__}). Save it again as .xlsx."
        raise FileRefused(message) from error
    try:
        yield book
    finally:
        book.close()


def _grid(values: Any, written: Any) -> Grid:
    """One sheet from its two readings: what cells show, and what was typed into them."""
    rows: dict[int, dict[int, GridCell]] = {}
    computed = 0
    # iter_rows walks the whole rectangle, which one stray cell in a sheet's last row makes seventeen thousand million cells
    typed, saved = written._cells, values._cells  # noqa: SLF001
    for place, cell in sorted(typed.items()):
        found = _cell(cell, saved.get(place))
        computed += cell.data_type == "f" and not _LINK.fullmatch(_formula(cell))
        if found is not None:
            rows.setdefault(cell.row, {})[cell.column] = found
    if len(rows) > MOST_ROWS:
        message = f"Sheet {written.title!r} has {len(rows):,} rows; up to {MOST_ROWS:,} are read. Bring it in by itself: `fanfit import KIND FILE --sheet NAME`."
        raise FileRefused(message)
    _spread(rows, written.merged_cells.ranges)
    hidden = tuple(sorted(number for number, shape in written.row_dimensions.items() if shape.hidden and number in rows))
    return Grid(written.title, rows, hidden, computed, written.sheet_state == "visible")


def _cell(written: Any, shown: Any) -> GridCell | None:
    """A cell that holds something; a formula gives the value that was saved with it, or says that none was."""
    remark = written.comment.text.strip() if getattr(written, "comment", None) else ""
    hyperlink = getattr(written, "hyperlink", None)
    link = (hyperlink.target or "") if hyperlink else ""
    value = None if shown is None else shown.value
    if written.data_type == "f":
        own = _LINK.fullmatch(_formula(written))
        if own is not None:
            link, value = own["link"], value if value is not None else own["text"] or own["link"]
        elif value is None:
            value = Unreadable(
                "a formula without its result", "a value: open the workbook in a spreadsheet program, save it, and read it again"
            )
    if value is None and not remark and not link:
        return None
    return GridCell(written.coordinate, value, link, remark)


def _formula(cell: Any) -> str:
    """A formula's text; one of a whole area holds it in an object."""
    return str(getattr(cell.value, "text", cell.value)).strip()


def _spread(rows: dict[int, dict[int, GridCell]], ranges: Any) -> None:
    """Gives every row of a merged cell its value, marked as merged; across columns it stays in the first."""
    for each in ranges:
        top = rows.get(each.min_row, {}).get(each.min_col)
        if top is None or each.max_row == each.min_row:
            continue
        count = each.max_row - each.min_row + 1
        for number in range(each.min_row, each.max_row + 1):
            # A row that holds nothing but merged cells is none: it was only drawn.
            if number == each.min_row or number in rows:
                remark = top.remark if number == each.min_row else ""
                rows[number][each.min_col] = GridCell(top.place, top.value, top.link, remark, count, number > each.min_row)
