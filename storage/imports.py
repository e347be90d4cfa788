"""The life of an import: begun with its provenance, moved on page by page, finished, listed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from storage.engine import Store
from storage.erasure import sweep_minors, sweep_vault
from storage.errors import NotFound, Refused, StorageError
from storage.matching import match_pending
from storage.records import Provenance
from storage.tables import IMPORT_RUN, PULL
from storage.words import K_ACCOUNTS, promote_words

KINDS = (
    "accounts",
    "follows",
    "posts",
    "prices",
    "attributes",
    "labels",
    "candidates",
    "base",
    "engagements",
    "audience",
    "performance",
    "quotes",
    "placements",
)
IMPORTING = "import"  # what a process that imports, or pulls from a platform, is called among writers
PERSONAL = frozenset({"accounts", "follows", "posts", "attributes", "labels", "base", "engagements"})  # DECISIONS 6


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """One file to bring in; `fingerprint` covers its bytes and the options that change what its rows mean."""

    kind: str
    file_name: str
    fingerprint: str
    options: Mapping[str, Any]
    provenance: Provenance | None = None
    client: str = ""


@dataclass(frozen=True, slots=True)
class ImportState:
    """Where to go on: after `position` rows of the file, `rejected` of them refused; "already": there is nothing to do."""

    import_id: int
    position: int
    status: Literal["new", "resumed", "already"]
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """One line of `fanfit imports list`.

    `position` counts rows of the file, or pages where it was collected (`by_pages`); `accepted` what they brought: a row of a wide
    table of attributes brings several values.
    `status` is running, stopped, done or undone; an import that was killed is stopped.
    """

    import_id: int
    kind: str
    file_name: str
    status: str
    position: int
    accepted: int
    rejected: int
    duplicates: int
    refused_minors: int
    source: str | None
    basis: str | None
    obtained: datetime | None
    started: datetime
    finished: datetime | None
    options: dict[str, Any]
    by_pages: bool = False


def begin_import(store: Store, request: ImportRequest, *, now: datetime) -> ImportState:
    """Starts an import, takes up an unfinished one of the same file, or says that it was done already.

    Raises:
        Refused: personal data without provenance (DECISIONS 6).
        StorageError: an unknown kind.
    """
    _check(request)
    with store.write(IMPORTING) as conn:
        same = (IMPORT_RUN.c.fingerprint == request.fingerprint, IMPORT_RUN.c.kind == request.kind)
        query = select(IMPORT_RUN).where(*same, IMPORT_RUN.c.status != "undone").order_by(IMPORT_RUN.c.id.desc())
        held = conn.execute(query).first()
        if held is not None and held.status == "done":
            return ImportState(held.id, held.position, "already")
        if held is not None:
            take_up(conn, held.id)
            return ImportState(held.id, held.position, "resumed", held.rejected)
        return ImportState(insert_import(conn, request, now), 0, "new")


def _check(request: ImportRequest) -> None:
    if request.kind not in KINDS:
        message = f"no import of kind {request.kind!r}: expected one of {', '.join(KINDS)}"
        raise StorageError(message)
    if request.kind in PERSONAL and request.provenance is None:
        message = (
            f"an import of {request.kind} holds data of people and says not where it came from: "
            "give --source, --basis and --obtained (they are printed beside every figure made from it)"
        )
        raise Refused(message)


def insert_import(conn: Connection, request: ImportRequest, now: datetime) -> int:
    """A new running import, in the caller's transaction; its number."""
    origin = request.provenance
    values = {
        "kind": request.kind,
        "file_name": request.file_name,
        "fingerprint": request.fingerprint,
        "options": dict(request.options),
        "source": origin.source if origin else None,
        "basis": origin.basis if origin else None,
        "obtained": origin.obtained if origin else None,
        "status": "running",
        "position": 0,
        "accepted": 0,
        "rejected": 0,
        "duplicates": 0,
        "refused_minors": 0,
        "started": now,
        "client": request.client,
    }
    key = conn.execute(insert(IMPORT_RUN).values(**values)).inserted_primary_key
    if key is None:
        message = "the database gave no id for a new import"
        raise StorageError(message)
    return int(key[0])


def take_up(conn: Connection, import_id: int) -> bool:
    """Makes a stopped or killed import run again, in the caller's transaction; False where it has ended or was undone."""
    open_ones = (IMPORT_RUN.c.id == import_id, IMPORT_RUN.c.status.in_(("running", "stopped")))
    return conn.execute(update(IMPORT_RUN).where(*open_ones).values(status="running")).rowcount == 1


def finish_import(
    store: Store, import_id: int, *, now: datetime, k: int = K_ACCOUNTS, along: Callable[[Connection], None] | None = None
) -> None:
    """Closes an import: words that `k` accounts use may be shown, waiting candidates are matched, minors' traces go.

    `along` writes in the transaction that closes it. After pulls from platforms words and candidates are settled once for all
    of them, by whoever collects.

    Raises:
        NotFound: no such import.
    """
    run = find_import(store, import_id)
    if run.kind in {"accounts", "posts"}:
        promote_words(store, k=k)
    if run.kind == "accounts":
        match_pending(store, now=now)
    _close(store, import_id, "done", now, sweep=run.refused_minors > 0, along=along)


def stop_import(store: Store, import_id: int, *, now: datetime) -> None:
    """Marks an import as stopped at its position: the same file takes it up again."""
    run = find_import(store, import_id)
    _close(store, import_id, "stopped", now, sweep=run.refused_minors > 0)


def _close(
    store: Store, import_id: int, status: str, now: datetime, *, sweep: bool, along: Callable[[Connection], None] | None = None
) -> None:
    if sweep:
        sweep_vault(store)
    with store.write(IMPORTING) as conn:
        if sweep:
            sweep_minors(conn)
        running = (IMPORT_RUN.c.id == import_id, IMPORT_RUN.c.status.in_(("running", "stopped")))
        conn.execute(update(IMPORT_RUN).where(*running).values(status=status, finished=now if status == "done" else None))
        if along is not None:
            along(conn)


def find_import(store: Store, import_id: int) -> ImportSummary:
    """One import.

    Raises:
        NotFound: no such import.
    """
    with store.read() as conn:
        row = conn.execute(select(IMPORT_RUN).where(IMPORT_RUN.c.id == import_id)).first()
    if row is None:
        message = f"no import number {import_id}: `fanfit imports list` shows those there are"
        raise NotFound(message)
    return _summary(row)


def lists_beyond_total(store: Store, import_id: int) -> int:
    """Lists of an import that hold more members than the whole count that was stated for them."""
    beyond = (PULL.c.import_id == import_id, PULL.c.seen > PULL.c.total)
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(PULL).where(*beyond)).scalar_one()


def list_imports(store: Store) -> list[ImportSummary]:
    """Every import, newest first."""
    with store.read() as conn:
        found = [_summary(row) for row in conn.execute(select(IMPORT_RUN).order_by(IMPORT_RUN.c.id.desc()))]
    writing = {holder.command for holder in store.writers.holders()}
    return [replace(item, status="stopped") if _was_killed(item, writing) else item for item in found]


def _was_killed(item: ImportSummary, writing: set[str]) -> bool:
    """Whether an import that never said that it ended has no process that still writes."""
    return item.status == "running" and IMPORTING not in writing


def _summary(row: Row[Any]) -> ImportSummary:
    return ImportSummary(
        import_id=row.id,
        kind=row.kind,
        file_name=row.file_name,
        status=row.status,
        position=row.position,
        accepted=row.accepted,
        rejected=row.rejected,
        duplicates=row.duplicates,
        refused_minors=row.refused_minors,
        source=row.source,
        basis=row.basis,
        obtained=row.obtained,
        started=row.started,
        finished=row.finished,
        options=dict(row.options),
        by_pages=not row.fingerprint,  # a file has one, what a platform gave has none
    )
