"""The table's order: bands by the ordering quantity, cost or fitting followers inside, places and chances of the top."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import CandidateInput, Parameters
from scoring.audience.bands import bands, letter, order_by_mean
from scoring.audience.joint import p_top, rank_interval, ranks
from scoring.sampling import generator

Floats = NDArray[np.float64]
RankBy = Literal["precision", "cost", "fitting"]
WithinBand = Literal["cost", "fitting"]


@dataclass(frozen=True, slots=True)
class Order:
    """Place, band and chance of each kept account, all by index into the candidates; what they are ordered by.

    `p_top`: the chance to be among the first `top`; empty where there is one account.
    """

    rank_by: RankBy
    within_band: WithinBand
    accounts: list[int]
    band: dict[int, str]
    top: int
    p_top: dict[int, float]
    low: dict[int, int]
    high: dict[int, int]


@dataclass(frozen=True, slots=True)
class Arranged:
    """The table's order and nothing else: `final` places into `kept`, `number` the band of each of `kept`, `quantity` (draws, len(kept))."""

    rank_by: RankBy
    within_band: WithinBand
    quantity: Floats
    number: NDArray[np.int64]
    final: NDArray[np.int64]


def arrange(candidates: tuple[CandidateInput, ...], kept: list[int], draws: Floats, wishes: Floats, wanted: str) -> Arranged:
    """Order the accounts `kept` by their joint draws, shape (draws, K), `wanted` first (DECISIONS 20-21).

    `wishes` (K,), NaN where not known, order accounts of a band that cost or fitting followers leave equal to three digits.
    """
    rank_by, within = order_keys(candidates, kept, wanted)
    quantity = draws[:, kept] * worth(candidates, kept, rank_by)
    inside = draws[:, kept].mean(0) * worth(candidates, kept, within)
    number = bands(quantity, order_by_mean(quantity, inside))
    return Arranged(rank_by, within, quantity, number, final_order(number, inside, wishes[kept], quantity.mean(0)))


def final_order(number: NDArray[np.int64], inside: Floats, wishes: Floats, quantity: Floats) -> NDArray[np.int64]:
    """Places from the first to the last: by band, then what orders inside bands, wishes, the ordering quantity's mean; all (n,)."""
    wished = np.nan_to_num(wishes, nan=-1.0)
    return np.lexsort((-quantity, -inside, -wished, -_three_digits(inside), number))


def put_in_order(
    candidates: tuple[CandidateInput, ...], kept: list[int], draws: Floats, wishes: Floats, parameters: Parameters
) -> Order:
    """The order of `arrange` with what the draws say of it: places and chances of the top."""
    made = arrange(candidates, kept, draws, wishes, parameters.rank_by)
    places = ranks(made.quantity, generator(parameters.seed, "ranks"))
    top = parameters.top if len(kept) > parameters.top else 1  # everybody is among the first ten of four: ask for the first
    chance = p_top(places, top)
    low, high = rank_interval(places)
    return Order(
        rank_by=made.rank_by,
        within_band=made.within_band,
        accounts=[kept[i] for i in made.final],
        band={k: letter(int(made.number[i])) for i, k in enumerate(kept)},
        top=top,
        p_top={k: float(chance[i]) for i, k in enumerate(kept)} if len(kept) > 1 else {},
        low={k: int(low[i]) for i, k in enumerate(kept)},
        high={k: int(high[i]) for i, k in enumerate(kept)},
    )


def order_keys(candidates: tuple[CandidateInput, ...], kept: list[int], wanted: str) -> tuple[RankBy, WithinBand]:
    """First key, as wanted if every row has it, and the key inside bands."""
    priced = {each.price.currency for each in candidates if each.price is not None}
    all_priced = len(priced) == 1 and all(candidates[k].price is not None and candidates[k].followers for k in kept)
    all_counted = all(candidates[k].followers is not None for k in kept)
    rank_by: RankBy = "precision"
    if (wanted == "cost" and all_priced) or (wanted == "fitting" and all_counted):
        rank_by = "cost" if wanted == "cost" else "fitting"
    return rank_by, "cost" if all_priced else "fitting"


def worth(candidates: tuple[CandidateInput, ...], kept: list[int], by: str) -> Floats:
    """What a share is multiplied by for the ordering quantity: 1, followers, or followers per money unit; (len(kept),)."""
    factor = []
    for k in kept:
        price, followers = candidates[k].price, candidates[k].followers or 0
        cost = followers / max(price.amount_minor, 1) if price is not None else 0.0
        factor.append({"precision": 1.0, "fitting": float(followers), "cost": cost}[by])
    return np.array(factor)


def _three_digits(values: Floats) -> Floats:
    """Values as finely as readers are told them."""
    size = 10.0 ** (np.floor(np.log10(np.maximum(values, 1e-300))) - 2)
    return np.asarray(np.round(values / size) * size)
