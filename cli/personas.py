"""`fanfit persona new | check | interests | show | schema`: write, check and look at personas."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, program, say, show_table
from cli.wiring import open_session

if TYPE_CHECKING:
    from cli.wiring import Lang
    from scoring.persona import Persona, Trait

persona_app = typer.Typer(help="Write, check and look at personas.", no_args_is_help=True)

WRITTEN = {
    "zh": "已写好 {path}。填好后运行:{program} persona check {path}",
    "en": "Wrote {path}. Fill it in, then: {program} persona check {path}",
}
_SAMPLE = 6  # words of an interest shown in a table


@persona_app.command("new")
def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Short name: lower-case letters, digits, - and _.")],
    interest: Annotated[list[str] | None, typer.Option("--from", help="An interest it starts from; may be given again.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it (default: NAME.yaml here; - prints it).")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Write a commented persona file to fill in."""
    from scoring.persona import parse_persona
    from scoring.persona_template import template

    text = template(name, tuple(interest or ()))
    parse_persona(text, where=f"{name}.yaml")  # a wrong name or interest is refused before anything is written
    path = output or Path(f"{name}.yaml")
    if str(path) == "-":
        emit(text.rstrip("\n"))
        return
    if path.exists():
        message = f"{path} exists already; nothing was written. Choose another name, or another place with --output."
        raise typer.BadParameter(message)
    path.write_text(text, encoding="utf-8")
    say(WRITTEN[open_session(ctx, lang=lang).lang].format(path=path, program=program()))


@persona_app.command("check")
def check(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A persona file (YAML).", exists=True, dir_okay=False)],
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Read a persona file back in plain words, with the words it will look for; errors point at line and column."""
    from reports.persona_reading import read_aloud
    from scoring.persona_file import read_persona

    session = open_session(ctx, lang=lang)
    persona = read_persona(file)
    clauses = [_clause_document(part, trait, session.lang) for part, trait in _parts(persona)]
    if as_json:
        reading = {language: read_aloud(persona, language) for language in ("zh", "en")}
        document = {
            "name": persona.name,
            "title": persona.title,
            "client": persona.client,
            "digest": persona.digest,
            "reading": reading,
            "min_should": persona.min_should,
        }
        print_json({**document, "clauses": clauses})
        return
    emit(f"{persona.title[session.lang]} ({persona.name}): {read_aloud(persona, session.lang)}")
    heads = (
        ("部分", "条件", "查找的词", "需要重读原文")
        if session.lang == "zh"
        else ("part", "clause", "words it looks for", "needs the texts again")
    )
    columns = [Column(head) for head in heads]
    rows = [[each["part"], each["reading"], _first(each["words"]), "; ".join(each["unseen"]) or None] for each in clauses]
    show_table(session, "", columns, rows, clauses, as_json=False)
    if any(each["unseen"] for each in clauses):
        say(
            "Phrases in the last column were not counted at import: a run can look for them only in texts still held, and reports the share."
            if session.lang == "en"
            else "最后一列的短语在导入时没有统计:评分时只能在仍保留的原文里查找,并会报告覆盖比例。"
        )


@persona_app.command("interests")
def list_interests(
    ctx: typer.Context,
    query: Annotated[str | None, typer.Argument(help="Part of an id or name, or a word, Chinese or English.")] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """List the interests that a persona may name, with their IAB ids and some of their words."""
    from scoring.text.lexicon import interests
    from scoring.text.suggest import nearest_interests

    session = open_session(ctx, lang=lang)
    found = list(interests()) if query is None else nearest_interests(query, count=10)
    document = [
        {"id": each.id, "zh": each.zh, "en": each.en, "iab": each.iab, "parent": each.parent,
         "words_zh": list(each.words_zh), "words_en": list(each.words_en)}
        for each in found
    ]  # fmt: skip
    columns = [
        Column("id"),
        Column("zh"),
        Column("en"),
        Column("IAB 3.1", "right"),
        Column("词" if session.lang == "zh" else "words"),
    ]
    rows = [
        [each.id, each.zh, each.en, each.iab, ", ".join((*each.words_zh[:_SAMPLE], *each.words_en[:_SAMPLE]))] for each in found
    ]
    show_table(session, "", columns, rows, document, as_json)
    if not found:
        say(
            f"No interest resembles {query!r}; without a word, `fanfit persona interests` lists all. Other words can be `keywords`."
        )


@persona_app.command("show")
def show(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A persona used in this workspace (default: list all).")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="Print this version's file instead of the list.")] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """List the versions of a persona, or print one version's file."""
    from storage.runs import list_personas, load_persona

    session = open_session(ctx, lang=lang)
    with session.store("persona show") as store:
        if name is not None and version is not None:
            row = load_persona(store, name, version)
            emit(row.text.rstrip("\n")) if not as_json else print_json(_version_document(row) | {"text": row.text})
            return
        if name is not None:
            load_persona(store, name)  # says which there are when this one is not
        rows = [row for row in list_personas(store) if name is None or row.name == name]
    if not rows and not as_json:
        say(
            "还没有用过的人群:用 `fanfit shortlist --persona FILE` 评分后即可看到。"
            if session.lang == "zh"
            else "No persona was scored yet: `fanfit shortlist --persona FILE` keeps the one it used."
        )
        return
    heads = ("名称", "版本", "时间", "摘要") if session.lang == "zh" else ("name", "version", "created", "digest")
    columns = [Column(head, "right" if place == 1 else "left") for place, head in enumerate(heads)]
    cells = [[row.name, row.version, f"{row.created:%Y-%m-%d %H:%M} UTC", row.digest[:12]] for row in rows]
    show_table(session, "", columns, cells, [_version_document(row) for row in rows], as_json)


@persona_app.command("schema")
def schema() -> None:
    """Print the JSON Schema of persona files, for editors."""
    from scoring.persona_schema import persona_schema

    print_json(persona_schema())


def _parts(persona: "Persona") -> list[tuple[str, "Trait"]]:
    named = (("must", persona.must), ("must_not", persona.must_not), ("should", persona.should))
    return [(part, trait) for part, traits in named for trait in traits]


def _clause_document(part: str, trait: "Trait", lang: "Lang") -> dict[str, Any]:
    from reports.persona_reading import clause
    from scoring.persona import trait_words, unseen_phrases

    words, unseen = list(trait_words(trait)), list(unseen_phrases(trait))
    return {
        "part": part,
        "kind": trait.kind,
        "key": trait.key,
        "weight": trait.weight,
        "reading": clause(trait, lang),
        "words": words,
        "unseen": unseen,
    }


def _version_document(row: Any) -> dict[str, Any]:
    return {"name": row.name, "version": row.version, "digest": row.digest, "created": row.created}


def _first(words: list[str]) -> str | None:
    more = f" ... ({len(words)})" if len(words) > 2 * _SAMPLE else ""
    return ", ".join(words[: 2 * _SAMPLE]) + more if words else None
