"""`peers` at the terminal: where an account stands, in both languages, and what is said where nothing can be compared."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import AccountRecord, Count, PriceRecord, Provenance

NOW = datetime.now(UTC)
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Nine food accounts of one size with quotes from 1,000 to 9,000 yuan, a beauty account, one whose size is not known."""
    folder: Path = tmp_path_factory.mktemp("peers")
    (folder / "fanfit.toml").write_text("[tiers]\nhead = 900000\n", "utf-8")
    (folder / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (folder / "secret.key").chmod(0o600)
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    names = [f"food{place}" for place in range(1, 10)]
    accounts = [
        AccountRecord("weibo", name, NOW, handle=name, name=name, followers=Count(100_000), category="美食") for name in names
    ]
    accounts.append(
        AccountRecord("weibo", "beauty", NOW, handle="beauty", name="beauty", followers=Count(100_000), category="美妆")
    )
    accounts.append(AccountRecord("weibo", "shy", NOW, handle="shy", name="shy"))
    prices = [
        PriceRecord("weibo", name, 100_000 * place, "CNY", "图文", observed_at=NOW) for place, name in enumerate(names, start=1)
    ]
    prices += [PriceRecord("weibo", name, 100, "CNY", "图文", observed_at=NOW) for name in ("beauty", "shy")]
    for kind, records in (("prices", prices), ("accounts", accounts)):
        state = begin_import(store, ImportRequest(kind, kind, kind, {}, Provenance("test", "consent", NOW)), now=NOW)
        PageWriter(store, state.import_id, now=NOW, indexer=None).write(records, position=len(records))
        finish_import(store, state.import_id, now=NOW)
    store.close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(folder), "peers", *arguments])

    return invoke


def test_where_it_stands_in_both_languages(call: Call) -> None:
    chinese = " ".join(call("food3", "--lang", "zh").stdout.replace("│", " ").split())
    assert "food3 · 同级:微博 · 腰部 · 美食;工作区内有 8 个" in chinese
    assert "每千粉丝报价(图文)" in chinese
    assert "¥30 优于 8 个同级账号中的 75% ¥35 ¥55 ¥72.50" in chinese
    english = " ".join(call("food3", "--lang", "en").stdout.replace("\u00a0", " ").split())
    assert "better than 75 % of 8 similar accounts" in english
    assert "Equal ones count by half" in english
    assert "No run yet" in english


def test_few_peers_are_counted_and_not_compared(call: Call) -> None:
    assert "没有账号有此数据" in call("beauty", "--lang", "zh").stdout
    assert "better than 100" in call("beauty", "--any-category", "--lang", "en").stdout


def test_without_a_size_it_says_so(call: Call) -> None:
    assert "粉丝数未取得" in call("shy", "--lang", "zh").stdout


def test_as_json(call: Call) -> None:
    document = json.loads(call("food9", "--json").stdout)
    [price] = document["found"]["standings"]
    assert (price["kind"], price["detail"], price["n"], price["better"]) == ("price", ["CNY", "image_text"], 8, 0)
    assert document["found"]["own"]["tier"] == "waist"


def test_who_is_not_there_is_said(call: Call) -> None:
    done = call("nobody", "--lang", "en")
    assert done.exit_code == 2
    assert "is no named account" in done.stderr
