"""What placements brought beside what a run had said before: account by account, the agreement of the orders, how concentrated it was."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import numpy as np

from jobs.watching import named
from scoring.agreement import Agreement, Base, Grade, agreement
from scoring.concentration import Concentration, concentration
from scoring.errors import OtherVersion
from scoring.outcomes import Brought, Figures, Measure, added_up
from scoring.results import AccountRef, Shortlist, from_json
from storage.clients import list_client, may_use, require
from storage.errors import Refused
from storage.placements import PlacementRow, placement_rows
from storage.queries import candidate_list
from storage.runs import RunSummary, list_runs, load_run

if TYPE_CHECKING:
    from storage.engine import Store

_SEED = 4  # the same placements give the same limits

AccountKey = tuple[str, str]
BASES: tuple[Base, ...] = ("followers", "viewers", "engagers")


@dataclass(frozen=True, slots=True)
class Said:
    """What a run said of one account. Grade A has a rank with limits; B only a band among ranges, `low` its lower end; C neither.

    `base`: of whom the figure was; C is of nobody.
    """

    grade: Literal["A", "B", "C"]
    base: Base | None = None
    band: str | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    low: float | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One account: what the run said of it (None: it was not in the run), and what its placements from `first` to `last` brought.

    `late`: its first placement was made before the run was, so that for this account the run is no prediction.
    """

    account: AccountRef
    said: Said | None
    brought: Brought
    first: datetime
    last: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class RunSaid:
    """The run that is compared; `after`: how many of the accounts it was made after the first placement of."""

    id: int
    persona: str
    persona_version: int
    list_name: str
    created: datetime
    after: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Accounts by what they brought of `measure`, the most first, those of whom that is not known last.

    `unknown` of them have no figure of the measure, `partly` one of some of their placements only. `later_run`: a run that holds some
    of the accounts, where there is no earlier one; `unread`: newer runs that were written by another version. `without`: accounts of the list that nothing was placed with.
    """

    measure: Measure
    rows: tuple[Outcome, ...]
    run: RunSaid | None
    later_run: int | None
    agreements: tuple[Agreement, ...]
    concentration: Concentration | None
    top: str | None
    unknown: int
    partly: int
    unread: int = 0
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A run and what it says of accounts; where there is none, a later one that says something; how many could not be read."""

    run: RunSummary | None
    said: Mapping[AccountKey, Said]
    later: int | None = None
    unread: int = 0


def outcomes(
    store: "Store",
    *,
    run_id: int | None = None,
    list_name: str | None = None,
    client: str | None = None,
    campaign: str | None = None,
    measure: Measure = "orders",
) -> Outcomes:
    """What placements brought, of a list's accounts, a client's, a campaign's where these are given.

    Without `run_id` the run is the newest made before the first of these placements that says anything of their accounts (and is of the
    list, if one is given); a later run is no prediction, and is compared only where it is named. Nothing is learned from outcomes.

    Raises:
        NotFound: no such list or run.
        ClientMismatch: list or run of another client.
        Refused: revenue in several currencies is asked to be compared.
    """
    called: dict[bytes, str] = {}
    accounts: Collection[bytes] | None = None
    if list_name is not None:
        listed = candidate_list(store, list_name)
        require(list_client(store, list_name), client or "", f"the list {list_name!r}")
        called = {row.account: row.name or row.given for row in listed if row.account is not None}
        accounts = called
    placements = placement_rows(store, accounts=accounts, client=client, campaign=campaign)
    by_account: dict[bytes, list[PlacementRow]] = {}
    for row in placements:
        by_account.setdefault(row.account, []).append(row)
    refs = {key: _called(ref, called.get(key)) for key, ref in named(store, by_account).items()}
    found = _run(store, run_id, list_name, client, placements, {_key(ref) for ref in refs.values()})
    rows = [_outcome(refs[key], theirs, found) for key, theirs in by_account.items() if key in refs]
    without = tuple(name for key, name in called.items() if key not in by_account)
    return _compared(_sorted(rows, measure), measure, found, without)


def _called(ref: AccountRef, name: str | None) -> AccountRef:
    """The account by the name that the list calls it, where it has none of its own."""
    return ref if ref.name or ref.handle or name is None else replace(ref, name=name)


def _key(ref: AccountRef) -> AccountKey:
    return ref.platform, ref.native_id


def _run(
    store: "Store",
    run_id: int | None,
    list_name: str | None,
    client: str | None,
    placements: Sequence[PlacementRow],
    accounts: set[AccountKey],
) -> _Found:
    """The run that is named; else the newest of those before the first placement that says anything of the accounts."""
    if run_id is not None:
        chosen = load_run(store, run_id)
        require(chosen.summary.client, client or "", f"run {run_id}")
        return _Found(chosen.summary, said_by(from_json(chosen.result)))
    first = min((row.placed_at for row in placements), default=None)
    later: int | None = None
    unread = 0
    for summary in list_runs(store):
        usable = may_use(summary.client, client or "") and list_name in {None, summary.list_name}
        early = first is not None and summary.created < first
        if first is None or not usable or (later is not None and not early):
            continue
        try:
            said = said_by(from_json(load_run(store, summary.id).result))
        except OtherVersion:
            unread += 1
            continue
        if said.keys() & accounts:
            if early:
                return _Found(summary, said, None, unread)
            later = summary.id
    return _Found(None, {}, later, unread)


def said_by(run: Shortlist) -> dict[AccountKey, Said]:
    """What a run says of each account that it has a card of, under the best grade of evidence; of ranges by the first of BASES."""
    topics = {_key(card.account): Said("C") for card in run.topics}
    ranges = {
        _key(card.account): Said("B", card.base, card.band, low=card.low, followers=card.followers)
        for base in reversed(BASES)
        for card in run.ranges
        if card.base == base
    }
    cards = {
        _key(card.account): Said("A", run.base, card.band, card.rank, card.rank_low, card.rank_high, followers=card.followers)
        for card in run.cards
    }
    return topics | ranges | cards


def _outcome(ref: AccountRef, theirs: Sequence[PlacementRow], found: _Found) -> Outcome:
    figures = [
        Figures(row.currency, row.cost_minor, row.impressions, row.clicks, row.orders, row.revenue_minor) for row in theirs
    ]
    first, last = theirs[0].placed_at, theirs[-1].placed_at
    late = found.run is not None and found.run.created >= first
    return Outcome(ref, found.said.get(_key(ref)), added_up(figures), first, last, late)


def _sorted(rows: Sequence[Outcome], measure: Measure) -> tuple[Outcome, ...]:
    def place(row: Outcome) -> tuple[bool, int, str, str]:
        total = row.brought.total(measure)
        return total is None, -total.value if total else 0, row.account.platform, row.account.native_id

    return tuple(sorted(rows, key=place))


def _compared(rows: tuple[Outcome, ...], measure: Measure, found: _Found, without: tuple[str, ...]) -> Outcomes:
    known = [row for row in rows if row.brought.total(measure) is not None]
    _refuse_currencies(known, measure)
    values = np.array([_value(row, measure) for row in known], np.int64)
    spread = concentration(values, np.random.default_rng(_SEED))
    partly = sum(not total.whole for row in known if (total := row.brought.total(measure)) is not None)
    told, run = None, found.run
    if run is not None:
        late = sum(row.late for row in rows)
        told = RunSaid(run.id, run.persona, run.persona_version, run.list_name, run.created, late)
    agreements = tuple(_agreement(known, measure, *each) for each in _ordered(rows)) if run is not None else ()
    top = known[spread.top].account.label if spread is not None else None
    unknown = len(rows) - len(known)
    return Outcomes(measure, rows, told, found.later, agreements, spread, top, unknown, partly, found.unread, without)


def _ordered(rows: Sequence[Outcome]) -> list[tuple[Grade, Base]]:
    """The grades of evidence and bases by which the run ordered any of the accounts; each has an order of its own (DECISIONS 9, 10)."""
    found = {(row.said.grade, row.said.base) for row in rows if row.said is not None}
    grades: tuple[Grade, ...] = ("A", "B")
    return [(grade, base) for grade in grades for base in BASES if (grade, base) in found]


def _agreement(known: Sequence[Outcome], measure: Measure, grade: Grade, base: Base) -> Agreement:
    """The agreement over accounts of one grade and base: A by rank, B by the lower end of the range."""
    ordered = [(row, row.said) for row in known if row.said is not None and (row.said.grade, row.said.base) == (grade, base)]
    rng = np.random.default_rng(_SEED)
    predicted = np.array([_predicted(said) for _, said in ordered], float)
    brought = np.array([_value(row, measure) for row, _ in ordered], float)
    with_count = [at for at, (_, said) in enumerate(ordered) if said.followers is not None]
    followers = np.array([ordered[at][1].followers for at in with_count], float)
    return Agreement(
        grade, base, len(ordered), len({said.band for _, said in ordered}), agreement(predicted, brought, rng),
        agreement(followers, brought[with_count], rng),
    )  # fmt: skip


def _predicted(said: Said) -> float:
    """More is better."""
    if said.rank is not None:
        return -float(said.rank)
    return float("nan") if said.low is None else said.low


def _value(row: Outcome, measure: Measure) -> int:
    total = row.brought.total(measure)
    return 0 if total is None else total.value


def _refuse_currencies(known: Sequence[Outcome], measure: Measure) -> None:
    """Amounts of several currencies are not compared.

    Raises:
        Refused: names the currencies.
    """
    found = sorted({row.brought.currency or "" for row in known}) if measure == "revenue" else []
    if len(found) > 1:
        message = (
            f"revenue is in several currencies ({', '.join(found)}), which are not compared: choose accounts of one with --candidates, "
            "--client or --campaign, or compare orders with --of orders"
        )
        raise Refused(message)
