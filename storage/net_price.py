"""What a quote comes to: whole minor units of one currency, part by part. Arithmetic only; nothing is read or written."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from storage.errors import StorageError

MILLION = 1_000_000  # a share is parts per million of the price: 30 % is 300,000


@dataclass(frozen=True, slots=True)
class Money:
    """Whole minor units (fen, cents) of a currency (ISO 4217)."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a quote as it was stated: an amount, or a share of the price in parts per million; exactly one of them.

    Raises:
        StorageError: both or neither, or below 0.
    """

    amount: Money | None = None
    ppm: int | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.ppm, self.amount.minor if self.amount else None) if value is not None]
        if len(given) != 1 or given[0] < 0:
            message = "a part of a quote must be an amount or a share of the price, one of them, and not below 0"
            raise StorageError(message)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a quote says: the price, and what comes on top or off; None: not said. Commission is a share of sales, not of the price."""

    price: Money
    platform_fee: Part | None = None
    tax: Part | None = None
    rebate: Part | None = None
    rights: Money | None = None
    exclusivity: Money | None = None
    boost: Money | None = None
    commission_ppm: int | None = None


@dataclass(frozen=True, slots=True)
class NetPrice:
    """price + platform fee + tax - rebate + rights + exclusivity + boost, each in minor units of `currency`; a part not said is None and adds 0."""

    currency: str
    price: int
    platform_fee: int | None
    tax: int | None
    rebate: int | None
    rights: int | None
    exclusivity: int | None
    boost: int | None

    @property
    def net(self) -> int:
        """What is paid in the end."""
        added = (self.platform_fee, self.tax, self.rights, self.exclusivity, self.boost)
        return self.price + sum(part or 0 for part in added) - (self.rebate or 0)


def net_price(terms: Terms) -> NetPrice:
    """Each part in minor units; a share is of the price alone, rounded to the nearest minor unit, half to even.

    Raises:
        StorageError: a part in another currency than the price, a rebate above the price, a price below 0.
    """
    currency = terms.price.currency
    if terms.price.minor < 0:
        message = "a quote's price is not below 0"
        raise StorageError(message)
    fees = (Part(amount) if amount else None for amount in (terms.rights, terms.exclusivity, terms.boost))
    parts = (terms.platform_fee, terms.tax, terms.rebate, *fees)
    fee, tax, rebate, rights, exclusivity, boost = (_minor(part, terms.price) for part in parts)
    if rebate is not None and rebate > terms.price.minor:
        message = "a quote's rebate is more than its price: correct the quote and import it again"
        raise StorageError(message)
    return NetPrice(currency, terms.price.minor, fee, tax, rebate, rights, exclusivity, boost)


def share_of(minor: int, ppm: int) -> int:
    """A share of an amount in whole minor units: nearest, half to even.

    >>> share_of(10_001, 500_000), share_of(10_003, 500_000)
    (5000, 5002)
    """
    whole, rest = divmod(minor * ppm, MILLION)
    return whole + (rest * 2 > MILLION or (rest * 2 == MILLION and whole % 2 == 1))


def _minor(part: Part | None, price: Money) -> int | None:
    if part is None:
        return None
    if part.amount is None:
        return share_of(price.minor, part.ppm or 0)
    if part.amount.currency != price.currency:
        message = f"a quote's parts are in one currency: its price is in {price.currency}, a part in {part.amount.currency}"
        raise StorageError(message)
    return part.amount.minor


def is_over(valid_until: datetime | None, now: datetime) -> bool:
    """Whether an offer no longer holds; a day without a time counts to its end, one without an end never does."""
    if valid_until is None:
        return False
    whole_day = valid_until.time() == time()
    return valid_until + (timedelta(days=1) if whole_day else timedelta()) <= now
