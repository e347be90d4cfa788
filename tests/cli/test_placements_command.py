"""Placements from a file to what is said of them: predicted beside happened, who may see them, what a run made afterwards is worth."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from scoring.estimate import Estimate
from scoring.results import (
    AccountRef,
    Calibration,
    FrameCard,
    RangeCard,
    Scorecard,
    Shortlist,
    TopicCard,
    to_json,
)
from storage.engine import create_store, open_store
from storage.runs import NewRun, save_persona, save_run

Call = Callable[..., Result]
KEY = bytes(range(32))
MARCH, APRIL = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 4, 1, 8, tzinfo=UTC)
HEAD = "平台,用户ID,链接,发布日期,形式,费用,币种,曝光,点击,订单,成交额,客户,活动,来源"
TEN = (7000, 600, 400, 300, 250, 150, 120, 80, 60, 40)  # 9,000 orders, 7,000 of them through one account


@pytest.fixture
def call(tmp_path: Path) -> Call:
    (tmp_path / "fanfit.toml").write_text('timezone = "Asia/Shanghai"\n', "utf-8")
    (tmp_path / "secret.key").write_text(KEY.hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=KEY, vault_path=tmp_path / "vault.db").close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])

    return invoke


def row(account: str = "1001", date: str = "2026-03-05", **cells: str) -> str:
    values = {
        "platform": "weibo", "account": account, "post": "", "date": date, "form": "图文", "cost": "10000", "currency": "CNY", "impressions": "",
        "clicks": "", "orders": "", "revenue": "", "client": "", "campaign": "", "source": "",
    }  # fmt: skip
    assert cells.keys() <= values.keys()
    return ",".join((values | cells).values())


def ten(orders: Sequence[int] = TEN) -> list[str]:
    """Account 1001 brought the most orders, 1010 the fewest."""
    return [row(str(1001 + place), orders=str(count)) for place, count in enumerate(orders)]


def bring(call: Call, folder: Path, rows: Sequence[str], name: str = "p.csv", *more: str) -> dict[str, Any]:
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    done = call("import", "placements", str(path), "--yes", "--json", *more)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def shown(call: Call, *more: str) -> dict[str, Any]:
    done = call("placements", "show", "--json", *more)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def card(native_id: str, rank: int, band: str, followers: int) -> Scorecard:
    frame = FrameCard("complete", "unknown", MARCH, 50, 50, 0, 50, "all", 0, None, None, None)
    return Scorecard(
        AccountRef("weibo", native_id), frame, band, rank, max(1, rank - 1), rank + 1, None, Estimate(0.2, 0.1, 0.3, 50, "m"), None,
        (0.2, 0.2), 50, 0, None, None, None, None, None, followers, None, None, None, None, None,
    )  # fmt: skip


def a_run(order: Sequence[str], followers: Sequence[int] = (), bands: str = "AAABBBCCCC") -> Shortlist:
    """A run that ranks the accounts in this order."""
    sizes = followers or [1000 * (place + 1) for place in range(len(order))]
    cards = tuple(card(who, place + 1, bands[place], sizes[place]) for place, who in enumerate(order))
    calibration = Calibration("declared", "PCC", 100, None, 0.0, 1.0, ())
    return Shortlist(
        "women", 1, {"en": "Women"}, "spring", "followers", "precision", "fitting", 10, MARCH, MARCH, None, calibration, cards, (), (), None,
        {}, (), "digest", "duckdb",
    )  # fmt: skip


def keep(folder: Path, run: Shortlist, created: datetime = MARCH, client: str = "", list_name: str = "spring") -> int:
    store = open_store(f"sqlite:///{folder / 'fanfit.db'}", key=KEY, vault_path=folder / "vault.db")
    persona_id, _ = save_persona(store, "women", "name: women\nmust:\n  - attribute: gender\n    in: [female]\n", "digest", MARCH)
    new = NewRun(persona_id, list_name, {}, 0, "0.0.0", "d", "i", MARCH, created, None, to_json(run), False, "expired", client)
    number = save_run(store, new)
    store.close()
    return number


BEST_FIRST = [str(1001 + place) for place in range(10)]


def test_seven_of_nine_thousand_orders_through_one_account_as_the_run_had_said(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST, followers=range(1, 11)))
    found = shown(call)
    assert [
        (each["account"]["native_id"], each["said"]["rank"], each["brought"]["orders"]["value"]) for each in found["rows"]
    ] == [(str(1001 + place), place + 1, count) for place, count in enumerate(TEN)]
    spread = found["concentration"]
    assert (spread["top_value"], spread["total"], spread["accounts"], spread["most"]) == (7000, 9000, 10, 2)
    assert spread["share"] == pytest.approx(7 / 9)
    assert spread["share_between"]["low"] < 0.25
    assert spread["share_between"]["high"] > 0.85
    (agreed,) = found["agreements"]
    assert (agreed["grade"], agreed["n"], agreed["by_run"]["value"], agreed["by_followers"]["value"]) == ("A", 10, 1.0, -1.0)
    assert agreed["by_run"]["low"] < 1
    assert (found["run"]["id"], found["run"]["after"], found["later_run"]) == (1, 0, None)


def test_the_words_say_what_is_counted_what_is_not_sure_and_that_nothing_is_learned(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST))
    for lang, words in {
        "en": ("7,000 of 9,000 orders (78 %)", "These are counted", "other accounts of the kind", "2 of 10 made 80 %", "Predicted by run 1", "1.00 (", "Nothing is learned", "CN¥1.43"),
        "zh": ("9,000 订单中有 7,000(78%)", "这是实际计数", "同类账号", "10 个账号中 2 个完成了 80%", "预测来自第 1 次评分", "1.00(", "还不从这些结果中学习", "¥1.43"),
    }.items():  # fmt: skip
        out = call("placements", "show", "--lang", lang).stdout
        for each in words:
            assert each in out


def test_the_order_by_followers_is_judged_by_the_same_measure(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST[::-1], followers=range(1, 11)))
    (agreed,) = shown(call)["agreements"]
    assert (agreed["by_run"]["value"], agreed["by_followers"]["value"]) == (-1.0, 1.0)


@pytest.mark.parametrize("size", [1, 4])
def test_of_fewer_than_five_accounts_no_agreement_and_no_limits_are_told(call: Call, tmp_path: Path, size: int) -> None:
    bring(call, tmp_path, ten(TEN[:size]))
    keep(tmp_path, a_run(BEST_FIRST))
    found = shown(call)
    (agreed,) = found["agreements"]
    assert (agreed["n"], agreed["by_run"], agreed["by_followers"]) == (size, None, None)
    assert found["concentration"]["share_between"] is None
    out = call("placements", "show", "--lang", "en").stdout
    assert f"too few accounts to compare the run's order with what happened ({size}, needs 5)" in out
    assert "Too few accounts (needs 5)" in out


def test_a_run_made_after_the_first_placement_is_no_prediction_unless_it_is_named(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [*ten()[:9], row("1010", "2026-04-05", orders="40")])
    keep(tmp_path, a_run(BEST_FIRST), APRIL)
    found = shown(call)
    assert (found["run"], found["later_run"], found["agreements"]) == (None, 1, [])
    assert {each["said"] is None for each in found["rows"]} == {True}
    assert "no run before the first of these placements" in call("placements", "show", "--lang", "en").stdout
    named = shown(call, "--run", "1")
    assert (named["run"]["after"], [each["late"] for each in named["rows"]]) == (9, [True] * 9 + [False])
    assert "made AFTER the first placement of 9 of 10 accounts" in call("placements", "show", "--run", "1", "--lang", "en").stdout
    assert "10 个账号里有 9 个的首次投放早于这次评分" in call("placements", "show", "--run", "1", "--lang", "zh").stdout


def test_of_several_earlier_runs_the_newest_that_says_anything_of_the_accounts_counts(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST), datetime(2026, 1, 1, tzinfo=UTC))
    second = keep(tmp_path, a_run(BEST_FIRST[::-1]), datetime(2026, 2, 1, tzinfo=UTC))
    keep(tmp_path, a_run(["9001", "9002"]), datetime(2026, 3, 1, tzinfo=UTC))
    keep(tmp_path, a_run(BEST_FIRST), datetime(2026, 3, 5, tzinfo=UTC))  # the very moment of the first placement
    assert shown(call)["run"]["id"] == second
    assert shown(call, "--run", "1")["run"]["id"] == 1


def test_a_run_that_another_version_wrote_is_passed_over_and_said(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST), datetime(2026, 2, 1, tzinfo=UTC))
    store = open_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=KEY, vault_path=tmp_path / "vault.db")
    save_run(store, NewRun(1, "spring", {}, 0, "0", "d", "i", MARCH, MARCH, None, {"other": 1}, False, "expired"))
    store.close()
    found = shown(call)
    assert (found["run"]["id"], found["unread"]) == (1, 1)
    assert "1 newer runs were written by another version" in call("placements", "show", "--lang", "en").stdout


def test_grades_of_evidence_share_no_rank_numbers_and_no_agreement(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    made = a_run(BEST_FIRST[:5])
    ranges = tuple(
        RangeCard(AccountRef("weibo", who), "followers", "A", 0.1 * place, 0.9, MARCH, followers=place)
        for place, who in enumerate(BEST_FIRST[5:9])
    )
    topic = TopicCard(AccountRef("weibo", "1010"), 9, Estimate(0.5, 0.2, 0.8, 9, "m"), MARCH, MARCH)
    keep(tmp_path, replace(made, ranges=ranges, topics=(topic,)))
    found = shown(call)
    said = [each["said"] for each in found["rows"]]
    assert [(each["grade"], each["rank"]) for each in said] == [("A", n) for n in range(1, 6)] + [("B", None)] * 4 + [("C", None)]
    assert [(each["grade"], each["n"], each["by_run"] is None) for each in found["agreements"]] == [
        ("A", 5, False),
        ("B", 4, True),
    ]
    out = call("placements", "show", "--lang", "en").stdout
    for words in ("A person-level", "B range", "C content only", "B range, followers: too few accounts"):
        assert words in out


def test_ranges_of_two_bases_are_never_one_order(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    ranges = tuple(
        RangeCard(
            AccountRef("weibo", who), "viewers" if place % 2 else "followers", "A", 1 - place / 10, 1.0, MARCH, followers=place
        )  # type: ignore[arg-type]
        for place, who in enumerate(BEST_FIRST)
    )
    twice = RangeCard(AccountRef("weibo", "1001"), "engagers", "B", 0.1, 0.2, MARCH)
    keep(tmp_path, replace(a_run([]), ranges=(*ranges, twice)))
    found = shown(call)
    told = [(each["grade"], each["base"], each["n"], each["by_run"]["value"]) for each in found["agreements"]]
    assert told == [("B", "followers", 5, 1.0), ("B", "viewers", 5, 1.0)]
    assert found["rows"][0]["said"]["base"] == "followers"
    assert {each["said"]["rank"] for each in found["rows"]} == {None}


def test_what_each_cost_where_both_sides_are_known_and_never_from_nothing(call: Call, tmp_path: Path) -> None:
    rows = [
        row(cost="100", impressions="2万", clicks="50", orders="4", revenue="900.50"),
        row(date="2026-03-06", cost="60"),
        row("1002", orders="0", clicks="10"),
        row("1003", cost="", orders="5"),
        row("1004", currency="USD", orders="1"),
        row("1004", "2026-03-07", orders="2"),
    ]
    bring(call, tmp_path, rows)
    brought = {each["account"]["native_id"]: each["brought"] for each in shown(call)["rows"]}
    one = brought["1001"]
    assert (one["cost"]["value"], one["cost"]["whole"], one["orders"]) == (160_00, True, {"value": 4, "known": 1, "whole": False})
    assert (one["per_order"], one["per_click"], one["per_thousand"]) == (100_00 / 4, 100_00 / 50, 100_00 / 20)
    assert one["revenue"]["value"] == 900_50
    assert (brought["1002"]["orders"]["value"], brought["1002"]["per_order"], brought["1002"]["per_click"]) == (
        0,
        None,
        10_000_00 / 10,
    )
    assert (brought["1003"]["cost"], brought["1003"]["per_order"]) == (None, None)
    assert (brought["1004"]["cost"], brought["1004"]["currencies"], brought["1004"]["orders"]["value"]) == (
        None,
        ["CNY", "USD"],
        3,
    )
    out = call("placements", "show", "--lang", "en").stdout
    for words in ("≥ 4", "several currencies", "1 accounts have orders of some"):
        assert words in out


def test_an_account_of_which_orders_are_not_known_is_left_out_not_counted_as_nothing(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [*ten(), row("1099", clicks="5")])
    found = shown(call)
    assert (found["unknown"], found["concentration"]["accounts"], found["rows"][-1]["account"]["native_id"]) == (1, 10, "1099")
    assert "1 accounts have no orders known" in call("placements", "show", "--lang", "en").stdout
    clicks = shown(call, "--of", "clicks")
    assert (clicks["rows"][0]["account"]["native_id"], clicks["unknown"], clicks["concentration"]["share"]) == ("1099", 10, 1.0)


def test_revenue_of_several_currencies_is_not_compared(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [row(revenue="5"), row("1002", currency="USD", revenue="5")])
    done = call("placements", "show", "--of", "revenue")
    assert done.exit_code == 3
    assert "several currencies (CNY, USD)" in done.stderr
    bring(call, tmp_path, [row(revenue="500"), row("1003", revenue="1500", campaign="春")], "q.csv")
    done = call("placements", "show", "--of", "revenue", "--campaign", "春", "--lang", "en")
    assert "CN¥1,500 of CN¥1,500 revenue (100 %)" in done.stdout


def test_a_clients_placements_are_seen_by_nobody_else(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [row(orders="1"), row("1002", orders="2", client="晨茶"), row("1003", orders="3", client="暮咖")])
    bring(call, tmp_path, [row("1004", orders="4")], "own.csv", "--client", "晨茶")

    def seen(*more: str) -> list[str]:
        return sorted(each["account"]["native_id"] for each in shown(call, *more)["rows"])

    assert seen() == ["1001"]
    assert seen("--client", "晨茶") == ["1001", "1002", "1004"]
    assert seen("--client", "暮咖") == ["1001", "1003"]


def test_a_file_of_one_client_takes_no_row_of_another(call: Call, tmp_path: Path) -> None:
    rows = [row(orders="1"), row("1002", orders="2", client="暮咖"), row("1003", orders="3", client=" 晨茶 ")]
    found = bring(call, tmp_path, rows, "p.csv", "--client", "晨茶")
    assert (found["accepted"], found["rejected"]) == (2, 1)
    assert "another client than the one of --client" in found["reasons"][0]


def test_runs_and_lists_of_another_client_are_refused(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST), client="晨茶")
    assert shown(call)["run"] is None
    assert shown(call, "--client", "晨茶")["run"]["id"] == 1
    assert call("placements", "show", "--run", "1", "--client", "暮咖").exit_code == 3
    (tmp_path / "list.csv").write_text("平台,用户ID\nweibo,1001\n", "utf-8")
    assert call("candidates", "import", str(tmp_path / "list.csv"), "--yes", "--client", "晨茶").exit_code == 0
    assert call("placements", "show", "--candidates", "candidates").exit_code == 3
    assert call("placements", "show", "--candidates", "candidates", "--client", "晨茶").exit_code == 0


def test_a_lists_accounts_by_its_names_with_who_of_it_nothing_was_placed_with(call: Call, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("平台,用户ID,昵称\nweibo,1002,老王\nweibo,1001,小李\nweibo,1500,阿周\n", "utf-8")
    assert call("candidates", "import", str(tmp_path / "list.csv"), "--yes", "--name", "spring").exit_code == 0
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST), list_name="other")
    found = shown(call, "--candidates", "spring")
    assert [each["account"]["name"] for each in found["rows"]] == ["小李", "老王"]
    assert (found["without"], found["run"]) == (["阿周"], None)
    keep(tmp_path, a_run(BEST_FIRST), list_name="spring")
    assert shown(call, "--candidates", "spring")["run"]["id"] == 2
    assert "没有投放:阿周。" in call("placements", "show", "--candidates", "spring", "--lang", "zh").stdout


def test_the_same_placement_brought_again_is_as_it_was_brought_last_and_an_undo_gives_the_older_back(
    call: Call, tmp_path: Path
) -> None:
    bring(call, tmp_path, [row(orders="5"), row("1002", post="https://weibo.com/1002/Abc?from=x", orders="1")])
    rows = [row(orders="9"), row("1002", "2026-03-06", post="http://weibo.com/1002/Abc#c", form="视频", orders="8")]
    newer = bring(call, tmp_path, rows, "q.csv")

    def orders() -> list[int]:
        return [each["brought"]["orders"]["value"] for each in shown(call)["rows"]]

    assert orders() == [9, 8]
    assert call("imports", "undo", str(newer["import_id"]), "--yes").exit_code == 0
    assert orders() == [5, 1]


def test_two_placements_of_one_day_are_told_apart_by_post_or_format_and_a_contradiction_is_refused(
    call: Call, tmp_path: Path
) -> None:
    rows = [
        row(post="A1", orders="1"), row(post="A2", orders="2"), row(form="视频", orders="4"), row(orders="8"), row(orders="8"), row(orders="9"),
        row("1002", post="A1", orders="1"),
    ]  # fmt: skip
    found = bring(call, tmp_path, rows)
    assert (found["accepted"], found["duplicates"], found["rejected"]) == (5, 1, 1)
    first = shown(call)["rows"][0]["brought"]
    assert (first["placements"], first["orders"]["value"]) == (4, 15)


def test_forgotten_is_forgotten_and_does_not_come_back(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, [row(orders="1"), row("1002", orders="2")])
    done = call("forget", "1001", "--platform", "weibo", "--yes", "--lang", "en")
    assert done.exit_code == 0
    assert [each["account"]["native_id"] for each in shown(call)["rows"]] == ["1002"]
    assert bring(call, tmp_path, [row(orders="3")], "q.csv")["forgotten"] == 1


def test_a_purge_keeps_placements_and_the_names_of_their_accounts(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ten())
    assert call("purge").exit_code == 0
    assert len(shown(call)["rows"]) == 10


def test_nothing_known_says_how_to_bring_it(call: Call) -> None:
    assert "fanfit import placements" in call("placements", "show", "--lang", "en").stderr
    assert shown(call)["rows"] == []


GOOD = row("1999", orders="7")
BAD = {
    "no date": (row(date="", orders="1"), "空"),
    "a date to come": (row(date="2098-01-01", orders="1"), "未来的时间"),
    "no such day": (row(date="2026-02-30", orders="1"), "日期或时刻不存在"),
    "nothing said": (row(cost="", currency=""), "既没有费用, 也没有任何结果"),
    "no currency": (row(currency=""), "没有币种"),
    "two currencies": (row(cost="$20"), "同一行有两个币种"),
    "cost and revenue apart": (row(currency="", cost="20元", revenue="$5"), "费用与成交额币种不同"),
    "a share of an order": (row(orders="1.5"), "不是"),
    "fewer than none": (row(orders="-1"), "不是"),
    "a negative cost": (row(cost="-5"), "不是单一金额"),
    "finer than a fen": (row(cost="1.005"), "最小单位"),
    "a rounded post id": (row(post="4.9E+15", orders="1"), "末尾几位已丢失"),
    "words for a post": (row(post="see below", orders="1"), "不是ID"),
    "nobody": (row("", orders="1"), "没有写账号"),
}


@pytest.mark.parametrize("line", BAD)
def test_a_bad_row_costs_itself_and_says_what_to_write(call: Call, tmp_path: Path, line: str) -> None:
    bad, said = BAD[line]
    path = tmp_path / "p.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n{bad}\n", "utf-8")
    done = call("import", "placements", str(path), "--yes", "--lang", "zh")
    assert done.exit_code == 0, done.stderr
    assert said in done.stderr
    assert "第 3 行" in done.stderr
    assert [each["account"]["native_id"] for each in shown(call)["rows"]] == ["1999"]


def test_an_account_by_its_handle_or_address_is_looked_up(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "平台,账号,发布日期,订单\nweibo,https://weibo.com/u/1234567890,2026-03-05,3\nweibo,@nobody,2026-03-05,3\n", "utf-8"
    )
    done = call("import", "placements", str(path), "--yes", "--lang", "en")
    assert "unmatched: not exactly one account is meant" in done.stderr
    assert [each["account"]["native_id"] for each in shown(call)["rows"]] == ["1234567890"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_our_own_template_is_understood(call: Call, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "t.csv"
    assert call("--lang", lang, "import", "placements", str(path), "--template").exit_code == 0
    head = path.read_text("utf-8-sig").splitlines()[0].split(",")
    values = {"平台": "weibo", "platform": "weibo", "用户ID": "1001", "account_id": "1001", "发布日期": "2026-03-05", "placed_at": "2026-03-05", "订单": "3", "orders": "3"}  # fmt: skip
    path.write_text(",".join(head) + "\n" + ",".join(values.get(name, "") for name in head) + "\n", "utf-8")
    assert call("import", "placements", str(path), "--yes").exit_code == 0
    assert [each["brought"]["orders"]["value"] for each in shown(call)["rows"]] == [3]


def test_a_narrow_terminal_keeps_account_rank_cost_and_orders(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    bring(call, tmp_path, ten())
    keep(tmp_path, a_run(BEST_FIRST))
    out = call("placements", "show", "--lang", "en").stdout
    for words in ("1001", "1 (1-2)", "7,000", "CN¥1.43"):
        assert words in out
