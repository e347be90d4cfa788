"""The command that looks for brands and sensitive words in what accounts published: `safety`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import open_session

if TYPE_CHECKING:
    from jobs.safety import Checked, Hit, Precision

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "empty": "Nothing to look for: give --brands FILE.yaml, --words FILE.txt, or both.", "which": "Give an account or --candidates LIST, not both.",
        "heads": ("account", "date", "what", "kind", "own or repost", "partnership", "before", "look at it", "post"),
        "kinds": {"own": "own brand", "competitor": "competitor", "other": "other brand", None: "sensitive word"},
        "repost": "repost", "own": "own post", "declared": "declared", "undeclared": "not declared", "first": "first held here", "again": "again",
        "doubts": {"": None, "inside_word": "perhaps part of a longer word", "needs_context": "a common word without context"},
        "gone": "not in a later reading: perhaps deleted", "no_link": "no link",
        "checked": "{name}: {own} own posts and {reposts} reposts read of the last {days} days, from {first:%Y-%m-%d} to {last:%Y-%m-%d}, as read on {read:%Y-%m-%d}; {hits} hits.",
        "short": "  Older posts are not held: nothing before {oldest:%Y-%m-%d} was read.", "gap": "  Longest time without a post here: {gap:.0f} days; whether there were posts is not known.",
        "unread": "  {n} posts could not be read: their text is not held any more.", "blank": "  {n} posts have no words.",
        "not_checked": "{name}: NOT CHECKED, no text of its posts of the last {days} days is held. `fanfit collect run`, or `fanfit import posts`.",
        "unknown": "NOT CHECKED, not in the store: {names}.", "self": "  Named only inside its own name, not counted: {names}.",
        "limits": "No hit is not a clean record: only words of posts that are held were read; no pictures, sound, comments or deleted posts.",
        "right": "How often the rule is right for {name}: {value:.0f} % ({low:.0f}-{high:.0f} %), {n} posts judged.",
        "unmeasured": "How often the rule is right is not measured for {names}: `fanfit watch add`, `watch sample`, `watch judge`.",
        "words": "How often the rule is right for the words is not measured.",
    },
    "zh": {
        "empty": "没有要查的内容:请给出 --brands 文件.yaml 或 --words 文件.txt。", "which": "请给出一个账号或 --candidates 名单,不能同时给。",
        "heads": ("账号", "日期", "命中", "类别", "原创/转发", "合作声明", "此前", "需人工看", "帖子"),
        "kinds": {"own": "自有品牌", "competitor": "竞品", "other": "其他品牌", None: "敏感词"},
        "repost": "转发", "own": "原创", "declared": "已声明", "undeclared": "未声明", "first": "库内首次", "again": "再次",
        "doubts": {"": None, "inside_word": "可能是更长的词的一部分", "needs_context": "常用词且无上下文"},
        "gone": "之后的采集中没有,可能已删除", "no_link": "无链接",
        "checked": "{name}:最近 {days} 天读了原创 {own} 条、转发 {reposts} 条,{first:%Y-%m-%d} 至 {last:%Y-%m-%d},读取于 {read:%Y-%m-%d};命中 {hits} 条。",
        "short": "  更早的帖子不在库中:{oldest:%Y-%m-%d} 之前的没有读。", "gap": "  最长 {gap:.0f} 天没有库内帖子,其间是否发帖不清楚。",
        "unread": "  {n} 条无法读取:正文已不再保存。", "blank": "  {n} 条没有文字。",
        "not_checked": "{name}:未检查,库内没有最近 {days} 天的帖子正文。可用 `fanfit collect run` 采集,或 `fanfit import posts` 导入。",
        "unknown": "未检查,不在库中:{names}。", "self": "  仅出现在其自己的名字里,不计入:{names}。",
        "limits": "没有命中不等于没有问题:只读了库内帖子的文字,没有看图片、声音、评论和已删除的帖子。",
        "right": "{name} 的规则准确率:{value:.0f}%({low:.0f}-{high:.0f}%),已判断 {n} 条。",
        "unmeasured": "{names} 的规则准确率未测量:`fanfit watch add`、`watch sample`、`watch judge`。",
        "words": "敏感词的规则准确率未测量。",
    },
}  # fmt: skip
GAP_DAYS = 30  # a time without posts that is worth a sentence


def safety(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")] = None,
    platform: Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")] = None,
    candidates: Annotated[str | None, typer.Option(metavar="LIST", help="All accounts of a candidate list.")] = None,
    brands: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Brands to look for: a YAML file (docs/brand-safety.md).")
    ] = None,
    words: Annotated[Path | None, typer.Option(metavar="FILE", help="Sensitive words to look for, one a line.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of the last so many days.")] = 180,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Brands and sensitive words in what accounts published: each hit with date and link, and how much of the time was read."""
    from dataclasses import asdict
    from datetime import timedelta

    from jobs.audience import refs_of
    from jobs.safety import check_accounts, precision
    from jobs.watching import named
    from scoring.brands import read_brands, read_words
    from storage.queries import candidate_list, resolve_account

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    if (account is None) is (candidates is None):
        raise typer.BadParameter(texts["which"])
    looked = () if brands is None else read_brands(_file(brands), where=brands.name)
    listed = () if words is None else read_words(_file(words))
    if not looked and not listed:
        raise typer.BadParameter(texts["empty"])
    now = session.now()
    with session.store("safety") as store:
        rows = [] if candidates is None else candidate_list(store, candidates)
        refs = refs_of(store, rows) if account is None else named(store, [resolve_account(store, account, platform=platform)])
        found = check_accounts(store, refs, looked, listed, since=now - timedelta(days=days), until=now)
        measured = precision(store, looked)
    unknown = [row.name or row.given for row in rows if row.account is None]
    if as_json:
        rules = {name: {"right": check.right, "judged": check.judged} for name, check in measured.items()}
        told = [{"account": {"platform": each.account.platform, "native_id": each.account.native_id, "name": each.account.label}}
                | {key: value for key, value in asdict(each).items() if key != "account"} for each in found]  # fmt: skip
        print_json({"days": days, "until": now, "accounts": told, "not_in_store": unknown, "precision": rules})
        return
    hits = [(each, hit) for each in found for hit in each.hits]
    columns = [Column(head, drop={6: 1, 4: 2}.get(place, 0)) for place, head in enumerate(texts["heads"])]
    if hits:
        show_table(session, "", columns, [_cells(each, hit, texts) for each, hit in hits], None, as_json=False)
    for each in found:
        _tell(each, days, texts)
    if unknown:
        emit(texts["unknown"].format(names=", ".join(unknown)))
    emit(texts["limits"])
    _tell_rule([brand.name for brand in looked], measured, bool(listed), texts)


def _file(path: Path) -> str:
    from scoring.persona_yaml import decode

    if not path.is_file():
        message = f"there is no file {path.name}"
        raise typer.BadParameter(message)
    return decode(path.read_bytes(), where=path.name)


def _cells(checked: "Checked", hit: "Hit", texts: dict[str, Any]) -> tuple[object, ...]:
    look = [word for word in (texts["doubts"][hit.doubt], texts["gone"] if hit.gone else None) if word]
    before = None if hit.repost or hit.doubt else texts["first" if hit.first else "again"]
    return (checked.account.label, f"{hit.at:%Y-%m-%d}", hit.name, texts["kinds"][hit.relation], texts["repost" if hit.repost else "own"],
            texts["declared" if hit.declared else "undeclared"], before, "; ".join(look) or None, hit.link or texts["no_link"])  # fmt: skip


def _tell(each: "Checked", days: int, texts: dict[str, Any]) -> None:
    read = each.coverage
    if each.status == "not_checked" or read.first is None:
        emit(texts["not_checked"].format(name=each.account.label, days=days))
    else:
        emit(texts["checked"].format(name=each.account.label, days=days, own=read.own, reposts=read.reposts, first=read.first,
                                     last=read.last, read=read.read_at, hits=len(each.hits)))  # fmt: skip
        if not each.reaches_back:
            emit(texts["short"].format(oldest=read.oldest))
        if read.gap_days is not None and read.gap_days >= GAP_DAYS:
            emit(texts["gap"].format(gap=read.gap_days))
    for name, count in (("unread", read.unread), ("blank", read.empty)):
        if count:
            emit(texts[name].format(n=count))
    if each.own_name:
        emit(texts["self"].format(names=", ".join(each.own_name)))


def _tell_rule(names: list[str], measured: "Precision", words: bool, texts: dict[str, Any]) -> None:
    for name, check in measured.items():
        share = check.share()
        emit(
            texts["right"].format(name=name, value=share.value * 100, low=share.low * 100, high=share.high * 100, n=check.judged)
        )
    if without := [name for name in names if name not in measured]:
        say(texts["unmeasured"].format(names=", ".join(without)))
    if words:
        say(texts["words"])
