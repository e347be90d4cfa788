"""Score a candidate list for a persona: store -> kept input -> arrays -> ranked list -> saved run."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.desk import DESK_ONLY, beside, desk_only, has_list, prices_at, read_desk, unsampled
from jobs.packages import packaged
from scoring.arrays import Parameters, ScoringInput
from scoring.engines.duck import DuckEngine
from scoring.errors import NothingToScore, ScoringError
from scoring.inputs import take_snapshot
from scoring.loading import load_input
from scoring.persona import Persona, parse_persona
from scoring.results import Shortlist, to_json
from scoring.shortlist import FollowerScores, make_shortlist
from scoring.snapshot import Facts
from scoring.text.indexer import dictionary_version
from storage.clients import list_client, refuse_foreign_labels, together
from storage.personas import refuse_erased
from storage.runs import NewRun, save_persona, save_run

if TYPE_CHECKING:
    from storage.engine import Store

FOLLOWERS = "followers.parquet"
_UNFINISHED = ".unfinished-"
_BEGUN = "begun"


def run_shortlist(
    store: "Store",
    workspace: Path,
    persona_text: str,
    list_name: str,
    parameters: Parameters,
    *,
    now: datetime,
    code_version: str,
    where: str = "persona",
    processes: int = 1,
    client: str = "",
) -> tuple[int, Shortlist]:
    """Rank `list_name` for the persona; the run's number and result. A failed or interrupted run leaves nothing behind.

    The run belongs to `client`, else to the persona's or the list's; labels of other clients are not read.

    Raises:
        PersonaError: the persona says what it may not; nothing was read.
        Refused: it names an erased account.
        ClientMismatch: persona, list, label set or `client` are of different clients.
        NothingToScore: no candidate of the list can be scored.
        WorkspaceBusy: another process writes for longer than the wait.
        ScoringError: somebody was erased meanwhile, and the unfinished input with them.
    """
    persona = parse_persona(persona_text, where=where)
    persona = replace(persona, client=_owner(store, persona, list_name, client))
    # quotes of that client are used beside those of anybody; accounts in a package are scored together
    parameters = replace(parameters, client=persona.client or None, packaged=packaged(store, list_name))
    seeds = {text for trait in persona.traits for text in (*trait.positive, *trait.negative, trait.audience) if text}
    refuse_erased(store, persona.name, persona.digest, seeds)
    with _unfinished(workspace / "runs", now) as folder:
        try:
            facts = take_snapshot(store, persona, list_name, parameters, folder, now=now, dictionary=dictionary_version())
        except NothingToScore as nothing:
            return _without_samples(store, (persona_text, persona), list_name, parameters, now, code_version, nothing)
        # only now: the snapshot refuses a persona whose seeds turn out to be of a sensitive category
        persona_id, version = save_persona(store, persona.name, persona_text, persona.digest, now)
        shortlist, followers = _score(folder, persona, parameters, list_name, version, processes)
        shortlist = beside(
            shortlist,
            read_desk(store, persona, list_name, prices_at(store, parameters, now), now=now, late=parameters.expired_prices),
        )
        pq.write_table(follower_table(followers), folder / FOLLOWERS, compression="zstd")
        kept = facts.expires > now
        if not kept:
            _drop_input(folder)
        with _erased_meanwhile():
            (folder / _BEGUN).unlink()
            run_id = save_run(
                store,
                _new_run(
                    persona_id, list_name, parameters, facts, shortlist, now, code_version, kept=kept, client=persona.client
                ),
            )
            folder.rename(run_folder(workspace, run_id))
    return run_id, shortlist


def _without_samples(
    store: "Store", asked: tuple[str, Persona], list_name: str, parameters: Parameters, now: datetime, code_version: str,
    nothing: NothingToScore,
) -> tuple[int, Shortlist]:  # fmt: skip
    """A run of a list of which no account has a sample, where something else is known of it; else what stopped it stands."""
    if not has_list(store, list_name):
        raise nothing
    text, persona = asked
    desk = read_desk(store, persona, list_name, prices_at(store, parameters, now), now=now, late=parameters.expired_prices)
    if not desk.ranges and not desk.topics:
        raise nothing
    persona_id, version = save_persona(store, persona.name, text, persona.digest, now)
    shortlist = desk_only(
        desk, persona, parameters, unsampled(store, list_name, parameters.base), list_name=list_name, version=version, now=now
    )
    run = NewRun(
        persona_id=persona_id, list_name=list_name, parameters=parameters.plain(), seed=parameters.seed, code_version=code_version,
        dictionary=dictionary_version(), input_digest=shortlist.input_digest, data_date=shortlist.data_to, created=now, snapshot_expires=None,
        result=to_json(shortlist), recomputable=False, why_not=DESK_ONLY,
        client=persona.client,
    )  # fmt: skip
    return save_run(store, run), shortlist


def rescore(folder: Path, persona: Persona, parameters: Parameters, *, list_name: str, version: int) -> Shortlist:
    """Score a kept input again: same input, but this program's code and these parameters (DECISIONS 27).

    Raises:
        ScoringError: the input is no longer there.
    """
    return _score(folder, persona, parameters, list_name, version)[0]


def run_folder(workspace: Path, run_id: int) -> Path:
    """Where a run keeps its input and its followers' scores."""
    return workspace / "runs" / str(run_id)


def follower_table(scores: FollowerScores) -> pa.Table:
    """A run's rows for analysts (DECISIONS 8): row number, account's index, probability, weight, stratum; no pseudonym."""
    return pa.table(
        {
            "row": pa.array(np.arange(len(scores.account), dtype=np.int64)),
            "account": pa.array(np.asarray(scores.account, dtype=np.int64)),
            "probability": pa.array(np.asarray(scores.probability, dtype=np.float64)),
            "weight": pa.array(np.asarray(scores.weight, dtype=np.float64)),
            "stratum": pa.array(np.asarray(scores.stratum, dtype=np.int64)),
        }
    )


def _score(
    folder: Path, persona: Persona, parameters: Parameters, list_name: str, version: int, processes: int = 1
) -> tuple[Shortlist, FollowerScores]:
    given, name = kept_input(folder, persona, parameters, processes)
    shortlist, followers = make_shortlist(given, persona, parameters, list_name=list_name, version=version)
    return replace(shortlist, engine=name), followers


def kept_input(folder: Path, persona: Persona, parameters: Parameters, processes: int = 1) -> tuple[ScoringInput, str]:
    """The arrays of a kept input for a persona, and the name of the engine that summed them.

    Raises:
        ScoringError: the input is no longer there.
    """
    spill = folder / "spill"
    try:
        with DuckEngine(folder=spill, processes=processes) as engine:
            return load_input(folder, persona, parameters, engine), engine.name
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def _new_run(
    persona_id: int,
    list_name: str,
    parameters: Parameters,
    facts: Facts,
    shortlist: Shortlist,
    now: datetime,
    code_version: str,
    *,
    kept: bool,
    client: str,
) -> NewRun:
    return NewRun(
        persona_id=persona_id,
        list_name=list_name,
        parameters=parameters.plain(),
        seed=parameters.seed,
        code_version=code_version,
        dictionary=facts.dictionary,
        input_digest=facts.digest,
        data_date=facts.data_to,
        created=now,
        snapshot_expires=facts.expires if kept else None,
        result=to_json(shortlist),
        recomputable=kept,
        why_not=None if kept else "expired",
        client=client,
    )


def _owner(store: "Store", persona: Persona, list_name: str, client: str) -> str:
    """The client whose run it is; every part of it must be that client's or shared."""
    claims = {
        "this run": client,
        f"the persona {persona.name!r}": persona.client,
        f"the list {list_name!r}": list_client(store, list_name),
    }
    owner = together(claims)
    refuse_foreign_labels(store, {trait.audience for trait in persona.traits if trait.audience}, owner)
    return owner


def _drop_input(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != _BEGUN:
            path.unlink()


@contextmanager
def _erased_meanwhile() -> Iterator[None]:
    """`forget` deletes unfinished inputs, for they may hold whom it erases: a run that lost its folder does not bring them back."""
    try:
        yield
    except FileNotFoundError as error:
        message = "somebody was erased while the list was being ranked, so this run's input had to go: rank the list again"
        raise ScoringError(message) from error


@contextmanager
def _unfinished(runs: Path, now: datetime) -> Iterator[Path]:
    """A folder beside the finished runs, gone unless it was renamed; also clears what killed runs left a day ago."""
    runs.mkdir(parents=True, exist_ok=True)
    for old in runs.glob(f"{_UNFINISHED}*"):
        if old.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=runs))
    (folder / _BEGUN).touch()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
