"""Ceiling prices: up to which price an account is chosen, everything else left as it is, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import CandidateInput
from scoring.audience.bands import bands, order_by_mean
from scoring.audience.order import RankBy, arrange, final_order, order_keys, worth
from scoring.estimate import Estimate
from scoring.results import Ceiling, Price

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

NO_END = 10**15  # minor units: whoever is chosen at this price is chosen at any
SHOWN = (0.025, 0.975)
METHOD = "joint draws"


@dataclass(frozen=True, slots=True)
class Field:
    """Who is compared: all candidates, the `kept` of them that have a figure, the share's joint draws (draws, K), wishes (K,)."""

    candidates: tuple[CandidateInput, ...]
    kept: tuple[int, ...]
    draws: Floats
    wishes: Floats

    def priced(self, k: int, amount: int | None, currency: str) -> "Field":
        """The same field where account `k` costs `amount`; None: it has no price."""
        price = None if amount is None else Price(amount, currency, "", None)
        changed = replace(self.candidates[k], price=price)
        return replace(self, candidates=(*self.candidates[:k], changed, *self.candidates[k + 1 :]))

    def currency(self) -> str:
        """The one currency of all prices, empty where there is none or several."""
        found = {price.currency for k in self.kept if (price := self.candidates[k].price) is not None}
        return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a list is chosen: the table's order with the first key `rank_by`, from the top down until `top` accounts are in.

    With a `budget` (minor units) an account that the rest of the money does not pay is passed over, as one without a price is.
    """

    rank_by: RankBy
    top: int
    budget: int | None = None


def choose(field: Field, choice: Choice) -> tuple[int, ...]:
    """The accounts that are chosen, first to last, by index into the candidates."""
    made = arrange(field.candidates, list(field.kept), field.draws, field.wishes, choice.rank_by)
    return _bought(field, [field.kept[i] for i in made.final], choice)


def _bought(field: Field, order: list[int], choice: Choice) -> tuple[int, ...]:
    if choice.budget is None:
        return tuple(order[: choice.top])
    rest = choice.budget
    found: list[int] = []
    for k in order:
        price = field.candidates[k].price
        if len(found) < choice.top and price is not None and price.amount_minor <= rest:
            rest -= price.amount_minor
            found.append(k)
    return tuple(found)


def ceilings(field: Field, choice: Choice) -> dict[int, Ceiling]:
    """The ceiling price of every kept account by its index; empty where there is no one currency to name it in."""
    currency, known = field.currency(), _Bands()
    return {k: _Trial(field.priced(k, 1, currency), choice, k, known).ceiling(field) for k in field.kept} if currency else {}


def cost_ceilings(field: Field, choice: Choice) -> dict[int, Ceiling]:
    """The same among the accounts that have a price and followers, ordered by cost alone: each beside these, priced itself or not."""
    currency, known = field.currency(), tuple(k for k in field.kept if field.candidates[k].followers)
    if not currency:
        return {}
    with_price = tuple(k for k in known if field.candidates[k].price is not None)
    fields = {k: replace(field, kept=with_price if k in with_price else tuple(sorted((*with_price, k)))) for k in known}
    by_cost = replace(choice, rank_by="cost")
    return {k: _Trial(each.priced(k, 1, currency), by_cost, k, _Bands()).ceiling(each) for k, each in fields.items()}


def highest(chosen: Callable[[int], bool], guess: float) -> int | None:
    """The highest price at which `chosen` holds, which must turn false once as the price rises: by bisection around a guess.

    None where it holds at no price; NO_END where it holds at any.
    """
    if not chosen(0):
        return None
    if chosen(NO_END):
        return NO_END
    low, high = _bracket(chosen, guess)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if chosen(middle) else (low, middle)
    return low


def _bracket(chosen: Callable[[int], bool], guess: float) -> tuple[int, int]:
    """A price at which it is chosen and one at which it is not: close to the guess where that is any good."""
    if not 1 < guess < NO_END:
        return 0, NO_END
    low, high = int(guess * 0.98), int(guess * 1.02) + 1
    return (low if chosen(low) else 0), (NO_END if chosen(high) else high)


class _Bands:
    """Bands that no price changes, worked out once for each pair of keys; None where a price could change them.

    Where cost is the only key and nobody has wishes, bands change nothing: both keys are then one.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Longs | None] = {}

    def of(self, field: Field, by: str, within: str) -> Longs | None:
        if (by, within) not in self.found:
            self.found[by, within] = _fixed_bands(field, by, within)
        return self.found[by, within]


def _fixed_bands(field: Field, by: str, within: str) -> Longs | None:
    kept = list(field.kept)
    if by == "cost":
        return np.zeros(len(kept), np.int64) if within == "cost" and np.isnan(field.wishes[kept]).all() else None
    quantity = field.draws[:, kept] * worth(field.candidates, kept, by)
    mean = quantity.mean(0)
    if within == "cost" and len(np.unique(np.round(mean, 9))) < len(mean):
        return None  # equal means: the price decides which of them opens a band
    return bands(quantity, order_by_mean(quantity, field.draws[:, kept].mean(0) * worth(field.candidates, kept, within)))


class _Trial:
    """One account, `k`, under any price of its own; in `field` it costs 1, so that its figures are per money unit."""

    def __init__(self, field: Field, choice: Choice, k: int, known: _Bands) -> None:
        self.field, self.choice, self.k = field, choice, k
        self.kept = list(field.kept)
        self.at = self.kept.index(k)
        self.by, self.within = order_keys(field.candidates, self.kept, choice.rank_by)
        self.number = known.of(field, self.by, self.within)
        self.share = field.draws[:, self.kept].mean(0)
        self.first = worth(field.candidates, self.kept, self.by)
        self.inside = worth(field.candidates, self.kept, self.within)

    def ceiling(self, before: Field) -> Ceiling:
        """The ceiling; `before` is the field with the account's own price."""
        own, choice = before.candidates[self.k].price, self.choice
        most = highest(self.chosen, float(self.draws(self.share[None, :])[0]))
        return Ceiling(
            by=choice.rank_by,
            top=choice.top,
            state="none" if most is None else "any" if most >= NO_END else "up_to",
            price=None if most is None or most >= NO_END else _between(most, self.draws(self.field.draws[:, self.kept])),
            currency=self.field.currency(),
            chosen=None if own is None else self.chosen(own.amount_minor),
            others=len(self.kept) - 1,
            price_counts=choice.budget is not None or "cost" in {self.by, self.within},
            budget=choice.budget,
        )

    def chosen(self, amount: int) -> bool:
        """Whether the account is chosen at that price: what `choose` says, without working out again what no price can change."""
        trial = self.field.priced(self.k, amount, self.field.currency())
        if self.number is None:
            return self.k in choose(trial, self.choice)
        first, inside = self._at_price(self.first, self.by, amount), self._at_price(self.inside, self.within, amount)
        order = final_order(self.number, self.share * inside, self.field.wishes[self.kept], self.share * first)
        return self.k in _bought(trial, [self.kept[i] for i in order], self.choice)

    def _at_price(self, factor: Floats, key: str, amount: int) -> Floats:
        """What the shares are multiplied by where this account costs `amount`."""
        if key != "cost":
            return factor
        changed = factor.copy()
        changed[self.at] = factor[self.at] / max(amount, 1)
        return changed

    def draws(self, shares: Floats) -> Floats:
        """The ceiling price under each row of `shares` (rows, kept): 0 for none, infinite for any.

        The bands stay those of the run; inside them a row's own figures order the accounts. The account may stand before another one
        up to the price at which both are equal, and is bought there while places and money last.
        """
        value, band = shares * self.inside, self._bands()
        others = np.flatnonzero(np.arange(len(self.kept)) != self.at)
        below = band[others] - band[self.at]
        if self.choice.budget is None:
            return self._before_last(value[:, self.at], value[:, others[below == 0]], int((below < 0).sum()))
        order = np.lexsort((-value[:, others], np.broadcast_to(below, value[:, others].shape)), axis=1)
        ahead = np.take_along_axis(value[:, others], order, axis=1)
        same = self._equal(value[:, self.at], ahead)
        reach = np.where(below[order] > 0, np.inf, np.where(below[order] < 0, 0.0, same))
        return _afforded(np.column_stack([reach, np.full(len(reach), np.inf)]), self._prices()[others][order], self.choice)

    def _bands(self) -> Longs:
        """The bands of the run; one for all where cost alone orders."""
        if self.number is not None:
            return self.number
        if self.by == "cost":
            return np.zeros(len(self.kept), np.int64)
        return arrange(self.field.candidates, self.kept, self.field.draws, self.field.wishes, self.choice.rank_by).number

    def _before_last(self, mine: Floats, rivals: Floats, ahead: int) -> Floats:
        """Up to which price the account stands before the last of its own band that would have a place without it."""
        places = self.choice.top - ahead
        if places <= 0:
            return np.zeros(len(mine))
        if rivals.shape[1] < places:
            return np.full(len(mine), np.inf)
        last = np.partition(rivals, rivals.shape[1] - places, axis=1)[:, rivals.shape[1] - places]
        return self._equal(mine, last[:, None])[:, 0]

    def _equal(self, mine: Floats, other: Floats) -> Floats:
        """The price at which the account is as good as each of the others of its band (rows, others); it plays no part: all or none."""
        if self.within != "cost":
            return np.where(mine[:, None] >= other, np.inf, 0.0)
        found: Floats = np.divide(mine[:, None], other, out=np.full(other.shape, np.inf), where=other > 0)
        return found

    def _prices(self) -> Floats:
        found = [self.field.candidates[j].price for j in self.kept]
        return np.array([np.inf if price is None else float(price.amount_minor) for price in found])


def _between(value: int, draws: Floats) -> Estimate:
    """The price and where 95 % of the draws put it; a draw without an end makes an upper limit without one."""
    low, high = float(np.quantile(draws, SHOWN[0], method="lower")), float(np.quantile(draws, SHOWN[1], method="higher"))
    return Estimate(float(value), min(low, float(value)), max(high, float(value)), len(draws), METHOD)


def _afforded(reach: Floats, prices: Floats, choice: Choice) -> Floats:
    """The best over all places of the lower of both: the price that stands there, and the money that is left there."""
    best = np.zeros(len(reach))
    taken = np.zeros(len(reach), np.int64)
    rest = np.full(len(reach), float(choice.budget or 0))
    for place in range(reach.shape[1]):
        free = taken < choice.top
        best = np.where(free, np.maximum(best, np.minimum(reach[:, place], rest)), best)
        if place == prices.shape[1] or not free.any():
            break
        take = free & (prices[:, place] <= rest)
        taken += take
        rest = np.where(take, rest - np.where(take, prices[:, place], 0.0), rest)
    return best
