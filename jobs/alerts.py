"""What is worth a word of its own between two reports, by rule: renames, drops beyond noise, sources that failed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from scoring.results import AccountRef
from scoring.watching.rescored import Alert, Moved
from storage.history import renames

if TYPE_CHECKING:
    from storage.engine import Store


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


def failing(failures: Collection[tuple[str, str]]) -> list[Alert]:
    """Sources that could not be read, with the reason."""
    return [Alert("source", platform, {"reason": reason}) for platform, reason in failures]
