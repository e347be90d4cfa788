"""Commands about what decides a list: `ceiling`, what each account is worth, and `clauses`, which clause of the persona moves it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import Column, emit, print_json, show_table
from cli.shortlisting import one_of
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.ceiling import Priced, RankBy, Worth
    from reports.parts import ClausePart, Figure
    from scoring.results import Ceiling, Scorecard

RunOption = Annotated[int | None, typer.Option("--run", metavar="N", help="The run (default: the newest).")]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Run {run}: up to which price an account is among the first {top}", "band": "band", "account": "account", "price": "price",
        "own": "in this order", "cost": "by cost alone (worth)", "chosen": "in now", "yes": "yes", "no": "no", "unpriced": "–",
        "keys": {"precision": "order: on-target share first", "cost": "order: cost per thousand fitting", "fitting": "order: fitting followers first"},
        "budget": "{key}; with {budget} to spend", "no_currency": "No ceiling price: the accounts have no prices, or prices in several currencies.",
        "worth": "Worth at {amount} per thousand", "of": "thousand of", "value": "worth", "between": "from-to", "grade": "grade",
        "followers": "fitting followers", "views": "fitting views", "nothing": "No account has a known number of followers or views.",
        "why": "Every other price is left as it is. The limits are those of everybody's fitting followers; bands stay as they are.",
    },
    "zh": {
        "title": "第 {run} 次运行:报价不高于多少时在前 {top} 个之内", "band": "档", "account": "账号", "price": "报价",
        "own": "按本次顺序", "cost": "只按成本(值多少钱)", "chosen": "目前入选", "yes": "是", "no": "否", "unpriced": "–",
        "keys": {"precision": "顺序:先看 TA浓度", "cost": "顺序:每千目标粉丝成本", "fitting": "顺序:先看目标粉丝数"},
        "budget": "{key};总预算 {budget}", "no_currency": "没有上限价:账号没有报价,或报价币种不一。",
        "worth": "每千 {amount} 时的价值", "of": "每千个", "value": "值", "between": "区间", "grade": "证据等级",
        "followers": "目标粉丝", "views": "目标播放/阅读", "nothing": "没有账号的粉丝数或播放数可用。",
        "why": "其他账号的报价保持不变。区间来自所有账号目标粉丝数的误差;分档不变。",
    },
}  # fmt: skip


def ceiling(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Argument(help="Id, handle, name or URL of one account (default: all).")] = None,
    run: RunOption = None,
    top: Annotated[int | None, typer.Option(min=1, help="How many accounts the list takes (default: the run's).")] = None,
    rank_by: Annotated[
        str | None,
        typer.Option(metavar="precision|cost|fitting", callback=one_of("precision", "cost", "fitting"), help="First key of the order (default: the run's)."),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Money for the whole list, as 300000 or CNY 300,000: who is paid from the top down.")
    ] = None,
    per_thousand: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Instead: what each account is worth at this price per thousand fitting followers or views.")
    ] = None,
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """What an account is worth: the highest price at which it is on the list, everything else left as it is."""
    from jobs.ceiling import Terms, ceilings_of_run, worth_at

    session = open_session(ctx, lang=lang)
    with session.store("ceiling") as store:
        plain = ceilings_of_run(store, session.workspace, run, Terms(), client=client) if budget or per_thousand else None
        currency = plain.currency if plain is not None else ""
        money = _amount(budget, currency, "--budget")
        rate = _amount(per_thousand, currency, "--per-thousand")
        terms = Terms(_rank_by(rank_by), top, *(money or (None, "")))
        found = ceilings_of_run(store, session.workspace, run, terms, client=client, processes=session.settings.processes)
    if rate is not None:
        _show_worth(session, found, worth_at(found.shortlist, rate[0]), account, rate, as_json=as_json)
        return
    _show_ceilings(session, found, account, as_json=as_json)


def _rank_by(value: str | None) -> "RankBy | None":
    return "cost" if value == "cost" else "fitting" if value == "fitting" else "precision" if value == "precision" else None


def _amount(text: str | None, currency: str, option: str) -> tuple[int, str] | None:
    """Minor units and currency of an amount; without one of its own that of the run's prices."""
    from collectors.errors import BadCell
    from collectors.exports.money import amount, to_minor

    if text is None:
        return None
    try:
        read = amount(text)
        if read is None or not (found := read[1] or currency):
            message = "expected an amount with its currency, as CNY 300,000: the run's prices do not tell which"
            raise typer.BadParameter(message, param_hint=option)
        return to_minor(read[0], found), found
    except BadCell as error:
        message = f"{error.reason}; expected {error.expected}"
        raise typer.BadParameter(message, param_hint=option) from None


def _chosen(found: "Priced", account: str | None) -> "list[Scorecard]":
    """The cards of the account that was asked for, or all.

    Raises:
        NotFound: it is not among the run's cards, or several are meant.
    """
    from jobs.explaining import names_account
    from storage.errors import NotFound

    cards = [card for card in found.shortlist.cards if account is None or names_account(account, card.account)]
    if account is not None and len(cards) != 1:
        message = f'run {found.run_id} has {len(cards)} ranked accounts "{account}": give an id, handle, name or URL of its table'
        raise NotFound(message)
    return cards


def _show_ceilings(session: Session, found: "Priced", account: str | None, *, as_json: bool) -> None:
    from dataclasses import asdict

    from reports.ceiling import V, ceiling_lines, stays_words
    from reports.figures import name_of, price_figure
    from scoring.results import finite

    cards = _chosen(found, account)
    if as_json:
        rows = [{"place": card.rank, "band": card.band, "account": asdict(card.account), "price": None if card.price is None else asdict(card.price),
                 "ceilings": [asdict(each) for each in card.ceilings]} for card in cards]  # fmt: skip
        print_json(finite({"run": found.run_id, "currency": found.currency, "accounts": rows}))
        return
    texts, lang = TEXTS[session.lang], session.lang
    told = [card for card in cards if card.ceilings]
    if not told:
        emit(texts["no_currency"])
    elif account is not None:
        for line in ceiling_lines(told[0], lang):
            emit(line)
    else:
        first = told[0].ceilings[0]
        columns = [
            Column(texts["band"]),
            Column(texts["account"]),
            *(Column(texts[key], "right") for key in ("price", "own", "chosen", "cost")),
        ]
        rows_shown = [
            (card.band, name_of(card.account, lang).label, price_figure(card, lang).text, stays_words(card, lang) or None,
             _yes(card.ceilings[0] if card.ceilings else None, texts), _by_cost(card.ceilings, session))
            for card in cards
        ]  # fmt: skip
        show_table(session, texts["title"].format(run=found.run_id, top=first.top), columns, rows_shown, None, as_json=False)
        emit(_terms(first, session))
        emit(texts["why"])
    if found.shortlist.ranges or found.shortlist.topics:
        emit(V.grades(lang))


def _by_cost(ceilings: "Sequence[Ceiling]", session: Session) -> str | None:
    from reports.ceiling import what

    return next((what(each, session.lang) for each in ceilings if each.by == "cost" and each.budget is None), None)


def _yes(found: "Ceiling | None", texts: dict[str, Any]) -> str:
    if found is None or found.chosen is None:
        return str(texts["unpriced"])
    return str(texts["yes" if found.chosen else "no"])


def _terms(found: "Ceiling", session: Session) -> str:
    from reports import numbers

    texts = TEXTS[session.lang]
    key = str(texts["keys"][found.by])
    if found.budget is None:
        return key
    money = numbers.money(numbers.major(found.budget, found.currency), found.currency, session.lang)
    return str(texts["budget"].format(key=key, budget=money))


def _show_worth(
    session: Session, found: "Priced", worth: "Sequence[Worth]", account: str | None, rate: tuple[int, str], *, as_json: bool
) -> None:  # fmt: skip
    from dataclasses import asdict

    from jobs.explaining import names_account
    from reports import numbers
    from reports.desk import D
    from reports.figures import name_of

    rows = [each for each in worth if account is None or names_account(account, each.account)]
    if as_json:
        print_json(
            {"run": found.run_id, "per_thousand": rate[0], "currency": rate[1], "accounts": [asdict(each) for each in rows]}
        )
        return
    texts, lang, currency = TEXTS[session.lang], session.lang, rate[1]

    def money(minor: float | None) -> str | None:
        return None if minor is None else numbers.money(float(round(numbers.major(minor, currency))), currency, lang)

    for grade, badge in (("A", D.grade_a(lang)), ("B", D.badge_b(lang))):  # a table each: no column holds two grades
        mine = [each for each in rows if each.grade == grade]
        if mine:
            keys = ("account", "of", *(("value",) if grade == "A" else ()), "between")
            cells = [
                (
                    name_of(each.account, lang).label,
                    texts[each.of],
                    *((money(each.value),) if grade == "A" else ()),
                    f"{money(each.low)}-{money(each.high)}",
                )
                for each in mine
            ]
            columns = [Column(texts[key], "left" if key in {"account", "of"} else "right") for key in keys]
            show_table(session, f"{texts['worth'].format(amount=money(rate[0]))} [{badge}]", columns, cells, None, as_json=False)
    if not rows:
        emit(texts["nothing"])


def clauses(
    ctx: typer.Context,
    run: Annotated[int | None, typer.Argument(metavar="[RUN]", help="The run's number (default: the newest).")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show every account that changes place, not only within the first.")
    ] = False,
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What would change the ranking: every clause of the persona left out in turn, the same data scored again."""
    from dataclasses import asdict

    from jobs.ceiling import clauses_of_run
    from reports.ceiling import clause_part
    from scoring.results import finite

    session = open_session(ctx, lang=lang)
    with session.store("clauses") as store:
        row, persona, found = clauses_of_run(store, session.workspace, run, client=client, processes=session.settings.processes)
    if as_json:
        strongest = found.strongest
        document = {
            "run": row.id,
            "single": found.single,
            "strongest": None if strongest is None else strongest.key,
            **asdict(found),
        }
        print_json(finite(document))
        return
    _show_clauses(session, clause_part(persona, found, session.lang), every=every)


def _show_clauses(session: Session, part: "ClausePart", *, every: bool) -> None:
    from reports.ceiling import V
    from reports.text import T

    lang = session.lang
    emit(part.lead)
    if not part.lines:
        return
    heads = (V.col_agreement(lang), V.col_moved(lang), V.col_entered(lang, top=part.top), V.col_largest(lang))
    columns = [Column(V.col_part(lang)), Column(V.col_clause(lang)), *(Column(head, "right") for head in heads)]
    columns += [Column(V.col_leave(lang)), Column(V.col_enter(lang))]
    rows = [
        (each.part, each.clause, each.why_not, *(None,) * 5) if each.why_not
        else (each.part, each.clause, each.agreement.text, each.moved, each.entered, each.largest.text, each.leave or None, each.enter or None)
        for each in part.lines
    ]  # fmt: skip
    show_table(session, V.title(lang), columns, rows, None, as_json=False)
    moves = [each for each in part.moves if each.moved and (every or each.in_top)]
    if moves:
        keys = (V.col_place_with, V.col_place_without, V.col_with, V.col_without)
        columns = [Column(V.col_clause(lang)), Column(T.col_account(lang)), *(Column(head(lang), "right") for head in keys)]
        shown = [
            (each.clause, each.name.label, each.place_with, f"{each.place_without or '–'}{' ●' if each.beyond_doubt else ''}",
             _whole(each.share_with), _whole(each.share_without))
            for each in moves
        ]  # fmt: skip
        show_table(session, "", columns, shown, None, as_json=False)
    for line in filter(None, (V.hint(lang), "" if every else V.only_top_here(lang, top=part.top), part.note)):
        emit(line)


def _whole(figure: "Figure") -> str:
    return f"{figure.text} ({figure.interval})" if figure.interval else figure.text
