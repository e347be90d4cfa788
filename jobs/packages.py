"""Packages of small accounts on a list: who is in which, and which of them are looked at before it is bought."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from jobs.graphing import public_counts
from jobs.listing import listing, set_fields
from scoring.results import AccountRef
from scoring.spot_check import accounts_to_check, most_bad
from scoring.tiers import Tier, Tiers
from storage import matrices as m
from storage.errors import NotFound
from storage.list_changes import list_changes, values_at
from storage.queries import account_refs

if TYPE_CHECKING:
    from storage.engine import Store


def packaged(store: "Store", list_name: str) -> tuple[tuple[str, str, str], ...]:
    """Platform, native id and package of each account of the list that is in one."""
    values = {
        account: value
        for (account, field), value in values_at(list_changes(store, list_name)).items()
        if field == "package" and value
    }
    refs = account_refs(store, list(values))
    return tuple(sorted((ref.platform, ref.native_id, values[account]) for account, ref in refs.items()))


def put_in(
    store: "Store", list_name: str, package: str, accounts: Sequence[str], *, tier: Tier | None, tiers: Tiers, now: datetime, by: str, client: str = ""
) -> int:  # fmt: skip
    """Puts accounts of a list into a package: those named, or all of a size tier that are in none yet. How many fields changed.

    Raises:
        NotFound: no such list or account, or nobody of that size.
        ClientMismatch: the list is another client's.
    """
    chosen = list(accounts)
    if tier is not None:
        rows = [each for each in listing(store, list_name, client=client).rows if not each.values.get("package")]
        with store.read() as conn:
            counts = public_counts(conn, m.as_keys(sorted(each.key for each in rows)))
        chosen += [each.account.native_id for each in rows if each.key in counts and tiers.of(counts[each.key]) == tier]
    if not chosen:
        message = f"no account of the list {list_name!r} is of that size and in no package yet (accounts without a follower count have no size)"
        raise NotFound(message)
    return set_fields(store, list_name, chosen, {"package": package}, now=now, by=by, client=client)


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """The rule, who is drawn, and what was found so far.

    `needed` accounts find a package of which `bad_share` is bad with probability `sure`; `most` is how many of all may be bad at most,
    by what was found (`sure` of one side), None before anything was looked at.
    """

    package: str
    accounts: int
    needed: int
    bad_share: float
    sure: float
    drawn: tuple[AccountRef, ...]
    fine: int
    bad: tuple[AccountRef, ...]
    most: int | None

    @property
    def open(self) -> int:
        """Drawn ones that nobody has looked at yet."""
        return len(self.drawn) - self.fine - len(self.bad)


def spot_check(
    store: "Store", list_name: str, package: str, *, bad_share: float, sure: float, now: datetime, by: str, client: str = "", draw: bool = True
) -> SpotCheck:  # fmt: skip
    """Draws as many accounts as the rule needs (more, if some were drawn already) and marks them on the list; what was found stands beside.

    The draw is made from the list's and package's name and its members, so that nobody chooses: the same package draws the same.

    Raises:
        NotFound: no such list, or nobody is in that package.
        ClientMismatch: the list is another client's.
    """
    members = sorted(
        (each for each in listing(store, list_name, client=client).rows if each.values.get("package") == package),
        key=lambda each: (each.account.platform, each.account.native_id),
    )
    if not members:
        message = f"nobody on the list {list_name!r} is in the package {package!r}: `fanfit packages put {list_name} NAME --tier koc` puts them in"
        raise NotFound(message)
    needed = accounts_to_check(len(members), bad_share, sure)
    looked = [each for each in members if each.values.get("check")]
    rest = [each for each in members if not each.values.get("check")]
    names = "\0".join((list_name, package, *(f"{each.account.platform}/{each.account.native_id}" for each in members)))
    more = random.Random(names).sample(rest, max(0, min(needed - len(looked), len(rest))))  # noqa: S311 - a fair draw that can be repeated
    if draw and more:
        set_fields(store, list_name, [each.account.native_id for each in more], {"check": "drawn"}, now=now, by=by, client=client)
    drawn = [*looked, *more]
    bad = tuple(each.account for each in drawn if each.values.get("check") == "bad")
    fine = sum(each.values.get("check") == "ok" for each in drawn)
    most = most_bad(len(members), fine + len(bad), len(bad), sure) if fine or bad else None
    return SpotCheck(package, len(members), needed, bad_share, sure, tuple(each.account for each in drawn), fine, bad, most)
