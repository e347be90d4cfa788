"""Scorecards from the joint draws: order, bands, money, breakdowns; one account at a time, in one place."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.arrays import CandidateInput, Parameters, ScoringInput
from scoring.audience.bands import bands, letter, order_by_mean
from scoring.audience.joint import p_top, rank_interval, ranks
from scoring.audience.lift import lift_draws, summary
from scoring.audience.overlap import FollowerList, net_reach
from scoring.audience.precision import Sample, Shares
from scoring.audience.traits import attribute_shares, binomial_share, interest_marks, interest_shares, strongest_terms, vocabulary
from scoring.baselines import rank_of
from scoring.estimate import Estimate
from scoring.followers.fit import Fit, PersonaFit
from scoring.graph.interest_graph import Rows
from scoring.persona import Persona
from scoring.results import NetReach, NotScored, Scorecard, TermLift, TraitShare
from scoring.sampling import generator

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
RankBy = Literal["precision", "cost", "fitting"]

ASSESSED_LEAST = 0.5  # share of an account's sample whose profiles tell enough for P(real)
SMALL_SAMPLE = 30
MOSTLY = 0.5
METHOD = "joint draws"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cards are made from: input, persona, the scored followers (base sample as the last account)."""

    given: ScoringInput
    persona: Persona
    parameters: Parameters
    model: PersonaFit
    sample: Sample
    rows: Rows
    fit: Fit


@dataclass(frozen=True, slots=True)
class Ranked:
    """The cards in order, what they are ordered by, inside bands too, and who was filtered out; `accounts` their indices."""

    cards: tuple[Scorecard, ...]
    accounts: tuple[int, ...]
    rank_by: RankBy
    within_band: Literal["cost", "fitting"]
    left_out: tuple[NotScored, ...]


@dataclass(frozen=True, slots=True)
class _Order:
    """Place, band and chance of each kept account, all by index into the candidates."""

    accounts: list[int]
    band: dict[int, str]
    p_top: dict[int, float]
    low: dict[int, int]
    high: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Breakdown:
    """Per account: traits and terms beside the base; own topic; ranks of the baselines."""

    traits: dict[int, tuple[TraitShare, ...]]
    terms: dict[int, tuple[TermLift, ...]]
    topic: Floats
    rank_topic: list[int | None]
    rank_followers: list[int | None]


def make_cards(evidence: Evidence, shares: Shares, base: Floats, status: str) -> Ranked:
    """Scorecards in table order (DECISIONS 20-21). `base` (draws,) are the base rate's joint draws."""
    candidates, parameters = evidence.given.candidates, evidence.parameters
    least = parameters.min_followers
    kept = [k for k, each in enumerate(candidates) if least <= 0 or (each.followers or 0) >= least]
    left_out = tuple(
        NotScored(each.account.label, each.account, "below_min_followers")
        for k, each in enumerate(candidates)
        if k not in set(kept)
    )
    draws = shares.draws[:, :-1]
    priced = {each.price.currency for each in candidates if each.price is not None}
    all_priced = len(priced) == 1 and all(candidates[k].price is not None and candidates[k].followers for k in kept)
    all_counted = all(candidates[k].followers is not None for k in kept)
    within: Literal["cost", "fitting"] = "cost" if all_priced else "fitting"
    rank_by: RankBy = "precision"
    if (parameters.rank_by == "cost" and all_priced) or (parameters.rank_by == "fitting" and all_counted):
        rank_by = "cost" if parameters.rank_by == "cost" else "fitting"
    order = _order(evidence, draws, kept, rank_by, within)
    breakdown = _breakdown(evidence, kept)
    lifts = lift_draws(draws, base)
    pool = not len(evidence.given.base_people)
    cards = tuple(
        _card(evidence, shares, k, place, order, breakdown, None if lifts is None else lifts[:, k], status, pool=pool)
        for place, k in enumerate(order.accounts, start=1)
    )
    return Ranked(cards, tuple(order.accounts), rank_by, within, left_out)


def _worth(candidates: tuple[CandidateInput, ...], kept: list[int], by: str) -> Floats:
    """What a share is multiplied by for the ordering quantity: 1, followers, or followers per money unit; (len(kept),)."""
    factor = []
    for k in kept:
        price, followers = candidates[k].price, candidates[k].followers or 0
        cost = followers / max(price.amount_minor, 1) if price is not None else 0.0
        factor.append({"precision": 1.0, "fitting": float(followers), "cost": cost}[by])
    return np.array(factor)


def _order(evidence: Evidence, draws: Floats, kept: list[int], rank_by: RankBy, within: str) -> _Order:
    """Bands by the ordering quantity; inside a band by cost per thousand or fitting followers, then by the quantity itself."""
    candidates = evidence.given.candidates
    quantity = draws[:, kept] * _worth(candidates, kept, rank_by)
    inside = draws[:, kept].mean(0) * _worth(candidates, kept, within)
    first = order_by_mean(quantity, inside)
    number = bands(quantity, first)
    final = np.lexsort((-quantity.mean(0), -inside, number))
    places = ranks(quantity, generator(evidence.parameters.seed, "ranks"))
    chance = p_top(places, evidence.parameters.top)
    low, high = rank_interval(places)
    return _Order(
        accounts=[kept[i] for i in final],
        band={k: letter(int(number[i])) for i, k in enumerate(kept)},
        p_top={k: float(chance[i]) for i, k in enumerate(kept)},
        low={k: int(low[i]) for i, k in enumerate(kept)},
        high={k: int(high[i]) for i, k in enumerate(kept)},
    )


def _breakdown(evidence: Evidence, kept: list[int]) -> _Breakdown:
    given, parameters, sample = evidence.given, evidence.parameters, evidence.sample
    base = given.base_people if len(given.base_people) else np.unique(given.sample_person)
    ids, marks = interest_marks(given)
    known = vocabulary(given, base)
    traits: dict[int, tuple[TraitShare, ...]] = {}
    terms: dict[int, tuple[TermLift, ...]] = {}
    fits = np.where(np.isnan(sample.known), np.nan_to_num(expit(sample.log_odds)), sample.known) * sample.weight
    for k in kept:
        mine = sample.account == k
        people = evidence.rows.person[mine]
        interests = interest_shares(
            ids, marks, given.texts.words, people, base, parameters.k_anonymity, parameters.min_content_words
        )
        traits[k] = (*attribute_shares(given, people, base, parameters.k_anonymity), *interests)
        terms[k] = strongest_terms(known, people, fits[mine], parameters.k_anonymity, given.candidates[k].followee)
    topic = own_topic(evidence)
    followers = np.array([np.nan if each.followers is None else float(each.followers) for each in given.candidates])
    return _Breakdown(traits, terms, topic, _ranks_among(topic, kept), _ranks_among(followers, kept))


def _ranks_among(values: Floats, kept: list[int]) -> list[int | None]:
    """Rank of each kept account among the kept, by index into the candidates."""
    made: list[int | None] = [None] * len(values)
    for k, rank in zip(kept, rank_of(values[kept]), strict=True):
        made[k] = rank
    return made


def own_topic(evidence: Evidence) -> Floats:
    """How much each candidate itself fits the persona by what it follows and writes, shape (K,); NaN where unknown."""
    person = np.array([each.person for each in evidence.given.candidates], np.int64)
    topic = np.full(len(person), np.nan)
    has = np.flatnonzero(person >= 0)
    if len(has):
        fit = evidence.model.predict(Rows.whole(person[has]), blind=True)  # declared values alone would tie at 0 and 1
        own = evidence.model.values[person[has]]
        topic[has] = np.where(np.isnan(fit.log_odds), own, expit(fit.log_odds))
    return topic


def _card(
    evidence: Evidence,
    shares: Shares,
    k: int,
    place: int,
    order: _Order,
    breakdown: _Breakdown,
    lift: Floats | None,
    status: str,
    *,
    pool: bool,
) -> Scorecard:
    candidate, sample = evidence.given.candidates[k], evidence.sample
    mine = sample.account == k
    n, n_unknown = int((mine & ~sample.unknown).sum()), int((mine & sample.unknown).sum())
    precision = summary(shares.draws[:, k], n, METHOD)
    everyone = _everyone(candidate, precision)
    real = _authenticity(evidence, mine)
    fitting = precision.scaled(float(candidate.followers)) if candidate.followers is not None else None
    topic = breakdown.topic[k]
    return Scorecard(
        account=candidate.account,
        frame=candidate.frame,
        band=order.band[k],
        rank=place,
        rank_low=order.low[k],
        rank_high=order.high[k],
        p_top=order.p_top[k],
        precision=precision,
        everyone=everyone,
        if_unknown=(min(float(shares.if_none[k]), precision.value), max(float(shares.if_all[k]), precision.value)),
        n=n,
        n_unknown=n_unknown,
        lift=None if lift is None else summary(lift, n, METHOD),
        p_lift=None if lift is None or pool else float((lift > 1).mean()),
        authenticity=real,
        marginals_claim=_marginals(evidence, mine),
        fitting=fitting,
        followers=candidate.followers,
        price=candidate.price,
        cost_per_thousand=_cost(candidate, fitting),
        own_topic=None if np.isnan(topic) else float(topic),
        rank_followers=breakdown.rank_followers[k],
        rank_topic=breakdown.rank_topic[k],
        traits=breakdown.traits[k],
        terms=breakdown.terms[k],
        notes=_notes(evidence, candidate, real, everyone, n, n_unknown, status),
    )


def _everyone(candidate: CandidateInput, precision: Estimate) -> tuple[float, float] | None:
    """Bounds over all N followers where only M of them were seen: the unseen are all misses, or all fits (DECISIONS 11)."""
    frame, total = candidate.frame, candidate.followers or candidate.frame.total
    if frame.frame in {"complete", "random"} or total is None or total <= frame.seen:
        return None
    seen = frame.seen / total
    return precision.low * seen, precision.high * seen + 1 - seen


def _authenticity(evidence: Evidence, mine: NDArray[np.bool_]) -> Estimate | None:
    """Mean P(real) of the sample by the profile rule, None where most profiles do not tell."""
    real = evidence.model.real[evidence.rows.person[mine]]
    told = real[~np.isnan(real)]
    if len(told) < ASSESSED_LEAST * max(len(real), 1) or not len(told):
        return None
    return binomial_share(float(told.sum()), len(told), "profile rule")


def _marginals(evidence: Evidence, mine: NDArray[np.bool_]) -> float | None:
    """What multiplying P(real) and the separate shares of the deciding clauses would claim; None with fewer than two."""
    clauses = evidence.fit.clauses[:, mine]
    count = len(evidence.persona.must) + len(evidence.persona.must_not)
    if count < 2 or clauses.shape[1] == 0:
        return None
    keys = list(evidence.model.signals)
    claim = float(evidence.fit.real[mine].mean())
    for trait, wanted in [(trait, True) for trait in evidence.persona.must] + [
        (trait, False) for trait in evidence.persona.must_not
    ]:
        told = clauses[keys.index(trait.key)]
        told = told[~np.isnan(told)]
        if not len(told):
            return None
        claim *= float(told.mean()) if wanted else 1 - float(told.mean())
    return claim


def _cost(candidate: CandidateInput, fitting: Estimate | None) -> Estimate | None:
    """1000 x price / fitting followers, in minor units; the upper limit is infinite where the lower limit of the share is 0."""
    if candidate.price is None or fitting is None or fitting.value <= 0:
        return None
    amount = 1000.0 * candidate.price.amount_minor
    high = amount / fitting.low if fitting.low > 0 else float("inf")
    return Estimate(amount / fitting.value, amount / fitting.high, high, fitting.n, fitting.method)


def _notes(
    evidence: Evidence,
    candidate: CandidateInput,
    real: Estimate | None,
    everyone: tuple[float, float] | None,
    n: int,
    n_unknown: int,
    status: str,
) -> tuple[str, ...]:
    """Keys of reports.remarks that hold for this account."""
    price = candidate.price
    said = {
        "authenticity_not_assessed": real is None,
        "newest_only": candidate.frame.frame == "newest",
        "frame_unknown": candidate.frame.frame == "unknown",
        "truncated": everyone is not None,
        "small_sample": n + n_unknown < SMALL_SAMPLE,
        "mostly_unknown": n_unknown > MOSTLY * (n + n_unknown),
        "uncalibrated": status == "none",
        "price_expired": price is not None and price.valid_until is not None and price.valid_until < evidence.given.now,
        "no_price": price is None,
        "followers_unknown": candidate.followers is None,
    }
    return tuple(key for key, true in said.items() if true)


def reach_of_top(given: ScoringInput, ranked: Ranked, top: int) -> NetReach | None:
    """Followers of the first `top` accounts, each person once, as far as their lists were seen."""
    chosen = [k for k in ranked.accounts[:top] if k in given.seen_lists]
    lists = [
        FollowerList(
            given.candidates[k].account.native_id,
            len(given.seen_lists[k]),
            given.candidates[k].followers,
            complete=given.candidates[k].frame.frame == "complete",
        )
        for k in chosen
    ]
    return net_reach(lists, [given.seen_lists[k] for k in chosen]) if len(chosen) > 1 else None
