"""A figure that is never alone: value, interval, sample size, method."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; `n` is the count of units behind it, `method` a term explained in docs/metrics."""

    value: float
    low: float
    high: float
    n: int
    method: str

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            message = f"an estimate of {self.value} lies outside its own interval [{self.low}, {self.high}]"
            raise ValueError(message)

    def scaled(self, factor: float) -> "Estimate":
        """The same estimate in another unit, as N x share; `factor` must not be negative."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.n, self.method)
