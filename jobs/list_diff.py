"""Two lists, or two runs, side by side: accounts that came, went or moved, what each costs, how many people follow both."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from jobs.listing import Id, refs_of
from scoring.results import AccountRef, Price, Shortlist, from_json
from storage import matrices as m
from storage.clients import list_client, may_use, require, together
from storage.list_changes import list_changes, values_at
from storage.queries import list_names
from storage.runs import RunRow, list_runs, load_run

if TYPE_CHECKING:
    from storage.engine import Store

Found = Literal["both", "a", "b"]


@dataclass(frozen=True, slots=True)
class Standing:
    """An account on one side: grade of its evidence, place and band by the run, price, status; None where nothing says so."""

    grade: Literal["A", "B", "C"] | None
    place: int | None
    band: str | None
    price: Price | None
    status: str


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One account: on which sides it stands, and how."""

    account: AccountRef
    on: Found
    a: Standing | None
    b: Standing | None


@dataclass(frozen=True, slots=True)
class Side:
    """One side in sum. `cost` in minor units by currency, of `priced` of the accounts (expired prices count for nothing).

    `fitting`: fitting followers of the `estimated` accounts of grade A, added up, with the sums of the lower and of the upper
    limits: wider than needed, and people who follow several count several times. `people`: followers known here, each once.
    """

    name: str
    list_name: str
    run_id: int | None
    accounts: int
    cost: Mapping[str, int]
    priced: int
    fitting: tuple[float, float, float] | None
    estimated: int
    people: int


@dataclass(frozen=True, slots=True)
class ListDiff:
    """B against A; `shared` people known here follow an account of each side, `shared_of_smaller` is their share of the smaller side."""

    a: Side
    b: Side
    rows: tuple[DiffRow, ...]
    shared: int
    shared_of_smaller: float | None


@dataclass(frozen=True, slots=True)
class _Given:
    name: str
    list_name: str
    client: str
    run: RunRow | None
    shortlist: Shortlist | None
    accounts: Mapping[Id, tuple[bytes | None, AccountRef]]


def list_diff(store: "Store", a: str, b: str, *, client: str = "") -> ListDiff:
    """Compares two lists by name (each with its newest run), or two runs by number.

    Raises:
        NotFound: no such list or run.
        ClientMismatch: they belong to two clients, or `client` is named and they are another's.
    """
    sides = [_given(store, text, client) for text in (a, b)]
    together({f"{each.name!r}": each.client for each in sides})
    first, second = sides
    names = [*first.accounts, *(each for each in second.accounts if each not in first.accounts)]
    standing = [_standings(store, each) for each in sides]
    rows = []
    for place in names:
        here, there = standing[0].get(place), standing[1].get(place)
        on: Found = "both" if here and there else "a" if here else "b"
        of = second if place in second.accounts else first
        rows.append(DiffRow(of.accounts[place][1], on, here, there))
    people = [_people(store, each) for each in sides]
    shared = len(np.intersect1d(people[0], people[1], assume_unique=True))
    smaller = min(len(each) for each in people)
    return ListDiff(
        a=_side(first, standing[0], len(people[0])),
        b=_side(second, standing[1], len(people[1])),
        rows=tuple(rows),
        shared=shared,
        shared_of_smaller=shared / smaller if smaller else None,
    )


def _given(store: "Store", text: str, client: str) -> _Given:
    """A list's name, or a run's number; a list called by a number is taken as the list."""
    if text not in list_names(store) and text.isascii() and text.isdigit():
        run = load_run(store, int(text))
        if client:
            require(run.summary.client, client, f"run {run.id}")
        return _of_run(store, f"run {run.id}", run)
    refs = refs_of(store, text)
    owner = list_client(store, text)
    if client:
        require(owner, client, f"the list {text!r}")
    newest = next((each for each in list_runs(store) if each.list_name == text and may_use(each.client, owner)), None)
    held = load_run(store, newest.id) if newest is not None else None
    accounts: dict[Id, tuple[bytes | None, AccountRef]] = {(ref.platform, ref.native_id): (key, ref) for key, ref in refs.items()}
    return _Given(text, text, owner, held, None if held is None else from_json(held.result), accounts)


def _of_run(store: "Store", name: str, run: RunRow) -> _Given:
    """What a run says of its accounts, even where its list has changed since."""
    shortlist = from_json(run.result)
    with store.read() as conn:
        keys, ids = m.read_named(conn)
    key_of = dict(zip(ids, m.key_list(keys), strict=True))
    refs = [
        *(each.account for each in shortlist.topics), *(each.account for each in shortlist.ranges), *(each.account for each in shortlist.cards),
    ]  # fmt: skip
    accounts = {place: (key_of.get(place), ref) for ref in refs for place in [(ref.platform, ref.native_id)]}
    return _Given(name, shortlist.list_name, run.summary.client, run, shortlist, accounts)


def _standings(store: "Store", of: _Given) -> dict[Id, Standing]:
    values = values_at(list_changes(store, of.list_name))
    status = {place: values.get((key, "status"), "") for place, (key, _) in of.accounts.items() if key is not None}
    found = {place: Standing(None, None, None, None, status.get(place, "")) for place in of.accounts}
    if of.shortlist is None or of.run is None:
        return found
    now = of.run.summary.created
    for topic in of.shortlist.topics:
        _put(found, topic.account, Standing("C", None, None, None, ""), status)
    for ranged in of.shortlist.ranges:
        _put(
            found,
            ranged.account,
            Standing("B", None, ranged.band, _holding(ranged.price, expired=ranged.price_expired), ""),
            status,
        )
    for place, card in enumerate(of.shortlist.cards, start=1):
        expired = card.price is not None and card.price.expired(now)
        _put(found, card.account, Standing("A", place, card.band, _holding(card.price, expired=expired), ""), status)
    return found


def _put(found: dict[Id, Standing], account: AccountRef, told: Standing, status: Mapping[Id, str]) -> None:
    place = (account.platform, account.native_id)
    if place in found:
        found[place] = Standing(told.grade, told.place, told.band, told.price, status.get(place, ""))


def _holding(price: Price | None, *, expired: bool) -> Price | None:
    return None if expired else price


def _side(of: _Given, standing: Mapping[Id, Standing], people: int) -> Side:
    prices = [each.price for each in standing.values() if each.price is not None]
    cost: Counter[str] = Counter()
    for price in prices:
        cost[price.currency] += price.amount_minor
    cards = of.shortlist.cards if of.shortlist is not None else ()
    fitting = [
        card.fitting for card in cards if card.fitting is not None and (card.account.platform, card.account.native_id) in standing
    ]
    sums = (
        (_sum(each.value for each in fitting), _sum(each.low for each in fitting), _sum(each.high for each in fitting))
        if fitting
        else None
    )
    run_id = of.run.id if of.run is not None else None
    return Side(of.name, of.list_name, run_id, len(standing), dict(cost), len(prices), sums, len(fitting), people)


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))


def _people(store: "Store", of: _Given) -> m.Keys:
    """The followers known here of all accounts of a side, each once."""
    keys = m.as_keys(sorted(key for key, _ in of.accounts.values() if key is not None))
    with store.read() as conn:
        return np.unique(m.read_incoming(conn, keys).follower)
