"""A store on each database: SQLite, and PostgreSQL on a throwaway cluster that the test session starts on the loopback."""

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from storage.engine import Store, create_store
from storage.text_index import TextCounts

KEY = bytes(range(32))
_INSTALLED = "/usr/lib/postgresql"  # where Debian and Ubuntu keep server binaries, off the PATH


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL server; `url(name)` is the address of one of its databases."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of a new empty database."""
        import psycopg

        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", dbname="postgres", autocommit=True) as conn:
            conn.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url(name)


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found is not None and shutil.which("pg_ctl") is not None:
        return Path(found).resolve().parent
    versions = sorted(Path(_INSTALLED).glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    return versions[-1].parent if versions else None


def _run(command: list[str], owner: str | None) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    subprocess.run(command, check=True, user=owner, env=environment, cwd="/", stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """One cluster a session; skips, and says so, where no server is installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL half not run: no server binaries (initdb, pg_ctl) on PATH or in /usr/lib/postgresql")
    pytest.importorskip("psycopg", reason="PostgreSQL half not run: psycopg is not installed")
    owner = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="ff-pg-", dir="/tmp"))
    if owner is not None:
        entry = pwd.getpwnam(owner)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    data = folder / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c full_page_writes=off -c max_connections=50"
    try:
        _run([str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], owner)
        _run([str(binaries / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start"], owner)
        yield Cluster(port)
    finally:
        if (data / "postmaster.pid").exists():
            _run([str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"], owner)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/fanfit.db"
    cluster: Cluster = request.getfixturevalue("postgresql_cluster")
    return cluster.new_database()


@pytest.fixture
def store_key() -> bytes:
    """The key of every store of the tests."""
    return KEY


@pytest.fixture
def store(store_url: str, store_key: bytes, tmp_path: Path) -> Iterator[Store]:
    """An empty store on each database."""
    made = create_store(store_url, key=store_key, vault_path=tmp_path / "vault.db")
    yield made
    made.close()


class PlainIndexer:
    """A text indexer for tests: words between spaces, hashed; no dictionary to load."""

    dictionary = "plain-1"

    def index(self, texts: Sequence[str]) -> list[TextCounts]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> TextCounts:
        words = Counter(text.split())
        spelled = {int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little") >> 1: word for word in words}
        terms = np.array(sorted(spelled), np.int64)
        counts = np.array([words[spelled[int(term)]] for term in terms], np.int64)
        return TextCounts(terms, counts, sum(words.values()), spelled)


@pytest.fixture(scope="session")
def plain_indexer() -> PlainIndexer:
    """Counts words between spaces."""
    return PlainIndexer()
