"""Errors of scoring.

ScoringError
├── PersonaError      a persona file says something it may not or cannot: carries line and column
├── NothingToScore    no candidate has a follower list with a scorable follower
└── OtherVersion      a kept run was written by a version of fanfit that had other figures
"""


class ScoringError(Exception):
    """The root: its text says what, where, what was expected and what to do."""


class PersonaError(ScoringError):
    """A persona file is wrong at a known place; `line` and `column` count from 1."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class NothingToScore(ScoringError):  # noqa: N818 - names what happened, not that it is an error
    """No candidate can be scored; the message lists what is missing."""


class OtherVersion(ScoringError):  # noqa: N818 - see NothingToScore
    """A kept run has other figures than this version prints."""
