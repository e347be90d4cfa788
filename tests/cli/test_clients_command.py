"""`--client` at the command line: lists, labels, campaigns and runs of a client, and what another one is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store

Call = Callable[..., Result]
PROVENANCE = ("--source", "own", "--basis", "consent", "--obtained", "2026-03-05")


@pytest.fixture
def call(tmp_path: Path) -> Call:
    (tmp_path / "fanfit.toml").write_text('timezone = "Asia/Shanghai"\n', "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()
    (tmp_path / "list.csv").write_text("platform,native_id\nsim,1001\n", "utf-8")
    (tmp_path / "labels.csv").write_text("platform,account_id,label,value\nsim,2001,campers,yes\n", "utf-8")
    (tmp_path / "persona.yaml").write_text("name: campers\nclient: Acme\nmust:\n  - interest: camping\n", "utf-8")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])

    return invoke


def test_a_list_keeps_its_client_and_the_same_file_serves_another_under_another_name(call: Call, tmp_path: Path) -> None:
    file = str(tmp_path / "list.csv")
    assert call("candidates", "import", file, "--name", "ours", "--client", "Acme", "--yes").exit_code == 0
    refused = call("candidates", "import", file, "--name", "ours", "--client", "Brand", "--yes")
    assert refused.exit_code == 3
    assert "choose another name for the list" in refused.stderr.replace("\n", " ")
    assert call("candidates", "import", file, "--name", "theirs", "--client", "Brand", "--yes").exit_code == 0


def test_the_same_labels_for_two_clients_are_two_imports(call: Call, tmp_path: Path) -> None:
    file = str(tmp_path / "labels.csv")
    told = [
        json.loads(call("import", "labels", file, *PROVENANCE, "--client", client, "--yes", "--json").stdout)
        for client in ("Acme", "Brand", "acme")
    ]
    assert [each["status"] for each in told] == ["done", "done", "already"]
    assert told[2]["import_id"] == told[0]["import_id"]


def test_a_campaign_of_another_client_is_refused(call: Call, tmp_path: Path) -> None:
    assert (
        call("candidates", "import", str(tmp_path / "list.csv"), "--name", "theirs", "--client", "Brand", "--yes").exit_code == 0
    )
    assert call("candidates", "import", str(tmp_path / "list.csv"), "--name", "open", "--yes").exit_code == 0
    persona = str(tmp_path / "persona.yaml")
    for client, name in (("Brand", "open"), ("Acme", "theirs")):
        refused = call("campaign", "new", f"c-{name}", "--client", client, "--persona", persona, "--candidates", name)
        assert refused.exit_code == 3, refused.output
    assert json.loads(call("campaign", "list", "--json").stdout) == []
    assert call("campaign", "new", "mine", "--client", "acme", "--persona", persona, "--candidates", "open").exit_code == 0


def test_a_shortlist_for_another_client_than_the_personas_is_refused(call: Call, tmp_path: Path) -> None:
    assert call("candidates", "import", str(tmp_path / "list.csv"), "--yes").exit_code == 0
    refused = call("shortlist", "--persona", str(tmp_path / "persona.yaml"), "--client", "Brand")
    assert refused.exit_code == 3
    assert "'Acme'" in refused.stderr
