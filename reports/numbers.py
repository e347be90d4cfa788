"""How numbers look in both languages: percent, counts in 万 / k, money, dates; missing is "–", never 0."""

import math
import unicodedata
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

Lang = Literal["zh", "en"]

MISSING = "–"
_UNITS: dict[Lang, tuple[tuple[float, str], ...]] = {
    "zh": ((1e8, "亿"), (1e4, "万")),
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "k")),
}
_SYMBOLS: dict[Lang, dict[str, str]] = {
    "zh": {"CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"},
    "en": {"CNY": "CN¥", "USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"},
}
_WITHOUT_MINOR = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})  # ISO 4217: currencies whose minor unit is the unit itself
_IN_THOUSANDS = frozenset({"BHD", "KWD", "OMR", "JOD", "TND"})
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST_NAME = 60


def known(value: float | None) -> bool:
    """Whether there is a finite number to print."""
    return value is not None and math.isfinite(value)


def percent(value: float | None, lang: Lang, decimals: int | None = None) -> str:
    """A share as percent: whole from 10 % on, one decimal below; a positive share that rounds to nothing is "<0.1%"."""
    if value is None or not math.isfinite(value):
        return MISSING
    return _percent_number(value, share_decimals(value) if decimals is None else decimals) + ("%" if lang == "zh" else "\u00a0%")


def percent_range(low: float, high: float, lang: Lang, decimals: int) -> str:
    """An interval of shares, one unit for both ends: "9-16%"."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return MISSING
    return f"{_percent_number(low, decimals)}-{percent(high, lang, decimals)}"


def certainty(value: float | None, lang: Lang) -> str:
    """A probability from draws: never 0 or 100 %, because draws cannot show that."""
    if value is None or not math.isfinite(value):
        return MISSING
    sign = "%" if lang == "zh" else "\u00a0%"
    return f"<1{sign}" if value < 0.01 else f">99{sign}" if value > 0.99 else f"{value * 100:.0f}{sign}"


def share_decimals(value: float) -> int:
    """Decimals with which a share and its interval are printed."""
    return 0 if abs(value) >= 0.0995 else 1


def _percent_number(share: float, decimals: int) -> str:
    least = 10**-decimals
    if 0 < share * 100 < least / 2:
        return f"<{least:g}"
    return f"{share * 100:.{decimals}f}" if share else "0"


def count(value: float | None, lang: Lang) -> str:
    """A count to three digits with its unit: 6.43万, 64.3k; whole below the first unit."""
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = _three_digits(value)
    for size, unit in _UNITS[lang]:
        if rounded >= size:
            return _plain(rounded / size) + unit
    return f"{rounded:,.0f}"


def whole(value: float | None) -> str:
    """An exact count with separators."""
    return MISSING if value is None or not math.isfinite(value) else f"{value:,.0f}"


def factor(value: float | None) -> str:
    """A multiple to two digits: 3.1, 12, 0.42."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value >= 9.95:
        return f"{value:,.0f}"
    return _plain(round(value, 1 if value >= 0.95 else 2))


def money(amount: float | None, currency: str, lang: Lang) -> str:
    """An amount in major units; cents only below 100."""
    if amount is None or not math.isfinite(amount):
        return MISSING
    symbol = currency_sign(currency, lang)
    cents = amount < 100 and currency not in _WITHOUT_MINOR and round(amount, 2) != round(amount)
    return f"{symbol}{amount:,.2f}" if cents else f"{symbol}{amount:,.0f}"


def currency_sign(currency: str, lang: Lang) -> str:
    """What stands before an amount."""
    return _SYMBOLS[lang].get(currency, currency + "\u00a0")


def minor_units(currency: str) -> int:
    """Minor units to the unit (ISO 4217): 100 fen to the yuan, 1 for yen."""
    return 1 if currency in _WITHOUT_MINOR else 1000 if currency in _IN_THOUSANDS else 100


def major(amount_minor: float, currency: str) -> float:
    """Minor units (fen, cents) in major ones (yuan, dollars)."""
    return amount_minor / minor_units(currency)


def date(moment: datetime | None) -> str:
    """The day, in UTC as it is stored."""
    return MISSING if moment is None else f"{moment:%Y-%m-%d}"


def name(text: str) -> str:
    """A name as one line of text: no control signs, no marks that turn a line around, at most 60 signs."""
    spaced = "".join(" " if sign in "\t\r\n\v\f\u2028\u2029\u0085" else sign for sign in text)
    kept = "".join(sign for sign in spaced if sign not in _BIDI and unicodedata.category(sign) not in {"Cc", "Cs"})
    line = " ".join(kept.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"


def headed(text: str) -> str:
    """A phrase as a heading: its first letter large."""
    return text[:1].upper() + text[1:] if len(text) > 1 else text


def isolated(text: str) -> str:
    """A name inside a sentence, so that its direction does not reach the words around it (first strong isolate)."""
    return f"\u2068{text}\u2069"


def safe_url(url: str | None) -> str:
    """The address if it is a web page's, else nothing: no javascript: or data: becomes a link."""
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    clean = parts.scheme in {"http", "https"} and bool(parts.netloc) and not any(sign.isspace() for sign in url.strip())
    return url.strip() if clean else ""


def _three_digits(value: float) -> float:
    if value < 1000:
        return float(round(value))
    digits = math.floor(math.log10(value))
    return float(round(value, 2 - digits))


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
