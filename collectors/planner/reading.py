"""From a planner's filled workbook to tables that imports read, the brief, and every remark, each with the cell it stands in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from openpyxl.utils import get_column_letter

from collectors.exports.cells import MISSING, Unreadable, narrow
from collectors.exports.columns import PLATFORM_NAMES, Column, Kind
from collectors.exports.mapping import ColumnMapping, plain_header
from collectors.exports.pages import Page
from collectors.exports.profile_links import candidate
from collectors.exports.tables import Table
from collectors.exports.wording import Lang, worded
from collectors.planner.brief import Brief, read_brief
from collectors.planner.grid import Grid, GridCell, Workbook
from collectors.planner.sheets import BRIEF, GUIDE, OUR_HINTS, TABLES, TableSheet

HEADER_WITHIN = 30  # rows from the top in which a header is looked for
LEAST_HEADERS = 3  # by so many a renamed sheet is recognised
FIGURES = frozenset({"amount", "count", "share", "part"})  # one row's own: a cell merged over several rows says nothing of each


@dataclass(frozen=True, slots=True)
class Remark:
    """What a planner wrote beside the table: sheet and cell, its text, and the line of the row that it belongs to (0: none)."""

    sheet: str
    place: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class GridSheet:
    """A grid's rows under its header, as every reader of files gives them."""

    header: Sequence[str]
    looks: str
    lines: Sequence[int]
    columns: Mapping[str, Sequence[object]]
    warnings: Sequence[str] = field(default=())

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of at most `size` rows after the first `after`."""
        for start in range(after, len(self.lines), size):
            end = min(start + size, len(self.lines))
            cells = {name: column[start:end] for name, column in self.columns.items()}
            yield Page(end, self.lines[start:end], cells, [], end / len(self.lines))


@dataclass(frozen=True, slots=True)
class DeskSheet:
    """One table of the workbook: its kind, its rows, which header names which of our columns and in which letter it stands.

    `remarks` are what stands beside its cells, `notes` sentences for the reader; `constants` hold for every row.
    """

    of: TableSheet
    title: str
    rows: GridSheet
    headers: Mapping[str, str]
    letters: Mapping[str, str]
    remarks: tuple[Remark, ...]
    notes: tuple[str, ...]
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def mapping(self) -> ColumnMapping:
        """Which column is which, for an import."""
        return ColumnMapping(self.headers, self.constants, origin="preset")

    def column(self, name: str) -> list[object]:
        """One of our columns by rows; nothing in each where the sheet has none."""
        return list(self.rows.columns.get(self.headers.get(name, ""), [None] * len(self.rows.lines)))

    @property
    def owners(self) -> dict[int, str]:
        """Whose each line is, as given."""
        given = zip(self.rows.lines, self.column(self.of.owner), strict=True)
        return {line: str(value) for line, value in given if value is not None and not isinstance(value, Unreadable)}

    def table(self, book: Workbook) -> Table:
        """The sheet as a file that an import reads."""
        return Table(book.path, book.digest, self.rows.looks, tuple(self.rows.header), self.rows, book.size)

    def with_column(self, name: str, values: Sequence[object]) -> "DeskSheet":
        """The sheet with other cells in one of our columns, or with one more column."""
        header = self.headers.get(name, self.of.kind.column(name).zh)
        columns = {**self.rows.columns, header: values}
        rows = replace(self.rows, header=tuple(columns), columns=columns)
        return replace(self, rows=rows, headers={**self.headers, name: header})


@dataclass(frozen=True, slots=True)
class Desk:
    """All of a workbook: the brief, its tables in the order in which they are imported, texts of other sheets, notes for the reader."""

    brief: Brief | None
    sheets: tuple[DeskSheet, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[str, ...]


def read_desk(book: Workbook, lang: Lang) -> Desk:
    """Every sheet of a workbook by its title, or, renamed, by its headers; `lang` is the reader's, of notes."""
    notes = _book_notes(book, lang)
    brief: Brief | None = None
    found: dict[str, DeskSheet] = {}
    remarks: list[Remark] = []
    for grid in book.grids:
        if _is(grid, GUIDE) or not grid.rows:
            continue
        if brief is None and _is(grid, BRIEF):
            brief = read_brief(grid)
            continue
        sheet = _table_of(grid)
        if sheet is None or sheet.kind.name in found:
            text = f"sheet {grid.title!r} is none of the workbook's, or one that it already has, and was not read: {len(grid.rows)} rows"
            notes.append(worded(text, lang))
            remarks += _all_texts(grid)
        elif (read := _read(grid, sheet, lang)) is not None:
            found[sheet.kind.name] = read
    ordered = [found[sheet.kind.name] for sheet in TABLES if sheet.kind.name in found]
    return Desk(brief, tuple(_named(ordered)), tuple(remarks), tuple(notes))


def _book_notes(book: Workbook, lang: Lang) -> list[str]:
    notes = [worded("the workbook carries macros: they were not run", lang)] if book.macros else []
    computed = sum(grid.computed for grid in book.grids)
    text = f"{computed} cells are computed: the values saved with the workbook are read"
    return [*notes, *([worded(text, lang)] if computed else [])]


def _is(grid: Grid, titles: Mapping[Lang, str]) -> bool:
    return narrow(grid.title) in {narrow(title) for title in titles.values()}


def _table_of(grid: Grid) -> TableSheet | None:
    """By its title; else the one whose headers it has the most of."""
    for sheet in TABLES:
        if narrow(grid.title) in {narrow(sheet.zh), narrow(sheet.en), sheet.kind.name}:
            return sheet
    best = max(TABLES, key=lambda sheet: _header(grid, sheet.kind)[1])
    return best if _header(grid, best.kind)[1] >= LEAST_HEADERS else None


def _known(kind: Kind) -> dict[str, Column]:
    """Headers as they are compared, and the columns they name; our own names before synonyms."""
    known: dict[str, Column] = {}
    for column in kind.columns:
        for name in (column.name, column.zh):
            known.setdefault(plain_header(name), column)
    for column in kind.columns:
        for name in column.known_as:
            known.setdefault(plain_header(name), column)
    return known


def _header(grid: Grid, kind: Kind) -> tuple[int, int]:
    """The row among the first whose cells name the most columns, and how many; the lowest of equals: titles stand above it."""
    known = _known(kind)
    counted = [
        (len({known[head].name for cell in cells.values() if (head := plain_header(_text(cell))) in known}), number)
        for number, cells in grid.rows.items()
        if number <= HEADER_WITHIN
    ]
    most, number = max(counted, default=(0, 0))
    return number, most


def _text(cell: GridCell) -> str:
    return "" if cell.value is None or isinstance(cell.value, Unreadable) else str(cell.value).strip()


def _read(grid: Grid, sheet: TableSheet, lang: Lang) -> DeskSheet | None:
    """The sheet's table; None where it has no header that is known, or no row under it."""
    top, named = _header(grid, sheet.kind)
    body = [
        line
        for line, cells in sorted(grid.rows.items())
        if line > top and any(cell.value is not None or cell.link for cell in cells.values())
    ]
    if not named or not body:
        return None
    places = _places(grid.rows[top], _known(sheet.kind))
    heads = {column.name: _text(grid.rows[top][at]) for at, column in places.items()}
    columns = {
        heads[column.name]: [_value(grid.rows[line].get(at), column, sheet) for line in body] for at, column in places.items()
    }
    rows = GridSheet(tuple(columns), f"workbook, sheet {grid.title!r}", body, columns)
    letters = {column.name: get_column_letter(at) for at, column in places.items()}
    remarks = (*_above(grid, top), *_beside(grid, top, places, body))
    found = DeskSheet(sheet, grid.title, rows, heads, letters, remarks, tuple(_notes(grid, lang)))
    owner_at = next((at for at, column in places.items() if column.name == sheet.owner), None)
    if owner_at is None or "name" not in sheet.kind.names:
        return found
    return found.with_column("name", _names(found.column("name"), [grid.rows[line].get(owner_at) for line in body]))


def _places(header: Mapping[int, GridCell], known: Mapping[str, Column]) -> dict[int, Column]:
    """The first column of each kind; a second of the same is kept as remarks."""
    places: dict[int, Column] = {}
    for at, cell in sorted(header.items()):
        column = known.get(plain_header(_text(cell)))
        if column is not None and column not in places.values():
            places[at] = column
    return places


def _notes(grid: Grid, lang: Lang) -> list[str]:
    hidden = f"{len(grid.hidden)} rows are hidden in the workbook (a filter?) and are imported too"
    return [worded(hidden, lang)] if grid.hidden else []


def _value(cell: GridCell | None, column: Column, sheet: TableSheet) -> object:
    """What a cell gives to its column: of whose row it is, where it leads; a figure merged over several rows none of them."""
    if cell is None:
        return None
    if column.name == sheet.owner and cell.link.startswith(("http://", "https://")):
        return cell.link
    if cell.rows > 1 and column.reads in FIGURES:
        return Unreadable(
            "one figure merged over several rows", "each row's own figure: undo the merge and write it into every row"
        )
    return cell.value


def _names(names: Sequence[object], owners: Sequence[GridCell | None]) -> list[object]:
    """The name column; where it is empty and the link of the row has a text of its own, that text."""
    return [
        name if name is not None or cell is None or not cell.link or "://" in _text(cell) else _text(cell) or None
        for name, cell in zip(names, owners, strict=True)
    ]


def _beside(grid: Grid, top: int, places: Mapping[int, Column], body: Sequence[int]) -> list[Remark]:
    """Remarks on cells, and what stands in columns that no import has, under their header."""
    header, remarks = grid.rows[top], []
    for line in body:
        for at, cell in sorted(grid.rows[line].items()):
            text = _text(cell)
            if at not in places and narrow(text) not in MISSING and not cell.merged:
                head = _text(header[at]) if at in header else ""
                remarks.append(Remark(grid.title, cell.place, f"{head}: {text}" if head else text, line))
            if cell.remark and cell.remark not in OUR_HINTS:
                remarks.append(Remark(grid.title, cell.place, cell.remark, line))
    return remarks


def _above(grid: Grid, top: int) -> list[Remark]:
    """Texts above the header, and remarks on them and on it."""
    found: list[Remark] = []
    for number, cells in sorted(grid.rows.items()):
        for _, cell in sorted(cells.items()):
            texts = (
                _text(cell) if number < top and not cell.merged else "",
                cell.remark if number <= top and cell.remark not in OUR_HINTS else "",
            )
            found += [Remark(grid.title, cell.place, text) for text in texts if text]
    return found


def _all_texts(grid: Grid) -> list[Remark]:
    """Every text of a sheet that is no table of ours, and every remark on its cells."""
    cells = [cell for _, row in sorted(grid.rows.items()) for _, cell in sorted(row.items())]
    return [
        Remark(grid.title, cell.place, text) for cell in cells for text in (_text(cell), cell.remark) if text and not cell.merged
    ]


@dataclass(frozen=True, slots=True)
class _Meant:
    """A candidate that a name may mean."""

    given: str
    platform: str | None


def _named(sheets: Sequence[DeskSheet]) -> list[DeskSheet]:
    """Rows of later sheets that say whose they are by a name of the candidates' sheet get the candidate's link or id, and its platform."""
    candidates = next((sheet for sheet in sheets if sheet.of.kind.name == "candidates"), None)
    if candidates is None:
        return [_with_owners(sheet, {}) for sheet in sheets]
    by_name: dict[str, set[_Meant]] = {}
    for name, given, native, where in zip(*map(candidates.column, ("name", "given", "native_id", "platform")), strict=True):
        known = native if native is not None else given
        if name is not None and known is not None:
            meant = _Meant(str(known), _platform(where) or candidate(str(known), platform=None).platform)
            by_name.setdefault(narrow(str(name)), set()).add(meant)
    return [sheet if sheet is candidates else _with_owners(sheet, by_name) for sheet in sheets]


def _platform(cell: object) -> str | None:
    text = None if cell is None or isinstance(cell, Unreadable) else narrow(str(cell))
    return None if text is None else PLATFORM_NAMES.get(text, text)


def _with_owners(sheet: DeskSheet, by_name: Mapping[str, set[_Meant]]) -> DeskSheet:
    given, platforms = sheet.column(sheet.of.owner), sheet.column("platform")
    for index, text in enumerate(given):
        meant = by_name.get(narrow(str(text)), set()) if text is not None else set()
        where = _platform(platforms[index])
        meant = {each for each in meant if where in {None, each.platform} or each.platform is None}
        if len(meant) == 1:
            (one,) = meant
            given[index], platforms[index] = one.given, where or one.platform
        elif meant:
            given[index] = Unreadable(
                "a name that several candidates have", "the platform beside it, or the link of the one that is meant"
            )
        elif where is None and text is not None:
            platforms[index] = candidate(str(text), platform=None).platform
    named = sheet.with_column(sheet.of.owner, given)
    return named.with_column("platform", platforms) if any(each is not None for each in platforms) else named
