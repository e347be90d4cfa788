"""The laws of the database: no lost update, one writer at a time known by name, nothing half written, private files."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from storage.connect import parse_url
from storage.engine import Lifetimes, Store, create_store, open_store
from storage.errors import SchemaMismatch, StorageError, WorkspaceBusy, WrongKey
from storage.models import Base

META = Base.metadata.tables["meta"]
WRITER = Base.metadata.tables["writer"]
ROOT = Path(__file__).parents[2]

CHILD = """
import sys
from pathlib import Path
from sqlalchemy import text
from storage.engine import open_store
url, key, vault, task = sys.argv[1:]
store = open_store(url, key=bytes.fromhex(key), vault_path=Path(vault))
def count():
    with store.write("count") as conn:
        value = int(conn.execute(text("SELECT value FROM meta WHERE key = 'counter'")).scalar_one())
        conn.execute(text("UPDATE meta SET value = :value WHERE key = 'counter'"), {"value": str(value + 1)})
def hold():
    with store.write("import posts"):
        print("holding", flush=True)
        sys.stdin.read()
def exclude():
    with store.writers.exclusive("db upgrade"):
        print("holding", flush=True)
        sys.stdin.read()
if task == "count":
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(40):
        count()
else:
    {"hold": hold, "exclude": exclude}[task]()
store.close()
"""


def _child(store: Store, key: bytes, vault: Path, task: str) -> subprocess.Popen[str]:
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", CHILD, url, key.hex(), str(vault), task]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


@contextmanager
def _holding(store: Store, key: bytes, vault: Path, task: str) -> Iterator[subprocess.Popen[str]]:
    child = _child(store, key, vault, task)
    assert child.stdout is not None
    assert child.stdout.readline() == "holding\n"
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def test_two_processes_lose_no_update(store: Store, store_key: bytes, tmp_path: Path) -> None:
    with store.write("test") as conn:
        conn.execute(insert(META).values(key="counter", value="0"))
    children = [_child(store, store_key, tmp_path / "vault.db", "count") for _ in range(2)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=120)
        assert child.returncode == 0
    with store.read() as conn:
        assert conn.execute(select(META.c.value).where(META.c.key == "counter")).scalar_one() == "80"
    assert store.writers.holders() == []


@pytest.fixture
def impatient(store: Store, store_key: bytes, tmp_path: Path) -> Iterator[Store]:
    """The same database, opened by one who waits a tenth of a second."""
    url = store.engine.url.render_as_string(hide_password=False)
    opened = open_store(url, key=store_key, vault_path=tmp_path / "vault.db", wait_seconds=0.1)
    yield opened
    opened.close()


@pytest.mark.parametrize(("task", "command"), [("hold", "import posts"), ("exclude", "db upgrade")])
def test_who_waits_too_long_learns_who_writes(
    store: Store, impatient: Store, store_key: bytes, tmp_path: Path, task: str, command: str
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    with _holding(store, store_key, tmp_path / "vault.db", task) as child:
        with pytest.raises(WorkspaceBusy) as caught, impatient.write("import follows"):
            pytest.fail("two writers at once")
        assert f"`fanfit {command}` (pid {child.pid} on " in str(caught.value)
        since = datetime.strptime(str(caught.value).split("since ")[1].split(" UTC")[0], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        assert before <= since <= datetime.now(UTC)
        with impatient.read() as conn:
            assert conn.execute(select(WRITER.c.exclusive).where(WRITER.c.pid == child.pid)).scalar_one() is (task == "exclude")


def test_exclusion_waits_for_writers(store: Store, impatient: Store, store_key: bytes, tmp_path: Path) -> None:
    with (
        _holding(store, store_key, tmp_path / "vault.db", "hold") as child,
        pytest.raises(WorkspaceBusy, match=f"pid {child.pid}"),
        impatient.writers.exclusive("db restore"),
    ):
        pytest.fail("excluded while another wrote")


def test_a_killed_writer_holds_up_no_one(store: Store, store_key: bytes, tmp_path: Path) -> None:
    for task in ("hold", "exclude"):
        with _holding(store, store_key, tmp_path / "vault.db", task) as child:
            child.send_signal(signal.SIGKILL)
            child.communicate()
            assert store.writers.holders() == []
            with store.write(f"import {task}") as conn:
                listed = conn.execute(select(WRITER.c.pid, WRITER.c.command)).all()
            assert [tuple(row) for row in listed] == [(os.getpid(), f"import {task}")]


def test_who_excludes_still_writes(store: Store) -> None:
    with store.writers.exclusive("db upgrade"), store.write("db upgrade") as conn:
        conn.execute(insert(META).values(key="a", value="b"))
    with store.read() as conn:
        assert conn.execute(select(META.c.value).where(META.c.key == "a")).scalar_one() == "b"
        assert conn.execute(select(WRITER)).all() == []


def test_writers_of_one_process_take_turns_in_threads(store: Store) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with store.write("test") as conn:
        conn.execute(insert(META).values(key="counter", value="0"))

    def count(_turn: int) -> None:
        with store.write("test") as conn:
            value = int(conn.execute(select(META.c.value).where(META.c.key == "counter")).scalar_one())
            conn.execute(update(META).where(META.c.key == "counter").values(value=str(value + 1)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(40)))
    with store.read() as conn:
        assert conn.execute(select(META.c.value).where(META.c.key == "counter")).scalar_one() == "40"


def test_an_error_leaves_nothing_behind(store: Store) -> None:
    class Stop(Exception):  # noqa: N818 - a signal of the test
        pass

    with suppress(Stop), store.write("test") as conn:
        conn.execute(insert(META).values(key="a", value="b"))
        raise Stop
    with store.read() as conn:
        assert conn.execute(select(META).where(META.c.key == "a")).all() == []


def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError), store.read() as conn:
        conn.execute(delete(META))
    with store.write("test") as conn:  # the connection comes back from the pool able to write
        conn.execute(insert(META).values(key="a", value="b"))


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.read() as reader:
        before = reader.execute(select(META.c.key)).all()
        with store.write("test") as conn:
            conn.execute(insert(META).values(key="a", value="b"))
        assert reader.execute(select(META.c.key)).all() == before


def test_errors_show_no_values(store: Store) -> None:
    with store.write("test") as conn:
        conn.execute(insert(META).values(key="secret-name", value="v"))
    with pytest.raises((DBAPIError, StorageError)) as caught, store.write("test") as conn:
        conn.execute(insert(META).values(key="secret-name", value="v"))
    assert "secret-name" not in str(caught.value)


def test_foreign_zones_come_back_as_utc_and_naive_times_are_refused(store: Store) -> None:
    table = Base.metadata.tables["audit_entry"]
    local = datetime.fromisoformat("2026-03-01T08:00:00+08:00")
    with store.write("test") as conn:
        conn.execute(insert(table).values(at=local, action="a", detail={}))
        kept = conn.execute(select(table.c.at)).scalar_one()
    assert kept == local
    assert kept.tzinfo is UTC or kept.utcoffset() == UTC.utcoffset(None)
    with pytest.raises(Exception, match="without a zone"), store.write("test") as conn:
        conn.execute(insert(table).values(at=local.replace(tzinfo=None), action="a", detail={}))


def test_check_constraints_hold(store: Store) -> None:
    run = {"kind": "posts", "file_name": "f", "fingerprint": "f", "options": {}, "status": "running", "position": 0, "accepted": 0,
           "rejected": 0, "duplicates": 0, "refused_minors": 0, "started": datetime.now(UTC)}  # fmt: skip
    table = Base.metadata.tables["import_run"]
    for bad in ({"status": "lost"}, {"position": -1}):
        with pytest.raises((DBAPIError, StorageError)), store.write("test") as conn:
            conn.execute(insert(table).values({**run, **bad}))
    with store.write("test") as conn:
        conn.execute(insert(table).values(run))


def test_create_again_opens_and_keeps_the_data(store: Store, store_key: bytes, tmp_path: Path) -> None:
    with store.write("test") as conn:
        conn.execute(insert(META).values(key="a", value="b"))
    url = store.engine.url.render_as_string(hide_password=False)
    again = create_store(url, key=store_key, vault_path=tmp_path / "vault.db", lifetimes=Lifetimes(raw_days=3))
    with again.read() as conn:
        assert conn.execute(select(META.c.value).where(META.c.key == "a")).scalar_one() == "b"
    assert (again.lifetimes.raw_days, store.lifetimes.raw_days) == (3, 7)
    again.close()


def test_another_key_is_refused(store: Store, tmp_path: Path) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    for attempt in (open_store, create_store):
        with pytest.raises(WrongKey, match=r"secret\.key"):
            attempt(url, key=bytes(32), vault_path=tmp_path / "vault.db")


@pytest.mark.parametrize(("revision", "expected"), [("9999", "newer than this program"), (None, "no fanfit schema")])
def test_another_schema_is_refused(store: Store, store_key: bytes, tmp_path: Path, revision: str | None, expected: str) -> None:
    with store.write("test") as conn:
        statement = "DELETE FROM alembic_version" if revision is None else "UPDATE alembic_version SET version_num = '9999'"
        conn.execute(text(statement))
    url = store.engine.url.render_as_string(hide_password=False)
    with pytest.raises(SchemaMismatch, match=expected):
        open_store(url, key=store_key, vault_path=tmp_path / "vault.db")


def test_sqlite_files_are_private_and_set_up(tmp_path: Path, store_key: bytes) -> None:
    opened = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=store_key, vault_path=tmp_path / "vault.db")
    with opened.write("test") as conn:
        settings = {
            name: conn.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        timeout, cache = (conn.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("busy_timeout", "cache_size"))
        names = {path.name for path in tmp_path.iterdir()}
        assert {"fanfit.db", "fanfit.db-wal", "fanfit.db-shm", "vault.db"} <= names
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert settings == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}
    assert (timeout, cache) == (15_000, -65_536)
    opened.close()


def test_a_transaction_takes_the_write_lock_at_its_start(tmp_path: Path, store_key: bytes) -> None:
    opened = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=store_key, vault_path=None)
    with opened.write("test"):
        other = sqlite3.connect(tmp_path / "fanfit.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    opened.close()


def test_addresses(tmp_path: Path, store_key: bytes) -> None:
    for url in ("nonsense", "mysql://u:pw@h/d", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(StorageError, match="Expected sqlite") as caught:
            parse_url(url)
        assert "pw" not in str(caught.value)
    assert parse_url("postgresql://u@h/d").drivername == "postgresql+psycopg"
    with pytest.raises(StorageError, match="fanfit init"):
        open_store(f"sqlite:///{tmp_path}/none.db", key=store_key, vault_path=None)
    with pytest.raises(StorageError, match="folder of the database does not exist"):
        create_store(f"sqlite:///{tmp_path}/none/fanfit.db", key=store_key, vault_path=None)
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_folder_is_explained(tmp_path: Path, store_key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    create_store(f"sqlite:///{tmp_path}/fanfit.db", key=store_key, vault_path=None).close()
    monkeypatch.setattr(os, "access", lambda _path, mode: not (mode & os.W_OK))  # root may write everywhere: the answer is given
    for attempt in (open_store, create_store):
        with pytest.raises(StorageError, match="read-only for this user"):
            attempt(f"sqlite:///{tmp_path}/fanfit.db", key=store_key, vault_path=None)


def test_an_unreachable_server_is_one_sentence(store_key: bytes) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StorageError, match="cannot be reached") as caught:
        open_store("postgresql+psycopg://u:pw@127.0.0.1:1/d", key=store_key, vault_path=None)
    assert "pw" not in str(caught.value)
