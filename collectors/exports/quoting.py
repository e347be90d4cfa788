"""A page of quotes: each row's terms, its format and whether it is ordered on the platform; what is wrong is marked under its own column."""

from datetime import datetime
from typing import Any

from collectors.errors import BadCell
from collectors.exports.cells import NO, YES
from collectors.exports.parse import Cells, Plan
from collectors.exports.parts import money, part, rate
from storage.formats import format_key
from storage.net_price import Terms

DECLARED = {
    **dict.fromkeys(YES, True), **dict.fromkeys(NO, False), "报备": True, "已报备": True, "declared": True,
    "非报备": False, "不报备": False, "未报备": False, "undeclared": False, "not declared": False,
}  # fmt: skip
_SHARED = ("platform_fee", "tax", "rebate")
_AMOUNTS = ("rights", "exclusivity", "boost")


def read_terms(cells: Cells) -> dict[int, Terms]:
    """The terms of each good row, by its number; a row that has none is marked with its problem."""
    names = ("price", "currency", *_SHARED, *_AMOUNTS, "commission")
    columns = [list(cells.get(name)) for name in names]
    found: dict[int, Terms] = {}
    for row, values in enumerate(zip(*columns, strict=True)):
        if row not in cells.problems and (terms := _terms(dict(zip(names, values, strict=True)), cells, row)):
            found[row] = terms
    return found


def settle_words(cells: Cells) -> None:
    """Formats by their keys, and whether a quote is ordered on the platform: yes, no or not said; another word is refused."""
    cells.values["format"] = [None if word is None else format_key(word) for word in cells.get("format")]
    words: list[str | None] = list(cells.get("declared"))
    for row, word in enumerate(words):
        if word is not None and word not in DECLARED:
            problem = BadCell("neither declared nor not", "yes or no (报备 / 非报备, 是 / 否); empty if it is not known")
            cells.refuse(row, "declared", problem)
    cells.values["declared"] = [None if word is None else DECLARED.get(word) for word in words]


def refuse_ended(cells: Cells) -> None:
    """An offer does not end before the day on which it was made."""
    ends: list[datetime | None] = list(cells.get("valid_until"))
    for row, (made, end) in enumerate(zip(cells.get("observed_at"), ends, strict=True)):
        if made is not None and end is not None and end.date() < made.date():
            cells.refuse(
                row, "valid_until", BadCell("it ends before the day of the quote", "the day up to which the quote holds")
            )


def _terms(row: dict[str, Any], cells: Cells, at: int) -> Terms | None:
    """The terms of one row; None where a cell of it is wrong."""
    plan, name = cells.plan, "price"
    values: dict[str, Any] = {}
    try:
        number, written = row["price"]
        currency = currency_of(written, row["currency"], plan)
        values["price"] = money((number, written), currency)
        for name in _SHARED:
            values[name] = part(row[name], plan.shown(name), currency)
        for name in _AMOUNTS:
            values[name] = money(row[name], currency)
        name = "commission"
        values["commission_ppm"] = rate(row[name], plan.shown(name))
        name = "rebate"
        return _added_up(Terms(**values))
    except BadCell as problem:
        cells.refuse(at, name, problem)
        return None


def _added_up(terms: Terms) -> Terms:
    """The terms, if their parts make a price.

    Raises:
        BadCell: a rebate above the price.
    """
    off = terms.rebate.amount if terms.rebate else None
    if off is not None and off.minor > terms.price.minor:
        raise BadCell(reason="a rebate above the price", expected="the rebate of this price, up to the whole of it")
    return terms


def currency_of(written: str | None, own: str | None, plan: Plan) -> str:
    """The currency of a row: its amount's, its column's, else the file's.

    Raises:
        BadCell: none, or two that differ.
    """
    if written is not None and own is not None and written != own:
        raise BadCell(reason="two currencies in one row", expected="the same currency in the amount and in the currency column")
    found = written or own or plan.currency
    if found is None:
        raise BadCell(reason="no currency", expected="a currency beside the amount, in a column, or --currency")
    return found
