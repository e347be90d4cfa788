"""Compare two runs and name the cause: A's kept input with B's code, then parameters, then persona; what is left is the data."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from scoring.arrays import Parameters
from scoring.errors import ScoringError
from scoring.persona import Persona, parse_persona
from scoring.results import Scorecard, Shortlist, from_json
from storage.clients import together
from storage.runs import RunRow, load_persona_by_id, load_run

if TYPE_CHECKING:
    from scoring.estimate import Estimate
    from storage.engine import Store

Cause = Literal["code", "parameters", "persona", "data", "data_or_selection", "data_or_code"]
_SELECTING = ("sample", "seed")  # parameters that decide who is drawn when the input is read: a kept input cannot be drawn again
SAME = 5e-7  # results are held equal to six decimals (DECISIONS 26)


class Rescore(Protocol):
    """`jobs.scoring.rescore`: a kept input scored again by this program."""

    def __call__(self, folder: Path, persona: Persona, parameters: Parameters, *, list_name: str, version: int) -> Shortlist:
        """The result; ScoringError where the input is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """One account in both runs: its place, band and precision before and after; None where it was not scored."""

    platform: str
    account: str
    place_a: int | None
    place_b: int | None
    band_a: str | None
    band_b: str | None
    precision_a: "Estimate | None"
    precision_b: "Estimate | None"


@dataclass(frozen=True, slots=True)
class Step:
    """What one cause did: accounts whose place changed, came or went, and the largest change of a share (0 to 1)."""

    cause: Cause
    moved: int
    largest: float

    @property
    def any(self) -> bool:
        """Whether it did anything."""
        return self.moved > 0 or self.largest > SAME


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run B against run A. `steps` is empty where causes could not be told apart; `why` says why not."""

    a: int
    b: int
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    why: Literal["snapshot_gone"] | None

    @property
    def same(self) -> bool:
        """Whether both runs say the same."""
        return not any(_moved(change) or _shift(change) > SAME for change in self.changes)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes that did anything, the largest first."""
        return tuple(step.cause for step in sorted(self.steps, key=lambda step: (-step.largest, -step.moved)) if step.any)


def compare_runs(
    store: "Store", workspace: Path, a: int, b: int, *, code_version: str, rescore: Rescore | None = None
) -> Comparison:
    """What changed from run `a` to run `b`, and why. Runs that say the same need no cause, so nothing is scored again.

    `code_version` is this program's: where it is not B's, what is left at the end may be the data or the code.

    Raises:
        NotFound: no such run.
        ClientMismatch: they are of two clients.
    """
    first, second = load_run(store, a), load_run(store, b)
    together({f"run {a}": first.summary.client, f"run {b}": second.summary.client})
    before, after = from_json(first.result), from_json(second.result)
    changes = changed(before, after)
    plain = Comparison(a, b, changes, (), None)
    if plain.same:
        return plain
    if not first.summary.recomputable:
        return Comparison(a, b, changes, (), "snapshot_gone")
    try:
        steps = _steps(store, workspace, first, second, code_version, rescore or _rescore())
    except ScoringError:
        return Comparison(a, b, changes, (), "snapshot_gone")
    return Comparison(a, b, changes, steps, None)


def changed(before: Shortlist, after: Shortlist) -> tuple[Change, ...]:
    """Every account of either run, in the order of the second, then those that left."""
    old, new = _places(before), _places(after)
    keys = [*new, *(key for key in old if key not in new)]
    return tuple(_change(old.get(key), new.get(key)) for key in keys)


def _steps(
    store: "Store", workspace: Path, first: RunRow, second: RunRow, code_version: str, rescore: Rescore
) -> tuple[Step, ...]:
    """The way from A to B, one cause at a time; a step whose cause is equal on both sides is not computed."""
    folder = workspace / "runs" / str(first.id)
    old, new = stored_persona(store, first), stored_persona(store, second)
    persona, parameters = old, stored_parameters(first.parameters)

    def again(who: tuple[Persona, int], how: Parameters) -> Shortlist:
        return rescore(folder, who[0], how, list_name=first.summary.list_name, version=who[1])

    state = from_json(first.result)
    steps: list[Step] = []
    same_code = first.summary.code_version == second.summary.code_version == code_version
    if not same_code or first.dictionary != second.dictionary:
        state = _step(steps, "code", state, again(persona, parameters))
    if first.parameters != second.parameters:
        parameters = stored_parameters(second.parameters)
        state = _step(steps, "parameters", state, again(persona, parameters))
    if old[0].digest != new[0].digest:
        state = _step(steps, "persona", state, again(new, parameters))
    _step(
        steps, _rest(first, second, code_version, other_persona=old[0].digest != new[0].digest), state, from_json(second.result)
    )
    return tuple(_once(steps))


def _once(steps: list[Step]) -> list[Step]:
    """A cause that comes twice (A's program to this one, this one to B's) as one step: the larger of both."""
    found: dict[Cause, Step] = {}
    for step in steps:
        other = found.get(step.cause, step)
        found[step.cause] = Step(step.cause, max(step.moved, other.moved), max(step.largest, other.largest))
    return list(found.values())


def _rest(first: RunRow, second: RunRow, code_version: str, *, other_persona: bool) -> Cause:
    """What the last step may be: never the data if both read the same input, the data alone only if both read by the same rules."""
    if first.summary.input_digest == second.summary.input_digest:
        return "code"
    if second.summary.code_version != code_version:
        return "data_or_code"
    drawn_alike = all(first.parameters.get(name) == second.parameters.get(name) for name in _SELECTING)
    return "data" if drawn_alike and not other_persona else "data_or_selection"


def _step(steps: list[Step], cause: Cause, before: Shortlist, after: Shortlist) -> Shortlist:
    changes = changed(before, after)
    steps.append(Step(cause, sum(_moved(each) for each in changes), max((_shift(each) for each in changes), default=0.0)))
    return after


def stored_persona(store: "Store", run: RunRow) -> tuple[Persona, int]:
    """The persona of a run and its version."""
    row = load_persona_by_id(store, run.persona_id)
    return parse_persona(row.text, where=f"persona {row.name} version {row.version}"), row.version


def stored_parameters(stored: dict[str, Any]) -> Parameters:
    """A run's parameters as this program knows them; one that it no longer has is left out: that is part of the code's change."""
    known = {field.name for field in fields(Parameters)}
    kept: dict[str, Any] = {name: value for name, value in stored.items() if name in known}
    kept["packaged"] = tuple((platform, native, package) for platform, native, package in kept.get("packaged", ()))
    return Parameters(**kept)


def _places(shortlist: Shortlist) -> dict[tuple[str, str], tuple[int, Scorecard]]:
    return {(card.account.platform, card.account.native_id): (place, card) for place, card in enumerate(shortlist.cards, start=1)}


def _change(old: tuple[int, Scorecard] | None, new: tuple[int, Scorecard] | None) -> Change:
    shown = (new or old or _nothing())[1].account
    return Change(
        platform=shown.platform,
        account=shown.label,
        place_a=old[0] if old else None,
        place_b=new[0] if new else None,
        band_a=old[1].band if old else None,
        band_b=new[1].band if new else None,
        precision_a=old[1].precision if old else None,
        precision_b=new[1].precision if new else None,
    )


def _nothing() -> tuple[int, Scorecard]:
    message = "an account that stands in neither run"
    raise LookupError(message)


def _moved(change: Change) -> bool:
    return change.place_a != change.place_b


def _shift(change: Change) -> float:
    if change.precision_a is None or change.precision_b is None:
        return 0.0
    return abs(change.precision_b.value - change.precision_a.value)


def _rescore() -> Callable[..., Shortlist]:
    from jobs.scoring import rescore  # noqa: PLC0415 - loads every estimator; only a comparison that needs it does

    return rescore
