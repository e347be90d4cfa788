"""Scorecards from the joint draws: every figure of an account put together in one place."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import CandidateInput, Parameters, ScoringInput
from scoring.audience.ceiling import Choice, Field, ceilings, cost_ceilings
from scoring.audience.composition import Composition, compose
from scoring.audience.lift import PRINTED_LEAST, lift_of, summary
from scoring.audience.order import Order, RankBy, WithinBand, put_in_order
from scoring.audience.overlap import FollowerList, net_reach
from scoring.audience.packages import packages_of
from scoring.audience.precision import Shares
from scoring.audience.sample import Sample
from scoring.audience.traits import binomial_share
from scoring.audience.wishes import wish_shares
from scoring.estimate import Estimate
from scoring.followers.fit import Fit, PersonaFit
from scoring.graph.interest_graph import Rows
from scoring.persona import Persona
from scoring.results import Ceiling, NetReach, NotScored, Scorecard

Floats = NDArray[np.float64]

ASSESSED_LEAST = 0.5  # share of an account's sample whose profiles tell enough for P(real)
SMALL_SAMPLE = 30
MOSTLY = 0.5
METHOD = "joint draws"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cards are made from: input, persona, the scored followers (base sample as the last account), own topics (K,)."""

    given: ScoringInput
    persona: Persona
    parameters: Parameters
    model: PersonaFit
    sample: Sample
    rows: Rows
    fit: Fit
    topic: Floats


@dataclass(frozen=True, slots=True)
class Ranked:
    """The cards in order, what they are ordered by, inside bands too, of which top the chances are, and who was filtered out; `accounts` their indices.

    `field` is what the order was made from.
    """

    cards: tuple[Scorecard, ...]
    accounts: tuple[int, ...]
    rank_by: RankBy
    within_band: WithinBand
    top: int
    left_out: tuple[NotScored, ...]
    field: Field


def make_cards(evidence: Evidence, shares: Shares, base: Floats, status: str) -> Ranked:
    """Scorecards in table order (DECISIONS 20-21). `base` (draws,) are the base rate's joint draws."""
    given, parameters = evidence.given, evidence.parameters
    left_out = _left_out(given.candidates, parameters, evidence.sample)
    kept = [k for k in range(len(given.candidates)) if k not in left_out]
    draws = shares.draws[:, :-1]
    composition = compose(given, parameters, evidence.model, evidence.sample, evidence.rows, evidence.topic, kept)
    wishes = np.array([np.nan if each is None else each.value for each in composition.wishes])
    order = put_in_order(given.candidates, kept, draws, wishes, parameters)
    pool = not len(given.base_people)
    field = Field(given.candidates, tuple(kept), draws, wishes)
    worth = _ceilings(field, parameters, order)
    cards = tuple(
        replace(_card(evidence, shares, k, place, order, composition, base, status, pool=pool), ceilings=worth[k])
        for place, k in enumerate(order.accounts, start=1)
    )
    return Ranked(cards, tuple(order.accounts), order.rank_by, order.within_band, order.top, tuple(left_out.values()), field)


def field_of(evidence: Evidence, shares: Shares) -> Field:
    """What the order is made from, without the cards: to choose under other terms than the run's."""
    left_out = _left_out(evidence.given.candidates, evidence.parameters, evidence.sample)
    kept = tuple(k for k in range(len(evidence.given.candidates)) if k not in left_out)
    wishes = wish_shares(evidence.model, evidence.sample, evidence.rows)
    told = np.array([np.nan if each is None else each.value for each in wishes])
    return Field(evidence.given.candidates, kept, shares.draws[:, :-1], told)


def _ceilings(field: Field, parameters: Parameters, order: Order) -> dict[int, tuple[Ceiling, ...]]:
    """Of each account in the run's own order, then by cost where that is another order."""
    choice = Choice(
        "cost" if parameters.rank_by == "cost" else "fitting" if parameters.rank_by == "fitting" else "precision", order.top
    )
    own = ceilings(field, choice)
    by_cost = {} if order.rank_by == "cost" else cost_ceilings(field, choice)
    return {k: tuple(found[k] for found in (own, by_cost) if k in found) for k in field.kept}


def _left_out(candidates: tuple[CandidateInput, ...], parameters: Parameters, sample: Sample) -> dict[int, NotScored]:
    """Accounts that the table goes without: fewer followers than asked for, or too few of them scored to say anything."""
    scored = sample.per_account(~sample.unknown)
    packaged = {k: name for name, members in packages_of(candidates, parameters).items() for k in members}
    made: dict[int, NotScored] = {}
    for k, each in enumerate(candidates):
        n = int(scored[k])
        if k in packaged:
            made[k] = NotScored(each.given, each.account, "in_package", {"package": packaged[k]})
        elif parameters.min_followers > 0 and (each.followers or 0) < parameters.min_followers:
            made[k] = NotScored(each.given, each.account, "below_min_followers")
        elif n < parameters.min_sample:
            made[k] = NotScored(each.given, each.account, "too_few", {"n": n, "least": parameters.min_sample})
    return made


def _card(
    evidence: Evidence,
    shares: Shares,
    k: int,
    place: int,
    order: Order,
    composition: Composition,
    base: Floats,
    status: str,
    *,
    pool: bool,
) -> Scorecard:
    candidate, sample = evidence.given.candidates[k], evidence.sample
    mine = sample.account == k
    n, n_unknown = int((mine & ~sample.unknown).sum()), int((mine & sample.unknown).sum())
    precision = summary(shares.draws[:, k], n, METHOD)
    lift = lift_of(shares.draws[:, k], base, n, METHOD)
    everyone = _everyone(candidate, precision)
    real = _authenticity(evidence, mine)
    fitting = precision.scaled(float(candidate.followers)) if candidate.followers is not None else None
    topic, wishes = evidence.topic[k], composition.wishes[k]
    enough = wishes is not None and wishes.n >= evidence.parameters.k_anonymity
    return Scorecard(
        account=candidate.account,
        frame=candidate.frame,
        band=order.band[k],
        rank=place,
        rank_low=order.low[k],
        rank_high=order.high[k],
        p_top=order.p_top.get(k),
        precision=precision,
        everyone=everyone,
        if_unknown=(min(float(shares.if_none[k]), precision.value), max(float(shares.if_all[k]), precision.value)),
        n=n,
        n_unknown=n_unknown,
        lift=None if lift is None else lift.figure,
        p_lift=None if lift is None or pool else lift.above,
        authenticity=real,
        marginals_claim=_marginals(evidence, mine),
        fitting=fitting,
        followers=candidate.followers,
        price=candidate.price or candidate.expired,
        cost_per_thousand=_cost(candidate, fitting, bounded=precision.low >= PRINTED_LEAST),
        own_topic=None if np.isnan(topic) else float(topic),
        rank_followers=composition.rank_followers[k],
        rank_topic=composition.rank_topic[k],
        traits=composition.traits[k],
        terms=composition.terms[k],
        notes=_notes(candidate, real, everyone, n, n_unknown, status, few_wishes=wishes is not None and not enough),
        should=wishes if enough else None,
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
    """What multiplying P(real) and the separate shares of the deciding clauses would claim; None with fewer than two.

    None too where a clause has shipped weights: its share has another level than the joint one, which says nothing of how
    clauses hang together.
    """
    clauses = evidence.fit.clauses[:, mine]
    count = len(evidence.persona.must) + len(evidence.persona.must_not)
    if count < 2 or clauses.shape[1] == 0 or any(each.status == "none" for each in evidence.model.signals.values()):
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


def _cost(candidate: CandidateInput, fitting: Estimate | None, *, bounded: bool) -> Estimate | None:
    """1000 x price / fitting followers, in minor units; the upper limit is infinite where the share's lower limit prints as 0."""
    if candidate.price is None or fitting is None or fitting.value <= 0:
        return None
    amount = 1000.0 * candidate.price.amount_minor
    high = amount / fitting.low if bounded else float("inf")
    return Estimate(amount / fitting.value, amount / fitting.high, high, fitting.n, fitting.method)


def _notes(
    candidate: CandidateInput,
    real: Estimate | None,
    everyone: tuple[float, float] | None,
    n: int,
    n_unknown: int,
    status: str,
    *,
    few_wishes: bool,
) -> tuple[str, ...]:
    """Keys of reports.remarks that hold for this account."""
    said = {
        "authenticity_not_assessed": real is None,
        "newest_only": candidate.frame.frame == "newest",
        "frame_unknown": candidate.frame.frame == "unknown" and not candidate.frame.contradicted,
        "frame_contradicted": candidate.frame.contradicted,
        "truncated": everyone is not None,
        "small_sample": n + n_unknown < SMALL_SAMPLE,
        "mostly_unknown": n_unknown > MOSTLY * (n + n_unknown),
        "uncalibrated": status == "none",
        "price_expired": candidate.expired is not None,
        "no_price": candidate.price is None and candidate.expired is None,
        "followers_unknown": candidate.followers is None,
        "few_wishes": few_wishes,
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
