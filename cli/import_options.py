"""Options that the import commands share."""

from pathlib import Path
from typing import Annotated

import typer


def _zone(name: str | None) -> str | None:
    """A zone that exists: a wrong flag is wrong use, not a refused file."""
    from collectors.errors import FileRefused
    from collectors.exports.times import zone_named

    try:
        zone_named(name)
    except FileRefused as error:
        raise typer.BadParameter(str(error)) from None
    return name


def _rates(text: str) -> str:
    """Rates that can be read."""
    from collectors.errors import FileRefused
    from collectors.exports.money import read_rates

    try:
        read_rates(text)
    except FileRefused as error:
        raise typer.BadParameter(str(error)) from None
    return text


File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, TSV, XLSX, JSONL or Parquet.")]
Mapping = Annotated[Path | None, typer.Option(metavar="M.YAML", help="Which column is which.")]
Preset = Annotated[
    str | None, typer.Option(metavar="NAME", help="A known set of headers: generic, generic-zh; vendors': see `import presets`.")
]
Platform = Annotated[str | None, typer.Option(help="Platform of rows that name none, as weibo.")]
Timezone = Annotated[str | None, typer.Option(metavar="ZONE", callback=_zone, help="Zone of local times, as Asia/Shanghai.")]
Rates = Annotated[
    str, typer.Option(metavar="EUR=7.8,...", callback=_rates, help="What one unit of other currencies costs in --currency.")
]
Source = Annotated[str | None, typer.Option(help="Where the data came from; printed beside every figure made from it.")]
Basis = Annotated[str | None, typer.Option(help="On which basis you may use it: contract, consent, public API ...")]
Obtained = Annotated[str | None, typer.Option(metavar="DATE", help="When it was obtained, as 2026-03-05.")]
Encoding = Annotated[str | None, typer.Option(help="utf-8, gb18030 or utf-16 (default: found out).")]
SheetName = Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook (default: the first one shown).")]
Client = Annotated[str, typer.Option(metavar="NAME", help="Whose it is: it is used for no other client (default: for all).")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Take the columns guessed from the headers without asking.")]
Template = Annotated[bool, typer.Option("--template", help="Write an empty FILE to fill, and stop.")]
FrameOption = Annotated[
    str | None, typer.Option("--frame", metavar="complete|newest|random|unknown", help="Which part of the list the file holds.")
]
PulledAt = Annotated[str | None, typer.Option(metavar="TIME", help="When the list was read, as 2026-03-05T14:00:00+08:00.")]
