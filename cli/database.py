"""`fanfit db`: bring the schema forward, back up, restore, check."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import CliError, NoBackup
from cli.options import JsonFlag, LangOption
from cli.output import Column, print_json, say, show_table
from cli.wiring import open_session

db_app = typer.Typer(help="Upgrade, back up, restore and check the database.", no_args_is_help=True)

PG_DUMP = b"PGDMP"  # how pg_dump's custom format begins

TEXTS = {
    "en": {
        "upgraded": "The schema was brought to {head}.",
        "current": "The schema is current ({head}): nothing to do.",
        "saved": "Backed up to {path}. It holds neither the id vault nor the key: keep {key} somewhere safe, apart from the backup.",
        "sure": "Replace the database by {path}? What was imported since the backup is lost.",
        "ask": "Say --yes to restore without being asked: there is no terminal to ask at.",
        "kept": "Nothing was changed.",
        "restored": "Restored {path}. Forgotten accounts kept out: {forgotten}; rows of theirs erased again: {erased}.",
        "lost": "The replaced database was missing or damaged: accounts forgotten after this backup was made are not known. "
        "Run `fanfit forget` for them again.",
        "title": "Database",
        "check": "check",
        "state": "state",
        "detail": "detail",
        "todo": "what to do",
        "good": "good",
        "bad": "NOT GOOD",
    },
    "zh": {
        "upgraded": "数据库结构已升级到 {head}。",
        "current": "数据库结构已是最新({head}),无需操作。",
        "saved": "已备份到 {path}。备份不含身份保险库和密钥:请将 {key} 与备份分开妥善保存。",
        "sure": "用 {path} 替换当前数据库?备份之后导入的数据会丢失。",
        "ask": "没有可供确认的终端:请加 --yes 直接恢复。",
        "kept": "未做任何更改。",
        "restored": "已恢复 {path}。已删除并阻止的账号:{forgotten};再次清除其数据:{erased} 行。",
        "lost": "被替换的数据库缺失或损坏:此备份之后删除的账号无从得知,请对其重新运行 `fanfit forget`。",
        "title": "数据库",
        "check": "检查项",
        "state": "状态",
        "detail": "说明",
        "todo": "处理办法",
        "good": "正常",
        "bad": "异常",
    },
}


@db_app.command()
def upgrade(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Bring the database to this program's schema; others who write must wait. Back up first."""
    from storage import schema

    session = open_session(ctx, lang=lang)
    session.require("db upgrade")
    done = schema.upgrade(session.database_url)
    if as_json:
        print_json({"upgraded": done, "schema": schema.HEAD})
        return
    say(TEXTS[session.lang]["upgraded" if done else "current"].format(head=schema.HEAD))


@db_app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file to write; an existing one is not overwritten.")],
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Copy the database into one file while it is in use; without the id vault and without the key."""
    from storage import backup as backups

    session = open_session(ctx, lang=lang)
    with session.store("db backup") as store:
        backups.backup(store, file)
    if as_json:
        print_json({"file": str(file), "bytes": file.stat().st_size})
        return
    say(TEXTS[session.lang]["saved"].format(path=file, key=session.key_path.name))


@db_app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `fanfit db backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Put a backup in the place of the database; accounts forgotten since are erased from it again."""
    import os
    import sys
    from dataclasses import asdict

    from storage import backup as backups
    from storage.keys import load_key

    session = open_session(ctx, lang=lang)
    session.require("db restore")
    texts = TEXTS[session.lang]
    if not yes:
        if not sys.stdin.isatty():
            say(texts["ask"])
            raise typer.Exit(2)
        if not typer.confirm(texts["sure"].format(path=file), err=True):
            say(texts["kept"])
            raise typer.Exit(1)
    key = load_key(session.key_path, os.environ.get("FANFIT_KEY"))
    with _refusing(file, session.database_url):
        report = backups.restore(
            file, session.database_url, key=key, vault_path=session.vault_path, lifetimes=session.lifetimes()
        )
    if as_json:
        print_json(asdict(report))
    say(texts["restored"].format(path=file, forgotten=report.forgotten, erased=sum(report.erased.values())))
    if report.list_lost:
        say(texts["lost"])


@contextmanager
def _refusing(file: Path, database_url: str) -> Iterator[None]:
    """Tell a file that cannot be restored (exit 3) from a restore that failed (1)."""
    from storage.errors import StorageError

    if not file.is_file():
        message = f"There is no file {file}: name one that `fanfit db backup` wrote."
        raise CliError(message)
    server = not database_url.startswith("sqlite")
    with file.open("rb") as opened:
        if server and opened.read(len(PG_DUMP)) != PG_DUMP:
            message = f"{file} is not a backup of a PostgreSQL database, which this workspace has. Nothing was changed."
            raise NoBackup(message)
    try:
        yield
    except StorageError as error:
        if server or type(error) is not StorageError:
            raise
        raise NoBackup(str(error)) from error  # of a file, storage has nothing else to say without a class of its own


@db_app.command()
def check(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Look the database over: file, schema, key, rows, vault, permissions. Exit code 1 when something is not good."""
    from dataclasses import asdict

    from storage.checking import check as findings_of

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("db check") as store:
        findings = findings_of(store)
    columns = [Column(texts[name]) for name in ("check", "state", "detail", "todo")]
    rows = [[one.name, texts["good" if one.ok else "bad"], one.detail, one.what_to_do or None] for one in findings]
    show_table(session, texts["title"], columns, rows, [asdict(one) for one in findings], as_json)
    if not all(one.ok for one in findings):
        raise typer.Exit(1)
