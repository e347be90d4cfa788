"""Imports in processes of their own: killed without warning they lose and double nothing; two side by side both succeed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.engine import create_store, open_store
from storage.imports import list_imports

KEY = bytes(range(32))
CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import jobs.import_plan
from jobs.import_job import ImportJob
from jobs.importing import import_file
from storage.engine import open_store
from storage.records import Frame
jobs.import_plan.LONG_PAGE_ROWS = 100
folder, file = Path(sys.argv[1]), Path(sys.argv[2])
store = open_store(f"sqlite:///{folder}/fanfit.db", key=bytes(range(32)), vault_path=folder / "vault.db")
job = ImportJob("follows", file, folder, platform="weibo", source="s", basis="b", obtained="2026-03-05",
                frame=Frame.COMPLETE, pulled_at="2026-03-05")
done = import_file(store, None, job, now=datetime(2026, 3, 6, tzinfo=UTC))
print(done.status, done.resumed_at)
"""


def workspace(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    create_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db").close()
    return folder


def make_file(path: Path, lists: int, rows: int) -> Path:
    """Lists one after the other, with a repeated and a bad row now and then."""
    with path.open("w") as stream:
        stream.write("account_id,follower_id\n")
        for number in range(rows):
            follower = "1.2E+18" if number % 997 == 5 else str(50_000 + (number - 1 if number % 101 == 7 else number) % 7_919)
            stream.write(f"{1000 + number * lists // rows},{follower}\n")
    return path


def start(folder: Path, file: Path) -> "subprocess.Popen[str]":
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(file)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def query(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{folder}/fanfit.db?mode=ro", uri=True, timeout=30)) as conn:
        return conn.execute(statement).fetchall()


def position(folder: Path) -> int:
    return (query(folder, "SELECT max(position) FROM import_run")[0][0]) or 0


def shown_status(folder: Path) -> str:
    store = open_store(f"sqlite:///{folder}/fanfit.db", key=KEY, vault_path=folder / "vault.db")
    try:
        return list_imports(store)[0].status
    finally:
        store.close()


def contents(folder: Path) -> dict[str, Any]:
    """Everything that an import of follows leaves behind."""
    members: dict[bytes, bytes] = {}
    for account, part in query(
        folder, "SELECT p.account, m.members FROM pull_member m JOIN pull p ON p.id = m.pull_id ORDER BY p.account, m.first"
    ):
        members[account] = members.get(account, b"") + part
    return {
        "follow": query(folder, "SELECT account, follower, first_seen, last_seen FROM follow ORDER BY 1, 2"),
        "pull": query(folder, "SELECT account, list_kind, frame, seen, total FROM pull ORDER BY account"),
        "members": members,
        "run": query(folder, "SELECT status, position, accepted, rejected, duplicates FROM import_run"),
        "named": query(folder, "SELECT account, native_id FROM named_account ORDER BY account"),
        "rejects": [path.read_text(encoding="utf-8") for path in sorted((folder / "rejects").glob("*.csv"))],
    }


def test_an_import_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    file = make_file(tmp_path / "follows.csv", lists=7, rows=4_000)
    whole, killed = workspace(tmp_path, "whole"), workspace(tmp_path, "killed")
    assert start(whole, file).communicate()[0] == "done 0\n"
    kills = 0
    for _ in range(2):
        reached = position(killed)
        child = start(killed, file)
        while child.poll() is None and position(killed) < reached + 500:
            time.sleep(0.01)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            kills += 1
        child.communicate()
    middle = position(killed)
    assert kills > 0
    assert 0 < middle < 4_000, "it has to die in the middle for the test to say anything"
    assert query(killed, "SELECT status FROM import_run") == [("running",)]
    assert shown_status(killed) == "stopped", "its process is gone"
    output, errors = start(killed, file).communicate()
    assert output == f"done {middle}\n", errors
    assert contents(killed) == contents(whole)
    assert contents(whole)["run"][0][1] == 4_000


def test_two_imports_side_by_side_both_succeed(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "shared")
    files = [make_file(tmp_path / f"follows{number}.csv", lists=2 + number, rows=4_000) for number in range(2)]
    children = [start(folder, file) for file in files]
    assert [child.communicate()[0] for child in children] == ["done 0\n", "done 0\n"]
    edges = [{line for line in file.read_text().splitlines()[1:] if "E" not in line} for file in files]
    assert query(folder, "SELECT count(*) FROM follow") == [(len(edges[0] | edges[1]),)]
    runs = query(folder, "SELECT status, position, accepted, rejected FROM import_run ORDER BY file_name")
    refused = [sum("E+" in line for line in file.read_text().splitlines()) for file in files]
    assert runs == [("done", 4_000, len(found), bad) for found, bad in zip(edges, refused, strict=True)]
