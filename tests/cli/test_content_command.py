"""`content`: an account's posts from an import to the card, in both languages and as JSON."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from storage.pulling import watch

TEXT = "周末带帐篷和睡袋去露营 营地的天幕和卡式炉都很好用 露营椅也带上"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fanfit.toml").write_text("", "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    watch(store, "weibo", ["1001"], now=datetime.now(UTC))
    store.close()
    now = datetime.now(UTC)
    rows = [
        f"weibo,p{at},1001,{now - timedelta(days=3 * at + 1):%Y-%m-%dT%H:%M:%SZ},{TEXT}{'#广告' if at < 3 else ''},{'是' if at == 9 else '否'}"
        for at in range(10)
    ]
    (tmp_path / "posts.csv").write_text("平台,内容ID,用户ID,发布时间,正文,是否转发\n" + "\n".join(rows) + "\n", "utf-8")
    stated = ("--source", "test", "--basis", "test", "--obtained", "2026-03-01", "--yes")
    assert call(tmp_path, "import", "posts", str(tmp_path / "posts.csv"), *stated).exit_code == 0
    return tmp_path


def call(workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace), *arguments])


def test_as_json(workspace: Path) -> None:
    card = json.loads(call(workspace, "content", "1001", "--json").stdout)["card"]
    assert (card["posts"], card["days_between"]) == (10, 3)
    assert card["original"]["value"] == 0.9
    assert card["commercial"]["value"] == pytest.approx(3 / 9)
    assert any(month["topics"] for month in card["months"])


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", ("原创占比:90%", "户外", "未声明的不计入")), ("en", ("Own posts: 90 %", "Outdoor", "Who does not disclose"))],
)
def test_in_words(workspace: Path, lang: str, said: tuple[str, ...]) -> None:
    printed = call(workspace, "content", "1001", "--lang", lang).stdout
    assert all(word.lower() in printed.lower() for word in said), printed


def test_without_posts_in_the_time_it_says_how_to_bring_them(workspace: Path) -> None:
    store_empty = call(workspace, "content", "1001", "--days", "7", "--json")
    assert json.loads(store_empty.stdout)["card"]["posts"] == 2
    assert call(workspace, "content", "nobody").exit_code != 0
