"""The command over what placements brought: `placements show`."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, say, show_table
from cli.placement_words import DROPS, LEFT, TEXTS
from cli.wiring import Lang, open_session

if TYPE_CHECKING:
    from jobs.placements import Outcome, Outcomes
    from scoring.agreement import Agreement
    from scoring.concentration import Concentration
    from scoring.estimate import Estimate
    from scoring.outcomes import Total

placements_app = typer.Typer(
    help="What placements brought, beside what a run had said before; nothing is learned from it yet.", no_args_is_help=True
)


@placements_app.callback()
def placements() -> None:
    """What placements brought, beside what a run had said before; nothing is learned from it yet."""


@placements_app.command("show")
def show(
    ctx: typer.Context,
    run: Annotated[
        int | None,
        typer.Option(metavar="N", help="Compare with this run, even one made afterwards (default: the newest made before)."),
    ] = None,
    candidates: Annotated[str | None, typer.Option(metavar="LIST", help="Only the accounts of this candidate list.")] = None,
    client: Annotated[
        str | None,
        typer.Option(metavar="CLIENT", help="Also that client's own placements; without it only those that are anybody's."),
    ] = None,
    campaign: Annotated[str | None, typer.Option(metavar="NAME", help="Only placements of this campaign.")] = None,
    of: Annotated[
        Literal["orders", "clicks", "impressions", "revenue"], typer.Option(help="What orders the accounts and is looked at.")
    ] = "orders",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What was predicted beside what happened, an account a row: cost, impressions, clicks, orders, revenue, and what each cost."""
    from dataclasses import asdict

    from jobs.placements import outcomes

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("placements show") as store:
        found = outcomes(store, run_id=run, list_name=candidates, client=client, campaign=campaign, measure=of)
    if not found.rows and not as_json:
        say(texts["none"])
        return
    columns = [
        Column(head, "left" if place in LEFT else "right", drop=DROPS.get(place, 0)) for place, head in enumerate(texts["heads"])
    ]
    show_table(session, "", columns, [_cells(row, session.lang) for row in found.rows], asdict(found), as_json)
    if as_json:
        return
    for line in _lines(found, session.lang):
        emit(line)


def _cells(row: "Outcome", lang: Lang) -> list[object]:
    from reports import numbers

    texts, brought, said = TEXTS[lang], row.brought, row.said
    currency = brought.currency

    def total(value: "Total | None") -> str | None:
        return None if value is None else _at_least(f"{value.value:,}", value)

    def money(value: "Total | None") -> str | None:
        if value is None or currency is None:
            return texts["currencies"] if len(brought.currencies) > 1 else None
        return _at_least(numbers.money(numbers.major(value.value, currency), currency, lang), value)

    def per(minor: float | None) -> str | None:
        return None if minor is None or currency is None else numbers.money(numbers.major(minor, currency), currency, lang)

    days = [numbers.date(row.first), numbers.date(row.last)]
    rank = f"{said.rank} ({said.rank_low}-{said.rank_high})" if said is not None and said.rank is not None else None
    return [
        numbers.name(row.account.label), row.account.platform, _evidence(said.grade, said.base, lang) if said else texts["not in run"], rank,
        said.band if said else None, numbers.count(said.followers, lang) if said and said.followers is not None else None,
        days[0] if days[0] == days[1] else " - ".join(days), brought.placements, money(brought.cost), total(brought.impressions),
        total(brought.clicks), total(brought.orders), money(brought.revenue), per(brought.per_order), per(brought.per_click),
        per(brought.per_thousand),
    ]  # fmt: skip


def _evidence(grade: str, base: str | None, lang: Lang) -> str:
    """The badge of a grade of evidence, and of whom it was."""
    texts = TEXTS[lang]
    badge: str = texts["grades"][grade]
    return badge if base is None else texts["badge"].format(badge=badge, base=texts["bases"][base])


def _at_least(shown: str, total: "Total") -> str:
    """A sum over some of the placements only is a lower limit."""
    return shown if total.whole else f"≥ {shown}"


def _lines(found: "Outcomes", lang: Lang) -> list[str]:
    """What is said below the table."""
    texts = TEXTS[lang]
    measure = texts["measures"][found.measure]
    lines = [_run_line(found, lang), *(_agreement_line(each, measure, lang) for each in found.agreements)]
    if found.concentration is not None and found.top is not None:
        lines += _concentration_lines(found.concentration, found, lang)
    if found.unknown:
        lines.append(texts["unknown"].format(n=found.unknown, measure=measure))
    if found.partly:
        lines.append(texts["partly"].format(n=found.partly, measure=measure))
    if found.unread:
        lines.append(texts["unread"].format(n=found.unread))
    if found.without:
        lines.append(texts["without"].format(names=texts["comma"].join(found.without)))
    return [*lines, texts["not learned"]]


def _run_line(found: "Outcomes", lang: Lang) -> str:
    texts, run = TEXTS[lang], found.run
    if run is None:
        return str(texts["no run"] if found.later_run is None else texts["later only"].format(id=found.later_run))
    told: dict[str, Any] = {"id": run.id, "persona": run.persona, "version": run.persona_version, "list": run.list_name}
    line: str = texts["run"].format(**told, when=f"{run.created:%Y-%m-%d %H:%M}")
    if run.after:
        line += texts["after"].format(n=run.after, of=len(found.rows))
    return line


def _agreement_line(each: "Agreement", measure: str, lang: Lang) -> str:
    texts = TEXTS[lang]
    grade = _evidence(each.grade, each.base, lang)
    if each.n < _least():
        return str(texts["too few"].format(grade=grade, n=each.n, least=_least()))
    by_run = _interval(each.by_run, lang)
    by_followers = _interval(each.by_followers, lang)
    line: str = texts["agreement"].format(grade=grade, measure=measure, n=each.n, run=by_run, followers=by_followers)
    return line + (texts["one band"] if each.bands == 1 else "")


def _interval(figure: "Estimate | None", lang: Lang) -> str:
    texts = TEXTS[lang]
    if figure is None:
        return str(texts["no order"])
    return str(texts["tau"].format(value=figure.value, low=figure.low, high=figure.high, n=figure.n))


def _concentration_lines(each: "Concentration", found: "Outcomes", lang: Lang) -> list[str]:
    from reports import numbers

    texts = TEXTS[lang]
    values = {"top": each.top_value, "total": each.total}
    currency = next((row.brought.currency for row in found.rows if row.brought.currency is not None), None)
    shown = {
        name: numbers.money(numbers.major(value, currency), currency, lang)
        if found.measure == "revenue" and currency
        else f"{value:,}"
        for name, value in values.items()
    }
    percent = f"{each.share * 100:.0f}"
    told = {
        "measure": texts["measures"][found.measure],
        "account": numbers.isolated(numbers.name(found.top or "")),
        "n": each.accounts,
    }
    lines = [
        texts["concentration"].format(**told, **shown, percent=percent),
        texts["spread"].format(effective=numbers.factor(each.effective), most=each.most, n=each.accounts),
    ]
    share, effective, most = each.share_between, each.effective_between, each.most_between
    if share is None or effective is None or most is None:
        return [*lines, texts["no limits"].format(least=_least())]
    limits = texts["limits"].format(
        n=each.accounts, low=f"{share.low * 100:.0f}", high=f"{share.high * 100:.0f}",
        few=numbers.factor(effective.low), many=numbers.factor(effective.high), least=f"{most.low:.0f}", most=f"{most.high:.0f}",
    )  # fmt: skip
    return [*lines, limits]


def _least() -> int:
    """Accounts below which nothing is estimated."""
    from scoring.outcomes import LEAST_ACCOUNTS

    return LEAST_ACCOUNTS
