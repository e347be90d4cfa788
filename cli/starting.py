"""Commands that need no workspace yet: make one, check one, show the whole path on simulated data."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, plain, say, show_table
from cli.wiring import FILE_NAME, GlobalOptions, Session, find_workspace, open_session

TEXTS = {
    "zh": {
        "controller": "谁对个人信息负责(公司、部门)?",
        "purpose": "数据用来做什么?",
        "contact": "人们可以向谁询问自己的数据(地址)?",
        "kept": "{path} 已有,保持不变;要改设置请编辑它。",
        "ready": "工作区已备好:{workspace}",
        "missing": "未填:{names}。导入可以用;在 {file} 写明之前,不能从平台采集。",
        "key": "请妥善保管 {key},不要和数据库的备份放在一起:没有它,新文件就对不上。",
        "check": "检查项",
        "state": "状态",
        "found": "结果",
    },
    "en": {
        "controller": "Who is responsible for the personal data (company, department)?",
        "purpose": "What will the data be used for?",
        "contact": "Whom may people ask about their data (address)?",
        "kept": "{path} exists and is kept; edit it to change a setting.",
        "ready": "Workspace ready: {workspace}",
        "missing": "Not given: {names}. Imports work; collecting from platforms is refused until {file} names them.",
        "key": "Keep {key} safe and out of backups of the database: without it new files cannot be matched.",
        "check": "check",
        "state": "state",
        "found": "found",
    },
}
ASKED = ("controller", "purpose", "contact")


def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Folder of the workspace (default: --workspace, FANFIT_WORKSPACE, else here)."),
    ] = None,
    controller: Annotated[str | None, typer.Option(help="Who is responsible for the personal data.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What the data is used for.")] = None,
    contact: Annotated[str | None, typer.Option(help="Whom people may ask about their data.")] = None,
    lang: LangOption = None,
) -> None:
    """Make a workspace: fanfit.toml with every setting explained, the pseudonym key, the database.

    What stands there already is kept. Asks for controller, purpose and contact at a terminal; without answers
    imports work, but collecting from platforms will be refused until they are filled in.
    """
    options = speak(ctx, lang)
    named = folder or options.workspace or os.environ.get("FANFIT_WORKSPACE")
    workspace = find_workspace(Path(named)) if named else Path.cwd()
    existed = (workspace / FILE_NAME).exists()
    ctx.obj = replace(options, workspace=workspace)
    words = TEXTS[open_session(ctx).lang]
    answers: dict[str, str | None] = {"controller": controller, "purpose": purpose, "contact": contact}
    if existed:
        say(words["kept"].format(path=workspace / FILE_NAME))
    else:
        answers = {name: ask(words[name], given) for name, given in answers.items()}
    session = make_workspace(ctx, workspace, answers)
    emit(words["ready"].format(workspace=session.workspace))
    missing = [name for name in ASKED if not getattr(session.settings, name)]
    if missing:
        say(words["missing"].format(names=", ".join(missing), file=FILE_NAME))
    say(words["key"].format(key=session.key_path.name))


def speak(ctx: typer.Context, lang: str | None) -> GlobalOptions:
    """The options before the command's name, with the command's own language over theirs."""
    options = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    spoken = replace(options, lang=lang or options.lang)
    ctx.obj = spoken
    return spoken


def ask(question: str, given: str | None) -> str:
    """The flag's value, else an answer at the terminal, else nothing."""
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return ""
    return str(typer.prompt(question, default="", show_default=False, err=True))


def make_workspace(ctx: typer.Context, workspace: Path, answers: dict[str, str | None]) -> Session:
    """Folder, settings file, key and database; whatever exists is kept.

    Raises:
        StorageError: the key does not belong to the database, or the database is of another version.
    """
    from cli.settings import settings_file
    from storage.engine import create_store
    from storage.keys import load_or_create_key

    workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = workspace / FILE_NAME
    if not path.exists():
        path.write_text(settings_file({name: plain(value or "") for name, value in answers.items()}), encoding="utf-8")
    options = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    ctx.obj = replace(options, workspace=workspace)
    session = open_session(ctx)
    key = load_or_create_key(session.key_path, os.environ.get("FANFIT_KEY"))
    create_store(session.database_url, key=key, vault_path=session.vault_path, lifetimes=session.lifetimes()).close()
    return session


def doctor(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """Check this machine and this workspace; exit code 1 if something must be mended."""
    from cli.checking import examine

    session = open_session(ctx, lang=lang)
    checks = examine(session)
    columns = [Column(TEXTS[session.lang][head]) for head in ("check", "state", "found")]
    rows = [(check.name, check.state, check.found) for check in checks]
    document = {"checks": [{"name": check.name, "state": check.state, "found": check.found} for check in checks]}
    show_table(session, "fanfit doctor", columns, rows, document, as_json)
    if any(check.state == "failed" for check in checks):
        raise typer.Exit(1)


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="Folder to make (default: --workspace, else fanfit-demo); a former demo there is replaced."
        ),
    ] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Simulate a small platform, import it, rank it, and compare the ranking with the truth that only a simulation knows."""
    from cli.demo.flow import run_demo

    named = speak(ctx, lang).workspace
    if folder is not None and named is not None and folder.resolve() != named.resolve():
        message = f"{folder} and --workspace {named} are two folders: name one"
        raise typer.BadParameter(message, param_hint="[DIR]")
    run_demo(ctx, folder or named or Path("fanfit-demo"), as_json)
