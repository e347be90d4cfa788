"""Makes database engines that keep the laws of ENGINE 1: WAL, BEGIN IMMEDIATE, foreign keys, private files, no values in errors."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageError

WAIT_SECONDS = 15
READ = "fanfit_read"  # execution option of a connection that only reads
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is erased is overwritten, whatever SQLite was built with
    "cache_size = -65536",  # in KiB: 64 MB
    "wal_autocheckpoint = 4000",  # in pages, 16 MB: a page of edges touches thousands, the default would copy them back each time
)
_PRIVATE = 0o600


def parse_url(url: str) -> URL:
    """The address of a database, its driver settled.

    Raises:
        StorageError: for anything but a SQLite file or PostgreSQL; a password is never shown.
    """
    expected = "Expected sqlite:////folder/fanfit.db or postgresql+psycopg://user@host/database (FANFIT_DATABASE_URL)."
    try:
        parsed = make_url(url)
    except ArgumentError:
        message = f"The database address cannot be read. {expected}"
        raise StorageError(message) from None
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database and parsed.database != ":memory:":
        return parsed
    message = f"{parsed.render_as_string(hide_password=True)} is not a database that fanfit can use. {expected}"
    raise StorageError(message)


def open_engine(url: str, *, create: bool, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine for the address; raises StorageError as `parse_url`, `sqlite_engine`, `postgresql_engine`."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return sqlite_engine(Path(str(parsed.database)).absolute(), create=create, wait_seconds=wait_seconds)
    return postgresql_engine(parsed, wait_seconds=wait_seconds)


def sqlite_engine(path: Path, *, create: bool, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine over a SQLite file; every transaction that may write begins as BEGIN IMMEDIATE.

    Raises:
        StorageError: when the file is missing (and not to be made), or its folder cannot be written.
    """
    _check_file(path, create=create)
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # Python would open a transaction only at the first change: the hook below does it
        for pragma in (*_PRAGMAS, f"busy_timeout = {round(wait_seconds * 1000)}"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    event.listen(engine, "handle_error", _on_sqlite_error)
    return engine


def postgresql_engine(url: URL, *, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine over a PostgreSQL database; waiting for a lock ends after 15 s.

    Raises:
        StorageError: when the driver is not installed.
    """
    try:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError:
        message = (
            "PostgreSQL needs its driver, which is not installed. Install it with: pip install '.[postgres]' in fanfit's folder"
        )
        raise StorageError(message) from None

    def on_connect(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {round(wait_seconds * 1000)}")
            cursor.execute("SET timezone = 'UTC'")
        connection.commit()

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "handle_error", _on_postgresql_error)
    return engine


def _check_file(path: Path, *, create: bool) -> None:
    folder = path.parent
    if not path.exists():
        if not create:
            message = f"There is no database at {path}. Make a workspace with `fanfit init`, or go to the folder that holds one."
            raise StorageError(message)
        if not folder.is_dir():
            message = f"The folder of the database does not exist: {folder}. Make it first, or choose another with --workspace."
            raise StorageError(message)
    if not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.R_OK | os.W_OK)):
        message = (
            f"The database {path} cannot be written: its folder or file is read-only for this user. fanfit needs write access "
            "even for reading (SQLite keeps its write-ahead log beside the file). Change the permissions or copy the workspace."
        )
        raise StorageError(message)
    if not path.exists():  # made here and not by SQLite: its own files take this one's mode
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE))


def _on_sqlite_begin(conn: Connection) -> None:
    reads = bool(conn.get_execution_options().get(READ))
    if conn.info.get(READ) is not reads:  # only when it changes: SQLite compiles every statement anew after it
        conn.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
        conn.info[READ] = reads
    conn.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _on_sqlite_error(context: ExceptionContext) -> None:
    error = context.original_exception
    if isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        message = "The file is not a fanfit database (or it is damaged). Restore a backup: `fanfit db restore FILE`."
        raise StorageError(message) from None


def _on_postgresql_error(context: ExceptionContext) -> None:
    """A server's detail quotes the row it refused, its connection errors quote the address: neither is passed on."""
    error = context.original_exception
    diagnosis = getattr(error, "diag", None)
    state = getattr(error, "sqlstate", None)
    if state is None and context.connection is None:
        message = (
            f"The PostgreSQL server cannot be reached ({type(error).__name__}). Check FANFIT_DATABASE_URL, "
            "that the server runs, and that this machine may connect to it."
        )
        raise StorageError(message) from None
    if state is not None and state[:2] in {"22", "23"} and diagnosis is not None:  # data, integrity
        why = diagnosis.constraint_name or diagnosis.column_name or type(error).__name__
        message = f"table {diagnosis.table_name or '?'} refused a row: {why}"
        raise StorageError(message) from None
