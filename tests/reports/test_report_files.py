"""XLSX and CSV: typed numbers, missing said, no formula from any name, everything that the report says in place."""

import csv
import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from reports.build import build_report
from reports.parts import Report
from reports.render_csv import csv_text, guarded, write_csv
from reports.render_xlsx import xlsx
from scoring.results import Shortlist

SHEETS = {
    "zh": ["结论", "名单", "报价", "重合度", "受众构成", "方法与口径", "元数据"],
    "en": ["Conclusion", "Shortlist", "Prices", "Overlap", "Audience", "Method", "Metadata"],
}


@pytest.fixture(params=["zh", "en"])
def report(request: pytest.FixtureRequest, run: Shortlist, created: datetime) -> Report:
    return build_report(run, run_id=7, created=created, lang=request.param, code_version="0.1.0")


@pytest.fixture
def book(report: Report, tmp_path: Path) -> object:
    xlsx(report, tmp_path / "r.xlsx")
    return load_workbook(io.BytesIO((tmp_path / "r.xlsx").read_bytes()))


def _columns(sheet: object) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


def test_the_workbook_has_its_sheets_and_no_formula_anywhere(book: object, report: Report) -> None:
    assert book.sheetnames == SHEETS[report.lang]
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    texts = {cell.value for cell in cells if isinstance(cell.value, str)}
    assert '=HYPERLINK("http://example.org";"x")' in texts
    assert '<script>alert("1")</script>' in texts


def test_long_sentences_have_room_in_their_merged_cells(run: Shortlist, created: datetime, tmp_path: Path) -> None:
    reading = "要找的人:" + "对露营感兴趣," * 30
    report = build_report(run, run_id=7, created=created, lang="zh", reading=reading)
    xlsx(report, tmp_path / "r.xlsx")
    sheet = load_workbook(tmp_path / "r.xlsx")["结论"]
    assert sheet["A3"].value == reading
    assert sheet.row_dimensions[3].height == pytest.approx(4 + 15 * 4, abs=0.5), "399 columns of 100"
    assert sheet.row_dimensions[5].height < sheet.row_dimensions[3].height


def test_the_list_holds_numbers_with_formats_limits_and_filters(book: object, report: Report, run: Shortlist) -> None:
    sheet = book[SHEETS[report.lang][1]]
    at = _columns(sheet)
    word = report.precision_word[0].upper() + report.precision_word[1:]
    low, high = ("下限", "上限") if report.lang == "zh" else ("low", "high")
    for line, card in enumerate(run.cards, start=2):
        for head, value in (
            (word, card.precision.value),
            (f"{word} {low}", card.precision.low),
            (f"{word} {high}", card.precision.high),
        ):
            cell = sheet.cell(line, at[head])
            assert cell.data_type == "n"
            assert cell.number_format.endswith(";0.0%")
            assert cell.value == pytest.approx(value)
    assert sheet.freeze_panes == "F2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert any(rule.type == "dataBar" for found in sheet.conditional_formatting for rule in found.rules)
    assert any(cell.comment for cell in sheet[1])


def test_missing_cells_are_dashes_and_small_samples_amber(book: object, report: Report) -> None:
    sheet = book[SHEETS[report.lang][1]]
    at = _columns(sheet)
    price = at["报价" if report.lang == "zh" else "Price"]
    assert (sheet.cell(6, price).value, sheet.cell(6, price).data_type) == ("–", "s")
    assert sheet.cell(2, price).value == pytest.approx(26_000)
    seen = at["看了 (n)" if report.lang == "zh" else "Seen (n)"]
    assert sheet.cell(11, seen).fill.fgColor.rgb.endswith("FBF1DC")
    assert not (sheet.cell(2, seen).fill.fgColor.rgb or "").endswith("FBF1DC")
    cost = [column for head, column in at.items() if ("成本" in head or "Cost" in head)]
    assert sheet.cell(13, cost[2]).value == "–"


def test_overlaps_and_audiences_are_tables_of_numbers(book: object, report: Report) -> None:
    overlap, audience = book[SHEETS[report.lang][3]], book[SHEETS[report.lang][4]]
    pairs = {(overlap.cell(line, 4).value, overlap.cell(line, 5).value) for line in (2, 3)}
    assert pairs == {(41_200, 41_200), (310, 498_000)}
    hidden = [line for line in audience.iter_rows(min_row=2, values_only=True) if "20" in str(line[13]) and line[3] == "–"]
    assert len(hidden) == 11
    assert all(line[4:13] == ("–",) * 9 for line in hidden)
    shown = [line for line in audience.iter_rows(min_row=2, values_only=True) if line[3] != "–"]
    assert {line[8] for line in shown} == {610, 240, 640}, "every base share has its n"
    words = [line for line in shown if line[2] == "天幕"]
    assert len(words) == 4
    assert {line[3:13] for line in words} == {(0.21, 0.12, 0.34, 58, 0.03, 640, 7, "–", "–", 42)}
    assert all(("约" if report.lang == "zh" else "about") in line[13] for line in words), "their n is no count of people"


HEADINGS = {
    "zh": {"share": "TA浓度", "low": "TA浓度 下限", "lift": "大盘倍数 上限", "n": "看了 (n)", "handle": "账号名", "url": "主页", "price": "报价",
           "cost": "每千名符合目标粉丝的成本", "tied": "并列", "places": "名次范围", "sure": "进前 5 的把握", "until": "报价有效至", "for": "报价内容"},
    "en": {"share": "On-target share", "low": "On-target share low", "lift": "Times the average high", "n": "Seen (n)", "handle": "Handle",
           "url": "URL", "price": "Price", "cost": "Cost per thousand fitting followers", "tied": "Tied", "places": "Places",
           "sure": "Sure of top 5", "until": "Price valid until", "for": "Price for"},
}  # fmt: skip


def test_csv_has_one_row_per_account_in_the_readers_language(report: Report, run: Shortlist, tmp_path: Path) -> None:
    write_csv(report, tmp_path / "r.csv")
    raw = (tmp_path / "r.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "without its mark Excel takes the file for the local code page"
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    at = HEADINGS[report.lang]
    assert set(at.values()) <= set(rows[0])
    assert None not in rows[0], "a heading for every cell"
    assert len(rows) == len(run.cards) + len(run.not_scored)
    for row, card in zip(rows, run.cards, strict=False):
        assert float(row[at["share"]].removesuffix("%")) == pytest.approx(card.precision.value * 100, abs=0.005)
        assert float(row[at["low"]].removesuffix("%")) == pytest.approx(card.precision.low * 100, abs=0.005)
        assert float(row[at["lift"]]) == pytest.approx(card.lift.high, abs=0.005)
        assert int(row[at["n"]]) == card.n
        assert row[at["handle"]] == card.account.handle.removeprefix("@")
        assert not re.fullmatch(r"\d+-\d+", row[at["places"]]), "Excel would take it for a date"
    assert (rows[4][at["price"]], rows[4][at["cost"]]) == ("", "")
    assert rows[0][at["price"]] == "26000.00"
    assert (rows[0][at["for"]], rows[0][at["until"]], rows[1][at["until"]]) == ("post", "2026-03-02", "")
    assert rows[3][at["url"]] == ""
    assert rows[0][at["url"]] == "https://example.org/u/0"
    assert rows[0][at["tied"]] == ("是" if report.lang == "zh" else "yes")
    assert [rows[place][at["sure"]] for place in (0, 2, 10)] == [">99%", "93%", "<1%"], "draws show no certainty"


def test_the_workbook_and_the_csv_have_the_same_columns(report: Report, book: object) -> None:
    heads = next(csv.reader(io.StringIO(csv_text(report))))
    assert heads == [cell.value for cell in book[SHEETS[report.lang][1]][1]]
    assert len(set(heads)) == len(heads)


def test_no_csv_cell_begins_a_formula(report: Report) -> None:
    for line in csv.reader(io.StringIO(csv_text(report))):
        for cell in line:
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    accounts = [line[4] for line in csv.reader(io.StringIO(csv_text(report)))]
    assert '\'=HYPERLINK("http://example.org";"x")' in accounts
    assert "'@handle_as_name" in accounts
    assert "'@nobody_here" in accounts


@given(st.text())
def test_guarding_changes_only_what_is_risky(text: str) -> None:
    kept = guarded(text)
    assert kept in {text, f"'{text}"}
    assert not kept.lstrip().startswith(("=", "+", "-", "@"))
