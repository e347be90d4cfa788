"""Commands of the planner's workbook: `workbook new | read`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, near, print_json, program, say, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.planning import PlannerJob, SheetRead, WorkbookRead

workbook_app = typer.Typer(help="One workbook for brief, candidates, quotes, audience and performance.", no_args_is_help=True)

SHOWN = 40  # problems that are printed; --json has all

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "new": "Wrote {path}. Fill it in, then: {program} workbook read {path}",
        "sheet": "{title}: {accepted} of {rows} rows taken{more}.", "refused": "{title}: not read.",
        "already": "{title}: taken before (import #{id}); nothing to do.",
        "repeated": ", {n} repeated", "left": ", {n} refused", "heads": ("sheet", "cell", "column", "what is wrong", "what was expected"),
        "problems": "Cells that were not understood ({n})", "more": "and {n} more: --json lists all.",
        "unmatched": "{n} of {all} candidates name no account that can be told: a short link, a link to something else, or only a name. They stay in the list, not scored.",
        "kept": "{n} remarks were put in the notes of their candidates.", "loose": "{n} remarks belong to no candidate; they are listed in {path}:",
        "persona": "The brief's conditions are in {path}: read them back with `{program} persona check {path}`.",
        "clock": "Dates without a zone were read as {zone}, amounts without a currency as {currency}.", "empty": "No sheet of the workbook has rows to read.",
        "next": "Next: {program} shortlist --persona {persona} --candidates {list}",
    },
    "zh": {
        "new": "已写入 {path}。填好后运行:{program} workbook read {path}",
        "sheet": "{title}:{rows} 行中读入 {accepted} 行{more}。", "refused": "{title}:未读入。",
        "already": "{title}:已读过(导入 #{id}),无需重复。",
        "repeated": ",重复 {n} 行", "left": ",拒绝 {n} 行", "heads": ("表", "单元格", "列", "问题", "应为"),
        "problems": "没有看懂的单元格({n} 处)", "more": "另有 {n} 处,--json 列出全部。",
        "unmatched": "{all} 个候选中有 {n} 个无法确定是哪个账号:短链接、不是主页的链接,或只有名称。它们保留在名单里,不评分。",
        "kept": "{n} 条备注已写入候选账号的备注。", "loose": "{n} 条备注不属于任何候选账号,列在 {path}:",
        "persona": "需求里的人群条件已写入 {path}:用 `{program} persona check {path}` 核对。",
        "clock": "没有时区的日期按 {zone} 读取,没有币种的金额按 {currency} 读取。", "empty": "工作簿里没有可读的数据行。",
        "next": "下一步:{program} shortlist --persona {persona} --candidates {list}",
    },
}  # fmt: skip


@workbook_app.command("new")
def new(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write, .xlsx.")] = Path("planner.xlsx"),
    with_example: Annotated[
        bool, typer.Option("--example", help="Filled with simulated accounts and figures, to try with.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Write an empty workbook to fill in: sheets, lists to choose from, hints."""
    from collectors.planner.blank import write_workbook
    from collectors.planner.example import example

    session = open_session(ctx, lang=lang)
    brief, rows = example(session.lang, session.now().date()) if with_example else (None, None)
    write_workbook(file, session.lang, brief=brief, rows=rows)
    say(TEXTS[session.lang]["new"].format(path=near(file), program=program()))


@workbook_app.command("read")
def read(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook as `workbook new` writes it.")],
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="LIST", help="The candidate list (default: the brief's campaign).")
    ] = None,
    currency: Annotated[str, typer.Option(help="Currency of amounts that name none.")] = "CNY",
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of dates (default: settings, else Asia/Shanghai).")
    ] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Take a filled workbook in, sheet by sheet; every cell that is not understood is named, every remark kept. Again, it does nothing."""
    from jobs.planning import PlannerJob, read_workbook

    session = open_session(ctx, lang=lang)
    zone = timezone or session.settings.timezone or "Asia/Shanghai"
    job = PlannerJob(file, session.workspace, list_name, zone, currency, session.lang)
    with session.store("workbook read") as store:
        found = read_workbook(store, job, now=session.now())
    if as_json:
        print_json(_document(found))
    else:
        _tell(session, found, job)
    if any(each.outcome is None for each in found.sheets):
        raise typer.Exit(3)


def _document(found: "WorkbookRead") -> dict[str, Any]:
    from dataclasses import asdict

    from cli.import_run import outcome_document

    brief = found.brief and {
        "sheet": found.brief.title,
        "answers": {name: each.text for name, each in found.brief.answers.items()},
    }
    sheets = [
        {"title": each.title, "kind": each.kind, "outcome": each.outcome and outcome_document(each.outcome),
         "problems": [asdict(problem) for problem in each.problems], "notes": each.notes}
        for each in found.sheets
    ]  # fmt: skip
    return {
        "list_name": found.list_name, "brief": brief, "sheets": sheets, "problems": [asdict(each) for each in found.problems],
        "kept": [asdict(each) for each in found.kept], "loose": [asdict(each) for each in found.loose], "loose_file": found.loose_file,
        "persona": found.persona, "notes": found.notes,
    }  # fmt: skip


def _tell(session: Session, found: "WorkbookRead", job: "PlannerJob") -> None:
    texts = TEXTS[session.lang]
    for note in found.notes:
        say(f"! {note}")
    if not found.sheets:
        say(texts["empty"])
    for sheet in found.sheets:
        _tell_sheet(sheet, texts)
    problems = [each for sheet in found.sheets for each in sheet.problems] + list(found.problems)
    if problems:
        rows = [
            (each.sheet, each.place or None, each.header or None, each.reason, each.expected or None) for each in problems[:SHOWN]
        ]
        show_table(
            session,
            texts["problems"].format(n=len(problems)),
            [Column(head) for head in texts["heads"]],
            rows,
            None,
            as_json=False,
        )
    if len(problems) > SHOWN:
        emit(texts["more"].format(n=len(problems) - SHOWN))
    if found.kept:
        emit(texts["kept"].format(n=len(found.kept)))
    if found.loose_file is not None:
        emit(texts["loose"].format(n=len(found.loose), path=near(found.loose_file)))
        for each in found.loose:
            emit(f"  {each.sheet}!{each.place}: {each.text}")
    emit(texts["clock"].format(zone=job.timezone, currency=job.currency))
    if found.persona is not None:
        emit(texts["persona"].format(path=near(found.persona), program=program()))
        emit(texts["next"].format(program=program(), persona=near(found.persona), list=found.list_name))


def _tell_sheet(sheet: "SheetRead", texts: dict[str, Any]) -> None:
    outcome = sheet.outcome
    for note in sheet.notes:
        say(f"! {sheet.title}: {note}")
    if outcome is None:
        emit(texts["refused"].format(title=sheet.title))
        return
    if outcome.status == "already":
        emit(texts["already"].format(title=sheet.title, id=outcome.import_id))
        return
    more = texts["repeated"].format(n=outcome.duplicates) if outcome.duplicates else ""
    more += texts["left"].format(n=outcome.rejected) if outcome.rejected else ""
    emit(texts["sheet"].format(title=sheet.title, accepted=outcome.accepted, rows=outcome.rows, more=more))
    for warning in outcome.warnings:
        say(f"! {sheet.title}: {warning}")
    unmatched = sum(each.match.status != "matched" for each in outcome.matches)
    if unmatched:
        emit(texts["unmatched"].format(n=unmatched, all=len(outcome.matches)))
