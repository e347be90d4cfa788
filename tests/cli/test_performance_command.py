"""What posts brought: stated medians and single posts, organic and commercial apart, newer in the place of older."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store

Call = Callable[..., Result]
HEAD = "平台,用户ID,内容ID,指标,中位数,下四分位,上四分位,内容数,统计天数,是否商单,观察时间\n"


def call_in(folder: Path) -> Call:
    """Commands in a new workspace."""
    (folder / "fanfit.toml").write_text('timezone = "Asia/Shanghai"\n', "utf-8")
    (folder / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (folder / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db").close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(folder), *arguments])

    return invoke


@pytest.fixture
def call(tmp_path: Path) -> Call:
    return call_in(tmp_path)


def bring(call: Call, tmp_path: Path, rows: list[str], name: str = "p.csv") -> int:
    path = tmp_path / name
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    done = call("import", "performance", str(path), "--yes", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rejected"] == 0, found
    return int(found["import_id"])


def shown(call: Call) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["metric"], row["paid"]): row for row in json.loads(call("performance", "1001", "--json").stdout)}


def test_a_stated_median_with_quartiles_organic_and_commercial_apart(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ["weibo,1001,,播放量,12万,8万,20万,30,90,否,2026-03-05", "weibo,1001,,播放,5万,,,6,90,是,2026-03-05", "weibo,1001,,阅读,900,,,,,,2026-03-05"])  # fmt: skip
    found = shown(call)
    assert set(found) == {("plays", "organic"), ("plays", "paid"), ("reads", "unknown")}
    plays = found["plays", "organic"]
    assert (plays["median"], plays["q1"], plays["q3"], plays["n"], plays["days"], plays["stated"]) == (
        120_000,
        80_000,
        200_000,
        30,
        90,
        True,
    )
    printed = call("performance", "1001", "--lang", "zh").stdout
    assert "80,000-200,000" in printed
    assert "商单" in printed


@settings(max_examples=10, deadline=None)
@given(values=st.lists(st.integers(0, 10**7), min_size=1, max_size=9))
def test_single_posts_make_the_median_themselves(tmp_path_factory: pytest.TempPathFactory, values: list[int]) -> None:
    folder = tmp_path_factory.mktemp("posts")
    call = call_in(folder)
    bring(call, folder, [f"weibo,1001,p{at},播放,{value},,,,,否,2026-03-05" for at, value in enumerate(values)])
    row = shown(call)["plays", "organic"]
    assert (row["median"], row["n"], row["stated"]) == (median(values), len(values), False)
    assert (row["q1"] is None) is (len(values) < 4)


def test_what_is_newer_counts_and_an_undo_gives_the_older_back(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ["weibo,1001,p1,播放,100,,,,,否,2026-03-01", "weibo,1001,p2,播放,300,,,,,否,2026-03-01"])
    again = bring(call, tmp_path, ["weibo,1001,p1,播放,500,,,,,否,2026-03-08"], "q.csv")
    assert shown(call)["plays", "organic"]["median"] == 400, "of a post the newest figure counts"
    stated = bring(call, tmp_path, ["weibo,1001,,播放,999,,,20,30,否,2026-03-20"], "s.csv")
    assert shown(call)["plays", "organic"]["median"] == 999
    for number, expected in ((stated, 400), (again, 200)):
        assert call("imports", "undo", str(number), "--yes").exit_code == 0
        assert shown(call)["plays", "organic"]["median"] == expected


def test_forgotten_is_forgotten(call: Call, tmp_path: Path) -> None:
    bring(call, tmp_path, ["weibo,1001,,播放,999,,,20,30,否,2026-03-20"])
    assert call("forget", "1001", "--platform", "weibo", "--yes").exit_code == 0
    assert call("performance", "1001", "--json").exit_code != 0


def test_nothing_known_says_how_to_bring_it(call: Call, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("平台,用户ID,昵称\nweibo,1001,老王\n", "utf-8")
    assert call("candidates", "import", str(tmp_path / "list.csv"), "--yes").exit_code == 0
    assert "fanfit import performance" in call("performance", "--lang", "en").stderr
