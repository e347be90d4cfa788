"""A cell of a quote that may hold an amount or a share of the price; a plain number that could be read two ways is refused."""

import re
from dataclasses import dataclass
from decimal import Decimal

from collectors.errors import BadCell
from collectors.exports.cells import narrow, text_of
from collectors.exports.money import amount, to_minor
from storage.net_price import MILLION, Money, Part

EXPECTED_PART = "an amount or a share of the price, as 500元 or 5%"
EXPECTED_RATE = "a share, as 20% or 0.2"
_PERCENT = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*%")
_BARE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SAYS_RATE = re.compile(r"%|率|比例|百分比|占比|点数|\brate\b|percent|ratio|_rate\b")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a cell says: a number; whether a percent sign stood beside it, or which currency; `bare`: neither sign nor unit."""

    number: Decimal
    percent: bool = False
    currency: str | None = None
    bare: bool = False


def stated(cell: object) -> Stated | None:
    """A cell as an amount or a percent; None if it is empty.

    >>> stated("５％"), stated("500元"), stated(0.3)
    (Stated(number=Decimal('5'), percent=True, currency=None, bare=False), Stated(number=Decimal('500'), percent=False, currency='CNY', bare=False), Stated(number=Decimal('0.3'), percent=False, currency=None, bare=True))

    Raises:
        BadCell: neither can be.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        found = amount(cell)
        return None if found is None else Stated(found[0], bare=True)
    text = text_of(cell)
    if text is None:
        return None
    word = narrow(text)
    if percent := _PERCENT.fullmatch(word):
        return Stated(Decimal(percent["number"]), percent=True)
    try:
        found = amount(word)
    except BadCell:
        raise BadCell(reason="neither an amount nor a percent", expected=EXPECTED_PART) from None
    return None if found is None else Stated(found[0], currency=found[1], bare=_BARE.fullmatch(word) is not None)


def rate(said: Stated | None, header: str) -> int | None:
    """A share in parts per million, where only a share can stand.

    A plain number is a fraction below 1 and percent above it. 1 itself could be both, and under a header with a percent sign so could
    any below it: a spreadsheet's cell that shows 30% holds 0.3.

    Raises:
        BadCell: an amount, a number that could be read two ways, more than 100 %.
    """
    if said is None:
        return None
    if not said.percent and not said.bare:
        raise BadCell(reason="an amount where a share belongs", expected=EXPECTED_RATE)
    number = said.number
    if said.percent or number > 1:
        return _ppm(number / 100)
    if number and (number == 1 or "%" in narrow(header)):
        low, high = _plain(number), _plain(number * 100)
        raise BadCell(reason="a share that can be read two ways", expected=f"{low}% or {high}%, with the sign in the cell")
    return _ppm(number)


def part(said: Stated | None, header: str, currency: str) -> Part | None:
    """An amount in the quote's currency or a share of the price, as the cell says or its header.

    A plain number below 1 is a fraction, one above 100 an amount; between them it could be both, unless the header speaks of a share.

    Raises:
        BadCell: a number that could be read two ways, another currency than the price's, more than 100 %.
    """
    if said is None:
        return None
    if said.percent or (said.bare and _SAYS_RATE.search(narrow(header))):
        return Part(ppm=rate(said, header))
    if said.bare and 1 <= said.number <= 100:
        shown = _plain(said.number)
        raise BadCell(
            reason="a number that can be an amount or a percent", expected=f"{shown}% or {shown}元, with the sign in the cell"
        )
    if said.bare and 0 < said.number < 1:
        return Part(ppm=_ppm(said.number))
    return Part(money((said.number, said.currency), currency))


def money(said: tuple[Decimal, str | None] | None, currency: str) -> Money | None:
    """An amount of a quote, in the currency of its price.

    Raises:
        BadCell: another currency, or finer than its smallest unit.
    """
    if said is None:
        return None
    if said[1] is not None and said[1] != currency:
        raise BadCell(reason="another currency than the price", expected="every amount of a quote in the currency of its price")
    return Money(to_minor(said[0], currency), currency)


def _ppm(share: Decimal) -> int:
    if share > 1:
        raise BadCell(reason="a share above 100 %", expected=EXPECTED_RATE)
    found = share * MILLION
    if found != found.to_integral_value():
        raise BadCell(reason="a share finer than a ten-thousandth of a percent", expected=EXPECTED_RATE)
    return int(found)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
