"""The command that holds an account against similar ones: `peers`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import ClientOption, JsonFlag, LangOption
from cli.output import Column, emit, print_json, show_table
from cli.wiring import open_session

if TYPE_CHECKING:
    from jobs.peers import PeersOf

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "share": "on-target share", "run": "Share and cost: run {run}, persona {persona}, data as of {date}. Everything else: as known today.",
        "no_run": "No run yet: share and cost are compared as soon as a list was scored with `fanfit shortlist`.",
        "not_in": "Run {run} (persona {persona}) has no share of this account.",
        "nothing": "No account of its kind has a figure yet: import quotes, performance or counts, or score a list.",
        "why": "Compared with accounts that this workspace knows, not with the platform: a workspace of good accounts makes each look worse. Equal ones count by half.",
    },
    "zh": {
        "share": "TA浓度", "run": "TA浓度与成本:第 {run} 次运行,目标人群 {persona},数据截至 {date}。其余为今日所知。",
        "no_run": "还没有运行:用 `fanfit shortlist` 给名单评分后,即可比较 TA 浓度和成本。",
        "not_in": "第 {run} 次运行(目标人群 {persona})没有这个账号的 TA 浓度。",
        "nothing": "同级中还没有任何数据:请导入报价、表现或粉丝数,或给名单评分。",
        "why": "只与本工作区已知的账号比较,不代表整个平台:工作区里好账号越多,每个的位置越靠后。相同的按一半计。",
    },
}  # fmt: skip


def peers(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")],
    persona: Annotated[
        str | None, typer.Option(metavar="FILE", help="Shares and costs of this persona's newest run: its file or name (default: the newest run).")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")] = None,
    any_category: Annotated[bool, typer.Option("--any-category", help="Beside accounts of its platform and size, of any category.")] = False,
    client: ClientOption = "",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """Where an account stands among those of its platform, category and size that the workspace knows."""
    from dataclasses import asdict

    from jobs.peers import peers_of
    from reports.peers import P, peer_group

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("peers") as store:
        found = peers_of(
            store, account, platform=platform, persona=None if persona is None else _persona_name(persona), tiers=session.tiers(),
            now=session.now(), any_category=any_category, client=client,
        )  # fmt: skip
    group = peer_group(found.found, texts["share"], session.lang)
    if as_json:
        print_json(asdict(found) | {"who": group.who, "standing": [line.standing for line in group.lines]})
        return
    emit(f"{_name(found.found.own.account.label)} · {group.who}")
    if group.lines:
        heads = (P.col_figure, P.col_own, P.col_standing, P.q1, P.median, P.q3)
        columns = [Column(head(session.lang), "left" if place in {0, 2} else "right") for place, head in enumerate(heads)]
        rows = [
            (line.label, line.value.text, line.standing, line.q1.text, line.median.text, line.q3.text) for line in group.lines
        ]
        show_table(session, "", columns, rows, None, as_json=False)
    for line in _remarks(found, texts):
        emit(line)


def _persona_name(persona: str) -> str:
    """A file's persona by its name; else the text is the name."""
    from scoring.persona import parse_persona

    path = Path(persona)
    return parse_persona(path.read_text("utf-8-sig"), where=path.name).name if path.is_file() else persona


def _remarks(found: "PeersOf", texts: dict[str, Any]) -> list[str]:
    from reports import numbers

    said = [texts["nothing"]] if found.found.own.tier is not None and not found.found.standings else []
    if found.run_id is None:
        said.append(texts["no_run"])
    else:
        values = {"run": found.run_id, "persona": _name(found.persona or ""), "date": numbers.date(found.data_to)}
        said.append(texts["run"].format(**values))
        if "precision" not in found.found.own.figures:
            said.append(texts["not_in"].format(**values))
    return [*said, texts["why"]]


def _name(text: str) -> str:
    from reports import numbers

    return numbers.name(text)
