"""Copies a workspace's database into one file and back; the id vault and the key are never part of it (DECISIONS 2, 3, 5)."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DatabaseError

from storage import dumps, schema
from storage.connect import READ, open_engine, parse_url, sqlite_engine
from storage.engine import FINGERPRINT, Lifetimes, Store, open_store
from storage.erasure import reapply_forgotten
from storage.errors import Refused, SchemaMismatch, StorageError, WrongKey
from storage.identity import Pseudonymiser
from storage.tables import FORGOTTEN
from storage.writers import Writers
from storage.writes import upsert

_COMMAND = "db restore"
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore did: schema brought forward, number of forgotten accounts, rows of theirs that were erased again per table.

    `list_lost`: the replaced database was missing or damaged, so accounts forgotten after the backup was made are not known.
    """

    upgraded: bool
    forgotten: int
    erased: dict[str, int]
    list_lost: bool


def backup(store: Store, path: Path) -> None:
    """Write the database, as it stands at one moment, into the new file `path` (mode 0600); writers need not stop.

    Raises:
        Refused: when the file exists already.
        StorageError: when it cannot be written, or PostgreSQL's pg_dump is missing or fails.
    """
    if path.exists():
        message = f"{path} exists already and is not overwritten: name another file."
        raise Refused(message)
    partial = path.with_name(f"{path.name}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, _PRIVATE))
        if store.engine.dialect.name == "postgresql":
            dumps.dump(store.engine.url, partial)
        else:
            _copy_sqlite(Path(str(store.engine.url.database)), partial)
        partial.rename(path)
    except OSError as error:
        message = f"The backup {path} cannot be written: {error.strerror}. Choose a folder that exists and has room."
        raise StorageError(message) from None
    finally:
        partial.unlink(missing_ok=True)


def restore(
    path: Path, url: str, *, key: bytes, vault_path: Path | None, lifetimes: Lifetimes | None = None, wait_seconds: float = 15
) -> RestoreReport:
    """Put a backup in the place of the database at `url` (which may be missing or damaged), while no one else writes.

    Accounts forgotten before or after the backup was made are erased from it again before anyone sees it (SQLite) or as its
    first step (PostgreSQL).

    Raises:
        StorageError: when the file is no backup of this kind of database.
        WrongKey: when it was made with another key.
        SchemaMismatch: when it is newer than this program.
        WorkspaceBusy: when others write for longer than the wait.
    """
    if not path.is_file():
        message = f"There is no backup file at {path}."
        raise StorageError(message)
    if parse_url(url).get_backend_name() == "postgresql":
        return _restore_postgresql(path, url, key=key, lifetimes=lifetimes, wait_seconds=wait_seconds)
    return _restore_sqlite(path, url, key=key, vault_path=vault_path, lifetimes=lifetimes, wait_seconds=wait_seconds)


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
        writing.execute("DELETE FROM writer")  # who wrote then is no news later
        writing.commit()
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def _restore_sqlite(
    path: Path, url: str, *, key: bytes, vault_path: Path | None, lifetimes: Lifetimes | None, wait_seconds: float
) -> RestoreReport:
    live = Path(str(parse_url(url).database)).absolute()
    _require_facts(*_sqlite_facts(path), key)
    staged = live.with_name(f"{live.name}.restoring")
    with ExitStack() as stack:
        engine = _readable(live, wait_seconds)
        if engine is not None:
            stack.callback(engine.dispose)
            stack.enter_context(Writers(engine, wait_seconds).exclusive(_COMMAND))
        forgotten = None if engine is None else _forgotten(engine)
        stack.callback(_remove, staged)
        _remove(staged)
        _copy_private(path, staged)
        vault = vault_path or live.with_name("vault.db")
        report = _finish(f"sqlite:///{staged}", forgotten, key=key, vault_path=vault, lifetimes=lifetimes, writers=None)
        if engine is None:
            _remove(live)
            staged.rename(live)
        else:
            with closing(sqlite3.connect(staged)) as reading, closing(sqlite3.connect(live)) as writing:
                reading.backup(writing)  # one transaction of the live file: readers see the old or the new
    return report


def _restore_postgresql(path: Path, url: str, *, key: bytes, lifetimes: Lifetimes | None, wait_seconds: float) -> RestoreReport:
    parsed = parse_url(url)
    facts = dumps.facts(path)
    _require_facts(facts.revision, facts.fingerprint, key)
    engine = open_engine(url, create=False, wait_seconds=wait_seconds)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        held = schema.current(engine)
        if held not in {None, facts.revision}:
            message = f"The backup's schema is {facts.revision}, the database's {held}: restore it into an empty database."
            raise SchemaMismatch(message)
        writers = Writers(engine, wait_seconds)
        stack.enter_context(writers.exclusive(_COMMAND))
        forgotten = None if held is None else _forgotten(engine)
        dumps.load(parsed, path)
        address = parsed.render_as_string(hide_password=False)
        return _finish(address, forgotten, key=key, vault_path=None, lifetimes=lifetimes, writers=writers)


def _finish(
    url: str,
    forgotten: Sequence[dict[str, Any]] | None,
    *,
    key: bytes,
    vault_path: Path | None,
    lifetimes: Lifetimes | None,
    writers: Writers | None,
) -> RestoreReport:
    """Bring the restored copy to this program's schema and erase again whoever was forgotten; `forgotten` None: not known."""
    engine = open_engine(url, create=False)
    upgraded = not schema.is_current(engine)
    if upgraded:
        schema.upgrade_engine(engine)
    engine.dispose()
    store = open_store(url, key=key, vault_path=vault_path, lifetimes=lifetimes)
    if writers is not None:
        store.writers = writers  # the one that keeps the others out and so may write
    try:
        with store.write(_COMMAND) as conn:
            upsert(conn, FORGOTTEN, forgotten or [], key=("account",), update=())
        erased = reapply_forgotten(store)
        with store.read() as conn:
            count = conn.execute(select(func.count()).select_from(FORGOTTEN)).scalar_one()
    finally:
        store.close()
    return RestoreReport(upgraded=upgraded, forgotten=count, erased=erased, list_lost=forgotten is None)


def _sqlite_facts(path: Path) -> tuple[str | None, str | None]:
    """Revision and fingerprint of a backup file that is whole."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as conn:
            whole = conn.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            revision = conn.execute("SELECT version_num FROM alembic_version").fetchone()
            fingerprint = conn.execute("SELECT value FROM meta WHERE key = ?", (FINGERPRINT,)).fetchone()
    except sqlite3.DatabaseError:
        message = f"{path} is not a backup of a fanfit SQLite database. Nothing was changed."
        raise StorageError(message) from None
    if not whole:
        message = f"The backup {path} is damaged. Nothing was changed; take another one."
        raise StorageError(message)
    return (revision[0] if revision else None), (fingerprint[0] if fingerprint else None)


def _require_facts(revision: str | None, fingerprint: str | None, key: bytes) -> None:
    if revision not in schema.known_revisions():
        message = f"The backup's schema ({revision}) is not known to this program ({schema.HEAD}): install the newer fanfit that made it."
        raise SchemaMismatch(message)
    if fingerprint != Pseudonymiser(key).fingerprint():
        message = (
            "The backup was made with another pseudonym key than this workspace's: its accounts would not be found again. "
            "Put the key it was made with into secret.key (or FANFIT_KEY) first. Nothing was changed."
        )
        raise WrongKey(message)


def _readable(live: Path, wait_seconds: float) -> Engine | None:
    """An engine over the database that is to be replaced; None when it is missing or damaged."""
    if not live.exists():
        return None
    engine = sqlite_engine(live, create=False, wait_seconds=wait_seconds)
    try:
        with engine.connect().execution_options(**{READ: True}) as conn:
            whole = conn.execute(text("PRAGMA quick_check(1)")).scalar_one() == "ok"
        if whole and schema.is_current(engine):
            return engine
    except (DatabaseError, StorageError):
        whole = False
    engine.dispose()
    return None


def _forgotten(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect().execution_options(**{READ: True}) as conn:
        return [dict(row) for row in conn.execute(select(FORGOTTEN)).mappings()]


def _copy_private(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))
    shutil.copyfile(source, target)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", ".lock"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
