"""One import at the terminal: shows how the file is read, asks if it must, runs it with a progress bar, says what came of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.output import Column, print_json, say, show_table
from cli.wiring import Session, open_session

if TYPE_CHECKING:
    from jobs.import_job import ImportJob
    from jobs.import_plan import Prepared
    from jobs.importing import ImportOutcome, Progress
    from storage.engine import Store

TEXT = {
    "read": ("{file}: read as {looks}.", "{file}: 按 {looks} 读取。"),
    "guessed": ("Columns, guessed from the headers:", "根据表头猜测的列:"),
    "stated": ("Columns, by {origin}:", "列(来自 {origin}):"),
    "unused": ("  not used: {names}", "  未使用: {names}"),
    "unclear": ("  unclear: {doubt}", "  不明确: {doubt}"),
    "ask": ("Import it like this?", "按此导入?"),
    "declined": ("Nothing was imported. Say which column is which in a file for --mapping.", "未导入。请用 --mapping 文件说明各列。"),
    "resumed": ("Import #{id} goes on after row {row}.", "继续导入 #{id}, 从第 {row} 行之后开始。"),
    "already": (
        "{file} was already imported as #{id} on {date}; nothing to do.",
        "{file} 已于 {date} 作为 #{id} 导入, 无需重复。",
    ),
    "done": (
        "Import #{id}: {accepted} imported, {duplicates} repeated, {rejected} refused, of {rows} rows.",
        "导入 #{id}: 共 {rows} 行, 导入 {accepted}, 重复 {duplicates}, 拒绝 {rejected}。",
    ),
    "done_values": (
        "Import #{id}: {accepted} values imported, {duplicates} repeated, {rejected} rows refused, of {rows} rows.",
        "导入 #{id}: 共 {rows} 行, 导入 {accepted} 个属性值, 重复 {duplicates}, 拒绝 {rejected} 行。",
    ),
    "in_all": (
        "With what came before it stopped: {accepted} imported, {duplicates} repeated, {rejected} refused.",
        "连同停下之前: 导入 {accepted}, 重复 {duplicates}, 拒绝 {rejected}。",
    ),
    "stopped": (
        "Import #{id} stopped after row {rows}; nothing is lost. The same command goes on there.",
        "导入 #{id} 停在第 {rows} 行之后, 数据无损。再次运行同一命令即可继续。",
    ),
    "minors": ("{n} declare to be under 18: no row of theirs is kept.", "{n} 人声明未满 18 岁, 未保留其任何数据。"),
    "forgotten": ("{n} rows are of accounts that were forgotten: left out.", "{n} 行属于已要求删除的账号, 未导入。"),
    "rejects": ("Refused rows are listed in {path}:", "被拒绝的行见 {path}:"),
    "unmatched": (
        "{n} of {all} candidates found no account and stay as not scored. Give an id, handle or profile address (nicknames are not looked up).",
        "{all} 个候选中有 {n} 个未找到账号, 保留在名单中但不评分。请给出用户ID、账号名或主页链接(昵称不参与匹配)。",
    ),
    "ambiguous": (
        "{n} candidates could be several accounts: give their native id or profile address, with the platform.",
        "{n} 个候选对应多个账号: 请给出平台和用户ID或主页链接。",
    ),
    "template": ("Wrote {path}: fill it in, a row each, and import it.", "已写入 {path}, 请逐行填写后导入。"),
}  # fmt: skip

COUNTED = ("accepted", "duplicates", "rejected")
LOOKS = {  # how `Table.looks` begins, in Chinese
    "text separated by comma": "逗号分隔的文本",
    "text separated by tab": "制表符分隔的文本",
    "text separated by semicolon": "分号分隔的文本",
    "workbook, sheet": "工作簿, 工作表",
}


def run(ctx: typer.Context, kind: str, given: dict[str, Any], *, base_too: bool) -> None:
    """Runs one import command; `given` are its parameters by name.

    Raises:
        typer.Exit: 130 when stopped by Ctrl-C.
    """
    session = open_session(ctx, lang=given.pop("lang"))
    as_json, yes = given.pop("as_json"), given.pop("yes")
    if given.pop("template"):
        _template(session, kind, given["path"])
        return
    job = _job(session, kind, given, accept_guess=yes)
    with session.store(f"import {kind}") as store:
        seen: list[Prepared] = []
        outcomes = [_import(session, store, job, seen)]
        if base_too and outcomes[0].status != "stopped":
            outcomes.append(_import(session, store, _as_base(job, seen[0]), seen))
    if as_json:
        documents = [outcome_document(outcome) for outcome in outcomes]
        print_json(documents if base_too else documents[0])
    elif outcomes[0].matches:
        _show_matches(session, outcomes[0])
    if outcomes[-1].status == "stopped":
        raise typer.Exit(130)


def _looks(session: Session, looks: str) -> str:
    """How a file was read, its first words in the reader's language."""
    start = next((start for start in LOOKS if looks.startswith(start)), None)
    return LOOKS[start] + looks.removeprefix(start) if start and session.lang == "zh" else looks


def _tell(session: Session, key: str, **values: object) -> None:
    say(TEXT[key][session.lang == "zh"].format(**values))


def _template(session: Session, kind: str, path: Path) -> None:
    from collectors.exports.columns import KINDS
    from collectors.exports.templates import write_template

    write_template(KINDS[kind], path, lang=session.lang)
    _tell(session, "template", path=path)


def _job(session: Session, kind: str, given: dict[str, Any], *, accept_guess: bool) -> "ImportJob":
    from jobs.import_job import ImportJob
    from storage.records import Frame, ListKind, Order

    for name, values in (("frame", Frame), ("list_kind", ListKind), ("order", Order)):
        if given.get(name) is not None:
            given[name] = _choice("--" + name.removesuffix("_kind"), given[name], values)
    given["timezone"] = given.get("timezone") or session.settings.timezone or None
    return ImportJob(kind, workspace=session.workspace, accept_guess=accept_guess, lang=session.lang, **given)


def _choice(option: str, text: str, values: Any) -> Any:
    elsewhere = {"base", "engagers"} if option == "--list" else set()  # they are kinds of files of their own
    allowed = [value.value for value in values if value.value not in elsewhere]
    if text not in allowed:
        message = f"{option} is {text!r}: expected one of {', '.join(allowed)}"
        raise typer.BadParameter(message)
    return values(text)


def _as_base(job: "ImportJob", seen: "Prepared") -> "ImportJob":
    """The same file as a base sample: its platform and id columns."""
    mapping = seen.plan.mapping
    columns = {name: header for name, header in mapping.columns.items() if name in {"platform", "native_id"}}
    constants = {name: value for name, value in mapping.constants.items() if name == "platform"}
    return replace(job, kind="base", mapping=replace(mapping, columns=columns, constants=constants), preset=None)


def _import(session: Session, store: "Store", job: "ImportJob", seen: "list[Prepared]") -> "ImportOutcome":
    from jobs.importing import import_file
    from storage.naming import NamingRule

    def agree(prepared: "Prepared") -> bool:
        seen.append(prepared)
        return _agree(session, prepared)

    def begun(number: int, row: int) -> None:
        if row:
            _tell(session, "resumed", id=number, row=f"{row:,}")

    indexer = session.indexer() if job.kind in {"accounts", "posts"} else None
    rule = NamingRule(**session.settings.naming.model_dump())
    with _bar(job.path.name) as progress:
        outcome = import_file(store, indexer, job, now=session.now(), progress=progress, agree=agree, begun=begun, naming=rule)
    if outcome is None:
        _tell(session, "declined")
        raise typer.Exit(1)
    _report(session, store, job, outcome)
    return outcome


def _agree(session: Session, prepared: "Prepared") -> bool:
    """Shows which column is which; asks at a terminal if it was guessed, else takes only what is clear."""
    from jobs.importing import only_if_clear

    mapping, job = prepared.plan.mapping, prepared.job
    _tell(session, "read", file=job.path.name, looks=_looks(session, prepared.table.looks))
    _tell(session, "guessed" if mapping.origin == "guess" else "stated", origin=mapping.origin)
    for name, header in [*mapping.columns.items(), *mapping.attributes.items()]:
        say(f"  {name} ← {header}")
    for each in mapping.shares:
        say(f"  {each.dimension}: {each.bucket} ← {each.header} ({each.unit})")
    for name, value in mapping.constants.items():
        say(f"  {name} = {value}")
    if prepared.unused:
        _tell(session, "unused", names=", ".join(prepared.unused[:20]))
    for doubt in mapping.doubts:
        _tell(session, "unclear", doubt=doubt)
    for warning in prepared.warnings:
        say(f"  ! {warning}")
    if mapping.origin == "guess" and not job.accept_guess and sys.stdin.isatty() and sys.stderr.isatty():
        return typer.confirm(TEXT["ask"][session.lang == "zh"], default=True, err=True)
    return only_if_clear(prepared)


@contextmanager
def _bar(name: str) -> "Iterator[Callable[[Progress], None] | None]":
    """A progress bar with rate and time left, on a terminal only; it appears with the first page, after any question."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("{task.fields[rows]} rows"), TextColumn("{task.fields[rate]} rows/s"), TimeRemainingColumn()
    bar = Bar(TextColumn("{task.description}", markup=False), BarColumn(), *columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(name, total=1.0, rows="0", rate="–")
    first: list[tuple[float, int]] = []

    def show(step: "Progress") -> None:
        clock = bar.get_time()
        if not first:
            bar.start()
            first.append((clock, step.rows))
        spent = clock - first[0][0]
        rate = f"{(step.rows - first[0][1]) / spent:,.0f}" if spent > 0 else "–"
        bar.update(task, completed=step.share, rows=f"{step.rows:,}", rate=rate)

    try:
        yield show
    finally:
        if first:
            bar.stop()


def _report(session: Session, store: "Store", job: "ImportJob", outcome: "ImportOutcome") -> None:
    if outcome.status == "already":
        from storage.imports import find_import

        when = find_import(store, outcome.import_id).started
        _tell(session, "already", file=job.path.name, id=outcome.import_id, date=f"{when:%Y-%m-%d}")
    else:
        _say_counts(session, store, outcome)


def _say_counts(session: Session, store: "Store", outcome: "ImportOutcome") -> None:
    counts = {name: f"{getattr(outcome, name):,}" for name in ("rows", *COUNTED)}
    values = outcome.kind == "attributes" and outcome.status == "done"
    _tell(session, "done_values" if values else outcome.status, id=outcome.import_id, **counts)
    if outcome.resumed_at:
        from storage.imports import find_import

        whole = find_import(store, outcome.import_id)
        _tell(session, "in_all", **{name: f"{getattr(whole, name):,}" for name in COUNTED})
    if outcome.minors:
        _tell(session, "minors", n=outcome.minors)
    if outcome.forgotten:
        _tell(session, "forgotten", n=outcome.forgotten)
    if outcome.rejects is not None and outcome.reasons:
        _tell(session, "rejects", path=outcome.rejects)
        for reason in outcome.reasons:
            say(f"  {reason}")
    for warning in outcome.warnings:
        say(f"  ! {warning}")


def outcome_document(outcome: "ImportOutcome") -> dict[str, Any]:
    """What came of an import, as plain values; no key of an account."""
    plain = asdict(outcome)
    plain["matches"] = [
        {"line": row.line, "given": row.given, "status": row.match.status, "platform": row.match.platform,
         "native_id": row.match.native_id, "how": row.match.how}
        for row in outcome.matches
    ]  # fmt: skip
    return plain


def _show_matches(session: Session, outcome: "ImportOutcome") -> None:
    from collectors.exports.profile_links import why_no_profile

    heads = (
        ("行", "所给账号", "匹配", "平台", "用户ID", "依据")
        if session.lang == "zh"
        else ("line", "given", "status", "platform", "native id", "by")
    )
    columns = [Column(head, "right" if place == 0 else "left") for place, head in enumerate(heads)]
    rows = [
        (
            row.line,
            row.given,
            row.match.status,
            row.match.platform,
            row.match.native_id,
            row.match.how or why_no_profile(row.given, session.lang),
        )
        for row in outcome.matches
    ]
    show_table(session, "", columns, rows, None, as_json=False)
    for status in ("unmatched", "ambiguous"):
        number = sum(row.match.status == status for row in outcome.matches)
        if number:
            _tell(session, status, n=number, all=len(outcome.matches))
