"""Commands that need no workspace yet: make one, check one, show the whole path on simulated data."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.options import JsonFlag
from cli.output import Column, emit, plain, say, show_table
from cli.wiring import FILE_NAME, GlobalOptions, Session, find_workspace, open_session

ASKED = {
    "controller": "Who is responsible for the personal data (company, department)?",
    "purpose": "What will the data be used for?",
    "contact": "Whom may people ask about their data (address)?",
}


def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Folder of the workspace (default: --workspace, FANFIT_WORKSPACE, else here)."),
    ] = None,
    controller: Annotated[str | None, typer.Option(help="Who is responsible for the personal data.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What the data is used for.")] = None,
    contact: Annotated[str | None, typer.Option(help="Whom people may ask about their data.")] = None,
) -> None:
    """Make a workspace: fanfit.toml with every setting explained, the pseudonym key, the database.

    What stands there already is kept. Asks for controller, purpose and contact at a terminal; without answers
    imports work, but collecting from platforms will be refused until they are filled in.
    """
    options = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    named = folder or options.workspace or os.environ.get("FANFIT_WORKSPACE")
    workspace = find_workspace(Path(named)) if named else Path.cwd()
    existed = (workspace / FILE_NAME).exists()
    answers: dict[str, str | None] = {"controller": controller, "purpose": purpose, "contact": contact}
    if existed:
        say(f"{workspace / FILE_NAME} exists and is kept; edit it to change a setting.")
    else:
        answers = {name: ask(name, given) for name, given in answers.items()}
    session = make_workspace(ctx, workspace, answers)
    emit(f"Workspace ready: {session.workspace}")
    missing = [name for name in ASKED if not getattr(session.settings, name)]
    if missing:
        say(f"Not given: {', '.join(missing)}. Imports work; collecting from platforms is refused until {FILE_NAME} names them.")
    say(f"Keep {session.key_path.name} safe and out of backups of the database: without it new files cannot be matched.")


def ask(name: str, given: str | None) -> str:
    """The flag's value, else an answer at the terminal, else nothing."""
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return ""
    return str(typer.prompt(ASKED[name], default="", show_default=False, err=True))


def make_workspace(ctx: typer.Context, workspace: Path, answers: dict[str, str | None]) -> Session:
    """Folder, settings file, key and database; whatever exists is kept.

    Raises:
        StorageError: the key does not belong to the database, or the database is of another version.
    """
    from cli.settings import settings_file
    from storage.engine import create_store
    from storage.keys import load_or_create_key

    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = workspace / FILE_NAME
    if not path.exists():
        path.write_text(settings_file({name: plain(value or "") for name, value in answers.items()}), encoding="utf-8")
    debug = isinstance(ctx.obj, GlobalOptions) and ctx.obj.debug
    lang = ctx.obj.lang if isinstance(ctx.obj, GlobalOptions) else None
    ctx.obj = GlobalOptions(workspace, lang, debug)
    session = open_session(ctx)
    key = load_or_create_key(session.key_path, os.environ.get("FANFIT_KEY"))
    create_store(session.database_url, key=key, vault_path=session.vault_path, lifetimes=session.lifetimes()).close()
    return session


def doctor(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Check this machine and this workspace; exit code 1 if something must be mended."""
    from cli.checking import examine

    session = open_session(ctx)
    checks = examine(session)
    heads = ("检查项", "状态", "结果") if session.lang == "zh" else ("check", "state", "found")
    columns = [Column(head) for head in heads]
    rows = [(check.name, check.state, check.found) for check in checks]
    document = {"checks": [{"name": check.name, "state": check.state, "found": check.found} for check in checks]}
    show_table(session, "fanfit doctor", columns, rows, document, as_json)
    if any(check.state == "failed" for check in checks):
        raise typer.Exit(1)


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="Folder to make (default: --workspace, else fanfit-demo); a former demo there is replaced."
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Simulate a small platform, import it, rank it, and compare the ranking with the truth that only a simulation knows."""
    from cli.demo.flow import run_demo

    named = ctx.obj.workspace if isinstance(ctx.obj, GlobalOptions) else None
    if folder is not None and named is not None and folder.resolve() != named.resolve():
        message = f"{folder} and --workspace {named} are two folders: name one"
        raise typer.BadParameter(message, param_hint="[DIR]")
    run_demo(ctx, folder or named or Path("fanfit-demo"), as_json)
