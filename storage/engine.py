"""Opens a workspace's database and hands out its transactions: many readers, writers one after another, each known by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, select

from storage import schema
from storage.connect import READ, WAIT_SECONDS, open_engine, sqlite_engine
from storage.errors import SchemaMismatch, WrongKey
from storage.identity import Pseudonymiser
from storage.models import Meta
from storage.vault import Vault
from storage.writers import Writers
from storage.writes import upsert

FINGERPRINT = "key_fingerprint"
_META: Table = Meta.__table__  # type: ignore[attr-defined]
_READ_OPTIONS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Days that data of persons is kept, counted from fetch or import (DECISIONS 4)."""

    raw_days: int = 7
    features_days: int = 90
    follow_days: int = 400
    labels_days: int = 400
    vault_days: int = 90


class Store:
    """An open workspace database; made by `create_store` and `open_store`."""

    def __init__(
        self, engine: Engine, vault: Vault, pseudonymiser: Pseudonymiser, lifetimes: Lifetimes, writers: Writers
    ) -> None:
        self.engine = engine
        self.vault = vault
        self.pseudonymiser = pseudonymiser
        self.lifetimes = lifetimes
        self.writers = writers

    @property
    def url(self) -> str:
        """The database's address, its password hidden."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the data; it cannot write (no temporary tables either) and blocks no one."""
        options = _READ_OPTIONS if self.engine.dialect.name == "postgresql" else {READ: True}
        with self.engine.connect().execution_options(**options) as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self, command: str) -> Iterator[Connection]:
        """One short transaction, committed at the end, rolled back on an error; `command` is what waiters are told.

        Writers take turns on both databases: what is read inside is still true when the transaction ends.

        Raises:
            WorkspaceBusy: after 15 s of waiting; names command, pid and since of those who write.
        """
        with self.writers.turn(command) as conn:
            yield conn

    def close(self) -> None:
        """Take this process off the list of writers and close every connection."""
        self.writers.leave()
        self.vault.close()
        self.engine.dispose()


def create_store(
    url: str, *, key: bytes, vault_path: Path | None, lifetimes: Lifetimes | None = None, wait_seconds: float = WAIT_SECONDS
) -> Store:
    """Make the schema in an empty database and open it; a database that is made already is only opened.

    `vault_path` is the vault's own file (beside the database if None); on PostgreSQL the vault is the schema `vault`.

    Raises:
        StorageError: when the address or its folder cannot be used.
        WrongKey, SchemaMismatch: as `open_store`.
    """
    pseudonymiser = Pseudonymiser(key)
    engine = open_engine(url, create=True, wait_seconds=wait_seconds)
    try:
        if schema.current(engine) is None:
            writers = Writers(engine, wait_seconds)
            with writers.exclusive("init"):
                schema.upgrade_engine(engine)
                with writers.turn("init") as conn:
                    fingerprint = {"key": FINGERPRINT, "value": pseudonymiser.fingerprint()}
                    upsert(conn, _META, [fingerprint], key=("key",), update=())
    finally:
        engine.dispose()
    return open_store(url, key=key, vault_path=vault_path, lifetimes=lifetimes, wait_seconds=wait_seconds)


def open_store(
    url: str, *, key: bytes, vault_path: Path | None, lifetimes: Lifetimes | None = None, wait_seconds: float = WAIT_SECONDS
) -> Store:
    """Open a workspace's database.

    Raises:
        StorageError: when it is missing or cannot be written.
        SchemaMismatch: when it is older or newer than this program.
        WrongKey: when it was made with another key.
    """
    pseudonymiser = Pseudonymiser(key)
    engine = open_engine(url, create=False, wait_seconds=wait_seconds)
    try:
        schema.require_current(engine)
        _require_key(engine, pseudonymiser)
        vault = Vault(_vault_engine(engine, vault_path, wait_seconds))
        vault.create()
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, vault, pseudonymiser, lifetimes or Lifetimes(), Writers(engine, wait_seconds))


def _vault_engine(engine: Engine, vault_path: Path | None, wait_seconds: float) -> Engine:
    if engine.dialect.name == "postgresql":
        return engine
    path = vault_path or Path(str(engine.url.database)).with_name("vault.db")
    return sqlite_engine(path, create=True, wait_seconds=wait_seconds)


def _require_key(engine: Engine, pseudonymiser: Pseudonymiser) -> None:
    with engine.connect().execution_options(**{READ: True}) as conn:
        known = conn.execute(select(_META.c.value).where(_META.c.key == FINGERPRINT)).scalar_one_or_none()
    if known is None:
        message = (
            "The database holds no key fingerprint: it was not made by `fanfit init`. Restore a backup, or start a new workspace."
        )
        raise SchemaMismatch(message)
    if known != pseudonymiser.fingerprint():
        message = (
            "The pseudonym key is not the one this database was made with, so no account would be found again. "
            "Put the workspace's own secret.key back, or set FANFIT_KEY to it (a team member or your key store has it)."
        )
        raise WrongKey(message)
