"""The demo as a user runs it, on a smaller platform; and that it never touches a folder that is not its own."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from cli import main
from cli.demo import flow, generator, showing
from cli.output import program
from scoring.estimate import Estimate
from scoring.results import AccountRef

SMALL = generator.Sizes(people=2_500, ten_sample=150, other_sample=50, base_sample=300)


def demo(folder: Path, *flags: str) -> Result:
    return CliRunner().invoke(main.app, ["--lang", "en", "demo", str(folder), *flags])


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("demo") / "here"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "run_demo", partial(flow.run_demo, sizes=SMALL))
        patch.setenv("FANFIT_KEY", "ab" * 32)
        patch.setenv("FANFIT_DATABASE_URL", "sqlite:////nowhere/other.db")
        result = demo(folder, "--json")
    assert result.exit_code == 0, result.output
    return folder, result


def test_every_candidate_is_ranked_beside_its_truth(finished: tuple[Path, Result]) -> None:
    document = json.loads(finished[1].stdout)
    assert document["simulated"] is True
    assert document["scored"] == 60
    assert document["labels"] > 200
    assert all(0 <= account["true_share"] <= 1 for account in document["accounts"])


def test_the_excellent_account_is_found_and_follower_count_cannot(finished: tuple[Path, Result]) -> None:
    document = json.loads(finished[1].stdout)
    assert document["first_of_ten"] == document["best_of_ten"]
    agreement = document["agreement_with_truth"]
    assert agreement["ours"] > 0.5
    assert agreement["ours"] > agreement["followers"]
    assert agreement["ours"] > agreement["topic"]


def test_both_reports_are_written_and_name_no_person(finished: tuple[Path, Result]) -> None:
    folder, result = finished
    persons = {row.split(",")[1] for row in (folder / "files" / "followers_sample.csv").read_text("utf-8").splitlines()[1:]}
    reports = [Path(path) for path in json.loads(result.stdout)["reports"]]
    assert {path.name.removeprefix("run-1-") for path in reports} == {
        f"{lang}.{kind}" for lang in ("zh", "en") for kind in ("html", "xlsx", "csv")
    }
    for report in (path for path in reports if path.suffix == ".html"):
        text = report.read_text(encoding="utf-8")
        assert "小鹿的帐篷日记" in text
        assert not [native_id for native_id in persons if native_id in text]


def test_a_former_demo_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old.txt").touch()
    (tmp_path / flow.MARK).touch()
    flow.prepare(tmp_path, "a former demo goes")
    assert capsys.readouterr().err == "a former demo goes\n"
    assert [path.name for path in tmp_path.iterdir()] == [flow.MARK]


@pytest.mark.parametrize(("lang", "said"), [("en", "starts over"), ("zh", "从头开始")])
def test_a_stopped_demo_says_that_it_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, said: str) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(flow, "_play", stop)
    result = CliRunner().invoke(main.app, ["--lang", lang, "demo", str(tmp_path / "d")])
    assert result.exit_code == 130
    assert said in result.stderr
    assert str(tmp_path / "d") in result.stderr


def test_the_last_line_names_the_program_as_it_was_started(
    finished: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Look around: fanfit --workspace" in finished[1].stderr, "started by the tests, not by its own name"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for started, said in ((".venv/bin/fanfit", ".venv/bin/fanfit"), (str(tmp_path / "my venv" / "fanfit"), "'my venv/fanfit'"),
                          ("/opt/x/fanfit", "/opt/x/fanfit"), ("/usr/bin/pytest", "fanfit")):  # fmt: skip
        monkeypatch.setattr("sys.argv", [started])
        assert program() == said
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "fanfit").touch(mode=0o755)
    monkeypatch.setattr("sys.argv", [str(tmp_path / "bin" / "fanfit")])
    assert program() == "fanfit", "the shell finds it"


def test_shares_of_nearly_nothing_look_as_everywhere_else() -> None:
    share = Estimate(0.012, 0.0002, 0.03, 500, "m")
    account = AccountRef("simulated", "t01", name="x")
    card = SimpleNamespace(
        precision=share, cost_per_thousand=None, price=None, band="A", rank=1, account=account, rank_followers=1, followers=9
    )
    cells = showing._row(card, generator.Truth("t01", "x", 9, 0.0004, "", True), 1, "zh")
    assert "1.2% (<0.1-3.0%, n=500)" in cells
    assert "<0.1%" in cells


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    result = demo(tmp_path)
    assert result.exit_code == 2
    assert "nothing was touched" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_workspace_option_names_the_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(flow, "run_demo", lambda _ctx, folder, _as_json: asked.append(folder))
    named = ["--workspace", str(tmp_path / "x"), "demo"]
    for arguments in (named, [*named, str(tmp_path / "x")], ["demo"], ["demo", str(tmp_path / "y")]):
        assert CliRunner().invoke(main.app, arguments).exit_code == 0
    assert asked == [tmp_path / "x", tmp_path / "x", Path("fanfit-demo"), tmp_path / "y"]
    both = CliRunner().invoke(main.app, [*named, str(tmp_path / "y")])
    assert both.exit_code == 2
    assert "two folders" in both.stderr
    assert len(asked) == 4
