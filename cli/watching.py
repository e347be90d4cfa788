"""Commands that keep an eye on accounts: `watch add | remove | list | report | sample | judge`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, say, show_table
from cli.wiring import open_session

watch_app = typer.Typer(help="Keep an eye on accounts: whom they gain and lose, and who speaks of them.", no_args_is_help=True)

Account = Annotated[str, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")]
PlatformOption = Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "added": "Watching {name}; looked for in posts: {names}.",
        "removed": "{name} is not watched any more; what was collected stays.",
        "heads": ("account", "platform", "looked for", "since", "note"),
        "sampled": "{n} posts to judge in {path}: answer yes or no under mentions and paid, then `fanfit watch judge {path}`.",
        "none": "There is no mention that was not judged yet.",
        "judged": "{n} judged, {empty} left empty.",
        "written": "Report written:",
    },
    "zh": {
        "added": "开始观察 {name};在帖子里查找:{names}。",
        "removed": "不再观察 {name};已采集的数据保留。",
        "heads": ("账号", "平台", "查找词", "起始", "备注"),
        "sampled": "{path} 中有 {n} 条待判断:在 mentions 与 paid 两列填 是 或 否,然后运行 `fanfit watch judge {path}`。",
        "none": "没有尚未判断的提及。",
        "judged": "已判断 {n} 条,{empty} 条未填。",
        "written": "报告已写入:",
    },
}


@watch_app.command("add")
def add(
    ctx: typer.Context, account: Account, platform: PlatformOption = None,
    names: Annotated[str, typer.Option(help="Words that mean it in posts, comma-separated, beside its handle and name.")] = "",
    note: Annotated[str, typer.Option(help="A note for yourself.")] = "",
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Watch an account. It must have been collected or imported once: `fanfit collect run ACCOUNT`."""
    from jobs.watching import brand_names, named
    from storage.pulling import watch
    from storage.queries import resolve_account
    from storage.watching import add_watched, watched

    session = open_session(ctx, lang=lang)
    given = [name.strip() for name in names.replace("，", ",").split(",") if name.strip()]
    with session.store("watch add") as store:
        key = resolve_account(store, account, platform=platform)
        ref = named(store, [key])[key]
        watch(store, ref.platform, [ref.native_id], now=session.now())
        add_watched(store, key, given, note, now=session.now())
        row = next(row for row in watched(store) if row.account == key)
    looked = brand_names(row, ref)
    if as_json:
        print_json({"account": ref.label, "platform": ref.platform, "names": list(looked)})
        return
    emit(TEXTS[session.lang]["added"].format(name=ref.label, names=", ".join(looked)))


@watch_app.command("remove")
def remove(
    ctx: typer.Context, account: Account, platform: PlatformOption = None, as_json: JsonFlag = False, lang: LangOption = None
) -> None:
    """Watch an account no more."""
    from jobs.watching import named
    from storage.queries import resolve_account
    from storage.watching import remove_watched

    session = open_session(ctx, lang=lang)
    with session.store("watch remove") as store:
        key = resolve_account(store, account, platform=platform)
        ref = named(store, [key])[key]
        remove_watched(store, key)
    if as_json:
        print_json({"account": ref.label})
        return
    emit(TEXTS[session.lang]["removed"].format(name=ref.label))


@watch_app.command("list")
def list_command(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """The watched accounts and the words that mean them."""
    from jobs.watching import brand_names, named
    from storage.watching import watched

    session = open_session(ctx, lang=lang)
    with session.store("watch list") as store:
        rows = watched(store)
        refs = named(store, [row.account for row in rows])
    told = [(refs[row.account], row) for row in rows if row.account in refs]
    cells = [
        (ref.label, ref.platform, ", ".join(brand_names(row, ref)), f"{row.added:%Y-%m-%d}", row.note or None)
        for ref, row in told
    ]
    document = [
        {"account": ref.label, "platform": ref.platform, "native_id": ref.native_id, "names": list(brand_names(row, ref)),
         "added": row.added, "note": row.note}
        for ref, row in told
    ]  # fmt: skip
    show_table(session, "", [Column(head) for head in TEXTS[session.lang]["heads"]], cells, document, as_json)


@watch_app.command("report")
def report(
    ctx: typer.Context,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day (default: 30 days ago).")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day (default: now).")] = None,
    formats: Annotated[str, typer.Option("--format", help="Comma-separated: text, html, xlsx.")] = "text",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder (default: reports/watch in the workspace).")] = None,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Whom the watched accounts gained and lost, what the gained are like, and who speaks of the accounts."""
    from dataclasses import asdict
    from datetime import UTC, timedelta

    from jobs.watching import watch_report
    from reports.render_digest import digest_text
    from reports.watching import watch_digest

    kinds = [kind.strip().lower() for kind in formats.split(",") if kind.strip()]
    if not kinds or set(kinds) - {"text", "html", "xlsx"}:
        message = "expected one or more of text, html, xlsx, separated by commas"
        raise typer.BadParameter(message, param_hint="--format")
    session = open_session(ctx, lang=lang)
    end = session.now() if until is None else until.replace(tzinfo=UTC) + timedelta(days=1)
    begin = end - timedelta(days=30) if since is None else since.replace(tzinfo=UTC)
    if begin >= end:
        message = "the first day is not before the last"
        raise typer.BadParameter(message, param_hint="--since")
    with session.store("watch report") as store:
        found = watch_report(store, since=begin, until=end, k=session.settings.small_cell, seed=session.settings.seed)
    if as_json:
        print_json(asdict(found))
        return
    digest = watch_digest(found, session.lang)
    if "text" in kinds:
        emit(digest_text(digest))
    paths = _write(digest, kinds, output or session.workspace / "reports" / "watch", f"{begin:%Y%m%d}-{end:%Y%m%d}", session.lang)
    if paths:
        say(TEXTS[session.lang]["written"])
    for path in paths:
        emit(str(path))


def _write(digest: Any, kinds: list[str], folder: Path, days: str, lang: Literal["zh", "en"]) -> list[Path]:
    from reports.render_digest import digest_html, write_digest_xlsx

    paths = []
    for kind in kinds:
        if kind == "text":
            continue
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"watch-{days}.{lang}.{kind}"
        if kind == "html":
            path.write_text(digest_html(digest), encoding="utf-8", newline="\n")
        else:
            write_digest_xlsx(digest, path)
        paths.append(path)
    return paths


@watch_app.command("sample")
def sample(
    ctx: typer.Context,
    posts: Annotated[int, typer.Option(min=1, help="How many posts to judge.")] = 50,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="File (default: exports/mentions.csv).")] = None,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Write posts that were taken for mentions, drawn at random, for a person to judge: that tells how often the rule is right."""
    from jobs.mention_checks import write_sample

    session = open_session(ctx, lang=lang)
    path = output or session.workspace / "exports" / "mentions.csv"
    with session.store("watch sample") as store:
        n = write_sample(store, path, posts=posts, until=session.now(), seed=session.settings.seed)
    if as_json:
        print_json({"file": str(path), "posts": n})
        return
    emit(TEXTS[session.lang]["sampled" if n else "none"].format(n=n, path=path))


@watch_app.command("judge")
def judge(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="The judged file.")],
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Take over a judged file; reports then say how often the rule is right, with an interval."""
    from jobs.mention_checks import read_sample

    session = open_session(ctx, lang=lang)
    with session.store("watch judge") as store:
        judged, empty = read_sample(store, file, now=session.now())
    if as_json:
        print_json({"judged": judged, "empty": empty})
        return
    emit(TEXTS[session.lang]["judged"].format(n=judged, empty=empty))
