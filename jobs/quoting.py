"""What accounts ask, as readers see it: each quote with its net price, its parts, and whether it still holds."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from jobs.watching import named
from scoring.results import AccountRef
from storage.net_price import NetPrice
from storage.queries import candidate_list
from storage.quotes import QuoteRow, quote_rows, quoted_accounts

if TYPE_CHECKING:
    from storage.engine import Store


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quote of an account; `net` is what it comes to, `expired` whether it no longer holds."""

    account: AccountRef
    quote: QuoteRow
    net: NetPrice
    expired: bool


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes by account and format, and which accounts of the list have none (in that format)."""

    rows: tuple[Quoted, ...]
    without: tuple[str, ...] = ()


def quotes_of(store: "Store", account: bytes, *, now: datetime, client: str | None = None) -> Quotes:
    """One account's quotes: `client`'s and anybody's."""
    return Quotes(_rows(store, [account], now, client, None))


def quotes_listed(store: "Store", list_name: str | None, form: str | None, *, now: datetime, client: str | None = None) -> Quotes:
    """Quotes of a candidate list's accounts in the list's order (without a list: of every account that has one), of one format if said.

    Raises:
        NotFound: no such list.
    """
    if list_name is None:
        return Quotes(_rows(store, quoted_accounts(store), now, client, form))
    listed = [row for row in candidate_list(store, list_name) if row.account is not None]
    keys = [row.account for row in listed if row.account is not None]
    called = {row.account: row.name for row in listed if row.account is not None}
    rows = [
        each
        if each.account.name or each.account.handle
        else replace(each, account=replace(each.account, name=called[each.quote.account]))
        for each in _rows(store, keys, now, client, form)
    ]
    rows.sort(key=lambda each: keys.index(each.quote.account))
    quoted = {each.quote.account for each in rows}
    return Quotes(tuple(rows), tuple(row.name or row.given for row in listed if row.account not in quoted))


def _rows(store: "Store", accounts: Collection[bytes], now: datetime, client: str | None, form: str | None) -> tuple[Quoted, ...]:
    found = [row for row in quote_rows(store, accounts, client=client) if form is None or row.format == form]
    refs = named(store, {row.account for row in found})
    rows = [Quoted(refs[row.account], row, row.net, row.expired(now)) for row in found if row.account in refs]
    return tuple(sorted(rows, key=lambda each: (each.account.platform, each.account.label)))
