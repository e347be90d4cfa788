"""Grade B beside the person-level estimate: what vendors' audience shares say of a persona, account by account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from jobs.watching import named
from scoring.audience.ranges import Range, Shares, in_bands, persona_range
from scoring.persona import Persona
from scoring.results import AccountRef
from storage.audience import AudienceRow, audience_rows
from storage.clients import list_client, together
from storage.queries import CandidateRow, candidate_list

if TYPE_CHECKING:
    from storage.engine import Store


Base = Literal["followers", "viewers", "engagers"]
BASES: tuple[Base, ...] = ("followers", "viewers", "engagers")


@dataclass(frozen=True, slots=True)
class Ranged:
    """An account's range in its band.

    `oddly` are dimensions whose shares add up to something else than 1, with what they add up to; `n` is the fewest people that a
    dimension rests on, where that was told.
    """

    key: bytes
    account: AccountRef
    base: Base
    band: int
    found: Range
    observed: datetime
    oddly: tuple[tuple[str, float], ...]
    n: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The table of one base (figures of different bases are never ranked together), and who has no shares at all."""

    rows: tuple[Ranged, ...]
    without: tuple[str, ...]


def ranged(store: "Store", persona: Persona, list_name: str, base: Base) -> Evidence:
    """The list's accounts by the lower end of their range, those whose ranges overlap in one band.

    Raises:
        ClientMismatch: persona and list are of two clients.
    """
    together({f"the persona {persona.name!r}": persona.client, f"the list {list_name!r}": list_client(store, list_name)})
    listed = candidate_list(store, list_name)
    refs = refs_of(store, listed)
    by_account = _by_account([row for row in audience_rows(store, list(refs)) if row.base == base])
    found = [(key, persona_range(persona, _shares(rows))) for key, rows in by_account.items()]
    rows = [
        _row(key, refs[key], base, band, each, by_account[key])
        for band, accounts in enumerate(in_bands(found))
        for key, each in accounts
    ]
    without = tuple(row.name or row.given for row in listed if row.account is None or row.account not in by_account)
    return Evidence(tuple(rows), without)


def refs_of(store: "Store", listed: Sequence[CandidateRow]) -> dict[bytes, AccountRef]:
    """The accounts of a list as readers know them; one whose name nobody else knows is called as the list calls it."""
    called = {row.account: row.name for row in listed if row.account is not None}
    return {
        key: ref if ref.name or ref.handle else replace(ref, name=called[key]) for key, ref in named(store, list(called)).items()
    }


def _row(key: bytes, ref: AccountRef, base: Base, band: int, found: Range, rows: list[AudienceRow]) -> Ranged:
    sizes = [row.n for row in rows if row.n is not None]
    return Ranged(key, ref, base, band, found, min(row.observed_at for row in rows), _oddly(rows), min(sizes, default=None))


def _by_account(rows: list[AudienceRow]) -> Mapping[bytes, list[AudienceRow]]:
    return {account: list(group) for account, group in groupby(rows, key=lambda row: row.account)}


def _shares(rows: list[AudienceRow]) -> list[Shares]:
    return [Shares(row.dimension, row.by_bucket, row.n) for row in rows]


def _oddly(rows: list[AudienceRow]) -> tuple[tuple[str, float], ...]:
    return tuple(
        (row.dimension, sum(row.by_bucket.values())) for row in rows if Shares(row.dimension, row.by_bucket).sums != "whole"
    )
