"""Accounts that the workspace knows with their figures, and where one of them, or every account of a run, stands among its peers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from jobs.graphing import known_topics, public_counts
from scoring.peers import GROWTH_MOST, Known, Similar, category_of, growth_of_30_days, similar
from scoring.results import AccountRef, Price, Scorecard, Shortlist, from_json
from scoring.tiers import Tier, Tiers
from scoring.watching.growth import Counted
from storage import matrices as m
from storage.clients import may_use
from storage.errors import NotFound
from storage.formats import format_key
from storage.history import follower_counts
from storage.performance import PerformanceRow, performance_rows
from storage.queries import resolve_account
from storage.quotes import QuoteRow, best_quote, quotes_among
from storage.runs import RunRow, list_runs, load_run

if TYPE_CHECKING:
    from storage.engine import Store

Ids = tuple[str, str]  # platform, native id
METRICS = ("interactions", "plays", "reads")
STALE_DAYS = 30  # a newest count older than this tells no growth of today
_PAID = ("organic", "unknown")  # what commercial posts bring is another thing


@dataclass(frozen=True, slots=True)
class PeersOf:
    """Where an account stands, and the run that precision and cost come from: its number, persona and date; None where there is none."""

    found: Similar
    run_id: int | None
    persona: str | None
    data_to: datetime | None


def peers_of(
    store: "Store", account: str, *, platform: str | None, persona: str | None, tiers: Tiers, now: datetime, client: str = "",
    any_category: bool = False,
) -> PeersOf:  # fmt: skip
    """Where one account stands; shares and costs are of the newest run that may be used for `client`, of `persona` (a name) if given.

    Raises:
        NotFound: no such account, or no run of that persona.
    """
    key = resolve_account(store, account, platform=platform)
    run = _newest_run(store, persona, client)
    shortlist = None if run is None else from_json(run.result)
    with store.read() as conn:
        keys, ids = m.read_named(conn)
    place = ids[m.key_list(keys).index(key)]
    every = known_accounts(store, shortlist, tiers, as_of=now, wanted={place}, client=client)
    found = similar(every[place], every.values(), any_category=any_category)
    if run is None or shortlist is None:
        return PeersOf(found, None, None, None)
    return PeersOf(found, run.id, shortlist.persona, shortlist.data_to)


def _newest_run(store: "Store", persona: str | None, client: str) -> RunRow | None:
    runs = [run for run in list_runs(store) if persona in {None, run.persona} and may_use(run.client, client)]
    if not runs and persona is not None:
        whose = "that may be used for this client (--client)"
        message = f'no run of the persona "{persona}" yet {whose}: make one with `fanfit shortlist`'
        raise NotFound(message)
    return load_run(store, runs[0].id) if runs else None


def peers_of_run(store: "Store", shortlist: Shortlist, tiers: Tiers, *, as_of: datetime, client: str = "") -> list[Similar]:
    """Where each account of a run stands, in the order of its cards; counts and quotes as they stood `as_of`, quotes that client's or anybody's."""
    wanted = {(card.account.platform, card.account.native_id) for card in shortlist.cards}
    every = known_accounts(store, shortlist, tiers, as_of=as_of, wanted=wanted, client=client)
    return [
        similar(every.get(_id(card)) or _of_card(card, tiers), every.values())
        for card in shortlist.cards
    ]  # fmt: skip


def _id(card: Scorecard) -> Ids:
    return card.account.platform, card.account.native_id


def _of_card(card: Scorecard, tiers: Tiers) -> Known:
    """An account of a run that the store does not hold any more: its figures in the run are all there is."""
    tier = None if card.followers is None else tiers.of(card.followers)
    return Known(card.account, card.followers, tier, figures=_card_figures(card))


def known_accounts(
    store: "Store", shortlist: Shortlist | None, tiers: Tiers, *, as_of: datetime, wanted: Iterable[Ids], client: str = ""
) -> dict[Ids, Known]:
    """Named accounts with a figure, and those wanted, by platform and id; categories only where a wanted account could be a peer."""
    cards = {_id(card): card for card in shortlist.cards} if shortlist is not None else {}
    with store.read() as conn:
        keys, ids = m.read_named(conn)
        names = m.key_list(keys)
        followers = public_counts(conn, keys)
        prices = m.read_prices(conn, keys, client=client)
        quotes = quotes_among(conn, names, client=client)
    grown = _growth(store, as_of)
    performed = _performance(store, names)
    priced = _prices(prices, quotes, as_of)
    figures: dict[Ids, dict[str, float]] = {}
    sizes: dict[Ids, int | None] = {}
    for key, place in zip(names, ids, strict=True):
        card = cards.get(place)
        count = followers.get(key) if card is None or card.followers is None else card.followers
        sizes[place] = count
        own = _card_figures(card) if card is not None else {}
        if key in grown:
            own["growth"] = grown[key]
        if count:
            own |= {name: value / count for name, value in performed.get(key, {}).items()}
            own |= {name: 1000 * value / count for name, value in priced.get(key, {}).items()}
        figures[place] = own
    asked = set(wanted)
    alike = {(place[0], _tier(sizes[place], tiers)) for place in asked & sizes.keys()}
    kept = [
        at
        for at, place in enumerate(ids)
        if place in asked or (figures[place] and (place[0], _tier(sizes[place], tiers)) in alike)
    ]
    return _with_categories(store, keys, ids, kept, figures, sizes, tiers)


def _with_categories(
    store: "Store", keys: m.Keys, ids: list[Ids], kept: list[int], figures: Mapping[Ids, dict[str, float]],
    sizes: Mapping[Ids, int | None], tiers: Tiers,
) -> dict[Ids, Known]:  # fmt: skip
    some = keys[np.array(kept, np.int64)]
    with store.read() as conn:
        faces = m.read_faces(conn, some)
        names = m.key_list(some)
        silent = m.as_keys([key for key in names if not (faces.get(key, (None,) * 4)[3] or "").strip()])
        topics = known_topics(conn, silent)
    found: dict[Ids, Known] = {}
    for key, at in zip(names, kept, strict=True):
        handle, name, url, profile = faces.get(key, (None, None, None, None))
        category, source = category_of(profile, topics.get(key))
        place, size = ids[at], sizes[ids[at]]
        ref = AccountRef(*place, handle, name, url)
        found[place] = Known(ref, size, _tier(size, tiers), category, source, figures[place])
    return found


def _tier(followers: int | None, tiers: Tiers) -> Tier | None:
    return None if followers is None else tiers.of(followers)


def _card_figures(card: Scorecard) -> dict[str, float]:
    """What the run says: the share, and the cost in its quote's currency."""
    own = {"precision": card.precision.value}
    if card.cost_per_thousand is not None and card.price is not None:
        own[f"cost:{card.price.currency}"] = card.cost_per_thousand.value
    return own


def _growth(store: "Store", as_of: datetime) -> dict[bytes, float]:
    since = as_of - timedelta(days=STALE_DAYS + GROWTH_MOST)
    fresh = as_of - timedelta(days=STALE_DAYS)
    found: dict[bytes, float] = {}
    for account, rows in follower_counts(store, since=since, until=as_of).items():
        counts = [Counted(row.observed_at, row.followers or 0, row.followers_half_width) for row in rows]
        rate = growth_of_30_days(counts)
        if rate is not None and rows[-1].observed_at >= fresh:
            found[account] = rate
    return found


def _performance(store: "Store", accounts: list[bytes]) -> dict[bytes, dict[str, float]]:
    """Medians of a post by metric: of organic posts, else of those of which it is not said; commercial ones never."""
    rows: dict[tuple[bytes, str], PerformanceRow] = {}
    for row in performance_rows(store, accounts):
        if row.metric in METRICS and row.paid in _PAID:
            held = rows.get((row.account, row.metric))
            if held is None or _PAID.index(row.paid) < _PAID.index(held.paid):
                rows[row.account, row.metric] = row
    found: dict[bytes, dict[str, float]] = {}
    for (account, metric), row in rows.items():
        found.setdefault(account, {})[metric] = row.median
    return found


def _prices(rows: m.Rows, quotes: Sequence[QuoteRow], as_of: datetime) -> dict[bytes, dict[str, float]]:
    """What held, by account, currency and format: a list's price, else the net price of a quote."""
    found: dict[bytes, dict[str, float]] = {}
    asked: dict[tuple[bytes, str], list[QuoteRow]] = {}
    for quote in quotes:
        if quote.observed_at <= as_of and not quote.expired(as_of):
            asked.setdefault((quote.account, quote.format), []).append(quote)
    for (account, form), each in asked.items():
        best = best_quote(each, as_of)
        if best is not None:
            found.setdefault(account, {})[f"price:{best.net.currency}:{form}"] = best.net.net
    for key, name, seen, _, amount, currency, until in rows:
        if m.moment(int(m.seconds([seen])[0])) <= as_of and not Price(
            amount, currency, name, None if until is None else m.moment(until)
        ).expired(as_of):
            found.setdefault(key, {})[f"price:{currency}:{format_key(name)}"] = amount
    return found
