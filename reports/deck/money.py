"""The slides of prices: what was quoted, what it buys, totals per currency; each grade of evidence on slides of its own."""

from collections.abc import Iterable, Sequence

from reports.deck.canvas import Canvas
from reports.deck.pages import S, paged, whole
from reports.desk import D
from reports.numbers import MISSING, currency_sign, headed
from reports.parts import RangeTable, Report, Row
from reports.quoting import EXPIRED
from reports.text import T

_WIDTHS = (2.2, 0.9, 1.2, 1.2, 1.6, 1.9, 1.9)


def budget(report: Report, canvas: Canvas) -> None:
    """No slide where nothing was quoted."""
    lang = report.lang
    priced = [row for row in report.rows if row.price.value is not None]
    cells = [
        [row.name.label, row.name.platform, row.price_format or MISSING, row.price.text, whole(row.fitting), whole(row.cost), _until(report, row)]
        for row in priced
    ]  # fmt: skip
    totals = _totals(report, ((row.currency, row.price.value or 0.0) for row in priced))
    notes = "\n".join(f"{row.name.label}: {row.price_basis}" for row in priced if row.price_basis)
    _slides(report, canvas, (report.grade, headed(report.fitting_word), T.col_cost(lang)), [*cells, *totals], notes)
    for table in report.ranges:
        _of_ranges(report, table, canvas)


def _of_ranges(report: Report, table: RangeTable, canvas: Canvas) -> None:
    rows = [row for row in table.rows if row.price.value is not None]
    cells = [
        [row.name.label, row.name.platform, MISSING, row.price.text, row.fitting_views.text, row.cost.text, MISSING]
        for row in rows
    ]
    totals = _totals(report, ((row.currency, row.price.value or 0.0) for row in rows))
    notes = "\n".join(f"{row.name.label}: {' · '.join(row.notes)}" for row in rows if row.notes)
    heads = (f"{table.badge} · {table.title}", D.col_fitting_views(report.lang), table.cost_word)
    _slides(report, canvas, heads, [*cells, *totals], notes)


def _slides(report: Report, canvas: Canvas, words: tuple[str, str, str], cells: Sequence[Sequence[str]], notes: str) -> None:
    """`words`: whose prices these are, what they buy, what that costs."""
    lang, (whose, bought, cost) = report.lang, words
    heads = [
        T.col_account(lang), T.col_platform(lang), T.col_price_format(lang), T.col_price(lang), bought, cost, T.col_price_until(lang),
    ]  # fmt: skip
    paged(canvas, S.budget(lang), f"{whose} · {S.budget_hint(lang)}", heads, cells, _WIDTHS, (3, 4, 5), notes)


def _until(report: Report, row: Row) -> str:
    """How long a price holds; one that does no longer says so."""
    expired = EXPIRED(report.lang, date=row.price_until)
    return expired if row.price_until and row.price_basis.endswith(expired) else row.price_until or MISSING


def _totals(report: Report, amounts: Iterable[tuple[str, float]]) -> list[list[str]]:
    """One line a currency."""
    sums: dict[str, list[float]] = {}
    for currency, amount in amounts:
        sums.setdefault(currency, []).append(amount)
    return [
        [S.total(report.lang, n=len(each)), "", "", f"{currency_sign(currency, report.lang)}{_exact(sum(each))}", "", "", ""]
        for currency, each in sorted(sums.items())
    ]


def _exact(amount: float) -> str:
    """To the cent, where there are cents.

    >>> _exact(358700.0), _exact(99.5)
    ('358,700', '99.50')
    """
    return f"{amount:,.0f}" if round(amount, 2) == round(amount) else f"{amount:,.2f}"
