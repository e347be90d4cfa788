"""Ceiling prices of a run's accounts, what they are worth at a price per thousand, and what each clause of the persona does to the order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jobs.comparing import stored_parameters, stored_persona
from jobs.kept import kept_folder
from jobs.scoring import kept_input
from scoring.audience.ceiling import Choice, ceilings, cost_ceilings
from scoring.leave_out import LeftOut, leave_out
from scoring.results import AccountRef, Ceiling, RangeCard, Scorecard, Shortlist, from_json
from scoring.shortlist import make_field, make_shortlist
from scoring.snapshot import FACTS
from storage.clients import together
from storage.errors import Refused
from storage.runs import RunRow, load_run

if TYPE_CHECKING:
    from scoring.persona import Persona
    from storage.engine import Store

RankBy = Literal["precision", "cost", "fitting"]
Ids = tuple[str, str]  # platform, native id


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a list is chosen, where they are not the run's: first key, places, money (minor units, and its currency)."""

    rank_by: RankBy | None = None
    top: int | None = None
    budget: int | None = None
    currency: str = ""

    @property
    def any(self) -> bool:
        """Whether anything differs from the run."""
        return self.rank_by is not None or self.top is not None or self.budget is not None


@dataclass(frozen=True, slots=True)
class Priced:
    """The run, its cards with the ceilings under the terms that were asked, and the currency of its prices; empty where there is no one."""

    run_id: int
    shortlist: Shortlist
    currency: str


def ceilings_of_run(
    store: "Store", workspace: Path, run_id: int | None, terms: Terms, *, client: str = "", processes: int = 1
) -> Priced:
    """The ceiling prices of a run (the newest without `run_id`): as kept with it, or worked out again from its kept input.

    Raises:
        NotFound: no such run, or its input is not in this workspace.
        ClientMismatch: `client` is named, and the run is another's.
        Refused: its input is gone, or the budget is in another currency than the prices.
    """
    run = load_run(store, run_id)
    together({"this question": client, f"run {run.id}": run.summary.client})
    shortlist = from_json(run.result)
    currency = currency_of(shortlist)
    if terms.budget is not None and currency and terms.currency != currency:
        message = (
            f"the budget is in {terms.currency}, the prices of run {run.id} are in {currency}: give the budget in {currency}"
        )
        raise Refused(message)
    if shortlist.cards and (terms.any or (currency and not any(card.ceilings for card in shortlist.cards))):
        shortlist = _again(store, workspace, run, shortlist, terms, processes)
    return Priced(run.id, shortlist, currency)


def currency_of(shortlist: Shortlist) -> str:
    """The one currency of the prices that a run shows, empty where there is none or several."""
    prices = (*(card.price for card in shortlist.cards), *(each.price for each in shortlist.ranges))
    found = {price.currency for price in prices if price is not None}
    return found.pop() if len(found) == 1 else ""


def _again(store: "Store", workspace: Path, run: RunRow, shortlist: Shortlist, terms: Terms, processes: int) -> Shortlist:
    """The run's cards with ceilings under other terms."""
    folder = kept_folder(run, workspace, FACTS)
    persona, _ = stored_persona(store, run)
    parameters = stored_parameters(run.parameters)
    given, _ = kept_input(folder, persona, parameters, processes)
    field = make_field(given, persona, parameters)
    choice = Choice(terms.rank_by or _rank_by(parameters.rank_by), terms.top or shortlist.top, terms.budget)
    own = ceilings(field, choice)
    by_cost = {} if choice.rank_by == "cost" and choice.budget is None else cost_ceilings(field, replace(choice, budget=None))
    found = {
        (each.account.platform, each.account.native_id): tuple(table[k] for table in (own, by_cost) if k in table)
        for k, each in enumerate(given.candidates)
    }
    return replace(shortlist, cards=tuple(_with(card, found) for card in shortlist.cards))


def _rank_by(stored: str) -> RankBy:
    return "cost" if stored == "cost" else "fitting" if stored == "fitting" else "precision"


def _with(card: Scorecard, found: Mapping[Ids, tuple[Ceiling, ...]]) -> Scorecard:
    return replace(card, ceilings=found.get((card.account.platform, card.account.native_id), ()))


@dataclass(frozen=True, slots=True)
class Worth:
    """What an account is worth at a price per thousand fitting followers or views, in minor units: grade A a value with its interval, grade B a range."""

    account: AccountRef
    grade: Literal["A", "B"]
    base: Literal["followers", "viewers", "engagers"]
    of: Literal["followers", "views"]
    value: float | None
    low: float
    high: float


def worth_at(shortlist: Shortlist, per_thousand: int) -> tuple[Worth, ...]:
    """What each account is worth where a thousand fitting followers, or views of a post, may cost `per_thousand` (minor units).

    Grade A first, then grade B: a range stays one, without a middle. Accounts of which neither followers nor views are known are left out.
    """
    factor = per_thousand / 1000
    found = []
    for card in shortlist.cards:
        for of, estimate in (("followers", card.fitting), ("views", card.fitting_views)):
            if estimate is not None:
                ends = estimate.scaled(factor)
                found.append(_worth(card, shortlist.base, of, ends.value, (ends.low, ends.high)))
    for each in shortlist.ranges:
        for of, between in (("followers", each.fitting), ("views", each.fitting_views)):
            if between is not None:
                found.append(_worth(each, each.base, of, None, (between[0] * factor, between[1] * factor)))
    return tuple(found)


def _worth(
    card: Scorecard | RangeCard, base: Literal["followers", "viewers", "engagers"], of: str, value: float | None, ends: tuple[float, float]
) -> Worth:  # fmt: skip
    grade: Literal["A", "B"] = "A" if isinstance(card, Scorecard) else "B"
    return Worth(card.account, grade, base, "views" if of == "views" else "followers", value, *ends)


def clauses_of_run(
    store: "Store", workspace: Path, run_id: int | None, *, client: str = "", processes: int = 1
) -> tuple[RunRow, "Persona", LeftOut]:
    """The run, its persona, and what leaving out each clause does: the kept input scored again, once with all clauses, once without each.

    Raises:
        NotFound: no such run, or its input is not in this workspace.
        ClientMismatch: `client` is named, and the run is another's.
        Refused: its input is gone.
        ScoringError: this program cannot score it any more.
    """
    run = load_run(store, run_id)
    together({"this question": client, f"run {run.id}": run.summary.client})
    folder = kept_folder(run, workspace, FACTS)
    persona, version = stored_persona(store, run)
    parameters = stored_parameters(run.parameters)
    given, _ = kept_input(folder, persona, parameters, processes)

    def score(part: "Persona") -> Shortlist:
        return make_shortlist(given, part, parameters, list_name=run.summary.list_name, version=version)[0]

    labelled = persona.name in given.labels
    return run, persona, leave_out(persona, score, without_labels=labelled, ranked=from_json(run.result))
