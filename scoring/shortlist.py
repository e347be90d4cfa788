"""The main path: arrays in, ranked list with intervals, bands and reasons out. Read `make_shortlist` first."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.arrays import Parameters, ScoringInput
from scoring.audience.bias import Bias, Pairs, assumed_bias, fit_bias, method_spread
from scoring.audience.cards import Evidence, Ranked, field_of, make_cards, reach_of_top
from scoring.audience.ceiling import Field
from scoring.audience.lift import pool_weights, summary
from scoring.audience.packages import package_cards
from scoring.audience.precision import Shares, draw_shares
from scoring.audience.pricing import price_warnings
from scoring.audience.quantifier import Quantifier, better_quantifier, counted
from scoring.audience.sample import Sample
from scoring.audience.topic import own_topic, standing
from scoring.errors import NothingToScore
from scoring.estimate import Estimate
from scoring.followers.calibration import CrossCalibrator, expected_calibration_error
from scoring.followers.fit import Fit, PersonaFit
from scoring.followers.signals import make_world
from scoring.graph.interest_graph import Rows
from scoring.persona import Persona
from scoring.persona_asks import labels_unused, missing_seeds, refuse_unknown
from scoring.results import BaseRate, Calibration, Shortlist
from scoring.sampling import generator

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

SCORED, DECLARED, UNKNOWN = 0, 1, 2  # strata of FollowerScores
FEW_ACCOUNTS = 5


@dataclass(frozen=True, slots=True)
class FollowerScores:
    """Every scored follower, shape (n,): account index, person index, probability of being real and fitting, weight, stratum.

    `weight` is how many followers of the list one scored follower stands for; `stratum` 0 scored, 1 declared, 2 unknown.
    """

    account: Longs
    person: Longs
    probability: Floats
    weight: Floats
    stratum: Longs


@dataclass(frozen=True, slots=True)
class Scored:
    """Followers of the candidates and, as account K, the base sample: calibrated fit, the bias pairs, what they speak for."""

    account: Longs
    rows: Rows
    fit: Fit
    held: Pairs
    quantifier: Quantifier


def make_shortlist(
    given: ScoringInput,
    persona: Persona,
    parameters: Parameters,
    *,
    list_name: str,
    version: int,
) -> tuple[Shortlist, FollowerScores]:
    """Rank the candidates of `given` for `persona`. The same input, parameters and version give the same result.

    Raises:
        NothingToScore: no candidate has a follower to score.
        PersonaError: the persona asks for what the input does not hold.
    """
    judged = _judge(given, persona, parameters)
    calibration = _calibration(given, judged.evidence.model, judged.scored, judged.bias)
    base, base_rate = _base(given, judged.evidence.sample, judged.shares)
    ranked = make_cards(judged.evidence, judged.shares, base, calibration.status)
    shortlist = Shortlist(
        persona=persona.name,
        persona_version=version,
        persona_title=dict(persona.title),
        list_name=list_name,
        base=parameters.base,
        rank_by=ranked.rank_by,
        within_band=ranked.within_band,
        top=ranked.top,
        data_from=given.data_from,
        data_to=given.data_to,
        base_rate=base_rate,
        calibration=calibration,
        cards=ranked.cards,
        not_scored=given.not_scored + ranked.left_out,
        overlaps=given.overlaps,
        net_reach=reach_of_top(given, ranked, parameters.top),
        parameters=parameters.plain(),
        warnings=_warnings(given, persona, parameters, calibration, base_rate, ranked),
        input_digest=given.digest,
        engine="numpy",
        packages=package_cards(given, parameters, judged.evidence.sample, judged.shares.draws),
    )
    return shortlist, _follower_scores(given, judged.evidence.sample)


def make_field(given: ScoringInput, persona: Persona, parameters: Parameters) -> Field:
    """What the order of such a run is made from: its candidates with their prices, joint draws and wishes. Raises as `make_shortlist`."""
    judged = _judge(given, persona, parameters)
    return field_of(judged.evidence, judged.shares)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Followers scored and accounts drawn: all that cards are made from."""

    evidence: Evidence
    scored: Scored
    shares: Shares
    bias: Bias


def _judge(given: ScoringInput, persona: Persona, parameters: Parameters) -> _Judged:
    """Score the followers, then draw the accounts' shares."""
    if not len(given.sample_account):
        message = (
            "no candidate has a follower to score: import follower lists (fanfit import follows --list followers), then run again"
        )
        raise NothingToScore(message)
    refuse_unknown(given, persona, k=parameters.k_anonymity)
    model = PersonaFit(make_world(given, parameters), persona).fit()
    scored = _score(model, _follower_rows(given), _known_people(given, model, base=parameters.base))
    sample = _sample(given, scored)
    topic = own_topic(given, model)
    shares, bias = _shares(given, parameters, model, scored, sample, topic)
    return _Judged(Evidence(given, persona, parameters, model, sample, scored.rows, scored.fit, topic), scored, shares, bias)


def _follower_rows(given: ScoringInput) -> tuple[Longs, Rows]:
    """Account index and row of each sampled follower, then of the base sample as account K."""
    followee = np.array([candidate.followee for candidate in given.candidates], np.int64)
    account = np.concatenate([given.sample_account, np.full(len(given.base_people), len(followee), np.int64)])
    person = np.concatenate([given.sample_person, given.base_people])
    return account, Rows(person, np.append(followee, -1)[account])


def _known_people(given: ScoringInput, model: PersonaFit, *, base: str) -> tuple[Longs, Rows]:
    """Pairs (account, person) whose fit is known in full: they tell each account's bias.

    Followers in the sample or not; of engagers those in the sample: an account's followers are other people than its engagers.
    """
    complete = model.complete
    followee = np.array([candidate.followee for candidate in given.candidates], np.int64)
    with_column = np.flatnonzero((followee >= 0) & (base == "followers"))
    edges = model.world.graph.edges[:, followee[with_column]].tocoo()
    mine = complete[edges.row]
    account, person = with_column[edges.col[mine]], edges.row[mine].astype(np.int64)
    also = complete[given.sample_person] & ~np.isin(given.sample_account, with_column)
    account = np.concatenate([account, given.sample_account[also]])
    person = np.concatenate([person, given.sample_person[also]])
    order = np.lexsort((person, account))
    return account[order], Rows(person[order], followee[account[order]])


def _score(model: PersonaFit, followers: tuple[Longs, Rows], held: tuple[Longs, Rows]) -> Scored:
    """Scores, tied to the truth by people whose fit is known in full and whom the model did not train on."""
    account, rows = followers
    fit = model.predict(rows)
    whole = Rows.whole(np.flatnonzero(model.complete))
    person = np.concatenate([whole.person, held[1].person])
    odds = np.concatenate([model.predict(each, blind=True).log_odds for each in (whole, held[1])])
    usable, checked = ~np.isnan(odds), odds[len(whole) :]
    if model.checkable and usable.any():
        calibrator = CrossCalibrator().fit(odds[usable], model.values[person[usable]], person[usable], model.world.fold)
        fit = replace(fit, log_odds=calibrator.predict(fit.log_odds, rows.person))
        checked = calibrator.predict(checked, held[1].person)
    told = np.flatnonzero(~np.isnan(checked))
    person = held[1].person[told]
    pairs = Pairs(held[0][told], person, checked[told], model.values[person])
    quantifier = better_quantifier(len(model.world.given.candidates), pairs)
    if quantifier == "CC" and model.status != "none":
        fit = replace(fit, log_odds=counted(fit.log_odds, pairs))
        pairs = replace(pairs, log_odds=counted(pairs.log_odds, pairs))
    return Scored(account, rows, fit, pairs, quantifier)


def _sample(given: ScoringInput, scored: Scored) -> Sample:
    sizes = list_sizes(given)
    population = np.zeros(len(given.candidates) + 1, np.int64)
    for k, candidate in enumerate(given.candidates):
        drawn_from_all = candidate.frame.frame != "random"
        population[k] = sizes[k] if drawn_from_all else (candidate.followers or 0)
    return Sample(len(given.candidates) + 1, scored.account, scored.fit.log_odds, scored.fit.known, scored.fit.real, population)


def list_sizes(given: ScoringInput) -> Longs:
    """Members of each candidate's list as stored, shape (K,)."""
    if len(given.list_sizes):
        return given.list_sizes
    return np.array([max(candidate.frame.seen, 0) for candidate in given.candidates], np.int64)


def _shares(
    given: ScoringInput,
    parameters: Parameters,
    model: PersonaFit,
    scored: Scored,
    sample: Sample,
    topic: Floats,
) -> tuple[Shares, Bias]:
    """Joint draws for the candidates and the base (column K), and the bias of the accounts."""
    seed = parameters.seed
    accounts = [each.account for each in given.candidates]
    rngs = [
        generator(seed, "hyper"),
        *(generator(seed, "account", each.platform, each.native_id) for each in accounts),
        generator(seed, "base"),
    ]
    enough = model.status != "none" and len(scored.held) > 0
    if enough:
        bias = fit_bias(scored.held, np.append(standing(topic), 0.0), rng=generator(seed, "bias"))
    else:
        bias = assumed_bias(sample.accounts, method_spread(sample))
    rate = _unknown_rate(model)
    shares = draw_shares(sample, bias, draws=parameters.draws, rngs=rngs, unknown_rate=rate)
    return shares.beside_minors(_adult_share(given)), bias


def _adult_share(given: ScoringInput) -> Floats:
    """Share of each candidate's list, and of the base (1), that does not declare to be under 18, shape (K + 1,)."""
    minors = np.array([each.frame.minors for each in given.candidates], np.float64)
    members = list_sizes(given) + minors
    return np.append(1 - minors / np.maximum(members, 1), 1.0)


def _unknown_rate(model: PersonaFit) -> float | None:
    """Rate of fitting among people whose fit is known but of whom nothing else is: two of them at the common rate are added."""
    known = np.flatnonzero(~np.isnan(model.values) & model.complete)
    silent = known[~model.world.seen(Rows.whole(known))]
    if not len(silent):
        return None
    return float((model.values[silent].sum() + 2 * model.values[known].mean()) / (len(silent) + 2))


def _base(given: ScoringInput, sample: Sample, shares: Shares) -> tuple[Floats, BaseRate]:
    """Draws of the base rate, and its figure: the base sample, else the pool of the candidates' samples (DECISIONS 14)."""
    if len(given.base_people):
        draws = shares.draws[:, -1]
        return draws, BaseRate("base", summary(draws, len(given.base_people), "base sample"), len(given.base_people))
    totals = np.array(
        [each.followers or size for each, size in zip(given.candidates, list_sizes(given), strict=True)], np.float64
    )
    weights = pool_weights(given.sample_account, given.sample_person, sample.size[:-1], totals)
    draws = shares.draws[:, :-1] @ weights
    people = len(np.unique(given.sample_person))
    return draws, BaseRate("pool", summary(draws, people, "candidate pool"), people)


def _calibration(given: ScoringInput, model: PersonaFit, scored: Scored, bias: Bias) -> Calibration:
    """How the probabilities were tied to the truth; the quantifier that the known followers of the accounts speak for."""
    probability = expit(scored.held.log_odds)
    error = expected_calibration_error(probability, scored.held.known) if len(probability) and model.status != "none" else None
    checked = len(np.unique(scored.held.person)) if error is not None else 0
    return Calibration(
        status=model.status,
        quantifier=scored.quantifier,
        people=int(model.complete.sum()),
        expected_calibration_error=error,
        account_spread=bias.point_spread,
        dictionary_share=given.texts.share_at_dictionary,
        signals=model.sources,
        checked=checked,
        topic_odds=_topic_odds(bias, checked) if bias.topic.any() else None,
    )


def _topic_odds(bias: Bias, people: int) -> Estimate:
    """The drawn weights of the own topic as a factor of the odds: their mean and 1.96 of their deviations."""
    mean, half = float(bias.topic.mean()), 1.96 * float(bias.topic.std())
    return Estimate(math.exp(mean), math.exp(mean - half), math.exp(mean + half), people, "own topic")


def _warnings(
    given: ScoringInput,
    persona: Persona,
    parameters: Parameters,
    calibration: Calibration,
    base_rate: BaseRate,
    ranked: Ranked,
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What a reader of the whole list must know; keys of reports.remarks."""
    candidates = given.candidates
    prices = [each.price for each in candidates if each.price is not None]
    currencies = {price.currency for price in prices}
    said = {
        "of_engagers": parameters.base == "engagers",
        "not_calibrated": calibration.status == "none",
        "pool_base": base_rate.kind == "pool",
        "authenticity_not_assessed": any(card.authenticity is None for card in ranked.cards),
        "mixed_platforms": len({each.account.platform for each in candidates}) > 1,
        "dictionary_share": given.texts.share_at_dictionary < 1 and len(given.texts.terms) > 0,
        "truncated": any(card.everyone is not None for card in ranked.cards),
        "few_accounts": len(candidates) < FEW_ACCOUNTS,
        "missing_seeds": missing_seeds(given, persona) > 0,
        "labels_unused": labels_unused(given, persona),
        "not_by_cost": parameters.rank_by == "cost" != ranked.rank_by,
        "not_by_fitting": parameters.rank_by == "fitting" != ranked.rank_by,
        "mixed_currencies": len(currencies) > 1,
    }
    values: dict[str, dict[str, Any]] = {
        "dictionary_share": {"share": calibration.dictionary_share},
        "missing_seeds": {"n": missing_seeds(given, persona)},
    }
    return (
        *((key, values.get(key, {})) for key, true in said.items() if true),
        *price_warnings(prices, given.unchosen_formats, parameters, given.now).items(),
    )


def _follower_scores(given: ScoringInput, sample: Sample) -> FollowerScores:
    """The candidates' followers as scored, the base sample left out; probability NaN where nothing is known."""
    mine = sample.account < len(given.candidates)
    known, real = sample.known[mine], sample.weight[mine]
    fits = np.where(np.isnan(known), expit(sample.log_odds[mine]), known)
    stratum = np.where(~np.isnan(known), DECLARED, np.where(sample.unknown[mine], UNKNOWN, SCORED)).astype(np.int64)
    account = sample.account[mine]
    weight = (np.maximum(list_sizes(given), sample.size[:-1]) / np.maximum(sample.size[:-1], 1))[account]
    return FollowerScores(account, given.sample_person, fits * real, weight, stratum)
