"""The watch commands from the terminal: what they print in both languages, what they write, and when they refuse."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from tests.jobs.watched_world import BRAND, GAINED, make_world

Call = Callable[..., Result]
DAYS = ("--since", "2026-09-30", "--until", "2026-10-25")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fanfit.toml").write_text('controller = "Acme"\npurpose = "tests"\ncontact = "ops@example.org"\n', "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    make_world(store)
    store.close()
    return tmp_path


@pytest.fixture
def call(workspace: Path) -> Call:
    return lambda *arguments: CliRunner().invoke(app, ["--workspace", str(workspace), *arguments])


def test_an_account_is_watched_reported_and_watched_no_more(call: Call, workspace: Path) -> None:
    assert "牧野" in call("watch", "add", BRAND, "--names", "Muye,牧野户外", "--lang", "zh").stdout
    (row,) = json.loads(call("watch", "list", "--json").stdout)
    assert row["names"] == ["Muye", "牧野户外", "brand.test", "牧野"]
    assert "60 followers gained, 25 lost" in call("watch", "report", *DAYS, "--lang", "en").stdout
    found = json.loads(call("watch", "report", *DAYS, "--json").stdout)
    assert found["watches"][0]["periods"][0]["gained"] == [60, 60]
    assert not any(person in json.dumps(found) for person in GAINED)
    done = call("watch", "report", *DAYS, "--format", "html,xlsx", "--lang", "zh")
    files = sorted(path.name for path in (workspace / "reports" / "watch").iterdir())
    assert [name.split(".", 1)[1] for name in files] == ["zh.html", "zh.xlsx"], done.output
    book = load_workbook(workspace / "reports" / "watch" / files[1])
    assert "新增粉丝 60,流失 25" in " ".join(str(cell.value) for cell in book.worksheets[0]["A"])
    assert call("watch", "remove", BRAND).exit_code == 0
    assert json.loads(call("watch", "list", "--json").stdout) == []


def test_a_sample_is_written_and_judged(call: Call, workspace: Path) -> None:
    call("watch", "add", BRAND)
    assert json.loads(call("watch", "sample", "--json").stdout)["posts"] == 3
    path = workspace / "exports" / "mentions.csv"
    text = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([text[0], *(line.rstrip(",") + ",yes,no" for line in text[1:])]), "utf-8")
    assert json.loads(call("watch", "judge", str(path), "--json").stdout) == {"judged": 3, "empty": 0}
    assert "3 条确实提到" in call("watch", "report", *DAYS, "--lang", "zh").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("watch", "add", "nobody"), "no named account"), (("watch", "report", "--format", "pdf"), "text, html, xlsx"),
     (("watch", "report", "--since", "2026-10-02", "--until", "2026-10-01"), "not before"), (("watch", "judge", "none.csv"), "no file")],
)  # fmt: skip
def test_what_cannot_be_done_says_what_can(call: Call, arguments: tuple[str, ...], said: str) -> None:
    done = call(*arguments)
    assert done.exit_code != 0
    assert said in done.output


def test_without_a_watched_account_the_report_says_how_to_begin(call: Call) -> None:
    assert "fanfit watch add" in call("watch", "report", *DAYS, "--lang", "en").stdout
