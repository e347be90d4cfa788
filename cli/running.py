"""Commands about runs that were made: list, show and compare them, overlap of their accounts, write their report, export their rows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.comparing import Comparison
    from storage.runs import RunSummary

runs_app = typer.Typer(help="List, show and compare score runs.", no_args_is_help=True)

RunArgument = Annotated[int | None, typer.Argument(metavar="[RUN]", help="The run's number (default: the newest).")]

TEXTS = {
    "en": {
        "run": "run", "persona": "persona", "list": "list", "created": "computed", "data": "data as of", "again": "recomputable",
        "client": "client", "yes": "yes", "no": "no", "none": "No runs yet: make one with `fanfit shortlist`.", "runs": "Runs", "accounts": "Run {run}",
        "place": "place", "band": "band", "account": "account", "platform": "platform", "precision": "on-target share",
        "interval": "from-to", "n": "n", "same": "Both runs say the same.", "diff": "Run {b} against run {a}",
        "gone": "Changed; the input of run {a} is gone, so the cause cannot be told.",
        "cause": "{cause}: {moved} places changed, a share by up to {largest} points",
        "nothing": "{cause}: no effect", "code": "program", "parameters": "parameters", "persona_cause": "persona", "data_cause": "data",
        "data_or_selection": "data or selection (other data came in, or other parameters or another persona had other followers read)",
        "data_or_code": "data or program (other data came in, or a program version that is not this one computed it)", "written": "Report of run {run}:",
        "left_out": "{rows} rows of {platforms} were left out: their terms forbid it.", "exported": "{rows} rows written to {path}",
    },
    "zh": {
        "run": "运行", "persona": "目标人群", "list": "名单", "created": "生成时间", "data": "数据日期", "again": "可重算",
        "client": "客户", "yes": "是", "no": "否", "none": "还没有运行:用 `fanfit shortlist` 生成。", "runs": "运行", "accounts": "运行 {run}",
        "place": "名次", "band": "档", "account": "账号", "platform": "平台", "precision": "TA浓度",
        "interval": "区间", "n": "看了", "same": "两次运行结果相同。", "diff": "运行 {b} 与运行 {a} 对比",
        "gone": "有变化;运行 {a} 的输入已删除,无法说明原因。",
        "cause": "{cause}:{moved} 个名次变化,比例最多变化 {largest} 个百分点",
        "nothing": "{cause}:没有影响", "code": "程序", "parameters": "参数", "persona_cause": "目标人群", "data_cause": "数据",
        "data_or_selection": "数据或抽取(数据有更新,或因参数、目标人群不同而读取了别的粉丝)",
        "data_or_code": "数据或程序(数据有更新,或由另一个程序版本算出)", "written": "运行 {run} 的报告:",
        "left_out": "{platforms} 的 {rows} 行没有导出:平台条款不允许。", "exported": "{rows} 行已写入 {path}",
    },
}  # fmt: skip


@runs_app.command("list")
def list_command(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Every run, the newest first."""
    from storage.runs import list_runs

    session = open_session(ctx, lang=lang)
    with session.store("runs list") as store:
        runs = list_runs(store)
    words = TEXTS[session.lang]
    if not runs and not as_json:
        say(words["none"])
        return
    columns = [Column(words[key]) for key in ("run", "persona", "list", "created", "data", "again", "client")]
    rows = [_line(run, words) for run in runs]
    show_table(session, words["runs"], columns, rows, [_document(run) for run in runs], as_json)


@runs_app.command("show")
def show_command(ctx: typer.Context, run: RunArgument = None, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """One run: its accounts in order, with shares and intervals; --json prints all of it."""
    from reports.build import build_report
    from scoring.results import from_json
    from storage.runs import load_run

    session = open_session(ctx, lang=lang)
    with session.store("runs show") as store:
        found = load_run(store, run)
    words = TEXTS[session.lang]
    report = build_report(from_json(found.result), run_id=found.id, created=found.summary.created, lang=session.lang, top=0)
    columns = [Column(words["place"], "right"), Column(words["band"]), Column(words["account"]), Column(words["platform"])]
    columns += [Column(words[key], "right") for key in ("precision", "interval", "n")]
    rows = [
        (row.place, row.band, row.name.label, row.name.platform, row.precision.text, row.precision.interval, row.n)
        for row in report.rows
    ]
    document = _document(found.summary) | {"parameters": found.parameters, "seed": found.seed, "result": found.result}
    show_table(session, words["accounts"].format(run=found.id), columns, rows, document, as_json)


@runs_app.command("diff")
def diff_command(
    ctx: typer.Context,
    a: Annotated[int, typer.Argument(metavar="A", help="The earlier run's number.")],
    b: Annotated[int, typer.Argument(metavar="B", help="The later run's number.")],
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What changed from run A to run B, and whether program, parameters, persona or data did it."""
    from jobs.code import code_version
    from jobs.comparing import compare_runs

    session = open_session(ctx, lang=lang)
    with session.store("runs diff") as store:
        found = compare_runs(store, session.workspace, a, b, code_version=code_version())
    _show_difference(session, found, as_json)


@runs_app.command("overlap")
def overlap_command(
    ctx: typer.Context,
    accounts: Annotated[
        list[str], typer.Argument(metavar="ACCOUNT...", help="Two accounts of the run or more: id, handle, name or URL.")
    ],
    run: Annotated[int | None, typer.Option(help="The run's number (default: the newest).")] = None,
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Shared followers of each pair of the accounts you name, and of all of them with each person counted once."""
    from dataclasses import asdict

    from cli import ranking
    from jobs.overlapping import overlap_of
    from reports.overlaps import overlap_rows, reach_of_chosen

    session = open_session(ctx, lang=lang)
    with session.store("runs overlap") as store:
        found = overlap_of(store, session.workspace, accounts, run, client)
    if as_json:
        print_json(asdict(found))
        return
    ranking.show_overlaps(session, overlap_rows(found.overlaps, found.accounts, session.lang))
    for line in reach_of_chosen(found.net_reach, session.lang):
        emit(line)


def _show_difference(session: Session, found: "Comparison", as_json: bool) -> None:
    from dataclasses import asdict

    from reports import numbers

    words = TEXTS[session.lang]
    columns = [Column(words["account"]), Column(words["platform"])]
    columns += [Column(f"{words[key]} {run}", "right") for run in (found.a, found.b) for key in ("place", "band", "precision")]
    rows = []
    for each in found.changes:
        cells: list[object] = [numbers.name(each.account), each.platform]
        for place, band, share in ((each.place_a, each.band_a, each.precision_a), (each.place_b, each.band_b, each.precision_b)):
            cells += [place, band, _share(share.value, share.low, share.high, session.lang) if share else None]
        rows.append(cells)
    document = asdict(found) | {"same": found.same, "causes": list(found.causes)}
    show_table(session, words["diff"].format(a=found.a, b=found.b), columns, rows, document, as_json)
    if as_json:
        return
    if found.same:
        emit(words["same"])
    elif found.why:
        emit(words["gone"].format(a=found.a))
    for step in found.steps:
        cause = words.get(f"{step.cause}_cause") or words[step.cause]
        text = words["cause" if step.any else "nothing"]
        emit(text.format(cause=cause, moved=step.moved, largest=f"{step.largest * 100:.1f}"))


def report(
    ctx: typer.Context,
    run: RunArgument = None,
    formats: Annotated[
        str, typer.Option("--format", help="Comma-separated: html, xlsx, csv, pptx, pdf (the last needs fanfit[pdf]).")
    ] = "html,xlsx,csv",
    report_lang: Annotated[
        str, typer.Option("--lang", metavar="zh|en|both", help="Language of the report (default: both).")
    ] = "both",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write to (default: reports/run-<id> in the workspace).")
    ] = None,
    top: Annotated[int, typer.Option(min=0, help="How many accounts get a section of their own.")] = 20,
    clauses: Annotated[
        bool,
        typer.Option(
            "--clauses", help="With a part on what would change the ranking: each clause left out in turn (scores anew)."
        ),
    ] = False,
    edition: Annotated[
        Literal["internal", "client"],
        typer.Option(help="client: without prices that tell rebates, notes, owners and rejected accounts."),
    ] = "internal",
    brand: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Name, logo, colour and columns of the client edition: a YAML file (docs/outputs.md)."),
    ] = None,
    client: ClientOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Write a run's report as HTML, XLSX, CSV, slides or PDF, in Chinese and English."""
    from jobs.reporting import FORMATS, write_report
    from reports.brand import OURS, read_brand

    if brand is not None and edition != "client":
        message = "a brand file is of the client edition: add --edition client"
        raise typer.BadParameter(message, param_hint="--brand")
    kinds = [kind.strip().lower() for kind in formats.split(",") if kind.strip()]
    if not kinds or set(kinds) - set(FORMATS):
        message = f"expected one or more of {', '.join(FORMATS)}, separated by commas"
        raise typer.BadParameter(message, param_hint="--format")
    if report_lang not in {"zh", "en", "both"}:
        message = "expected zh, en or both"
        raise typer.BadParameter(message, param_hint="--lang")
    session = open_session(ctx)
    langs = cast("list[Literal['zh', 'en']]", ["zh", "en"] if report_lang == "both" else [report_lang])
    bears = None if edition == "internal" else read_brand(brand) if brand is not None else OURS
    with session.store("report") as store:
        run_id, paths = write_report(
            store,
            session.workspace,
            run,
            formats=kinds,
            langs=langs,
            folder=output,
            top=top,
            client=client,
            tiers=session.tiers(),
            clauses=clauses,
            brand=bears,
        )
    if as_json:
        print_json({"run": run_id, "files": [str(path) for path in paths]})
        return
    say(TEXTS[session.lang]["written"].format(run=run_id))
    for path in paths:
        emit(str(path))


def export(
    ctx: typer.Context,
    run: RunArgument = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet: the one format of the raw export.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File (default: exports/run-<id>.parquet).")] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Write a run's scored followers for analysts: numbers without identity; noted in the audit log."""
    from jobs.exporting import export_run

    if not parquet:
        message = "say --parquet: rows of people leave the workspace only when asked for by name"
        raise typer.BadParameter(message, param_hint="--parquet")
    session = open_session(ctx, lang=lang)
    words = TEXTS[session.lang]
    with session.store("export") as store:
        done = export_run(store, session.workspace, run, output, now=session.now())
    if as_json:
        print_json(
            {
                "run": done.run_id,
                "file": str(done.path),
                "rows": done.rows,
                "left_out": done.left_out,
                "platforms": list(done.platforms),
            }
        )
        return
    if done.left_out:
        say(words["left_out"].format(rows=done.left_out, platforms=", ".join(done.platforms)))
    say(words["exported"].format(rows=done.rows, path=done.path))


def _line(run: "RunSummary", words: dict[str, str]) -> tuple[object, ...]:
    from reports import numbers

    persona = f"{numbers.name(run.persona)} v{run.persona_version}"
    again = words["yes"] if run.recomputable else words["no"]
    return (
        run.id,
        persona,
        numbers.name(run.list_name),
        f"{run.created:%Y-%m-%d %H:%M}",
        numbers.date(run.data_date),
        again,
        run.client or None,
    )


def _document(run: "RunSummary") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(run)


def _share(value: float, low: float, high: float, lang: Literal["zh", "en"]) -> str:
    from reports import numbers

    decimals = numbers.share_decimals(value)
    return f"{numbers.percent(value, lang, decimals)} ({numbers.percent_range(low, high, lang, decimals)})"
