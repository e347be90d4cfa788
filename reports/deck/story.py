"""Which slides a report becomes, in the order in which a client is told: conclusion, list, each account, money, what is missing, method."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from reports.deck.canvas import BOTTOM, HINT, INNER, LEFT, SMALLEST, TOP, Canvas, Style, fitted, width_of
from reports.desk import D
from reports.numbers import MISSING, headed
from reports.parts import Bar, Fact, Figure, RangeTable, Report, Row, Section
from reports.sentence import Sentence
from reports.text import T

ROWS = 11  # of a table on one slide
CHARTED = 14
TRAITS = 8


class S:
    """The words that only slides have."""

    budget = Sentence("报价与成本", "Prices and cost")
    budget_hint = Sentence(
        "报价合计按货币分列;成本按 TA浓度折算,括号内为区间。",
        "Totals by currency; cost by the on-target share, its interval in brackets.",
    )
    total = Sentence("合计 {n} 个报价", "Total of {n} quotes", "Total of {n} quote")
    page = Sentence("{title}({n}/{of})", "{title} ({n} of {of})")
    low = Sentence("下限", "lower end")
    width = Sentence("区间宽度", "width of the interval")


def tell(report: Report, canvas: Canvas) -> None:
    """Adds every slide."""
    cover(report, canvas)
    conclusion(report, canvas)
    if report.rows:
        the_list(report, canvas)
    for table in report.ranges:
        ranges(report, table, canvas)
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
    """The sentences of page one, its figures, its notices."""
    made = canvas.slide(T.conclusion(report.lang))
    top = TOP
    for text, size in [(said, 18 if at == 0 else 14) for at, said in enumerate(report.conclusion)] + [
        (said, 12) for said in report.notices
    ]:
        top = _paragraph(canvas, made, text, size, top)
    if report.kpis and top < BOTTOM - 1.2:
        part = INNER / len(report.kpis)
        for at, kpi in enumerate(report.kpis):
            left, wide = LEFT + at * part, part - 0.25
            canvas.text(made, fitted(kpi.label, 11, wide, 2), (left, BOTTOM - 1.75, wide, 0.45), HINT)
            canvas.text(made, fitted(kpi.value, 24, wide, 1), (left, BOTTOM - 1.25, wide, 0.5), Style(24, colour=canvas.accent))
            canvas.text(made, fitted(kpi.interval, 12, wide, 1), (left, BOTTOM - 0.72, wide, 0.3), Style(12))
            canvas.text(
                made, fitted(kpi.note, SMALLEST, wide, 2), (left, BOTTOM - 0.4, wide, 0.4), Style(SMALLEST, colour=HINT.colour)
            )


def _paragraph(canvas: Canvas, made: Any, text: str, size: float, top: float) -> float:
    """Writes a paragraph of at most three lines; where the next one begins."""
    lines = min(max(1, -(-int(width_of(text, size) * 100) // int(INNER * 92))), 3)
    height = lines * size * 1.35 / 72
    if top + height > BOTTOM - 1.9:
        return top
    canvas.text(made, fitted(text, size, INNER, lines), (LEFT, top, INNER, height), Style(size))
    return top + height + 0.14


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
    _paged(canvas, T.table(lang), hint, heads, cells, (0.65, 2.3, 1.2, 1.1, 0.6, 1.0, 1.0, 1.3, 1.1, 1.7), (3, 4, 5, 6, 7, 8, 9))


def _row_cells(row: Row) -> list[str]:
    return [
        row.band, row.name.label, row.name.platform, _whole(row.precision), str(row.n), _whole(row.lift), row.sure.text, _whole(row.fitting),
        row.price.text, _whole(row.cost),
    ]  # fmt: skip


def _whole(figure: Figure) -> str:
    return f"{figure.text}\n{figure.interval}" if figure.interval else figure.text


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
    _paged(canvas, table.title, hint, heads, cells, (0.6, 2.0, 0.9, 1.1, 1.3, 1.4, 1.0, 1.6, 1.1, 1.2), (3, 4, 5, 6, 7, 8))


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
        [row.name.label, row.name.platform, _whole(row.share), str(row.posts), row.dates, report.topics_badge]
        for row in report.topics
    ]
    _paged(canvas, D.topics(lang), hint, heads, cells, (2.5, 1, 1.5, 0.9, 2, 1.4), (2, 3))


def account(report: Report, section: Section, canvas: Canvas) -> None:
    """One account: what its followers are, why, where that comes from, how wrong it could be."""
    lang, row = report.lang, section.row
    about = " · ".join(
        filter(
            None,
            (
                row.name.platform,
                row.name.handle,
                f"{T.col_followers(lang)} {row.followers.text}",
                T.place_of(lang, place=row.places),
            ),
        )
    )
    made = canvas.slide(f"{row.band} · {row.name.label}", f"{report.grade} · {about}")
    canvas.text(made, fitted(headed(section.verdict), 15, INNER, 2), (LEFT, TOP, INNER, 0.6), Style(15))
    bars = [
        each for each in (*section.over, *section.under, *section.other) if not each.suppressed and each.share.value is not None
    ][:TRAITS]
    half = INNER / 2 - 0.2
    if bars:
        _traits(report, bars, canvas, made, half)
    else:
        canvas.text(made, T.no_traits(lang), (LEFT, 2.2, half, 0.6), HINT)
    left, top = LEFT + half + 0.4, 2.1
    for kpi in section.kpis[:4]:
        between = f" ({kpi.interval})" if kpi.interval else ""
        canvas.text(made, fitted(f"{kpi.label}: {kpi.value}{between}", 13, half, 1), (left, top, half, 0.3), Style(13, bold=True))
        canvas.text(
            made, fitted(kpi.note, SMALLEST, half, 1), (left, top + 0.27, half, 0.22), Style(SMALLEST, colour=HINT.colour)
        )
        top += 0.55
    canvas.text(made, T.frame_title(lang), (left, top + 0.05, half, 0.3), Style(12, bold=True, colour=canvas.accent))
    top += 0.38
    for text in (*(f"{fact.label}: {fact.text}" for fact in section.frame), *section.bounds, *section.notes):
        lines = 2 if width_of(text, SMALLEST) > half else 1
        if top + lines * 0.19 > BOTTOM:
            break
        canvas.text(made, fitted(text, SMALLEST, half, lines), (left, top, half, lines * 0.19), Style(SMALLEST))
        top += lines * 0.19 + 0.03


def _traits(report: Report, bars: Sequence[Bar], canvas: Canvas, made: Any, half: float) -> None:
    series = [(T.col_share(report.lang), [bar.share.value or 0.0 for bar in bars])]
    if all(bar.base is not None for bar in bars):
        series.append((report.base_name, [bar.base or 0.0 for bar in bars]))
    canvas.bars(made, [bar.label for bar in bars], series, (LEFT, 2.1, half, BOTTOM - 2.1))


def budget(report: Report, canvas: Canvas) -> None:
    """What was quoted and what it buys; one line a currency at the end. No slide where nothing was quoted."""
    lang = report.lang
    priced = [row for row in report.rows if row.price.value is not None]
    cells = [
        [
            row.name.label,
            row.name.platform,
            row.price_format or MISSING,
            row.price.text,
            _whole(row.fitting),
            _whole(row.cost),
            row.price_until or MISSING,
        ]
        for row in priced
    ]
    cells += [
        [row.name.label, row.name.platform, MISSING, row.price.text, row.fitting_views.text, row.cost.text, MISSING]
        for table in report.ranges
        for row in table.rows
        if row.price.value is not None and not report.rows
    ]
    if not cells:
        return
    totals: dict[str, tuple[int, float]] = {}
    for currency, amount in _amounts(report, priced):
        number, sum_ = totals.get(currency, (0, 0.0))
        totals[currency] = (number + 1, sum_ + amount)
    cells += [
        [S.total(lang, n=number), "", "", f"{currency} {amount:,.0f}", "", "", ""]
        for currency, (number, amount) in sorted(totals.items())
    ]
    heads = [
        T.col_account(lang), T.col_platform(lang), T.col_price_format(lang), T.col_price(lang),
        headed(report.fitting_word) if report.rows else D.col_fitting_views(lang), T.col_cost(lang), T.col_price_until(lang),
    ]  # fmt: skip
    _paged(canvas, S.budget(lang), S.budget_hint(lang), heads, cells, (2.4, 1, 1.3, 1.4, 1.9, 2.2, 1.2), (3, 4, 5))


def _amounts(report: Report, priced: Sequence[Row]) -> Iterator[tuple[str, float]]:
    yield from ((row.currency, row.price.value or 0.0) for row in priced)
    if not report.rows:
        for table in report.ranges[:1]:
            yield from ((row.currency, row.price.value) for row in table.rows if row.price.value is not None)


def missing(report: Report, canvas: Canvas) -> None:
    """Who was not scored, and why."""
    lang = report.lang
    heads = [T.col_candidate(lang), T.col_given(lang), T.col_platform(lang), T.col_why(lang)]
    cells = [[each.name, each.given, each.platform, each.why] for each in report.not_scored]
    _paged(canvas, T.not_scored(lang), T.not_scored_hint(lang), heads, cells, (2, 3, 1, 4), ())


def method(report: Report, canvas: Canvas) -> None:
    """How the figures come about, how wrong they can be; all of it in the notes too, where nothing is cut."""
    facts = [*report.quality, *report.methods]
    pages = list(_fact_pages(facts))
    for number, page in enumerate(pages, start=1):
        title = (
            T.method(report.lang)
            if len(pages) == 1
            else S.page(report.lang, title=T.method(report.lang), n=number, of=len(pages))
        )
        made = canvas.slide(title)
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


def _paged(
    canvas: Canvas, title: str, hint: str, heads: Sequence[str], cells: Sequence[Sequence[str]], widths: Sequence[float], numbers: Sequence[int]
) -> None:  # fmt: skip
    """A table over as many slides as it takes."""
    pages = -(-len(cells) // ROWS)
    rest = iter(cells)
    for number in range(1, pages + 1):
        made = canvas.slide(title if pages == 1 else S.page(canvas.lang, title=title, n=number, of=pages), hint)
        canvas.table(made, [headed(head) for head in heads], list(islice(rest, ROWS)), widths, numbers=numbers)
