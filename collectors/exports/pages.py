"""What every reader hands on: pages of columns with the true line of each row, and rows that could not be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

WHOLE_ROW = "the whole row"  # in place of a column, where no single cell is to blame


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not imported: its line in the file, the column, why, what was expected. Never the cell."""

    line: int
    column: str
    reason: str
    expected: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a file by columns: `columns[name][i]` stands in line `lines[i]`.

    `end` counts the rows of the file up to here, blank and unreadable ones among them: the position of an import. `share` is how
    much of the file is read (0 to 1).
    """

    end: int
    lines: Sequence[int]
    columns: dict[str, Sequence[object]]
    rejects: list[Reject] = field(default_factory=list)
    share: float = 0.0

    def __len__(self) -> int:
        return len(self.lines)


class Sheet(Protocol):
    """An opened file of one format."""

    @property
    def header(self) -> Sequence[str]:
        """Names of the columns, as the file has them."""
        ...

    @property
    def looks(self) -> str:
        """How the file was read, in words."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """What the reader of the file should know, each a sentence."""
        ...

    def pages(self, size: int, after: int) -> Iterator[Page]:
        """Pages of at most `size` rows after the first `after` rows."""
        ...
