"""What a rescore came to beside the run before, as readers are told: plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from scoring.estimate import Estimate
from scoring.watching.movement import SURE, sure_of_move

Cause = Literal["code", "parameters", "persona", "data", "data_or_selection", "data_or_code"]
AlertKind = Literal["rename", "drop", "growth", "source", "account", "limit"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert: which rule, about whom or what, and the values that its sentence names."""

    kind: AlertKind
    about: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """An account in two runs; None where it was not scored. `sure` is how sure its direction is, None without both shares."""

    account: str
    platform: str
    before: Estimate | None
    after: Estimate | None
    band_before: str | None
    band_after: str | None
    place_before: int | None
    place_after: int | None

    @property
    def sure(self) -> float | None:
        """How sure it is that the share moved in the direction in which it seems to have."""
        return None if self.before is None or self.after is None else sure_of_move(self.before, self.after)

    @property
    def beyond_noise(self) -> bool:
        """Whether the share moved by more than two samples differ by chance."""
        return self.sure is not None and self.sure >= SURE

    @property
    def points(self) -> float | None:
        """The change of the share, 0 to 1."""
        return None if self.before is None or self.after is None else self.after.value - self.before.value


@dataclass(frozen=True, slots=True)
class Rescored:
    """What a rescore came to. `causes` are the largest first, () where nothing changed; None where they cannot be told any more."""

    campaign: str
    client: str
    persona: str
    persona_version: int
    list_name: str
    created: datetime
    run_id: int
    before_id: int | None
    before_created: datetime | None
    top: int
    moves: tuple[Moved, ...]
    causes: tuple[Cause, ...] | None
    alerts: tuple[Alert, ...]
    not_scored: int
    data_to: datetime | None
