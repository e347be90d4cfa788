"""Commands that rank: `shortlist`, `explain`, `graph export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import ranking
from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import emit, print_json, program, say
from cli.wiring import open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.engine import Store

graph_app = typer.Typer(help="Export the interest graph of named accounts.", no_args_is_help=True)


@graph_app.callback()
def _graph() -> None:
    """Export the interest graph of named accounts."""


def _sample(value: str) -> str:
    if value != "all" and not (value.isdecimal() and int(value) > 0):
        message = f"expected a number above 0 or all, not {value!r}"
        raise typer.BadParameter(message)
    return value


def one_of(*allowed: str) -> "Callable[[str | None], str | None]":
    """A check of an option that takes one of a few words; an option that was not given passes."""

    def check(value: str | None) -> str | None:
        if value is not None and value not in allowed:
            message = f"expected one of {', '.join(allowed)}, not {value!r}"
            raise typer.BadParameter(message)
        return value

    return check


def shortlist(
    ctx: typer.Context,
    persona: Annotated[str, typer.Option(metavar="FILE", help="The persona's file, or the name of one scored before.")],
    candidates: Annotated[str | None, typer.Option(metavar="LIST", help="The candidate list (default: the only one).")] = None,
    sample: Annotated[str, typer.Option(metavar="N|all", callback=_sample, help="Followers to score per account.")] = "200",
    top: Annotated[int, typer.Option(min=1, help="How many you mean to pick: P(in top N).")] = 10,
    rank_by: Annotated[
        str,
        typer.Option(
            metavar="precision|cost|fitting", callback=one_of("precision", "cost", "fitting"), help="First key of the order."
        ),
    ] = "precision",
    base: Annotated[
        str,
        typer.Option(
            "--of",
            metavar="followers|engagers",
            callback=one_of("followers", "engagers"),
            help="Whose share: of followers, or of those who reacted to the newest posts.",
        ),
    ] = "followers",
    min_followers: Annotated[int, typer.Option(min=0, help="Leave out accounts with fewer followers.")] = 0,
    min_sample: Annotated[
        int | None,
        typer.Option(min=1, help="Leave out accounts of whose followers fewer could be scored (default: settings, 10)."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of sampling and draws (default: settings).")] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Prices of this format: the list's own, else the net price of a quote (图文, 1-20s视频, live).",
        ),
    ] = None,
    client: ClientOption = "",
    expired_prices: Annotated[
        bool, typer.Option("--expired-prices", help="Count with prices that have expired; they are marked.")
    ] = False,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Rank a candidate list for a persona, with intervals, ties and what could not be scored."""
    from jobs.code import code_version
    from jobs.scoring import run_shortlist
    from reports.build import build_report
    from scoring.arrays import Parameters
    from scoring.results import to_json
    from storage.formats import format_key

    session = open_session(ctx, lang=lang, seed=seed, min_sample=min_sample)
    least = session.settings.min_sample
    if sample != "all" and int(sample) < least:
        message = f"{sample} followers per account are fewer than the {least} below which none is ranked: ask for more, or lower --min-sample"
        raise typer.BadParameter(message, param_hint="--sample")
    parameters = Parameters(
        sample=None if sample == "all" else int(sample), top=top, rank_by=rank_by, min_followers=min_followers,
        seed=session.settings.seed, k_anonymity=session.settings.small_cell, min_sample=least,
        base="engagers" if base == "engagers" else "followers",
        assess_x=bool(session.settings.x.permission),
        price_format=None if form is None else format_key(form), client=client or None, expired_prices=expired_prices,
    )  # fmt: skip
    with session.store("shortlist") as store:
        text, where = persona_text(store, persona)
        list_name = candidates or only_list(store)
        run_id, result = run_shortlist(
            store, session.workspace, text, list_name, parameters, now=session.now(), code_version=code_version(), where=where,
            processes=session.settings.processes, client=client,
        )  # fmt: skip
    if as_json:
        print_json({"run": run_id, **to_json(result)})
        return
    report = build_report(result, run_id=run_id, created=session.now(), lang=session.lang, top=0, code_version=code_version())
    ranking.show_ranking(session, report)
    say(ranking.RUN[session.lang].format(run=run_id, program=program()))


def persona_text(store: "Store", persona: str) -> tuple[str, str]:
    """The persona's text and what messages call it: a file, else a persona that was scored before."""
    from storage.errors import NotFound
    from storage.runs import load_persona

    path = Path(persona)
    if path.is_file():
        return path.read_text("utf-8-sig"), path.name
    try:
        return load_persona(store, persona).text, persona
    except NotFound:
        message = f'there is no persona file "{persona}", and none of that name was scored before: write one with `fanfit persona new NAME`'
        raise NotFound(message) from None


def only_list(store: "Store") -> str:
    """The one candidate list there is; refused where there is none, or several."""
    from scoring.errors import NothingToScore
    from storage.errors import NotFound
    from storage.queries import list_names

    names = list_names(store)
    if len(names) == 1:
        return names[0]
    if not names:
        message = "there is no candidate list yet: bring one in with `fanfit candidates import FILE`"
        raise NothingToScore(message)
    message = f"there are several candidate lists ({', '.join(sorted(names))}): name one with --candidates"
    raise NotFound(message)


def explain(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Native id, handle, name or URL of an account of the run.")],
    run: Annotated[int | None, typer.Option("--run", metavar="N", help="The run (default: the newest).")] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Say why one account stands where it stands: what its followers have more and less of than average, and from whom."""
    from jobs.explaining import explain_account, explanation_json
    from reports import numbers
    from reports.build import build_report
    from reports.remarks import reason

    session = open_session(ctx, lang=lang)
    with session.store("explain") as store:
        found = explain_account(store, account, run)
    if as_json:
        print_json(explanation_json(found))
        return
    about = found.shortlist
    emit(
        ranking.ABOUT[session.lang].format(
            run=found.run_id, persona=numbers.name(about.persona), version=about.persona_version,
            list_name=numbers.name(about.list_name), date=numbers.date(about.data_to),
        )
    )  # fmt: skip
    if found.reason:
        emit(f"{found.given}: {reason(found.reason, session.lang, found.values)}")
    if found.place is None and not found.other_grade:
        return
    every = len(found.shortlist.cards)
    report = build_report(
        found.shortlist, run_id=found.run_id, created=found.created, lang=session.lang, top=every, why_not=found.why_not,
    )  # fmt: skip
    if found.place is None:
        ranking.show_beside(session, report)
        return
    ranking.show_section(session, report, report.sections[found.place])


@graph_app.command("export")
def graph_export(
    ctx: typer.Context,
    file_format: Annotated[
        str, typer.Option("--format", metavar="gexf|graphml", callback=one_of("gexf", "graphml"), help="Both open in Gephi.")
    ] = "gexf",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="File (default: exports/graph.<format>).")
    ] = None,
    least: Annotated[int, typer.Option("--min-shared", min=1, help="Leave out pairs that share fewer followers.")] = 3,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Write the graph of named accounts: what each is known for, edges weighted by shared followers in the store, communities."""
    from jobs.graphing import export_graph

    session = open_session(ctx, lang=lang)
    path = output or session.workspace / "exports" / f"graph.{file_format}"  # a folder that `forget` clears
    with session.store("graph export") as store:
        accounts, edges = export_graph(store, path, file_format, least=least, seed=session.settings.seed)
    if as_json:
        print_json({"file": str(path), "accounts": accounts, "edges": edges})
        return
    emit(ranking.GRAPH[session.lang].format(path=path, accounts=accounts, edges=edges))
