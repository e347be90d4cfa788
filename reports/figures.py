"""From estimates to printed figures and the one sentence that says what an account's followers are."""

from typing import TYPE_CHECKING

from reports import numbers
from reports.names import PEOPLE, platform_name
from reports.numbers import Lang
from reports.parts import NOTHING, Figure, Name
from reports.text import T

if TYPE_CHECKING:
    from scoring.estimate import Estimate
    from scoring.results import AccountRef, Scorecard, Shortlist

FEW = 30  # below this many followers a share is marked as resting on a small sample


def share_figure(estimate: "Estimate | None", lang: Lang) -> Figure:
    """A share and its interval in percent."""
    if estimate is None or not numbers.known(estimate.value):
        return NOTHING
    decimals = numbers.share_decimals(estimate.value)
    return Figure(
        numbers.percent(estimate.value, lang, decimals),
        numbers.percent_range(estimate.low, estimate.high, lang, decimals),
        estimate.value,
        estimate.low,
        estimate.high,
    )


def plain_share(value: float | None, lang: Lang) -> Figure:
    """A share that is exact or whose interval stands elsewhere."""
    return NOTHING if value is None else Figure(numbers.percent(value, lang), "", value)


def bounds_figure(low: float, high: float, lang: Lang, *, exact: bool) -> Figure:
    """A share known to lie between two bounds; one number where it is exact."""
    if exact or low == high:
        return Figure(numbers.percent(low, lang), "", low, low, high)
    decimals = numbers.share_decimals(high)
    return Figure(numbers.percent_range(low, high, lang, decimals), "", None, low, high)


def lift_figure(estimate: "Estimate | None") -> Figure:
    """A multiple of the base and its interval, two digits each; no upper end where the base may be as good as nothing."""
    if estimate is None or not numbers.known(estimate.value):
        return NOTHING
    value, low = f"{numbers.factor(estimate.value)}x", numbers.factor(estimate.low)
    if not numbers.known(estimate.high):
        return Figure(value, f"{low}x - {numbers.MISSING}", estimate.value, estimate.low, None)
    return Figure(value, f"{low}-{numbers.factor(estimate.high)}x", estimate.value, estimate.low, estimate.high)


def count_figure(estimate: "Estimate | None", lang: Lang) -> Figure:
    """A number of people and its interval in short form."""
    if estimate is None or not numbers.known(estimate.value):
        return NOTHING
    low, high = numbers.count(estimate.low, lang), numbers.count(estimate.high, lang)
    return Figure(numbers.count(estimate.value, lang), f"{low}-{high}", estimate.value, estimate.low, estimate.high)


def price_figure(card: "Scorecard", lang: Lang) -> Figure:
    """The quote in major units; an exact number, so it has no interval."""
    if card.price is None:
        return NOTHING
    amount = numbers.major(card.price.amount_minor, card.price.currency)
    return Figure(numbers.money(amount, card.price.currency, lang), "", amount)


def cost_figure(card: "Scorecard", lang: Lang) -> Figure:
    """Cost per thousand fitting in major units; no upper limit where the share may be 0 (DECISIONS 21)."""
    cost, price = card.cost_per_thousand, card.price
    if cost is None or price is None or not numbers.known(cost.value):
        return NOTHING
    value, low = numbers.major(cost.value, price.currency), numbers.major(cost.low, price.currency)
    high = None if card.precision.low <= 0 or not numbers.known(cost.high) else numbers.major(cost.high, price.currency)
    ends = (numbers.money(low, price.currency, lang), numbers.money(high, price.currency, lang))
    return Figure(
        numbers.money(value, price.currency, lang), f"{ends[0]}-{ends[1]}" if high else f"{ends[0]} - {ends[1]}", value, low, high
    )


def verdict(card: "Scorecard", shortlist: "Shortlist", lang: Lang) -> str:
    """The words of DECISIONS 22: about so many in 100 are real and match, between, from how many."""
    theta = card.precision
    of = 100 if theta.value >= 0.01 else 1000
    digits = 0 if theta.value * of >= 9.95 else 1
    value, low, high = (_trim(number * of, digits) for number in (theta.value, theta.low, theta.high))
    sentence = T.verdict_fit if card.authenticity is None else T.verdict_real
    people = PEOPLE[shortlist.base](lang)
    return sentence(lang, of=of, base=people, value=value, low=low, high=high, n=numbers.whole(card.n))


def lift_sentence(card: "Scorecard", shortlist: "Shortlist", lang: Lang) -> str:
    """The multiple in words, with its interval; names the base."""
    lift, base = card.lift, shortlist.base_rate
    if lift is None or base is None:
        return T.no_lift(lang)
    if base.kind == "pool" and len(shortlist.cards) == 1:
        return T.lift_alone(lang)  # the pool is the account itself: once by definition
    sentence = T.lift_base if base.kind == "base" else T.lift_pool
    said = sentence(lang, x=numbers.factor(lift.value), tgi=f"{lift.value * 100:.0f}")
    if not numbers.known(lift.high):
        return T.lift_least(lang, lift=said, low=numbers.factor(lift.low))
    return T.lift_between(lang, lift=said, low=numbers.factor(lift.low), high=numbers.factor(lift.high))


def relative_only(shortlist: "Shortlist") -> bool:
    """Whether only order and multiples may be claimed (DECISIONS 15)."""
    return shortlist.calibration.status == "none"


def base_name(shortlist: "Shortlist", lang: Lang) -> str:
    """What multiples are of."""
    base = shortlist.base_rate
    if base is None:
        return T.no_lift(lang)
    return (T.base_base if base.kind == "base" else T.base_pool)(lang)


def within_word(shortlist: "Shortlist", lang: Lang) -> str:
    """What accounts of a band are ordered by."""
    return (T.within_cost if shortlist.within_band == "cost" else T.within_fitting)(lang)


def headline(card: "Scorecard", shortlist: "Shortlist", lang: Lang) -> str:
    """What may be said of an account in one sentence: its share, or only its multiple where nothing was calibrated."""
    return lift_sentence(card, shortlist, lang) if relative_only(shortlist) and card.lift else verdict(card, shortlist, lang)


def name_of(account: "AccountRef", lang: Lang) -> Name:
    """An account's name as one harmless line; the handle without its "@", the address only if it is a web page's."""
    handle = numbers.name((account.handle or "").removeprefix("@"))
    label = numbers.name(account.label) or numbers.name(account.native_id) or numbers.MISSING
    return Name(
        label,
        platform_name(account.platform, lang),
        handle,
        numbers.safe_url(account.url),
        account.label,
        (account.platform, account.native_id),
    )


def unknown_label(given: str) -> Name:
    """A name that is only a text."""
    return Name(numbers.name(given) or numbers.MISSING, "", "", "", given)


def _trim(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
