"""What would change the ranking: the same input scored without each clause of the persona in turn, held against all of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from scoring.agreement import tau_b
from scoring.errors import PersonaError, ScoringError
from scoring.estimate import Estimate
from scoring.persona import Persona, Trait
from scoring.results import AccountRef, Scorecard, Shortlist

Part = Literal["must", "must_not", "should"]
Score = Callable[[Persona], Shortlist]
Cards = dict[tuple[str, str], Scorecard]

ANONYMOUS = ""  # a part of a persona has no name: labels of the whole one say nothing of it
SAME = 5e-7  # results are held equal to six decimals (DECISIONS 26)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause and the part of the persona that it stands in."""

    part: Part
    trait: Trait


@dataclass(frozen=True, slots=True)
class Shift:
    """One account with all clauses and without one: place, band and share; None where it was not ranked.

    `beyond_doubt`: the new place lies outside the places that the data leave open with all clauses. `enters`, `leaves`: the first `top`.
    """

    account: AccountRef
    place_with: int | None
    place_without: int | None
    band_with: str | None
    band_without: str | None
    share_with: Estimate | None
    share_without: Estimate | None
    beyond_doubt: bool
    enters: bool
    leaves: bool

    @property
    def moved(self) -> bool:
        """Whether its place changed, or it came or went."""
        return self.place_with != self.place_without


@dataclass(frozen=True, slots=True)
class Effect:
    """What leaving out one clause does. `why_not` is set where it cannot be left out: nothing else decides, or it cannot be scored.

    `tau`: agreement of both orders over the accounts that are in both (Kendall's tau-b; 1 the same), None below two; `entered`:
    how many of the first `top` would be others; `largest`: the greatest change of a share, of `moved` accounts that change place.
    """

    part: Part
    key: str
    tau: float | None
    moved: int
    entered: int
    largest: float
    shifts: tuple[Shift, ...]
    why_not: Literal["only_one", "not_scorable"] | None = None

    @property
    def nothing(self) -> bool:
        """Whether the ranking is the same without it."""
        return self.why_not is None and not self.moved and self.largest <= SAME


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Every clause of a persona left out in turn. `top` places are looked at; `without_labels`: labels of the whole persona went unused.

    `as_run`: how well the order with all clauses, which the others are held against, agrees with the run's own (tau-b; 1 the same).
    A persona of a single clause leaves nothing to compare: its one effect says so.
    """

    top: int
    effects: tuple[Effect, ...]
    without_labels: bool
    as_run: float | None = None

    @property
    def single(self) -> bool:
        """Whether the persona has one clause only."""
        return len(self.effects) == 1

    @property
    def strongest(self) -> Effect | None:
        """The clause without which most of the first `top` are others, then which disorders the list most; None where none moves anything."""
        moving = [each for each in self.effects if each.why_not is None and each.moved]
        return max(
            moving, key=lambda each: (each.entered, 1 - (each.tau if each.tau is not None else 1.0), each.largest), default=None
        )


def clauses(persona: Persona) -> tuple[Clause, ...]:
    """The clauses in the order of the file: must, must_not, should."""
    parts: tuple[tuple[Part, tuple[Trait, ...]], ...] = (
        ("must", persona.must),
        ("must_not", persona.must_not),
        ("should", persona.should),
    )
    return tuple(Clause(part, trait) for part, traits in parts for trait in traits)


def without(persona: Persona, clause: Clause) -> Persona:
    """The persona without that clause; `min_should` is lowered to what the wishes that are left can reach."""

    def kept(part: Part, traits: tuple[Trait, ...]) -> tuple[Trait, ...]:
        return tuple(each for each in traits if part != clause.part or each.key != clause.trait.key)

    should = kept("should", persona.should)
    least = min(persona.min_should, round(sum(each.weight for each in should), 9))
    return replace(
        persona, name=ANONYMOUS, must=kept("must", persona.must), must_not=kept("must_not", persona.must_not), should=should, min_should=least,
    )  # fmt: skip


def leave_out(persona: Persona, score: Score, *, without_labels: bool = False, ranked: Shortlist | None = None) -> LeftOut:
    """Score with all clauses, then without each; both sides by the same way, so that only the clause differs.

    `score` ranks one input for a persona; `without_labels`: the input has labels of the whole persona, and
    `ranked` is the run that used them. A clause is left in where no other one decides who fits: everybody real would.

    Raises:
        ScoringError: the whole persona cannot be scored.
    """
    found = clauses(persona)
    whole = score(replace(persona, name=ANONYMOUS))
    effects = tuple(_effect(each, persona, whole, score) for each in found)
    return LeftOut(whole.top, effects, without_labels, None if ranked is None else _agreement(_places(ranked), _places(whole)))


def _effect(clause: Clause, persona: Persona, whole: Shortlist, score: Score) -> Effect:
    rest = without(persona, clause)
    if not decides(rest) and decides(persona):
        return _not_left_out(clause, "only_one")
    try:
        return compared(clause, whole, score(rest))
    except (PersonaError, ScoringError):
        return _not_left_out(clause, "not_scorable")


def decides(persona: Persona) -> bool:
    """Whether any clause says who fits; wishes do where enough of them are asked for."""
    return bool(persona.must or persona.must_not or (persona.should and persona.min_should > 0))


def _not_left_out(clause: Clause, why: Literal["only_one", "not_scorable"]) -> Effect:
    return Effect(clause.part, clause.trait.key, None, 0, 0, 0.0, (), why)


def compared(clause: Clause, whole: Shortlist, part: Shortlist) -> Effect:
    """The list with all clauses beside the one without `clause`; accounts in the order of the first, then those that only the second has."""
    top = whole.top
    with_all, with_part = _places(whole), _places(part)
    keys = [*with_all, *(key for key in with_part if key not in with_all)]
    shifts = tuple(_shift(with_all.get(key), with_part.get(key), top) for key in keys)
    return Effect(
        part=clause.part,
        key=clause.trait.key,
        tau=_agreement(with_all, with_part),
        moved=sum(each.moved for each in shifts),
        entered=sum(each.enters for each in shifts),
        largest=max((_change(each) for each in shifts), default=0.0),
        shifts=shifts,
    )


def _agreement(one: Cards, other: Cards) -> float | None:
    """Kendall's tau-b of the places of the accounts that both lists rank; None below two."""
    both = [key for key in one if key in other]
    places = np.array([[one[key].rank, other[key].rank] for key in both], float).reshape(-1, 2)
    return tau_b(places[:, 0], places[:, 1]) if len(both) > 1 else None


def _places(shortlist: Shortlist) -> Cards:
    return {(card.account.platform, card.account.native_id): card for card in shortlist.cards}


def _shift(old: Scorecard | None, new: Scorecard | None, top: int) -> Shift:
    shown = old or new
    if shown is None:
        message = "an account that stands in neither list"
        raise LookupError(message)
    was, now = (card is not None and card.rank <= top for card in (old, new))
    return Shift(
        account=shown.account,
        place_with=old.rank if old else None,
        place_without=new.rank if new else None,
        band_with=old.band if old else None,
        band_without=new.band if new else None,
        share_with=old.precision if old else None,
        share_without=new.precision if new else None,
        beyond_doubt=old is not None and new is not None and not old.rank_low <= new.rank <= old.rank_high,
        enters=now and not was,
        leaves=was and not now,
    )


def _change(shift: Shift) -> float:
    if shift.share_with is None or shift.share_without is None:
        return 0.0
    return abs(shift.share_without.value - shift.share_with.value)
