"""What a source is made of: targets, streams that give pages, and a card that says what it can and cannot know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from collectors.limits import Limit
from storage.ingest import Record
from storage.records import AccountRecord, ListKind


@dataclass(frozen=True, slots=True)
class Target:
    """An account to read, under the platform's stable id; `total` is the whole count of the list to read, where known."""

    platform: str
    native_id: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One page: its records, how many items it listed, the cursor after it (None at the end), its newest and oldest item's time.

    `whole`: at the end of such pages the list is complete; not so where the asked server knows only a part of it.
    """

    records: tuple[Record, ...]
    items: int
    cursor: str | None
    newest: datetime | None = None
    oldest: datetime | None = None
    whole: bool = True


class Stream(Protocol):
    """One kind of thing that a source gives of an account, page by page."""

    @property
    def platform(self) -> str:
        """The platform's name."""
        ...

    @property
    def name(self) -> str:
        """followers, followees, posts, ..."""
        ...

    @property
    def list_kind(self) -> ListKind | None:
        """Which list the pages make up; None where they are no list of accounts."""
        ...

    @property
    def newest_first(self) -> bool:
        """Whether pages come newest first, so that a later pull may end where the last one began."""
        ...

    def page(self, target: Target, cursor: str | None) -> Batch:
        """The page after `cursor`, the first without one.

        Raises:
            LiveError: by what the caller must do.
        """
        ...


@dataclass(frozen=True, slots=True)
class StreamCard:
    """What `fanfit sources` says of one stream: items a call, the limit it falls under.

    `least_calls` are made whatever comes: who engaged is asked of each post in each way. `price` is in micro-dollars an item;
    `with_profiles` says that its pages bring profiles with counts, `own` that it is given of the account that authorised alone.
    """

    name: str
    endpoint: str
    items_a_call: int
    limit: Limit
    least_calls: int = 0
    price: int = 0
    with_profiles: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class SourceCard:
    """What `fanfit sources` says of a source; the words are sentences in English and Chinese."""

    platform: str
    streams: tuple[StreamCard, ...]
    can: tuple[str, str]
    cannot: tuple[str, str]
    cost: tuple[str, str]
    terms: tuple[str, str]
    kept: tuple[str, str]
    base: tuple[str, str] = ("no near-random draw of accounts is possible", "无法近似随机抽取账号")
    credentials: tuple[str, ...] = ()

    def card_of(self, stream: str) -> StreamCard | None:
        """The card of one stream; None where the platform does not offer it."""
        return next((card for card in self.streams if card.name == stream), None)


def not_offered(platform: str, what: str, *_asked: object) -> NotImplementedError:
    """What a source raises where its card has no such stream: whoever asks has not looked at the card."""
    message = f"{platform} has no stream {what!r}: its card says so"
    return NotImplementedError(message)


class Source(Protocol):
    """Our code for a platform, opened: its card, profiles by id or handle, and its streams by name."""

    @property
    def card(self) -> SourceCard:
        """What it can and cannot know."""
        ...

    def profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """Profiles with counts, a call's worth at a time; who is gone is in none."""
        ...

    def search(self, words: str, most: int) -> tuple[AccountRecord, ...]:
        """Accounts that match the words, at most `most`; only where the card has a stream "search"."""
        ...

    def draw(self, people: int, *, seed: int) -> list[str]:
        """Ids of accounts drawn near-randomly from the whole platform; only where the card has a stream "base"."""
        ...

    def stream(self, name: str, most: int | None = None) -> Stream:
        """One of the card's streams; of one that is paid for, in pages that buy hardly more than `most` items.

        Raises:
            KeyError: the card has no such stream.
        """
        ...


@runtime_checkable
class HasOwn(Protocol):
    """A source that tells of the account that authorised, whose stable id nobody need know."""

    def is_own(self, given: str) -> bool:
        """Whether the text asks for that account."""
        ...


@runtime_checkable
class SaysWhy(Protocol):
    """A source that knows why an account is in none of the profiles it gave."""

    def why_missing(self, given: str) -> str | None:
        """The reason; None where it was not asked for, or is just not there."""
        ...
