"""One trait over rows (person, followee left out): its declared value, and its log-odds from followees and texts.

A person's own value never speaks for itself: people whose value is known are scored by the fold that did not see them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from scoring.arrays import Parameters, ScoringInput, Texts
from scoring.followers.calibration import log_odds
from scoring.followers.crossfit import FOLDS, CrossFit, fold_masks
from scoring.followers.fusion import HALF_FOLLOWEES, HALF_WORDS, by_shipped_weights
from scoring.graph.interest_graph import FolloweeModel, InterestGraph, Rows, interested_in
from scoring.graph.lookalike import elkan_noto, graph_without, seed_values
from scoring.persona import Trait, trait_terms
from scoring.sampling import draw, generator
from scoring.text.signal import TextSignal

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

LEAST_OF_EACH = 10  # people with and without a trait below which nothing is learned
LIFT_SLOPE = 1.5  # shipped: log-odds per ln lift of the followees' known-for
PEOPLE_MOST = 60_000  # unlabelled people beside the positives of a seed audience


@dataclass(frozen=True, slots=True)
class World:
    """The input with what all traits share: the interest graph, the fold of each person, and the parameters.

    `standing` (P,) is 1 and the number of candidates that the person follows.
    """

    given: ScoringInput
    graph: InterestGraph
    fold: Longs
    standing: Floats
    parameters: Parameters

    def seen(self, rows: Rows) -> NDArray[np.bool_]:
        """Rows of which something is known but the edge left out: enough followees or enough words (DECISIONS 13)."""
        followees = self.graph.informative(rows) >= self.parameters.min_followees
        return np.asarray(followees | (self.given.texts.words[rows.person] >= self.parameters.min_content_words))


def make_world(given: ScoringInput, parameters: Parameters) -> World:
    """The shared part; folds depend on what a person follows and writes, not on the order of people."""
    graph = InterestGraph(given.followees.edges, given.followees.degree)
    marks = _scrambled(given.followees.degree.astype(np.uint64)) % np.uint64(1_000_003)
    total = np.asarray(sparse.csr_matrix(given.followees.edges, dtype=np.int64) @ marks.astype(np.int64)).ravel()
    if given.texts.counts.shape[1]:
        terms = (_scrambled(given.texts.terms.astype(np.uint64)) % np.uint64(1_000_003)).astype(np.int64)
        total = total + np.asarray(sparse.csr_matrix(given.texts.counts > 0, dtype=np.int64) @ terms).ravel()
    fold = (_scrambled(total.astype(np.uint64)) % np.uint64(FOLDS)).astype(np.int64)
    columns = np.unique([each.followee for each in given.candidates if each.followee >= 0]).astype(np.int64)
    standing = np.asarray(graph.edges[:, columns].sum(1), np.float64).ravel() + 1.0
    return World(given, graph, fold, standing, parameters)


def _scrambled(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        mixed = (values + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def declared_values(given: ScoringInput, trait: Trait) -> Floats:
    """1, 0 or NaN for each person: the attribute, the label set of that name, or who stands in the seed audience."""
    if trait.kind == "attribute" and trait.attribute in given.attributes:
        attribute = given.attributes[trait.attribute]
        fits = np.array([value in trait.values for value in attribute.values], dtype=np.float64)
        return (
            np.where(attribute.codes >= 0, fits[np.maximum(attribute.codes, 0)], np.nan)
            if len(fits)
            else np.full(given.people, np.nan)
        )
    for name in (trait.key, trait.interest, trait.audience):
        if name is not None and name in given.labels:
            return given.labels[name]
    return np.full(given.people, np.nan)


class TraitSignal:
    """Log-odds of one trait. `status`: "declared" or "labels" where learned from known values, "none" with shipped weights."""

    def __init__(self, world: World, trait: Trait) -> None:
        self.world = world
        self.trait = trait
        self.values = declared_values(world.given, trait)
        self.status = "none"
        self.sources: tuple[str, ...] = ()

    def fit(self) -> "TraitSignal":
        """Learn, if enough values are known; else make ready what the trait offers without."""
        known = np.flatnonzero(~np.isnan(self.values))
        y = self.values[known]
        if min((y == 1).sum(), (y == 0).sum()) >= LEAST_OF_EACH and len(np.unique(self.world.fold[known])) > 1:
            self.status = "declared" if self.trait.kind == "attribute" else "labels"
            texts = self.world.given.texts if enough_texts(self.world, known, y) else None
            self._learned = CrossFit(self.world.fold, self.world.standing).fit(known, y, partial(_learn, self.world.graph, texts))
            self.sources = ("declared", "followees", *(("text",) if texts is not None else ()))
        elif self.trait.kind in {"seeds", "audience"}:
            self._prepare_lookalike()
        elif self.trait.kind != "attribute":
            self._prepare_lexicon()
        return self

    def predict(self, rows: Rows) -> Floats:
        """Log-odds of the trait, shape (n,); NaN where nothing is known of the person or nothing could be learned."""
        if self.status != "none":
            odds = _once_each(self._learned.predict, rows)
        elif self.trait.kind in {"seeds", "audience"}:
            odds = self._by_lookalike(rows)
        elif self.trait.kind != "attribute":
            odds = self._by_lexicon(rows)
        else:
            odds = np.full(len(rows), np.nan)
        return np.where(self.world.seen(rows), odds, np.nan)

    def _prepare_lexicon(self) -> None:
        given = self.world.given
        terms, weights = trait_terms(self.trait)
        self._text = TextSignal.from_lexicon(terms, weights, given.texts.terms)
        probability, words = self._text.predict(given.followees.texts, given.texts.terms)
        named = self._category()
        self._known_for = np.maximum(np.where(words > 0, probability, 0.0), named)
        self._has_known_for = bool((self._known_for > 0.05).any())
        self.sources = (*(("text",) if len(terms) else ()), *(("followees",) if self._has_known_for else ()))

    def _category(self) -> Floats:
        """Followees whose category names the interest, shape (F,)."""
        wanted = {each for each in (self.trait.interest, *self.trait.words) if each}
        return np.array(
            [
                float(each is not None and any(each == word or each.startswith(f"{word}.") for word in wanted))
                for each in self.world.given.followees.category
            ]
        )

    def _by_lexicon(self, rows: Rows) -> Floats:
        given = self.world.given
        within = self.trait.within_days
        counts = given.recent_texts[within] if within is not None and within in given.recent_texts else given.texts.counts
        distinct, back = np.unique(rows.person, return_inverse=True)
        words = given.texts.words[distinct]
        probability, _ = self._text.predict(counts[distinct], given.texts.terms, words)
        odds, amounts, halves = [log_odds(probability)[back]], [words[back].astype(np.float64)], [HALF_WORDS]
        if self._has_known_for:
            lift, evidence = interested_in(self.world.graph, self._known_for, rows)
            odds.append(np.log(np.maximum(lift, 1e-6)) * LIFT_SLOPE - 2.2)
            amounts.append(evidence)
            halves.append(HALF_FOLLOWEES)
        return by_shipped_weights(tuple(odds), tuple(amounts), tuple(halves))

    def _prepare_lookalike(self) -> None:
        given = self.world.given
        seeds = [
            np.array(sorted({given.seeds.get(text, -1) for text in texts} - {-1}), np.int64)
            for texts in (self.trait.positive, self.trait.negative)
        ]
        values = seed_values(given.followees.edges, seeds[0], seeds[1])
        if self.trait.audience is not None:
            values[given.audiences.get(self.trait.audience, np.empty(0, np.int64))] = 1.0
        self._positive = np.flatnonzero(values == 1)
        pool = np.flatnonzero(np.isnan(values) | (values == 0))
        pool = pool[draw(len(pool), PEOPLE_MOST, generator(self.world.parameters.seed, "lookalike", self.trait.key))]
        self._fitted = len(self._positive) >= LEAST_OF_EACH and len(pool) >= LEAST_OF_EACH
        if not self._fitted:
            return
        self.sources = ("seeds",)
        graph = graph_without(given.followees.edges, given.followees.degree, np.concatenate(seeds))
        known = np.concatenate([self._positive, pool])
        y = np.concatenate([np.ones(len(self._positive)), np.zeros(len(pool))])
        self._learned = CrossFit(self.world.fold, self.world.standing).fit(known, y, partial(_learn, graph, None))

    def _by_lookalike(self, rows: Rows) -> Floats:
        if not self._fitted:
            return np.full(len(rows), np.nan)
        labelled, positive = expit(_once_each(self._learned.predict, rows)), expit(self._learned.predict(self._positive))
        return log_odds(elkan_noto(labelled, positive))


def _once_each(predict: Callable[[Longs], Floats], rows: Rows) -> Floats:
    """What `predict` says of each row's person, asked once per person."""
    distinct, back = np.unique(rows.person, return_inverse=True)
    return predict(distinct)[back] if len(distinct) else np.empty(0)


@dataclass(frozen=True, slots=True)
class _Signals:
    """What some people taught: followees always, texts where enough of them wrote any."""

    followees: FolloweeModel
    text: TextSignal | None
    texts: Texts | None

    def columns(self, person: Longs) -> tuple[Floats, Floats]:
        """Scores and log1p evidence of people; a signal without evidence scores 0 and says that it is missing."""
        features = self.followees.features(person)
        if self.text is None or self.texts is None:
            return features[:, :-1], features[:, -1:]
        probability, amount = self.text.predict(self.texts.counts[person], self.texts.terms, self.texts.words[person])
        missing = (amount <= 0).astype(np.float64)
        scores = np.column_stack([features[:, :-1], log_odds(probability) * (1 - missing), missing])
        return scores, np.column_stack([features[:, -1:], np.log1p(amount)])


def _learn(graph: InterestGraph, texts: Texts | None, known: Longs, y: Floats) -> _Signals:
    followees = FolloweeModel(graph).fit(known, y)
    if texts is None:
        return _Signals(followees, None, None)
    spoken = texts.words[known] > 0
    return _Signals(followees, TextSignal().fit(texts.counts[known[spoken]], texts.terms, y[spoken]), texts)


def enough_texts(world: World, known: Longs, y: Floats) -> bool:
    """Whether every fold leaves enough people of either value who write."""
    spoken = world.given.texts.words[known] > 0
    rests = [mask & spoken for mask in fold_masks(world.fold[known], y)]
    return bool(world.given.texts.counts.shape[1]) and all(
        min((y[rest] == 1).sum(), (y[rest] == 0).sum()) >= LEAST_OF_EACH for rest in rests
    )
