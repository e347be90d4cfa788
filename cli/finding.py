"""Commands that find accounts: `collect search` by words, `collect base` by lot."""

from typing import Annotated, Any

import typer

from cli.opening import collection, entry_of, opened
from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import open_session

Platform = Annotated[str, typer.Option(help="The platform; `fanfit sources` lists them.")]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "found": ("handle", "name", "followers", "address"), "no_search": "{platform} offers no search of accounts",
        "base": "{drawn} accounts drawn, {people} of them have a profile and are the base; {posts} posts, {followees} follows read.",
        "later": "Stopped: {reason}. Try again in {minutes:.0f} minutes.", "stopped": "Stopped: {reason}.",
    },
    "zh": {
        "found": ("账号名", "名称", "粉丝", "主页"), "no_search": "{platform} 不提供账号搜索",
        "base": "抽取 {drawn} 个账号,其中 {people} 个有资料,作为大盘样本;读取帖子 {posts} 条、关注 {followees} 条。",
        "later": "已停止:{reason}。请在 {minutes:.0f} 分钟后再试。", "stopped": "已停止:{reason}。",
    },
}  # fmt: skip


def search_command(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="What to look for in names and descriptions.")],
    platform: Platform = "bluesky",
    most: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 25,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Find accounts by words, in the platform's order. Nothing of them is stored: those you want go on a candidate list."""
    from collectors.errors import LiveError

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    if entry_of(platform).card.card_of("search") is None:
        raise typer.BadParameter(texts["no_search"].format(platform=platform), param_hint="--platform")
    try:
        with session.store("collect search") as store, opened(session, store, platform) as (source, _):
            hits = source.search(words, most)
            counted = {each.native_id: each for page in source.profiles([hit.native_id for hit in hits]) for each in page}
    except LiveError as error:
        say(texts["stopped"].format(reason=error))
        raise typer.Exit(1) from None
    found = [counted.get(hit.native_id, hit) for hit in hits]
    rows = [(each.handle, each.name, each.followers.value if each.followers else None, each.url) for each in found]
    document = [dict(zip(("handle", "name", "followers", "url"), row, strict=True)) for row in rows]
    columns = [Column(head, "right" if place == 2 else "left") for place, head in enumerate(texts["found"])]
    show_table(session, "", columns, rows, document, as_json)


def base_command(
    ctx: typer.Context,
    platform: Platform = "bluesky",
    people: Annotated[int, typer.Option(min=20, max=100_000, help="How many accounts to draw.")] = 1000,
    posts: Annotated[int, typer.Option(min=0, max=100, help="Posts per person.")] = 30,
    followees: Annotated[int, typer.Option(min=0, max=100, help="Of each, how many of whom they follow are read.")] = 0,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Draw a base sample of the whole platform (大盘), near-randomly, so that multiples have an average to be held against."""
    from dataclasses import asdict

    from jobs.collect_base import collect_base
    from jobs.collecting import CollectJob

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    card = entry_of(platform).card
    if card.card_of("base") is None:
        message = f"{platform}: {card.base[session.lang == 'zh']}"
        raise typer.BadParameter(message, param_hint="--platform")
    with session.store("collect base") as store, collection(session, store, platform) as made:
        done = collect_base(made, people, CollectJob((), None, people, posts, session.settings.seed, followees=followees))
    if as_json:
        print_json(asdict(done))
    else:
        emit(texts["base"].format(**asdict(done)))
    if done.stopped:
        minutes = (done.after or 0) / 60
        say(texts["later" if done.after is not None else "stopped"].format(reason=done.stopped, minutes=minutes))
        raise typer.Exit(1)
