"""Whether a share truly moved between two runs, or only as much as two samples differ by chance."""

import math

import numpy as np
from scipy.special import expit, logit, ndtr

from scoring.estimate import Estimate

SURE = 0.975  # of a direction: of 40 accounts that did not move, one is called moved upwards and one downwards
_LEAST = 1e-4  # a limit of 0 or 1 has no log-odds


def sure_of_move(before: Estimate, after: Estimate) -> float:
    """How sure it is that the share moved in the direction in which it seems to have, 0.5 to 1.

    Both estimates are taken as normal and independent on the log-odds scale, with the widths of their 95 % intervals. Samples of
    two runs with one seed share people, which makes their difference smaller than that: the figure errs towards "no change".
    """
    middle, width = zip(*(_log_odds(each) for each in (before, after)), strict=True)
    spread = math.hypot(*width)
    if spread == 0:
        return 0.5 if middle[0] == middle[1] else 1.0
    return float(ndtr(abs(middle[1] - middle[0]) / spread))


def _log_odds(share: Estimate) -> tuple[float, float]:
    """Middle and standard deviation on the log-odds scale."""
    low, high = (float(logit(np.clip(end, _LEAST, 1 - _LEAST))) for end in (share.low, share.high))
    middle = float(logit(np.clip(share.value, _LEAST, 1 - _LEAST)))
    return middle, (high - low) / (2 * 1.96)


def smallest_sure_move(share: Estimate) -> float:
    """The change of the share, in points of 0 to 1, that would just be sure, were the next sample like this one."""
    middle, width = _log_odds(share)
    return float(expit(middle + 1.96 * math.sqrt(2) * width)) - share.value
