"""The planner's workbook at the terminal: from an empty one to a list with notes, figures and a persona; every bad cell by its address."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from typer.testing import CliRunner, Result

from cli.main import app
from collectors.planner.blank import write_workbook
from scoring.persona_file import read_persona
from storage.engine import create_store

Call = Callable[..., Result]
BRIEF = {
    "client": "晨露茶饮", "campaign": "春季新品", "gender": "女", "ages": "18-24岁,25~34", "interests": "露营,登月", "not_keywords": "代购",
}  # fmt: skip
ROWS: dict[str, list[dict[str, object]]] = {
    "candidates": [
        {"given": "https://weibo.com/u/1001", "name": "露营的老王", "note": "合作过"},
        {"given": "https://space.bilibili.com/42", "name": "山行🏔️"},
        {"given": "https://xhslink.com/abc", "name": "小红"},
        {"name": "只有名字"},
    ],
    "quotes": [
        {"account": "露营的老王", "format": "图文", "price": "１２，０００", "observed_at": "2026-11-01"},
        {"account": "山行🏔️", "format": "视频", "price": "面议"},
    ],
    "audience": [
        {"account": "露营的老王", "base": "粉丝", "dimension": "性别", "bucket": "女", "share": 0.62},
        {"account": "露营的老王", "base": "粉丝", "dimension": "性别", "bucket": "男", "share": "38%"},
        {"account": "https://weibo.com/u/1001", "base": "路人", "dimension": "性别", "bucket": "女", "share": 0.5},
    ],
    "performance": [{"account": "山行🏔️", "metric": "播放", "value": "12万"}],
}  # fmt: skip


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fanfit.toml").write_text('lang = "zh"\n', "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])

    return invoke


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "desk.xlsx"
    write_workbook(path, "zh", brief=BRIEF, rows=ROWS)
    book = openpyxl.load_workbook(path)
    book["名单"]["A3"].comment = Comment("档期只有周末", "planner")
    book["报价"]["H1"], book["报价"]["H2"] = "谈判", "可再降"
    book["需求"]["D2"] = "老板周四要"
    book.save(path)
    return path


def read(call: Call, path: Path, *more: str) -> dict[str, Any]:
    done = call("workbook", "read", str(path), "--json", *more)
    assert done.exit_code == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_new_workbook_has_its_sheets_and_takes_no_files_place(call: Call, tmp_path: Path) -> None:
    done = call("workbook", "new", "new.xlsx", "--lang", "zh")
    assert "workbook read new.xlsx" in done.stderr
    assert openpyxl.load_workbook(tmp_path / "new.xlsx").sheetnames == ["需求", "名单", "报价", "画像", "表现", "说明"]
    again = call("workbook", "new", "new.xlsx")
    assert (again.exit_code, "exists already" in again.stderr) == (3, True)
    assert call("workbook", "new", "en.xlsx", "--lang", "en").exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "en.xlsx").sheetnames == [
        "Brief",
        "Candidates",
        "Quotes",
        "Audience",
        "Performance",
        "Guide",
    ]


def test_every_sheet_is_taken_and_every_bad_cell_named_by_its_address(call: Call, filled: Path) -> None:
    found = read(call, filled)
    assert found["list_name"] == "春季新品"
    taken = {sheet["kind"]: (sheet["outcome"]["accepted"], sheet["outcome"]["rejected"]) for sheet in found["sheets"]}
    assert taken == {"candidates": (3, 1), "quotes": (1, 1), "audience": (2, 1), "performance": (1, 0)}
    problems = [each for sheet in found["sheets"] for each in sheet["problems"]] + found["problems"]
    assert {(each["sheet"], each["place"]) for each in problems} == {
        ("名单", "A5"), ("名单", "A4"), ("报价", "E3"), ("画像", "C4"), ("需求", "B14"),
    }  # fmt: skip
    assert all(each["reason"] for each in problems)


def test_remarks_stand_in_the_notes_of_their_candidate_or_are_listed(call: Call, filled: Path) -> None:
    found = read(call, filled)
    rows = json.loads(call("candidates", "show", "春季新品", "--json").stdout)
    assert {row["name"]: row["note"] for row in rows} == {
        "露营的老王": "合作过 · [报价!H2] 谈判: 可再降", "山行🏔️": "[名单!A3] 档期只有周末", "小红": None,
    }  # fmt: skip
    assert [(each["sheet"], each["place"], each["text"]) for each in found["loose"]] == [("需求", "D2", "老板周四要")]
    assert "老板周四要" in Path(found["loose_file"]).read_text("utf-8-sig")


def test_the_conditions_of_the_brief_become_a_persona_that_ranks(call: Call, filled: Path) -> None:
    found = read(call, filled)
    persona = read_persona(Path(found["persona"]))
    assert [(each.kind, each.values or each.interest) for each in persona.must] == [
        ("attribute", ("female",)), ("attribute", ("18-24", "25-34")), ("interest", "outdoor.camping"),
    ]  # fmt: skip
    assert persona.must_not[0].words == ("代购",)
    ranked = json.loads(call("audience", "rank", "--persona", found["persona"], "--candidates", "春季新品", "--json").stdout)
    assert [(row["account"]["label"] if "label" in row["account"] else row["account"]["name"]) for row in ranked["rows"]] == [
        "露营的老王"
    ]
    assert (ranked["rows"][0]["found"]["low"], ranked["rows"][0]["found"]["high"]) == (0.0, 0.62)


def test_the_same_workbook_again_does_nothing_and_a_corrected_one_brings_the_rest(call: Call, filled: Path) -> None:
    read(call, filled)
    assert {sheet["outcome"]["status"] for sheet in read(call, filled)["sheets"]} == {"already"}
    book = openpyxl.load_workbook(filled)
    book["名单"]["A5"], book["报价"]["E3"], book["名单"]["E2"] = "https://weibo.com/u/77", 8000, "合作过两次"
    book.save(filled)
    found = read(call, filled)
    assert found["sheets"][1]["outcome"]["rejected"] == 0
    rows = json.loads(call("candidates", "show", "春季新品", "--json").stdout)
    assert [row["name"] for row in rows] == ["露营的老王", "山行🏔️", "小红", "只有名字"]
    assert rows[0]["note"].startswith("合作过两次")


def test_a_persona_file_of_another_content_is_kept(call: Call, filled: Path, tmp_path: Path) -> None:
    first = Path(read(call, filled)["persona"])
    first.write_text("name: mine\n", "utf-8")
    second = Path(read(call, filled)["persona"])
    assert (first.read_text("utf-8"), second == first, second.parent) == ("name: mine\n", False, tmp_path / "personas")


def test_conditions_that_may_not_be_asked_are_named_and_nothing_is_written(call: Call, tmp_path: Path) -> None:
    write_workbook(tmp_path / "desk.xlsx", "zh", brief={"ages": "12-17", "keywords": "抑郁症"})
    found = read(call, tmp_path / "desk.xlsx")
    assert found["persona"] is None
    assert len(found["problems"]) == 1


def test_the_terminal_says_what_was_read_and_what_comes_next(call: Call, filled: Path) -> None:
    for lang, words in (
        ("zh", ("4 行中读入 3 行", "没有看懂的单元格(5 处)", "短链接", "下一步", "CNY")),
        ("en", ("taken before", "Next:")),
    ):
        done = call("workbook", "read", str(filled), "--lang", lang)
        for word in words:
            assert word in done.stdout, done.stdout


def test_a_sheet_without_its_columns_is_refused_and_the_others_are_read(call: Call, tmp_path: Path) -> None:
    write_workbook(tmp_path / "desk.xlsx", "zh", rows=ROWS)
    book = openpyxl.load_workbook(tmp_path / "desk.xlsx")
    book["报价"].delete_cols(5)
    book.save(tmp_path / "desk.xlsx")
    done = call("workbook", "read", "desk.xlsx", "--json")
    sheets = {sheet["kind"]: sheet for sheet in json.loads(done.stdout)["sheets"]}
    assert (done.exit_code, sheets["quotes"]["outcome"], sheets["audience"]["outcome"]["accepted"]) == (3, None, 2)
    assert "price" in sheets["quotes"]["problems"][0]["reason"] or "报价" in sheets["quotes"]["problems"][0]["reason"]


@pytest.mark.parametrize(
    ("name", "content"), [("nothing.xlsx", None), ("locked.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600), ("a.csv", b"a,b\n1,2\n")]
)
def test_what_is_no_workbook_is_refused_with_a_sentence(call: Call, tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = call("workbook", "read", name)
    assert (done.exit_code, done.stderr.startswith("fanfit: ")) == (3, True)
    assert "Traceback" not in done.stderr
