"""The planner's workbook: what is written comes back, what a hostile one holds is read, named or refused, and nothing is lost."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from collectors.errors import FileRefused
from collectors.exports.cells import Unreadable
from collectors.exports.wording import Lang
from collectors.planner.blank import write_workbook
from collectors.planner.grid import LARGEST, open_workbook
from collectors.planner.reading import Desk, DeskSheet, read_desk
from collectors.planner.sheets import FIELDS, TABLES

WEIBO = "https://weibo.com/u/1234567890"
Edit = Callable[[Any], None]


def new(folder: Path, lang: Lang = "zh", **filled: Any) -> Path:
    path = folder / "desk.xlsx"
    path.unlink(missing_ok=True)
    write_workbook(path, lang, **filled)
    return path


def edited(folder: Path, edit: Edit, lang: Lang = "zh") -> Path:
    path = new(folder, lang)
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def desk(path: Path) -> Desk:
    return read_desk(open_workbook(path), "en")


def sheet_of(path: Path, kind: str) -> DeskSheet:
    return next(sheet for sheet in desk(path).sheets if sheet.of.kind.name == kind)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_workbook_holds_nothing_but_our_own_words(tmp_path: Path, lang: Lang) -> None:
    found = desk(new(tmp_path, lang))
    assert (found.sheets, found.remarks, found.notes) == ((), (), ())
    assert found.brief is not None
    assert (dict(found.brief.answers), found.brief.others, found.brief.remarks) == ({}, (), ())


PRINTABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
)
TEXTS = PRINTABLE.map(str.strip).filter(
    lambda text: text.strip("-–—/ ") and not text.lower().startswith(("nan", "n/a", "na", "null", "none", "nil"))
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lang=st.sampled_from(["zh", "en"]),
    names=st.lists(TEXTS, min_size=1, max_size=6),
    notes=st.lists(TEXTS | st.none(), min_size=6, max_size=6),
    answer=TEXTS,
)
def test_what_is_written_is_what_is_read_row_by_row(
    tmp_path: Path, lang: Lang, names: list[str], notes: list[str | None], answer: str
) -> None:
    rows = [{"given": f"https://weibo.com/u/{100000 + at}", "name": name, "note": notes[at]} for at, name in enumerate(names)]
    path = new(tmp_path, lang, brief={"client": answer}, rows={"candidates": rows})
    found = desk(path)
    (candidates,) = found.sheets
    assert candidates.column("given") == [row["given"] for row in rows]
    assert candidates.column("name") == [row["name"] for row in rows], "formulas, links and signs of other scripts are texts"
    assert candidates.column("note") == [row["note"] for row in rows]
    assert candidates.remarks == ()
    assert found.brief is not None
    assert found.brief.text("client") == answer
    assert list(candidates.rows.lines) == list(range(2, 2 + len(rows)))


def test_links_give_the_account_and_their_text_the_name(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["名单"]
        sheet["A2"] = "小鹿🏕️"
        sheet["A2"].hyperlink = WEIBO
        sheet["A3"] = '=HYPERLINK("https://space.bilibili.com/42", "阿强")'
        sheet["A4"] = '=HYPERLINK("https://space.bilibili.com/43")'
        sheet["A5"], sheet["B5"] = WEIBO, "\u202e名字\u202c"

    found = sheet_of(edited(tmp_path, edit), "candidates")
    assert found.column("given") == [WEIBO, "https://space.bilibili.com/42", "https://space.bilibili.com/43", WEIBO]
    assert found.column("name") == ["小鹿🏕️", "阿强", None, "\u202e名字\u202c"]


def test_a_formula_gives_its_saved_value_and_one_without_says_so(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["表现"]["A2"], book["表现"]["C2"], book["表现"]["D2"] = WEIBO, "播放", "=SUM(1,2)"

    path = edited(tmp_path, edit)
    found = desk(path)
    (value,) = found.sheets[0].column("value")
    assert isinstance(value, Unreadable)
    assert value.reason == "a formula without its result"
    assert found.notes == ("1 cells are computed: the values saved with the workbook are read",)
    _saved_value(path, "<f>SUM(1,2)</f><v></v>", "<f>SUM(1,2)</f><v>3</v>")
    assert sheet_of(path, "performance").column("value") == [3]


def _saved_value(path: Path, before: str, after: str) -> None:
    """As a spreadsheet program saves it: the formula with its result."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert any(before.encode() in part or before.replace("<v></v>", "<v />").encode() in part for part in parts.values())
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(
                name,
                part.replace(before.encode(), after.encode()).replace(
                    before.replace("<v></v>", "<v />").encode(), after.encode()
                ),
            )


def test_merged_cells_name_every_row_and_a_merged_figure_none(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["画像"]
        sheet["A2"] = WEIBO
        sheet.merge_cells("A2:A4")
        for row, (bucket, share) in enumerate((("女", 0.62), ("男", "38%"), ("未知", 0.0)), start=2):
            sheet[f"C{row}"], sheet[f"D{row}"], sheet[f"E{row}"], sheet[f"F{row}"] = "粉丝", "性别", bucket, share
        sheet["G2"] = 1200
        sheet.merge_cells("G2:G4")

    found = sheet_of(edited(tmp_path, edit), "audience")
    assert found.column("account") == [WEIBO] * 3
    assert found.column("share") == [0.62, "38%", 0.0]
    sizes = found.column("n")
    assert all(isinstance(each, Unreadable) and each.reason == "one figure merged over several rows" for each in sizes)


def test_a_header_below_titles_is_found_and_what_stands_above_it_is_kept(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["名单"]
        sheet.delete_rows(1, 5)
        sheet["A1"] = "春季项目候选"
        sheet.merge_cells("A1:E1")
        sheet["A2"], sheet["C2"] = "账号信息", "其他"
        for at, head in enumerate(("达人昵称", "主页链接", "平台", "客户意见"), start=1):
            sheet.cell(3, at, head)
        for at, text in enumerate(("小鹿", WEIBO, "微博", "喜欢"), start=1):
            sheet.cell(4, at, text)

    found = sheet_of(edited(tmp_path, edit), "candidates")
    assert (found.column("given"), found.column("name"), found.column("platform")) == ([WEIBO], ["小鹿"], ["微博"])
    assert [(each.place, each.text, each.line) for each in found.remarks] == [
        ("A1", "春季项目候选", 0), ("A2", "账号信息", 0), ("C2", "其他", 0), ("D4", "客户意见: 喜欢", 4),
    ]  # fmt: skip
    assert found.letters["given"] == "B"


def test_comments_extra_columns_and_sheets_of_ones_own_are_remarks_with_their_cell(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["名单"]
        sheet["A2"] = WEIBO
        sheet["A2"].comment = Comment("还在谈", "p")
        sheet["F1"], sheet["F2"], sheet["G2"] = "偏好", "喜欢", "无表头"
        book["需求"]["D3"] = "周四要"
        book["需求"]["B2"] = "晨露"
        book["需求"]["B2"].comment = Comment("老客户", "p")
        book.create_sheet("随手记")["B7"] = "打电话"

    found = desk(edited(tmp_path, edit))
    assert [(each.place, each.text) for each in found.sheets[0].remarks] == [
        ("A2", "还在谈"),
        ("F2", "偏好: 喜欢"),
        ("G2", "无表头"),
    ]
    assert found.brief is not None
    assert (found.brief.text("client"), found.brief.others, found.brief.remarks) == (
        "晨露",
        (("D3", "周四要"),),
        (("B2", "老客户"),),
    )
    assert [(each.sheet, each.place, each.text) for each in found.remarks] == [("随手记", "B7", "打电话")]
    assert found.notes == ("sheet '随手记' is none of the workbook's, or one that it already has, and was not read: 1 rows",)


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["名单"]
        sheet["A2"], sheet["A3"] = WEIBO, "https://weibo.com/u/1234567891"
        sheet.row_dimensions[3].hidden = True
        book["报价"].sheet_state = "hidden"

    found = sheet_of(edited(tmp_path, edit), "candidates")
    assert len(found.column("given")) == 2
    assert found.notes == ("1 rows are hidden in the workbook (a filter?) and are imported too",)


def test_other_sheets_may_name_an_account_as_the_list_does(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        names = book["名单"]
        for row, (given, name, platform) in enumerate(
            (
                (WEIBO, "小鹿", None),
                ("42", "阿强", "B站"),
                (WEIBO + "1", "同名", "微博"),
                ("https://space.bilibili.com/9", "同名", None),
            ),
            start=2,
        ):
            names[f"A{row}"], names[f"B{row}"], names[f"C{row}"] = given, name, platform
        figures = book["表现"]
        for row, (account, platform) in enumerate(
            (("小鹿", None), ("阿强 ", None), ("同名", None), ("同名", "微博"), (WEIBO, None)), start=2
        ):
            figures[f"A{row}"], figures[f"B{row}"], figures[f"C{row}"], figures[f"D{row}"] = account, platform, "播放", 10

    found = sheet_of(edited(tmp_path, edit), "performance")
    given, platforms = found.column("account"), found.column("platform")
    assert given[:2] == [WEIBO, "42"]
    assert isinstance(given[2], Unreadable)
    assert given[3:] == [WEIBO + "1", WEIBO]
    assert (platforms[0], platforms[1], platforms[3], platforms[4]) == ("weibo", "bilibili", "weibo", "weibo")


def test_a_renamed_sheet_is_known_by_its_headers(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["名单"].title = "候选达人v3"
        book["候选达人v3"]["A2"] = WEIBO

    assert sheet_of(edited(tmp_path, edit), "candidates").title == "候选达人v3"


def test_one_stray_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["名单"]["A2"] = WEIBO
        book["名单"]["XFD1048576"] = "."

    found = sheet_of(edited(tmp_path, edit), "candidates")
    assert list(found.rows.lines) == [2, 1048576]
    assert found.remarks[-1].place == "XFD1048576"


def test_macros_are_said_and_left_alone(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda book: book["名单"].__setitem__("A2", WEIBO))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 not run")
    found = desk(path.rename(path.with_suffix(".xlsm")))
    assert found.notes == ("the workbook carries macros: they were not run",)
    assert found.sheets[0].column("given") == [WEIBO]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        (b"", "empty"),
        (b"PK\x03\x04 half of a file", "damaged"),
        (b"just text\n", "no such file"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "desk.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=says):
        open_workbook(path)


def test_a_large_one_and_one_built_to_fill_the_memory_are_not_opened(tmp_path: Path) -> None:
    path = new(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/photo.png", b"\0" * (LARGEST + 1))
    with pytest.raises(FileRefused, match="Pictures make it large"):
        open_workbook(path)
    path = new(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet99.xml", b"\0" * (100 << 20))
    with pytest.raises(FileRefused, match="unpacks to far more"):
        open_workbook(path)


def test_an_empty_row_that_is_only_drawn_is_no_row(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["名单"]
        sheet["A2"] = WEIBO
        sheet.merge_cells("A2:A9")

    assert list(sheet_of(edited(tmp_path, edit), "candidates").rows.lines) == [2]


def test_dates_stay_what_they_were_written_as(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["表现"]
        for row, when in enumerate((datetime(2026, 11, 1), "2026年11月1日", "11/1"), start=2):  # noqa: DTZ001 - as a spreadsheet has them
            sheet[f"A{row}"], sheet[f"C{row}"], sheet[f"D{row}"], sheet[f"J{row}"] = WEIBO, "播放", 1, when

    assert sheet_of(edited(tmp_path, edit), "performance").column("observed_at")[1:] == ["2026年11月1日", "11/1"]


def test_a_new_workbook_replaces_no_file_and_is_one(tmp_path: Path) -> None:
    path = new(tmp_path)
    with pytest.raises(FileRefused, match="exists already"):
        write_workbook(path, "zh")
    with pytest.raises(FileRefused, match=r"Expected \.xlsx"):
        write_workbook(tmp_path / "desk.csv", "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_and_answer_of_a_new_workbook_is_understood_again(tmp_path: Path, lang: Lang) -> None:
    rows = {sheet.kind.name: [{column.name: column.example or "x" for column in sheet.columns}] for sheet in TABLES}
    found = desk(new(tmp_path, lang, brief={field.name: f"answer {field.name}" for field in FIELDS}, rows=rows))
    assert [sheet.of.kind.name for sheet in found.sheets] == [sheet.kind.name for sheet in TABLES]
    for sheet in found.sheets:
        assert set(sheet.of.shows) <= set(sheet.headers)
        assert sheet.remarks == ()
    assert found.brief is not None
    assert {name: answer.text for name, answer in found.brief.answers.items()} == {
        each.name: f"answer {each.name}" for each in FIELDS
    }


def test_lists_of_the_brief_are_split_at_every_usual_sign(tmp_path: Path) -> None:
    found = desk(new(tmp_path, brief={"interests": "露营、茶,咖啡;徒步\n摄影, 茶"})).brief
    assert found is not None
    assert found.entries("interests") == ("露营", "茶", "咖啡", "徒步", "摄影")
