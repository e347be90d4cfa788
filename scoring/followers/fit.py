"""A follower's fit with a whole persona: every must, no must_not, enough should; its log-odds, known value and P(real)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.arrays import ScoringInput
from scoring.followers.authenticity import real_probability
from scoring.followers.calibration import log_odds
from scoring.followers.signals import TraitSignal, World
from scoring.graph.interest_graph import Rows
from scoring.persona import Persona, Trait

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

LEAST_KNOWN = 20  # people, of either value, below which a level is not tied to the truth


@dataclass(frozen=True, slots=True)
class Fit:
    """Fit of rows, all shape (n,): `log_odds` NaN where nothing is known; `known` 1, 0 or NaN; `real` P(real), 1 where not assessed.

    `clauses` (c, n): probability of each clause that decides, as scored or declared.
    """

    log_odds: Floats
    known: Floats
    real: Floats
    clauses: Floats


class PersonaFit:
    """Scores rows (person, followee left out) against a persona; known values win over scores where a row is asked for it.

    `status` is "labels" where enough gold labels of the whole persona exist, "declared" where every clause that decides was learned
    from known values, else "none" (DECISIONS 15). `values` (P,) is the known fit, NaN where a deciding clause is not known.
    """

    def __init__(self, world: World, persona: Persona) -> None:
        self.world = world
        self.persona = persona
        given = world.given
        self.least = max(persona.min_should, world.parameters.min_should)
        deciding = (*persona.must, *persona.must_not, *(persona.should if self.least > 0 else ()))
        self.signals = {trait.key: TraitSignal(world, trait) for trait in deciding}
        self.real = real_probability(given.profiles)
        values = self._combined({key: signal.values for key, signal in self.signals.items()}, given.people)
        gold = given.labels.get(persona.name)
        self.has_gold = gold is not None and enough_known(gold)
        self.values = values if gold is None else np.where(np.isnan(gold), values, gold)
        #: people whose every deciding clause is known: a miss by one known clause alone is not a fair sample of anybody
        self.complete = ~np.isnan(gold) if gold is not None and self.has_gold else self._all_known(given)

    def fit(self) -> "PersonaFit":
        """Learn every deciding clause."""
        for signal in self.signals.values():
            signal.fit()
        learned = bool(self.signals) and all(signal.status != "none" for signal in self.signals.values())
        self.status: Literal["labels", "declared", "none"] = "labels" if self.has_gold else "declared" if learned else "none"
        if learned and all(signal.status == "labels" for signal in self.signals.values()):
            self.status = "labels"
        return self

    @property
    def checkable(self) -> bool:
        """Whether scores may be tied to the truth: something was learned, and the fit of enough people is known in full."""
        return self.status != "none" and enough_known(self.values[self.complete])

    @property
    def sources(self) -> tuple[str, ...]:
        """The signals that took part, each once."""
        return tuple(dict.fromkeys(source for signal in self.signals.values() for source in signal.sources))

    def predict(self, rows: Rows, *, blind: bool = False) -> Fit:
        """Fit of `rows`. With `blind`, scores alone: what a held-out check needs, clause by clause without declared values."""
        odds = {key: signal.predict(rows) for key, signal in self.signals.items()}
        if not blind:
            for key, signal in self.signals.items():
                value = signal.values[rows.person]
                odds[key] = np.where(np.isnan(value), odds[key], np.where(value == 1, 12.0, -12.0))
        clauses = {key: expit(value) for key, value in odds.items()}
        probability = self._combined(clauses, len(rows))
        joint = log_odds(probability)
        known = np.full(len(rows), np.nan) if blind else self.values[rows.person]
        real = np.nan_to_num(self.real[rows.person], nan=1.0)
        return Fit(
            np.where(np.isnan(probability), np.nan, joint),
            known,
            real,
            np.stack(list(clauses.values())) if clauses else np.empty((0, len(rows))),
        )

    def _combined(self, by_key: dict[str, Floats], size: int) -> Floats:
        """Product over the clauses: P(must), 1 - P(must_not), P(should weight >= least); a certain miss wins over an unknown."""
        parts = [by_key[trait.key] for trait in self.persona.must] + [1 - by_key[trait.key] for trait in self.persona.must_not]
        if self.least > 0:
            parts.append(enough_should(self.persona.should, [by_key[trait.key] for trait in self.persona.should], self.least))
        if not parts:
            return np.ones(size)  # nothing but wishes: whoever is real fits
        stacked = np.stack(parts)
        return np.where((stacked < 1e-5).any(0), 0.0, stacked.prod(0))  # declared against: the unknown rest cannot save it

    def _all_known(self, given: ScoringInput) -> NDArray[np.bool_]:
        if not self.signals:
            return np.zeros(given.people, np.bool_)
        return np.asarray(np.stack([~np.isnan(signal.values) for signal in self.signals.values()]).all(0))


def enough_known(values: Floats) -> bool:
    """Whether `values` (n,) of 1, 0 and NaN hold enough people to tie a level to, some who fit and some who don't."""
    told = values[~np.isnan(values)]
    return len(told) >= LEAST_KNOWN and len(np.unique(told)) > 1


def enough_should(traits: tuple[Trait, ...], probabilities: list[Floats], least: float) -> Floats:
    """P(total weight of the should clauses that hold >= `least`), clauses taken as independent: exact, by adding one at a time."""
    if not traits:
        return np.zeros(0)
    reached: dict[float, Floats] = {0.0: np.ones_like(probabilities[0])}
    for trait, probability in zip(traits, probabilities, strict=True):
        following: dict[float, Floats] = {}
        for weight, mass in reached.items():
            for total, part in ((weight, mass * (1 - probability)), (round(weight + trait.weight, 9), mass * probability)):
                following[total] = following[total] + part if total in following else part
        reached = following
    return np.asarray(sum((mass for weight, mass in reached.items() if weight >= least - 1e-9), np.zeros_like(probabilities[0])))
