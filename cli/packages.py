"""The commands over packages of small accounts: `packages put | show | check`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.list_words import ByOption, plain_name
from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import Column, emit, print_json, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from reports.parts import Figure, PackageRow

packages_app = typer.Typer(help="Small accounts bought together: scored as one, looked at by a draw.", no_args_is_help=True)
PackageName = Annotated[str, typer.Argument(metavar="PACKAGE", help="The package's name.")]
ListName = Annotated[str, typer.Argument(metavar="LIST", help="The list's name.")]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "put": "{n} accounts put into {package}. `fanfit shortlist` scores it as one from now on.", "none": "Run {run} has no packages.",
        "rule": "{accounts} accounts in {package}: look at {needed}. If {share} of them or more are bad, that finds one with {sure} certainty.",
        "drawn": "Drawn: {names}.", "say": "Say what you found: fanfit list set {list} ACCOUNT --check ok (or bad).",
        "state": "Looked at: {fine} fine, {bad} bad, {open} to go.", "most": "By that at most {most} of {accounts} are bad ({sure}).",
        "stop": "Bad: {names}. Do not buy the package as it is: look at all, or leave the bad ones out.",
    },
    "zh": {
        "put": "{n} 个账号已放入 {package}。之后 `fanfit shortlist` 把它作为一个整体评分。", "none": "第 {run} 次运行没有素人组合。",
        "rule": "{package} 有 {accounts} 个账号:抽查 {needed} 个。如果不合格的达到 {share},有 {sure} 的把握至少抽到一个。",
        "drawn": "抽到:{names}。", "say": "把结果写回:fanfit list set {list} 账号 --check 合格(或 不合格)。",
        "state": "已查:合格 {fine} 个,不合格 {bad} 个,待查 {open} 个。", "most": "由此,{accounts} 个中不合格的最多 {most} 个({sure})。",
        "stop": "不合格:{names}。不要原样买下:请全部检查,或剔除不合格的。",
    },
}  # fmt: skip


@packages_app.command("put")
def put(
    ctx: typer.Context,
    name: ListName,
    package: PackageName,
    accounts: Annotated[list[str] | None, typer.Argument(metavar="ACCOUNT...", help="Ids, handles, names or URLs.")] = None,
    tier: Annotated[
        str | None, typer.Option(help="All of this size that are in no package: head, shoulder, waist or koc (settings tiers.*).")
    ] = None,
    by: ByOption = "",
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Put accounts of a list into a package: from the next run on they are scored together, not ranked one by one."""
    from jobs.packages import put_in
    from scoring.tiers import TIERS

    session = open_session(ctx, lang=lang)
    if tier is not None and tier not in TIERS:
        message = f"expected one of {', '.join(TIERS)}"
        raise typer.BadParameter(message, param_hint="--tier")
    with session.store("packages put") as store:
        changed = put_in(
            store,
            name,
            package,
            accounts or [],
            tier=tier,
            tiers=session.tiers(),
            now=session.now(),
            by=by,
            client=client,
        )
    if as_json:
        print_json({"list": name, "package": package, "changed": changed})
    else:
        emit(TEXTS[session.lang]["put"].format(n=changed, package=plain_name(package)))


@packages_app.command("show")
def show(
    ctx: typer.Context,
    run: Annotated[int | None, typer.Argument(metavar="RUN", help="The run (default: the newest).")] = None,
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What a run says of its packages."""
    from dataclasses import asdict

    from reports.packages import package_rows
    from scoring.results import from_json
    from storage.clients import together
    from storage.runs import load_run

    session = open_session(ctx, lang=lang)
    with session.store("packages show") as store:
        row = load_run(store, run)
    together({"this question": client, f"run {row.id}": row.summary.client})
    cards = from_json(row.result).packages
    if as_json:
        print_json({"run": row.id, "packages": [asdict(card) for card in cards]})
    elif cards:
        tell(session, package_rows(cards, session.lang))
    else:
        emit(TEXTS[session.lang]["none"].format(run=row.id))


def tell(session: Session, packages: "Sequence[PackageRow]") -> None:
    """A run's packages as a table of their own."""
    from reports.packages import K

    lang = session.lang
    heads = (
        K.col_package, K.col_accounts, K.col_share, K.col_spread, K.col_unique, K.col_several, K.col_fitting, K.col_cost, K.col_cpt,
    )  # fmt: skip
    columns = [Column(head(lang), "left" if at == 0 else "right", drop={3: 2, 5: 1}.get(at, 0)) for at, head in enumerate(heads)]

    def both(figure: "Figure") -> str:
        return f"{figure.text} ({figure.interval})" if figure.interval else figure.text

    rows = [
        (row.name, row.accounts, both(row.share), row.spread, row.unique, row.several.text, both(row.fitting), row.cost.text, both(row.per_thousand))
        for row in packages
    ]  # fmt: skip
    show_table(session, K.title(lang), columns, rows, None, as_json=False)
    emit(K.hint(lang))


@packages_app.command("check")
def check(
    ctx: typer.Context,
    name: ListName,
    package: PackageName,
    bad_share: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="So large a share of bad accounts is to be found out.")
    ] = 0.1,
    sure: Annotated[float, typer.Option(min=0.5, max=0.999, help="With that probability.")] = 0.95,
    by: ByOption = "",
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Draw the accounts to look at before the package is bought, and say what was found so far; the draw is kept with the list."""
    from dataclasses import asdict

    from jobs.packages import spot_check
    from reports.numbers import percent

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("packages check") as store:
        found = spot_check(store, name, package, bad_share=bad_share, sure=sure, now=session.now(), by=by, client=client)
    if as_json:
        print_json(asdict(found) | {"open": found.open})
        return
    certain = percent(sure, session.lang)
    emit(
        texts["rule"].format(
            accounts=found.accounts,
            package=plain_name(package),
            needed=found.needed,
            share=percent(bad_share, session.lang),
            sure=certain,
        )
    )
    emit(texts["drawn"].format(names=", ".join(plain_name(each.label) for each in found.drawn)))
    emit(texts["state"].format(fine=found.fine, bad=len(found.bad), open=found.open))
    if found.most is not None:
        emit(texts["most"].format(most=found.most, accounts=found.accounts, sure=certain))
    if found.bad:
        emit(texts["stop"].format(names=", ".join(plain_name(each.label) for each in found.bad)))
    if found.open:
        emit(texts["say"].format(list=name))
