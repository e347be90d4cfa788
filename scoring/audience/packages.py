"""Packages of small accounts: what all of a package's followers are together, with the interval of the joint draws; never ranked one by one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import CandidateInput, Parameters, ScoringInput
from scoring.audience.lift import summary
from scoring.audience.overlap import FollowerList, net_reach
from scoring.audience.sample import Sample
from scoring.estimate import Estimate
from scoring.results import PackageCard, Price

Floats = NDArray[np.float64]
METHOD = "followers' mean of joint draws"


def packages_of(candidates: Sequence[CandidateInput], parameters: Parameters) -> dict[str, list[int]]:
    """The candidates of each package, by its name; those of no package are in none."""
    named = {(platform, native): package for platform, native, package in parameters.packaged}
    found: dict[str, list[int]] = {}
    for k, each in enumerate(candidates):
        package = named.get((each.account.platform, each.account.native_id))
        if package is not None:
            found.setdefault(package, []).append(k)
    return dict(sorted(found.items()))


def package_cards(given: ScoringInput, parameters: Parameters, sample: Sample, draws: Floats) -> tuple[PackageCard, ...]:
    """One card a package; `draws` (draws, K) are the accounts' joint draws.

    The package's share is the mean of its accounts' shares, each with the weight of its followers: every account was sampled, so that
    the accounts are strata, not a draw of others (Cochran 1977, section 5.3), and how much they differ enters by each one's own draws.
    """
    return tuple(
        _card(name, members, given, sample, draws) for name, members in packages_of(given.candidates, parameters).items()
    )


def _card(name: str, members: list[int], given: ScoringInput, sample: Sample, draws: Floats) -> PackageCard:
    scored = sample.per_account(~sample.unknown)
    used = [k for k in members if scored[k] > 0 and (given.candidates[k].followers or 0) > 0]
    people = sum(given.candidates[k].followers or 0 for k in used)
    n = int(sum(scored[k] for k in used))
    share = spread = fitting = None
    mine: Floats | None = None
    if used:
        weights = np.array([given.candidates[k].followers or 0 for k in used], np.float64) / people
        mine = draws[:, used] @ weights
        share, fitting = summary(mine, n, METHOD), summary(mine * people, n, METHOD)
        each = np.sort(draws[:, used].mean(axis=0))
        spread = (float(each[0]), float(each[-1]))
    low, high, seen, several = _reach(members, given)
    prices = [price for k in used if (price := given.candidates[k].price) is not None]
    cost = _cost(prices, len(used))
    return PackageCard(
        name=name, accounts=tuple(given.candidates[k].account for k in members), sampled=len(used), n=n, share=share, spread=spread,
        followers=people, fitting=fitting, unique=None if low is None or high is None else (low, high), seen=seen, several=several, cost=cost,
        priced=len(prices), cost_per_thousand=None if cost is None or mine is None else _per_thousand(cost, mine * people, n),
    )  # fmt: skip


def _reach(members: list[int], given: ScoringInput) -> tuple[int | None, int | None, int, int]:
    """Bounds of the followers, each person once; how many were seen, and how many of those in several of the lists."""
    held = [k for k in members if k in given.seen_lists]
    if not held:
        return None, None, 0, 0
    lists = [
        FollowerList(
            given.candidates[k].account.native_id, len(given.seen_lists[k]), given.candidates[k].followers,
            complete=given.candidates[k].frame.frame == "complete",
        )
        for k in held
    ]  # fmt: skip
    reach = net_reach(lists, [given.seen_lists[k] for k in held])
    _, times = np.unique(np.concatenate([given.seen_lists[k] for k in held]), return_counts=True)
    several = int((times > 1).sum())
    return (None, None, len(times), several) if reach is None else (reach.low, reach.high, len(times), several)


def _cost(prices: Sequence[Price], accounts: int) -> Price | None:
    """What the whole package costs: only where every account that counts has a price in one currency."""
    if not prices or len(prices) < accounts or len({price.currency for price in prices}) > 1:
        return None
    return Price(sum(price.amount_minor for price in prices), prices[0].currency, "package", None)


def _per_thousand(cost: Price, fitting: Floats, n: int) -> Estimate | None:
    return summary(1000 * cost.amount_minor / np.maximum(fitting, 1e-9), n, METHOD) if fitting.min() >= 1 else None
