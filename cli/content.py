"""The command that shows what an account publishes: `content`."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import open_session

if TYPE_CHECKING:
    from scoring.estimate import Estimate

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "none": "No posts of {name} are known in the last {days} days: `fanfit collect run`, or `fanfit import posts`.",
        "lead": "{name}: {posts} posts between {first:%Y-%m-%d} and {last:%Y-%m-%d}, {per_week:.1f} a week, mostly {days:.1f} days apart.",
        "original": "Own posts: {share}.", "commercial": "Disclosed as paid, of its own posts: {share}. Who does not disclose is not counted.",
        "checked": "How often that rule is right is told by `fanfit watch judge`.",
        "range": "{value:.0f} % ({low:.0f}-{high:.0f} %)", "heads": ("month", "posts", "topics"),
    },
    "zh": {
        "none": "最近 {days} 天没有 {name} 的帖子:可用 `fanfit collect run` 采集,或 `fanfit import posts` 导入。",
        "lead": "{name}:{first:%Y-%m-%d} 至 {last:%Y-%m-%d} 共 {posts} 条,每周 {per_week:.1f} 条,间隔多为 {days:.1f} 天。",
        "original": "原创占比:{share}。", "commercial": "原创中声明合作的:{share}。未声明的不计入。",
        "checked": "该规则的准确率见 `fanfit watch judge`。",
        "range": "{value:.0f}%({low:.0f}-{high:.0f}%)", "heads": ("月份", "条数", "话题"),
    },
}  # fmt: skip


def content(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")],
    platform: Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")] = None,
    days: Annotated[int, typer.Option(min=7, max=3650, help="Of the last so many days.")] = 180,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What an account publishes: how often, how much of it is its own or disclosed as paid, and of what, month by month."""
    from dataclasses import asdict

    from jobs.watching import named
    from scoring.content import Published, content_card
    from scoring.text.lexicon import interests
    from storage.content import posts_of
    from storage.queries import resolve_account

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    now = session.now()
    with session.store("content") as store:
        key = resolve_account(store, account, platform=platform)
        name = named(store, [key])[key].label
        posts = [Published(*row) for row in posts_of(store, key, since=now - timedelta(days=days), until=now)]
    counted = session.indexer().index([post.text for post in posts])
    card = content_card(posts, [(each.terms, each.counts, each.words) for each in counted])
    if as_json:
        print_json({"account": name, "days": days, "card": None if card is None else asdict(card)})
        return
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
        emit(texts["checked"])
    words = {each.id: each.zh if session.lang == "zh" else each.en for each in interests()}
    rows = [(month.month, month.posts, ", ".join(words[topic] for topic in month.topics) or None) for month in card.months]
    columns = [Column(head, "right" if place == 1 else "left") for place, head in enumerate(texts["heads"])]
    show_table(session, "", columns, rows, None, as_json=False)


def _share(found: "Estimate", texts: dict[str, Any]) -> str:
    return str(texts["range"].format(value=found.value * 100, low=found.low * 100, high=found.high * 100))
