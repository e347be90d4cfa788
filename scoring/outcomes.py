"""What placements brought, account by account: sums of what is known, and what an order, a click, a thousand impressions cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Measure = Literal["orders", "clicks", "impressions", "revenue"]
MEASURES: tuple[Measure, ...] = ("orders", "clicks", "impressions", "revenue")
LEAST_ACCOUNTS = 5  # of fewer accounts neither an agreement nor an interval is told


@dataclass(frozen=True, slots=True)
class Figures:
    """One placement: money in minor units of `currency`; None where a figure is not known, never 0."""

    currency: str | None = None
    cost: int | None = None
    impressions: int | None = None
    clicks: int | None = None
    orders: int | None = None
    revenue: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over the `known` of an account's placements for which the figure is known; `whole` where these are all of them."""

    value: int
    known: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Brought:
    """What all placements of one account came to; money in minor units of `currency`.

    `currencies`: those of its placements. Of several nothing is added up: costs and revenue are None then. `per_order`, `per_click` and
    `per_thousand` are costs in minor units over the placements for which both sides are known; None where there are none, or nothing
    came of them.
    """

    placements: int
    currencies: tuple[str, ...]
    cost: Total | None
    impressions: Total | None
    clicks: Total | None
    orders: Total | None
    revenue: Total | None
    per_order: float | None
    per_click: float | None
    per_thousand: float | None

    @property
    def currency(self) -> str | None:
        """The one currency of the account's money; None where there is none, or several."""
        return self.currencies[0] if len(self.currencies) == 1 else None

    def total(self, measure: Measure) -> Total | None:
        """The sum of one measure."""
        totals = {"orders": self.orders, "clicks": self.clicks, "impressions": self.impressions, "revenue": self.revenue}
        return totals[measure]


def added_up(placements: Sequence[Figures]) -> Brought:
    """One account's placements together.

    >>> added_up([Figures("CNY", cost=100_00, orders=4), Figures("CNY", cost=50_00)]).orders
    Total(value=4, known=1, whole=False)
    >>> added_up([Figures("CNY", cost=100_00, orders=4), Figures("CNY", cost=50_00)]).per_order
    2500.0
    """
    currencies = tuple(sorted({each.currency for each in placements if each.currency is not None}))
    one = len(currencies) == 1

    def total(of: Callable[[Figures], int | None]) -> Total | None:
        values = [value for each in placements if (value := of(each)) is not None]
        return Total(sum(values), len(values), len(values) == len(placements)) if values else None

    def per(of: Callable[[Figures], int | None], units: int = 1) -> float | None:
        pairs = [(each.cost, count) for each in placements if each.cost is not None and (count := of(each)) is not None]
        count = sum(count for _, count in pairs)
        return units * sum(cost for cost, _ in pairs) / count if one and count else None

    return Brought(
        len(placements), currencies, total(lambda each: each.cost) if one else None, total(lambda each: each.impressions),
        total(lambda each: each.clicks), total(lambda each: each.orders), total(lambda each: each.revenue) if one else None,
        per(lambda each: each.orders), per(lambda each: each.clicks), per(lambda each: each.impressions, 1000),
    )  # fmt: skip
