"""A marked workbook as rows: whose row it is by its hidden key, what each field's cell says, what somebody wrote beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from collectors.planner.grid import Grid, GridCell, open_workbook
from reports.marks import KEY_HEAD, field_of, plain
from reports.numbers import headed
from reports.text import T

Kind = Literal["bad_value", "unknown_key", "no_key", "other_account", "twice", "two_columns", "older"]
_ACCOUNT_HEADS = {plain(headed(each(lang))) for each in (T.col_account, T.col_handle, T.col_url) for lang in ("zh", "en")}


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell or row that is not taken: where, why, and what it is about (never a whole note)."""

    sheet: str
    place: str
    kind: Kind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: what it says, by field, with the cells' addresses; its first cells name the account."""

    sheet: str
    number: int
    key: str
    names: tuple[str, ...]
    cells: Mapping[str, GridCell]
    beside: str


def marked_lines(path: Path) -> tuple[list[Line], list[Problem], int, tuple[str, ...]]:
    """The rows of every sheet that has the key's column, what cannot be taken, how many are hidden, which fields have no column.

    Raises:
        FileRefused: no workbook that can be opened.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    hidden = 0
    missing: set[str] = set()
    for grid in open_workbook(path).grids:
        top = _header(grid)
        if top is None:
            continue
        found, twice = _columns(grid.rows[top])
        problems += [Problem(grid.title, place, "two_columns", head) for place, head in twice]
        missing |= {
            name
            for name in ("status", "owner", "mcn", "slot", "note", "order", "order_reason")
            if name not in found.fields.values()
        }
        for number in sorted(grid.rows):
            if number > top:
                line = _line(grid, number, found)
                if line.key:
                    lines.append(line)
                elif any(cell.value not in {None, ""} for cell in line.cells.values()):
                    problems.append(Problem(grid.title, f"{number}", "no_key"))
        hidden += sum(number > top for number in grid.hidden)
    return lines, problems, hidden, tuple(sorted(missing))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column is what: the key's, those of fields, those that name the account, and what somebody added (with its heading)."""

    key: int
    fields: Mapping[int, str]
    names: frozenset[int]
    added: Mapping[int, str]


def _header(grid: Grid) -> int | None:
    """The row whose cells head a list of ours: the one with the key's heading."""
    return next((number for number in sorted(grid.rows) if _key_column(grid.rows[number]) is not None), None)


def _key_column(cells: Mapping[int, GridCell]) -> int | None:
    return next((column for column, cell in cells.items() if plain(str(cell.value)) == KEY_HEAD), None)


def _columns(header: Mapping[int, GridCell]) -> tuple[_Columns, list[tuple[str, str]]]:
    key = _key_column(header) or 0
    fields: dict[int, str] = {}
    twice = []
    for column, cell in sorted(header.items()):
        name = field_of(str(cell.value or ""))
        if name is not None and name in fields.values():
            twice.append((cell.place, str(cell.value)[:40]))
        elif name is not None:
            fields[column] = name
    names = frozenset(column for column, cell in header.items() if plain(str(cell.value or "")) in _ACCOUNT_HEADS)
    added = {
        column: str(cell.value).strip() for column, cell in header.items() if column > key and column not in fields and cell.value
    }
    return _Columns(key, fields, names, added), twice


def _line(grid: Grid, number: int, of: _Columns) -> Line:
    cells = grid.rows[number]
    said = [f"{of.added[column]}: {text}" for column in sorted(of.added) if (text := _text(cells.get(column)))]
    said += [cell.remark for _, cell in sorted(cells.items()) if cell.remark]
    empty = GridCell(f"row {number}", None)
    fields = {name: cells.get(column, empty) for column, name in of.fields.items()}
    names = tuple(text for column in sorted(of.names) if (text := _text(cells.get(column))))
    return Line(grid.title, number, _text(cells.get(of.key)), names, fields, "\n".join(said))


def _text(cell: GridCell | None) -> str:
    return "" if cell is None or cell.value is None else str(cell.value).strip()
