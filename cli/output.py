"""What a command prints: results on standard output, everything said about them on standard error."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from cli.wiring import Session

# Wide enough for every table we print: in a pipe or a file nothing may be cut off.
PIPE_WIDTH = 400

# Marks that turn the direction of a line.
BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading and where its cells stand."""

    header: str
    justify: Literal["left", "right", "center"] = "left"


def say(text: str) -> None:
    """A line for the person at the terminal; never part of the result."""
    print(plain(text, keep="\n\t"), file=sys.stderr, flush=True)  # noqa: T201


def emit(text: str) -> None:
    """A line of the result itself, when it is not a table."""
    print(plain(text, keep="\n\t"))  # noqa: T201


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
    """Print `rows` as a table, or `document` as JSON; a cell that is None is missing and shown as "–"."""
    del session
    if as_json:
        print_json(document)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(plain(title)) if title else None, title_justify="left")
    for column in columns:
        table.add_column(Text(plain(column.header)), justify=column.justify)
    for row in rows:
        # Text, not str: a cell with [brackets] in an account's name is not markup.
        table.add_row(*(Text("–" if cell is None else plain(str(cell))) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)
    console.print(table)


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
