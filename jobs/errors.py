"""Errors of jobs.

JobError
├── BadTimetable   a cron expression or a time zone that cannot be used: which field, what was expected
├── JobStopped     a job was asked to stop and did, at a page; it goes on there next time
└── JobFailed      a job ended before its end: why, and when it pays to try again, if at all
"""

ROOMS = ("cli", "web", "jobs", "reports", "scoring", "collectors", "storage")


class JobError(Exception):
    """The root: its text says what, where, what was expected and what to do; never a person's data."""


class BadTimetable(JobError):  # noqa: N818 - names what was met
    """When something is due cannot be read; the message says which part, and shows one that can."""


class JobStopped(JobError):  # noqa: N818 - names what happened, not that it is an error
    """Stopped at a page, as asked; `str` says how far it got."""


class JobFailed(JobError):  # noqa: N818 - see JobStopped
    """`after`: seconds until it pays to try again (None: the worker's own patience); `again` False: a human is needed first."""

    def __init__(self, reason: str, *, after: float | None = None, again: bool = True) -> None:
        super().__init__(reason)
        self.after = after
        self.again = again


def reason_of(error: BaseException) -> str:
    r"""What may be kept of an error: the first line of one that we wrote for readers, else only its kind.

    The text of any other is held back: a driver's message may quote a row, and a row may be a person's.

    >>> reason_of(JobFailed("no list\nmore"))
    'no list'
    >>> reason_of(ValueError("user 12345"))
    'ValueError'
    """
    for kind in type(error).__mro__:
        room, _, rest = kind.__module__.partition(".")
        if room in ROOMS and rest.split(".")[-1] == "errors":
            lines = str(error).splitlines()
            return lines[0] if lines else type(error).__name__
    return type(error).__name__
