"""The command that reads a marked workbook back: `list mark`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.list_words import TEXTS, ByOption, field_word, plain_name, said_in
from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import Lang, Session, open_session

if TYPE_CHECKING:
    from jobs.marking import Marking, Told


def mark(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.xlsx", help="A workbook that `fanfit report` wrote and somebody marked up.")
    ],
    take: Annotated[
        Literal["file", "mine"] | None,
        typer.Option(help="Where both changed a field: the file's or what is here (default: ask one by one)."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    by: ByOption = "",
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Takes over what a marked workbook changed; what was changed here meanwhile is never overwritten unasked."""
    from jobs.marking import read_marks, save_marks

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("list mark") as store:
        marking = read_marks(store, file, client=client)
        undecided = bool(marking.conflicts) and take is None and (as_json or not sys.stdin.isatty())
        if not as_json:
            _say_marking(session, marking)
        chosen: list[Told] = []
        if not (dry_run or undecided):
            chosen = [each for each in marking.conflicts if (_ask(each, session.lang) if take is None else take == "file")]
            save_marks(store, marking, lambda each: each in chosen, now=session.now(), by=by, file_name=file.name)
    taken = [] if undecided else [*marking.changed, *chosen]
    if as_json:
        written = not (dry_run or undecided)
        print_json(_marking_document(marking) | {"taken": [_told_document(each) for each in taken], "written": written})
    elif not undecided:
        _say_taken(taken, marking, file.name, texts, dry_run=dry_run)
    if undecided and not dry_run:
        if not as_json:
            say(texts["decide"])
        raise typer.Exit(2)


def _ask(each: "Told", lang: Lang) -> bool:
    values = {"base": each.base, "here": each.here, "file": each.file}
    said = {name: said_in(each.field, value, lang) for name, value in values.items()}
    return typer.confirm(
        TEXTS[lang]["conflict"].format(account=plain_name(each.account.label), field=field_word(each.field, lang), **said),
        err=True,
    )


def _say_marking(session: Session, marking: "Marking") -> None:
    texts = TEXTS[session.lang]
    for each in ("kept", "absent", "hidden"):
        if getattr(marking, each):
            emit(texts[each].format(n=getattr(marking, each)))
    if marking.columns:
        emit(texts["columns"].format(names=", ".join(field_word(each, session.lang) for each in marking.columns)))
    if marking.problems:
        emit(texts["problems"].format(n=len(marking.problems)))
    for problem in marking.problems:
        emit(f"  {plain_name(problem.sheet)}!{problem.place}: {texts[problem.kind].format(detail=plain_name(problem.detail))}")
    heads = [Column(head) for head in texts["mark heads"]]
    if marking.changed:
        show_table(session, "", heads, [_told_cells(each, session.lang) for each in marking.changed], None, as_json=False)
    if marking.conflicts:
        emit(texts["conflicts"].format(n=len(marking.conflicts)))
        show_table(session, "", heads, [_told_cells(each, session.lang) for each in marking.conflicts], None, as_json=False)


def _say_taken(taken: "list[Told]", marking: "Marking", file_name: str, texts: dict[str, Any], *, dry_run: bool) -> None:
    values = {"file": plain_name(file_name), "list": plain_name(marking.list_name), "rows": marking.rows}
    if not taken:
        emit(texts["none taken"].format(**values))
        return
    accounts = len({each.key for each in taken})
    emit(texts["would" if dry_run else "taken"].format(changed=len(taken), accounts=accounts, **values))


def _told_cells(each: "Told", lang: Lang) -> tuple[str, ...]:
    said = (said_in(each.field, value, lang) for value in (each.base, each.here, each.file))
    return (plain_name(each.account.label), field_word(each.field, lang), *said, each.place)


def _marking_document(marking: "Marking") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "list": marking.list_name, "client": marking.client or None, "rows": marking.rows, "absent": marking.absent, "kept": marking.kept,
        "hidden": marking.hidden, "columns_missing": list(marking.columns), "changed": [_told_document(each) for each in marking.changed],
        "conflicts": [_told_document(each) for each in marking.conflicts], "problems": [asdict(each) for each in marking.problems],
    }  # fmt: skip


def _told_document(each: "Told") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "account": asdict(each.account), "field": each.field, "base": each.base, "here": each.here, "file": each.file, "place": each.place,
    }  # fmt: skip
