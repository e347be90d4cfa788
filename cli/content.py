"""The command that shows what accounts publish: `content`."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.content import Content
    from scoring.estimate import Estimate
    from scoring.watching.results import RuleCheck

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "none": "No posts of {name} are known in the last {days} days: `fanfit collect run`, or `fanfit import posts`.",
        "lead": "{name}: {posts} posts between {first:%Y-%m-%d} and {last:%Y-%m-%d} (the last one held), {per_week:.1f} a week, mostly {days:.1f} days apart.",
        "original": "Own posts: {share}.", "commercial": "Disclosed as paid, of its own posts: {share}. Who does not disclose is not counted.",
        "checked": "Of {n} posts judged that disclose, {right} are paid: {share}.",
        "unchecked": "How often that rule is right is not measured: `fanfit watch sample`, then `fanfit watch judge`.",
        "range": "{value:.0f} % ({low:.0f}-{high:.0f} %)", "heads": ("month", "posts", "topics"),
        "interactions": "Interactions per post, {paid}: {median:,.0f}{middle}{n}.", "middle": " (middle half {q1:,.0f}-{q3:,.0f})", "of": ", {n} posts",
        "paid": {"organic": "organic", "paid": "commercial", "unknown": "not said which"}, "no_figures": "Interactions per post: not obtained (`fanfit import performance`).",
        "best": ("date", "interactions", "kind", "post"), "no_link": "no link", "which": "Give an account or --candidates LIST, not both.",
        "list": ("account", "platform", "posts", "last post", "a week", "own", "disclosed as paid", "interactions: organic", "commercial", "not said"),
        "unknown": "Not in the store: {names}.",
    },
    "zh": {
        "none": "最近 {days} 天没有 {name} 的帖子:可用 `fanfit collect run` 采集,或 `fanfit import posts` 导入。",
        "lead": "{name}:{first:%Y-%m-%d} 至 {last:%Y-%m-%d}(库内最后一条)共 {posts} 条,每周 {per_week:.1f} 条,间隔多为 {days:.1f} 天。",
        "original": "原创占比:{share}。", "commercial": "原创中声明合作的:{share}。未声明的不计入。",
        "checked": "已判断的声明合作 {n} 条里,{right} 条确为合作:{share}。",
        "unchecked": "该规则的准确率未测量:`fanfit watch sample`,再 `fanfit watch judge`。",
        "range": "{value:.0f}%({low:.0f}-{high:.0f}%)", "heads": ("月份", "条数", "话题"),
        "interactions": "单条互动量,{paid}:{median:,.0f}{middle}{n}。", "middle": "(中间一半 {q1:,.0f}-{q3:,.0f})", "of": ",{n} 条",
        "paid": {"organic": "非商单", "paid": "商单", "unknown": "未说明"}, "no_figures": "单条互动量:未取得(`fanfit import performance`)。",
        "best": ("日期", "互动量", "类型", "帖子"), "no_link": "无链接", "which": "请给出一个账号或 --candidates 名单,不能同时给。",
        "list": ("账号", "平台", "条数", "最后发帖", "每周", "原创", "声明合作", "互动:非商单", "商单", "未说明"),
        "unknown": "不在库中:{names}。",
    },
}  # fmt: skip


def content(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")] = None,
    platform: Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")] = None,
    candidates: Annotated[str | None, typer.Option(metavar="LIST", help="All accounts of a candidate list, as a table.")] = None,
    days: Annotated[int, typer.Option(min=7, max=3650, help="Of the last so many days.")] = 180,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What accounts publish: how often, how much is own or disclosed as paid, of what, and what it brings."""
    from jobs.audience import refs_of
    from jobs.content import contents, disclosure_check
    from jobs.watching import named
    from storage.queries import candidate_list, resolve_account

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    if (account is None) is (candidates is None):
        raise typer.BadParameter(texts["which"])
    now = session.now()
    with session.store("content") as store:
        rows = [] if candidates is None else candidate_list(store, candidates)
        refs = refs_of(store, rows) if account is None else named(store, [resolve_account(store, account, platform=platform)])
        found = contents(store, refs, session.indexer(), since=now - timedelta(days=days), until=now)
        rule = disclosure_check(store)
    unknown = [row.name or row.given for row in rows if row.account is None]
    if as_json:
        told = [_document(each, rule, days) for each in found]
        print_json(told[0] if candidates is None else {"accounts": told, "not_in_store": unknown})
    elif candidates is None:
        _one(session, found[0], rule, days, texts)
    else:
        _list(session, found, texts)
        _tell_rule(rule, texts)
        if unknown:
            emit(texts["unknown"].format(names=", ".join(unknown)))


def _document(each: "Content", rule: "RuleCheck", days: int) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "account": each.account.label, "platform": each.account.platform, "days": days,
        "card": None if each.card is None else asdict(each.card),
        "interactions": [{key: value for key, value in asdict(row).items() if key != "account"} for row in each.interactions],
        "best": [asdict(best) for best in each.best], "disclosures_judged": {"right": rule.right, "judged": rule.judged},
    }  # fmt: skip


def _one(session: Session, found: "Content", rule: "RuleCheck", days: int, texts: dict[str, Any]) -> None:
    from scoring.text.lexicon import interests

    card, name = found.card, found.account.label
    if card is None:
        say(texts["none"].format(name=name, days=days))
        return
    emit(
        texts["lead"].format(
            name=name, posts=card.posts, first=card.first, last=card.last, per_week=card.per_week, days=card.days_between
        )
    )
    emit(texts["original"].format(share=_share(card.original, texts)))
    if card.commercial is not None:
        emit(texts["commercial"].format(share=_share(card.commercial, texts)))
        _tell_rule(rule, texts)
    for row in found.interactions:
        middle = "" if row.q1 is None or row.q3 is None else texts["middle"].format(q1=row.q1, q3=row.q3)
        n = "" if row.n is None else texts["of"].format(n=row.n)
        emit(texts["interactions"].format(paid=texts["paid"][row.paid], median=row.median, middle=middle, n=n))
    if not found.interactions:
        emit(texts["no_figures"])
    words = {each.id: each.zh if session.lang == "zh" else each.en for each in interests()}
    rows = [(month.month, month.posts, ", ".join(words[topic] for topic in month.topics) or None) for month in card.months]
    columns = [Column(head, "right" if place == 1 else "left") for place, head in enumerate(texts["heads"])]
    show_table(session, "", columns, rows, None, as_json=False)
    if found.best:
        best = [
            (f"{each.at:%Y-%m-%d}", f"{each.interactions:,}", texts["paid"][each.paid], each.link or texts["no_link"])
            for each in found.best
        ]
        show_table(session, "", [Column(head) for head in texts["best"]], best, None, as_json=False)


def _list(session: Session, found: "tuple[Content, ...]", texts: dict[str, Any]) -> None:
    rows = []
    for each in found:
        card, medians = each.card, {row.paid: f"{row.median:,.0f}" for row in each.interactions}
        told = (None,) * 5 if card is None else (
            card.posts, f"{card.last:%Y-%m-%d}", f"{card.per_week:.1f}", _share(card.original, texts),
            None if card.commercial is None else _share(card.commercial, texts),
        )  # fmt: skip
        rows.append((each.account.label, each.account.platform, *told, *(medians.get(kind) for kind in texts["paid"])))
    columns = [Column(head, "right" if place > 1 else "left") for place, head in enumerate(texts["list"])]
    show_table(session, "", columns, rows, None, as_json=False)


def _tell_rule(rule: "RuleCheck", texts: dict[str, Any]) -> None:
    if not rule.judged:
        emit(texts["unchecked"])
        return
    emit(texts["checked"].format(n=rule.judged, right=rule.right, share=_share(rule.share(), texts)))


def _share(found: "Estimate", texts: dict[str, Any]) -> str:
    return str(texts["range"].format(value=found.value * 100, low=found.low * 100, high=found.high * 100))
