"""Commands over what was brought in: `imports list`, `imports undo`."""

from typing import Annotated

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, print_json, say, show_table
from cli.wiring import open_session

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
        "source",
        "basis",
        "obtained",
        "started",
    ),
    "zh": ("编号", "种类", "文件", "状态", "行数", "导入", "重复", "拒绝", "来源", "依据", "取得日期", "开始时间"),
}
IMPORT_DROPS = {"basis": 1, "source": 2, "obtained": 3, "started": 4, "duplicates": 5}
UNDO_TEXTS = {
    "en": {
        "done": "Import #{} is taken back; deleted: {}", "nothing": "nothing",
        "one": "{} post passes to #{}", "many": "{} posts pass to #{}", "between": "; ", "end": ".",
    },
    "zh": {
        "done": "已撤销导入 #{}:删除 {}", "nothing": "无",
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
    with session.store("imports list") as store:
        found = list_imports(store)
    if not found and not as_json:
        say("还没有导入过文件。" if session.lang == "zh" else "Nothing was imported yet.")
        return
    heads = dict(zip(IMPORT_HEADS["en"], IMPORT_HEADS[session.lang], strict=True))
    columns = [
        Column(
            heads[key],
            "right" if key in {"id", "rows", "accepted", "duplicates", "rejected"} else "left",
            drop=IMPORT_DROPS.get(key, 0),
        )
        for key in heads
    ]
    rows = [
        (
            item.import_id, item.kind, item.file_name, item.status, item.position, item.accepted, item.duplicates, item.rejected,
            item.source, item.basis, f"{item.obtained:%Y-%m-%d}" if item.obtained else None, f"{item.started:%Y-%m-%d %H:%M} UTC",
        )
        for item in found
    ]  # fmt: skip
    show_table(session, "", columns, rows, [asdict(item) for item in found], as_json)


@imports_app.command("undo")
def imports_undo(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The import's number.")],
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Take back what only that import brought."""
    from dataclasses import asdict

    from storage.naming import NamingRule
    from storage.undo import undo_import

    session = open_session(ctx, lang=lang)
    rule = NamingRule(**session.settings.naming.model_dump())
    with session.store("imports undo") as store:
        done = undo_import(store, number, now=session.now(), indexer=session.indexer(), settings=rule)
    (session.workspace / "rejects" / f"import-{number}.csv").unlink(missing_ok=True)
    if as_json:
        print_json(asdict(done))
        return
    texts = UNDO_TEXTS[session.lang]
    gone = ", ".join(f"{count} {table}" for table, count in done.deleted.items() if count) or texts["nothing"]
    passed = [texts["one" if count == 1 else "many"].format(count, heir) for heir, count in done.posts_passed.items()]
    say(texts["between"].join([texts["done"].format(number, gone), *passed]) + texts["end"])
