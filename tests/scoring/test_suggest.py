"""Accounts that a group follows more: Fisher's test where weights are whole, few false discoveries under chance, planted ones found."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import fisher_exact

from scoring.graph.suggest import Crowd, over_followed, through

Weights = NDArray[np.float64]
SHAPES: dict[str, Callable[[np.random.Generator, int], Weights]] = {
    "known": lambda rng, n: (rng.random(n) < 0.12).astype(np.float64),
    "spread": lambda rng, n: rng.beta(1, 7, n),
    "mixed": lambda rng, n: np.where(rng.random(n) < 0.05, 0.95, 0.05),
    "few sure among many doubtful": lambda rng, n: np.where(rng.random(n) < 0.01, 1.0, 0.1),
}


def crowd_of(edges: NDArray[np.bool_], weight: Weights, base: NDArray[np.bool_] | None = None, *, inside: bool = True) -> Crowd:
    people, followees = edges.shape
    where, what = np.zeros(people, np.int64), np.zeros(followees, np.int64)
    everyone = np.ones(people, np.bool_) if base is None else base
    return Crowd(sparse.csr_matrix(edges.astype(np.float64)), weight, everyone, where, what, inside)


def popularity(rng: np.random.Generator, followees: int) -> Weights:
    return np.exp(rng.uniform(np.log(0.03), np.log(0.4), followees))


@pytest.mark.parametrize("shape", SHAPES)
def test_under_chance_alone_seldom_anything_is_told(shape: str) -> None:
    """With nothing to find every discovery is false, so the false discovery rate is how often anything is told at all."""
    rng, level, worlds, told = np.random.default_rng(7), 0.1, 200, 0
    for _ in range(worlds):
        weight = SHAPES[shape](rng, 600)
        edges = rng.random((600, 80)) < popularity(rng, 80)
        found = over_followed(crowd_of(edges, weight), np.arange(80), k=10, level=level)
        told += bool(found.told)
    assert told / worlds <= level + 3 * np.sqrt(level * (1 - level) / worlds)


@pytest.mark.parametrize("shape", ["known", "spread"])
def test_beside_a_base_sample_chance_is_seldom_told_even_where_those_who_do_not_fit_follow_less(shape: str) -> None:
    rng, level, worlds, told = np.random.default_rng(8), 0.1, 200, 0
    base = np.arange(1000) >= 500
    for _ in range(worlds):
        weight = np.where(base, 0.0, SHAPES[shape](rng, 1000))
        fits = rng.random(1000) < weight
        chance = popularity(rng, 80)
        edges = rng.random((1000, 80)) < np.where((base | fits)[:, None], chance, chance / 4)
        told += bool(over_followed(crowd_of(edges, weight, base, inside=False), np.arange(80), k=10, level=level).told)
    assert told / worlds <= level + 3 * np.sqrt(level * (1 - level) / worlds)


def test_among_planted_and_chance_the_false_part_stays_below_the_level_and_the_planted_are_found() -> None:
    rng, level, false, power = np.random.default_rng(9), 0.1, [], []
    for _ in range(100):
        fits = rng.random(800) < 0.2
        weight = np.clip(np.where(fits, 0.7, 0.1) + rng.normal(0, 0.08, 800), 0, 1)
        chance = np.where(np.arange(100) < 20, 0.05, popularity(rng, 100))
        edges = rng.random((800, 100)) < chance
        edges[:, :20] |= fits[:, None] & (rng.random((800, 20)) < 0.3)
        told = {each.followee for each in over_followed(crowd_of(edges, weight), np.arange(100), k=10, level=level).told}
        false.append(len([each for each in told if each >= 20]) / max(len(told), 1))
        power.append(len([each for each in told if each < 20]) / 20)
    assert np.mean(false) <= level
    assert np.mean(power) > 0.9


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_whole_weights_give_fishers_exact_test(seed: int, inside: bool) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.random((120, 6)) < 0.3
    group = rng.random(120) < 0.4
    group[:20] = True
    group[-20:] = False
    base = np.ones(120, np.bool_) if inside else ~group
    found = over_followed(crowd_of(edges, group.astype(np.float64), base, inside=inside), np.arange(6), k=1, level=1.0)
    for each in found.told:
        yes, no = edges[group, each.followee], edges[~group, each.followee]
        table = [[yes.sum(), (~yes).sum()], [no.sum(), (~no).sum()]]
        assert each.p == pytest.approx(fisher_exact(table, alternative="greater").pvalue, abs=1e-9)
        assert (each.hits, each.group) == (yes.sum(), group.sum())


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_nothing_is_told_that_fewer_than_k_follow_and_every_figure_lies_in_its_interval(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.beta(1, 3, 200)
    edges = rng.random((200, 10)) < weight[:, None] * rng.random(10)
    found = over_followed(crowd_of(edges, weight), np.arange(10), k=k, level=1.0)
    for each in found.told:
        assert each.users == edges[:, each.followee].sum() >= k
        assert 0 <= each.share.low <= each.share.value <= each.share.high <= 1
        assert each.lift.low <= each.lift.value <= each.lift.high
        assert each.share.value == pytest.approx(weight[edges[:, each.followee]].sum() / weight.sum())
        assert each.p <= each.q <= 1


def test_a_platform_of_too_few_people_is_named_and_not_tested() -> None:
    rng = np.random.default_rng(1)
    edges = np.zeros((130, 2), np.bool_)
    edges[:100, 0], edges[100:, 1] = rng.random(100) < 0.5, True
    people = np.repeat([0, 1], [100, 30]).astype(np.int64)
    weight = np.where(people == 0, 0.5, 0.1)
    crowd = Crowd(
        sparse.csr_matrix(edges.astype(np.float64)), weight, np.ones(130, np.bool_), people, np.array([0, 1]), inside=True
    )
    found = over_followed(crowd, np.arange(2), k=40)
    assert (found.tested, found.too_few, found.told) == (1, (1,), ())
    nobody = over_followed(crowd, np.arange(2), k=200)
    assert (nobody.tested, nobody.too_few) == (0, (0, 1))


def test_who_follows_nobody_of_a_platform_is_not_counted_for_it() -> None:
    """Two platforms, the fitting all on one: its accounts are followed by fitting and others alike there, so nothing stands out."""
    rng = np.random.default_rng(2)
    people = np.repeat([0, 1], [200, 200]).astype(np.int64)
    weight = np.where(people == 0, (np.arange(400) % 2).astype(np.float64), 0.01)
    edges = (rng.random((400, 20)) < 0.4) & (people == 0)[:, None]
    crowd = Crowd(
        sparse.csr_matrix(edges.astype(np.float64)), weight, np.ones(400, np.bool_), people, np.zeros(20, np.int64), inside=True
    )
    assert over_followed(crowd, np.arange(20), k=10).told == ()


def test_through_names_the_accounts_that_bring_most_and_none_of_few_people() -> None:
    edges = sparse.csr_matrix(np.array([[1.0], [1.0], [0.0], [1.0], [1.0]]))
    members = sparse.csr_matrix(
        np.array([[0.9, 0.0, 0.5, 0.0, 0.0], [0.0, 0.4, 0.4, 0.0, 0.0], [0.0, 0.0, 0.0, 0.9, 0.0], [0, 0, 0.3, 0, 0.2]])
    )
    assert through(edges, members, 0, k=2) == (0, 1, 3)
