"""Writes the planner's workbook to fill in: sheets, validation lists, hints on the headers, a guide, and, if asked, a simulated example."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from collectors.errors import FileRefused
from collectors.exports.wording import Lang
from collectors.planner.sheets import BRIEF, BRIEF_HEADS, CHOICES, FIELDS, GUIDE, TABLES, TableSheet, header, hint

ROWS = 2_000  # so many have lists to choose from
_WIDE = {"given": 40, "account": 30, "note": 40, "name": 18}
_TITLE: Mapping[Lang, str] = {"zh": "策划工作簿", "en": "The planner's workbook"}
_GUIDE: Mapping[Lang, tuple[str, ...]] = {
    "zh": (
        "1. 在“名单”里写候选账号:有主页链接和名称就够了,平台和ID会从链接读出。",
        "2. 其余各表按需填写,可以留空。同一账号写链接、ID,或“名单”里的名称都可以。",
        "3. “画像”写供应商或后台给出的占比(35%、35 或 0.35 都可以)。这些是 B 级证据:只能得出范围,不与粉丝样本混在一起。",
        "4. “表现”写中位数;单篇数据请用 `fanfit import performance`。",
        "5. 批注、备注和多出来的列都会保留在账号的备注里。",
        "6. 填好后运行:fanfit workbook read 文件.xlsx。看不懂的单元格会逐个列出。",
    ),
    "en": (
        "1. Write the candidates: a profile link and a name are enough; platform and id are read from the link.",
        "2. Fill the other sheets as you have them; they may stay empty. Name an account by link, id, or its name in the candidates' sheet.",
        "3. Audience holds shares of a vendor or a back end (35%, 35 or 0.35). They are evidence of grade B: a range, never mixed with samples of followers.",
        "4. Performance holds medians; figures of single posts come by `fanfit import performance`.",
        "5. Comments, notes and columns of your own are kept in the account's note.",
        "6. Then run: fanfit workbook read FILE.xlsx. Every cell that was not understood is named.",
    ),
}
Rows = Mapping[str, Sequence[Mapping[str, object]]]


def write_workbook(path: Path, lang: Lang, *, brief: Mapping[str, str] | None = None, rows: Rows | None = None) -> None:
    """Writes a workbook to fill in; `brief` answers by field and `rows` by kind of sheet fill it with an example.

    Raises:
        FileRefused: the file exists, or its ending is not .xlsx.
    """
    if path.suffix.lower() != ".xlsx":
        message = f"{path.name} ends in {path.suffix or 'nothing'}. Expected .xlsx."
        raise FileRefused(message)
    if path.exists():
        message = f"{path} exists already: a new workbook does not replace it. Name another file."
        raise FileRefused(message)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        formats = _formats(book)
        _brief(book, formats, lang, brief or {})
        for sheet in TABLES:
            _table(book, formats, sheet, lang, (rows or {}).get(sheet.kind.name, ()))
        _guide(book, formats, lang)


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_size": 11, "valign": "top"}
    return {
        "head": book.add_format({**base, "bold": True, "bg_color": "#E6F2EF", "bottom": 1, "text_wrap": True}),
        "text": book.add_format({**base, "num_format": "@"}),
        "plain": book.add_format(base),
        "share": book.add_format({**base, "num_format": "0.0%"}),
        "date": book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        "wrap": book.add_format({**base, "text_wrap": True}),
        "hint": book.add_format({**base, "text_wrap": True, "font_color": "#6B6B6B"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
    }


def _printed(sheet: Any) -> Any:
    """A sheet that prints on A4 across, all columns on one page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sheet


def _brief(book: Any, formats: Mapping[str, Any], lang: Lang, answers: Mapping[str, str]) -> None:
    sheet = _printed(book.add_worksheet(BRIEF[lang]))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 48, formats["text"])
    sheet.set_column(2, 2, 60)
    for column, head in enumerate(BRIEF_HEADS[lang]):
        sheet.write_string(0, column, head, formats["head"])
    for row, field in enumerate(FIELDS, start=1):
        sheet.write_string(row, 0, field.label(lang), formats["plain"])
        sheet.write_string(row, 1, answers.get(field.name, ""), formats["text"])
        sheet.write_string(row, 2, field.hint(lang), formats["hint"])
    sheet.freeze_panes(1, 1)


def _table(book: Any, formats: Mapping[str, Any], of: TableSheet, lang: Lang, rows: Sequence[Mapping[str, object]]) -> None:
    sheet = _printed(book.add_worksheet(of.title(lang)))
    for at, column in enumerate(of.columns):
        shape = (
            "share"
            if column.reads == "share"
            else "text"
            if column.reads in {"id", "handle", "text", "url", "free", "time"}
            else "plain"
        )
        sheet.set_column(at, at, _WIDE.get(column.name, 14), formats[shape])
        sheet.write_string(0, at, header(column, lang), formats["head"])
        sheet.write_comment(0, at, hint(of, column, lang), {"x_scale": 1.6, "font_size": 10})
        if column.name in CHOICES:
            # A list offers and does not forbid: imports understand more words than it has.
            sheet.data_validation(
                1, at, ROWS, at,
                {"validate": "list", "source": list(CHOICES[column.name][lang]), "error_type": "information", "show_error": False},
            )  # fmt: skip
        for line, row in enumerate(rows, start=1):
            _write(sheet, line, at, row.get(column.name), formats[shape])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(of.columns) - 1)


def _write(sheet: Any, row: int, column: int, value: object, shape: Any) -> None:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        sheet.write_number(row, column, value, shape)
    else:
        sheet.write_string(row, column, str(value), shape)


def _guide(book: Any, formats: Mapping[str, Any], lang: Lang) -> None:
    sheet = book.add_worksheet(GUIDE[lang])
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, _TITLE[lang], formats["title"])
    for row, line in enumerate(_GUIDE[lang], start=2):
        sheet.write_string(row, 0, line, formats["wrap"])
