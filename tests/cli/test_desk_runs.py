"""A list of which nobody has followers at hand: ranked as ranges, written in every format with its badge, erased when asked."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from collectors.planner.blank import write_workbook
from storage.engine import create_store

Call = Callable[..., Result]
ROWS: dict[str, list[dict[str, object]]] = {
    "candidates": [{"given": f"https://weibo.com/u/{1000 + at}", "name": f"账号{at}"} for at in range(5)],
    "quotes": [{"account": f"账号{at}", "price": 10_000 * (at + 1), "format": "图文", "observed_at": "2026-11-01"} for at in range(3)],
    "audience": [
        {"account": f"账号{at}", "base": base, "dimension": "性别", "bucket": bucket, "share": share}
        for at, base, women in ((0, "粉丝", 0.9), (1, "粉丝", 0.6), (2, "粉丝", 0.3), (1, "观众", 0.5))
        for bucket, share in (("女", women), ("男", round(1 - women, 2)))
    ],
    "performance": [{"account": "账号0", "metric": "播放", "value": 50_000, "q1": 30_000, "q3": 90_000, "n": 20, "paid": "是"}],
}  # fmt: skip


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fanfit.toml").write_text('lang = "zh"\n', "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()
    write_workbook(tmp_path / "desk.xlsx", "zh", brief={"campaign": "spring", "gender": "女"}, rows=ROWS)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])

    assert invoke("workbook", "read", "desk.xlsx").exit_code == 0
    return invoke


def shortlist(call: Call, *more: str) -> Result:
    done = call("shortlist", "--persona", "personas/spring.yaml", "--candidates", "spring", *more)
    assert done.exit_code == 0, done.stderr
    return done


def result(call: Call) -> dict[str, Any]:
    return dict(json.loads(shortlist(call, "--json").stdout))


def test_ranges_stand_in_their_bands_base_by_base_and_no_rank_is_given(call: Call) -> None:
    found = result(call)
    assert (found["cards"], found["engine"]) == ([], "none")
    assert [(each["account"]["name"], each["base"], each["band"], each["low"], each["high"]) for each in found["ranges"]] == [
        ("账号0", "followers", "A", 0.9, 0.9), ("账号1", "followers", "B", 0.6, 0.6), ("账号2", "followers", "C", 0.3, 0.3),
        ("账号1", "viewers", "A", 0.5, 0.5),
    ]  # fmt: skip
    assert "p_top" not in found["ranges"][0]
    assert (found["ranges"][0]["fitting_views"], found["ranges"][0]["cost"]) == (
        [45_000.0, 45_000.0],
        [pytest.approx(22_222.2, abs=0.1)] * 2,
    )
    assert {each["account"]["name"] for each in found["not_scored"]} == {f"账号{at}" for at in range(5)}


@pytest.mark.parametrize(("lang", "badge"), [("zh", "B 级:范围"), ("en", "Grade B: range")])
def test_every_output_has_the_badge_and_only_who_has_nothing_is_not_scored(
    call: Call, tmp_path: Path, lang: str, badge: str
) -> None:
    printed = shortlist(call, "--lang", lang).stdout
    assert badge in printed
    assert call("report", "--lang", lang).exit_code == 0
    folder = tmp_path / "reports" / "run-1"
    page = (folder / f"run-1-{lang}.html").read_text("utf-8")
    assert page.count(badge) == 2
    book = openpyxl.load_workbook(folder / f"run-1-{lang}.xlsx")
    sheets = [name for name in book.sheetnames if "B" in name]
    assert [book[name].max_row >= 2 and badge in [cell.value for cell in book[name][2]] for name in sheets] == [True, True]
    for number in (1, 2):
        with (folder / f"run-1-{lang}-ranges-{number}.csv").open(encoding="utf-8-sig") as stream:
            head, *rows = csv.reader(stream)
        assert all(badge in row and len(row) == len(head) for row in rows)
    assert "账号3" in page
    assert "账号4" in page


def test_what_posts_bring_stands_beside_a_sample_too(call: Call, tmp_path: Path) -> None:
    fans = "平台,用户ID,粉丝ID\n" + "".join(f"weibo,1000,f{at}\nweibo,1003,g{at}\n" for at in range(60))
    told = "平台,用户ID,性别\n" + "".join(
        f"weibo,f{at},{'女' if at < 45 else '男'}\nweibo,g{at},{'女' if at < 15 else '男'}\n" for at in range(60)
    )
    (tmp_path / "fans.csv").write_text(fans, "utf-8")
    (tmp_path / "told.csv").write_text(told, "utf-8")
    origin = ("--source", "test", "--basis", "test", "--obtained", "2026-11-01", "--yes")
    done = call(
        "import", "follows", "fans.csv", "--frame", "complete", "--pulled-at", "2026-11-01", "--list", "followers", *origin
    )
    assert done.exit_code == 0, done.stderr
    assert call("import", "attributes", "told.csv", *origin).exit_code == 0
    found = result(call)
    cards = {card["account"]["native_id"]: card for card in found["cards"]}
    assert set(cards) == {"1000", "1003"}
    first = cards["1000"]
    assert first["fitting_views"]["value"] == pytest.approx(50_000 * first["precision"]["value"])
    assert first["fitting_views"]["high"] == pytest.approx(50_000 * first["precision"]["high"])
    assert first["cost_per_thousand_views"]["value"] == pytest.approx(1000 * 1_000_000 / first["fitting_views"]["value"])
    assert cards["1003"]["fitting_views"] is None
    assert len(found["ranges"]) == 4, "an account may stand in both tables, never in one column"
    assert call("report", "--lang", "zh").exit_code == 0
    page = (tmp_path / "reports" / "run-1" / "run-1-zh.html").read_text("utf-8")
    assert "A 级:逐人样本" in page
    assert "预期符合目标的播放/阅读" in page


def test_who_is_forgotten_leaves_the_ranges_of_runs_too(call: Call) -> None:
    shortlist(call)
    assert call("forget", "1000", "--platform", "weibo", "--yes").exit_code == 0
    kept = json.loads(call("runs", "show", "1", "--json").stdout)["result"]
    assert [each["account"]["native_id"] for each in kept["ranges"]] == ["1001", "1002", "1001"]
    assert "账号0" not in json.dumps(kept, ensure_ascii=False)


def test_a_list_with_nothing_at_all_is_refused_as_before(call: Call, tmp_path: Path) -> None:
    write_workbook(tmp_path / "other.xlsx", "zh", brief={"campaign": "bare"}, rows={"candidates": ROWS["candidates"]})
    assert call("workbook", "read", "other.xlsx", "--list", "bare").exit_code == 0
    persona = tmp_path / "interest.yaml"
    persona.write_text("name: i\ntitle: {zh: 人, en: P}\nmust:\n  - interest: outdoor.camping\n", "utf-8")
    (tmp_path / "nobody.csv").write_text("平台,用户ID\nweibo,99\n", "utf-8")
    assert call("candidates", "import", "nobody.csv", "--name", "nobody", "--yes").exit_code == 0
    done = call("shortlist", "--persona", str(persona), "--candidates", "nobody")
    assert (done.exit_code, "fanfit import follows" in done.stderr) == (5, True)


def test_two_runs_of_ranges_alone_say_the_same(call: Call) -> None:
    shortlist(call)
    shortlist(call)
    assert json.loads(call("runs", "diff", "1", "2", "--json").stdout)["same"] is True
    missing = call("explain", "账号0", "--run", "1")
    assert missing.exit_code == 0
    assert "没有它的粉丝名单" in missing.stdout


def test_rows_of_people_are_refused_in_words_where_there_were_none(call: Call) -> None:
    shortlist(call)
    done = call("export", "1", "--parquet")
    assert (done.exit_code, "no rows of people" in done.stderr) == (3, True)
