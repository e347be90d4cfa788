"""Commands over what was brought in: `imports list`, `imports undo`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import YesFlag, confirm
from cli.options import JsonFlag, LangOption
from cli.output import Column, print_json, say, show_table
from cli.places import in_words
from cli.wiring import Lang, open_session

if TYPE_CHECKING:
    from storage.imports import ImportSummary

IMPORT_HEADS = {
    "en": (
        "id",
        "kind",
        "file",
        "status",
        "rows",
        "accepted",
        "duplicates",
        "rejected",
        "under 18",
        "source",
        "basis",
        "obtained",
        "started",
    ),
    "zh": ("编号", "种类", "文件", "状态", "行数", "导入", "重复", "拒绝", "未满18岁", "来源", "依据", "取得日期", "开始时间"),
}
COUNTS = frozenset({"id", "rows", "accepted", "duplicates", "rejected", "under 18"})
IMPORT_DROPS = {"basis": 1, "source": 2, "obtained": 3, "started": 4, "under 18": 5, "duplicates": 6}
STATUSES = {
    "zh": {"running": "进行中", "stopped": "未完成", "done": "完成", "undone": "已撤销"},
    "en": {"running": "running", "stopped": "not finished", "done": "done", "undone": "taken back"},
}
KINDS_ZH = {
    "accounts": "账号", "follows": "关注", "posts": "帖子", "prices": "报价", "attributes": "属性", "labels": "标注",
    "candidates": "候选", "base": "大盘", "engagements": "互动", "audience": "受众构成", "performance": "表现", "engagers": "互动者", "followers": "粉丝", "followees": "关注对象", "profiles": "资料", "quotes": "详细报价", "placements": "投放记录",
}  # fmt: skip
TEXTS = {
    "en": {
        "none": "Nothing was imported yet.", "unfinished": "Not finished: the same command and file go on where it stopped.",
        "sure": "Take back import #{} ({} of {}, {} accepted)? To have it again, import the file again.",
        "done": "Import #{} is taken back; deleted: {}", "nothing": "nothing", "count": "{} {}", "comma": ", ",
        "one": "{} post passes to #{}", "many": "{} posts pass to #{}", "between": "; ", "end": ".",
    },
    "zh": {
        "none": "还没有导入过文件。", "unfinished": "未完成的导入:用同一命令和文件再导入一次,即从停下处继续。",
        "sure": "撤销导入 #{}({},{},已导入 {})?需要时可重新导入该文件。",
        "done": "已撤销导入 #{}:删除 {}", "nothing": "无", "count": "{1} {0}", "comma": "、",
        "one": "{} 条帖子转归导入 #{}", "many": "{} 条帖子转归导入 #{}", "between": ";", "end": "。",
    },
}  # fmt: skip

imports_app = typer.Typer(help="List imports, take one back.", no_args_is_help=True)


@imports_app.command("list")
def imports_list(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Every import, newest first: what it was, where it came from, what came of it."""
    from dataclasses import asdict

    from storage.imports import list_imports

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("imports list") as store:
        found = list_imports(store)
    if not found and not as_json:
        say(texts["none"])
        return
    columns = [
        Column(head, "right" if key in COUNTS else "left", drop=IMPORT_DROPS.get(key, 0))
        for key, head in zip(IMPORT_HEADS["en"], IMPORT_HEADS[session.lang], strict=True)
    ]
    rows = [
        (
            item.import_id, _kind(item.kind, session.lang), item.file_name, STATUSES[session.lang][item.status], _rows(item, session.lang),
            item.accepted, item.duplicates, item.rejected, item.refused_minors, item.source, item.basis,
            f"{item.obtained:%Y-%m-%d}" if item.obtained else None, f"{item.started:%Y-%m-%d %H:%M} UTC",
        )
        for item in found
    ]  # fmt: skip
    show_table(session, "", columns, rows, [asdict(item) for item in found], as_json)
    if any(item.status == "stopped" for item in found):
        say(texts["unfinished"])


@imports_app.command("undo")
def imports_undo(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The import's number.")],
    yes: YesFlag = False,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Take back what only that import brought."""
    from dataclasses import asdict

    from storage.imports import find_import
    from storage.naming import NamingRule
    from storage.undo import undo_import

    session = open_session(ctx, lang=lang)
    texts, rule = TEXTS[session.lang], NamingRule(**session.settings.naming.model_dump())
    with session.store("imports undo") as store:
        found = find_import(store, number)
        if found.status != "undone":
            confirm(
                texts["sure"].format(number, _kind(found.kind, session.lang), found.file_name, found.accepted),
                session.lang,
                yes=yes,
            )
        done = undo_import(store, number, now=session.now(), indexer=session.indexer(), settings=rule)
    (session.workspace / "rejects" / f"import-{number}.csv").unlink(missing_ok=True)
    if as_json:
        print_json(asdict(done))
        return
    gone = [texts["count"].format(count, place) for place, count in in_words(done.deleted, session.lang).items() if count]
    passed = [texts["one" if count == 1 else "many"].format(count, heir) for heir, count in done.posts_passed.items()]
    first = texts["done"].format(number, texts["comma"].join(gone) or texts["nothing"])
    say(texts["between"].join([first, *passed]) + texts["end"])


def _rows(item: "ImportSummary", lang: Lang) -> str:
    """How far it got: rows of a file, pages of a platform."""
    return f"{item.position}{' 页' if lang == 'zh' else ' pages'}" if item.by_pages else str(item.position)


def _kind(kind: str, lang: Lang) -> str:
    """What was imported or collected, in the reader's language."""
    return KINDS_ZH[kind] if lang == "zh" else kind
