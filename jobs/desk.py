"""Evidence beside the samples of a run: vendors' ranges, what posts bring, own topics; and a run where nothing else is at hand."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from jobs.audience import BASES, ranged, refs_of
from scoring.arrays import Parameters
from scoring.audience.bands import letter
from scoring.audience.pricing import price_warnings
from scoring.content import Published
from scoring.desk import topic_card, with_means, with_views
from scoring.inputs.prices import Priced, prices_of
from scoring.persona import Persona
from scoring.results import AccountRef, Calibration, NotScored, RangeCard, Shortlist, TopicCard, Views
from scoring.text.indexer import JiebaIndexer
from storage import matrices as m
from storage.content import posts_of
from storage.performance import PerformanceRow, performance_rows
from storage.queries import candidate_list, list_names, public_followers

if TYPE_CHECKING:
    from storage.engine import Store

DESK_ONLY = "desk_only"  # why a run cannot be computed again: it had no sample of people
VIEWED = ("plays", "reads", "impressions")  # what counts as a view of a post, the best first
KINDS = ("paid", "organic", "unknown")  # a campaign buys posts that are paid for
LEAST_POSTS = 5  # paid posts of which a median stands for the next one
POSTS_OF = timedelta(days=180)

Prices = Callable[[Sequence[bytes]], Priced]
Key = tuple[str, str]  # platform and native id


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known of a list beside samples of people."""

    ranges: tuple[RangeCard, ...]
    topics: tuple[TopicCard, ...]
    views: Mapping[Key, Views]
    priced: Priced


def read_desk(store: "Store", persona: Persona, list_name: str, prices: Prices, *, now: datetime, late: bool = False) -> Desk:
    """All of it; an account's topic is told only where nothing is known of its audience; `late`: prices that have expired count too.

    Raises:
        NotFound: no such list.
    """
    refs = refs_of(store, candidate_list(store, list_name))
    keys = list(refs)
    views = {key: best for key, rows in _by_account(performance_rows(store, keys)).items() if (best := _views(rows)) is not None}
    priced = prices(keys)
    ranges = tuple(_ranges(store, persona, list_name, views, priced, now, late=late))
    known = {(each.account.platform, each.account.native_id) for each in ranges}
    plain = {key: ref for key, ref in refs.items() if (ref.platform, ref.native_id) not in known}
    by_ref = {(refs[key].platform, refs[key].native_id): found for key, found in views.items()}
    return Desk(ranges, _topics(store, persona, plain, now), by_ref, priced)


def beside(shortlist: Shortlist, desk: Desk) -> Shortlist:
    """The run with all that lies beside its samples; own topics only of accounts without any."""
    late = bool(shortlist.parameters.get("expired_prices"))
    cards = tuple(
        with_views(card, desk.views.get((card.account.platform, card.account.native_id)), late=late) for card in shortlist.cards
    )
    scored = {(card.account.platform, card.account.native_id) for card in cards}
    topics = tuple(each for each in desk.topics if (each.account.platform, each.account.native_id) not in scored)
    return replace(shortlist, cards=cards, ranges=desk.ranges, topics=topics)


def desk_only(
    desk: Desk,
    persona: Persona,
    parameters: Parameters,
    not_scored: tuple[NotScored, ...],
    *,
    list_name: str,
    version: int,
    now: datetime,
) -> Shortlist:
    """A run of a list of which no account has a sample: nothing is ranked by precision, ranges and topics stand."""
    times = [each.observed for each in desk.ranges] + [time for each in desk.topics for time in (each.first, each.last)]
    counted = [price for price in desk.priced.prices.values() if parameters.expired_prices or not price.expired(now)]
    prices = price_warnings(counted, desk.priced.unchosen, parameters, now) if desk.ranges else {}
    digest = hashlib.sha256(repr((desk.ranges, desk.topics)).encode()).hexdigest()
    return Shortlist(
        persona=persona.name, persona_version=version, persona_title=dict(persona.title), list_name=list_name, base=parameters.base,
        rank_by="precision", within_band="fitting", top=parameters.top, data_from=min(times, default=None), data_to=max(times, default=None),
        base_rate=None, calibration=Calibration("none", "PCC", 0, None, 0.0, 0.0, ()), cards=(), not_scored=not_scored, overlaps=(), net_reach=None,
        parameters=parameters.plain(), warnings=(("desk_only", {}), *prices.items()), input_digest=digest, engine="none", ranges=desk.ranges, topics=desk.topics,
    )  # fmt: skip


def prices_at(store: "Store", asked: Parameters, now: datetime) -> Prices:
    """Prices by account, of the format and the client that are asked for, as they stand at a time."""

    def found(keys: Sequence[bytes]) -> Priced:
        with store.read() as conn:
            return prices_of(conn, m.as_keys(list(keys)), asked, now)

    return found


def has_list(store: "Store", list_name: str) -> bool:
    """Whether there is such a list."""
    return list_name in list_names(store)


def unsampled(store: "Store", list_name: str, base: str) -> tuple[NotScored, ...]:
    """Every row of a list of which nobody has a sample, and why."""
    rows = candidate_list(store, list_name)
    refs = refs_of(store, rows)
    return tuple(
        NotScored(row.given, None if row.account is None else refs.get(row.account), f"no_{base}" if row.account else row.status)
        for row in rows
    )


def _by_account(rows: Sequence[PerformanceRow]) -> dict[bytes, list[PerformanceRow]]:
    found: dict[bytes, list[PerformanceRow]] = {}
    for row in rows:
        found.setdefault(row.account, []).append(row)
    return found


def _views(rows: Sequence[PerformanceRow]) -> Views | None:
    """Of plays, reads or impressions the first that is known: of paid posts where their median rests on enough, else of organic ones."""
    usable = [row for row in rows if row.metric in VIEWED and (row.paid != "paid" or row.stated or (row.n or 0) >= LEAST_POSTS)]
    best = min(usable, key=lambda row: (VIEWED.index(row.metric), KINDS.index(row.paid)), default=None)
    if best is None:
        return None
    paid: Literal["organic", "paid", "unknown"] = (
        "organic" if best.paid == "organic" else "paid" if best.paid == "paid" else "unknown"
    )
    return Views(best.metric, best.median, best.q1, best.q3, best.n, best.days, paid, best.observed_at, best.stated)


def _ranges(
    store: "Store", persona: Persona, list_name: str, views: Mapping[bytes, Views], priced: Priced, now: datetime, *, late: bool
) -> list[RangeCard]:
    """Base by base, each in its own order."""
    found = []
    for base in BASES:
        for each in ranged(store, persona, list_name, base).rows:
            partly = tuple(bucket for clause in each.found.clauses for bucket in clause.partly)
            card = RangeCard(
                each.account, base, letter(each.band), each.found.low, each.found.high, each.observed, each.n, each.found.unknown, partly,
                each.oddly,
            )  # fmt: skip
            followers = public_followers(store, each.key)
            price = priced.prices.get(each.key)
            expired = price is not None and price.expired(now)
            means = with_means(card, followers=followers, views=views.get(each.key), price=price, expired=expired, late=late)
            found.append(means)
    return found


def _topics(store: "Store", persona: Persona, refs: Mapping[bytes, AccountRef], now: datetime) -> tuple[TopicCard, ...]:
    indexer, found = JiebaIndexer(), []
    for key, ref in refs.items():
        posts = [Published(*row) for row in posts_of(store, key, since=now - POSTS_OF, until=now)]
        counted = [(each.terms, each.counts, each.words) for each in indexer.index([post.text for post in posts])]
        card = topic_card(ref, persona, posts, counted) if posts else None
        if card is not None:
            found.append(card)
    return tuple(sorted(found, key=lambda each: (each.account.label, each.account.native_id)))
