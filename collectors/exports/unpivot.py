"""Tables with one column per bucket (女粉丝占比, 18-24岁 ...) as tables with one row per share, so that one reader serves both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from collectors.errors import BadCell
from collectors.exports.pages import Page, Reject, Sheet
from collectors.exports.shares import share
from collectors.exports.tables import Table

Unit = Literal["fraction", "percent", "as written"]
UNITS: tuple[Unit, ...] = get_args(Unit)
DIMENSION, BUCKET, SHARE = "(dimension)", "(bucket)", "(share)"  # headers that no file has; brackets keep them apart


@dataclass(frozen=True, slots=True)
class ShareColumn:
    """A column that holds the share of one bucket; `unit` says what a plain number in it means, 0.62 or 62."""

    header: str
    dimension: str
    bucket: str
    unit: Unit = "as written"


def in_percent(cell: object, unit: Unit) -> object:
    """A share as the reader of shares understands it alone; "as written" leaves that to its neighbours.

    >>> in_percent(0.62, "fraction"), in_percent("62", "percent"), in_percent("62%", "fraction"), in_percent("62", "as written")
    ('62.0000000000%', '62.0000000000%', '62.0000000000%', '62')

    Raises:
        BadCell: no share, or a fraction above 1.
    """
    found = share(cell)
    if found is None or (unit == "as written" and not found.percent):
        return cell
    number = found.number * 100 if unit == "fraction" and not found.percent else found.number
    if number > 100:
        raise BadCell(reason="not a share", expected="a fraction from 0 to 1")
    return f"{number:.10f}%"


@dataclass(frozen=True, slots=True)
class WideSheet:
    """A sheet whose rows are unfolded: each becomes one row per share that it states, with the line it stood in."""

    wide: Sheet
    shares: tuple[ShareColumn, ...]
    warnings: Sequence[str] = field(default=())

    @property
    def header(self) -> Sequence[str]:
        """The file's own headers and the three that a share's row has."""
        return (*self.wide.header, DIMENSION, BUCKET, SHARE)

    @property
    def looks(self) -> str:
        """How the file was read, in words."""
        return self.wide.looks

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of at most `size` rows of the file, after its first `after`: a page has more rows than that once unfolded."""
        return map(self._unfolded, self.wide.pages(size, after))

    def _unfolded(self, page: Page) -> Page:
        rows: list[int] = []
        stated: list[tuple[str, str, object]] = []
        rejects = list(page.rejects)
        for row, line in enumerate(page.lines):
            for each in self.shares:
                cell = page.columns[each.header][row]
                try:
                    told = in_percent(cell, each.unit)
                except BadCell as problem:
                    rejects.append(Reject(line, each.header, problem.reason, problem.expected))
                    continue
                if not _blank(told):
                    rows.append(row)
                    stated.append((each.dimension, each.bucket, told))
        columns: dict[str, Sequence[object]] = {name: [cells[row] for row in rows] for name, cells in page.columns.items()}
        columns |= {name: [each[place] for each in stated] for place, name in enumerate((DIMENSION, BUCKET, SHARE))}
        return Page(page.end, [page.lines[row] for row in rows], columns, rejects, page.share)


def unfolded(table: Table, shares: Sequence[ShareColumn]) -> Table:
    """The table with one row per share; the file, its digest and its lines stay what they are."""
    sheet = WideSheet(table.sheet, tuple(shares))
    return replace(table, header=(*table.header, DIMENSION, BUCKET, SHARE), sheet=sheet)


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
