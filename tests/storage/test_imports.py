"""Imports: provenance, resuming, and a kill -9 between and inside pages that loses and doubles nothing."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from sqlalchemy import insert, select

from storage.engine import Store, open_store
from storage.errors import NotFound, Refused, StorageError
from storage.imports import ImportRequest, begin_import, find_import, finish_import, list_imports, stop_import
from storage.ingest import PageWriter
from storage.models import Base
from storage.records import CandidateRecord, FollowRecord, Frame, ListKind, PostRecord, Provenance, PullFacts

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FROM = Provenance("panel", "contract", NOW)
LIST = PullFacts(ListKind.FOLLOWERS, Frame.NEWEST, NOW)


def _request(name: str = "f", kind: str = "follows", provenance: Provenance | None = FROM) -> ImportRequest:
    return ImportRequest(kind, f"{name}.csv", name, {"frame": "newest"}, provenance)


def _rows(store: Store, name: str) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(Base.metadata.tables[name])))


def _writer(store: Store, import_id: int, pull: PullFacts = LIST) -> PageWriter:
    return PageWriter(store, import_id, now=NOW, indexer=None, pull=pull)


@pytest.mark.parametrize("kind", ["accounts", "follows", "posts", "attributes", "labels", "base"])
def test_personal_data_needs_to_say_where_it_came_from(store: Store, kind: str) -> None:
    with pytest.raises(Refused, match="--source"):
        begin_import(store, _request(kind=kind, provenance=None), now=NOW)
    assert not list_imports(store)


def test_lists_and_prices_do_not(store: Store) -> None:
    for kind in ("candidates", "prices"):
        assert begin_import(store, _request(kind=kind, provenance=None), now=NOW).status == "new"


def test_the_same_file_is_resumed_then_known(store: Store) -> None:
    begun = begin_import(store, _request(), now=NOW)
    assert (begun.status, begun.position) == ("new", 0)
    _writer(store, begun.import_id).write([FollowRecord("x", "star", "f1")], position=1, rejected=2)
    stop_import(store, begun.import_id, now=NOW)
    assert list_imports(store)[0].status == "stopped"
    again = begin_import(store, _request(), now=NOW)
    assert (again.import_id, again.status, again.position) == (begun.import_id, "resumed", 1)
    finish_import(store, begun.import_id, now=NOW)
    assert begin_import(store, _request(), now=NOW).status == "already"
    assert begin_import(store, _request("other"), now=NOW).status == "new"
    summary = find_import(store, begun.import_id)
    assert (summary.accepted, summary.rejected, summary.source, summary.basis) == (1, 2, "panel", "contract")


def test_an_import_without_a_living_process_is_shown_as_stopped(store: Store) -> None:
    begin_import(store, _request(), now=NOW)
    assert list_imports(store)[0].status == "stopped"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as other:
        with store.write("test") as conn:
            row = {"pid": other.pid, "host": socket.gethostname(), "command": "import", "since": NOW, "exclusive": False}
            conn.execute(insert(Base.metadata.tables["writer"]).values(row))
        assert list_imports(store)[0].status == "running"
        other.communicate(b"\n")
    assert list_imports(store)[0].status == "stopped"


def test_what_cannot_be_is_said(store: Store) -> None:
    begun = begin_import(store, _request(), now=NOW)
    writer = _writer(store, begun.import_id)
    writer.write([], position=10)
    with pytest.raises(StorageError, match="another process is further"):
        writer.write([FollowRecord("x", "star", "f1")], position=9)
    assert not _rows(store, "follow"), "the page that failed left nothing"
    with pytest.raises(StorageError, match="text indexer"):
        writer.write([PostRecord("x", "p", "a", NOW, "t")], position=11)
    with pytest.raises(StorageError, match="name of a list"):
        writer.write([CandidateRecord("x")], position=11)
    with pytest.raises(NotFound):
        finish_import(store, 99, now=NOW)
    with pytest.raises(StorageError, match="no import of kind"):
        begin_import(store, _request(kind="gossip"), now=NOW)


KILLED = """
    import os, signal, sys
    from datetime import UTC, datetime
    from storage.engine import open_store
    from storage.imports import ImportRequest, begin_import
    from storage.ingest import PageWriter
    from storage.records import FollowRecord, Frame, ListKind, Provenance, PullFacts
    import storage.ingest

    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    url, vault, pages, inside = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "inside"
    from pathlib import Path
    store = open_store(url, key=bytes(range(32)), vault_path=Path(vault))
    request = ImportRequest("follows", "f.csv", "f", {"frame": "newest"}, Provenance("panel", "contract", now))
    state = begin_import(store, request, now=now)
    rows = [FollowRecord("x", f"star{n % 3}", f"f{n}") for n in range(100)]
    writer = PageWriter(store, state.import_id, now=now, indexer=None, pull=PullFacts(ListKind.FOLLOWERS, Frame.NEWEST, now))
    done = 0
    real = storage.ingest.advance
    def advance(*args):
        real(*args)
        if inside and done == pages:
            os.kill(os.getpid(), signal.SIGKILL)
    storage.ingest.advance = advance
    for start in range(state.position, 100, 10):
        if done == pages and not inside:
            os.kill(os.getpid(), signal.SIGKILL)
        writer.write(rows[start:start + 10], position=start + 10)
        done += 1
"""


@pytest.mark.parametrize("where", ["between", "inside"])
def test_killed_and_resumed_loses_and_doubles_nothing(store: Store, tmp_path: Path, where: str, root: Path) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    for pages in (0, 3, 2):
        command = [sys.executable, "-c", dedent(KILLED), url, str(tmp_path / "vault.db"), str(pages), where]
        environment = {**os.environ, "PYTHONPATH": str(root)}
        died = subprocess.run(command, check=False, env=environment, cwd=tmp_path)
        assert died.returncode == -signal.SIGKILL
    resumed = begin_import(store, _request(), now=NOW)
    assert (resumed.status, resumed.position) == ("resumed", 50)
    rows = [FollowRecord("x", f"star{number % 3}", f"f{number}") for number in range(100)]
    writer = _writer(store, resumed.import_id)
    writer.write(rows[50:], position=100)
    finish_import(store, resumed.import_id, now=NOW)
    _check_all(store, rows)


def _check_all(store: Store, rows: Sequence[FollowRecord]) -> None:
    of = {native_id: store.pseudonymiser.one("x", native_id) for row in rows for native_id in (row.account_id, row.follower_id)}
    assert {(row.account, row.follower) for row in _rows(store, "follow")} == {
        (of[row.account_id], of[row.follower_id]) for row in rows
    }
    for pull in _rows(store, "pull"):
        pages = sorted((row.first, row.members) for row in _rows(store, "pull_member") if row.pull_id == pull.id)
        expected = [of[row.follower_id] for row in rows if of[row.account_id] == pull.account]
        assert b"".join(members for _, members in pages) == b"".join(expected), "in list order, each once"
        assert pull.seen == len(expected)
    summary = list_imports(store)[0]
    assert (summary.accepted, summary.duplicates, summary.status) == (len(rows), 0, "done")


def test_two_stores_see_the_same_pseudonyms(store: Store, tmp_path: Path, store_key: bytes) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    other = open_store(url, key=store_key, vault_path=tmp_path / "vault.db")
    assert other.pseudonymiser.one("x", "1") == store.pseudonymiser.one("x", "1")
    other.close()
