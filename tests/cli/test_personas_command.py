"""`fanfit persona ...` as a person types it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from storage.runs import save_persona

RUNNER = CliRunner()
FILE = "name: campers\ntitle: {zh: 露营新人, en: New campers}\nmust:\n  - interest: camping\nshould:\n  - keywords: [云南 雪山 日出 摄影]\n"


def run(*words: str) -> Result:
    return RUNNER.invoke(app, ["persona", *words])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "campers.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_new_then_check(file: Path) -> None:
    made = run("new", "hikers", "--from", "outdoor")
    assert made.exit_code == 0, made.output
    assert run("check", "hikers.yaml", "--lang", "en").exit_code == 0
    before = Path("hikers.yaml").read_text("utf-8")
    assert run("new", "hikers").exit_code == 2
    assert Path("hikers.yaml").read_text("utf-8") == before
    assert file.exists()


def test_new_refuses_before_it_writes(file: Path) -> None:
    refused = run("new", "hikers", "--from", "outdor")
    assert refused.exit_code == 3
    assert "outdoor (户外)" in refused.output
    assert not (file.parent / "hikers.yaml").exists()


def test_check_reads_back_in_both_languages(file: Path) -> None:
    assert "对「露营」感兴趣" in run("check", str(file), "--lang", "zh").output
    english = run("check", str(file), "--lang", "en").output
    assert "are interested in Camping" in english
    assert "only in texts still held" in english


def test_check_as_json(file: Path) -> None:
    document = json.loads(run("check", str(file), "--json").stdout)
    assert document["name"] == "campers"
    assert document["clauses"][0]["key"] == "interest:outdoor.camping"
    assert "帐篷" in document["clauses"][0]["words"]
    assert document["clauses"][1]["unseen"] == ["云南 雪山 日出 摄影"]


def test_check_points_at_line_and_column(file: Path) -> None:
    file.write_text("name: x\nmust:\n  - keywords: [糖尿病]\n", encoding="utf-8")
    refused = run("check", str(file), "--lang", "en")
    assert refused.exit_code == 3
    assert "campers.yaml:3:16" in refused.output
    assert "Traceback" not in refused.output


def test_interests(file: Path) -> None:
    assert len(json.loads(run("interests", "--json").stdout)) >= 40
    found = json.loads(run("interests", "帐篷", "--json").stdout)
    assert found[0]["id"] == "outdoor.camping"
    assert found[0]["iab"] == "677"
    assert "keywords" in run("interests", "qqqqqqq").output
    assert file.exists()


def test_schema_is_the_published_one(root: Path) -> None:
    assert json.loads(run("schema").stdout) == json.loads((root / "docs" / "persona.schema.json").read_text("utf-8"))


def test_show_lists_versions_and_prints_one(file: Path) -> None:
    folder = file.parent
    (folder / "fanfit.toml").write_text("", encoding="utf-8")
    key = bytes(range(32))
    (folder / "secret.key").write_text(key.hex(), encoding="ascii")
    (folder / "secret.key").chmod(0o600)
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=key, vault_path=folder / "vault.db")
    now = datetime(2026, 1, 5, tzinfo=UTC)
    save_persona(store, "campers", FILE, "a" * 64, now)
    save_persona(store, "campers", FILE + "note: second\n", "b" * 64, now)
    store.close()
    rows = json.loads(run("show", "campers", "--json").stdout)
    assert [row["version"] for row in rows] == [2, 1]
    assert run("show", "campers", "--version", "2").stdout == FILE + "note: second\n"
    assert run("show", "nobody").exit_code == 2
