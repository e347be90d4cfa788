"""A figure that is never alone: value, interval, sample size, method."""

import math
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

Limit = Annotated[float, BeforeValidator(lambda given: math.inf if given is None else given)]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; `n` is the count of units behind it, `method` a term explained in docs/metrics.

    An upper limit that nothing bounds is infinite here, null in JSON (which has no such number) and "–" in print.
    """

    value: float
    low: float
    high: Limit
    n: int
    method: str

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            message = f"an estimate of {self.value} lies outside its own interval [{self.low}, {self.high}]"
            raise ValueError(message)

    def scaled(self, factor: float) -> "Estimate":
        """The same estimate in another unit, as N x share; `factor` must not be negative."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.n, self.method)
