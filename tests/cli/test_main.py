"""The entrance: light help, one exit code per kind of failure, a sentence instead of a traceback."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import main
from cli.errors import exit_code, is_expected
from scoring.errors import NothingToScore, PersonaError
from storage.errors import NotFound, Refused, StorageError, WorkspaceBusy

HEAVY = {
    "numpy", "scipy", "sklearn", "pandas", "sqlalchemy", "sqlmodel", "alembic", "duckdb", "pyarrow", "networkx", "jieba",
    "rjieba", "openpyxl", "xlsxwriter", "jinja2", "httpx", "apscheduler", "ruamel", "rich", "psycopg",
}  # fmt: skip


def loaded_by(arguments: list[str], cwd: Path) -> set[str]:
    """Top-level names in sys.modules after a call of the program in a process of its own."""
    code = (
        "import sys, json\nfrom cli.main import app\nsys.argv = ['fanfit', *json.loads(sys.argv[1])]\n"
        "try:\n    app()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(arguments)],
        capture_output=True, text=True, check=True, cwd=cwd, env={**os.environ, "COVERAGE_PROCESS_START": ""},
    )  # fmt: skip
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("name", ["", *main.COMMANDS])
def test_help_loads_nothing_heavy(name: str, root: Path) -> None:
    assert loaded_by([name, "--help"] if name else ["--help"], root) & HEAVY == set()


def test_the_list_of_commands() -> None:
    wanted = "init import imports list packages candidates workbook open persona sources collect watch history audience performance quotes placements content peers safety campaign schedule deliver worker jobs shortlist explain ceiling clauses runs report graph export forget purge doctor db demo"
    assert set(main.COMMANDS) == set(wanted.split())


def run_failing(monkeypatch: pytest.MonkeyPatch, error: BaseException, *flags: str) -> Any:
    def fail() -> None:
        raise error

    monkeypatch.setitem(main.COMMANDS, "doctor", main.Entry("failing_command", "fail", ""))
    monkeypatch.setitem(sys.modules, "failing_command", type("Module", (), {"fail": staticmethod(fail)}))
    return CliRunner().invoke(main.app, [*flags, "doctor"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("no run 7"), 2),
        (Refused("forgotten"), 3),
        (PersonaError("unknown interest", line=3, column=5), 3),
        (WorkspaceBusy("held by import"), 4),
        (NothingToScore("no follower list"), 5),
        (StorageError("anything else"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    result = run_failing(monkeypatch, error)
    assert result.exit_code == code
    assert "Traceback" not in result.output
    assert str(error) in result.stderr


def test_a_fault_of_ours_shows_no_data_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_failing(monkeypatch, ValueError("row of 用户12345678"))
    assert result.exit_code == 1
    assert "用户" not in result.output
    assert "ValueError" in result.stderr
    assert "--debug" in result.stderr


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_failing(monkeypatch, ValueError("details"), "--debug")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "details" in result.stderr


def test_a_place_in_a_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "line 3, column 5" in run_failing(monkeypatch, PersonaError("unknown interest", line=3, column=5)).stderr


def test_only_our_own_errors_count_as_expected() -> None:
    assert is_expected(Refused("x"))
    assert not is_expected(RuntimeError("x"))
    assert exit_code(RuntimeError("x")) == 1


@pytest.mark.parametrize(
    ("arguments", "said"), [(["shortlst"], "shortlist"), (["--lang", "fr", "doctor"], "zh or en"), (["--nope"], "--nope")]
)
def test_wrong_usage_is_2(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main.app, arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_version() -> None:
    result = CliRunner().invoke(main.app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.strip().count(".") == 2


def enter(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs code in a process of its own; without coverage, which would look at the pretended version."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=cwd, env=environment)


@pytest.mark.parametrize("version", [(3, 8, 20), (3, 10, 14), (3, 15, 0)])
def test_another_python_is_refused_in_one_sentence(version: tuple[int, int, int], root: Path) -> None:
    said = ".".join(map(str, version))
    pretend = f"import sys\nsys.version_info, sys.version = {version!r}, '{said} (main, long ago)'\n"
    done = enter(pretend + "sys.argv = ['fanfit', '--version']\nfrom cli.main import app\napp()", root)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"fanfit needs Python 3.11 to 3.14; this is {said} ({sys.executable}).\n"


def test_an_old_python_can_read_the_refusal() -> None:
    ast.parse(Path(str(main.__file__)).read_text("utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 9)])
def test_the_oldest_and_the_newest_python_are_let_in(version: tuple[int, int, int], root: Path) -> None:
    code = f"import sys\nsys.version_info = {version!r}\nsys.modules['typer'] = None\nimport cli.main"
    assert "import of typer halted" in enter(code, root).stderr, "past the check, at the first import of others"


def test_every_command_can_be_loaded() -> None:
    load: Callable[[str], Any] = main.load
    assert [load(name).name for name in main.COMMANDS] == list(main.COMMANDS)


def leaves(command: Any, path: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    parts = getattr(command, "commands", None)
    if not parts:
        return [(" ".join(path), command)]
    return [leaf for name, part in parts.items() for leaf in leaves(part, (*path, name))]


def test_every_command_takes_the_language_of_its_output() -> None:
    found = [leaf for name in main.COMMANDS for leaf in leaves(main.load(name), (name,))]
    assert len(found) > 30
    mute = [name for name, command in found if not any("--lang" in parameter.opts for parameter in command.params)]
    assert mute == ["persona schema"]  # JSON for editors: no sentence in it


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_new_workspace_and_persona_say_is_in_the_language_asked_for(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    calls = [("init", "."), ("init", "."), ("persona", "new", "campers")]
    for call in calls:
        done = CliRunner().invoke(main.app, [*call, "--lang", lang])
        assert done.exit_code == 0, done.output
        assert any("\u4e00" <= letter <= "\u9fff" for letter in done.output) == (lang == "zh"), done.output
