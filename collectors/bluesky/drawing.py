"""A near-random draw of Bluesky accounts: from the moments at which the PLC directory says that identities were made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from collectors.bluesky.parse import PLATFORM
from collectors.errors import ApiChanged, StopRun
from collectors.http import Http, Params
from collectors.limits import Limit

DIRECTORY = "https://plc.directory"
FIRST = datetime(2022, 11, 17, tzinfo=UTC)  # the directory's first operations
WINDOW = 1000  # operations that one call of export gives at most
PROBES = 60  # moments looked at
PLC = Limit("plc export", 60, 60.0, "web.plc.directory, API: asks for moderate use, names no number; one call a second is ours")


@dataclass(frozen=True, slots=True)
class Probe:
    """Identities made within one window of time, and how many a second that is."""

    made: tuple[str, ...]
    rate: float


@dataclass(frozen=True, slots=True)
class Directory:
    """The PLC directory's export: every operation on every did:plc, in time's order (web.plc.directory/spec, API)."""

    http: Http
    service: str = DIRECTORY

    def probe(self, moment: datetime) -> Probe:
        """The identities made in the operations that follow a moment. An identity is made once, by the operation without one before it."""
        params: Params = {
            "after": moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "count": WINDOW,
        }
        rows = [_row(row) for row in self.http.get_lines(f"{self.service}/export", params, PLC)]
        if not rows:
            return Probe((), 0.0)
        seconds = max((max(at for at, _, _ in rows) - moment).total_seconds(), 0.001)
        made = tuple(did for _, did, first in rows if first)
        return Probe(made, len(made) / seconds)


def _row(row: Any) -> tuple[datetime, str, bool]:
    """When, whose, and whether it made the identity."""
    operation = row.get("operation") if isinstance(row, Mapping) else None
    if not isinstance(operation, Mapping) or not isinstance(row.get("did"), str) or not isinstance(row.get("createdAt"), str):
        raise ApiChanged(PLATFORM, "an operation of the PLC directory")
    return datetime.fromisoformat(row["createdAt"]), row["did"], operation.get("prev") is None and not row.get("nullified")


def draw(directory: Directory, people: int, *, seed: int, now: datetime) -> list[str]:
    """DIDs of `people` accounts, each once; fewer where the windows hold fewer.

    Moments are drawn evenly over the directory's time; of each the identities made right after it are known, and how many a second
    were made then. An account is drawn by choosing a window in proportion to that rate, and one of the window's identities: so each
    identity has about the same chance, whenever it was made. It is no simple random draw: accounts come in `PROBES` windows.

    Raises:
        StopRun: the directory lists nothing.
    """
    rng = Random(seed)  # noqa: S311 - a sample, no secret
    until = now - timedelta(days=1)  # the newest accounts have no profile yet
    moments = [FIRST + (until - FIRST) * ((number + rng.random()) / PROBES) for number in range(PROBES)]
    probes = [found for moment in moments if (found := directory.probe(moment)).made]
    if not probes:
        reason = f"{directory.service} lists no identity: check the setting sources.plc"
        raise StopRun(reason)
    return _chosen(probes, people, rng)


def _chosen(probes: Sequence[Probe], people: int, rng: Random) -> list[str]:
    """Windows by rate, in each its identities in a random order; a window that is used up gives none any more."""
    left = [rng.sample(probe.made, len(probe.made)) for probe in probes]
    drawn: dict[str, None] = {}
    while len(drawn) < people and any(left):
        (window,) = rng.choices(range(len(left)), [probe.rate if rest else 0.0 for probe, rest in zip(probes, left, strict=True)])
        drawn[left[window].pop()] = None
    return list(drawn)
