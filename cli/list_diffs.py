"""The command that sets two lists or runs side by side: `list diff`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.list_words import TEXTS, plain_name, said_in
from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import Column, emit, show_table
from cli.wiring import Lang, open_session

if TYPE_CHECKING:
    from jobs.list_diff import DiffRow, ListDiff, Side


def diff(
    ctx: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", help="A list's name, or a run's number.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Two lists or runs side by side: accounts, people, cost, overlap."""
    from dataclasses import asdict

    from jobs.list_diff import list_diff

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("list diff") as store:
        found = list_diff(store, a, b, client=client)
    columns = [Column(head, drop={5: 1, 4: 2}.get(at, 0)) for at, head in enumerate(texts["diff heads"])]
    show_table(session, "", columns, [_diff_cells(each, session.lang) for each in found.rows], asdict(found), as_json)
    if not as_json:
        for line in _diff_lines(found, session.lang):
            emit(line)


def _diff_cells(each: "DiffRow", lang: Lang) -> tuple[str, ...]:
    from reports.quoting import exact_money

    places, prices = [], []
    for side in (each.a, each.b):
        places.append("" if side is None else _where(side.grade, side.place, side.band))
        price = None if side is None else side.price
        prices.append("" if price is None else exact_money(price.amount_minor, price.currency, lang))
    status = each.b.status if each.b is not None and each.b.status else each.a.status if each.a is not None else ""
    return (
        plain_name(each.account.label),
        TEXTS[lang]["on"][each.on],
        *places,
        *prices,
        said_in("status", status, lang) if status else "",
    )


def _where(grade: str | None, place: int | None, band: str | None) -> str:
    """Grade A: place and band; B: its band alone; C: nothing is ranked."""
    return " ".join(filter(None, (grade, band, None if place is None else f"#{place}"))) or "–"


def _diff_lines(found: "ListDiff", lang: Lang) -> list[str]:
    from reports.numbers import count, percent

    texts = TEXTS[lang]
    on = [each.on for each in found.rows]
    lines = [texts["in both"].format(both=on.count("both"), a=on.count("a"), b=on.count("b"))]
    lines += [_side_line(letter, side, lang) for letter, side in (("A", found.a), ("B", found.b))]
    if found.shared_of_smaller:
        lines.append(texts["shared"].format(n=count(found.shared, lang), share=percent(found.shared_of_smaller, lang)))
    else:
        lines.append(texts["shared none"])
    return lines


def _side_line(letter: str, side: "Side", lang: Lang) -> str:
    from reports.numbers import count
    from reports.quoting import exact_money

    texts = TEXTS[lang]
    fitting = ""
    if side.fitting is not None:
        value, low, high = (count(round(each), lang) for each in side.fitting)
        fitting = texts["fitting"].format(n=side.estimated, value=value, low=low, high=high)
    cost = " + ".join(exact_money(minor, currency, lang) for currency, minor in sorted(side.cost.items())) or texts["no cost"]
    run = texts["side run"].format(run=side.run_id) if side.run_id is not None and side.name == side.list_name else ""
    people = count(side.people, lang)
    return str(
        texts["side"].format(
            letter=letter,
            name=plain_name(side.name),
            run=run,
            accounts=side.accounts,
            cost=cost,
            priced=side.priced,
            people=people,
            fitting=fitting,
        )
    )
