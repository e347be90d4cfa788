"""How quotes are told: formats by name, exact amounts, shares of a price, where a price comes from."""

from typing import TYPE_CHECKING

from reports import numbers
from reports.numbers import Lang
from reports.sentence import Sentence

if TYPE_CHECKING:
    from scoring.results import Price

FORMATS: dict[str, Sentence] = {
    "image_text": Sentence("图文", "image and text"),
    "video_1_20": Sentence("视频 1-20秒", "video 1-20 s"),
    "video_21_60": Sentence("视频 21-60秒", "video 21-60 s"),
    "video_60_plus": Sentence("视频 60秒以上", "video over 60 s"),
    "video": Sentence("视频", "video"),
    "video_custom": Sentence("定制视频", "custom video"),
    "video_insert": Sentence("植入视频", "video with an insert"),
    "live": Sentence("直播", "live stream"),
    "short_post": Sentence("直发(短图文)", "short post"),
    "repost": Sentence("转发", "repost"),
}
DECLARED: dict[str, Sentence] = {
    "yes": Sentence("报备", "declared"),
    "no": Sentence("非报备", "not declared"),
    "unknown": Sentence("未说明是否报备", "declared or not is not said"),
}
NET = Sentence("净价({date} 报价,{declared})", "net price of the quote of {date} ({declared})")
EXPIRED = Sentence("已于 {date} 过期", "expired on {date}")


def format_name(form: str, lang: Lang) -> str:
    """A format as readers call it; one that is none of ours keeps its own word, as one harmless line."""
    known = FORMATS.get(form)
    return known(lang) if known else numbers.name(form)


def exact_money(minor: int | None, currency: str, lang: Lang) -> str:
    """An amount to its last minor unit; cents only where there are some."""
    if minor is None:
        return numbers.MISSING
    symbol = numbers.currency_sign(currency, lang)
    whole, rest = divmod(minor, numbers.minor_units(currency))
    digits = len(str(numbers.minor_units(currency))) - 1
    return f"{symbol}{whole:,}.{rest:0{digits}d}" if rest else f"{symbol}{whole:,}"


def ppm_text(ppm: int | None, lang: Lang) -> str:
    """A share in parts per million as percent, exact: 300,000 is 30 %."""
    if ppm is None:
        return numbers.MISSING
    whole, rest = divmod(ppm, 10_000)
    shown = f"{whole}.{rest:04d}".rstrip("0") if rest else str(whole)
    return f"{shown}%" if lang == "zh" else f"{shown}\u00a0%"


def price_basis(price: "Price | None", lang: Lang, *, expired: bool) -> str:
    """Where a price comes from, if it is no list's own: net, of which quote; and that it has expired."""
    if price is None:
        return ""
    said = []
    if price.quoted_at is not None:
        said.append(NET(lang, date=numbers.date(price.quoted_at), declared=DECLARED[price.declared](lang)))
    if expired:
        said.append(EXPIRED(lang, date=numbers.date(price.valid_until)))
    return " · ".join(said)
