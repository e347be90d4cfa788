"""The life of a pull: one stream of one target, begun or taken up again, written page by page with its cursor, finished or stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.engine import Store
from storage.erasure import forgotten_among
from storage.imports import IMPORTING, ImportRequest, finish_import, insert_import, stop_import, take_up
from storage.ingest import NamingRule, PageOutcome, PageWriter, Record
from storage.naming import Naming, promote
from storage.records import Frame, Provenance, PullFacts
from storage.tables import PULL, STREAM_POSITION
from storage.text_index import TextIndexer
from storage.writes import upsert

_CHANGED = ("import_id", "cursor", "pages", "items", "newest", "watermark", "finished_at")


@dataclass(frozen=True, slots=True)
class StreamKey:
    """One stream of one target: `native_id` is the platform's stable id of the account."""

    platform: str
    stream: str
    native_id: str


@dataclass(frozen=True, slots=True)
class _Position:
    import_id: int | None = None
    cursor: str | None = None
    pages: int = 0
    items: int = 0
    newest: datetime | None = None
    watermark: datetime | None = None
    finished_at: datetime | None = None


class Pull:
    """A pull under way; made by `begin_pull`. `cursor` is where to read on, `watermark` the newest item of the last finished pull."""

    def __init__(self, store: Store, key: StreamKey, account: bytes, position: _Position, writer: PageWriter) -> None:
        self._store = store
        self._key = key
        self._account = account
        self._position = position
        self._writer = writer

    @property
    def import_id(self) -> int:
        """The number under which `fanfit imports list` shows it."""
        assert self._position.import_id is not None  # noqa: S101 - begin_pull gives it one
        return self._position.import_id

    @property
    def cursor(self) -> str | None:
        """Where to read on; None at the start."""
        return self._position.cursor

    @property
    def pages(self) -> int:
        """Pages written so far, those before a stop included."""
        return self._position.pages

    @property
    def items(self) -> int:
        """Items listed so far, those before a stop included."""
        return self._position.items

    @property
    def watermark(self) -> datetime | None:
        """The newest item of the last finished pull of this stream; None before the first."""
        return self._position.watermark

    def write(self, records: Sequence[Record], *, items: int, cursor: str | None, newest: datetime | None) -> PageOutcome:
        """Writes a page that listed `items` items and the cursor after it in one transaction; `newest` is its newest item.

        Raises:
            StorageError: another process carries this pull on, or it was undone.
        """
        known = [moment for moment in (self._position.newest, newest) if moment is not None]
        before = self._position
        after = replace(
            before, cursor=cursor, pages=before.pages + 1, items=before.items + items, newest=max(known, default=None)
        )

        def along(conn: Connection) -> None:
            _save(conn, self._key, self._account, after)

        outcome = self._writer.write(records, position=after.pages, after=before.pages, along=along)
        self._position = after
        return outcome

    def finish(self, frame: Frame | None, *, now: datetime) -> None:
        """Closes the pull: its lists get `frame`, the watermark moves to the newest item seen, the position is cleared."""
        marks = [moment for moment in (self._position.watermark, self._position.newest) if moment is not None]
        done = _Position(watermark=max(marks, default=None), finished_at=now)

        def along(conn: Connection) -> None:
            if frame is not None:
                conn.execute(update(PULL).where(PULL.c.import_id == self.import_id).values(frame=frame.value))
            _save(conn, self._key, self._account, done)

        finish_import(self._store, self.import_id, now=now, along=along)

    def stop(self, *, now: datetime) -> None:
        """Marks the pull as stopped; the next `begin_pull` goes on at its cursor."""
        stop_import(self._store, self.import_id, now=now)


def watch(store: Store, platform: str, native_ids: Sequence[str], *, now: datetime) -> set[str]:
    """Names the accounts as watched (DECISIONS 1): somebody asked for them by name. Who was forgotten is not, and is returned."""
    keys = store.pseudonymiser.each(platform, native_ids)
    with store.write(IMPORTING) as conn:
        gone = forgotten_among(conn, list(keys.values()))
        fresh = [Naming(key, platform, native_id) for native_id, key in keys.items() if key not in gone]
        promote(store, conn, fresh, "watched", now=now)
    return {native_id for native_id, key in keys.items() if key in gone}


def begin_pull(
    store: Store,
    key: StreamKey,
    provenance: Provenance,
    *,
    now: datetime,
    facts: PullFacts | None,
    indexer: TextIndexer | None,
    rule: NamingRule | None = None,
) -> Pull:
    """Starts a pull of a stream, or takes up the unfinished one.

    `facts` are what a pull of a follower list says of itself at its start; its frame is settled at the end.
    """
    settings = rule or NamingRule()
    account = store.pseudonymiser.one(key.platform, key.native_id)
    with store.write(IMPORTING) as conn:
        position = _load(conn, key, account)
        if position.import_id is None or not take_up(conn, position.import_id):
            request = ImportRequest(key.stream, f"{key.platform} {key.stream}", "", {}, provenance)
            number = insert_import(conn, request, now)
            position = _Position(number, watermark=position.watermark, finished_at=position.finished_at)
            _save(conn, key, account, position)
    assert position.import_id is not None  # noqa: S101 - set above
    writer = PageWriter(store, position.import_id, now=now, indexer=indexer, settings=settings, pull=facts)
    return Pull(store, key, account, position, writer)


def finished_at(store: Store, key: StreamKey) -> datetime | None:
    """When the last pull of this stream was finished; None while one is under way, or where none was."""
    account = store.pseudonymiser.one(key.platform, key.native_id)
    with store.read() as conn:
        position = _load(conn, key, account)
    return None if position.import_id is not None else position.finished_at


def _load(conn: Connection, key: StreamKey, account: bytes) -> _Position:
    where = (
        STREAM_POSITION.c.platform == key.platform,
        STREAM_POSITION.c.stream == key.stream,
        STREAM_POSITION.c.account == account,
    )
    row = conn.execute(select(*(STREAM_POSITION.c[name] for name in _CHANGED)).where(*where)).first()
    return _Position() if row is None else _Position(*row)


def _save(conn: Connection, key: StreamKey, account: bytes, position: _Position) -> None:
    row = {"platform": key.platform, "stream": key.stream, "account": account}
    row |= {name: getattr(position, name) for name in _CHANGED}
    upsert(conn, STREAM_POSITION, [row], key=["platform", "stream", "account"], update=_CHANGED)
