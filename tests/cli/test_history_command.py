"""`history show` and `history renames`: what is printed in both languages and as JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.pulling import watch
from storage.records import AccountRecord, Count, Provenance

START = datetime(2026, 9, 1, tzinfo=UTC)
Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    (tmp_path / "fanfit.toml").write_text("", "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    watch(store, "x", ["1", "2"], now=START)
    rows = [
        AccountRecord("x", "1", START + timedelta(days=day), handle="shanxing" if day < 20 else "shanxing_outdoor", name="山行",
                      verified=day >= 10, followers=Count(8_000 + 10 * day + (4_000 if day >= 30 else 0)), posts=Count(100 + day))
        for day in range(35)
    ]  # fmt: skip
    rows.append(AccountRecord("x", "2", START, handle="quiet", followers=Count(1_000, half_width=50)))
    number = begin_import(store, ImportRequest("accounts", "f", "f", {}, Provenance("test", "test", START)), now=START).import_id
    PageWriter(store, number, now=START, indexer=None).write(rows, position=len(rows))
    finish_import(store, number, now=START)
    store.close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), "history", *arguments])

    return invoke


def test_an_account_over_time(call: Call) -> None:
    printed = call("show", "shanxing_outdoor", "--lang", "en").stdout
    assert "known since 2026-09-01" in printed
    assert "25 more counts in between" in printed
    assert "Signs of unusual growth from 2026-09-30 to 2026-10-01: +4,010" in printed
    assert "shanxing_outdoor" in printed
    chinese = call("show", "1", "--platform", "x", "--lang", "zh").stdout
    assert "自 2026-09-01 起有记录" in chinese
    assert "异常增长迹象" in chinese
    assert "认证" in chinese


def test_as_json(call: Call) -> None:
    found = json.loads(call("show", "1", "--platform", "x", "--json").stdout)
    assert (len(found["counts"]), found["known_since"][:10]) == (35, "2026-09-01")
    assert {each["field"] for each in found["changes"]} == {"handle", "verified"}
    assert [each["people"] for each in found["growth"]["signs"]] == [4_010]


def test_little_is_known_of_another(call: Call) -> None:
    printed = call("show", "quiet", "--lang", "en").stdout
    assert "about 1,000" in printed
    assert "cannot be told" in printed


def test_renames(call: Call) -> None:
    (found,) = json.loads(call("renames", "--json").stdout)
    assert (found["old"], found["new"], found["first_new"][:10]) == ("shanxing", "shanxing_outdoor", "2026-09-21")
    assert found["known_since"][:10] == "2026-09-01"
    printed = call("renames", "--lang", "zh").stdout
    assert "shanxing_outdoor" in printed
    assert "那天起得知:2026-09-01" in printed
    assert "imported history on: 2026-09-01" in call("renames", "--lang", "en").stdout


def test_a_loss_is_not_called_growth(call: Call, tmp_path: Path) -> None:
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    row = AccountRecord("x", "1", START + timedelta(days=35), handle="shanxing_outdoor", followers=Count(9_000))
    number = begin_import(store, ImportRequest("accounts", "g", "g", {}, Provenance("test", "test", START)), now=START).import_id
    PageWriter(store, number, now=START, indexer=None).write([row], position=1)
    finish_import(store, number, now=START)
    store.close()
    assert "异常掉粉迹象:-3,340" in call("show", "1", "--platform", "x", "--lang", "zh").stdout
    assert (
        "Signs of an unusual loss of followers from 2026-10-05 to 2026-10-06: -3,340"
        in call("show", "1", "--platform", "x", "--lang", "en").stdout
    )


def test_an_account_that_is_not_there(call: Call) -> None:
    assert call("show", "nobody").exit_code != 0


def test_no_renames(tmp_path: Path) -> None:
    (tmp_path / "fanfit.toml").write_text("", "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()
    done = CliRunner().invoke(app, ["--workspace", str(tmp_path), "history", "renames", "--lang", "en"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "No rename" in done.stderr
