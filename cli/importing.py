"""Commands that bring data in: `import`, `candidates`."""

from typing import Annotated, Any, Literal

import typer

from cli.import_options import (
    Basis,
    Client,
    Encoding,
    File,
    FrameOption,
    Mapping,
    Obtained,
    Platform,
    Preset,
    PulledAt,
    Rates,
    SheetName,
    Source,
    Template,
    Timezone,
    Yes,
)
from cli.options import JsonFlag, LangOption
from cli.output import Column, say, show_table
from cli.presets import presets
from cli.suggesting import suggest_command
from cli.wiring import open_session

CANDIDATE_HEADS = {
    "en": ("row", "given", "status", "platform", "native id", "handle", "name", "note"),
    "zh": ("行", "所给账号", "匹配", "平台", "用户ID", "账号名", "昵称", "备注"),
}
LIST_HEADS = {"en": ("list", "rows", "matched"), "zh": ("名单", "行数", "已匹配")}
import_app = typer.Typer(
    help="Bring in accounts, follows, posts, prices, attributes, labels, a base sample.", no_args_is_help=True
)
import_app.command("presets")(presets)
candidates_app = typer.Typer(help="Bring in, list and find candidate accounts.", no_args_is_help=True)
candidates_app.command("suggest")(suggest_command)


def _run(ctx: typer.Context, kind: str, *, base_too: bool = False, **given: Any) -> None:
    """Shared by all import commands: `given` holds the command's parameters by name."""
    from cli.import_run import run

    run(ctx, kind, given, base_too=base_too)


@import_app.command()
def accounts(
    ctx: typer.Context, file: File, mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None,
    source: Source = None, basis: Basis = None, obtained: Obtained = None, encoding: Encoding = None, sheet: SheetName = None,
    yes: Yes = False, template: Template = False,
    base: Annotated[bool, typer.Option("--base", help="The accounts are a base sample of their platform too (大盘).")] = False,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Profiles: id, handle, name, bio, counts."""
    _run(
        ctx, "accounts", base_too=base, path=file, mapping=mapping, preset=preset, platform=platform, timezone=timezone, source=source,
        basis=basis, obtained=obtained, encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def follows(
    ctx: typer.Context, file: File, frame: FrameOption = None, pulled_at: PulledAt = None,
    list_kind: Annotated[str, typer.Option("--list", metavar="followers|followees", help="Whose lists the file holds.")] = "followers",
    order: Annotated[
        str | None, typer.Option(metavar="newest_first|oldest_first|random|unknown", help="Order of each list (default: by --frame).")
    ] = None,
    total: Annotated[int | None, typer.Option(min=0, metavar="N", help="Whole count of the one list in the file.")] = None,
    mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None,
    source: Source = None, basis: Basis = None, obtained: Obtained = None, encoding: Encoding = None, sheet: SheetName = None,
    yes: Yes = False, template: Template = False, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Who follows whom: account and follower, in the order of the list."""
    _run(
        ctx, "follows", path=file, frame=frame, pulled_at=pulled_at, list_kind=list_kind, order=order, total=total, mapping=mapping,
        preset=preset, platform=platform, timezone=timezone, source=source, basis=basis, obtained=obtained, encoding=encoding,
        sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def engagements(
    ctx: typer.Context, file: File, frame: FrameOption = None, pulled_at: PulledAt = None, mapping: Mapping = None,
    preset: Preset = None, platform: Platform = None, timezone: Timezone = None, source: Source = None, basis: Basis = None,
    obtained: Obtained = None, encoding: Encoding = None, sheet: SheetName = None, yes: Yes = False, template: Template = False,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Who liked, commented on or reposted which post: people of base "engagers", for `shortlist --of engagers`."""
    _run(
        ctx, "engagements", path=file, frame=frame, pulled_at=pulled_at, mapping=mapping, preset=preset, platform=platform,
        timezone=timezone, source=source, basis=basis, obtained=obtained, encoding=encoding, sheet=sheet, yes=yes, template=template,
        as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def posts(
    ctx: typer.Context, file: File, mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None,
    source: Source = None, basis: Basis = None, obtained: Obtained = None, encoding: Encoding = None, sheet: SheetName = None,
    yes: Yes = False, template: Template = False, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Public posts: id, author, time, text."""
    _run(
        ctx, "posts", path=file, mapping=mapping, preset=preset, platform=platform, timezone=timezone, source=source, basis=basis,
        obtained=obtained, encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def prices(
    ctx: typer.Context, file: File,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Currency of amounts that name none, and the one to convert to.")] = None,
    rates: Rates = "",
    mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None, encoding: Encoding = None,
    sheet: SheetName = None, yes: Yes = False, template: Template = False, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Quotes for accounts, given by id, handle or profile address."""
    _run(
        ctx, "prices", path=file, currency=currency, rates=rates, mapping=mapping, preset=preset, platform=platform, timezone=timezone,
        encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def quotes(
    ctx: typer.Context, file: File,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Currency of amounts that name none; nothing is converted.")] = None,
    mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None, encoding: Encoding = None,
    sheet: SheetName = None, yes: Yes = False, template: Template = False, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Quotes with platform fee, tax, rebate (返点), rights and boost fees, per format: what comes to the net price."""
    _run(
        ctx, "quotes", path=file, currency=currency, mapping=mapping, preset=preset, platform=platform, timezone=timezone,
        encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def placements(
    ctx: typer.Context, file: File,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Currency of amounts that name none; nothing is converted.")] = None,
    client: Client = "",
    mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None, encoding: Encoding = None,
    sheet: SheetName = None, yes: Yes = False, template: Template = False, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """What was placed and what came of it: account, date, cost, impressions, clicks, orders, revenue."""
    _run(
        ctx, "placements", path=file, currency=currency, client=client, mapping=mapping, preset=preset, platform=platform,
        timezone=timezone, encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def attributes(
    ctx: typer.Context, file: File, mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None,
    source: Source = None, basis: Basis = None, obtained: Obtained = None, encoding: Encoding = None, sheet: SheetName = None,
    yes: Yes = False, template: Template = False, as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """What profiles declare: gender, age band, region, language, any other."""
    _run(
        ctx, "attributes", path=file, mapping=mapping, preset=preset, platform=platform, timezone=timezone, source=source, basis=basis,
        obtained=obtained, encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def audience(
    ctx: typer.Context, file: File, mapping: Mapping = None, preset: Preset = None, platform: Platform = None,
    of: Annotated[
        Literal["followers", "viewers", "engagers"] | None, typer.Option(help="Whose shares they are, where the file has no column for it.")
    ] = None,
    timezone: Timezone = None, encoding: Encoding = None, sheet: SheetName = None, yes: Yes = False, template: Template = False,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Audience shares from a vendor or a back end (grade B): account, base, dimension, bucket, share."""
    _run(
        ctx, "audience", path=file, mapping=mapping, preset=preset, platform=platform, audience_base=of, timezone=timezone,
        encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def performance(
    ctx: typer.Context, file: File, mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None,
    encoding: Encoding = None, sheet: SheetName = None, yes: Yes = False, template: Template = False, as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """What posts brought (plays, reads, interactions): a median with quartiles per account, or figures of single posts."""
    _run(
        ctx, "performance", path=file, mapping=mapping, preset=preset, platform=platform, timezone=timezone, encoding=encoding,
        sheet=sheet, yes=yes, template=template, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def labels(
    ctx: typer.Context, file: File, mapping: Mapping = None, preset: Preset = None, platform: Platform = None, timezone: Timezone = None,
    source: Source = None, basis: Basis = None, obtained: Obtained = None, encoding: Encoding = None, sheet: SheetName = None,
    yes: Yes = False, template: Template = False, client: Client = "", as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """Gold labels: somebody's judgement whether an account fits."""
    _run(
        ctx, "labels", path=file, mapping=mapping, preset=preset, platform=platform, timezone=timezone, source=source, basis=basis,
        obtained=obtained, encoding=encoding, sheet=sheet, yes=yes, template=template, client=client, as_json=as_json, lang=lang,
    )  # fmt: skip


@import_app.command()
def base(
    ctx: typer.Context, file: File, frame: FrameOption = None, pulled_at: PulledAt = None, mapping: Mapping = None,
    preset: Preset = None, platform: Platform = None, timezone: Timezone = None, source: Source = None, basis: Basis = None,
    obtained: Obtained = None, encoding: Encoding = None, sheet: SheetName = None, yes: Yes = False, template: Template = False,
    as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """A base sample of a platform (大盘): ids of members; what is known of them comes with accounts, posts, attributes."""
    _run(
        ctx, "base", path=file, frame=frame, pulled_at=pulled_at, mapping=mapping, preset=preset, platform=platform, timezone=timezone,
        source=source, basis=basis, obtained=obtained, encoding=encoding, sheet=sheet, yes=yes, template=template, as_json=as_json,
        lang=lang,
    )  # fmt: skip


@candidates_app.command("import")
def candidates_import(
    ctx: typer.Context, file: File,
    name: Annotated[str, typer.Option(metavar="LIST", help="The list's name.")] = "candidates",
    mapping: Mapping = None, preset: Preset = None, platform: Platform = None, encoding: Encoding = None, sheet: SheetName = None,
    yes: Yes = False, template: Template = False, client: Client = "", as_json: JsonFlag = False, lang: LangOption = None,
) -> None:  # fmt: skip
    """A list of accounts to choose from, each by id, handle or profile address."""
    _run(
        ctx, "candidates", path=file, list_name=name, mapping=mapping, preset=preset, platform=platform, encoding=encoding, sheet=sheet,
        yes=yes, template=template, client=client, as_json=as_json, lang=lang,
    )  # fmt: skip


@candidates_app.command("show")
def candidates_show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="LIST", help="The list's name.")] = "candidates",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """The rows of a list and whom each was taken for."""
    from dataclasses import asdict

    from storage.queries import account_refs, candidate_list

    session = open_session(ctx, lang=lang)
    with session.store("candidates show") as store:
        rows = candidate_list(store, name)
        known = account_refs(store, [row.account for row in rows if row.account is not None])
    document = []
    for row in rows:
        found = known.get(row.account) if row.account is not None else None
        plain = {key: value for key, value in asdict(row).items() if key != "account"}
        document.append({**plain, "native_id": found.native_id if found else None, "handle": found.handle if found else None})
    keys = ("row", "given", "status", "platform", "native_id", "handle", "name", "note")
    show_table(
        session,
        name,
        [Column(head) for head in CANDIDATE_HEADS[session.lang]],
        [[item[key] for key in keys] for item in document],
        document,
        as_json,
    )


@candidates_app.command("lists")
def candidates_lists(ctx: typer.Context, as_json: JsonFlag = False, lang: LangOption = None) -> None:
    """The candidate lists there are."""
    from storage.queries import candidate_list, list_names

    session = open_session(ctx, lang=lang)
    with session.store("candidates lists") as store:
        lists = [(name, candidate_list(store, name)) for name in list_names(store)]
    document = [
        {"list": name, "rows": len(rows), "matched": sum(row.status == "matched" for row in rows)} for name, rows in lists
    ]
    if not document and not as_json:
        say(
            "还没有候选名单:用 `fanfit candidates import FILE` 导入。"
            if session.lang == "zh"
            else "No candidate list yet: bring one in with `fanfit candidates import FILE`."
        )
        return
    columns = [Column(head, "right" if place else "left") for place, head in enumerate(LIST_HEADS[session.lang])]
    show_table(session, "", columns, [list(item.values()) for item in document], document, as_json)
