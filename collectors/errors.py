"""Errors of collectors.

CollectorError
├── FileRefused      the file as a whole cannot be imported: missing, damaged, of another shape, or it lacks a statement of yours
├── MappingError     a mapping file is wrong at a known place: carries line and column
├── BadCell          one cell cannot be read: its row goes to the rejects file, the rest is imported
└── LiveError        a platform's answer, by what the caller must do:
    ├── RetryLater   stop here; the same call may be made again after some seconds
    │   └── QuotaUsedUp   a day's quota is used up
    ├── SkipTarget   this account cannot be read; go on with the next one
    └── StopRun      nothing more of this source until a human has done something
        └── ApiChanged   an answer is not what its documentation says
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


class LiveError(CollectorError):
    """What a platform answered, by what the caller must do; never holds a token, or a person's data."""


class RetryLater(LiveError):  # noqa: N818 - says what to do
    """The platform is busy, limits us or is away: not before `after` seconds from now. What was written stays."""

    def __init__(self, reason: str, after: float) -> None:
        super().__init__(f"{reason}; the same call may be made again in {after:.0f} s")
        self.reason = reason
        self.after = after


class QuotaUsedUp(RetryLater):
    """The platform's quota of a day is used up; when the next one begins its client knows."""


class SkipTarget(LiveError):  # noqa: N818 - says what to do
    """This account cannot be read: deleted, hidden, deactivated, unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the account cannot be read: {reason}")
        self.reason = reason


class StopRun(LiveError):  # noqa: N818 - says what to do
    """A human is needed: credentials, permission, quota, an API that changed. `reason` says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ApiChanged(StopRun):
    """A successful answer lacks what its documentation promises."""

    def __init__(self, platform: str, expected: str) -> None:
        super().__init__(
            f"an answer of {platform} has not {expected} where one was expected: its API may have changed, or a proxy answers in its place"
        )
