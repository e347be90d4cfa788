"""What keeps a message from arriving.

BadRecipient   a recipient that cannot be read: what was expected in its place
NotDelivered
├── TryAgain   it may arrive later; `after` seconds from now
└── GiveUp     it will not without a human: credentials, a refused address, an answer that says no
"""

from jobs.errors import JobError


class BadRecipient(JobError):  # noqa: N818 - names what was met
    """Whom a message is for cannot be read; the message says how it is written."""


class NotDelivered(JobError):  # noqa: N818 - says what happened
    """The root: our words, no address of a webhook, no password."""


class TryAgain(NotDelivered):
    """The receiver is busy or away."""

    def __init__(self, reason: str, after: float = 300.0) -> None:
        super().__init__(reason)
        self.after = after


class GiveUp(NotDelivered):
    """Only a human can mend it."""
