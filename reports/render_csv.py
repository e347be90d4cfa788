"""A report's list as CSV for a spreadsheet: headings and words of its language, plain numbers with their limits, guarded texts."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from reports import numbers
from reports.columns import Column, Kind, list_columns, range_columns, shown, topic_columns
from reports.marks import mark_columns
from reports.numbers import Lang, headed
from reports.packages import package_columns
from reports.parts import Report
from reports.text import T

_RISKY = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # full width too: some programs take them for the signs


def csv_text(report: Report) -> str:
    """The whole file as text; missing is an empty cell, never 0. Not scored candidates stand last, with the reason.

    For scripts there is `fanfit runs show --json`, whose names do not depend on a language.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = (*shown(report, list_columns(report)), *mark_columns(report))
    writer.writerow([headed(column.head) for column in columns])
    for row in report.rows:
        writer.writerow([_cell(column.cell(row), column.kind, report.lang) for column in columns])
    told = {T.col_account(report.lang): "label", T.col_platform(report.lang): "platform", T.col_notes(report.lang): "why"}
    for missed in report.not_scored:
        texts = [getattr(missed, told[column.head]) if column.head in told else None for column in columns]
        writer.writerow([_cell(text, "text", report.lang) for text in texts])
    return out.getvalue()


def write_csv(report: Report, path: Path) -> list[Path]:
    """`csv_text` as a file that Chinese Excel opens, UTF-8 with its mark; each other grade of evidence in a file of its own beside it."""
    texts = {path: csv_text(report)}
    for number, table in enumerate(report.ranges, start=1):
        name = f"{path.stem}-ranges" if len(report.ranges) == 1 else f"{path.stem}-ranges-{number}"
        texts[path.with_stem(name)] = _table_text(
            (*shown(report, range_columns(table, report.lang)), *mark_columns(report)), table.rows, report.lang
        )
    if report.packages:
        texts[path.with_stem(f"{path.stem}-packages")] = _table_text(
            package_columns(report.grade, report.lang), report.packages, report.lang
        )
    if report.topics:
        texts[path.with_stem(f"{path.stem}-topics")] = _table_text(
            (*shown(report, topic_columns(report.topics_badge, report.lang)), *mark_columns(report)), report.topics, report.lang
        )
    for where, text in texts.items():
        where.write_text(text, encoding="utf-8-sig", newline="")
    return list(texts)


def _table_text(columns: Sequence[Column], rows: Sequence[object], lang: Lang) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([headed(column.head) for column in columns])
    for row in rows:
        writer.writerow([_cell(column.cell(row), column.kind, lang) for column in columns])
    return out.getvalue()


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    return f"'{text}" if text.startswith(_RISKY) or text.lstrip().startswith(_RISKY) else text


def _cell(value: object, kind: Kind, lang: Lang) -> str:
    """A number as spreadsheets of every country read it (no separators of thousands); a chance from draws is never 0 or 100 %."""
    if value is None:
        return ""
    if not isinstance(value, int | float):
        return guarded(str(value))
    if kind == "chance":
        return numbers.certainty(value, lang).replace("\u00a0", "")
    if kind == "share":
        return "<0.01%" if 0 < value < 0.00005 else f"{value * 100:.2f}%"
    return f"{value:.0f}" if kind in {"count", "number"} else f"{value:.2f}"
