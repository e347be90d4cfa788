"""Commands that keep the promises about people's data: `forget` erases one account, `purge` what has outlived its lifetime."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import YesFlag, confirm
from cli.options import JsonFlag, LangOption
from cli.output import Column, say, show_table
from cli.places import in_words
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from storage.engine import Store

TEXTS = {
    "en": {
        "place": "where",
        "deleted": "erased",
        "past": "past its lifetime",
        "sure": "Erase this account everywhere and keep it out for good? This cannot be undone.",
        "unknown": "Nothing was held of this account. It is kept out from now on.",
        "again": "This account was forgotten before; it stays kept out.",
        "blocked": "The account is erased and kept out from now on.",
        "runs": "Runs that keep their figures but can no longer be recomputed: {runs}",
        "personas": "Stored personas named the account: a marker stands in its place in {count} versions. A file of yours that names it "
        "is refused until you take it out.",
        "dry": "Nothing was changed: this is what `fanfit purge` would delete.",
        "nothing": "Nothing is past its lifetime.",
        "forget": "Erased",
        "purge": "Lifetimes",
        "snapshots": "run inputs",
    },
    "zh": {
        "place": "位置",
        "deleted": "已删除",
        "past": "已过保留期",
        "sure": "在所有位置删除该账号,并永久阻止其再次进入?此操作无法撤销。",
        "unknown": "此前没有保存该账号的任何数据;今后将阻止其进入。",
        "again": "该账号此前已被删除,继续阻止其进入。",
        "blocked": "该账号已删除,今后将阻止其进入。",
        "runs": "以下运行保留汇总数字,但无法再重新计算:{runs}",
        "personas": "已存的目标人群提到该账号:{count} 个版本中已换成标记。您自己的目标人群文件若仍提到它,改掉之前不会被接受。",
        "dry": "未做任何更改:以上是 `fanfit purge` 将要删除的内容。",
        "nothing": "没有超过保留期的数据。",
        "forget": "删除",
        "purge": "保留期",
        "snapshots": "运行输入",
    },
}


def forget(
    ctx: typer.Context,
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Native id, handle or URL of a named account; of a person its native id.")
    ],
    platform: Annotated[str | None, typer.Option(help="The account's platform; needed for a person.")] = None,
    yes: YesFlag = False,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Erase an account everywhere and keep it out: vault, texts, features, edges, labels, lists, runs, files.

    Prints how much was erased from each place. Runs keep their aggregates and say that they cannot be recomputed.
    """
    from storage.privacy import forget as erase

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("forget") as store:
        where, native_id = _whom(store, account, platform)
        confirm(texts["sure"], session.lang, yes=yes)
        report = erase(store, where, native_id, now=session.now(), workspace=session.workspace)
    _show(
        session,
        texts["forget"],
        texts["deleted"],
        in_words({**report.deleted, **report.files}, session.lang),
        asdict(report),
        as_json=as_json,
    )
    if report.known_before:
        say(texts["again"])
    else:
        say(texts["blocked"] if any(report.deleted.values()) else texts["unknown"])
    if report.runs:
        say(texts["runs"].format(runs=", ".join(map(str, report.runs))))
    if personas := report.deleted.get("persona_version"):
        say(texts["personas"].format(count=personas))


def _whom(store: "Store", text: str, platform: str | None) -> tuple[str, str]:
    """Platform and native id that the text means; with a platform, a text that names nobody is a native id."""
    from storage.errors import NotFound
    from storage.queries import account_refs, resolve_account

    try:
        key = resolve_account(store, text, platform=platform)
    except NotFound:
        if platform is None:
            message = "this is no named account, or several: give --platform, and of a person its native id"
            raise NotFound(message) from None
        return platform, text.strip()
    named = account_refs(store, [key])[key]
    return named.platform, named.native_id


def purge(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be deleted.")] = False,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Delete what has outlived its lifetime: raw texts, features, edges, labels, vault entries, inputs of old runs.

    Named accounts' public data, aggregates and runs stay. Lifetimes stand in fanfit.toml.
    """
    from storage.privacy import purge as delete_old

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("purge") as store:
        report = delete_old(store, now=session.now(), workspace=session.workspace, dry_run=dry_run)
    counts = {**in_words(report.deleted, session.lang), texts["snapshots"]: len(report.runs)}
    heading = texts["past"] if dry_run else texts["deleted"]
    _show(session, texts["purge"], heading, counts, asdict(report), as_json=as_json)
    if not any(counts.values()):
        say(texts["nothing"])
    elif dry_run:
        say(texts["dry"])


def _show(session: Session, title: str, heading: str, counts: Mapping[str, int], document: object, *, as_json: bool) -> None:
    columns = [Column(TEXTS[session.lang]["place"]), Column(heading, "right")]
    show_table(session, title, columns, [[name, count] for name, count in counts.items()], document, as_json)
