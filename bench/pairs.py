"""Two programs at the same work: alternated in one run, their answers compared, their CPU seconds as a ratio."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """One piece of work done twice: by fanfit and by its peer; both return something that must agree."""

    name: str
    peer: str
    units: int
    ours: Callable[[], object]
    theirs: Callable[[], object]
    same: Callable[[object, object], bool]


def cpu_seconds(work: Callable[[], object]) -> tuple[float, object]:
    """CPU seconds of this process over all its threads, and the result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def measure(pair: Pair, rounds: int) -> dict[str, dict[str, float]]:
    """Alternate the two, check that they agree, and take the median of the ratios round by round."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        mine, a = cpu_seconds(pair.ours)
        peer, b = cpu_seconds(pair.theirs)
        if not pair.same(a, b):
            message = f"{pair.name}: fanfit and {pair.peer} disagree; a ratio between different answers means nothing"
            raise SystemExit(message)
        ours.append(mine)
        theirs.append(peer)
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    return {
        "fanfit": {"units_per_cpu_s": pair.units / statistics.median(ours), "ratio": statistics.median(ratios)},
        pair.peer: {"units_per_cpu_s": pair.units / statistics.median(theirs), "ratio": 1.0},
    }
