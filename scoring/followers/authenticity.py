"""The documented profile rule for P(real): points for what empty and bought profiles have in common (docs/metrics.md).

A rule, not a model: it stands in until the authenticity model exists (DECISIONS 13). It reads profile fields only.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.arrays import Profiles

Floats = NDArray[np.float64]

# Points, on the log-odds scale of being real, set by hand once and then measured on 975 hand-labelled followers
# (docs/accuracy.md); a field that was not given counts nothing.
START = 4.0
RATIO_FROM, RATIO_POINTS, RATIO_MOST = 1.5, -0.9, -4.5  # per doubling of following / followers above 1.5
NO_AVATAR, NO_BIO, NO_POSTS, FEW_POSTS = -2.0, -0.4, -1.4, -0.5
DIGITS_FROM, MANY_DIGITS = 5, -1.0
YOUNG_DAYS, YOUNG = 30.0, -1.0
VERIFIED = 4.0
FIELDS_LEAST = 2  # of the fields below: with fewer, authenticity is not assessed


def real_points(profiles: Profiles) -> Floats:
    """Log-odds of being a real person by the rule, shape (P,); NaN where fewer than two of the telling fields are given."""
    points = np.full(len(profiles.followers), START)
    ratio = (profiles.following + 1.0) / (profiles.followers + 1.0)
    points += np.nan_to_num(np.maximum(RATIO_POINTS * np.log2(np.maximum(ratio, RATIO_FROM) / RATIO_FROM), RATIO_MOST))
    points += _where(profiles.has_avatar == 0, NO_AVATAR) + _where(profiles.has_bio == 0, NO_BIO)
    points += _where(profiles.posts == 0, NO_POSTS) + _where((profiles.posts > 0) & (profiles.posts < 5), FEW_POSTS)
    points += _where(profiles.handle_digits >= DIGITS_FROM, MANY_DIGITS) + _where(profiles.age_days < YOUNG_DAYS, YOUNG)
    points += _where(profiles.verified == 1, VERIFIED)
    telling = np.stack([ratio, profiles.has_avatar, profiles.posts, profiles.has_bio, profiles.handle_digits])
    return np.where((~np.isnan(telling)).sum(0) >= FIELDS_LEAST, points, np.nan)


def real_probability(profiles: Profiles) -> Floats:
    """P(real) by the rule, shape (P,), NaN where it is not assessed. Orders well; not calibrated to any platform."""
    return np.asarray(expit(real_points(profiles)))


def _where(condition: NDArray[np.bool_], points: float) -> Floats:
    return np.where(condition, points, 0.0)
