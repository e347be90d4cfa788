"""The commands over a list's statuses: `list show | set | history`; `mark` and `diff` come from files of their own."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.list_diffs import diff
from cli.list_words import TEXTS, ByOption, plain_name, said_in
from cli.marking import mark
from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import Lang, open_session

if TYPE_CHECKING:
    from jobs.listing import Listed

HELP = "Statuses, notes and owners of a list; a marked workbook read back; two lists compared."
list_app = typer.Typer(help=HELP, no_args_is_help=True)
list_app.command("mark")(mark)
list_app.command("diff")(diff)
ListName = Annotated[str, typer.Argument(metavar="LIST", help="The list's name.")]


@list_app.command("show")
def show(
    ctx: typer.Context,
    name: ListName = "candidates",
    status: Annotated[str | None, typer.Option(help="Only accounts with this status, in either language.")] = None,
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """A list with its statuses, in the order that somebody gave it, else in the newest run's."""
    from jobs.listing import field_value, listing

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    wanted = None if status is None else field_value("status", status)
    with session.store("list show") as store:
        found = listing(store, name, client=client)
    rows = [each for each in found.rows if wanted is None or each.values.get("status", "") == wanted]
    document = {"list": found.name, "client": found.client or None, "run": found.run_id, "unmatched": list(found.unmatched)}
    drops = {8: 1, 7: 2, 6: 3, 5: 4}
    columns = [Column(head, drop=drops.get(at, 0)) for at, head in enumerate(texts["show heads"])]
    cells = [_cells(each, session.lang) for each in rows]
    show_table(session, "", columns, cells, document | {"rows": [_document(each) for each in rows]}, as_json)
    if as_json:
        return
    emit(texts["run"].format(run=found.run_id) if found.run_id is not None else texts["no run"])
    if found.unmatched:
        emit(texts["unmatched"].format(names=", ".join(plain_name(each) for each in found.unmatched)))


@list_app.command("set")
def set_(
    ctx: typer.Context,
    name: ListName,
    accounts: Annotated[list[str], typer.Argument(metavar="ACCOUNT...", help="Ids, handles, names or URLs.")],
    status: Annotated[str | None, typer.Option(help="待询价 已询价 送客户 通过 备选 淘汰 已签 已发布, or in English.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who looks after it.")] = None,
    note: Annotated[str | None, typer.Option(help="A note.")] = None,
    mcn: Annotated[str | None, typer.Option(help="Its agency.")] = None,
    slot: Annotated[str | None, typer.Option(help="When it could go out, as written.")] = None,
    order: Annotated[str | None, typer.Option(help="A place of your own, from 1; needs --order-reason.")] = None,
    order_reason: Annotated[str | None, typer.Option(help="Why it does not stand where the run puts it.")] = None,
    package: Annotated[str | None, typer.Option(help="The package of small accounts that it is bought in.")] = None,
    check: Annotated[str | None, typer.Option(help="What a look at it found: ok or bad (合格, 不合格).")] = None,
    by: ByOption = "",
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Sets fields of accounts; an empty text clears one. What was there before stays in the history."""
    from jobs.listing import set_fields

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    given = {
        "status": status, "owner": owner, "note": note, "mcn": mcn, "slot": slot, "order": order, "order_reason": order_reason,
        "package": package,
        "check": check,
    }  # fmt: skip
    values = {field: value for field, value in given.items() if value is not None}
    if not values:
        raise typer.BadParameter(texts["nothing asked"])
    with session.store("list set") as store:
        changed = set_fields(store, name, accounts, values, now=session.now(), by=by, client=client)
    if as_json:
        print_json({"list": name, "changed": changed})
    else:
        emit(texts["set"].format(n=changed) if changed else texts["nothing set"])


@list_app.command("history")
def history_(
    ctx: typer.Context,
    name: ListName,
    account: Annotated[str | None, typer.Argument(help="Only this account.")] = None,
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Every change of a list: what was set to what, when, by whom, from which command or file."""
    from dataclasses import asdict

    from jobs.listing import history
    from reports.marks import FIELD_WORDS, said

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("list history") as store:
        found = history(store, name, account, client=client)
    if not found and not as_json:
        say(texts["no history"])
        return
    columns = [Column(head) for head in texts["history heads"]]
    rows = [
        (
            f"{each.at:%Y-%m-%d %H:%M}", plain_name(ref.label), FIELD_WORDS[each.field](session.lang),
            plain_name(said(each.field, each.value, session.lang)) or texts["cleared"], plain_name(each.by), plain_name(each.source),
        )
        for ref, each in found
    ]  # fmt: skip
    document = [
        {
            "account": asdict(ref),
            "field": each.field,
            "value": each.value,
            "at": each.at,
            "by": each.by or None,
            "source": each.source,
        }
        for ref, each in found
    ]
    show_table(session, "", columns, rows, {"list": name, "changes": document}, as_json)


def _cells(each: "Listed", lang: Lang) -> tuple[object, ...]:
    values = each.values
    told = [plain_name(values.get(field, "")) for field in ("owner", "slot", "mcn", "order", "note")]
    status = said_in("status", values["status"], lang) if "status" in values else ""
    return (each.place or "", each.band or "", each.grade or "", plain_name(each.account.label), status, *told)


def _document(each: "Listed") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "account": asdict(each.account), "remark": each.remark, "grade": each.grade, "place": each.place, "band": each.band,
        "changed": each.changed, **dict(each.values),
    }  # fmt: skip
