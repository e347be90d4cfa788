"""Gives writers their turns and knows them by name: locks decide who writes, the `writer` table tells those who wait who it is."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, Table, delete, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.connect import WAIT_SECONDS
from storage.errors import WorkspaceBusy
from storage.models import Writer
from storage.writes import upsert

_TABLE: Table = Writer.__table__  # type: ignore[attr-defined]
_GATE, _TURN = 0x66616E66, 0x66616E67  # advisory locks of PostgreSQL: "everyone may write", "I write now"
_POLL_SECONDS = 0.02
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that writes."""

    command: str
    pid: int
    host: str
    since: datetime

    def __str__(self) -> str:
        return f"`fanfit {self.command}` (pid {self.pid} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S} UTC)"


class Writers:
    """The turns of one process; `wait_seconds` is how long it waits for the others."""

    def __init__(self, engine: Engine, wait_seconds: float = WAIT_SECONDS) -> None:
        self._engine = engine
        self._wait = wait_seconds
        self._postgresql = engine.dialect.name == "postgresql"
        self._lock_file = None if self._postgresql else Path(f"{engine.url.database}.lock")
        self._registered: str | None = None
        self._excluding = False

    @contextmanager
    def turn(self, command: str) -> Iterator[Connection]:
        """A transaction of this process's own: nobody else writes until it ends.

        Raises:
            WorkspaceBusy: after the wait.
        """
        if self._registered != command and not self._excluding:
            self._register(command, exclusive=False)
        with self._transaction() as conn:
            yield conn

    @contextmanager
    def exclusive(self, command: str) -> Iterator[None]:
        """Keep all other writers out for a longer while (upgrade, restore); this process still takes its turns.

        Raises:
            WorkspaceBusy: after the wait.
        """
        with ExitStack() as stack:
            if self._postgresql:
                conn = stack.enter_context(self._engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
                self._advisory(conn, f"pg_advisory_lock({_GATE})")
                stack.callback(conn.execute, text(f"SELECT pg_advisory_unlock({_GATE})"))
            else:
                stack.enter_context(self._gate(fcntl.LOCK_EX))
            self._excluding = True
            try:
                self._register(command, exclusive=True)
                yield
            finally:
                self.leave()
                self._excluding = False

    @property
    def command(self) -> str | None:
        """Under which name this process is on the list; None when it is not."""
        return self._registered

    def leave(self) -> None:
        """Take this process off the list."""
        if self._registered is None:
            return
        self._registered = None
        mine = (_TABLE.c.pid == os.getpid()) & (_TABLE.c.host == socket.gethostname())
        try:
            with self._transaction() as conn:
                if inspect(conn).has_table(_TABLE.name):
                    conn.execute(delete(_TABLE).where(mine))
        except WorkspaceBusy:
            return  # the next to register finds the pid gone and clears it away

    def holders(self) -> list[Holder]:
        """The other processes that are on the list; those of this host that have ended are left out."""
        with self._engine.connect() as conn:
            conn = conn.execution_options(fanfit_read=True)  # noqa: PLW2901 - the same connection, with its option
            if not inspect(conn).has_table(_TABLE.name):
                return []
            rows = conn.execute(
                select(_TABLE.c.command, _TABLE.c.pid, _TABLE.c.host, _TABLE.c.since).order_by(_TABLE.c.since)
            ).all()
        others = (Holder(row.command, row.pid, row.host, row.since) for row in rows)
        return [holder for holder in others if not _is_me(holder.pid, holder.host) and not _has_ended(holder.pid, holder.host)]

    def _register(self, command: str, *, exclusive: bool) -> None:
        with self._transaction() as conn:
            if not inspect(conn).has_table(_TABLE.name):
                return  # a database older than the table is about to be upgraded
            listed = [(row.pid, row.host) for row in conn.execute(select(_TABLE.c.pid, _TABLE.c.host))]
            for pid, host in listed:
                if _has_ended(pid, host):
                    conn.execute(delete(_TABLE).where(_TABLE.c.pid == pid, _TABLE.c.host == host))
            mine = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": datetime.now(UTC)}
            upsert(
                conn, _TABLE, [{**mine, "exclusive": exclusive}], key=("pid", "host"), update=("command", "since", "exclusive")
            )
        self._registered = command

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with ExitStack() as stack:
            if not self._postgresql and not self._excluding:
                stack.enter_context(self._gate(fcntl.LOCK_SH))
            conn = stack.enter_context(self._engine.connect())
            try:
                stack.enter_context(conn.begin())
            except OperationalError as error:
                if "locked" in str(error.orig):
                    raise self._busy() from None
                raise
            if self._postgresql:
                if not self._excluding:
                    self._advisory(conn, f"pg_advisory_xact_lock_shared({_GATE})")
                self._advisory(conn, f"pg_advisory_xact_lock({_TURN})")
            yield conn

    @contextmanager
    def _gate(self, mode: int) -> Iterator[None]:
        assert self._lock_file is not None  # noqa: S101 - only called for SQLite
        with _open_private(self._lock_file) as file:
            end = time.monotonic() + self._wait
            while not _lock(file, mode):
                if time.monotonic() > end:
                    raise self._busy()
                time.sleep(_POLL_SECONDS)
            yield  # closing the file gives the lock back, a kill too

    def _advisory(self, conn: Connection, lock: str) -> None:
        try:
            conn.execute(text(f"SELECT {lock}"))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == "55P03":  # lock_not_available: lock_timeout is over
                raise self._busy() from None
            raise

    def _busy(self) -> WorkspaceBusy:
        names = ", ".join(str(holder) for holder in self.holders()) or "a program that left no name"
        message = f"The workspace is busy: {names} is writing to it, waited {self._wait:g} s. Wait until it is done (or stop it), then try again."
        return WorkspaceBusy(message)


def _is_me(pid: int, host: str) -> bool:
    return pid == os.getpid() and host == socket.gethostname()


def _has_ended(pid: int, host: str) -> bool:
    """Whether a process of this host is gone; of another host it cannot be known, so it is not."""
    if host != socket.gethostname():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _open_private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE), "r+b")


def _lock(file: IO[bytes], mode: int) -> bool:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
