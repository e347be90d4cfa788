"""One trait over rows (person, followee left out): its declared value, and its log-odds from followees and texts.

A person's own value never speaks for itself: people whose value is known are scored by the fold that did not see them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.arrays import Parameters, ScoringInput
from scoring.followers.calibration import log_odds
from scoring.followers.fusion import HALF_FOLLOWEES, HALF_WORDS, Stacking, by_shipped_weights
from scoring.graph.interest_graph import FolloweeModel, InterestGraph, Rows, interested_in
from scoring.graph.lookalike import elkan_noto, graph_without, seed_values
from scoring.persona import Trait, trait_terms
from scoring.text.signal import TextSignal

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

FOLDS = 5
LEAST_OF_EACH = 10  # people with and without a trait below which nothing is learned
LIFT_SLOPE = 1.5  # shipped: log-odds per ln lift of the followees' known-for
PEOPLE_MOST = 60_000  # unlabelled people beside the positives of a seed audience


@dataclass(frozen=True, slots=True)
class World:
    """The input with what all traits share: the interest graph, the fold of each person, and the parameters."""

    given: ScoringInput
    graph: InterestGraph
    fold: Longs
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
    return World(given, graph, fold, parameters)


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

    def fit(self, extra: Rows) -> "TraitSignal":
        """Learn, if enough values are known; `extra` are further rows of people, with edges left out, to fit the fusion on."""
        known = np.flatnonzero(~np.isnan(self.values))
        y = self.values[known]
        if min((y == 1).sum(), (y == 0).sum()) >= LEAST_OF_EACH and len(np.unique(self.world.fold[known])) > 1:
            self.status = "declared" if self.trait.kind == "attribute" else "labels"
            self._models = _fold_models(self.world, known, y)
            extra = extra.take(~np.isnan(self.values[extra.person]))
            rows = Rows(np.concatenate([known, extra.person]), np.concatenate([np.full(len(known), -1), extra.leave_out]))
            self._stacking = Stacking().fit(*self._columns(rows), self.values[rows.person])
            self.sources = ("declared", "followees", *(("text",) if self._models[-1].text is not None else ()))
        elif self.trait.kind in {"seeds", "audience"}:
            self._prepare_lookalike()
        elif self.trait.kind != "attribute":
            self._prepare_lexicon()
        return self

    def predict(self, rows: Rows) -> Floats:
        """Log-odds of the trait, shape (n,); NaN where nothing is known of the person or nothing could be learned."""
        if self.status != "none":
            odds = self._stacking.predict(*self._columns(rows))
        elif self.trait.kind in {"seeds", "audience"}:
            odds = self._by_lookalike(rows)
        elif self.trait.kind != "attribute":
            odds = self._by_lexicon(rows)
        else:
            odds = np.full(len(rows), np.nan)
        return np.where(self.world.seen(rows), odds, np.nan)

    def _columns(self, rows: Rows) -> tuple[Floats, Floats]:
        """Out-of-fold scores and evidence of `rows`: known people by the model without their fold, all others by the last."""
        group = np.where(np.isnan(self.values[rows.person]), FOLDS, self.world.fold[rows.person])
        parts = [(np.flatnonzero(group == each), model) for each, model in enumerate(self._models)]
        made = [(where, model.columns(rows.take(where))) for where, model in parts if len(where)]
        order = np.argsort(np.concatenate([where for where, _ in made]), kind="stable") if made else np.empty(0, np.int64)
        if not made:
            return self._models[-1].columns(rows)
        return np.vstack([each[0] for _, each in made])[order], np.vstack([each[1] for _, each in made])[order]

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
        self._graph = graph_without(given.followees.edges, given.followees.degree, np.concatenate(seeds))
        self._positive = np.flatnonzero(values == 1)
        pool = np.flatnonzero(np.isnan(values) | (values == 0))[:PEOPLE_MOST]
        self._fitted = len(self._positive) >= LEAST_OF_EACH and len(pool) >= LEAST_OF_EACH
        if not self._fitted:
            return
        self.sources = ("seeds",)
        known = np.concatenate([self._positive, pool])
        y = np.concatenate([np.ones(len(self._positive)), np.zeros(len(pool))])
        fold = self.world.fold[known]
        self._seed_group = np.full(given.people, FOLDS)
        self._seed_group[known] = fold
        self._seed_models = [FolloweeModel(self._graph).fit(known[use], y[use]) for use in _fold_masks(fold, y)]
        columns = self._seed_columns(Rows.whole(known))
        self._seed_stack = Stacking().fit(columns[:, :-1], columns[:, -1:], y)

    def _seed_columns(self, rows: Rows) -> Floats:
        group = self._seed_group[rows.person]
        columns = np.zeros((len(rows), FolloweeModel.COLUMNS))
        for each, model in enumerate(self._seed_models):
            where = np.flatnonzero(group == each)
            if len(where):
                columns[where] = model.features(rows.take(where))
        return columns

    def _by_lookalike(self, rows: Rows) -> Floats:
        if not self._fitted:
            return np.full(len(rows), np.nan)
        both = Rows(
            np.concatenate([rows.person, self._positive]), np.concatenate([rows.leave_out, np.full(len(self._positive), -1)])
        )
        columns = self._seed_columns(both)
        labelled = 1 / (1 + np.exp(-self._seed_stack.predict(columns[:, :-1], columns[:, -1:])))
        return log_odds(elkan_noto(labelled[: len(rows)], labelled[len(rows) :]))


@dataclass(frozen=True, slots=True)
class _FoldModel:
    """What was learned without one fold: followees always, texts where the people have any."""

    world: World
    followees: FolloweeModel
    text: TextSignal | None

    def columns(self, rows: Rows) -> tuple[Floats, Floats]:
        """Scores and log1p evidence of `rows`; a signal without evidence scores 0 and says that it is missing."""
        features = self.followees.features(rows)
        scores, evidence = [features[:, :-1]], [features[:, -1:]]
        if self.text is not None:
            texts = self.world.given.texts
            distinct, back = np.unique(rows.person, return_inverse=True)
            probability, amount = self.text.predict(texts.counts[distinct], texts.terms, texts.words[distinct])
            missing = (amount <= 0).astype(np.float64)
            scores.append(np.column_stack([log_odds(probability) * (1 - missing), missing])[back])
            evidence.append(np.log1p(amount)[back, None])
        return np.hstack(scores), np.hstack(evidence)


def _fold_masks(fold: Longs, y: Floats) -> list[NDArray[np.bool_]]:
    """For each fold everybody but it, then everybody; a fold whose rest holds one value only learns from all."""
    everybody = np.ones(len(fold), np.bool_)
    masks = [fold != each for each in range(FOLDS)]
    return [mask if len(np.unique(y[mask])) > 1 else everybody for mask in masks] + [everybody]


def _fold_models(world: World, known: Longs, y: Floats) -> list[_FoldModel]:
    texts = world.given.texts
    spoken = texts.words[known] > 0
    models = []
    for mask in _fold_masks(world.fold[known], y):
        use = mask & spoken
        has_text = min((y[use] == 1).sum(), (y[use] == 0).sum()) >= LEAST_OF_EACH and texts.counts.shape[1] > 0
        models.append(
            _FoldModel(
                world,
                FolloweeModel(world.graph).fit(known[mask], y[mask]),
                TextSignal().fit(texts.counts[known[use]], texts.terms, y[use]) if has_text else None,
            )
        )
    if len({model.text is None for model in models}) > 1:
        return [_FoldModel(model.world, model.followees, None) for model in models]
    return models
