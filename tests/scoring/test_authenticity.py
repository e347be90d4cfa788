"""The profile rule: each mark moves P(real) the way the page says, and silence is no answer."""

import os
from pathlib import Path

import numpy as np
import pytest

from scoring.arrays import Profiles
from scoring.followers.authenticity import real_probability

NAMES = ("has_bio", "has_avatar", "verified", "handle_digits", "followers", "following", "posts", "age_days")
GOOD = {
    "has_bio": 1,
    "has_avatar": 1,
    "verified": 0,
    "handle_digits": 0,
    "followers": 300,
    "following": 200,
    "posts": 50,
    "age_days": 900,
}


def real(**changes):
    fields = GOOD | changes
    return float(real_probability(Profiles(**{name: np.array([float(fields[name])]) for name in NAMES}))[0])


@pytest.mark.parametrize(
    "mark",
    [{"has_bio": 0}, {"has_avatar": 0}, {"handle_digits": 8}, {"following": 5000}, {"posts": 0}, {"posts": 2}, {"age_days": 3}],
)
def test_each_mark_of_a_bought_profile_lowers_the_chance(mark) -> None:
    assert real(**mark) < real()


def test_verification_raises_it_and_many_marks_sink_it() -> None:
    assert real(verified=1, posts=0) > real(posts=0)
    assert real(has_avatar=0, posts=0, following=4000, followers=2, handle_digits=8) < 0.05
    assert real() > 0.95


def test_too_few_fields_are_not_assessed() -> None:
    nothing = dict.fromkeys(NAMES, float("nan"))
    assert np.isnan(real(**nothing))
    assert np.isnan(real(**(nothing | {"has_avatar": 0})))
    assert not np.isnan(real(**(nothing | {"has_avatar": 0, "posts": 0})))


def test_it_beats_the_ratio_alone_on_half_of_the_hand_labelled_followers() -> None:
    data = Path(os.environ.get("FANFIT_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
    file = data / "srf_instagram" / "labelled.parquet"
    if not file.exists():
        pytest.skip(f"needs {file.name} of srf_instagram under FANFIT_DATA")
    import pyarrow.parquet as pq
    from sklearn.metrics import roc_auc_score

    rows = pq.read_table(file).to_pylist()
    column = {
        name: np.array([float(row[name]) for row in rows])
        for name in ("posts", "following", "followers", "has_profile_picture", "fake")
    }
    missing = np.full(len(rows), np.nan)
    digits = np.array([float(len(row["username_shape"]) - len(row["username_shape"].rstrip("0"))) for row in rows])
    profiles = Profiles(
        missing,
        column["has_profile_picture"],
        missing,
        digits,
        column["followers"],
        column["following"],
        column["posts"],
        missing,
    )
    other = np.random.default_rng(0).random(len(rows)) >= 0.5
    fake = column["fake"][other]
    rule = roc_auc_score(fake, -real_probability(profiles)[other])
    ratio = roc_auc_score(fake, ((column["following"] + 1) / (column["followers"] + 1))[other])
    assert rule > ratio > 0.8
