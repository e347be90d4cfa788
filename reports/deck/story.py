"""Which slides a report becomes, in the order in which a client is told: conclusion, list, each account, money, what is missing, method."""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from reports.deck.canvas import BOTTOM, HINT, INNER, LEFT, SMALLEST, TOP, Canvas, Style, fitted, size_for, width_of
from reports.deck.money import budget
from reports.deck.pages import S, numbered, paged, whole
from reports.desk import D
from reports.numbers import headed
from reports.packages import K
from reports.parts import Bar, Fact, RangeTable, Report, Row, Section
from reports.text import T

CHARTED = 14
TRAITS = 8
GAP = 0.14  # inches between paragraphs


def tell(report: Report, canvas: Canvas) -> None:
    """Adds every slide."""
    cover(report, canvas)
    conclusion(report, canvas)
    if report.rows:
        the_list(report, canvas)
    for table in report.ranges:
        ranges(report, table, canvas)
    if report.packages:
        packages(report, canvas)
    if report.topics:
        topics(report, canvas)
    for section in report.sections:
        account(report, section, canvas)
    budget(report, canvas)
    if report.not_scored:
        missing(report, canvas)
    method(report, canvas)


def cover(report: Report, canvas: Canvas) -> None:
    """Title, the persona in words, list, dates."""
    made = canvas.deck.slides.add_slide(canvas.deck.slide_layouts[6])
    canvas.logo(made)
    canvas.line(made, LEFT, 2.2, 1.2)
    canvas.text(made, fitted(report.title, 36, INNER, 2), (LEFT, 2.4, INNER, 1.3), Style(36, bold=True))
    if report.reading:
        canvas.text(
            made, fitted(report.reading, 16, INNER * 0.85, 3), (LEFT, 3.75, INNER * 0.85, 1.0), Style(16, colour=HINT.colour)
        )
    for at, fact in enumerate(report.cover[:6]):
        left = LEFT + (at % 3) * INNER / 3
        top = 5.1 + (at // 3) * 0.75
        canvas.text(made, fact.label, (left, top, INNER / 3 - 0.2, 0.25), Style(SMALLEST, colour=HINT.colour))
        canvas.text(made, fitted(fact.text, 12, INNER / 3 - 0.2, 2), (left, top + 0.24, INNER / 3 - 0.2, 0.45), Style(12))
    canvas.foot(made)


def conclusion(report: Report, canvas: Canvas) -> None:
    """The sentences of page one, its figures, its notices: what does not fit goes on on the next slide."""
    told = [
        *((said, 18 if at == 0 else 14) for at, said in enumerate(report.conclusion)),
        *((said, 12) for said in report.notices),
    ]
    pages = list(_said_pages(told, BOTTOM - 1.9 if report.kpis else BOTTOM)) or [[]]
    for number, page in enumerate(pages, start=1):
        made = canvas.slide(numbered(canvas, T.conclusion(report.lang), number, len(pages)))
        if number == 1:
            _kpis(report, canvas, made)
        top = TOP
        for text, size, height in page:
            canvas.text(
                made, fitted(text, size, INNER, ceil(height * 72 / size / 1.35 - 0.01)), (LEFT, top, INNER, height), Style(size)
            )
            top += height + GAP


def _kpis(report: Report, canvas: Canvas, made: Any) -> None:
    """The cards at the foot of the conclusion; a figure gets smaller rather than cut."""
    for at, kpi in enumerate(report.kpis):
        part = INNER / len(report.kpis)
        left, wide = LEFT + at * part, part - 0.25
        grey, value, between = HINT.colour, size_for(kpi.value, 24, wide), size_for(kpi.interval, 12, wide)
        canvas.text(made, fitted(kpi.label, 11, wide, 2), (left, BOTTOM - 1.75, wide, 0.45), HINT)
        canvas.text(made, kpi.value, (left, BOTTOM - 1.25, wide, 0.5), Style(value, colour=canvas.accent))
        canvas.text(made, kpi.interval, (left, BOTTOM - 0.72, wide, 0.3), Style(between))
        canvas.text(made, fitted(kpi.note, SMALLEST, wide, 2), (left, BOTTOM - 0.4, wide, 0.4), Style(SMALLEST, colour=grey))


def _said_pages(told: Sequence[tuple[str, float]], first_ends: float) -> Iterator[list[tuple[str, float, float]]]:
    """Paragraphs (text, points) as pages of (text, points, inches high); only the first page ends at `first_ends`."""
    page: list[tuple[str, float, float]] = []
    top, ends = TOP, first_ends
    for text, size in told:
        lines = max(1, ceil(width_of(text, size) / (INNER * 0.92)))
        height = lines * size * 1.35 / 72
        if page and top + height > ends:
            yield page
            page, top, ends = [], TOP, BOTTOM
        page.append((text, size, height))
        top += height + GAP
    if page:
        yield page


def the_list(report: Report, canvas: Canvas) -> None:
    """The list with its intervals as a chart, then as tables of one page each."""
    lang = report.lang
    title, hint = T.chart(lang, precision=report.precision_word), f"{report.grade} · {report.order_note}"
    made = canvas.slide(title, hint)
    rows = [row for row in report.rows if row.precision.low is not None and row.precision.high is not None][:CHARTED]
    ends = [(row.precision.low or 0.0, row.precision.high or 0.0) for row in rows]
    if rows:
        box = (LEFT, TOP, INNER, BOTTOM - TOP)
        canvas.ranges(
            made, [f"{row.band} {row.name.label} {row.precision.text}" for row in rows], ends, (S.low(lang), S.width(lang)), box
        )
    heads = [
        T.col_band(lang), T.col_account(lang), T.col_platform(lang), headed(report.precision_word), "n", T.col_lift(lang),
        T.col_sure(lang, top=report.top), headed(report.fitting_word), T.col_price(lang), T.col_cost(lang),
    ]  # fmt: skip
    cells = [_row_cells(row) for row in report.rows]
    paged(canvas, T.table(lang), hint, heads, cells, (0.65, 2.3, 1.2, 1.1, 0.6, 1.0, 1.0, 1.3, 1.1, 1.7), (3, 4, 5, 6, 7, 8, 9))


def _row_cells(row: Row) -> list[str]:
    return [
        row.band, row.name.label, row.name.platform, whole(row.precision), str(row.n), whole(row.lift), row.sure.text, whole(row.fitting),
        row.price.text, whole(row.cost),
    ]  # fmt: skip


def ranges(report: Report, table: RangeTable, canvas: Canvas) -> None:
    """Grade B of one base: its ranges as a chart, then as tables."""
    lang, hint = report.lang, f"{table.badge} · {table.hint}"
    made = canvas.slide(table.title, hint)
    shown = table.rows[:CHARTED]
    ends = [(row.share.low or 0.0, row.share.high or 0.0) for row in shown]
    names = [f"{row.band} {row.name.label}" for row in shown]
    canvas.ranges(made, names, ends, (S.low(lang), S.width(lang)), (LEFT, TOP, INNER, BOTTOM - TOP))
    heads = [
        T.col_band(lang), T.col_account(lang), T.col_platform(lang), D.col_range(lang), D.col_fitting(lang), D.col_fitting_views(lang), T.col_price(lang),
        table.cost_word, T.data_date(lang), D.col_grade(lang),
    ]  # fmt: skip
    cells = [
        [row.band, row.name.label, row.name.platform, row.share.text, row.fitting.text, row.fitting_views.text, row.price.text, row.cost.text,
         row.observed, table.badge]
        for row in table.rows
    ]  # fmt: skip
    paged(canvas, table.title, hint, heads, cells, (0.6, 1.75, 0.9, 1.35, 1.2, 1.3, 1.0, 1.6, 1.1, 1.45), (3, 4, 5, 6, 7, 8))


def packages(report: Report, canvas: Canvas) -> None:
    """Small accounts that are bought together."""
    lang = report.lang
    heads = [
        K.col_package(lang), K.col_accounts(lang), K.col_share(lang), "n", K.col_spread(lang), K.col_unique(lang), K.col_fitting(lang),
        K.col_cost(lang), K.col_cpt(lang),
    ]  # fmt: skip
    cells = [
        [row.name, str(row.accounts), whole(row.share), str(row.n), row.spread, row.unique, whole(row.fitting), row.cost.text, whole(row.per_thousand)]
        for row in report.packages
    ]  # fmt: skip
    hint = f"{report.grade} · {K.hint(lang)}"
    paged(
        canvas,
        K.title(lang),
        hint,
        heads,
        cells,
        (2, 0.8, 1.2, 0.7, 1.1, 1.4, 1.3, 1.2, 1.5),
        (1, 2, 3, 4, 5, 6, 7, 8),
        K.hint(lang),
    )


def topics(report: Report, canvas: Canvas) -> None:
    """Grade C: not ranked."""
    lang, hint = report.lang, f"{report.topics_badge} · {D.topics_hint(report.lang)}"
    heads = [
        T.col_account(lang),
        T.col_platform(lang),
        D.col_on_topic(lang),
        D.col_posts(lang),
        D.col_dates(lang),
        D.col_grade(lang),
    ]
    cells = [
        [row.name.label, row.name.platform, whole(row.share), str(row.posts), row.dates, report.topics_badge]
        for row in report.topics
    ]
    paged(canvas, D.topics(lang), hint, heads, cells, (2.4, 1, 1.4, 0.8, 2, 1.9), (2, 3))


def account(report: Report, section: Section, canvas: Canvas) -> None:
    """One account: what its followers are, why, where that comes from, how wrong it could be; all of it in the notes too."""
    lang, row = report.lang, section.row
    half = INNER / 2 - 0.2
    followers, place = f"{T.col_followers(lang)} {row.followers.text}", T.place_of(lang, place=row.places)
    about = " · ".join(filter(None, (row.name.platform, row.name.handle, followers, place)))
    made = canvas.slide(f"{row.band} · {row.name.label}", f"{report.grade} · {about}")
    canvas.text(made, fitted(headed(section.verdict), 15, INNER, 2), (LEFT, TOP, INNER, 0.6), Style(15))
    bars = [
        each for each in (*section.over, *section.under, *section.other) if not each.suppressed and each.share.value is not None
    ][:TRAITS]
    if bars:
        _traits(report, bars, canvas, made, half)
    else:
        canvas.text(made, T.no_traits(lang), (LEFT, 2.2, half, 0.6), HINT)
    top = _figures(section, canvas, made, half)
    canvas.text(made, T.frame_title(lang), (LEFT + half + 0.4, top, half, 0.3), Style(12, bold=True, colour=canvas.accent))
    told = (*(f"{fact.label}: {fact.text}" for fact in section.frame), *section.bounds, *section.notes)
    _sources(report, told, canvas, made, top + 0.33)
    figures = (f"{kpi.label}: {kpi.value} {kpi.interval}".rstrip() for kpi in section.kpis)
    made.notes_slide.notes_text_frame.text = "\n".join((section.verdict, *figures, T.frame_title(lang), *told))


def _figures(section: Section, canvas: Canvas, made: Any, half: float) -> float:
    """The first figures, each whole on its line: the label gives way; where what follows begins."""
    left, top = LEFT + half + 0.4, 2.1
    for kpi in section.kpis[:4]:
        figure = f"{kpi.value} ({kpi.interval})" if kpi.interval else kpi.value
        room = half * 0.88  # bold signs are wider
        size = size_for(f"{kpi.label}: {figure}", 13, room)
        label = fitted(kpi.label, size, room - width_of(f": {figure}", size), 1)
        canvas.text(made, f"{label}: {figure}", (left, top, half, 0.3), Style(size, bold=True))
        canvas.text(
            made, fitted(kpi.note, SMALLEST, half, 1), (left, top + 0.27, half, 0.22), Style(SMALLEST, colour=HINT.colour)
        )
        top += 0.55
    return top + 0.05


def _sources(report: Report, told: Sequence[str], canvas: Canvas, made: Any, top: float) -> None:
    """Where it comes from, line by line; the last line says so where the notes hold more."""
    half = INNER / 2 - 0.2
    left = LEFT + half + 0.4
    for at, text in enumerate(told):
        lines = max(1, ceil(width_of(text, SMALLEST) / (half * 0.92)))
        more = 0.22 if at + 1 < len(told) else 0.0  # room to say that there is more
        if top + lines * 0.19 + more > BOTTOM:
            canvas.text(made, f"… {S.rest(report.lang)}", (left, top, half, 0.19), Style(SMALLEST, colour=HINT.colour))
            return
        canvas.text(made, fitted(text, SMALLEST, half, lines), (left, top, half, lines * 0.19), Style(SMALLEST))
        top += lines * 0.19 + 0.03


def _traits(report: Report, bars: Sequence[Bar], canvas: Canvas, made: Any, half: float) -> None:
    series = [(T.col_share(report.lang), [bar.share.value or 0.0 for bar in bars])]
    if all(bar.base is not None for bar in bars):
        series.append((report.base_name, [bar.base or 0.0 for bar in bars]))
    canvas.bars(made, [bar.label for bar in bars], series, (LEFT, 2.1, half, BOTTOM - 2.1))


def missing(report: Report, canvas: Canvas) -> None:
    """Who was not scored, and why."""
    lang = report.lang
    heads = [T.col_candidate(lang), T.col_given(lang), T.col_platform(lang), T.col_why(lang)]
    cells = [[each.name, each.given, each.platform, each.why] for each in report.not_scored]
    paged(canvas, T.not_scored(lang), T.not_scored_hint(lang), heads, cells, (2, 3, 1, 4), ())


def method(report: Report, canvas: Canvas) -> None:
    """How the figures come about, how wrong they can be; all of it in the notes too, where nothing is cut."""
    facts = [*report.quality, *report.methods]
    pages = list(_fact_pages(facts))
    for number, page in enumerate(pages, start=1):
        made = canvas.slide(numbered(canvas, T.method(report.lang), number, len(pages)))
        top = 1.05
        for fact, lines in page:
            canvas.text(made, fitted(fact.label, 11, 2.7, 2), (LEFT, top, 2.7, 0.4), Style(11, bold=True))
            canvas.text(made, fitted(fact.text, 11, INNER - 3, lines), (LEFT + 3, top, INNER - 3, lines * 0.21), Style(11))
            top += max(lines * 0.21, 0.24) + 0.1
        made.notes_slide.notes_text_frame.text = "\n\n".join(f"{fact.label}: {fact.text}" for fact, _ in page)


def _fact_pages(facts: Sequence[Fact]) -> Iterator[list[tuple[Fact, int]]]:
    page: list[tuple[Fact, int]] = []
    top = 1.05
    for fact in facts:
        lines = min(max(1, -(-int(width_of(fact.text, 11) * 100) // int((INNER - 3) * 92))), 6)
        height = max(lines * 0.21, 0.24) + 0.1
        if page and top + height > BOTTOM:
            yield page
            page, top = [], 1.05
        page.append((fact, lines))
        top += height
    if page:
        yield page
