"""Commands that tell what accounts were over time: `history show | renames`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import open_session

if TYPE_CHECKING:
    from scoring.watching.growth import Growth
    from storage.history import CountRow

history_app = typer.Typer(help="What named accounts were over time: followers, profiles, renames.", no_args_is_help=True)

Account = Annotated[str, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")]
PlatformOption = Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "since": "{name}: known since {date:%Y-%m-%d}; nothing is known of changes before.",
        "never": "{name}: no profile of it was ever observed.",
        "counts": "Counts", "heads_counts": ("date", "followers", "following", "posts"), "left_out": "{n} more counts in between: --json has all.",
        "changes": "Changes of the profile", "heads_changes": ("between", "and", "field", "old", "new"),
        "heads_renames": ("account", "old handle", "new handle", "last seen so", "first seen so", "known since"),
        "no_renames": "No rename of a named account is known. One is known only from the first day of collection or imported history on{first}.",
        "renames_since": "A rename is known only from the first day of collection or imported history on{first}; of each account, from the day that is given.",
        "first": ": {date:%Y-%m-%d}",
        "unusual": "Signs of unusual growth from {begin:%Y-%m-%d} to {end:%Y-%m-%d}: {people:+,}, where its own growth would have brought about {usual:+,.0f}.",
        "unusual_loss": "Signs of an unusual loss of followers from {begin:%Y-%m-%d} to {end:%Y-%m-%d}: {people:+,}, where its own past would have brought about {usual:+,.0f}.",
        "usual": "No signs of unusual growth or loss ({judged} of {steps} steps between counts could be judged).",
        "cannot": "Whether its growth is unusual cannot be told: that takes 9 counts or more over at least 14 days.",
        "fields": {"handle": "handle", "name": "name", "bio": "bio", "category": "category", "verified": "verified"},
        "yes": "yes", "no": "no", "rounded": "about {n:,}",
    },
    "zh": {
        "since": "{name}:自 {date:%Y-%m-%d} 起有记录;此前的变化无从得知。",
        "never": "{name}:没有记录过它的资料。",
        "counts": "数量", "heads_counts": ("日期", "粉丝", "关注", "帖子"), "left_out": "中间另有 {n} 次记录:--json 给出全部。",
        "changes": "资料变化", "heads_changes": ("介于", "与", "字段", "原为", "改为"),
        "heads_renames": ("账号", "原账号名", "新账号名", "最后见到原名", "最早见到新名", "有记录自"),
        "no_renames": "没有已知的改名。改名只能从开始采集或导入历史的那天起得知{first}。",
        "renames_since": "改名只能从开始采集或导入历史的那天起得知{first};各账号从所列之日起。",
        "first": ":{date:%Y-%m-%d}",
        "unusual": "{begin:%Y-%m-%d} 至 {end:%Y-%m-%d} 有异常增长迹象:{people:+,},按它以往的增长约为 {usual:+,.0f}。",
        "unusual_loss": "{begin:%Y-%m-%d} 至 {end:%Y-%m-%d} 有异常掉粉迹象:{people:+,},按它以往的变化约为 {usual:+,.0f}。",
        "usual": "没有异常增长或掉粉迹象({steps} 段计数中可判断 {judged} 段)。",
        "cannot": "增长是否异常无从判断:要有 14 天以上、至少 9 次的粉丝数记录。",
        "fields": {"handle": "账号名", "name": "名称", "bio": "简介", "category": "分类", "verified": "认证"},
        "yes": "是", "no": "否", "rounded": "约 {n:,}",
    },
}  # fmt: skip
ENDS = 5  # counts shown at either end of a long series


@history_app.command("show")
def show(
    ctx: typer.Context, account: Account, platform: PlatformOption = None, as_json: JsonFlag = False, lang: LangOption = None
) -> None:
    """An account's counts, what its profile was, and whether its growth was unusual."""
    from dataclasses import asdict

    from jobs.growth import growth_of
    from jobs.watching import named
    from storage.history import count_series, observed_since, profile_changes
    from storage.queries import resolve_account

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("history show") as store:
        key = resolve_account(store, account, platform=platform)
        ref = named(store, [key])[key]
        since, counts, changes = observed_since(store, key), count_series(store, key), profile_changes(store, key)
        found = growth_of(store, key)
    if as_json:
        document = {"account": ref.label, "platform": ref.platform, "native_id": ref.native_id, "known_since": since}
        print_json(document | {"counts": [*map(asdict, counts)], "changes": [*map(asdict, changes)], "growth": asdict(found)})
        return
    emit(texts["never"].format(name=ref.label) if since is None else texts["since"].format(name=ref.label, date=since))
    if counts:
        shown = counts if len(counts) <= 2 * ENDS else [*counts[:ENDS], *counts[-ENDS:]]
        columns = [Column(head, "right" if place else "left") for place, head in enumerate(texts["heads_counts"])]
        show_table(session, texts["counts"], columns, [_count_cells(each, texts) for each in shown], None, as_json=False)
        if len(shown) < len(counts):
            emit(texts["left_out"].format(n=len(counts) - len(shown)))
    if changes:
        rows = [
            (f"{each.last_old:%Y-%m-%d}", f"{each.first_new:%Y-%m-%d}", texts["fields"][each.field], _value(each.old, texts), _value(each.new, texts))
            for each in changes
        ]  # fmt: skip
        show_table(session, texts["changes"], [Column(head) for head in texts["heads_changes"]], rows, None, as_json=False)
    for line in _growth_lines(found, texts):
        emit(line)


@history_app.command("renames")
def renames_command(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Every rename of a named account, by its stable id: a handle that passes to another account is none."""
    from jobs.watching import named
    from storage.history import first_observed, named_accounts, renames

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("history renames") as store:
        accounts = named_accounts(store)
        found, known = renames(store, accounts), first_observed(store, accounts)
        refs = named(store, {each.account for each in found})
    first = texts["first"].format(date=min(known.values())) if known else ""
    if not found and not as_json:
        say(texts["no_renames"].format(first=first))
        return
    rows = [
        (refs[each.account].label, each.old, each.new, *(f"{day:%Y-%m-%d}" for day in (each.last_old, each.first_new, known[each.account])))
        for each in found
    ]  # fmt: skip
    document = [
        {"account": refs[each.account].label, "platform": refs[each.account].platform, "native_id": refs[each.account].native_id,
         "old": each.old, "new": each.new, "last_old": each.last_old, "first_new": each.first_new, "known_since": known[each.account]}
        for each in found
    ]  # fmt: skip
    show_table(session, "", [Column(head) for head in texts["heads_renames"]], rows, document, as_json)
    if not as_json:
        emit(texts["renames_since"].format(first=first))


def _count_cells(row: "CountRow", texts: dict[str, Any]) -> tuple[object, ...]:
    followers: object = row.followers
    if row.followers is not None and row.followers_half_width:
        followers = texts["rounded"].format(n=row.followers)
    return f"{row.observed_at:%Y-%m-%d}", followers, row.following, row.posts


def _value(value: str | bool | None, texts: dict[str, Any]) -> str:
    return str(texts["yes" if value else "no"]) if isinstance(value, bool) else value or ""


def _growth_lines(found: "Growth", texts: dict[str, Any]) -> list[str]:
    if not found.known:
        return [texts["cannot"]]
    told = [
        texts["unusual_loss" if each.loss else "unusual"].format(
            begin=each.begin, end=each.end, people=each.people, usual=each.usual
        )
        for each in found.signs
    ]
    return told or [texts["usual"].format(judged=found.judged, steps=found.steps)]
