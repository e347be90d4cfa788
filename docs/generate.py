"""Writes the pages of docs/ that are read off the program itself: docs/cli.md."""

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from typer.main import get_command

from cli import main
from cli.settings import Settings

WIDTH = 100
HERE = Path(__file__).resolve().parent

HEAD = """# Command line reference

Written by `make docs` from the program itself; a test holds it against the program.

`fanfit [--workspace DIR] [--lang zh|en] [--set NAME=VALUE] [--debug] COMMAND ...`: the workspace is `--workspace`, else `FANFIT_WORKSPACE`, else the
nearest folder upwards with a `fanfit.toml`, else the current folder.

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | something on this machine must be mended, or a fault of fanfit |
| 2 | wrong usage, or nothing by that name |
| 3 | an input was refused: file, persona, missing provenance, forgotten account |
| 4 | somebody else holds the workspace; the message names the command, its process and since when |
| 5 | nothing to score |
| 130 | stopped with Ctrl-C; the same command goes on where it stopped |

Results go to standard output, everything said about them to standard error: `fanfit shortlist ... --json > run.json` is JSON only.
"""

SETTINGS_HEAD = """
## Settings

A flag goes before an environment variable, that before `fanfit.toml`, that before the default. Every setting can be given for one
call before the command: `fanfit --set small_cell=30 --set lifetimes.raw_days=3 purge --dry-run`; a command's own flag (`--lang`,
`--timezone`, `--seed`, `--min-sample`) goes before that. A password in `database_url` belongs into the environment: other users of a
machine can read command lines. `FANFIT_KEY` (64 hex digits) stands instead of the file `secret.key`; it is never a setting. `FANFIT_DATA` names the folder of real data sets for benches and tests.

| setting | environment | default | meaning |
|---|---|---|---|
"""


def cli_page() -> str:
    """The whole of docs/cli.md."""
    # No colours, and no terminal's width: the page is the same wherever it is made.
    os.environ["NO_COLOR"] = "1"
    parts = [HEAD, "\n## fanfit\n\n", _help(get_command(main.app), "fanfit")]
    for name in main.COMMANDS:
        parts.append(f"\n## fanfit {name}\n\n")
        parts += _sections(main.load(name), f"fanfit {name}")
    return "".join([*parts, *_settings()])


def _sections(command: Any, path: str) -> list[str]:
    inner = getattr(command, "commands", {})
    found = [_help(command, path)]
    for name, child in inner.items():
        found.append(f"\n### {path} {name}\n\n")
        found += _sections(child, f"{path} {name}")
    return found


def _help(command: Any, path: str) -> str:
    context = command.context_class(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
    return f"```text\n{command.get_help(context).rstrip()}\n```\n"


def _settings() -> list[str]:
    rows = [SETTINGS_HEAD]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        if isinstance(default, BaseModel):
            for key, item in type(default).model_fields.items():
                rows.append(
                    f"| `{name}.{key}` | `FANFIT_{name.upper()}__{key.upper()}` | {item.default} | {item.description} |\n"
                )
        else:
            rows.append(
                f"| `{name}` | `FANFIT_{name.upper()}` | {default if default != '' else '(empty)'} | {field.description} |\n"
            )
    return rows


if __name__ == "__main__":
    (HERE / "cli.md").write_text(cli_page(), encoding="utf-8")
    print(f"written: {HERE / 'cli.md'}")
