"""forget and purge on the command line: proof per place, a question first, exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    made = _run(tmp_path, "init", "--controller", "c", "--purpose", "p", "--contact", "m")
    assert made.exit_code == 0
    return tmp_path


def _run(workspace: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace), *words])


def test_forget_proves_what_went_and_can_be_said_twice(workspace: Path) -> None:
    first = json.loads(_run(workspace, "forget", "12345", "--platform", "weibo", "--yes", "--json").stdout)
    again = json.loads(_run(workspace, "forget", "12345", "--platform", "weibo", "--yes", "--json").stdout)
    assert (first["known_before"], again["known_before"]) == (False, True)
    assert {"follow", "raw_profile", "text_week", "label", "vault"} <= first["deleted"].keys()


def test_forget_asks_and_needs_a_terminal_for_it(workspace: Path) -> None:
    refused = _run(workspace, "forget", "12345", "--platform", "weibo")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr


def test_a_dry_purge_says_that_nothing_changed(workspace: Path) -> None:
    report = json.loads(_run(workspace, "purge", "--dry-run", "--json").stdout)
    assert report["dry_run"]
    assert not any(report["deleted"].values())
