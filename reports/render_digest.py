"""A digest as a self-contained page, as a workbook, and as plain text."""

from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format

from reports.digest import Digest, Table
from reports.render_csv import guarded
from reports.render_html import environment

_SHEET_SIGNS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_SHEET = 31  # signs that a sheet's name may have
_WIDEST = 60


def digest_html(digest: Digest) -> str:
    """The whole file as text: no request, no script, no font to load; every name stays text."""
    page = environment().get_template("digest.html.j2").render(d=digest)
    return "\n".join(line for line in map(str.strip, page.split("\n")) if line) + "\n"


def digest_text(digest: Digest) -> str:
    """Lead and tables as lines of text, cells parted by two spaces and a bar."""
    lines = [digest.title, "", *digest.lead]
    for part in digest.parts:
        lines += ["", f"== {part.title}", *part.sentences]
        for table in part.tables:
            lines += [
                "",
                *([] if table.title == part.title else [table.title]),
                "  | ".join(table.heads),
                *("  | ".join(row) for row in table.rows),
            ]
        lines += part.notes
    return "\n".join([*lines, "", *digest.notices]).rstrip() + "\n"


def write_digest_xlsx(digest: Digest, path: Path) -> None:
    """A sheet of sentences, then one for each table; cells are texts as they are printed."""
    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head, wrapped = book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format({"text_wrap": True})
        right = book.add_format({"align": "right"})
        taken: set[str] = set()
        sheet = book.add_worksheet(_sheet_name(digest.title, taken))
        sheet.set_column(0, 0, 110, wrapped)
        told = [digest.title, *(f"{label}: {value}" for label, value in digest.cover), *digest.lead, *digest.notices]
        for part in digest.parts:
            told += [part.title, *part.sentences, *part.notes]
        for line, text in enumerate(told):
            sheet.write_string(line, 0, guarded(text), head if line == 0 else wrapped)
        for part in digest.parts:
            for table in part.tables:
                _sheet(
                    book,
                    table,
                    _sheet_name(part.title if table.title == part.title else f"{part.title} {table.title}", taken),
                    head,
                    right,
                )


def _sheet(book: xlsxwriter.Workbook, table: Table, name: str, head: Format, right: Format) -> None:
    sheet = book.add_worksheet(name)
    for place, text in enumerate(table.heads):
        widest = max([len(text), *(len(row[place]) for row in table.rows)])
        sheet.set_column(place, place, min(widest * 1.6 + 2, _WIDEST))
        sheet.write_string(0, place, text, head)
    for line, row in enumerate(table.rows, start=1):
        for place, text in enumerate(row):
            sheet.write_string(line, place, guarded(text), right if place in table.right else None)
    sheet.freeze_panes(1, 0)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes and that is not taken yet; adds it to those that are."""
    plain = " ".join(wanted.translate(_SHEET_SIGNS).split())[:_LONGEST_SHEET].strip() or "-"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST_SHEET - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name
