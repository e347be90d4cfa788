"""Asks before something that cannot be taken back; without a terminal only --yes goes on."""

import sys
from typing import Annotated

import typer

from cli.output import emit, say
from cli.wiring import Lang

YesFlag = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

TEXTS = {
    "en": ("Say --yes to go on without being asked: there is no terminal to ask at.", "Nothing was changed."),
    "zh": ("没有可供确认的终端:请加 --yes 直接执行。", "未做任何更改。"),
}


def confirm(question: str, lang: Lang, *, yes: bool) -> None:
    """Goes on if the answer is yes.

    Raises:
        typer.Exit: 1 when the answer is no, 2 when there is nobody to ask.
    """
    if yes:
        return
    nobody, kept = TEXTS[lang]
    if not sys.stdin.isatty():
        say(nobody)
        raise typer.Exit(2)
    if not typer.confirm(question, err=True):
        emit(kept)
        raise typer.Exit(1)
