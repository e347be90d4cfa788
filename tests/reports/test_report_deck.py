"""Slides opened again: every figure there and editable, nothing cut in a number, badge and date on each; PDF with its pages and fonts."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Pt

from reports.build import build_report
from reports.deck.canvas import BOTTOM, fitted, width_of
from reports.deck.dating import dated
from reports.deck.pages import S
from reports.parts import Report
from reports.quoting import EXPIRED
from reports.render_pptx import pptx
from reports.text import T
from scoring.results import AccountRef, Price, RangeCard, Shortlist, Views

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WINDOWS = {"Segoe UI", "Microsoft YaHei"}


def with_ranges(run: Shortlist, count: int = 30) -> Shortlist:
    views = Views("plays", 120_000, 80_000, 200_000, 30, 90, "paid", NOW, stated=True)
    cards = tuple(
        RangeCard(AccountRef("weibo", str(at), name=f"范围{at}"), "followers", "A", 0.1, 0.5, NOW, views=views, fitting_views=(12_000, 60_000),
                  price=Price(1_000_000, "CNY", "post", None), cost=(16_666.0, 83_333.0), cost_of="views")
        for at in range(count)
    )  # fmt: skip
    return replace(run, ranges=cards)


@pytest.fixture(params=["zh", "en"])
def report(request: pytest.FixtureRequest, run: Shortlist, created: datetime) -> Report:
    return build_report(with_ranges(run), run_id=7, created=created, lang=request.param, code_version="0.1.0")


def opened(report: Report, folder: Path) -> Any:
    pptx(report, folder / "r.pptx")
    return Presentation(str(folder / "r.pptx"))


def texts(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text_frame.text for row in shape.table.rows for cell in row.cells)


def paragraphs(deck: Any) -> Iterator[Any]:
    for slide in deck.slides:
        for shape in slide.shapes:
            frames = [shape.text_frame] if shape.has_text_frame else []
            frames += [cell.text_frame for row in shape.table.rows for cell in row.cells] if shape.has_table else []
            yield from (paragraph for frame in frames for paragraph in frame.paragraphs)


def test_every_figure_of_the_list_and_of_the_ranges_stands_whole_in_a_native_table(report: Report, tmp_path: Path) -> None:
    found = {text for slide in opened(report, tmp_path).slides for text in texts(slide)}
    for row in report.rows:
        for figure in (row.precision, row.lift, row.fitting, row.cost):
            assert (f"{figure.text}\n{figure.interval}" if figure.interval else figure.text) in found
        assert row.price.text in found
    for ranged in report.ranges[0].rows:
        assert {ranged.share.text, ranged.fitting_views.text, ranged.cost.text, ranged.observed} <= found
    for each in report.not_scored:
        assert any(each.why.startswith(text.removesuffix("…")) for text in found if text)


def test_the_slides_are_as_many_as_the_report_has_to_tell(report: Report, tmp_path: Path) -> None:
    deck = opened(report, tmp_path)
    titles = [slide.shapes[0].text_frame.text for slide in deck.slides]
    assert (deck.slide_width.inches, deck.slide_height.inches) == (pytest.approx(13.333, abs=0.001), 7.5)
    for section in report.sections:
        assert sum(title.startswith(f"{section.row.band} · ") for title in titles) == len(
            [each for each in report.sections if each.row.band == section.row.band]
        )
    assert sum(T.table(report.lang) in title for title in titles) == -(-len(report.rows) // 11)
    assert any(T.method(report.lang) in title for title in titles)


def test_charts_are_editable_and_hold_the_numbers_of_the_report(report: Report, tmp_path: Path) -> None:
    charts = [shape.chart for slide in opened(report, tmp_path).slides for shape in slide.shapes if shape.has_chart]
    listed = charts[0]
    low, width = (list(series.values) for series in listed.plots[0].series)
    wanted = [row.precision for row in report.rows if row.precision.low is not None and row.precision.high is not None][:14]
    assert low == pytest.approx([figure.low for figure in wanted])
    assert [a + b for a, b in zip(low, width, strict=True)] == pytest.approx([figure.high for figure in wanted])
    for chart in charts:
        sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        values = list(chart.plots[0].series[0].values)
        assert [sheet.cell(at + 2, 2).value for at in range(len(values))] == pytest.approx(values)
    assert len(charts) == 2 + sum(
        bool([bar for bar in (*each.over, *each.under, *each.other) if not bar.suppressed]) for each in report.sections
    )


def test_badge_and_date_stand_on_every_slide_in_fonts_that_windows_has_and_no_text_is_tiny(
    report: Report, tmp_path: Path
) -> None:
    deck = opened(report, tmp_path)
    badges = (report.grade, report.ranges[0].badge, T.data_date(report.lang))
    for slide in deck.slides:
        foot = [text for text in texts(slide) if text.startswith("fanfit")]
        assert len(foot) == 1
        assert all(badge in foot[0] for badge in badges)
    for paragraph in paragraphs(deck):
        for run in paragraph.runs:
            assert run.font.size >= Pt(10)
            faces = {run.font.name} | {face.get("typeface") for face in run.font._rPr.findall(".//{*}ea")}
            assert faces == WINDOWS


def test_boxes_stay_on_the_slide_and_hold_their_text(report: Report, tmp_path: Path) -> None:
    for slide in opened(report, tmp_path).slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert (shape.left + shape.width) / 914_400 <= 13.34
            assert (shape.top + shape.height) / 914_400 <= 7.5
            if shape.has_text_frame and shape.text_frame.text:
                (paragraph, *_) = shape.text_frame.paragraphs
                size = paragraph.runs[0].font.size.pt
                lines = max(1, int(shape.height.inches / (size * 1.2 / 72)))
                assert width_of(shape.text_frame.text, size) <= shape.width.inches * lines * 1.02, shape.text_frame.text
            if shape.has_table:
                assert (shape.top + shape.height) / 914_400 <= BOTTOM + 0.05


def test_the_figures_of_an_account_are_never_cut_and_its_notes_hold_all_that_is_told(report: Report, tmp_path: Path) -> None:
    deck = opened(report, tmp_path)
    titles = {f"{section.row.band} · " for section in report.sections}
    about = [slide for slide in deck.slides if any(slide.shapes[0].text_frame.text.startswith(title) for title in titles)]
    assert len(about) == len(report.sections)
    for slide, section in zip(about, report.sections, strict=True):
        shown, notes = list(texts(slide)), slide.notes_slide.notes_text_frame.text
        for kpi in section.kpis[:4]:
            figure = f"{kpi.value} ({kpi.interval})" if kpi.interval else kpi.value
            assert any(text.endswith(f": {figure}") for text in shown)
        told = (*(f"{fact.label}: {fact.text}" for fact in section.frame), *section.bounds, *section.notes)
        assert all(text in notes for text in told)
        assert any(S.rest(report.lang) in text for text in shown) != set(told).issubset(shown), "what is left out is said"


def test_every_sentence_and_notice_of_the_conclusion_is_shown_however_many(report: Report, tmp_path: Path) -> None:
    many = replace(report, notices=tuple(f"{at}. " + "a notice of some length " * 8 for at in range(30)))
    shown = {" ".join(text.split()) for slide in opened(many, tmp_path).slides for text in texts(slide)}
    for text in (*many.conclusion, *many.notices):
        clean = "".join(sign for sign in text if sign not in _TURNS)
        assert " ".join(clean.split()) in shown


def test_prices_of_each_grade_stand_on_slides_of_their_own_with_their_own_total(report: Report, tmp_path: Path) -> None:
    found: dict[str, list[list[str]]] = {}
    for slide in opened(report, tmp_path).slides:
        if slide.shapes[0].text_frame.text.startswith(S.budget(report.lang)):
            (table,) = (shape.table for shape in slide.shapes if shape.has_table)
            lines = [[cell.text_frame.text for cell in row.cells] for row in table.rows][1:]
            found.setdefault(slide.shapes[1].text_frame.text.partition(" · ")[0], []).extend(lines)
    priced = [row for row in report.rows if row.price.value is not None]
    assert [line[3] for line in found[report.grade][:-1]] == [row.price.text for row in priced]
    (table,) = report.ranges
    assert [line[3] for line in found[table.badge][:-1]] == [row.price.text for row in table.rows]
    assert found[report.grade][-1][3].endswith(f"{sum(row.price.value or 0 for row in priced):,.0f}")
    assert found[table.badge][-1][3].endswith("300,000")


def test_a_price_that_has_expired_says_so(report: Report, tmp_path: Path) -> None:
    said = EXPIRED(report.lang, date="2026-02-01")
    row = replace(report.rows[0], price_until="2026-02-01", price_basis=f"a quote · {said}")
    slides = opened(replace(report, rows=(row,)), tmp_path).slides
    told = next(slide for slide in slides if said in set(texts(slide)))
    assert row.price_basis in told.notes_slide.notes_text_frame.text


def test_badges_in_tables_and_numbers_of_pages_are_whole(report: Report, tmp_path: Path) -> None:
    pages = 0
    for slide in opened(report, tmp_path).slides:
        for shape in slide.shapes:
            if shape.has_table and len(shape.table.columns) == 10 and report.ranges[0].badge in slide.shapes[1].text_frame.text:
                pages += 1
                assert {row.cells[9].text_frame.text for row in list(shape.table.rows)[1:]} == {report.ranges[0].badge}
                assert re.search(rf"\({pages}(/| of )3\)$", slide.shapes[0].text_frame.text)
    assert pages == 3


def test_the_same_run_makes_the_same_bytes_dated_as_the_run(report: Report, tmp_path: Path, created: datetime) -> None:
    about = opened(report, tmp_path).core_properties
    first = (tmp_path / "r.pptx").read_bytes()
    assert (about.created, about.modified, about.last_modified_by) == (
        created.replace(tzinfo=None),
        created.replace(tzinfo=None),
        "fanfit 准粉",
    )
    with ZipFile(io.BytesIO(first)) as package:
        books = [package.read(name) for name in package.namelist() if name.endswith(".xlsx")]
    assert books
    assert {load_workbook(io.BytesIO(book)).properties.created for book in books} == {created.replace(tzinfo=None)}
    later = dated(_rezipped(first), created)
    assert later == first, "when it was packed does not matter"


def _rezipped(package: bytes) -> bytes:
    """The same parts, packed at another time."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(package)) as read, ZipFile(out, "w") as written:
        for name in read.namelist():
            content = read.read(name)
            written.writestr(ZipInfo(name, (2031, 5, 6, 7, 8, 10)), _rezipped(content) if name.endswith(".xlsx") else content)
    return out.getvalue()


@given(st.text(max_size=60), st.floats(8, 40), st.floats(0.3, 12), st.integers(1, 4))
def test_a_fitted_text_fits_and_is_cut_only_where_it_must(text: str, size: float, width: float, lines: int) -> None:
    found = fitted(text, size, width, lines)
    assert width_of(found, size) <= max(width * lines, width_of("…", size)) + 1e-9
    assert found.endswith("…") or found.split() == "".join(sign for sign in text if sign not in _TURNS).split()


_TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("count", [0, 1, 12])
def test_an_empty_and_a_short_list_make_a_deck_too(run: Shortlist, created: datetime, tmp_path: Path, count: int) -> None:
    cut = replace(run, cards=run.cards[:count], overlaps=(), net_reach=None)
    deck = opened(build_report(cut, run_id=7, created=created, lang="zh"), tmp_path)
    assert len(deck.slides) >= 3


def test_a_list_of_two_hundred_is_paged(run: Shortlist, created: datetime, tmp_path: Path) -> None:
    many = with_ranges(replace(run, cards=()), 200)
    deck = opened(build_report(many, run_id=7, created=created, lang="zh"), tmp_path)
    rows = sum(
        len(shape.table.rows) - 1
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table and len(shape.table.columns) == 10
    )
    assert rows == 200


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext to read the PDF with")
def test_a_pdf_has_every_account_its_pages_and_its_fonts(report: Report, tmp_path: Path) -> None:
    from reports.errors import NoPdf
    from reports.render_pdf import pdf

    try:
        pdf(replace(report, sections=report.sections[:2]), tmp_path / "r.pdf")
    except NoPdf as error:  # Pango is the machine's
        pytest.skip(str(error))
    read = pypdf.PdfReader(tmp_path / "r.pdf")
    told = subprocess.run(
        ["pdftotext", str(tmp_path / "r.pdf"), "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    whole = re.sub(r"\s", "", told)
    for row in report.rows:
        assert re.sub(r"\s", "", row.precision.text) in whole
    for badge in (report.grade, report.ranges[0].badge):
        assert re.sub(r"\s", "", badge) in whole
    assert f"1/{len(read.pages)}" in whole
    fonts = {str(font.get_object()["/BaseFont"]) for page in read.pages for font in page["/Resources"]["/Font"].values()}
    assert all("+" in font for font in fonts), "every font is carried along"


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftoppm")), reason="no LibreOffice or no pdftoppm to draw the slides with"
)
def test_the_slides_can_be_drawn_and_none_is_empty(report: Report, tmp_path: Path) -> None:
    pptx(report, tmp_path / "r.pptx")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "r.pptx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    read = pypdf.PdfReader(tmp_path / "r.pdf")
    assert len(read.pages) == len(Presentation(str(tmp_path / "r.pptx")).slides)
    assert all(page.extract_text().strip() for page in read.pages)
    subprocess.run(
        ["pdftoppm", "-r", "30", "-png", "-f", "1", "-l", "4", str(tmp_path / "r.pdf"), str(tmp_path / "p")],
        check=True,
        timeout=60,
    )
    assert all(len(path.read_bytes()) > 1500 for path in tmp_path.glob("p-*.png"))
