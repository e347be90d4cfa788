"""Prices: an amount in minor units and its currency, never one without the other."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from collectors.errors import BadCell, FileRefused
from collectors.exports.cells import narrow, text_of
from collectors.exports.counts import UNITS

EXPECTED = "an amount as 1200, 1,200.50, ¥1,200, 1.2万元 or USD 500"
WORDS = {
    "元": "CNY", "块": "CNY", "rmb": "CNY", "人民币": "CNY", "cny": "CNY", "¥": "CNY", "yuan": "CNY", "us$": "USD", "$": "USD", "美元": "USD",
    "usd": "USD", "€": "EUR", "欧元": "EUR", "eur": "EUR", "£": "GBP", "英镑": "GBP", "gbp": "GBP", "日元": "JPY", "円": "JPY",
    "jpy": "JPY", "hk$": "HKD", "港元": "HKD", "港币": "HKD", "hkd": "HKD", "₩": "KRW", "韩元": "KRW", "krw": "KRW",
    "台币": "TWD", "新台币": "TWD", "nt$": "TWD", "twd": "TWD",
}  # fmt: skip
NO_MINOR = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})  # ISO 4217: these have no hundredths
_THREE_DIGITS = frozenset({"BHD", "KWD", "OMR", "JOD", "TND"})
_SHAPE = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?\s*(?P<unit>百万|千万|[kmw千万萬亿億]?)")
_CODE = re.compile(r"[a-z]{3}")


def minor_digits(currency: str) -> int:
    """Digits of the minor unit (ISO 4217): 2 for CNY, 0 for JPY."""
    return 0 if currency in NO_MINOR else 3 if currency in _THREE_DIGITS else 2


def currency_code(cell: object) -> str | None:
    """The ISO code of a currency's cell: CNY for "RMB", "元", "¥" or "cny"; None if not given."""
    text = text_of(cell)
    if text is None:
        return None
    word = narrow(text)
    if word in WORDS:
        return WORDS[word]
    if _CODE.fullmatch(word):
        return word.upper()
    raise BadCell(reason="not a currency", expected="an ISO code as CNY, USD or EUR")


def amount(cell: object) -> tuple[Decimal, str | None] | None:
    """Amount and the currency written beside it, if any; None if the cell is empty.

    "¥" is CNY here; a yen price says JPY in a currency column, in --currency, or in the cell.

    Raises:
        BadCell: no single amount: a range, "面议", a negative one.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _positive(Decimal(str(cell))), None
    text = text_of(cell)
    if text is None:
        return None
    word = narrow(text).replace("，", ",")
    currency = None
    for mark in sorted(WORDS, key=len, reverse=True):
        if word.startswith(mark) or word.endswith(mark):
            word, currency = word.removeprefix(mark).removesuffix(mark).strip(), WORDS[mark]
            break
    found = _SHAPE.fullmatch(word)
    if found is None:
        raise BadCell(reason="not a single amount", expected=EXPECTED)
    number = Decimal(found["whole"].replace(",", "") + "." + (found["part"] or "0"))
    return _positive(number.scaleb(UNITS[found["unit"]])), currency


def _positive(number: Decimal) -> Decimal:
    if not number.is_finite() or number < 0 or number > 10**12:
        raise BadCell(reason="not an amount", expected=EXPECTED)
    return number


def to_minor(number: Decimal, currency: str) -> int:
    """Whole minor units.

    Raises:
        BadCell: finer than the currency's minor unit.
    """
    minor = number.scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        raise BadCell(reason="finer than the currency's smallest unit", expected=EXPECTED)
    return int(minor)


def convert(number: Decimal, rate: Decimal, currency: str) -> int:
    """Minor units of `currency` for an amount in another one, at `rate` of it for one of the other; half to even."""
    return int((number * rate).scaleb(minor_digits(currency)).to_integral_value(ROUND_HALF_EVEN))


def read_rates(text: str) -> Mapping[str, Decimal]:
    """The rates of --rates: "EUR=7.8,USD=7.2" says what one EUR or USD costs in the currency of --currency.

    Raises:
        FileRefused: another shape.
    """
    rates: dict[str, Decimal] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        code, _, value = part.partition("=")
        try:
            rate = Decimal(value.strip())
        except InvalidOperation:
            rate = Decimal(0)
        if not _CODE.fullmatch(code.strip().lower()) or not rate.is_finite() or rate <= 0:
            message = f"--rates {text!r} cannot be read. Expected what one unit costs in --currency, as EUR=7.8,USD=7.2."
            raise FileRefused(message)
        rates[code.strip().upper()] = rate
    return rates
