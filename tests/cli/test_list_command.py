"""`list show | set | history | mark | diff` at the command line: both languages, JSON, asked and unasked, refusals."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook
from typer.testing import CliRunner

from cli.main import app
from reports.marks import FIELD_WORDS

Call = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a list of two accounts, ranked by shares of their audiences."""
    where = tmp_path_factory.mktemp("list-commands")
    (where / "list.csv").write_text("platform,account_id,name\nweibo,11,晨曦日记\nweibo,12,Nora\n", "utf-8")
    shares = "platform,account_id,base,dimension,bucket,share,observed_at\n" + "".join(
        f"weibo,{account},followers,gender,{bucket},{share},2026-01-04\n"
        for account, women in ((11, 0.7), (12, 0.4))
        for bucket, share in (("female", women), ("male", 1 - women))
    )
    (where / "shares.csv").write_text(shares, "utf-8")
    (where / "persona.yaml").write_text("name: women\nmust:\n  - attribute: gender\n    in: [female]\n", "utf-8")
    for args in (
        ("init",), ("candidates", "import", "list.csv", "--name", "spring", "--yes"), ("import", "audience", "shares.csv", "--yes"),
        ("shortlist", "--persona", "persona.yaml", "--candidates", "spring"),
    ):  # fmt: skip
        done = invoke(where, *args)
        assert done.exit_code == 0, done.output
    return where


def invoke(where: Path, *args: str, lang: str = "en", **more: str) -> Result:
    paths = [str(where / each) if each.endswith((".csv", ".yaml", ".xlsx")) else each for each in args]
    return CliRunner().invoke(
        app, ["--workspace", str(where), *paths], env={"LANG": lang, "FANFIT_NOW": "2026-01-06T00:00:00Z"}, **more
    )


@pytest.fixture
def call(folder: Path) -> Call:
    return lambda *args, **more: invoke(folder, *args, **more)


def marked(folder: Path, call: Call, **values: str) -> str:
    """The report's workbook with fields of Nora's row typed in."""
    done = call("report", "--format", "xlsx", "--lang", "en", "--json")
    book = json.loads(done.stdout)["files"][0]
    opened = load_workbook(book)
    sheet = next(each for each in opened if any(cell.value == "fanfit" for cell in each[1]))
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(cell.row for cells in sheet.iter_rows() for cell in cells if cell.value == "Nora")
    for name, value in values.items():
        sheet.cell(row, heads[FIELD_WORDS[name]("en")]).value = value
    opened.save(folder / "marked.xlsx")
    return "marked.xlsx"


def test_a_status_is_set_shown_and_found_again(call: Call) -> None:
    assert "1 fields set" in call("list", "set", "spring", "Nora", "--status", "待询价", "--by", "Mo").stdout
    assert "本来就是如此" in call("list", "set", "spring", "12", "--status", "to quote", "--lang", "zh").stdout
    shown = call("list", "show", "spring", "--status", "待询价", "--lang", "zh")
    assert "Nora" in shown.stdout
    assert "晨曦日记" not in shown.stdout
    rows = json.loads(call("list", "show", "spring", "--json").stdout)["rows"]
    assert [(row["account"]["name"], row["grade"], row["place"], row.get("status")) for row in rows] == [
        ("晨曦日记", "B", None, None), ("Nora", "B", None, "to_quote"),
    ]  # fmt: skip
    assert "Mo" in call("list", "history", "spring", "Nora").stdout


def test_what_to_set_must_be_said(call: Call) -> None:
    refused = call("list", "set", "spring", "Nora")
    assert (refused.exit_code, "Say what to set" in refused.output.replace("\n", " ")) == (2, True)
    assert call("list", "set", "spring", "nobody", "--status", "sent").exit_code != 0
    assert call("list", "show", "nowhere").exit_code != 0


def test_a_marked_workbook_is_taken_and_a_second_time_says_nothing_new(call: Call, folder: Path) -> None:
    file = marked(folder, call, status="approved", owner="Li")
    would = call("list", "mark", file, "--dry-run")
    assert "would be taken" in would.stdout
    taken = call("list", "mark", file, "--by", "client")
    assert "2 fields of 1 accounts taken" in taken.stdout, taken.output
    assert "没有可采用的" in call("list", "mark", file, "--lang", "zh").stdout


def test_conflicts_are_listed_and_nothing_is_written_where_nobody_can_be_asked(call: Call, folder: Path) -> None:
    file = marked(folder, call, slot="December", mcn="Star")
    call("list", "set", "spring", "Nora", "--slot", "November")
    stopped = call("list", "mark", file)
    assert stopped.exit_code == 2
    assert "--take file or --take mine" in stopped.output.replace("\n", " ")
    asked = json.loads(call("list", "mark", file, "--json").stdout)
    assert asked["written"] is False
    assert [(each["field"], each["base"], each["here"], each["file"]) for each in asked["conflicts"]] == [
        ("slot", "", "November", "December")
    ]
    [nora] = [
        row for row in json.loads(call("list", "show", "spring", "--json").stdout)["rows"] if row["account"]["name"] == "Nora"
    ]
    assert (nora["slot"], nora.get("mcn")) == ("November", None)
    mine = json.loads(call("list", "mark", file, "--take", "mine", "--json").stdout)
    assert [each["field"] for each in mine["taken"]] == ["mcn"]
    theirs = json.loads(call("list", "mark", file, "--take", "file", "--json").stdout)
    assert [each["field"] for each in theirs["taken"]] == ["slot"]


def test_a_page_says_what_was_decided_beside_the_account(call: Call) -> None:
    call("list", "set", "spring", "Nora", "--status", "signed", "--order", "1", "--order-reason", "client's wish")
    files = json.loads(call("report", "--format", "html,csv", "--lang", "both", "--json").stdout)["files"]
    texts = {Path(each).name: Path(each).read_text("utf-8-sig") for each in files}
    zh, en = (next(text for name, text in texts.items() if name.endswith(f"-{lang}.html")) for lang in ("zh", "en"))
    assert "已签" in zh
    assert "人工排序第 1 位:client" in zh
    assert "own place 1: client" in en
    assert any("signed" in text for name, text in texts.items() if name.endswith(".csv") and "-en" in name)


def test_two_lists_are_compared(call: Call, folder: Path) -> None:
    (folder / "other.csv").write_text("platform,account_id,name\nweibo,12,Nora\n", "utf-8")
    call("candidates", "import", "other.csv", "--name", "autumn", "--yes")
    told = call("list", "diff", "spring", "autumn")
    assert "1 accounts on both, 1 only in A, 0 only in B" in told.stdout, told.output
    assert "工作区内没有已知的人" in call("list", "diff", "spring", "autumn", "--lang", "zh").stdout
    document = json.loads(call("list", "diff", "spring", "autumn", "--json").stdout)
    assert sorted(each["on"] for each in document["rows"]) == ["a", "both"]


def test_an_account_with_a_range_is_explained_by_its_range(call: Call) -> None:
    told = call("explain", "Nora")
    assert told.exit_code == 0, told.output
    assert "Grade B" in told.stdout
    assert "Nora" in told.stdout
    assert "晨曦日记" not in told.stdout
    document = json.loads(call("explain", "12", "--json").stdout)
    assert [each["account"]["native_id"] for each in document["ranges"]] == ["12"]
