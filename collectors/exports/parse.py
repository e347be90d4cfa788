"""A page of cells to records: column by column, so that a million rows cost seconds; a bad cell costs its row only."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import repeat
from typing import Any
from zoneinfo import ZoneInfo

from collectors.errors import BadCell
from collectors.exports import ids
from collectors.exports.cells import flag, free_text, narrow, text_of
from collectors.exports.columns import PLATFORM_NAMES, Column, Kind
from collectors.exports.counts import count
from collectors.exports.mapping import ColumnMapping
from collectors.exports.money import amount, currency_code
from collectors.exports.pages import Page, Reject
from collectors.exports.parts import stated
from collectors.exports.shares import share
from collectors.exports.times import moment
from collectors.exports.units import in_unit, unit_of
from storage.records import ListKind

_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one file are read.

    `observed` stands where a row has no time of its own; what was observed, posted or registered later than `latest` is refused; `workbook` says that numbers are a spreadsheet's. `currency` and `rates`
    belong to prices; `list_kind` and `total` to follows; `totals` is filled page by page with whole counts of lists; `client` is whose placements they are.
    """

    kind: Kind
    mapping: ColumnMapping
    zone: ZoneInfo | None = None
    observed: datetime | None = None
    workbook: bool = False
    currency: str | None = None
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    list_kind: ListKind = ListKind.FOLLOWERS
    total: int | None = None
    totals: dict[str, int] = field(default_factory=dict)
    owner: list[str] = field(default_factory=list)
    latest: datetime | None = None
    client: str = ""

    def shown(self, name: str) -> str:
        """The header under which the reader of a message finds one of our columns."""
        return self.mapping.columns.get(name, name)


Values = Sequence[Any]
Problems = dict[int, tuple[str, BadCell]]


@dataclass(slots=True)
class Cells:
    """A page's columns, read: `values[name][i]`; a row with a problem has the column's header and what is wrong."""

    page: Page
    plan: Plan
    values: dict[str, Values] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)

    def get(self, name: str) -> Iterable[Any]:
        """The column's values; None for each row if the file has no such column."""
        return self.values.get(name) or repeat(None, len(self.page))

    def refuse(self, row: int, name: str, problem: BadCell) -> None:
        """Marks a row as bad; its first problem stays."""
        self.problems.setdefault(row, (self.plan.shown(name), problem))

    def good(self, names: Sequence[str]) -> tuple[list[Values], list[int]]:
        """Columns without the bad rows, and the numbers of the rows that stay."""
        columns = [self.values.get(name) for name in names]
        size = len(self.page)
        if not self.problems:
            return [column if column is not None else [None] * size for column in columns], list(range(size))
        rows = [row for row in range(size) if row not in self.problems]
        return [[column[row] for row in rows] if column is not None else [None] * len(rows) for column in columns], rows

    def rejects(self) -> list[Reject]:
        """The bad rows, in the order of the file."""
        lines = self.page.lines
        found = [Reject(lines[row], name, bad.reason, bad.expected) for row, (name, bad) in sorted(self.problems.items())]
        return found if not self.page.rejects else sorted([*self.page.rejects, *found], key=lambda reject: reject.line)


def read_cells(page: Page, plan: Plan) -> Cells:
    """Every mapped column of a page, read as its kind says; rows in which all of them are blank are left out."""
    cells = Cells(_without_blank_rows(page, plan), plan)
    for column in plan.kind.columns:
        values = _column(cells, column)
        if values is not None:
            cells.values[column.name] = values
    return cells


def _without_blank_rows(page: Page, plan: Plan) -> Page:
    headers = [*plan.mapping.columns.values(), *plan.mapping.attributes.values()]
    used = [page.columns[header] for header in headers if header in page.columns]
    if not used or all(used[0]):  # the first column is an id or a name nearly always: no row is blank if it is full
        return page
    keep = [
        row for row, found in enumerate(zip(*used, strict=True)) if any(cell not in {None, ""} for cell in map(_hashable, found))
    ]
    if len(keep) == len(page):
        return page
    columns: dict[str, Sequence[object]] = {name: [cells[row] for row in keep] for name, cells in page.columns.items()}
    return Page(page.end, [page.lines[row] for row in keep], columns, page.rejects, page.share)


def _hashable(cell: object) -> object:
    return cell.strip() if isinstance(cell, str) else cell if not isinstance(cell, (dict, list)) else "nested"


def _column(cells: Cells, column: Column) -> Values | None:
    plan, size = cells.plan, len(cells.page)
    header = plan.mapping.columns.get(column.name)
    given: Sequence[object]
    if header is not None:
        given = cells.page.columns.get(header, ())
        if unit := unit_of(header, column.reads):
            given = [in_unit(cell, unit) for cell in given]
    elif column.name in plan.mapping.constants:
        constant = Cells(Page(0, [0], {}), plan)
        values = _each(constant, column, [plan.mapping.constants[column.name]])
        for _, problem in constant.problems.values():
            raise problem
        return [values[0]] * size
    else:
        return None
    return _ids(cells, column, given) if column.reads == "id" else _each(cells, column, given)


def _each(cells: Cells, column: Column, given: Sequence[object]) -> Values:
    """Reads cell by cell; a required one that is empty is a problem."""
    read = _reader(column, cells.plan)
    required = column.required and column.reads != "free"
    values: list[Any] = []
    known: dict[object, Any] = {}  # platforms, flags, currencies repeat: read each once
    remember = column.reads in {"platform", "flag", "currency", "word"}
    for row, cell in enumerate(given):
        try:
            if remember and isinstance(cell, str):
                value = known[cell] if cell in known else known.setdefault(cell, read(cell))
            else:
                value = read(cell)
        except BadCell as problem:
            cells.refuse(row, column.name, problem)
            value = None
        else:
            if value is None and required:
                cells.refuse(row, column.name, BadCell(EMPTY, f"a value, as {column.example}"))
        values.append(value)
    return values


def _ids(cells: Cells, column: Column, given: Sequence[object]) -> Values:
    """Ids: plain ones as they stand, at once; the others one by one, and then what a spreadsheet has cut."""
    if ids.plain_ids(given):
        return given
    read = _workbook_id if cells.plan.workbook else ids.native_id
    values: list[str | None] = []
    for row, cell in enumerate(given):
        try:
            value = read(cell)
            if value is None and column.required:
                cells.refuse(row, column.name, BadCell(EMPTY, ids.EXPECTED))
        except BadCell as problem:
            cells.refuse(row, column.name, problem)
            value = None
        values.append(value)
    for row in ids.cut_ids(values):
        cells.refuse(row, column.name, BadCell(ids.LOST, ids.LOST_EXPECTED))
    return values


def _workbook_id(cell: object) -> str | None:
    return ids.native_id(ids.from_workbook(cell))


def _reader(column: Column, plan: Plan) -> Callable[[object], Any]:
    readers: dict[str, Callable[[object], Any]] = {
        "platform": platform,
        "handle": ids.handle,
        "id": ids.native_id,
        "text": text_of,
        "url": text_of,
        "free": free_text,
        "count": count,
        "flag": flag,
        "word": word,
        "amount": amount,
        "share": share,
        "part": stated,
        "currency": currency_code,
        "time": lambda cell: moment(cell, plan.zone, None if column.may_come else plan.latest),
    }
    return readers[column.reads]


def platform(cell: object) -> str | None:
    """A platform's name here: weibo for 微博, x for Twitter; others in lower case.

    Raises:
        BadCell: no such name can be.
    """
    text = text_of(cell)
    if text is None:
        return None
    name = narrow(text)
    name = PLATFORM_NAMES.get(name, name)
    if not _PLATFORM.fullmatch(name):
        raise BadCell(
            reason="not a platform's name",
            expected="one word in letters, digits, - or _, as weibo, bilibili, x, youtube, bluesky",
        )
    return name


def word(cell: object) -> str | None:
    """A name in lower case and plain width; None if not given."""
    text = text_of(cell)
    return None if text is None else narrow(text)
