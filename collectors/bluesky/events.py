"""Follow events of the AT Protocol as one kind of thing, whether they come from the firehose or from Jetstream."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

FOLLOW = "app.bsky.graph.follow"


class EventKind(StrEnum):
    """What happened: a follow was made or taken back, or an account is no longer there."""

    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Event:
    """`did` made or took back the follow record `rkey`; `subject` is whom it follows, told only when it is made.

    Of an account that is gone, `erased` says that it was deleted or taken down, not only deactivated.
    """

    kind: EventKind
    did: str
    at: datetime
    rkey: str = ""
    subject: str = ""
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of a feed: where the feed stands after it, and what it told; `gap` where something before it was lost."""

    position: int
    at: datetime
    events: tuple[Event, ...] = ()
    gap: bool = False


class Feed(Protocol):
    """A stream of events that can be taken up where it was left."""

    @property
    def name(self) -> str:
        """Under which its position is kept: kind and address."""
        ...

    def frames(self, position: int | None) -> Iterator[Frame]:
        """What comes after a position, from now on without one; ends when the connection does.

        A frame may come again: whoever reads must take the same event twice for one.

        Raises:
            RetryLater: the server is away, or lets go of a reader that is too slow.
            StopRun: a human is needed, as where a message is not what its documentation says.
        """
        ...
