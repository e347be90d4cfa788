"""`import presets` and imports with a vendor's preset or a wide table, at the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store

REPORT = {
    "profile": {
        "userId": "7001", "profile": {"username": "invented_runner"},
        "audience": {"genders": [{"code": "FEMALE", "weight": 0.7}, {"code": "MALE", "weight": 0.3}], "surprise": []},
    }
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fanfit.toml").write_text('timezone = "Asia/Shanghai"\n', "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()
    return tmp_path


def call(workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace), *arguments])


def test_presets_are_listed_with_those_that_nobody_documents(workspace: Path) -> None:
    done = call(workspace, "import", "presets", "--json")
    assert done.exit_code == 0, done.output
    listed = json.loads(done.stdout)
    assert [each["preset"] for each in listed].count(None) == 6
    assert {"modash", "hypeauditor"} <= {each["preset"] for each in listed}
    shown = call(workspace, "import", "presets", "modash", "--lang", "zh").stdout
    assert "docs.modash.io" in shown
    assert "audience.genders" in shown
    refused = call(workspace, "import", "presets", "星图")
    assert refused.exit_code == 0
    assert (
        "not publicly documented; " in call(workspace, "import", "presets", "--lang", "en").stdout.replace("\n", " ")
        or refused.stdout
    )
    assert "--mapping" in refused.stdout
    assert call(workspace, "import", "presets", "nobody").exit_code == 2


def test_a_vendors_report_is_imported_and_what_it_holds_more_is_said(workspace: Path) -> None:
    path = workspace / "report.json"
    path.write_text(json.dumps(REPORT), "utf-8")
    done = call(workspace, "import", "audience", str(path), "--preset", "modash", "--platform", "instagram")
    assert done.exit_code == 0, done.output
    assert "audience.surprise" in done.stderr
    again = call(workspace, "import", "audience", str(path), "--preset", "modash", "--platform", "instagram", "--json")
    assert json.loads(again.stdout)["status"] == "already"
    shown = json.loads(call(workspace, "audience", "show", "7001", "--json").stdout)
    assert [(each["base"], each["by_bucket"], each["n"]) for each in shown] == [("followers", {"female": 0.7, "male": 0.3}, None)]


def test_a_preset_that_does_not_exist_is_refused_and_nothing_is_imported(workspace: Path) -> None:
    path = workspace / "export.csv"
    path.write_text("达人昵称,粉丝数\n甲,1\n", "utf-8")
    for name, says in (("蒲公英", "not publicly documented"), ("nobody", "import presets")):
        done = call(workspace, "import", "audience", str(path), "--preset", name)
        assert done.exit_code != 0
        assert says in done.stderr.replace("\n", " ")
    report = workspace / "report.json"
    report.write_text(json.dumps(REPORT), "utf-8")
    done = call(workspace, "import", "performance", str(report), "--preset", "modash")
    assert done.exit_code != 0
    assert "import audience" in done.stderr.replace("\n", " ")
    assert json.loads(call(workspace, "imports", "list", "--json").stdout) == []


def test_a_wide_table_of_ones_own_is_imported_by_a_mapping(workspace: Path) -> None:
    path, mapping = workspace / "wide.csv", workspace / "m.yaml"
    path.write_text("编号,女粉丝占比,男粉丝占比,备注\n1001,62,38,x\n1002,20%,80%,\n", "utf-8")
    mapping.write_text(
        "columns: {account_id: 编号}\nconstants: {platform: xiaohongshu}\nshares:\n"
        "  女粉丝占比: {dimension: gender, bucket: 女}\n  男粉丝占比: {dimension: gender, bucket: 男}\n", "utf-8",
    )  # fmt: skip
    done = call(workspace, "import", "audience", str(path), "--mapping", str(mapping), "--of", "followers", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["accepted"] == 4
    assert "备注" in done.stderr
    shown = json.loads(call(workspace, "audience", "show", "1001", "--json").stdout)
    assert shown[0]["by_bucket"] == {"female": 0.62, "male": 0.38}
