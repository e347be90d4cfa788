"""Pages about many accounts that stand in no list, as profiles and posts of a sample: each page is whole by itself, none needs a cursor."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select, update

from storage.engine import Store
from storage.imports import IMPORTING, ImportRequest, finish_import, insert_import, stop_import
from storage.ingest import NamingRule, PageOutcome, PageWriter, Record
from storage.lookups import rows_where
from storage.records import ListKind, Provenance, PullFacts
from storage.tables import COUNT_SERIES, IMPORT_RUN, POST, PULL
from storage.text_index import TextIndexer


class Batch:
    """An import of single pages; made by `open_batch`."""

    def __init__(self, import_id: int, writer: PageWriter) -> None:
        self.import_id = import_id
        self._writer = writer
        self._pages = 0

    def write(self, records: Sequence[Record]) -> PageOutcome:
        """Writes one page; what is written stays, whatever happens to the rest."""
        self._pages += 1
        return self._writer.write(records, position=self._pages)


@contextmanager
def open_batch(
    store: Store,
    platform: str,
    what: str,
    provenance: Provenance,
    *,
    now: datetime,
    indexer: TextIndexer | None,
    rule: NamingRule | None = None,
    facts: PullFacts | None = None,
) -> Iterator[Batch]:
    """A batch, with `facts` where its pages are of lists; done at the end and stopped on an error. Batches whose process was killed are closed first: their pages are whole."""
    label = f"{platform} {what}"
    alone = all(holder.command != IMPORTING for holder in store.writers.holders())
    with store.write(IMPORTING) as conn:
        if alone:
            left = (IMPORT_RUN.c.kind == what, IMPORT_RUN.c.file_name == label, IMPORT_RUN.c.status.in_(("running", "stopped")))
            conn.execute(update(IMPORT_RUN).where(*left).values(status="done", finished=now))
        number = insert_import(conn, ImportRequest(what, label, "", {}, provenance), now)
    writer = PageWriter(store, number, now=now, indexer=indexer, settings=rule or NamingRule(), pull=facts)
    try:
        yield Batch(number, writer)
    except BaseException:
        stop_import(store, number, now=now)
        raise
    finish_import(store, number, now=now)


def with_counts_since(store: Store, accounts: Collection[bytes], since: datetime) -> set[bytes]:
    """Those of whom a profile with counts was fetched since then."""
    with store.read() as conn:
        rows = rows_where(conn, [COUNT_SERIES.c.account, COUNT_SERIES.c.fetched_at], COUNT_SERIES.c.account, accounts)
        return {row.account for row in rows if row.fetched_at >= since}


def with_posts_since(store: Store, accounts: Collection[bytes], since: datetime) -> set[bytes]:
    """Those of whom a post was fetched since then; a bio, which is counted like a post, is none."""
    with store.read() as conn:
        posts = select(IMPORT_RUN.c.id).where(IMPORT_RUN.c.kind == "posts", IMPORT_RUN.c.status != "undone")
        brought = set(conn.execute(posts).scalars())
        rows = rows_where(conn, [POST.c.account, POST.c.import_id, POST.c.fetched_at], POST.c.account, accounts)
        return {row.account for row in rows if row.fetched_at >= since and row.import_id in brought}


def with_followees_since(store: Store, accounts: Collection[bytes], since: datetime) -> set[bytes]:
    """Those whose followees were read since then."""
    columns = [PULL.c.account, PULL.c.list_kind, PULL.c.pulled_at]
    with store.read() as conn:
        rows = rows_where(conn, columns, PULL.c.account, accounts)
        return {row.account for row in rows if row.list_kind == ListKind.FOLLOWEES and row.pulled_at >= since}


def without_posts(store: Store, accounts: Collection[bytes]) -> set[bytes]:
    """Those whose newest profile says that they posted nothing."""
    newest: dict[bytes, tuple[datetime, int | None]] = {}
    columns = [COUNT_SERIES.c.account, COUNT_SERIES.c.observed_at, COUNT_SERIES.c.posts]
    with store.read() as conn:
        for row in rows_where(conn, columns, COUNT_SERIES.c.account, accounts):
            if row.account not in newest or row.observed_at > newest[row.account][0]:
                newest[row.account] = (row.observed_at, row.posts)
    return {account for account, (_, posts) in newest.items() if posts == 0}
