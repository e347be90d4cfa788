"""A shortlist whose prices are quotes: from two files to the table, the report and what explains one account."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import AccountRecord, CandidateRecord, Count, FollowRecord, Frame, ListKind, Provenance, PullFacts

NOW = datetime.now(UTC)
Run = Callable[..., Result]
QUOTES = """平台,用户ID,形式,是否报备,报价,币种,平台服务费,返点,有效期至,报价日期
weibo,a,图文,报备,10000,CNY,5%,30%,2099-01-01,2026-03-05
weibo,b,图文笔记,,8000,CNY,,,2026-03-31,2026-03-05
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands in a workspace with two accounts of forty followers and a quote for each, of which one has expired."""
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "fanfit.toml").write_text("", "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    (tmp_path / "p.yaml").write_text("name: women\nmust:\n  - attribute: gender\n    in: [female]\n", "utf-8")
    (tmp_path / "q.csv").write_text(QUOTES, "utf-8")
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    follows = [FollowRecord("weibo", name, f"{name}{number}") for name in "ab" for number in range(40)]
    follows += [FollowRecord("weibo", "other", each.follower_id) for each in follows]
    pull = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW)
    facts = (
        ("accounts", [AccountRecord("weibo", name, NOW, name=f"账号{name}", followers=Count(40)) for name in "ab"], {}),
        ("candidates", [CandidateRecord(name, "weibo", name) for name in "ab"], {"list_name": "one"}),
        ("follows", follows, {"pull": pull}),
    )
    for kind, records, writer in facts:
        state = begin_import(store, ImportRequest(kind, f"{kind}.csv", kind, {}, Provenance("test", "consent", NOW)), now=NOW)
        PageWriter(store, state.import_id, now=NOW, indexer=None, **writer).write(records, position=1)  # type: ignore[arg-type]
        finish_import(store, state.import_id, now=NOW)
    store.close()
    lines = [f"weibo,{name}{number},{'女' if number % 2 else '男'}" for name in "ab" for number in range(40)]
    (tmp_path / "g.csv").write_text("\n".join(["platform,account_id,gender", *lines]) + "\n", "utf-8")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])

    origin = ("--source", "test", "--basis", "consent", "--obtained", f"{NOW:%Y-%m-%d}")
    assert invoke("import", "attributes", str(tmp_path / "g.csv"), "--yes", *origin).exit_code == 0
    assert invoke("import", "quotes", str(tmp_path / "q.csv"), "--yes").exit_code == 0
    return invoke


def test_the_format_by_any_of_its_names_gives_net_prices_that_the_table_names(run: Run, tmp_path: Path) -> None:
    asked = ("shortlist", "--persona", str(tmp_path / "p.yaml"), "--sample", "all", "--format", "图文笔记")
    document = json.loads(run(*asked, "--json").stdout)
    prices = {card["account"]["native_id"]: card["price"] for card in document["cards"]}
    assert {name: price["amount_minor"] for name, price in prices.items()} == {"a": 750_000, "b": 800_000}
    assert prices["a"]["quoted_at"] == "2026-03-05T00:00:00Z"
    costs = {card["account"]["native_id"]: card["cost_per_thousand"] for card in document["cards"]}
    assert costs["a"] is not None
    assert costs["b"] is None, "its quote has expired"
    assert document["parameters"]["price_format"] == "image_text"
    shown = run(*asked, "--lang", "zh").stdout
    for words in ("¥7,500 (净价(2026-03-05 报价,报备))", "已于 2026-03-31 过期", "的价格是“图文”报价的净价"):
        assert words in shown
    late = json.loads(run(*asked, "--expired-prices", "--json").stdout)
    assert all(card["cost_per_thousand"] for card in late["cards"])
    assert "1 expired price is counted with" in run(*asked, "--expired-prices", "--lang", "en").stdout


def test_the_report_and_its_files_say_that_a_price_is_net_and_of_when(run: Run, tmp_path: Path) -> None:
    assert run("shortlist", "--persona", str(tmp_path / "p.yaml"), "--sample", "all").exit_code == 0, "the one common format"
    done = run("report", "1", "--lang", "en", "--output", str(tmp_path / "out"))
    assert done.exit_code == 0, done.stderr
    files = {path.suffix: path for path in (tmp_path / "out").rglob("*") if path.is_file()}
    said = "net price of the quote of 2026-03-05 (declared)"
    assert said in files[".html"].read_text("utf-8")
    texts = [str(cell) for sheet in load_workbook(files[".xlsx"]) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert said in texts
    assert "every quoted account has a quote for image and text" in files[".html"].read_text("utf-8")
    assert any(said in path.read_text("utf-8-sig") for path in (tmp_path / "out").rglob("*.csv"))
    assert said in run("explain", "a", "--lang", "en").stdout


def test_a_format_that_nobody_quotes_is_said(run: Run, tmp_path: Path) -> None:
    done = run("shortlist", "--persona", str(tmp_path / "p.yaml"), "--format", "直播", "--lang", "en")
    assert "No account has a valid price for live stream." in done.stdout


def test_a_range_of_a_vendors_shares_costs_the_same_net_price_and_nothing_where_it_has_expired(run: Run, tmp_path: Path) -> None:
    shares = [f"weibo,{name},粉丝,性别,{bucket},{share}" for name in "ab" for bucket, share in (("女", "60%"), ("男", "40%"))]
    (tmp_path / "s.csv").write_text("\n".join(["平台,用户ID,口径,维度,选项,占比", *shares]) + "\n", "utf-8")
    assert run("import", "audience", str(tmp_path / "s.csv"), "--yes").exit_code == 0
    asked = ("shortlist", "--persona", str(tmp_path / "p.yaml"), "--sample", "all", "--format", "图文")
    ranges = {card["account"]["native_id"]: card for card in json.loads(run(*asked, "--json").stdout)["ranges"]}
    assert {name: card["price"]["amount_minor"] for name, card in ranges.items()} == {"a": 750_000, "b": 800_000}
    assert ranges["a"]["cost"] == pytest.approx([1000 * 750_000 / (40 * 0.6)] * 2)
    assert (ranges["b"]["cost"], ranges["b"]["price_expired"]) == (None, True)
    late = {
        card["account"]["native_id"]: card["cost"]
        for card in json.loads(run(*asked, "--expired-prices", "--json").stdout)["ranges"]
    }
    assert late["b"] == pytest.approx([1000 * 800_000 / (40 * 0.6)] * 2)
    assert run("report", "1", "--lang", "en", "--output", str(tmp_path / "out")).exit_code == 0
    (page,) = (tmp_path / "out").rglob("*.html")
    table = page.read_text("utf-8")
    assert table.count("net price of the quote of 2026-03-05 (declared)") >= 2, "in grade A and in grade B"
    assert "expired on 2026-03-31" in table
