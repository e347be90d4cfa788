"""What each account of a list costs: its own price, or the net price of its quote for one format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from scoring.arrays import Parameters
from scoring.results import Price
from storage import matrices as m
from storage.formats import format_key
from storage.quotes import QuoteRow, best_quote, common_format, quotes_among


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of each account that has one; `unchosen` are the formats of quotes that were not used, because none of them is everybody's."""

    prices: dict[bytes, Price]
    unchosen: tuple[str, ...] = ()


def prices_of(conn: Connection, keys: m.Keys, asked: Parameters, now: datetime, *, listed: m.Keys | None = None) -> Priced:
    """One price for each of the accounts; `listed` is the whole list, where they are not.

    Of the format that is asked for: the list's own price if it holds, else the net price of a quote that holds, else one that has expired
    (it is shown, and counts for nothing unless expired ones are asked for). Without a format the list's own prices; where it states none,
    the quotes' net prices for the one format that every quoted account of the list has.
    """
    everyone = keys if listed is None else listed
    client = asked.client or ""
    own = _own(m.read_prices(conn, keys, client=client), now, asked.price_format)
    if asked.price_format is None and (own or m.read_prices(conn, everyone, client=client)):
        return Priced(own)
    quotes = quotes_among(conn, m.key_list(everyone), client=asked.client)
    usable = [row for row in quotes if asked.expired_prices or not row.expired(now)]
    chosen = asked.price_format or common_format(usable)
    if chosen is None:
        return Priced({}, tuple(sorted({row.format for row in usable})))
    return Priced(_either(own, _net(quotes, chosen, now), now))


def _own(found: m.Rows, now: datetime, wanted: str | None) -> dict[bytes, Price]:
    """One own price per account; an expired one only where none holds.

    Of the format wanted the newest; without one, of the format that most of the list has a price for, else the account's first by name.
    """
    rows = [
        (key, Price(amount, currency, name, None if until is None else m.moment(until)))
        for key, name, _, _, amount, currency, until in sorted(found, key=lambda row: (row[2], row[3]))
        if wanted is None or format_key(name) == wanted
    ]
    formats = [price.format for _, price in rows if not price.expired(now)]
    best: dict[bytes, tuple[tuple[bool, int, str], Price]] = {}
    for key, price in rows:
        rank = (price.expired(now), -formats.count(price.format), price.format) if wanted is None else (price.expired(now), 0, "")
        if key not in best or rank <= best[key][0]:
            best[key] = (rank, price)
    return {key: price for key, (_, price) in best.items()}


def _net(quotes: Sequence[QuoteRow], form: str, now: datetime) -> dict[bytes, Price]:
    """The net price of each account's quote for the format."""
    by_account: dict[bytes, list[QuoteRow]] = {}
    for row in quotes:
        if row.format == form:
            by_account.setdefault(row.account, []).append(row)
    found = {account: best_quote(rows, now) for account, rows in by_account.items()}
    return {
        account: Price(row.net.net, row.net.currency, row.format, row.valid_until, row.observed_at, row.declared)
        for account, row in found.items()
        if row is not None
    }


def _either(own: dict[bytes, Price], net: dict[bytes, Price], now: datetime) -> dict[bytes, Price]:
    """The own price before the net one, but one that holds before one that has expired."""
    chosen = net | own
    return {
        key: net[key] if key in net and price.expired(now) and not net[key].expired(now) else price
        for key, price in chosen.items()
    }
