"""Errors of collectors.

CollectorError
├── FileRefused      the file as a whole cannot be imported: missing, damaged, of another shape, or it lacks a statement of yours
├── MappingError     a mapping file is wrong at a known place: carries line and column
└── BadCell          one cell cannot be read: its row goes to the rejects file, the rest is imported
"""


class CollectorError(Exception):
    """The root: its text says what, where, what was expected and what to do; never a cell's content."""


class FileRefused(CollectorError):  # noqa: N818 - names what happened, not that it is an error
    """Nothing of the file was imported; the message says what was expected, with an example."""


class MappingError(CollectorError):
    """A mapping file is wrong at a known place; `line` and `column` count from 1."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class BadCell(CollectorError):  # noqa: N818 - names what was met
    """A cell that cannot be read: why, and what was expected in its place. Never holds the cell."""

    def __init__(self, reason: str, expected: str) -> None:
        super().__init__(f"{reason}; expected {expected}")
        self.reason = reason
        self.expected = expected
