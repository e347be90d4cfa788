"""What a command prints: results on standard output, everything said about them on standard error."""

import json
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.table import Table

    from cli.wiring import Session

# Wide enough for every table we print: in a pipe or a file nothing may be cut off.
PIPE_WIDTH = 400

# Marks that turn the direction of a line.
BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading (a newline breaks it) and where its cells stand.

    `drop` says which columns a terminal that is too narrow goes without: 1 first, then 2 and so on; 0 stays.
    """

    header: str
    justify: Literal["left", "right", "center"] = "left"
    drop: int = 0


def say(text: str) -> None:
    """A line for the person at the terminal; never part of the result."""
    print(plain(text, keep="\n\t"), file=sys.stderr, flush=True)  # noqa: T201


def emit(text: str) -> None:
    """A line of the result itself, when it is not a table."""
    print(plain(text, keep="\n\t"))  # noqa: T201


def near(path: Path) -> str:
    """The path as one would type it here: relative where it lies below the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def program() -> str:
    """How fanfit was started, for commands to copy: plain `fanfit` where the shell finds that, else its path."""
    started = Path(sys.argv[0])
    if started.stem != "fanfit":
        return "fanfit"  # started in another way, as python -m; the name is the best that can be said
    full, found = started.absolute(), shutil.which("fanfit")
    if found is not None and Path(found).absolute() == full:
        return "fanfit"
    return shlex.quote(near(full))


def print_json(document: object) -> None:
    """The document as JSON on standard output; dates become ISO 8601, missing values null."""
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=_plain_value))  # noqa: T201


def show_table(
    session: "Session",
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    document: object,
    as_json: bool,
) -> None:
    """Print `rows` as a table, or `document` as JSON; a cell that is None is missing and shown as "–".

    On a terminal that is too narrow, columns that may be dropped are left out, and named below the table.
    """
    if as_json:
        print_json(document)
        return
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
    cells = [list(row) for row in rows]
    kept = list(range(len(columns)))
    table = _table(title, columns, cells, kept)
    for place in sorted((i for i in kept if columns[i].drop), key=lambda i: columns[i].drop):
        if console.measure(table, options=console.options.update(width=PIPE_WIDTH)).maximum <= console.width:
            break
        kept.remove(place)
        table = _table(title, columns, cells, kept)
    console.print(table)
    if left := [
        columns[i].header.replace("\n", "" if session.lang == "zh" else " ") for i in range(len(columns)) if i not in kept
    ]:
        words = "终端较窄,未显示:{}" if session.lang == "zh" else "Not shown, the terminal is narrow: {}"
        say(words.format(", ".join(left)))


def _table(title: str, columns: Sequence[Column], cells: Sequence[Sequence[object]], kept: Sequence[int]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(plain(title)) if title else None, title_justify="left")
    for place in kept:
        table.add_column(Text(plain(columns[place].header, keep="\n")), justify=columns[place].justify)
    for row in cells:
        # Text, not str: a cell with [brackets] in an account's name is not markup.
        table.add_row(*(Text("–" if row[i] is None else plain(str(row[i]))) for i in kept))
    return table


def plain(text: str, *, keep: str = "") -> str:
    """Text without control and direction marks: a hostile account name cannot move the cursor or turn a line around."""
    return "".join(sign for sign in text if sign in keep or not _is_mark(sign))


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign in BIDI


def _plain_value(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    message = f"a value of type {type(value).__name__} cannot be written as JSON"
    raise TypeError(message)
