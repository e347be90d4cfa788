"""`safety` and the whole of `content`: from imported posts to hits with dates and links, and to what was not read."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from storage.pulling import watch

NOW = datetime.now(UTC)
POSTS = [  # id, days ago, text, repost
    ("BV1aa411c7mD", 300, "第一次穿安踏 跑步", "否"),
    ("4900000000000002", 100, "今天穿安踏 跑步 #广告", "否"),
    ("4900000000000003", 50, "新鞋 ＮＩＫＥ👟", "否"),
    ("4900000000000004", 40, "转 Nike", "是"),
    ("4900000000000005", 20, "有人去赌博", "否"),
    ("4900000000000006", 10, "Nike 又来", "否"),
]
BRANDS = "brands:\n- name: 安踏\n  relation: own\n- name: Nike\n  aliases: [耐克]\n  relation: competitor\n"


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(folder), *arguments])


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fanfit.toml").write_text("", "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    watch(store, "bilibili", ["1001", "1002"], now=NOW)
    store.close()
    rows = [
        f"bilibili,{key},1001,{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ},{text},{repost}"
        for key, days, text, repost in POSTS
    ]
    (tmp_path / "posts.csv").write_text("平台,内容ID,用户ID,发布时间,正文,是否转发\n" + "\n".join(rows) + "\n", "utf-8")
    stated = ("--source", "test", "--basis", "test", "--obtained", "2026-03-01", "--yes")
    done = call(tmp_path, "import", "posts", str(tmp_path / "posts.csv"), *stated, "--json")
    assert json.loads(done.stdout)["rejected"] == 0
    (tmp_path / "brands.yaml").write_text(BRANDS, "utf-8")
    (tmp_path / "words.txt").write_text("赌博\n", "utf-8")
    return tmp_path


def document(folder: Path, account: str, *more: str) -> dict[str, Any]:
    done = call(
        folder, "safety", account, "--brands", str(folder / "brands.yaml"), "--words", str(folder / "words.txt"), *more, "--json"
    )
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["accounts"][0]
    return found


def test_hits_come_with_relation_first_or_again_and_reposts_apart(workspace: Path) -> None:
    hits = [
        (hit["name"], hit["relation"], hit["repost"], hit["first"], hit["declared"])
        for hit in document(workspace, "1001")["hits"]
    ]
    assert hits == [
        ("安踏", "own", False, False, True),
        ("Nike", "competitor", False, True, False),
        ("Nike", "competitor", True, False, False),
        ("赌博", None, False, True, False),
        ("Nike", "competitor", False, False, False),
    ]


def test_what_was_read_is_counted_and_a_link_stands_only_where_there_is_one(workspace: Path) -> None:
    found = document(workspace, "1001")
    assert (found["status"], found["reaches_back"]) == ("checked", True)
    assert (found["coverage"]["own"], found["coverage"]["reposts"], found["coverage"]["unread"]) == (4, 1, 0)
    assert found["coverage"]["gap_days"] == pytest.approx(80, abs=1)
    assert {hit["link"] for hit in found["hits"]} == {None}
    older = document(workspace, "1001", "--days", "400")
    assert older["reaches_back"] is False
    assert older["hits"][0]["link"] == "https://www.bilibili.com/video/BV1aa411c7mD"


@pytest.mark.parametrize(("lang", "said"), [("en", "NOT CHECKED"), ("zh", "未检查")])
def test_an_account_without_posts_is_not_checked_and_never_clean(workspace: Path, lang: str, said: str) -> None:
    assert document(workspace, "1002")["status"] == "not_checked"
    printed = call(workspace, "safety", "1002", "--words", str(workspace / "words.txt"), "--lang", lang).stdout
    assert said in printed
    assert "clean record" in printed or "不等于" in printed


def test_no_text_of_a_post_is_printed(workspace: Path) -> None:
    done = call(workspace, "safety", "1001", "--brands", str(workspace / "brands.yaml"), "--lang", "zh")
    assert "竞品" in done.stdout
    assert "跑步" not in done.stdout
    assert "未测量" in done.stderr


def test_nothing_to_look_for_or_no_account_is_refused(workspace: Path) -> None:
    assert call(workspace, "safety", "1001").exit_code == 2
    assert call(workspace, "safety", "--words", str(workspace / "words.txt")).exit_code == 2
    assert call(workspace, "safety", "1001", "--words", str(workspace / "nowhere.txt")).exit_code == 2


def test_the_card_tells_interactions_apart_and_links_the_best(workspace: Path) -> None:
    rows = [
        f"bilibili,1001,{POSTS[at][0]},互动,{value},{paid},2026-03-05"
        for at, value, paid in ((0, 900, "否"), (1, 100, "是"), (2, 300, "否"))
    ]
    (workspace / "p.csv").write_text("平台,用户ID,内容ID,指标,中位数,是否商单,观察时间\n" + "\n".join(rows) + "\n", "utf-8")
    assert call(workspace, "import", "performance", str(workspace / "p.csv"), "--yes").exit_code == 0
    found = json.loads(call(workspace, "content", "1001", "--days", "365", "--json").stdout)
    assert {row["paid"]: row["median"] for row in found["interactions"]} == {"organic": 600, "paid": 100}
    assert [(best["interactions"], best["link"]) for best in found["best"]] == [
        (900, "https://www.bilibili.com/video/BV1aa411c7mD"),
        (300, None),
        (100, None),
    ]
    assert "600" in call(workspace, "content", "1001", "--lang", "en").stdout


def test_a_list_of_accounts_is_a_table(workspace: Path) -> None:
    (workspace / "list.csv").write_text("平台,用户ID,昵称\nbilibili,1001,跑者\nbilibili,1002,旅人\n", "utf-8")
    assert call(workspace, "candidates", "import", str(workspace / "list.csv"), "--yes").exit_code == 0
    found = json.loads(call(workspace, "content", "--candidates", "candidates", "--json").stdout)["accounts"]
    assert [each["card"] is None for each in found] == [False, True]
    printed = call(workspace, "content", "--candidates", "candidates", "--lang", "zh").stdout
    assert "旅人" in printed
    checked = call(workspace, "safety", "--candidates", "candidates", "--words", str(workspace / "words.txt"), "--json")
    assert [each["status"] for each in json.loads(checked.stdout)["accounts"]] == ["checked", "not_checked"]
