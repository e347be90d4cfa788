"""The planner's tutorial, page by page: every command as it stands there, in an empty folder, says what the page shows."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from cli.main import app


@pytest.fixture(scope="module")
def tutorial(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("tutorial_pages", root / "docs" / "tutorial.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_runs_as_it_stands(tutorial: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.chdir(tmp_path)

    def call(arguments: list[str]) -> str:
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, f"{arguments}: {done.output}"
        return str(done.stdout)

    tutorial.play(tutorial.PAGES[lang], tmp_path, call)
    assert (tmp_path / "reports" / "run-1" / f"run-1-client-{lang}.pptx").exists()


def test_both_pages_go_the_same_way(tutorial: ModuleType) -> None:
    """The same options and deeds in the same order, whatever files and accounts are called."""
    kinds = [[step.kind for step in tutorial.steps(tutorial.PAGES[lang])] for lang in ("zh", "en")]
    assert kinds[0] == kinds[1]
    options = [
        [re.findall(r"--[\w-]+", step.text) for step in tutorial.steps(tutorial.PAGES[lang]) if step.kind == "command"]
        for lang in ("zh", "en")
    ]
    assert options[0] == options[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_pictures_and_links_are_there(tutorial: ModuleType, lang: str) -> None:
    page = tutorial.PAGES[lang]
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert sum(link.endswith(".png") for link in links) == 3


def test_a_page_that_shows_what_was_not_said_fails(tutorial: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```sh\nfanfit runs list\n```\n\n```text\nseven runs\n```\n", "utf-8")
    with pytest.raises(ValueError, match="seven runs"):
        tutorial.play(page, tmp_path, lambda _: "no runs")
