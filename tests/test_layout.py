"""The house keeps its shape: rooms side by side, small files, small functions, no attic."""

import ast
import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOMS = ("storage", "collectors", "scoring", "reports", "jobs", "web", "cli")
ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
BESIDE = sorted(path for folder in ("tests", "bench", "docs") for path in (ROOT / folder).rglob("*.py"))
LONGEST_FILE = 500
LONGEST_MEDIAN = 8
LONGEST_FUNCTION = 60
ATTICS = {"utils", "util", "helpers", "helper", "common", "core", "misc"}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_rooms_share_one_parent_folder() -> None:
    parents = {Path(str(importlib.import_module(room).__file__)).resolve().parent.parent for room in ROOMS}
    assert parents == {ROOT}


@pytest.mark.parametrize("path", [*FILES, *BESIDE], ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_within_their_budget(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    too_long = {
        f.name: length_without_docstring(f) for f in functions(ast.parse(text)) if length_without_docstring(f) > LONGEST_FUNCTION
    }
    assert not too_long


@pytest.mark.parametrize("room", ROOMS)
def test_the_median_function_of_a_room_is_short(room: str) -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in FILES if path.relative_to(ROOT).parts[0] == room]
    assert median(length_without_docstring(f) for tree in trees for f in functions(tree)) <= LONGEST_MEDIAN


def test_no_attic() -> None:
    assert [str(path) for path in FILES if path.stem in ATTICS or path.parent.name in ATTICS] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in FILES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_every_folder_of_a_room_is_a_package() -> None:
    assert [
        str(path.parent) for path in FILES if not (path.parent / "__init__.py").exists() and "migrations" not in path.parts
    ] == []


def test_tests_are_no_package_and_have_unique_names() -> None:
    tests = list((ROOT / "tests").rglob("*.py"))
    assert [path for path in tests if path.name == "__init__.py"] == []
    counts = Counter(path.name for path in tests if path.name.startswith("test_"))
    assert [name for name, count in counts.items() if count > 1] == []


def test_the_lock_names_no_host() -> None:
    assert "://" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for lock in (ROOT / "tests").rglob("package-lock.json"):
        assert "://" not in lock.read_text(encoding="utf-8"), lock


def test_a_budget_can_be_broken() -> None:
    long = ast.parse("def f():\n    '''Doc.'''\n" + "    x = 1\n" * 61)
    assert [length_without_docstring(f) for f in functions(long)] == [61]
