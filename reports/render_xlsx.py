"""A report as a workbook: typed numbers with formats, filters, data bars and notes; texts are never formulas."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from reports.ceiling import V
from reports.columns import Column, Kind, list_columns, range_columns, shown, topic_columns
from reports.desk import D
from reports.marks import KEY_HEAD, STATUS_WORDS, M, fields_shown, mark_columns, mark_of
from reports.numbers import MISSING, Lang, headed
from reports.packages import K, package_columns
from reports.parts import Bar, Fact, Figure, Name, PeerLine, RangeRow, Report, Term, TopicRow
from reports.peers import P
from reports.prices import Z, price_columns, totals
from reports.text import T

_Cell = tuple[object, Kind]
_FORMATS: dict[Kind, str] = {
    "text": "@", "share": '[=0]0.0%;[<0.0005]"<0.1%";0.0%', "chance": '[<0.01]"<1%";[>0.99]">99%";0%', "factor": "0.00",
    "count": "#,##0", "money": "#,##0.00", "number": "0",
}  # fmt: skip
_ACCENT, _AMBER = "#0F6B5C", "#FBF1DC"


class _Book:
    """A workbook with our formats; every text goes in as a string."""

    def __init__(self, path: Path) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": False}
        self.book: Any = xlsxwriter.Workbook(path, options)
        base = {"valign": "top", "font_size": 10}
        self.formats: dict[tuple[Kind, bool], Any] = {}
        for kind, shape in _FORMATS.items():
            side = {"align": "left", "text_wrap": True} if kind == "text" else {"align": "right"}
            for amber in (False, True):
                fill = {"bg_color": _AMBER} if amber else {}
                self.formats[kind, amber] = self.book.add_format({**base, **side, **fill, "num_format": shape})
        self.head = self.book.add_format({**base, "bold": True, "text_wrap": True, "bottom": 1, "valign": "bottom"})
        self.title = self.book.add_format({"bold": True, "font_size": 16})
        self.lead = self.book.add_format({"text_wrap": True, "font_size": 11, "valign": "top"})

    def write(self, sheet: Any, row: int, column: int, value: object, kind: Kind, *, amber: bool = False) -> None:
        """A number as a number; a missing one as the text that says so; anything else as a string."""
        if isinstance(value, int | float):
            sheet.write_number(row, column, value, self.formats[kind, amber])
        else:
            sheet.write_string(row, column, MISSING if value is None else str(value), self.formats[kind, amber])


def xlsx(report: Report, path: Path) -> None:
    """Write the workbook: the list with its filter and frozen header, each other grade of evidence and peers on sheets of their own."""
    book = _Book(path)
    book.book.set_properties({"title": report.title, "author": report.brand.name})
    _conclusion(book, report)
    _list(book, report)
    _beside(book, report)
    _prices(book, report)
    _overlaps(book, report)
    _composition(book, report)
    _peers(book, report)
    _clauses(book, report)
    _facts(book, T.sheet_method(report.lang), (*report.quality, *report.methods))
    missed = tuple(Fact(f"{T.not_scored(report.lang)}: {each.label}", each.why) for each in report.not_scored)
    _facts(book, T.sheet_metadata(report.lang), tuple(dict.fromkeys((*report.cover, *report.metadata, *missed))))
    book.book.close()


def _conclusion(book: _Book, report: Report) -> None:
    sheet = book.book.add_worksheet(T.sheet_conclusion(report.lang))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 26)
    sheet.write_string(0, 0, report.title, book.title)
    if report.brand.logo:
        options = {
            "image_data": BytesIO(report.brand.logo),
            "object_position": 3,
            **_scale(report.brand.logo),
            "description": report.brand.name,
        }
        sheet.insert_image(0, 4, f"logo.{report.brand.logo_kind}", options)
    line = 2
    for text in filter(None, (report.reading, *report.conclusion, *report.notices)):
        sheet.merge_range(line, 0, line, 3, "", book.lead)
        sheet.write_string(line, 0, text, book.lead)
        sheet.set_row(line, 4 + 15 * _lines(text))  # no program fits the height of merged cells by itself
        line += 1
    line += 1
    for kpi in report.kpis:
        for column, text in enumerate((kpi.label, kpi.value, kpi.interval, kpi.note)):
            book.write(sheet, line, column, text, "text")
        line += 1


def _scale(picture: bytes) -> dict[str, float]:
    """What makes a picture 60 pixels high."""
    from PIL import Image  # noqa: PLC0415 - heavy, and only for logos

    with Image.open(BytesIO(picture)) as opened:
        share = 60 / opened.height
    return {"x_scale": share, "y_scale": share}


def _lines(text: str) -> int:
    """How many lines of the merged cells a text needs: 100 signs each, Chinese ones count twice."""
    signs = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return -(-signs // 100)


def _list(book: _Book, report: Report) -> None:
    sheet = book.book.add_worksheet(T.sheet_list(report.lang))
    columns = (*shown(report, list_columns(report)), *mark_columns(report))
    _header(book, sheet, columns)
    for line, row in enumerate(report.rows, start=1):
        for place, column in enumerate(columns):
            _cell(book, sheet, (line, place), column.cell(row), column, amber=row.few and column.amber)
    sheet.freeze_panes(1, 5)
    last = max(len(report.rows), 1)
    sheet.autofilter(
        0, 0, last, len(columns) - 1 + _markable(book, sheet, report, [row.name for row in report.rows], len(columns))
    )
    place = next(index for index, column in enumerate(columns) if column.head == report.precision_word)
    bar = {"type": "data_bar", "bar_color": "#B9D9D1", "min_type": "num", "min_value": 0, "max_type": "num"}
    sheet.conditional_format(1, place, last, place, {**bar, "max_value": report.axis_high})


def _beside(book: _Book, report: Report) -> None:
    """Ranges of each base, and own topics: each grade on a sheet of its own, so that no column holds two."""
    lang = report.lang
    for number, table in enumerate(report.ranges, start=1):
        title = D.sheet_ranges(lang) if len(report.ranges) == 1 else f"{D.sheet_ranges(lang)} {number}"
        _sheet(book, title, report, range_columns(table, lang), table.rows, (table.title, table.hint))
    if report.packages:
        _plain_sheet(book, K.title(lang), package_columns(report.grade, lang), report.packages, (K.hint(lang),))
    if report.topics:
        _sheet(
            book,
            D.sheet_topics(lang),
            report,
            topic_columns(report.topics_badge, lang),
            report.topics,
            (D.topics(lang), D.topics_hint(lang)),
        )


def _sheet(
    book: _Book, title: str, report: Report, own: Sequence[Column], rows: Sequence[RangeRow] | Sequence[TopicRow], told: Sequence[str]
) -> None:  # fmt: skip
    sheet = book.book.add_worksheet(title)
    columns = (*shown(report, own), *mark_columns(report))
    _header(book, sheet, columns)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _cell(book, sheet, (line, place), column.cell(row), column)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(
        0, 0, max(len(rows), 1), len(columns) - 1 + _markable(book, sheet, report, [row.name for row in rows], len(columns))
    )
    for place, text in enumerate(told):
        sheet.write_string(len(rows) + 2 + place, 0, text)


def _prices(book: _Book, report: Report) -> None:
    """What was counted with and every quote, then the totals by currency; no sheet where nobody has a price."""
    if not report.prices:
        return
    lang = report.lang
    columns = price_columns(report)
    hint = Z.hint if report.edition == "internal" else Z.hint_shown
    lines = report.prices if report.edition == "internal" else [line for line in report.prices if line.used]
    sums = [Z.total(lang, n=count, amount=f"{currency} {amount:,.2f}") for currency, (count, amount) in totals(lines).items()]
    _plain_sheet(book, Z.sheet(lang), columns, lines, (*sums, hint(lang)))


def _plain_sheet(book: _Book, title: str, columns: Sequence[Column], rows: Sequence[object], told: Sequence[str]) -> None:
    sheet = book.book.add_worksheet(title)
    _header(book, sheet, columns)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            book.write(sheet, line, place, column.cell(row), column.kind)
    sheet.freeze_panes(1, 1)
    for place, text in enumerate(told):
        sheet.write_string(len(rows) + 2 + place, 0, text)


def _cell(book: _Book, sheet: Any, place: tuple[int, int], value: object, column: Column, *, amber: bool = False) -> None:
    """A cell; one that is there to be filled in stays empty, not "not obtained"."""
    if value in {None, ""} and column.fill_in:
        sheet.write_blank(*place, None, book.formats[column.kind, False])
    else:
        book.write(sheet, *place, value, column.kind, amber=amber)


def _markable(book: _Book, sheet: Any, report: Report, names: Sequence[Name], columns: int) -> int:
    """The statuses to choose from, and each row's key in a hidden column; how many columns that adds."""
    if report.marks is None or not names:
        return 0
    fields = fields_shown(report)
    if "status" in fields:
        place = columns - len(fields) + fields.index("status")
        words = [each(report.lang) for each in STATUS_WORDS.values()]
        sheet.data_validation(1, place, len(names), place, {"validate": "list", "source": words, "error_type": "warning"})
    sheet.write_string(0, columns, KEY_HEAD, book.head)
    sheet.write_comment(0, columns, M.key_note(report.lang))
    for line, name in enumerate(names, start=1):
        found = mark_of(report, name)
        sheet.write_string(line, columns, found.key if found is not None else "", book.formats["text", False])
    sheet.set_column(columns, columns, 18, None, {"hidden": True})
    return 1


def _header(book: _Book, sheet: Any, columns: Sequence[Column]) -> None:
    sheet.set_row(0, 44)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, headed(column.head), book.head)
        if column.note:
            sheet.write_comment(0, place, column.note, {"x_scale": 2, "y_scale": 1.4})


def _overlaps(book: _Book, report: Report) -> None:
    lang = report.lang
    sheet = book.book.add_worksheet(T.sheet_overlap(lang))
    figures = (T.col_shared, T.col_coefficient, T.col_share_of_a, T.col_share_of_b, T.col_jaccard)
    heads = [T.col_account(lang) + " 1", T.col_account(lang) + " 2", T.col_exact(lang)]
    heads += [f"{each(lang)} {end(lang)}" for each in figures for end in (T.low, T.high)]
    _table_head(book, sheet, heads)
    for line, row in enumerate(report.overlaps, start=1):
        book.write(sheet, line, 0, row.a.label, "text")
        book.write(sheet, line, 1, row.b.label, "text")
        book.write(sheet, line, 2, (T.yes if row.exact else T.no)(lang), "text")
        for place, figure in enumerate((row.shared, row.coefficient, row.share_of_a, row.share_of_b, row.jaccard)):
            kind: Kind = "count" if place == 0 else "share"
            book.write(sheet, line, 3 + 2 * place, figure.low, kind)
            book.write(sheet, line, 4 + 2 * place, figure.high, kind)
    for place, text in enumerate(report.reach):
        sheet.write_string(len(report.overlaps) + 2 + place, 0, text)
    if report.overlaps:
        scale = {"type": "3_color_scale", "min_color": "#FFFFFF", "mid_color": "#DCEDE8", "max_color": "#8FC4B7"}
        sheet.conditional_format(1, 6, len(report.overlaps), 6, scale)
        sheet.autofilter(0, 0, len(report.overlaps), len(heads) - 1)


def _composition(book: _Book, report: Report) -> None:
    lang = report.lang
    sheet = book.book.add_worksheet(T.sheet_composition(lang))
    share, lift = T.col_share(lang), T.col_lift(lang)
    heads = [
        T.col_account(lang),
        T.col_kind(lang),
        T.col_trait(lang),
        share,
        f"{share} {T.low(lang)}",
        f"{share} {T.high(lang)}",
        "n",
    ]
    heads += [T.col_base(lang), T.col_base_n(lang), lift, f"{lift} {T.low(lang)}", f"{lift} {T.high(lang)}"]
    heads += [T.col_used_by(lang), T.col_notes(lang)]
    _table_head(book, sheet, heads)
    lines = [_bar_cells(name, bar) for name, bar in report.composition]
    lines += [_term_cells(name, term, lang) for name, term in report.terms]
    for line, values in enumerate(lines, start=1):
        for place, (value, kind) in enumerate(values):
            book.write(sheet, line, place, value, kind)
    if lines:
        sheet.autofilter(0, 0, len(lines), len(heads) - 1)


def _bar_cells(name: Name, bar: Bar) -> tuple[_Cell, ...]:
    return (
        (name.label, "text"), (bar.kind, "text"), (bar.label, "text"), *_limits(bar.share, "share"), (bar.n, "count"), (bar.base, "share"),
        (bar.n_base, "count"), *_limits(bar.lift, "factor"), (None, "count"), (bar.declared, "text"),
    )  # fmt: skip


def _term_cells(name: Name, term: Term, lang: Lang) -> tuple[_Cell, ...]:
    kind = (T.col_word if term.kind == "word" else T.col_followee)(lang)
    return (
        (name.label, "text"), (kind, "text"), (term.label, "text"), *_limits(term.share, "share"), (term.n, "count"), (term.base, "share"),
        (term.n_base, "count"), *_limits(term.lift, "factor"), (term.used_by, "count"), (T.term_n(lang), "text"),
    )  # fmt: skip


def _peers(book: _Book, report: Report) -> None:
    """A line for each figure of each account; no sheet where the report was made without peers."""
    if not report.peers:
        return
    lang = report.lang
    sheet = book.book.add_worksheet(P.sheet(lang))
    heads = (T.col_account, P.col_figure, P.col_own, P.col_better, P.col_n, P.q1, P.median, P.q3, P.col_standing, P.col_group)
    _table_head(book, sheet, [head(lang) for head in heads])
    sheet.set_column(len(heads) - 2, len(heads) - 1, 44)
    lines: list[tuple[_Cell, ...]] = [_peer_cells(name, group.who, line) for name, group in report.peers for line in group.lines]
    lines += [
        ((name.label, "text"), *((None, "text"),) * 8, (group.who, "text")) for name, group in report.peers if not group.lines
    ]
    for line, values in enumerate(lines, start=1):
        for place, (value, kind) in enumerate(values):
            book.write(sheet, line, place, value, kind)
    sheet.autofilter(0, 0, len(lines), len(heads) - 1)


def _peer_cells(name: Name, who: str, line: PeerLine) -> tuple[_Cell, ...]:
    figures = (line.q1, line.median, line.q3)
    return (
        (name.label, "text"), (line.label, "text"), (line.value.value, line.kind), (line.better, "share"), (line.n, "count"),
        *((each.value, line.kind) for each in figures), (line.standing, "text"), (who, "text"),
    )  # fmt: skip


def _clauses(book: _Book, report: Report) -> None:
    """A line for each clause and account, changed or not; below, what each clause does in all."""
    part, lang = report.clauses, report.lang
    if part is None:
        return
    sheet = book.book.add_worksheet(V.sheet(lang))
    ends = (T.low(lang), T.high(lang))
    shares = [f"{head(lang)} {end}".strip() for head in (V.col_with, V.col_without) for end in ("", *ends)]
    heads = [
        V.col_clause(lang),
        T.col_account(lang),
        V.col_place_with(lang),
        V.col_place_without(lang),
        *shares,
        V.col_beyond(lang),
    ]
    _table_head(book, sheet, heads)
    for line, each in enumerate(part.moves, start=1):
        cells: tuple[_Cell, ...] = (
            (each.clause, "text"), (each.name.label, "text"), (each.place_with, "number"), (each.place_without, "number"),
            *_limits(each.share_with, "share"), *_limits(each.share_without, "share"), ((T.yes if each.beyond_doubt else T.no)(lang), "text"),
        )  # fmt: skip
        for place, (value, kind) in enumerate(cells):
            book.write(sheet, line, place, value, kind)
    if part.moves:
        sheet.autofilter(0, 0, len(part.moves), len(heads) - 1)
    below = len(part.moves) + 2
    for offset, text in enumerate(filter(None, (part.lead, part.note))):
        sheet.write_string(below + offset, 0, text)
    _clause_sums(book, sheet, report, below + 3)


def _clause_sums(book: _Book, sheet: Any, report: Report, start: int) -> None:
    part, lang = report.clauses, report.lang
    if part is None or not part.lines:
        return
    heads = [V.col_clause(lang), V.col_part(lang), V.col_agreement(lang), V.col_moved(lang), V.col_entered(lang, top=part.top)]
    heads += [V.col_largest(lang), V.col_leave(lang), V.col_enter(lang)]
    for place, head in enumerate(heads):
        sheet.write_string(start, place, head, book.head)
    for line, each in enumerate(part.lines, start=start + 1):
        told: tuple[_Cell, ...] = ((each.why_not, "text"),)
        if not each.why_not:
            told = (
                (each.agreement.value, "factor"), (each.moved, "number"), (each.entered, "number"), (each.largest.value, "factor"),
                (each.leave or None, "text"), (each.enter or None, "text"),
            )  # fmt: skip
        own: tuple[_Cell, ...] = ((each.clause, "text"), (each.part, "text"))
        for place, (value, kind) in enumerate((*own, *told)):
            book.write(sheet, line, place, value, kind)


def _limits(figure: Figure, kind: Kind) -> tuple[_Cell, ...]:
    return (figure.value, kind), (figure.low, kind), (figure.high, kind)


def _table_head(book: _Book, sheet: Any, heads: Sequence[str]) -> None:
    sheet.set_row(0, 44)
    sheet.set_column(0, len(heads) - 1, 16)
    sheet.set_column(0, 0, 28)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, book.head)
    sheet.freeze_panes(1, 1)


def _facts(book: _Book, title: str, facts: Sequence[Fact]) -> None:
    sheet = book.book.add_worksheet(title)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 110)
    for line, fact in enumerate(facts):
        sheet.write_string(line, 0, fact.label, book.head)
        book.write(sheet, line, 1, fact.text, "text")
