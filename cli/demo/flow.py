"""The demo's path: simulate, import through the importers, rank through the same job as `fanfit shortlist`, report, compare."""

import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import typer

from cli.demo import showing
from cli.demo.world import PLATFORM
from cli.errors import CliError
from cli.output import emit, near, program, say, show_table
from cli.wiring import FILE_NAME, GlobalOptions, Lang, Session, choose_lang

if TYPE_CHECKING:
    from cli.demo.generator import Sizes
    from scoring.results import Shortlist
    from storage.engine import Store

MARK = "SIMULATED.txt"
MARK_TEXT = "This folder was made by `fanfit demo`. Every account, person and post in it is simulated. It may be deleted.\n"
# Known to everyone: it protects nobody, because nobody here exists.
KEY = "5fa1c0de" * 8
LIST_NAME = "demo"
FILES = "files"
PERSONA_FILE = "persona.yaml"
LANGS: tuple[Lang, ...] = ("zh", "en")
PERSONA = """\
name: demo-campers
title:
  zh: 喜欢露营的女性
  en: Women who like camping
must:
  - interest: outdoor.camping
  - attribute: gender
    in: [female]
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One file of the demo and how it is imported."""

    kind: str
    file: str
    list_kind: str | None = None
    frame: str | None = None


STEPS = (
    Step("accounts", "accounts.csv"),
    Step("candidates", "candidates.csv"),
    Step("follows", "followers_sample.csv", "followers", "random"),
    Step("follows", "followers_complete.csv", "followers", "complete"),
    Step("follows", "followees.csv", "followees", "complete"),
    Step("attributes", "attributes.csv"),
    Step("base", "base.csv", frame="random"),
    Step("prices", "prices.csv"),
    Step("posts", "posts.csv"),
    Step("labels", "labels.csv"),
)


def run_demo(ctx: typer.Context, folder: Path, as_json: bool, sizes: "Sizes | None" = None) -> None:
    """Everything; `folder` is made anew, and only if it is empty or a former demo. `sizes` None: the demo's own.

    Raises:
        CliError: the folder holds something else.
        typer.Exit: Ctrl-C, after saying what it leaves.
    """
    workspace = folder.expanduser().resolve()
    options = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    words = showing.WORDS[choose_lang(options.lang or "")]
    prepare(workspace, words["replaced"].format(workspace=near(workspace)))
    try:
        _play(ctx, workspace, as_json, sizes)
    except KeyboardInterrupt:
        say(words["stopped"].format(workspace=near(workspace)))
        raise typer.Exit(130) from None


def _play(ctx: typer.Context, workspace: Path, as_json: bool, sizes: "Sizes | None") -> None:
    from cli.demo.casting import TEN_FOLLOWERS
    from cli.demo.generator import Platform

    started = perf_counter()
    session = make_demo_workspace(ctx, workspace)
    words = showing.WORDS[session.lang]
    with timed(words["simulated"]):
        now = session.now()
        platform = Platform(sizes=sizes)
        platform.write(workspace / FILES, now)
        truths = platform.truths()
    with demo_store(session) as store:
        labels = import_all(session, store, now)
        with timed(words["ranked"]):
            run_id, shortlist = rank(session, store, now)
        with timed(words["reported"]):
            reports = write_reports(session, store, run_id)
    outcome = showing.compare(shortlist, truths)
    columns, rows = showing.rows(shortlist, truths, session.lang)
    document = showing.document(shortlist, truths, outcome)
    document |= {"run": run_id, "workspace": str(workspace), "labels": labels, "reports": [str(path) for path in reports]}
    show_table(session, words["title"], columns, rows, document, as_json)
    if not as_json:
        for line in showing.sentences(outcome, TEN_FOLLOWERS, session.lang):
            emit(line)
        emit(words["labels"].format(count=labels))
        for path in (path for path in reports if path.suffix == ".html"):
            emit(words["report"].format(path=path))
    say(words["next"].format(program=program(), workspace=shlex.quote(near(workspace)), seconds=perf_counter() - started))


def prepare(workspace: Path, replaced: str) -> None:
    """Make room: a former demo goes, and `replaced` says so; anything else stays and stops the demo.

    Raises:
        CliError: the folder is in use for something else.
    """
    if (workspace / MARK).exists():
        say(replaced)
        shutil.rmtree(workspace)
    elif workspace.exists() and any(workspace.iterdir()):
        message = (
            f"{workspace} is not empty and was not made by the demo: nothing was touched. Name another folder: fanfit demo DIR."
        )
        raise CliError(message)
    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    (workspace / MARK).write_text(MARK_TEXT, encoding="utf-8")


def make_demo_workspace(ctx: typer.Context, workspace: Path) -> Session:
    """An ordinary workspace, but with the demo's fixed key, and its own SQLite database whatever the environment says."""
    from cli.settings import load_settings, settings_file
    from storage.engine import create_store

    options = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    answers = {
        "controller": "fanfit demo",
        "purpose": "demonstration with simulated data",
        "contact": "none: nobody here is real",
    }
    (workspace / FILE_NAME).write_text(settings_file(answers), encoding="utf-8")
    key = workspace / "secret.key"
    key.touch(mode=0o600)
    key.write_text(KEY + "\n", encoding="ascii")
    (workspace / PERSONA_FILE).write_text(PERSONA, encoding="utf-8")
    database = f"sqlite:///{(workspace / 'fanfit.db').as_posix()}"
    settings = load_settings(workspace, options.assigned, lang=options.lang, database_url=database)
    session = Session(settings, workspace, choose_lang(settings.lang), options.debug)
    create_store(
        session.database_url, key=bytes.fromhex(KEY), vault_path=session.vault_path, lifetimes=session.lifetimes()
    ).close()
    return session


@contextmanager
def demo_store(session: Session) -> Iterator["Store"]:
    """The demo's store under the demo's key, whatever FANFIT_KEY says."""
    from storage.engine import open_store

    key = bytes.fromhex(KEY)
    store = open_store(session.database_url, key=key, vault_path=session.vault_path, lifetimes=session.lifetimes())
    try:
        yield store
    finally:
        store.close()


def import_all(session: Session, store: "Store", now: datetime) -> int:
    """Every file through the importer that `fanfit import` calls; how many labels there were.

    Raises:
        CliError: rows were refused; the simulation and the importers do not agree.
    """
    from jobs.importing import ImportJob, import_file
    from storage.records import Frame, ListKind

    indexer, labels = session.indexer(), 0
    for step in STEPS:
        job = ImportJob(
            kind=step.kind,
            path=session.workspace / FILES / step.file,
            workspace=session.workspace,
            platform=PLATFORM,
            source="fanfit demo (simulated)",
            basis="simulated: no personal data",
            obtained=now.isoformat(),
            frame=Frame(step.frame) if step.frame else None,
            pulled_at=now.isoformat() if step.frame else None,
            list_kind=ListKind(step.list_kind) if step.list_kind else ListKind.FOLLOWERS,
            list_name=LIST_NAME,
        )
        with timed(showing.WORDS[session.lang]["imported"].format(file=step.file)):
            outcome = import_file(store, indexer, job, now=now)
        if outcome is not None and outcome.status == "stopped":
            raise KeyboardInterrupt
        if outcome is None or outcome.rejected:
            message = f"{step.file}: rows were refused in the demo's own file: {'; '.join(outcome.reasons) if outcome else 'all'}"
            raise CliError(message)
        if step.kind == "labels":
            labels = outcome.accepted
    return labels


def rank(session: Session, store: "Store", now: datetime) -> tuple[int, "Shortlist"]:
    """The run, through the job that `fanfit shortlist` calls; all known followers are scored."""
    from jobs.code import code_version
    from jobs.scoring import run_shortlist
    from scoring.arrays import Parameters

    parameters = Parameters(
        sample=None, seed=session.settings.seed, k_anonymity=session.settings.small_cell, min_sample=session.settings.min_sample
    )
    return run_shortlist(
        store, session.workspace, PERSONA, LIST_NAME, parameters, now=now, code_version=code_version(), where=PERSONA_FILE
    )


def write_reports(session: Session, store: "Store", run_id: int) -> list[Path]:
    """The report as `fanfit report` writes it, the reader's own language first."""
    from jobs.reporting import write_report

    langs = sorted(LANGS, key=lambda each: each != session.lang)
    return write_report(store, session.workspace, run_id, langs=langs, tiers=session.tiers())[1]


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say that a step is done, and how long it took."""
    started = perf_counter()
    yield
    say(f"{perf_counter() - started:6.1f} s  {what}")
