"""Quotes from a file to net prices at the terminal: parts as stated, newest first, whose they are, what has expired, what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store

Call = Callable[..., Result]
HEAD = "平台,用户ID,形式,是否报备,报价,币种,平台服务费,税费,返点,授权费,排竞费,投流费,佣金比例,有效期至,报价日期,来源,客户"


@pytest.fixture
def call(tmp_path: Path) -> Call:
    (tmp_path / "fanfit.toml").write_text('timezone = "Asia/Shanghai"\n', "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])

    return invoke


def row(account: str = "1001", form: str = "图文", price: str = "10000", **cells: str) -> str:
    """A line of a file; an amount with a comma is not asked for here."""
    values = {
        "platform": "weibo", "account": account, "form": form, "declared": "是", "price": price, "currency": "CNY", "fee": "", "tax": "",
        "rebate": "", "rights": "", "exclusivity": "", "boost": "", "commission": "", "until": "", "date": "2026-03-05", "source": "", "client": "",
    }  # fmt: skip
    assert cells.keys() <= values.keys()
    return ",".join((values | cells).values())


def bring(call: Call, folder: Path, rows: list[str], name: str = "q.csv", *more: str) -> dict[str, Any]:
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    done = call("import", "quotes", str(path), "--yes", "--json", *more)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def quotes(call: Call, *more: str) -> list[dict[str, Any]]:
    done = call("quotes", "list", "--json", *more)
    assert done.exit_code == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return found


def test_a_net_price_with_each_part_as_it_was_stated(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [row(fee="5%", tax="0.06", rebate="30%", rights="2000元", boost="1000", commission="20%", source="甲机构", until="2099-01-01")])  # fmt: skip
    (found,) = json.loads(call("quotes", "show", "1001", "--json").stdout)["rows"]
    assert found["net_minor"] == 1_000_000 + 50_000 + 60_000 - 300_000 + 200_000 + 100_000
    assert found["parts_minor"] == {
        "currency": "CNY", "price": 1_000_000, "platform_fee": 50_000, "tax": 60_000, "rebate": 300_000, "rights": 200_000,
        "exclusivity": None, "boost": 100_000,
    }  # fmt: skip
    assert found["stated_ppm"] == {"platform_fee": 50_000, "tax": 60_000, "rebate": 300_000}
    assert (found["commission_ppm"], found["declared"], found["source"], found["expired"]) == (200_000, "yes", "甲机构", False)
    assert (found["client"], found["format"]) == (None, "image_text")


def test_the_table_says_how_the_net_price_is_built_in_both_languages(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "260")
    bring(call, tmp_path, [row(rebate="30%", commission="20%"), row(form="1-20s视频", price="99.5", until="2026-03-06")])
    shown = call("quotes", "show", "1001", "--lang", "zh").stdout
    for words in (
        "¥7,000",
        "¥3,000(30%)",
        "20%",
        "视频 1-20秒",
        "¥99.50",
        "2026-03-06 已过期",
        "净价 = 报价 + 平台服务费",
        "佣金按销售额计",
    ):
        assert words in shown
    shown = call("quotes", "list", "--lang", "en").stdout
    for words in (
        "CN¥7,000",
        "image and text",
        "2026-03-06 EXPIRED",
        "Net price = price + platform fee",
        "never used as a price",
    ):
        assert words in shown


def test_a_narrow_terminal_keeps_account_format_net_price_and_the_end_of_the_offer(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    bring(call, tmp_path, [row(rebate="30%", until="2026-03-06")])
    shown = call("quotes", "list", "--lang", "en").stdout
    for words in ("1001", "image and", "CN¥7,000", "EXPIRED"):
        assert words in shown


def test_the_newest_quote_of_a_format_and_way_of_ordering_counts_and_an_undo_gives_the_older_back(
    call: Call, tmp_path: Path
) -> None:
    bring(call, tmp_path, [row(price="100", date="2026-03-01"), row(price="80", declared="否", date="2026-03-01"), row(form="直播", price="500")])  # fmt: skip
    newer = bring(call, tmp_path, [row(price="120", date="2026-03-08")], "r.csv")
    assert {(each["format"], each["declared"]): each["net_minor"] for each in quotes(call)} == {
        ("image_text", "yes"): 12_000, ("image_text", "no"): 8_000, ("live", "yes"): 50_000,
    }  # fmt: skip
    assert [each["format"] for each in quotes(call, "--format", "直播")] == ["live"]
    assert [each["format"] for each in quotes(call, "--format", "live")] == ["live"]
    assert call("imports", "undo", str(newer["import_id"]), "--yes").exit_code == 0
    assert {each["net_minor"] for each in quotes(call)} == {10_000, 8_000, 50_000}


def test_of_one_file_the_newest_counts_whatever_the_order_and_a_contradiction_is_refused(call: Call, tmp_path: Path) -> None:
    rows = [row(price="120", date="2026-03-08"), row(price="100", date="2026-03-01"), row(price="130", date="2026-03-08")]
    found = bring(call, tmp_path, rows)
    assert (found["accepted"], found["rejected"]) == (2, 1)
    assert [each["net_minor"] for each in quotes(call)] == [12_000]
    again = bring(call, tmp_path, [rows[0], rows[0]], "r.csv")
    assert (again["accepted"], again["duplicates"]) == (1, 1)


def test_a_clients_quotes_are_seen_by_nobody_else(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [row(price="100"), row(price="70", client="晨茶"), row(price="60", client="暮咖")])

    def nets(*more: str) -> list[int]:
        return sorted(each["net_minor"] for each in quotes(call, *more))

    assert nets() == [10_000]
    assert nets("--client", "晨茶") == [7_000, 10_000]
    assert nets("--client", "暮咖") == [6_000, 10_000]
    assert nets("--client", "别家") == [10_000]
    one = json.loads(call("quotes", "show", "1001", "--client", "晨茶", "--json").stdout)["rows"]
    assert {each["client"] for each in one} == {None, "晨茶"}


def test_forgotten_is_forgotten(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [row(), row("1002")])
    assert call("forget", "1001", "--platform", "weibo", "--yes").exit_code == 0
    assert [each["native_id"] for each in quotes(call)] == ["1002"]
    assert bring(call, tmp_path, [row(price="7")], "r.csv")["forgotten"] == 1


def test_a_list_in_its_order_and_who_of_it_has_no_quote(call: Call, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("平台,用户ID,昵称\nweibo,1002,老王\nweibo,1001,小李\nweibo,1003,阿周\n", "utf-8")
    assert call("candidates", "import", str(tmp_path / "list.csv"), "--yes").exit_code == 0
    bring(call, tmp_path, [row(), row("1002"), row("1009")])
    document = json.loads(call("quotes", "list", "--candidates", "candidates", "--json").stdout)
    assert [(each["native_id"], each["account"]) for each in document["rows"]] == [("1002", "老王"), ("1001", "小李")]
    assert document["without"] == ["阿周"]
    assert "没有报价:阿周。" in call("quotes", "list", "--candidates", "candidates", "--lang", "zh").stdout


def test_nothing_known_says_how_to_bring_it(call: Call) -> None:
    assert "fanfit import quotes" in call("quotes", "list", "--lang", "en").stderr
    assert json.loads(call("quotes", "list", "--json").stdout) == {"rows": [], "without": []}


GOOD = row("1999")
BAD = {
    "a rebate of 30": (row(rebate="30"), "30% 或 30元"),
    "a rebate above the price": (row(rebate="20000元"), "返点超过报价"),
    "a fee in dollars": (row(fee="$20"), "币种与报价不同"),
    "two currencies": (row(price="$20"), "同一行有两个币种"),
    "a commission in money": (row(commission="500元"), "这里应是比例"),
    "a percent above 100": (row(fee="130%"), "比例超过 100%"),
    "rights as a percent": (row(rights="5%"), "不是单一金额"),
    "a price on request": (row(price="面议"), "不是单一金额"),
    "no price": (row(price=""), "空"),
    "no format": (row(form=""), "空"),
    "declared perhaps": (row(declared="可议"), "看不出是否报备"),
    "an end before its start": (row(until="2026-03-04"), "有效期早于报价日期"),
    "a quote of tomorrow": (row(date="2098-01-01"), "未来的时间"),
    "nobody": (row(""), "没有写账号"),
}


@pytest.mark.parametrize("line", BAD)
def test_a_bad_row_costs_itself_and_says_what_to_write(call: Call, tmp_path: Path, line: str) -> None:
    bad, said = BAD[line]
    path = tmp_path / "q.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n{bad}\n", "utf-8")
    done = call("import", "quotes", str(path), "--yes", "--lang", "zh")
    assert done.exit_code == 0, done.stderr
    assert said in done.stderr
    assert "第 3 行" in done.stderr
    assert [each["native_id"] for each in quotes(call)] == ["1999"]


def test_a_currency_that_nobody_states_is_asked_for(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("平台,用户ID,形式,报价\nweibo,1001,图文,100\nweibo,1002,图文,USD 20\n", "utf-8")
    done = call("import", "quotes", str(path), "--yes", "--lang", "en")
    assert "no currency" in done.stderr
    assert [each["native_id"] for each in quotes(call)] == ["1002"]
    assert call("import", "quotes", str(path), "--yes", "--currency", "CNY").exit_code == 0
    assert {each["native_id"]: each["parts_minor"]["currency"] for each in quotes(call)} == {"1001": "CNY", "1002": "USD"}


def test_a_workbook_whose_percent_cells_hold_fractions(call: Call, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["平台", "用户ID", "合作形式", "报备", "刊例价", "币种", "返点比例", "税点"])
    sheet.append(["微博", "1001", "1-20s视频", "报备", 20000, "CNY", 0.25, "６％"])
    sheet["G2"].number_format = "0%"
    book.save(tmp_path / "q.xlsx")
    assert call("import", "quotes", str(tmp_path / "q.xlsx"), "--yes").exit_code == 0
    (found,) = quotes(call)
    assert (found["format"], found["declared"], found["net_minor"]) == ("video_1_20", "yes", 2_000_000 - 500_000 + 120_000)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_our_own_template_is_understood(call: Call, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "t.csv"
    assert call("--lang", lang, "import", "quotes", str(path), "--template").exit_code == 0
    head = path.read_text("utf-8-sig").splitlines()[0].split(",")
    assert len(head) == len(HEAD.split(",")) + 1  # account beside its id
    values = {"平台": "weibo", "platform": "weibo", "用户ID": "1001", "account_id": "1001", "形式": "live", "format": "live", "报价": "100元", "price": "100元"}  # fmt: skip
    path.write_text(",".join(head) + "\n" + ",".join(values.get(name, "") for name in head) + "\n", "utf-8")
    assert call("import", "quotes", str(path), "--yes").exit_code == 0
    assert [each["net_minor"] for each in quotes(call)] == [10_000]
