"""How good an order and its intervals are against a known truth (METHODS 10)."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

Floats = NDArray[np.float64]


def regret_at(truth: Floats, value: Floats, top: int) -> float:
    """1 - (sum of the truth of the `top` chosen by `value`) / (the best possible sum); equal values in the given order."""
    chosen = np.argsort(-value, kind="stable")[:top]
    best = float(np.sort(truth)[-top:].sum())
    return 1 - float(truth[chosen].sum()) / best if best > 0 else 0.0


def measures(
    truth: Floats, value: Floats, low: Floats | None, high: Floats | None, *, top: int = 10, is_share: bool = True
) -> dict[str, float]:
    """MAE, interval coverage, mean width, regret at `top`, Spearman; NaN where a method gives no share or no interval."""
    interval = low is not None and high is not None
    return {
        "mae": float(np.abs(value - truth).mean()) if is_share else float("nan"),
        "coverage": float(((low <= truth + 1e-9) & (truth <= high + 1e-9)).mean()) if interval else float("nan"),  # type: ignore[operator]
        "width": float((high - low).mean()) if interval else float("nan"),  # type: ignore[operator]
        "regret10": regret_at(truth, value, top),
        "spearman": spearman(value, truth),
    }


def spearman(value: Floats, truth: Floats) -> float:
    """Rank correlation, ties by their mean rank; NaN where one side does not vary."""
    if len(value) < 2 or np.ptp(value) == 0 or np.ptp(truth) == 0:
        return float("nan")
    return float(spearmanr(value, truth)[0])
