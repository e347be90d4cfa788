"""What every account's audience is made of, beside the base: traits and terms under one rule of suppression; ranks of the baselines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Parameters, ScoringInput
from scoring.audience.sample import Sample
from scoring.audience.suppression import Breakdown, break_down
from scoring.audience.traits import attribute_shares, interest_marks, interest_shares, strongest_terms, vocabulary
from scoring.audience.wishes import fit_chance, wish_shares
from scoring.baselines import rank_of
from scoring.estimate import Estimate
from scoring.followers.fit import PersonaFit
from scoring.graph.interest_graph import Rows
from scoring.results import TermLift, TraitShare

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Composition:
    """Per account: traits and terms beside the base; wishes, not yet suppressed; ranks of the baselines if kept."""

    traits: tuple[tuple[TraitShare, ...], ...]
    terms: tuple[tuple[TermLift, ...], ...]
    wishes: list[Estimate | None]
    rank_topic: list[int | None]
    rank_followers: list[int | None]


def compose(
    given: ScoringInput, parameters: Parameters, model: PersonaFit, sample: Sample, rows: Rows, topic: Floats, kept: list[int]
) -> Composition:
    """Breakdowns of the accounts `kept` in the table; `rows` (n,) are the followers of `sample`, `topic` (K,) each one's own."""
    asked = np.zeros(len(given.candidates), np.bool_)
    asked[kept] = True
    people = [rows.person[sample.account == account] for account in range(len(given.candidates))]
    followers = np.array([np.nan if each.followers is None else float(each.followers) for each in given.candidates])
    return Composition(
        _traits(given, parameters, people, asked),
        _terms(given, parameters, sample, people, asked),
        wish_shares(model, sample, rows)[: len(people)],
        _ranks_among(topic, kept),
        _ranks_among(followers, kept),
    )


def _line(given: ScoringInput, parameters: Parameters, people: list[Longs], asked: Flags, below: Flags) -> Breakdown:
    """One breakdown over those of whom `below` (P,) is true: the accounts' people beside the base sample, else beside all of them."""
    pool = not len(given.base_people)
    base = np.unique(given.sample_person) if pool else given.base_people
    return break_down(
        [each[below[each]] for each in people],
        base[below[base]],
        people=given.people,
        asked=asked,
        k=parameters.k_anonymity,
        pool=pool,
    )


def _traits(given: ScoringInput, parameters: Parameters, people: list[Longs], asked: Flags) -> tuple[tuple[TraitShare, ...], ...]:
    seen = np.array([len(each) for each in people], np.int64)
    by_account: list[list[TraitShare]] = [[] for _ in people]
    tables = [
        attribute_shares(attribute, _line(given, parameters, people, asked, attribute.codes >= 0), seen, parameters.k_anonymity)
        for _, attribute in sorted(given.attributes.items())
    ]
    ids, marks = interest_marks(given.texts.terms, given.texts.counts, given.texts.words)
    readable = _line(given, parameters, people, asked, given.texts.words >= parameters.min_content_words)
    tables.append(interest_shares(ids, marks, readable, seen, parameters.k_anonymity))
    for table in tables:
        for shares, told in zip(by_account, table, strict=True):
            shares.extend(told)
    return tuple(tuple(shares) for shares in by_account)


def _terms(
    given: ScoringInput, parameters: Parameters, sample: Sample, people: list[Longs], asked: Flags
) -> tuple[tuple[TermLift, ...], ...]:
    line = _line(given, parameters, people, asked, np.ones(given.people, np.bool_))
    known = vocabulary(given, line.base)
    fits = fit_chance(sample)
    return tuple(
        strongest_terms(known, line, account, fits[sample.account == account], parameters.k_anonymity, each.followee)
        for account, each in enumerate(given.candidates)
    )


def _ranks_among(values: Floats, kept: list[int]) -> list[int | None]:
    """Rank of each kept account among the kept, by index into the candidates."""
    made: list[int | None] = [None] * len(values)
    for k, rank in zip(kept, rank_of(values[kept]), strict=True):
        made[k] = rank
    return made
