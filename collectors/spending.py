"""The spend guard of paid sources: nothing is called that the limits of the run and of the day do not cover."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from collectors.errors import SkipTarget, StopRun
from storage.spending import day_of, reserve, settle

if TYPE_CHECKING:
    from storage.engine import Store

MICRO = 1_000_000  # micro-dollars in a dollar


def dollars(micro: int) -> str:
    """Money as people write it; never less than it is.

    >>> dollars(1_250_000), dollars(5_000), dollars(0), dollars(100_000_000)
    ('$1.25', '$0.005', '$0', '$100')
    """
    text = f"{micro / MICRO:.6f}".rstrip("0").rstrip(".")
    whole, _, part = text.partition(".")
    return f"${whole}.{part.ljust(2, '0')}" if part else f"${whole}"


@dataclass(slots=True)
class Bought:
    """A purchase under way: `items` is set to what was delivered."""

    items: int | None = None


class Guard:
    """Reserves what a call may cost before it is made, and puts what it did cost in that place after it.

    `run` and `day` are limits in micro-dollars, 0 where nothing may be bought. A call that was made and of whose answer nothing is
    known (a crash, a broken connection) stays counted in full: the ledger may say too much, never too little.
    """

    def __init__(self, store: "Store", platform: str, *, run: int, day: int, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._platform = platform
        self._run = run
        self._day = day
        self._clock = clock
        self.spent = 0

    @contextmanager
    def buying(self, items: int, micro_each: int) -> Iterator[Bought]:
        """Around one call that delivers at most `items`; the caller sets how many it did.

        Raises:
            StopRun: the limit of the run or of the day does not cover it; nothing was called.
        """
        most = items * micro_each
        today = day_of(self._clock())
        if self.spent + most > self._run:
            raise StopRun(self._refusal("run", self.spent, self._run, most))
        if not reserve(self._store, self._platform, today, most, limit=self._day):
            raise StopRun(self._refusal("day", None, self._day, most))
        self.spent += most
        bought = Bought()
        try:
            yield bought
        except (SkipTarget, StopRun):  # the platform answered, and sold nothing
            self._settle(today, most, 0)
            raise
        if bought.items is not None:
            self._settle(today, most, min(bought.items * micro_each, most))

    def _settle(self, day: int, reserved: int, spent: int) -> None:
        settle(self._store, self._platform, day, reserved=reserved, spent=spent)
        self.spent += spent - reserved

    def _refusal(self, which: str, spent: int | None, limit: int, most: int) -> str:
        told = f"{dollars(spent)} of {dollars(limit)} is spent" if spent is not None else f"the limit is {dollars(limit)}"
        return (
            f"{self._platform} sells its data: the next call costs up to {dollars(most)}, and the {which}'s limit does not cover it ({told}); "
            f"raise it with --max-spend-{which} or the setting spending.{which}"
        )
