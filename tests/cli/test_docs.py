"""The generated pages say what the program says, and the hand-written ones name what exists."""

import importlib.util
import re
from pathlib import Path

import pytest

from cli import main

PAGES = [
    "README.md",
    "README.zh-CN.md",
    *(f"docs/{name}.md" for name in ("architecture", "importing", "privacy", "decisions", "operations")),
]


def generated_page(root: Path) -> str:
    spec = importlib.util.spec_from_file_location("generate_docs", root / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.cli_page())


def test_the_reference_is_current(root: Path) -> None:
    assert (root / "docs" / "cli.md").read_text(encoding="utf-8") == generated_page(root), "run `make docs`"


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_only_commands_that_exist(root: Path, page: str) -> None:
    text = (root / page).read_text(encoding="utf-8")
    used = set(
        re.findall(r"(?:^|`|\s)fanfit(?: --\w+ \S+)* ([a-z]+)\b", "\n".join(re.findall(r"`[^`]+`|```.*?```", text, re.DOTALL)))
    )
    assert used - set(main.COMMANDS) == set()


@pytest.mark.parametrize("page", PAGES)
def test_links_to_files_lead_somewhere(root: Path, page: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (root / page).read_text(encoding="utf-8"))
    assert [link for link in links if not ((root / page).parent / link).exists()] == []


def test_the_readmes_first_commands(root: Path) -> None:
    for page in ("README.md", "README.zh-CN.md"):
        commands = re.findall(r"^make \w+", (root / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert commands[:2] == ["make demo", "make test"]
