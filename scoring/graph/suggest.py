"""Which named accounts a group of people follows more than a base does: share, multiple, one-sided test, false discovery rate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import betaincinv
from scipy.stats import false_discovery_control, hypergeom

from scoring.audience.lift import lift_of_counts
from scoring.estimate import Estimate

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEVEL = 0.05
THROUGH_MOST = 3


@dataclass(frozen=True, slots=True)
class Crowd:
    """People whose follows are known, by platform.

    `edges` CSR (P, F) of 0/1; `weight` (P,) the chance to belong to the group, in [0, 1]; `base` (P,) who makes up the base;
    `platform` (P,) and `followee_platform` (F,) are codes: who is on one platform follows nobody on another. `inside`: the
    group is a part of the base, each person by its weight; else nobody of weight above 0 counts in the base.
    """

    edges: sparse.csr_matrix
    weight: Floats
    base: Flags
    platform: Longs
    followee_platform: Longs
    inside: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A followee that the group surely follows more: `hits` of `group` people of it (sums of weights), `base_hits` of `base`.

    `users` are the people of group and base together who follow it; `q` the false discovery rate at which it is told.
    """

    followee: int
    hits: float
    group: float
    share: Estimate
    base_hits: int
    base: int
    base_share: float
    lift: Estimate
    users: int
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Suggested:
    """All that was tested, and what of it is told, the surest multiple first; `too_few` are platforms with fewer than k people."""

    told: tuple[Followed, ...]
    tested: int
    too_few: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One platform's people: the group's weights as effective counts, and the base."""

    columns: Longs
    weights: Floats
    grain: float  # what one effective person of the group weighs
    hits: Floats
    base_hits: Longs
    users: Longs
    base: int
    inside: bool


def over_followed(crowd: Crowd, columns: Longs, *, k: int, level: float = LEVEL) -> Suggested:
    """Test each of `columns` (followees) that at least `k` people follow; told are those with a false discovery rate up to `level`.

    The test is Fisher's exact one, one-sided, on effective counts: with w the weights, a person of the group weighs
    c = sum w^3 / sum w^2, the group counts sum w / c people (rounded up) and a followee's hits sum w x / c (rounded down). Weights
    of 0 and 1 make it Fisher's test as it is; for others the scaled counts vary at least as much and are at least as skewed as
    the weights, so that the test errs on the side of silence. Over all tested followees of all platforms: Benjamini and Hochberg
    (1995). Fewer than `k` effective people of a platform's group, or of its base, are not tested at all.
    """
    sides, too_few = [], []
    for platform in np.unique(crowd.followee_platform[columns]).tolist():
        side = _side(crowd, columns[crowd.followee_platform[columns] == platform], platform, k)
        if side is None:
            too_few.append(platform)
        else:
            sides.append(side)
    p = np.concatenate([np.empty(0), *(_chances(side) for side in sides)])
    if not len(p):
        return Suggested((), 0, tuple(too_few))
    q = false_discovery_control(np.clip(p, 0.0, 1.0), method="bh")
    places = [(side, place) for side in sides for place in range(len(side.columns))]
    told = [_told(*places[at], float(p[at]), float(q[at])) for at in np.flatnonzero(q <= level).tolist()]
    told = [each for each in told if each.lift.value > 1]
    return Suggested(tuple(sorted(told, key=lambda each: (-each.lift.low, each.followee))), len(p), tuple(too_few))


def _side(crowd: Crowd, columns: Longs, platform: int, k: int) -> _Side | None:
    """The people of one platform and the followees that k of them follow; None where group or base is of fewer than k."""
    here = crowd.platform == platform
    weights = np.where(here, crowd.weight, 0.0)
    base = here & crowd.base & (crowd.inside | (weights <= 0))
    if not weights.any() or _effective(weights)[1] < max(k, 1) or base.sum() < max(k, 1):
        return None
    edges = crowd.edges[:, columns]
    users = _sums(edges, (here & ((weights > 0) | base)).astype(np.float64))
    kept = np.flatnonzero(users >= max(k, 1))
    return _Side(
        columns=columns[kept],
        weights=weights,
        grain=_effective(weights)[0],
        hits=_sums(edges, weights)[kept],
        base_hits=_sums(edges, base.astype(np.float64))[kept].round().astype(np.int64),
        users=users[kept].round().astype(np.int64),
        base=int(base.sum()),
        inside=crowd.inside,
    )


def _sums(edges: sparse.csr_matrix, weights: Floats) -> Floats:
    return np.asarray(edges.T @ weights, np.float64).ravel()


def _effective(weights: Floats) -> tuple[float, float]:
    """What one effective person weighs, and how many there are."""
    grain = float((weights**3).sum() / (weights**2).sum())
    return grain, float(weights.sum()) / grain


def _chances(side: _Side) -> Floats:
    """One-sided p of each followee of a platform: as many hits or more, were the users drawn by lot from everyone."""
    marked = int(np.ceil(_effective(side.weights)[1] - 1e-9))
    hits = np.floor(side.hits / side.grain + 1e-9).astype(np.int64)
    if side.inside:
        return np.asarray(hypergeom.sf(hits - 1, max(side.base, marked), marked, side.base_hits), np.float64)
    return np.asarray(hypergeom.sf(hits - 1, marked + side.base, marked, hits + side.base_hits), np.float64)


def _told(side: _Side, place: int, p: float, q: float) -> Followed:
    group, hits, base_hits = float(side.weights.sum()), float(side.hits[place]), int(side.base_hits[place])
    share = _share(hits / side.grain, group / side.grain)
    value = share.value * (side.base + 1.0) / (base_hits + 0.5)
    shared = min(round(group), side.base) if side.inside else 0
    low, high = lift_of_counts(
        share.value * share.n,
        share.n,
        base_hits,
        side.base,
        shared_hits=_shared_hits(side, hits, base_hits, shared),
        shared=shared,
    )
    lift = Estimate(value, min(low, value), max(high, value), share.n, "share over base share")
    return Followed(
        int(side.columns[place]), hits, group, share, base_hits, side.base, base_hits / side.base, lift, int(side.users[place]), p, q
    )  # fmt: skip


def _shared_hits(side: _Side, hits: float, base_hits: int, shared: int) -> float:
    """Hits of the group that stand in the base too; the base's others cannot have more hits than there are of them."""
    return max(hits, base_hits - (side.base - shared)) if side.inside else 0.0


def _share(hits: float, people: float) -> Estimate:
    """Share with its 95 % Jeffreys interval; counts need not be whole."""
    low, high = (float(each) for each in betaincinv(hits + 0.5, max(people - hits, 0.0) + 0.5, np.array([0.025, 0.975])))
    value = min(hits / people, 1.0)
    return Estimate(value, min(low, value), max(high, value), max(round(people), 1), "share of the group")


def through(edges: sparse.csr_matrix, members: sparse.csr_matrix, followee: int, *, k: int) -> tuple[int, ...]:
    """Of whose followers most come: up to three rows of `members` (K, P), weights of each account's people, of k people or more."""
    column = np.asarray(edges[:, [followee]].todense(), np.float64).ravel()
    brought = np.asarray(members @ column, np.float64).ravel()
    large = np.diff(members.indptr) >= k
    order = np.lexsort((np.arange(len(brought)), -brought))
    return tuple(at for at in order.tolist() if large[at] and brought[at] > 0)[:THROUGH_MOST]
