"""What named accounts ask for a placement: of each account, format, way of ordering and client the newest quote."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from storage.clients import may_use
from storage.engine import Store
from storage.lookups import rows_where
from storage.net_price import Money, NetPrice, Part, Terms, is_over, net_price
from storage.tables import QUOTE

Declared = Literal["yes", "no", "unknown"]
ANYBODY = ""  # the client of a quote that is nobody's in particular
_FIRST_DECLARED = ("yes", "unknown", "no")  # the platform's own order system goes first: its fee is in the price


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote as it was given: `client` is empty where it is anybody's, `declared` whether it is ordered on the platform (报备)."""

    account: bytes
    format: str
    declared: Declared
    client: str
    terms: Terms
    valid_until: datetime | None
    observed_at: datetime
    source: str | None
    import_id: int

    @property
    def net(self) -> NetPrice:
        """What it comes to, part by part."""
        return net_price(self.terms)

    def expired(self, now: datetime) -> bool:
        """Whether it no longer holds; a day without a time counts to its end."""
        return is_over(self.valid_until, now)


def quote_rows(store: Store, accounts: Collection[bytes], *, client: str | None = None) -> list[QuoteRow]:
    """The newest quote of each account, format, way of ordering and client, by account and format: `client`'s and anybody's.

    Another client's quotes are never among them; without a client only those that are anybody's are.
    """
    with store.read() as conn:
        return quotes_among(conn, accounts, client=client)


def quotes_among(conn: Connection, accounts: Collection[bytes], *, client: str | None = None) -> list[QuoteRow]:
    """`quote_rows` in the caller's transaction."""
    newest: dict[tuple[bytes, str, str, str], Any] = {}
    for row in rows_where(conn, list(QUOTE.c), QUOTE.c.account, accounts):
        key = (row.account, row.format, row.declared, row.client)
        held = newest.get(key)
        if may_use(row.client, client or ANYBODY) and (
            held is None or (row.observed_at, row.import_id) > (held.observed_at, held.import_id)
        ):
            newest[key] = row
    return [
        _quote(newest[key]) for key in sorted(newest, key=lambda key: (key[0], key[1], _FIRST_DECLARED.index(key[2]), key[3]))
    ]


def quoted_accounts(store: Store) -> set[bytes]:
    """Accounts that any quote is held of."""
    with store.read() as conn:
        return set(conn.execute(select(QUOTE.c.account).distinct()).scalars())


def best_quote(quotes: Iterable[QuoteRow], now: datetime) -> QuoteRow | None:
    """Of one account's quotes for one format the one whose price counts.

    One that holds before an expired one; then the client's own before anybody's; then one ordered on the platform before one of which
    that is not said, and one that is not; then the newest.
    """

    def worth(row: QuoteRow) -> tuple[bool, bool, int, datetime, int]:
        place = -_FIRST_DECLARED.index(row.declared)
        return not row.expired(now), row.client != ANYBODY, place, row.observed_at, row.import_id

    return max(quotes, key=worth, default=None)


def common_format(quotes: Sequence[QuoteRow]) -> str | None:
    """The one format that every account among the quotes has a quote for; None where there is none, or more than one."""
    formats: dict[bytes, set[str]] = {}
    for row in quotes:
        formats.setdefault(row.account, set()).add(row.format)
    shared = set.intersection(*formats.values()) if formats else set()
    return next(iter(shared)) if len(shared) == 1 else None


def _quote(row: Any) -> QuoteRow:
    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, row.currency)

    def part(minor: int | None, ppm: int | None) -> Part | None:
        return None if minor is None and ppm is None else Part(money(minor), ppm)

    terms = Terms(
        Money(row.price_minor, row.currency),
        part(row.platform_fee_minor, row.platform_fee_ppm), part(row.tax_minor, row.tax_ppm), part(row.rebate_minor, row.rebate_ppm),
        money(row.rights_minor), money(row.exclusivity_minor), money(row.boost_minor), row.commission_ppm,
    )  # fmt: skip
    return QuoteRow(
        row.account, row.format, row.declared, row.client, terms, row.valid_until, row.observed_at, row.source, row.import_id
    )
