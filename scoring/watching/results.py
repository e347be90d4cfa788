"""What a watch found, as readers are told: plain values, no keys, no people."""

from dataclasses import dataclass
from datetime import datetime

from scoring.audience.traits import binomial_share
from scoring.estimate import Estimate
from scoring.results import AccountRef
from scoring.watching.change import Bounds
from scoring.watching.contrast import Contrast
from scoring.watching.growth import NOTHING_KNOWN, Growth


@dataclass(frozen=True, slots=True)
class Period:
    """Between two readings of a list, or all of a month's where single ones are too small to print."""

    begin: datetime
    end: datetime
    gained: Bounds
    lost: Bounds
    unknown: int
    readings: int = 2


@dataclass(frozen=True, slots=True)
class Events:
    """Follows made and taken back in the period, as streams of events told them from `begin` to `end`, but for `gaps` times."""

    begin: datetime
    end: datetime
    made: int
    ended: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Voices:
    """An account that spoke of a brand: how often, first when, how often with a disclosure, whether never before the period."""

    account: AccountRef
    mentions: int
    declared: int
    first: datetime
    last: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """What happened to one account; `listed` says how many readings of its list there are, `since` when the first was made.

    `compared` are the gained and the standing of whom enough is known to compare interests, then followees; `growth` is what its
    counts show; `events` are follows made and taken back as streams told them, None where none was listened to.
    """

    account: AccountRef
    names: tuple[str, ...]
    listed: int
    since: datetime | None
    periods: tuple[Period, ...]
    gained: int
    compared: tuple[tuple[int, int], tuple[int, int]]
    interests: tuple[Contrast, ...]
    followees: tuple[Contrast, ...]
    candidates: tuple[str, ...]
    spoken_of: tuple[Voices, ...]
    growth: Growth = NOTHING_KNOWN
    events: Events | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A brand's part of all mentions of the watched brands in a month ("2026-03"); `accounts` spoke of it."""

    month: str
    brand: AccountRef
    mentions: int
    accounts: int
    share: float


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """How often a rule was right among posts that a person judged; None judged: it is not known."""

    right: int
    judged: int

    def share(self) -> Estimate:
        """How often the rule is right, with its 95 % Jeffreys interval; at least one must have been judged."""
        return binomial_share(self.right, self.judged, "checked posts")


@dataclass(frozen=True, slots=True)
class WatchReport:
    """All watched accounts between two days, and each one's part of what is said of them all, month by month."""

    since: datetime
    until: datetime
    watches: tuple[Watch, ...]
    voices: tuple[Share, ...]
    mention_rule: RuleCheck
    paid_rule: RuleCheck
    k: int
