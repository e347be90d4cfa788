"""Two runs compared: each designed change is named by its cause, one step at a time; without the input it is only a change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from jobs.comparing import Comparison, compare_runs
from scoring.arrays import Parameters
from scoring.errors import ScoringError
from scoring.estimate import Estimate
from scoring.persona import Persona, parse_persona
from scoring.results import AccountRef, Calibration, FrameCard, Scorecard, Shortlist, to_json
from storage.engine import Store, create_store
from storage.runs import NewRun, save_persona, save_run

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WOMEN = "name: women\nmust:\n  - attribute: gender\n    in: [female]\n"
MEN = "name: women\nmust:\n  - attribute: gender\n    in: [male]\n"


INPUTS = count(1)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    yield store
    store.close()


def listed(**shares: float) -> Shortlist:
    """A run with one account per share, the largest first."""
    order = sorted(shares, key=lambda name: -shares[name])
    cards = tuple(_card(name, place, shares[name]) for place, name in enumerate(order, start=1))
    calibration = Calibration("declared", "PCC", 100, None, 0.0, 1.0, ())
    return Shortlist(
        "women", 1, {"en": "Women"}, "spring", "followers", "precision", "fitting", 10, NOW, NOW, None, calibration, cards, (), (), None,
        {}, (), "digest", "duckdb",
    )  # fmt: skip


def _card(name: str, place: int, share: float) -> Scorecard:
    frame = FrameCard("complete", "unknown", NOW, 50, 50, 0, 50, "all", 0, None, None, None)
    estimate = Estimate(share, share, share, 50, "m")
    return Scorecard(
        AccountRef("sim", name, name=name), frame, "A", place, place, place, 1.0, estimate, None, (share, share), 50, 0, None, None, None,
        None, None, 50, None, None, None, None, None,
    )  # fmt: skip


def save(store: Store, result: Shortlist, *, text: str = WOMEN, code: str = "1", sample: int = 50, **changes: object) -> int:
    persona_id, _ = save_persona(store, "women", text, parse_persona(text).digest, NOW)
    own = f"input {next(INPUTS)}"
    run = NewRun(persona_id, "spring", {"sample": sample, "retired": 3}, 0, code, "d", own, NOW, NOW, None, to_json(result))
    return save_run(store, replace(run, **changes))


class Again:
    """Stands for scoring again: answers by what it is asked with, and remembers how often."""

    def __init__(self, **answers: Shortlist) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, folder: Path, persona: Persona, parameters: Parameters, *, list_name: str, version: int) -> Shortlist:
        assert (folder.name, list_name) == ("1", "spring")
        assert version in {1, 2}
        key = f"{'men' if 'male' in persona.must[0].values else 'women'}{parameters.sample}"
        self.asked.append(key)
        return self.answers[key]


def compare(store: Store, tmp_path: Path, b: int, again: object, *, code: str = "1") -> Comparison:
    return compare_runs(store, tmp_path, 1, b, code_version=code, rescore=again)  # type: ignore[arg-type]


def test_equal_runs_are_the_same_and_nothing_is_scored_again(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3, b=0.1))
    found = compare(filled, tmp_path, save(filled, listed(a=0.3 + 1e-9, b=0.1)), Again())
    assert found.same
    assert (found.steps, found.causes) == ((), ())


def test_new_data_is_named_when_all_else_is_equal(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3, b=0.1))
    again = Again()
    found = compare(filled, tmp_path, save(filled, listed(a=0.3, b=0.4)), again)
    assert found.causes == ("data",)
    assert again.asked == []
    assert found.steps[0].moved == 2
    assert found.steps[0].largest == pytest.approx(0.3)
    assert [(each.account, each.place_a, each.place_b) for each in found.changes] == [("b", 2, 1), ("a", 1, 2)]


def test_the_same_input_is_never_blamed(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3, b=0.1), input_digest="one")
    found = compare(filled, tmp_path, save(filled, listed(a=0.3, b=0.4), input_digest="one"), Again())
    assert found.causes == ("code",)


def test_a_change_of_code_is_told_from_the_data(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3, b=0.1), code="1")
    b = save(filled, listed(a=0.3, b=0.2), code="2")
    found = compare(filled, tmp_path, b, Again(women50=listed(a=0.3, b=0.2)), code="2")
    assert found.causes == ("code",)
    assert [(step.cause, step.any) for step in found.steps] == [("code", True), ("data", False)]


def test_each_cause_gets_its_own_share_of_the_change(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3, b=0.1), code="1", sample=50)
    b = save(filled, listed(a=0.9, b=0.2), text=MEN, code="2", sample=80)
    again = Again(women50=listed(a=0.31, b=0.1), women80=listed(a=0.36, b=0.1), men80=listed(a=0.86, b=0.2))
    found = compare(filled, tmp_path, b, again, code="2")
    assert again.asked == ["women50", "women80", "men80"]
    assert [(step.cause, round(step.largest, 6)) for step in found.steps] == [
        ("code", 0.01),
        ("parameters", 0.05),
        ("persona", 0.5),
        ("data_or_selection", 0.04),
    ]
    assert found.causes == ("persona", "parameters", "data_or_selection", "code")


def test_with_a_third_program_what_is_left_may_be_data_or_code(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3), code="1")
    found = compare(filled, tmp_path, save(filled, listed(a=0.6), code="2"), Again(women50=listed(a=0.4)), code="3")
    assert found.causes == ("data_or_code", "code")


def test_two_other_programs_over_one_input_are_one_cause(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3, b=0.1), code="1", input_digest="one")
    b = save(filled, listed(a=0.6, b=0.1), code="2", input_digest="one")
    found = compare(filled, tmp_path, b, Again(women50=listed(a=0.4, b=0.5)), code="3")
    assert [(step.cause, step.moved, round(step.largest, 6)) for step in found.steps] == [("code", 2, 0.4)]


def test_without_the_kept_input_it_is_only_a_change(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3), code="1", recomputable=False, why_not="expired")
    b = save(filled, listed(a=0.5), code="2")
    found = compare(filled, tmp_path, b, Again(), code="2")
    assert not found.same
    assert (found.steps, found.why) == ((), "snapshot_gone")


def test_an_input_that_cannot_be_read_counts_as_gone(filled: Store, tmp_path: Path) -> None:
    def broken(*_: object, **__: object) -> Shortlist:
        message = "the input is no longer there"
        raise ScoringError(message)

    save(filled, listed(a=0.3), code="1")
    found = compare(filled, tmp_path, save(filled, listed(a=0.5), code="2"), broken, code="2")
    assert (found.steps, found.why) == ((), "snapshot_gone")


def test_accounts_that_came_and_went_count_as_moved(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3, gone=0.1))
    found = compare(filled, tmp_path, save(filled, listed(a=0.3, new=0.2)), Again())
    assert [(each.account, each.place_a, each.place_b) for each in found.changes] == [
        ("a", 1, 1),
        ("new", None, 2),
        ("gone", 2, None),
    ]
    assert found.steps[0].moved == 2


def test_parameters_that_draw_nobody_else_leave_the_rest_to_the_data(filled: Store, tmp_path: Path) -> None:
    save(filled, listed(a=0.3), parameters={"sample": 50, "top": 5})
    b = save(filled, listed(a=0.5), parameters={"sample": 50, "top": 9})
    found = compare(filled, tmp_path, b, Again(women50=listed(a=0.3)))
    assert found.causes == ("data",)
