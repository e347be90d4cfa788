"""The import commands at the terminal: what is shown, what is refused, which exit code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app

ORIGIN = ["--source", "a test", "--basis", "made up", "--obtained", "2026-03-05"]
Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs the program in a fresh workspace, in English."""
    monkeypatch.setenv("FANFIT_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [str(part) for part in arguments])

    assert run("init", str(tmp_path), "--controller", "c", "--purpose", "p", "--contact", "e").exit_code == 0
    return run


def test_a_guess_is_shown_and_a_second_call_has_nothing_to_do(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("UID,昵称,粉丝\n1001,小明,1.2万\n1002,小红,多\n", encoding="utf-8")
    first = call("import", "accounts", str(file), "--platform", "weibo", *ORIGIN)
    assert first.exit_code == 0
    assert "native_id ← UID" in first.stderr
    assert "1 imported, 0 repeated, 1 refused, of 2 rows" in first.stderr
    assert "line 3" in first.stderr
    again = call("import", "accounts", str(file), "--platform", "weibo", *ORIGIN)
    assert (again.exit_code, "already imported as #1" in again.stderr) == (0, True)
    listed = json.loads(call("imports", "list", "--json").stdout)
    assert [(item["kind"], item["status"], item["accepted"], item["source"]) for item in listed] == [
        ("accounts", "done", 1, "a test")
    ]


def test_refused_rows_are_told_in_the_language_asked_for(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("UID,昵称,粉丝\n1001,小明,1.2万\n1002,小红,多\n", encoding="utf-8")
    told = {
        "zh": "粉丝: 不是数目(共 1 行: 第 3 行)。应为: 非负整数",
        "en": "粉丝: not a count (1 row, line 3). Expected a whole number",
    }
    for number, (lang, platform) in enumerate([("zh", "weibo"), ("en", "bilibili")], 1):
        done = call("import", "accounts", str(file), "--platform", platform, "--lang", lang, *ORIGIN)
        assert (done.exit_code, told[lang] in done.stderr) == (0, True), done.stderr
        head = (tmp_path / "rejects" / f"import-{number}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        assert head == {"zh": "行号,列,原因,应为", "en": "line,column,reason,expected"}[lang]
    again = call("import", "accounts", str(file), "--platform", "weibo", "--lang", "en", *ORIGIN)
    assert "already imported as #1" in again.stderr, "another language is no other import"
    as_json = call("import", "accounts", str(file), "--platform", "x", "--lang", "zh", "--json", *ORIGIN)
    assert json.loads(as_json.stdout)["reasons"][0].startswith("粉丝: 不是数目")


def test_base_registers_the_same_accounts_as_a_base_sample(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("native_id,name\n1001,a\n1002,b\n", encoding="utf-8")
    done = call("import", "accounts", str(file), "--platform", "weibo", "--base", "--json", *ORIGIN)
    assert done.exit_code == 0, done.stderr
    assert [(item["kind"], item["accepted"]) for item in json.loads(done.stdout)] == [("accounts", 2), ("base", 2)]


def test_what_is_missing_is_said_with_an_example_and_code_3(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("account_id,follower_id\n1001,2002\n", encoding="utf-8")
    no_origin = call("import", "follows", str(file), "--platform", "weibo")
    assert (no_origin.exit_code, "--obtained 2026-03-05" in no_origin.stderr) == (3, True)
    no_frame = call("import", "follows", str(file), "--platform", "weibo", *ORIGIN)
    assert (no_frame.exit_code, "--frame newest" in no_frame.stderr) == (3, True)
    assert call("import", "follows", str(file), "--frame", "all", *ORIGIN).exit_code == 2
    assert (
        call("import", "follows", str(tmp_path / "none.csv"), "--frame", "newest", "--pulled-at", "2026-03-05", *ORIGIN).exit_code
        == 3
    )


def test_candidates_are_shown_listed_and_undone(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("账号\nhttps://weibo.com/u/1001\n@nobody\nhttps://t.cn/abc\n", encoding="utf-8")
    done = call("candidates", "import", str(file), "--name", "march")
    assert done.exit_code == 0, done.stderr
    assert "matched" in done.stdout
    assert "short link" in done.stdout
    assert "2 of 3 candidates found no account" in done.stderr
    rows = json.loads(call("candidates", "show", "march", "--json").stdout)
    assert [(row["status"], row["native_id"]) for row in rows] == [("matched", "1001"), ("unmatched", None), ("unmatched", None)]
    assert json.loads(call("candidates", "lists", "--json").stdout) == [{"list": "march", "rows": 3, "matched": 1}]
    assert call("imports", "undo", "1", "--yes").exit_code == 0
    assert call("candidates", "show", "march").exit_code == 2


def test_a_template_is_written_once_in_the_language_asked_for(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    assert call("import", "follows", str(file), "--template", "--lang", "zh").exit_code == 0
    assert file.read_text(encoding="utf-8-sig") == "平台,用户ID,粉丝ID,粉丝总数\n"
    assert call("import", "follows", str(file), "--template").exit_code == 3


def test_a_wrong_mapping_names_line_and_column(call: Call, tmp_path: Path) -> None:
    file, mapping = tmp_path / "f.csv", tmp_path / "m.yaml"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    mapping.write_text("columns:\n  account_id: c\n", encoding="utf-8")
    done = call("import", "labels", str(file), "--mapping", str(mapping), *ORIGIN)
    assert (done.exit_code, "line 2, column 3" in done.stderr) == (3, True)


def test_undo_says_which_import_takes_posts_over(call: Call, tmp_path: Path) -> None:
    parts = {"both.csv": range(5), "some.csv": range(2), "one.csv": range(2, 3), "last.csv": range(4, 5)}
    for name, numbers in parts.items():
        rows = "".join(f"p{number},1001,2026-03-05T10:00:00Z,露营{number}\n" for number in numbers)
        (tmp_path / name).write_text(f"post_id,account_id,created_at,text\n{rows}", encoding="utf-8")
        assert call("import", "posts", str(tmp_path / name), "--platform", "weibo", *ORIGIN).exit_code == 0
    assert call("imports", "undo", "4", "--yes").stderr == "Import #4 is taken back; deleted: nothing.\n"
    first = call("imports", "undo", "1", "--yes")
    assert first.stderr == "Import #1 is taken back; deleted: 2 posts; 2 posts pass to #2; 1 post passes to #3.\n"
    assert call("imports", "undo", "3", "--yes", "--lang", "zh").stderr == "已撤销导入 #3:删除 帖子 1。\n"
    again = tmp_path / "again.csv"
    again.write_text((tmp_path / "some.csv").read_text("utf-8") + "\n", encoding="utf-8")
    assert call("import", "posts", str(again), "--platform", "weibo", *ORIGIN).exit_code == 0
    assert call("imports", "undo", "2", "--yes", "--lang", "zh").stderr == "已撤销导入 #2:删除 无;2 条帖子转归导入 #5。\n"
    (tmp_path / "more.csv").write_text((tmp_path / "some.csv").read_text("utf-8") + "\n\n", encoding="utf-8")
    assert call("import", "posts", str(tmp_path / "more.csv"), "--platform", "weibo", *ORIGIN).exit_code == 0
    assert json.loads(call("imports", "undo", "5", "--yes", "--json").stdout)["posts_passed"] == {"6": 2}


@pytest.mark.parametrize("flag", [("--timezone", "Peking"), ("--rates", "EUR"), ("--rates", "EUR=-1")])
def test_a_wrong_flag_is_wrong_use_not_a_refused_file(flag: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("account_id,amount,currency\n1001,5,CNY\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "prices", str(path), *flag])
    assert done.exit_code == 2
    assert flag[1] in done.output


def test_undo_asks_and_without_a_terminal_wants_to_be_told(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("账号\n@nobody\n", encoding="utf-8")
    assert call("candidates", "import", str(file)).exit_code == 0
    asked = call("imports", "undo", "1")
    assert (asked.exit_code, "--yes" in asked.stderr) == (2, True)
    assert [item["status"] for item in json.loads(call("imports", "list", "--json").stdout)] == ["done"]
    assert call("imports", "undo", "1", "--yes").exit_code == 0
    assert "taken back" in call("imports", "list").stdout
    assert "已撤销" in call("imports", "list", "--lang", "zh").stdout
