"""Nobody is scored by a model that saw its value, and a busy person counts once."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.followers.calibration import Calibrator, CrossCalibrator
from scoring.followers.crossfit import FOLDS, CrossFit, fold_masks


@dataclass(frozen=True)
class Memory:
    """A learner that knows by heart whom it was shown: its score gives away the value of exactly these people."""

    shown: dict[int, float]

    def columns(self, person):
        score = np.array([[8.0 * (self.shown[i] - 0.5) if i in self.shown else 0.0] for i in person.tolist()])
        return score, np.ones((len(person), 1))


def test_a_learner_that_remembers_learns_nothing_that_counts() -> None:
    rng = np.random.default_rng(0)
    people, known = 400, np.arange(300)
    y = (rng.random(300) < 0.4).astype(float)
    fold = rng.integers(0, FOLDS, people)
    fitted = CrossFit(fold, np.ones(people)).fit(known, y, lambda who, value: Memory(dict(zip(who.tolist(), value, strict=True))))
    odds = fitted.predict(np.arange(people))
    assert np.ptp(odds[:300]) < 0.8  # five intercepts: nobody's own value
    assert abs(np.corrcoef(odds[:300], y)[0, 1]) < 0.25
    np.testing.assert_allclose(odds[300:], odds[300])


def test_people_may_be_asked_for_in_any_order() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=200)
    y = (rng.random(150) < 1 / (1 + np.exp(-2 * x[:150]))).astype(float)

    class Plain:
        def columns(self, person):
            return x[person][:, None], np.ones((len(person), 1))

    fitted = CrossFit(rng.integers(0, FOLDS, 200), np.ones(200)).fit(np.arange(150), y, lambda _who, _value: Plain())
    order = rng.permutation(200)
    np.testing.assert_allclose(fitted.predict(order), fitted.predict(np.arange(200))[order])
    assert np.corrcoef(fitted.predict(np.arange(150, 200)), x[150:])[0, 1] > 0.99


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, FOLDS - 1), st.booleans()), min_size=2, max_size=40))
def test_every_fold_leaves_both_values(pairs) -> None:
    fold, y = np.array([f for f, _ in pairs]), np.array([float(v) for _, v in pairs])
    if len(np.unique(y)) < 2:
        return
    for mask in fold_masks(fold, y):
        assert len(np.unique(y[mask])) == 2
    assert fold_masks(fold, y)[-1].all()


def test_a_curve_without_ones_own_value() -> None:
    rng = np.random.default_rng(2)
    scores, fold = rng.normal(size=500), rng.integers(0, FOLDS, 500)
    y = (rng.random(500) < 1 / (1 + np.exp(-scores))).astype(float)
    person = np.arange(500)
    crossed = CrossCalibrator().fit(scores, y, person, fold).predict(scores, person)
    mine = fold == 2
    np.testing.assert_allclose(crossed[mine], Calibrator().fit(scores[~mine], y[~mine]).predict(scores[mine]))


def test_a_person_in_fifty_lists_counts_once() -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(size=400)
    y = (rng.random(400) < 1 / (1 + np.exp(-scores))).astype(float)
    fold, person = rng.integers(0, FOLDS, 401), np.arange(400)
    often = np.concatenate([person, np.full(50, 7)])
    plain = CrossCalibrator().fit(scores, y, person, fold).predict(scores[:1], np.array([400]))
    busy = CrossCalibrator().fit(scores[often], y[often], often, fold).predict(scores[:1], np.array([400]))
    np.testing.assert_allclose(plain, busy, atol=1e-4)
