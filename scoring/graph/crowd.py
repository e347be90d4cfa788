"""From a run's kept input and scores to the people whose follows are compared: who is in the group, who in the base, by whom they came."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse

from scoring.graph.suggest import Crowd, Floats, Longs
from scoring.results import AccountRef
from scoring.snapshot import Facts, read_facts

DECLARED = 1  # stratum of followers whose fit is known (scoring.shortlist)


@dataclass(frozen=True, slots=True)
class Kept:
    """A run's input as far as follows go: people x followees, the sample with its scores, the base sample, the facts.

    `accounts` and `category` are the followees', None for persons; `account`, `person`, `probability`, `stratum` one entry per
    scored follower, probability NaN where nothing is known.
    """

    facts: Facts
    edges: sparse.csr_matrix
    accounts: tuple[AccountRef | None, ...]
    category: tuple[str | None, ...]
    account: Longs
    person: Longs
    probability: Floats
    stratum: Longs
    base: Longs


@dataclass(frozen=True, slots=True)
class Gathered:
    """A crowd with its base's kind, whose followers its group is (`sources`, rows of `members`), and whose fit is known.

    `sampled` and `readable` count the group's side: people seen, and those with a known follow beyond the list.
    """

    crowd: Crowd
    base_kind: Literal["base", "pool"]
    sources: tuple[AccountRef, ...]
    members: sparse.csr_matrix
    known: Floats
    sampled: int
    readable: int


def read_kept(folder: Path, scores: Path) -> Kept:
    """The files of a run's input, and its scored followers.

    Raises:
        ScoringError: there is no snapshot in `folder`.
    """
    facts = read_facts(folder)
    follows, followees, sample = (pq.read_table(folder / f"{name}.parquet") for name in ("follows", "followees", "sample"))
    groups, rows = pq.read_table(folder / "groups.parquet"), pq.read_table(scores)
    is_base = np.array([name == "base" for name in groups.column("name").to_pylist()], np.bool_)
    edges = sparse.csr_matrix(
        (np.ones(follows.num_rows), (_longs(follows, "node"), _longs(follows, "followee"))),
        shape=(facts.people, followees.num_rows),
    )
    edges.data[:] = 1
    refs = zip(*(followees.column(name).to_pylist() for name in ("platform", "native_id", "handle", "name", "url")), strict=True)
    return Kept(
        facts=facts,
        edges=edges,
        accounts=tuple(None if row[0] is None else AccountRef(*row) for row in refs),
        category=tuple(followees.column("category").to_pylist()),
        account=_longs(sample, "k"),
        person=_longs(sample, "node"),
        probability=np.asarray(rows.column("probability").to_numpy(), np.float64),
        stratum=_longs(rows, "stratum"),
        base=_longs(groups, "node")[is_base],
    )


def fitting_crowd(kept: Kept, listed: Longs, k: int) -> Gathered:
    """The group: sampled followers by their chance to fit; `listed` are the columns of accounts on the list, which tell nothing new."""
    told = ~np.isnan(kept.probability)
    person, chance = kept.person[told], kept.probability[told]
    times = np.bincount(person, minlength=kept.facts.people)
    weight = np.bincount(person, chance, kept.facts.people) / np.maximum(times, 1)
    pool = times > 0
    shape = (len(kept.facts.candidates), kept.facts.people)
    members = sparse.csr_matrix((np.maximum(chance, 1e-9), (kept.account[told], person)), shape=shape)
    known = np.full(kept.facts.people, np.nan)
    sure = kept.stratum == DECLARED
    known[kept.person[sure]] = kept.probability[sure] >= 0.5
    sources = tuple(each.account for each in kept.facts.candidates)
    return _gathered(kept, weight, pool, listed, k, sources=sources, members=members, known=known)


def seed_crowd(kept: Kept, seeds: Longs, listed: Longs, k: int) -> Gathered:
    """The group: everybody in the input who follows one of the seed accounts (columns)."""
    follows = sparse.csr_matrix(kept.edges[:, seeds])
    weight = (np.asarray(follows.sum(1)).ravel() > 0).astype(np.float64)
    pool = np.zeros(kept.facts.people, np.bool_)
    pool[kept.person] = True
    sources = tuple(ref for column in seeds.tolist() if (ref := kept.accounts[column]) is not None)
    known = np.full(kept.facts.people, np.nan)
    return _gathered(
        kept, weight, pool, np.union1d(listed, seeds), k, sources=sources, members=sparse.csr_matrix(follows.T), known=known,
        apart=True,
    )  # fmt: skip


def _gathered(
    kept: Kept, weight: Floats, pool: NDArray[np.bool_], listed: Longs, k: int, *, sources: tuple[AccountRef, ...],
    members: sparse.csr_matrix, known: Floats, apart: bool = False,
) -> Gathered:  # fmt: skip
    """Only people who follow a named account beyond the list take part: of the others it is not known whom they follow."""
    names = sorted({ref.platform for ref in kept.accounts if ref is not None})
    code = {name: place for place, name in enumerate(names)}
    of_followee = np.array([-1 if ref is None else code[ref.platform] for ref in kept.accounts], np.int64)
    beyond = np.setdiff1d(np.flatnonzero(of_followee >= 0), listed)
    platform = _platform_of(kept.edges, beyond, of_followee, len(names))
    readable = platform >= 0
    sample = np.zeros(kept.facts.people, np.bool_)
    sample[kept.base] = True
    enough = all((sample & (platform == place)).sum() >= max(k, 1) for place in np.unique(platform[(weight > 0) & readable]))
    use_base = bool(enough and sample.any())
    crowd = Crowd(
        edges=kept.edges,
        weight=np.where(readable, weight, 0.0),
        base=(sample if use_base else pool) & readable,
        platform=platform,
        followee_platform=of_followee,
        inside=not (use_base or apart),
    )
    seen = pool if not apart else weight > 0
    return Gathered(
        crowd, "base" if use_base else "pool", sources, members, known, int(seen.sum()), int((seen & readable).sum())
    )  # fmt: skip


def _platform_of(edges: sparse.csr_matrix, beyond: Longs, of_followee: Longs, platforms: int) -> Longs:
    """The platform on which each person follows named accounts, shape (P,); -1 where they follow none."""
    shape = (edges.shape[1], max(platforms, 1))
    onto = sparse.csr_matrix((np.ones(len(beyond)), (beyond, of_followee[beyond])), shape=shape)
    counts = np.asarray((edges @ onto).todense(), np.float64)
    return np.where(counts.max(1, initial=0) > 0, counts.argmax(1), -1).astype(np.int64)


def _longs(table: pa.Table, name: str) -> Longs:
    return np.asarray(table.column(name).to_numpy(), dtype=np.int64)
