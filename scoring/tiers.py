"""Size tiers of accounts: head, shoulder, waist, KOC (头部, 肩部, 腰部, KOC), by followers."""

from dataclasses import dataclass
from typing import Literal

Tier = Literal["head", "shoulder", "waist", "koc"]
TIERS: tuple[Tier, ...] = ("head", "shoulder", "waist", "koc")


@dataclass(frozen=True, slots=True)
class Tiers:
    """From how many followers an account is of each tier; below `waist` it is a KOC."""

    head: int = 1_000_000
    shoulder: int = 300_000
    waist: int = 50_000

    def of(self, followers: int) -> Tier:
        """The tier of an account with that many followers."""
        starts = (self.head, self.shoulder, self.waist, 0)
        return next(tier for tier, start in zip(TIERS, starts, strict=True) if followers >= start)

    def between(self, tier: Tier) -> tuple[int | None, int | None]:
        """The tier's limits: from, up to but without; None where there is none."""
        starts = (None, self.head, self.shoulder, self.waist)
        low = (self.head, self.shoulder, self.waist, None)
        return low[TIERS.index(tier)], starts[TIERS.index(tier)]
