"""What is worth a word of its own between two reports, by rule: renames, drops, unusual growth, sources that failed, limits near."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from collectors.limits import calls_used
from collectors.spending import dollars
from jobs.growth import growth_of
from scoring.results import AccountRef
from scoring.watching.rescored import Alert, Moved
from storage.campaigns import Failure
from storage.history import renames
from storage.spending import day_of, spent_on

if TYPE_CHECKING:
    from collectors.limits import Limit
    from storage.engine import Store

DAY = 86_400.0
NEAR = 0.8  # of a day's limit


@dataclass(frozen=True, slots=True)
class DayLimits:
    """What a platform may be asked and may cost in a day: its daily quotas at `host`, and micro-dollars (0: nothing is bought)."""

    platform: str
    host: str = ""
    quotas: "tuple[Limit, ...]" = ()
    micro: int = 0


def drops(moves: Sequence[Moved]) -> list[Alert]:
    """Accounts whose share fell beyond noise."""
    return [
        Alert(
            "drop",
            each.account,
            {
                "points": f"{-(each.points or 0) * 100:.1f}",
                "sure": ">99" if (each.sure or 0) > 0.99 else f"{(each.sure or 0) * 100:.0f}",
            },
        )
        for each in moves
        if each.beyond_noise and (each.points or 0) < 0
    ]


def renamed(store: "Store", accounts: Mapping[bytes, AccountRef], since: datetime) -> list[Alert]:
    """Accounts whose handle was first seen changed after `since`."""
    return [
        Alert("rename", accounts[each.account].label, {"old": each.old, "new": each.new})
        for each in renames(store, accounts)
        if each.first_new > since
    ]


def failing(failures: Collection[Failure]) -> list[Alert]:
    """Sources and accounts that could not be read, with the reason."""
    return [
        Alert("account", each.account, {"platform": each.platform, "reason": each.reason})
        if each.account
        else Alert("source", each.platform, {"reason": each.reason})
        for each in failures
    ]


def grown(store: "Store", accounts: Mapping[bytes, AccountRef], since: datetime, until: datetime) -> list[Alert]:
    """Accounts that gained more between the two times than their own usual growth explains; a loss is none."""
    return [
        Alert("growth", ref.label, {"date": f"{sign.end:%Y-%m-%d}", "people": f"{sign.people:,}"})
        for key, ref in accounts.items()
        for sign in growth_of(store, key, since=since, until=until).signs
        if not sign.loss
    ]


def near_limits(store: "Store", limits: Collection[DayLimits], now: datetime) -> list[Alert]:
    """Platforms of which most of what may be spent or asked today is used."""
    alerts = []
    for each in limits:
        spent = spent_on(store, each.platform, day_of(now))
        if each.micro and spent >= NEAR * each.micro:
            alerts.append(Alert("limit", each.platform, {"used": dollars(spent), "most": dollars(each.micro)}))
        for quota in each.quotas:
            used = calls_used(store, each.host, quota, now.timestamp())
            if used >= NEAR * quota.calls:
                alerts.append(Alert("limit", each.platform, {"used": f"{used:,}", "most": f"{quota.calls:,} ({quota.name})"}))
    return alerts
