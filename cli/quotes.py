"""Commands over what accounts ask for a placement: `quotes show | list`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, say, show_table
from cli.wiring import Lang, Session, open_session

if TYPE_CHECKING:
    from jobs.quoting import Quoted, Quotes

quotes_app = typer.Typer(help="What accounts ask per format: net price, its parts, what has expired.", no_args_is_help=True)

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "heads": ("account", "platform", "format", "declared", "net price", "price", "platform fee", "tax", "rebate", "rights", "exclusivity",
                  "boost", "commission on sales", "valid until", "quote of", "client", "source"),
        "expired": "{date} EXPIRED", "declared": {"yes": "yes", "no": "no", "unknown": "not said"}, "share": "{money} ({share})",
        "how": "Net price = price + platform fee + tax - rebate + rights + exclusivity + boost. What a quote does not say (–) adds nothing. "
        "Commission is a share of sales and in no net price. An expired quote is never used as a price.",
        "none": "No quotes: bring them with `fanfit import quotes FILE`.", "without": "Without a quote: {names}.",
    },
    "zh": {
        "heads": ("账号", "平台", "形式", "报备", "净价", "报价", "平台服务费", "税费", "返点", "授权费", "排竞费", "投流费", "销售佣金", "有效期至", "报价日期", "客户", "来源"),
        "expired": "{date} 已过期", "declared": {"yes": "是", "no": "否", "unknown": "未说明"}, "share": "{money}({share})",
        "how": "净价 = 报价 + 平台服务费 + 税费 - 返点 + 授权费 + 排竞费 + 投流费。报价里没写的(–)按不收取计。佣金按销售额计,不在净价内。过期报价不会用作价格。",
        "none": "没有报价:请用 `fanfit import quotes 文件` 导入。", "without": "没有报价:{names}。",
    },
}  # fmt: skip
# What a narrow terminal goes without, first to last; account, format, net price and the end of the offer stay.
DROPS = {16: 1, 15: 2, 11: 3, 10: 4, 9: 5, 12: 6, 1: 7, 14: 8, 7: 9, 6: 10, 8: 11, 3: 12, 5: 13}
MONEY = frozenset(range(4, 13))
ClientOption = Annotated[
    str | None, typer.Option(metavar="CLIENT", help="Also that client's own quotes; without it only those that are anybody's.")
]


@quotes_app.command("show")
def show(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")],
    platform: Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")] = None,
    client: ClientOption = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What one account asks, per format: the net price and what it is made of."""
    from jobs.quoting import quotes_of
    from storage.queries import resolve_account

    session = open_session(ctx, lang=lang)
    with session.store("quotes show") as store:
        found = quotes_of(store, resolve_account(store, account, platform=platform), now=session.now(), client=client)
    _show(session, found, as_json=as_json)


@quotes_app.command("list")
def list_quotes(
    ctx: typer.Context,
    candidates: Annotated[
        str | None, typer.Option(metavar="LIST", help="Only the accounts of this candidate list, in its order.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="Only this format, by its key or as it is called: image_text, 图文, 1-20s视频."
        ),
    ] = None,
    client: ClientOption = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What accounts ask: the newest quote of each account and format, with net price and parts; expired ones are marked."""
    from jobs.quoting import quotes_listed
    from storage.formats import format_key

    session = open_session(ctx, lang=lang)
    wanted = None if form is None else format_key(form)
    with session.store("quotes list") as store:
        found = quotes_listed(store, candidates, wanted, now=session.now(), client=client)
    _show(session, found, as_json=as_json)


def _show(session: Session, found: "Quotes", *, as_json: bool) -> None:
    texts = TEXTS[session.lang]
    if not found.rows and not as_json:
        say(texts["none"])
        return
    columns = [
        Column(head, "right" if place in MONEY else "left", drop=DROPS.get(place, 0)) for place, head in enumerate(texts["heads"])
    ]
    rows = [_cells(each, session.lang) for each in found.rows]
    show_table(
        session, "", columns, rows, {"rows": [_document(each) for each in found.rows], "without": list(found.without)}, as_json
    )
    if as_json:
        return
    emit(texts["how"])
    if found.without:
        emit(texts["without"].format(names=", ".join(found.without)))


def _cells(each: "Quoted", lang: Lang) -> list[object]:
    from reports.numbers import date, name
    from reports.quoting import exact_money, format_name, ppm_text

    quote, net, texts = each.quote, each.net, TEXTS[lang]

    def money(minor: int | None) -> str:
        return exact_money(minor, net.currency, lang)

    def part(minor: int | None, ppm: int | None) -> str:
        return money(minor) if ppm is None else texts["share"].format(money=money(minor), share=ppm_text(ppm, lang))

    terms = quote.terms
    shared = ((net.platform_fee, terms.platform_fee), (net.tax, terms.tax), (net.rebate, terms.rebate))
    until = date(quote.valid_until)
    return [
        each.account.label, each.account.platform, format_name(quote.format, lang), texts["declared"][quote.declared],
        money(net.net), money(net.price), *(part(minor, said.ppm if said else None) for minor, said in shared),
        money(net.rights), money(net.exclusivity), money(net.boost), ppm_text(terms.commission_ppm, lang),
        texts["expired"].format(date=until) if each.expired else until, date(quote.observed_at),
        name(quote.client) or None, name(quote.source) if quote.source else None,
    ]  # fmt: skip


def _document(each: "Quoted") -> dict[str, Any]:
    """A quote as JSON: amounts in minor units, shares in parts per million of the price as they were stated."""
    from dataclasses import asdict

    quote, terms = each.quote, each.quote.terms
    stated = {"platform_fee": terms.platform_fee, "tax": terms.tax, "rebate": terms.rebate}
    return {
        "account": each.account.label, "platform": each.account.platform, "native_id": each.account.native_id, "format": quote.format,
        "declared": quote.declared, "client": quote.client or None, "net_minor": each.net.net, "parts_minor": asdict(each.net),
        "stated_ppm": {name: part.ppm for name, part in stated.items() if part is not None and part.ppm is not None},
        "commission_ppm": terms.commission_ppm, "expired": each.expired, "valid_until": quote.valid_until,
        "observed_at": quote.observed_at, "source": quote.source,
    }  # fmt: skip
