"""Writes an import's pages: the records and the import's position in one transaction, then the next page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from storage.engine import Store
from storage.errors import StorageError
from storage.imports import IMPORTING
from storage.ingest_candidates import write_candidates
from storage.ingest_engagements import write_engagements
from storage.ingest_evidence import write_audience, write_performance
from storage.ingest_facts import write_attributes, write_labels, write_prices
from storage.ingest_follows import write_base, write_follows
from storage.ingest_placements import write_placements
from storage.ingest_posts import Indexed, index_new, post_texts, write_posts
from storage.ingest_profiles import account_texts, write_accounts
from storage.ingest_quotes import write_quotes
from storage.matching import Match, match_candidates
from storage.naming import NamingRule
from storage.pages import Memory, Page, PageOutcome, added_up, advance, learn_forgotten
from storage.records import (
    AccountRecord,
    AttributeRecord,
    AudienceRecord,
    BaseRecord,
    CandidateRecord,
    EngagementRecord,
    FollowRecord,
    LabelRecord,
    PerformanceRecord,
    PlacementRecord,
    PostRecord,
    PriceRecord,
    PullFacts,
    QuoteRecord,
)
from storage.text_index import TextIndexer

Record = (
    AccountRecord
    | AttributeRecord
    | AudienceRecord
    | BaseRecord
    | CandidateRecord
    | EngagementRecord
    | FollowRecord
    | LabelRecord
    | PerformanceRecord
    | PlacementRecord
    | PostRecord
    | PriceRecord
    | QuoteRecord
)
_NEEDS_PULL = (FollowRecord, BaseRecord, EngagementRecord)
_DEFAULT_RULE = NamingRule()

__all__ = ["NamingRule", "PageOutcome", "PageWriter"]


class PageWriter:
    """Writes pages of one import, or of one pull from a platform. A page may hold records of several types.

    `indexer` counts the words of posts (required) and of bios (None: bios are kept but not counted); `pull` says what a
    follows or base file holds; `list_name` is the candidate list.
    """

    def __init__(
        self,
        store: Store,
        import_id: int,
        *,
        now: datetime,
        indexer: TextIndexer | None,
        settings: NamingRule = _DEFAULT_RULE,
        pull: PullFacts | None = None,
        list_name: str | None = None,
    ) -> None:
        self._store = store
        self._import_id = import_id
        self._now = now
        self._indexer = indexer
        self._settings = settings
        self._pull = pull
        self._list_name = list_name
        self._memory = Memory()

    def write(
        self,
        records: Sequence[Record],
        *,
        position: int,
        rejected: int = 0,
        after: int | None = None,
        before_commit: Callable[[PageOutcome], None] | None = None,
        along: Callable[[Connection], None] | None = None,
    ) -> PageOutcome:
        """Writes the records and moves the import to `position` rows of the file, both or neither.

        The same page again changes nothing: records are known by their natural keys. With `after` the import must stand at that
        position: of two processes that carry on one import the second is refused, not counted twice. `before_commit` is told what came of the page
        while it can still be rolled back: what it notes elsewhere is there when the position says so; `along` writes in the same transaction.

        Raises:
            StorageError: records without what their type needs; the import is not running.
        """
        self._check(records)
        groups = [_Group(at, *self._prepare(part)) for at, part in _by_type(records)]
        try:
            with self._store.write(IMPORTING) as conn:
                page = Page(self._store, conn, self._import_id, position, self._now, self._settings, self._memory)
                learn_forgotten(page)
                outcome = added_up([(group.at, self._write(page, group)) for group in groups])
                advance(page, outcome, rejected, after)
                if along is not None:
                    along(conn)
                if before_commit is not None:
                    before_commit(outcome)
        except BaseException:
            self._memory = Memory()  # it may hold what was rolled back
            raise
        return outcome

    def _check(self, records: Sequence[Record]) -> None:
        for kind in set(map(type, records)):
            for types, given, what in (
                (_NEEDS_PULL, self._pull, "pull facts (list kind, frame, order, date)"),
                ((CandidateRecord,), self._list_name, "the name of a list"),
                ((PostRecord,), self._indexer, "a text indexer"),
            ):
                if kind in types and given is None:
                    message = f"a page of {kind.__name__} needs {what}: give it to the writer"
                    raise StorageError(message)

    def _prepare(self, records: Sequence[Record]) -> tuple[Sequence[Record], Indexed | None, list[Match]]:
        """What takes time or other connections, done before the transaction opens."""
        indexed, matches = None, list[Match]()
        first = records[0]
        if isinstance(first, CandidateRecord):
            matches = match_candidates(self._store, cast("Sequence[CandidateRecord]", records))
        if self._indexer is not None and isinstance(first, PostRecord):
            texts = post_texts(self._store.pseudonymiser, cast("Sequence[PostRecord]", records))
            indexed = index_new(self._store, texts, self._indexer)
        if self._indexer is not None and isinstance(first, AccountRecord):
            bios = account_texts(cast("Sequence[AccountRecord]", records), self._store.pseudonymiser)
            indexed = index_new(self._store, bios, self._indexer)
        return records, indexed, matches

    def _write(self, page: Page, group: "_Group") -> PageOutcome:  # noqa: C901, PLR0911, PLR0912 - one line a record type
        records, indexed, matches = group.records, group.indexed, group.matches
        match records[0]:
            case FollowRecord():
                return write_follows(page, cast("Sequence[FollowRecord]", records), cast("PullFacts", self._pull))
            case BaseRecord():
                return write_base(page, cast("Sequence[BaseRecord]", records), cast("PullFacts", self._pull))
            case EngagementRecord():
                return write_engagements(page, cast("Sequence[EngagementRecord]", records), cast("PullFacts", self._pull))
            case PostRecord():
                return write_posts(page, cast("Sequence[PostRecord]", records), cast("Indexed", indexed))
            case AccountRecord():
                return write_accounts(page, cast("Sequence[AccountRecord]", records), indexed)
            case AttributeRecord():
                return write_attributes(page, cast("Sequence[AttributeRecord]", records))
            case PriceRecord():
                return write_prices(page, cast("Sequence[PriceRecord]", records))
            case AudienceRecord():
                return write_audience(page, cast("Sequence[AudienceRecord]", records))
            case PerformanceRecord():
                return write_performance(page, cast("Sequence[PerformanceRecord]", records))
            case QuoteRecord():
                return write_quotes(page, cast("Sequence[QuoteRecord]", records))
            case PlacementRecord():
                return write_placements(page, cast("Sequence[PlacementRecord]", records))
            case LabelRecord():
                return write_labels(page, cast("Sequence[LabelRecord]", records))
            case CandidateRecord():
                return write_candidates(page, cast("Sequence[CandidateRecord]", records), matches, cast("str", self._list_name))


@dataclass(frozen=True, slots=True)
class _Group:
    """A page's records of one type, where they stand in it, and what was prepared for them."""

    at: tuple[int, ...]
    records: Sequence[Record]
    indexed: Indexed | None
    matches: Sequence[Match]


def _by_type(records: Sequence[Record]) -> list[tuple[tuple[int, ...], Sequence[Record]]]:
    """The records of each type, in the order in which the types first come, with their indices."""
    places: dict[type, list[int]] = {}
    for at, record in enumerate(records):
        places.setdefault(type(record), []).append(at)
    return [(tuple(found), [records[at] for at in found]) for found in places.values()]
