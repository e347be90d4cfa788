"""Options that many commands share: use these types, so that they read alike everywhere."""

from typing import Annotated

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON on standard output instead of a table.")]

LangOption = Annotated[
    str | None, typer.Option("--lang", metavar="zh|en", help="Language of what is printed (default: settings, else LANG).")
]

ClientOption = Annotated[
    str, typer.Option("--client", metavar="NAME", help="For which client: what belongs to another client is refused.")
]
