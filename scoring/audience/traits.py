"""What an audience is made of beside the base, and its strongest terms, as far as suppression lets them be printed."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import betaincinv

from scoring.arrays import Attributes, ScoringInput
from scoring.audience.lift import lift_of_counts
from scoring.audience.suppression import Breakdown
from scoring.estimate import Estimate
from scoring.graph.known_for import DENSITY_LEAST, HITS_LEAST
from scoring.results import TermLift, TraitShare
from scoring.text.lexicon import interest_terms, interests

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Kind = Literal["interest", "attribute"]

TERMS_SHOWN = 12
INTERESTS_SHOWN = 12
SMOOTHING = 2.0  # pseudo-people at the base's share
LEAST_USERS, LEAST_LIFT = 3, 1.2


def binomial_share(hits: float, n: int, method: str) -> Estimate:
    """Share with its 95 % Jeffreys interval."""
    low = 0.0 if hits <= 0 else float(betaincinv(hits + 0.5, n - hits + 0.5, 0.025))
    high = 1.0 if hits >= n else float(betaincinv(hits + 0.5, n - hits + 0.5, 0.975))
    value = hits / n
    return Estimate(value, min(low, value), max(high, value), n, method)


def interest_marks(
    terms: Longs, counts: sparse.csr_matrix, words: NDArray[np.integer]
) -> tuple[tuple[str, ...], sparse.csr_matrix]:
    """Which people's texts show which interest: ids and a 0/1 matrix (P, I); a lexicon count, not the persona's model.

    `counts` (P, T) of the sorted hashed `terms` (T,), `words` (P,) content words.
    """
    chosen = [each for each in interests() if each.parent is None] or list(interests())
    columns = []
    for each in chosen:
        wanted, weights = interest_terms(each.id)
        place = np.searchsorted(terms, wanted) if len(terms) else np.zeros(0, np.int64)
        inside = (place < len(terms)) & (terms[np.minimum(place, len(terms) - 1)] == wanted) if len(place) else np.zeros(0, bool)
        per_term = np.zeros(len(terms))
        per_term[place[inside]] = weights[inside]
        hits = np.asarray(counts @ per_term).ravel()
        columns.append((hits >= HITS_LEAST) & (hits >= DENSITY_LEAST * words))
    marks = np.stack(columns, axis=1) if columns else np.zeros((counts.shape[0], 0))
    return tuple(each.id for each in chosen), sparse.csr_matrix(marks.astype(np.float64))


def attribute_shares(attribute: Attributes, line: Breakdown, seen: Longs, k: int) -> list[tuple[TraitShare, ...]]:
    """For each account the shares of every declared value among those who declare, beside the base's.

    `line` holds who declares; `seen` (K,) the people of each account, of whom the declared share is told if they are k.
    """
    size = len(attribute.values)
    base_hits = np.bincount(attribute.codes[line.base], minlength=size)
    made: list[tuple[TraitShare, ...]] = []
    for account, people in enumerate(line.groups):
        declared = len(people) / int(seen[account]) if seen[account] >= max(k, 1) else None
        if line.hidden[account]:
            made.append((_unprinted(attribute.name, "attribute", line, account, declared),))
            continue
        hits, shared = (np.bincount(attribute.codes[some], minlength=size) for some in (people, line.shared[account]))
        made.append(
            tuple(
                _beside(attribute.name, "attribute", value, line, account, _Hits(*counts), declared)
                for value, *counts in zip(attribute.values, hits.tolist(), base_hits.tolist(), shared.tolist(), strict=True)
            )
        )
    return made


def interest_shares(
    ids: tuple[str, ...], marks: sparse.csr_matrix, line: Breakdown, seen: Longs, k: int
) -> list[tuple[TraitShare, ...]]:
    """For each account the interests in the texts of those who write enough (`line`), the furthest from the base first."""
    base_hits = np.asarray(marks[line.base].sum(0)).ravel()
    made: list[tuple[TraitShare, ...]] = []
    for account, people in enumerate(line.groups):
        readable = len(people) / int(seen[account]) if seen[account] >= max(k, 1) else None
        if line.hidden[account]:
            made.append((_unprinted("interests", "interest", line, account, readable),) if len(people) else ())
            continue
        hits, shared = (np.asarray(marks[some].sum(0)).ravel() for some in (people, line.shared[account]))
        told = [
            _beside(name, "interest", name, line, account, _Hits(*counts), readable)
            for name, *counts in zip(ids, hits.tolist(), base_hits.tolist(), shared.tolist(), strict=True)
            if counts[0] + counts[1] > 0
        ]
        told = [each for each in told if each.lift is not None]
        made.append(tuple(sorted(told, key=lambda each: (-_distance(each), each.trait))[:INTERESTS_SHOWN]))
    return made


def _distance(share: TraitShare) -> float:
    return abs(float(np.log(max(share.lift.value, 1e-6)))) if share.lift is not None else 0.0


def _unprinted(trait: str, kind: Kind, line: Breakdown, account: int, declared: float | None) -> TraitShare:
    protects = not bool(line.small[account])
    return TraitShare(trait, kind, "", None, None, None, declared, suppressed=True, protects_others=protects)


@dataclass(frozen=True, slots=True)
class _Hits:
    """How many have one value: of the account, of the base, of those who stand in both."""

    account: float
    base: float
    shared: float


def _beside(trait: str, kind: Kind, value: str, line: Breakdown, account: int, hits: _Hits, declared: float | None) -> TraitShare:
    n, n_base, shared = len(line.groups[account]), len(line.base), len(line.shared[account])
    share = binomial_share(hits.account, n, "share of those known")
    if line.base_hidden:
        return TraitShare(trait, kind, value, share, None, None, declared, suppressed=False)
    multiple = share.value * (n_base + 1.0) / (hits.base + 0.5) if shared < n_base else 1.0
    low, high = lift_of_counts(hits.account, n, hits.base, n_base, shared_hits=hits.shared, shared=shared)
    lift = Estimate(multiple, min(low, multiple), max(high, multiple), n, "share over base share")
    return TraitShare(trait, kind, value, share, hits.base / n_base, lift, declared, suppressed=False, n_base=n_base)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may be named: words that enough accounts use and named followees; `used` (P, V) of 0/1, built once per run."""

    used: sparse.csr_matrix
    names: tuple[str, ...]
    kinds: tuple[Literal["word", "followee"], ...]
    followee: Longs  # column of the interest graph, -1 for a word
    base_users: Floats
    base: int


def vocabulary(given: ScoringInput, base: Longs) -> Vocabulary:
    """Words of `texts.spelled` and named followees, with how many of the `base` people use each."""
    texts, followees = given.texts, given.followees
    words = [column for column, term in enumerate(texts.terms.tolist()) if term in texts.spelled]
    named = [column for column, account in enumerate(followees.accounts) if account is not None]
    used = sparse.hstack([texts.counts[:, words] > 0, followees.edges[:, named] > 0]).tocsr().astype(np.float64)
    accounts = [followees.accounts[column] for column in named]
    kinds: list[Literal["word", "followee"]] = ["word" for _ in words]
    kinds.extend("followee" for _ in named)
    return Vocabulary(
        used=used,
        names=(
            *(texts.spelled[int(texts.terms[column])] for column in words),
            *(each.label for each in accounts if each is not None),
        ),
        kinds=tuple(kinds),
        followee=np.array([-1] * len(words) + named, np.int64),
        base_users=np.asarray(used[base].sum(0), np.float64).ravel(),
        base=len(base),
    )


def strongest_terms(
    known: Vocabulary, line: Breakdown, account: int, weight: Floats, k: int, own_followee: int
) -> tuple[TermLift, ...]:
    """Words and named followees that the fitting followers surely use more than the base, none used by fewer than k people in all.

    `weight` (n,) is P(fit) of each of the account's people. The share of fitting followers who use a term is Beta: two people at
    the base's share before, the weights of those who use it and of those who do not after; its mean and 95 % interval are
    printed, and the whole interval lies above the base's share. The weights' sum is its n: how many people they are worth.
    """
    people = line.groups[account]
    fitting = float(weight.sum())
    if line.hidden[account] or line.base_hidden or fitting <= 0 or not known.names:
        return ()
    mine = known.used[people]
    users = np.asarray(mine.sum(0)).ravel()
    base_share = (known.base_users + 0.5) / (known.base + 1.0)
    using = np.clip(np.asarray(mine.T @ weight).ravel(), 0.0, fitting) + SMOOTHING * base_share
    rest = fitting + SMOOTHING - using
    share = using / (using + rest)
    told = (
        (known.base_users + users >= k)
        & (users >= LEAST_USERS)
        & (share > LEAST_LIFT * base_share)
        & ((known.followee < 0) | (known.followee != own_followee))
    )
    lift = share / base_share
    good = np.flatnonzero(told)
    good = good[betaincinv(using[good], rest[good], 0.025) > base_share[good]]
    best = sorted(good.tolist(), key=lambda i: (-lift[i] * min(users[i], 50.0), known.names[i]))[:TERMS_SHOWN]
    return tuple(
        TermLift(
            term=known.names[i],
            kind=known.kinds[i],
            share=_beta(float(using[i]), float(rest[i]), round(fitting)),
            base_share=float(base_share[i]),
            lift=float(lift[i]),
            used_by=int(users[i]),
            n_base=known.base,
        )
        for i in best
    )


def _beta(hits: float, misses: float, n: int) -> Estimate:
    """Mean and 95 % interval of a share that is Beta(hits, misses)."""
    value = hits / (hits + misses)
    low, high = (float(each) for each in betaincinv(hits, misses, np.array([0.025, 0.975])))
    return Estimate(value, min(low, value), max(high, value), n, "share of fitting followers")
