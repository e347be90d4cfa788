"""The client edition: what a client is shown of a run, taken before anything is worded, so that nothing hidden is in any output."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reports.brand import Brand
from reports.parts import Fact, Mark, Report
from reports.text import T

if TYPE_CHECKING:
    from scoring.leave_out import LeftOut
    from scoring.peers import Similar
    from scoring.results import AccountRef, Price, RangeCard, Scorecard, Shortlist

Id = tuple[str, str]  # platform, native id
HIDDEN_STATUS = "rejected"
_OF_QUOTES = frozenset(
    {"net_prices", "net_prices_common", "no_price_of_format", "formats_differ", "mixed_currencies"}
)  # what prices are made of
_SHOWN_FIELDS = {"status": ("status",), "slot": ("slot",), "order": ("order", "order_reason")}


def for_client(shortlist: "Shortlist", marks: Mapping[Id, Mark], brand: Brand) -> "Shortlist":
    """The run without accounts that the list rejects, without candidates that nothing is known of, and without prices not to be shown.

    What an account is worth to the agency (its ceiling prices) goes always: it is what is negotiated with.

    Ranks and bands stay those of the whole run: an account does not get better because another is not shown.
    """
    hidden = {place for place, mark in marks.items() if mark.values.get("status") == HIDDEN_STATUS}
    cards = tuple(replace(_priced(card, brand), ceilings=()) for card in shortlist.cards if _id(card.account) not in hidden)
    names = {native for _, native in hidden}
    reach = shortlist.net_reach
    return replace(
        shortlist,
        cards=cards,
        ranges=tuple(_range_priced(each, brand) for each in shortlist.ranges if _id(each.account) not in hidden),
        topics=tuple(each for each in shortlist.topics if _id(each.account) not in hidden),
        not_scored=(),
        packages=tuple(
            each if brand.prices == "net" else replace(each, cost=None, priced=0, cost_per_thousand=None)
            for each in shortlist.packages
        ),
        warnings=tuple(each for each in shortlist.warnings if brand.prices == "net" or each[0] not in _OF_QUOTES),
        overlaps=tuple(each for each in shortlist.overlaps if not names & {each.a, each.b}),
        net_reach=None if reach is None or names & set(reach.accounts) else reach,
    )


def _id(account: "AccountRef") -> Id:
    return account.platform, account.native_id


def _shown(price: "Price | None", brand: Brand) -> bool:
    """A quote's net price tells the rebate that the agency gets: it is shown only where the brand file says so."""
    return price is None or brand.prices == "net" or (brand.prices == "list" and price.quoted_at is None)


def _priced(card: "Scorecard", brand: Brand) -> "Scorecard":
    if _shown(card.price, brand):
        return card
    notes = tuple(each for each in card.notes if each != "price_expired")
    return replace(card, price=None, cost_per_thousand=None, cost_per_thousand_views=None, notes=notes)


def _range_priced(each: "RangeCard", brand: Brand) -> "RangeCard":
    return each if _shown(each.price, brand) else replace(each, price=None, cost=None, cost_of=None, price_expired=False)


def peers_for_client(peers: "Sequence[Similar]", brand: Brand) -> "list[Similar]":
    """Where accounts stand, without what they cost: similar accounts' prices are the agency's knowledge."""
    if brand.prices == "net":
        return list(peers)
    return [replace(each, standings=tuple(one for one in each.standings if one.kind not in {"cost", "price"})) for each in peers]


def clauses_for_client(found: "LeftOut", shortlist: "Shortlist") -> "LeftOut":
    """What each clause does, naming no account that the client is not shown; counts stay those of the whole run."""
    named = {_id(card.account) for card in shortlist.cards}
    effects = (
        replace(each, shifts=tuple(shift for shift in each.shifts if _id(shift.account) in named)) for each in found.effects
    )
    return replace(found, effects=tuple(effects))


def marks_for_client(marks: Mapping[Id, Mark], brand: Brand) -> dict[Id, Mark]:
    """Of what the list says only the fields that the brand file shows; never owner, MCN or note. Rows keep their keys."""
    fields = {field for column in brand.columns for field in _SHOWN_FIELDS.get(column, ())}
    return {
        place: Mark({name: text for name, text in mark.values.items() if name in fields}, mark.key)
        for place, mark in marks.items()
    }


def client_report(report: Report, brand: Brand) -> Report:
    """The report under the client's eyes: no list name, persona file or parameters, no accounts passed over; dates and grades stay."""
    lang = report.lang
    internal: Collection[str] = {T.persona(lang), T.candidate_list(lang)}
    kept = tuple(fact for fact in report.cover if fact.label not in internal)
    run: tuple[Fact, ...] = tuple(fact for fact in report.metadata if fact.label == T.run(lang))
    return replace(report, cover=kept, metadata=run, rejected=(), not_scored=(), brand=brand, edition="client")
