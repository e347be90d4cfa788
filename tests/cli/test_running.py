"""The commands about runs: what they print, what they write, and how they refuse."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from scoring.estimate import Estimate
from scoring.results import AccountRef, Calibration, FrameCard, Scorecard, Shortlist, to_json
from storage.engine import create_store
from storage.keys import load_or_create_key
from storage.runs import NewRun, save_persona, save_run

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
WOMEN = "name: women\nmust:\n  - attribute: gender\n    in: [female]\n"


def a_run(share: float) -> Shortlist:
    frame = FrameCard("complete", "unknown", NOW, 50, 50, 0, 50, "all", 0, None, None, None)
    card = Scorecard(
        AccountRef("weibo", "77", "@hand", "=名字\u202e"), frame, "A", 1, 1, 1, 1.0, Estimate(share, share / 2, share * 1.5, 50, "m"), None,
        (share, share), 50, 0, None, None, None, None, None, 50, None, None, None, None, None,
    )  # fmt: skip
    calibration = Calibration("declared", "PCC", 100, None, 0.0, 1.0, ())
    return Shortlist(
        "women", 1, {"en": "Women"}, "spring", "followers", "precision", "fitting", 10, NOW, NOW, None, calibration, (card,), (), (), None,
        {}, (), "digest", "duckdb",
    )  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "fanfit.toml").write_text("", "utf-8")
    key = load_or_create_key(tmp_path / "secret.key", None)
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=key, vault_path=tmp_path / "vault.db")
    persona_id, _ = save_persona(store, "women", WOMEN, "digest", NOW)
    for share in (0.2, 0.3):
        save_run(
            store, NewRun(persona_id, "spring", {}, 0, "0.0.0", "d", "i", NOW, NOW, None, to_json(a_run(share)), False, "expired")
        )
    store.close()
    return tmp_path


def call(workspace: Path, *args: str, lang: str = "en") -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["--workspace", str(workspace), "--lang", lang, *args])
    return done.exit_code, done.stdout, done.stderr


def test_runs_are_listed_newest_first(workspace: Path) -> None:
    code, out, _ = call(workspace, "runs", "list", "--json")
    assert code == 0
    assert [(run["id"], run["persona"], run["recomputable"]) for run in json.loads(out)] == [
        (2, "women", False),
        (1, "women", False),
    ]
    assert "women v1" in call(workspace, "runs", "list")[1]


def test_a_run_is_shown_with_its_interval_and_n(workspace: Path) -> None:
    _, out, _ = call(workspace, "runs", "show", "1", lang="zh")
    assert "20%" in out
    assert "10-30%" in out
    assert "50" in out
    assert "\u202e" not in out
    document = json.loads(call(workspace, "runs", "show", "--json")[1])
    assert document["id"] == 2
    assert document["result"]["cards"][0]["precision"]["value"] == pytest.approx(0.3)


def test_a_difference_without_the_input_says_only_changed(workspace: Path) -> None:
    code, out, _ = call(workspace, "runs", "diff", "1", "2")
    assert code == 0
    assert "the cause cannot be told" in out
    document = json.loads(call(workspace, "runs", "diff", "1", "2", "--json")[1])
    assert (document["same"], document["why"], document["causes"]) == (False, "snapshot_gone", [])
    assert "say the same" in call(workspace, "runs", "diff", "2", "2")[1]


def test_a_report_is_written_where_it_says(workspace: Path) -> None:
    code, out, _ = call(workspace, "report")
    assert code == 0
    paths = [Path(line) for line in out.splitlines()]
    assert sorted(path.name for path in paths) == [
        f"run-2-{lang}.{kind}" for lang in ("en", "zh") for kind in ("csv", "html", "xlsx")
    ]
    assert all(path.parent == workspace / "reports" / "run-2" and path.stat().st_size > 300 for path in paths)
    assert "no longer recomputable" in (workspace / "reports" / "run-2" / "run-2-en.html").read_text("utf-8")


def test_format_language_and_folder_can_be_chosen(workspace: Path) -> None:
    code, out, _ = call(workspace, "report", "1", "--format", "csv", "--lang", "zh", "-o", str(workspace / "out"))
    assert (code, out.split()) == (0, [str(workspace / "out" / "run-1-zh.csv")])


@pytest.mark.parametrize("wrong", [["--format", "docx"], ["--format", ""], ["--lang", "fr"], ["--top", "-1"]])
def test_what_a_report_cannot_do_is_a_usage_error(workspace: Path, wrong: list[str]) -> None:
    assert call(workspace, "report", *wrong)[0] == 2


def test_unknown_runs_exit_with_2_and_say_what_to_do(workspace: Path) -> None:
    for args in (["report", "9"], ["runs", "show", "9"], ["runs", "diff", "1", "9"], ["export", "9", "--parquet"]):
        code, _, err = call(workspace, *args)
        assert code == 2
        assert "fanfit runs list" in err


def test_the_raw_export_must_be_asked_for_and_is_refused_when_rows_are_gone(workspace: Path) -> None:
    assert call(workspace, "export")[0] == 2
    code, _, err = call(workspace, "export", "--parquet")
    assert code == 3
    assert "only its aggregates" in err
