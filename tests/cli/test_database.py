"""Restore at the terminal: what is no backup is refused with 3, a missing file is 2, and neither changes anything."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert CliRunner().invoke(app, ["init", str(tmp_path / "w")]).exit_code == 0
    return tmp_path / "w"


def restore(workspace: Path, file: Path) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace), "db", "restore", str(file), "--yes"])


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("place,account\n1,a\n", "utf-8")


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE notes (text)")
        conn.commit()


@pytest.mark.parametrize("write", [empty, text, other_database])
def test_a_file_that_is_no_backup_is_refused(workspace: Path, tmp_path: Path, write) -> None:
    file, before = tmp_path / "file", (workspace / "fanfit.db").read_bytes()
    write(file)
    done = restore(workspace, file)
    assert done.exit_code == 3
    assert "is not a backup" in done.stderr
    assert (workspace / "fanfit.db").read_bytes() == before


def test_a_backup_of_another_kind_of_database_is_refused_before_anything_is_asked_of_it(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sqlite.backup"
    assert CliRunner().invoke(app, ["--workspace", str(workspace), "db", "backup", str(file)]).exit_code == 0
    assert restore(workspace, file).exit_code == 0
    monkeypatch.setenv("FANFIT_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    done = restore(workspace, file)
    assert done.exit_code == 3
    assert "PostgreSQL" in done.stderr


def test_a_missing_file_is_named(workspace: Path, tmp_path: Path) -> None:
    done = restore(workspace, tmp_path / "none")
    assert done.exit_code == 2
    assert "fanfit db backup" in done.stderr
