"""The program's entrance: global options, the table of commands, and what happens when one fails."""

import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, NamedTuple

if not (3, 11) <= sys.version_info < (3, 15):
    sys.exit(f"fanfit needs Python 3.11 to 3.14; this is {sys.version.split()[0]} ({sys.executable}).")

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from cli.errors import exit_code, is_expected
from cli.output import emit, say
from cli.wiring import GlobalOptions, choose_lang

STOPPED = {
    "en": "Stopped; the database holds nothing half done. The same command starts over; an import or a collection goes on where it stopped.",
    "zh": "已停止,数据库里没有做到一半的东西。再次运行同一命令会从头开始;导入和采集则从停下的地方继续。",
}


for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: threads of small products wait for each other (docs/performance.md)


class Entry(NamedTuple):
    """Where a command lives; it is imported only when called, so that `--help` stays light."""

    module: str
    attribute: str
    help: str


COMMANDS = {
    "init": Entry("cli.starting", "init", "Make a workspace: settings, key, database."),
    "import": Entry("cli.importing", "import_app", "Bring in accounts, follows, posts, prices, attributes, labels."),
    "imports": Entry("cli.imports", "imports_app", "List imports, take one back."),
    "list": Entry(
        "cli.lists", "list_app", "Statuses, notes and owners of a list; a marked workbook read back; two lists compared."
    ),
    "packages": Entry("cli.packages", "packages_app", "Small accounts bought together: scored as one, looked at by a draw."),
    "candidates": Entry("cli.importing", "candidates_app", "Bring in, list and find candidate accounts."),
    "workbook": Entry("cli.workbooks", "workbook_app", "The planner's workbook: write an empty one, take a filled one in."),
    "open": Entry("cli.serving", "open_page", "Open a page on this machine: workbook in, ranked list and files out."),
    "persona": Entry("cli.personas", "persona_app", "Write, check and look at personas."),
    "sources": Entry("cli.collecting", "sources", "What each platform's API gives, its limits, cost and terms."),
    "collect": Entry("cli.collecting", "collect_app", "Read accounts, followers and posts from a platform's official API."),
    "watch": Entry("cli.watching", "watch_app", "Keep an eye on accounts: whom they gain and lose, and who speaks of them."),
    "history": Entry("cli.history", "history_app", "What named accounts were over time: followers, profiles, renames."),
    "audience": Entry("cli.evidence", "audience_app", "What vendors' audience shares say: ranges, never blended with estimates."),
    "performance": Entry(
        "cli.performance", "performance", "What posts of accounts brought: medians, organic and commercial apart."
    ),
    "quotes": Entry("cli.quotes", "quotes_app", "What accounts ask per format: net price, its parts, what has expired."),
    "placements": Entry("cli.placements", "placements_app", "What placements brought, beside what a run had said before."),
    "content": Entry("cli.content", "content", "What an account publishes: how often, own or paid for, and of what."),
    "peers": Entry("cli.peers", "peers", "Where an account stands among similar ones: share, cost, price, interaction, growth."),
    "safety": Entry("cli.safety", "safety", "Brands and sensitive words in what accounts published, each hit linked."),
    "campaign": Entry("cli.campaigns", "campaign_app", "A client's shortlist, scored again on a schedule."),
    "schedule": Entry("cli.scheduling", "schedule_app", "Say when candidate lists are collected."),
    "deliver": Entry("cli.delivering", "deliver_app", "Reports and alerts on their way: mail, chats, folders."),
    "worker": Entry("cli.working", "worker", "Run what is scheduled when it is due."),
    "jobs": Entry("cli.working", "jobs", "What was due and what came of it."),
    "shortlist": Entry("cli.shortlisting", "shortlist", "Rank a candidate list for a persona."),
    "explain": Entry("cli.shortlisting", "explain", "Say why one account stands where it stands."),
    "ceiling": Entry("cli.ceiling", "ceiling", "What an account is worth: up to which price it is on the list."),
    "clauses": Entry("cli.ceiling", "clauses", "Which clause of the persona moves the ranking."),
    "graph": Entry("cli.shortlisting", "graph_app", "Export the interest graph of named accounts."),
    "runs": Entry("cli.running", "runs_app", "List, show and compare score runs."),
    "report": Entry("cli.running", "report", "Write a run's report: HTML, XLSX, CSV."),
    "export": Entry("cli.running", "export", "Write a run's rows for analysts as Parquet."),
    "forget": Entry("cli.keeping", "forget", "Erase one account everywhere and keep it out."),
    "purge": Entry("cli.keeping", "purge", "Delete what has outlived its lifetime."),
    "db": Entry("cli.database", "db_app", "Upgrade, back up, restore and check the database."),
    "doctor": Entry("cli.starting", "doctor", "Check this machine and workspace."),
    "demo": Entry("cli.starting", "demo", "Run the whole path on a small simulated platform."),
}


def load(name: str) -> TyperCommand | TyperGroup:
    """The command behind a name, imported now."""
    entry = COMMANDS[name]
    found: Any = getattr(importlib.import_module(entry.module), entry.attribute)
    if isinstance(found, typer.Typer):
        found.rich_markup_mode = None  # plain help everywhere: it reads the same in a pipe, and rich is not loaded for it
        command: Any = get_group(found)
    else:
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name)(found)
        command = get_command(single)
    command.name = name
    return command  # type: ignore[no-any-return]


class LazyGroup(TyperGroup):
    """Lists commands by name and one sentence; loads the one that is called."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, help=entry.help), name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command instead of its line in the list."""
        name, command, rest = super().resolve_command(ctx, args)
        return (name, load(name), rest) if name in COMMANDS else (name, command, rest)

    def invoke(self, ctx: Any) -> Any:
        """Run, and turn an error into a sentence and an exit code; a traceback only with --debug."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say(STOPPED[choose_lang(ctx.params.get("lang") or "")])
            raise typer.Exit(130) from None
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the outermost frame: whatever happened becomes a sentence and a code
            if ctx.params.get("debug"):
                traceback.print_exc()
            say(describe(error))
            raise typer.Exit(exit_code(error) if is_expected(error) else 1) from None


def describe(error: Exception) -> str:
    """What to print of an error: its own sentence if it was written for readers, else only its kind and place.

    The text of an unexpected error is held back: a driver's message may quote a row, and a row may be a person's.
    """
    if is_expected(error):
        line = getattr(error, "line", None)
        column = getattr(error, "column", None)
        said = f"line {line}" in str(error) or f":{line}:" in str(error)
        place = f" (line {line}, column {column})" if line and not said else ""
        return f"fanfit: {error}{place}"
    if isinstance(error, OSError) and error.filename is not None:
        return f"fanfit: {error.strerror}: {error.filename}"
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"fanfit: an error it did not expect ({type(error).__name__} at {where}). Run it again with --debug for the details."


app = typer.Typer(
    name="fanfit",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        emit(version("fanfit"))
        raise typer.Exit


def _lang(value: str | None) -> str | None:
    if value not in {None, "zh", "en"}:
        message = "expected zh or en"
        raise typer.BadParameter(message)
    return value


@app.callback()
def root(
    ctx: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(help="The workspace's folder (default: FANFIT_WORKSPACE, else the nearest one upwards with fanfit.toml)."),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(metavar="zh|en", callback=_lang, help="Language of what is printed (default: settings, else LANG)."),
    ] = None,
    assigned: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A setting for this call, as small_cell=30 or lifetimes.raw_days=3; repeatable."
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Print the whole traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Rank social accounts by the share of their followers who are real and fit a persona, with its interval."""
    del version
    ctx.obj = GlobalOptions(workspace, lang, debug, tuple(assigned or ()))
