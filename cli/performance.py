"""The command that shows what posts of accounts brought: `performance`."""

from typing import Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, say, show_table
from cli.wiring import open_session

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "heads": ("account", "metric", "posts", "median", "middle half", "of posts", "days", "data of", "from"),
        "paid": {"organic": "organic", "paid": "commercial", "unknown": "not said"}, "stated": "stated", "counted": "single posts",
        "none": "No figures of these accounts: bring them with `fanfit import performance FILE`.",
        "metrics": {},
    },
    "zh": {
        "heads": ("账号", "指标", "内容", "中位数", "中间一半", "条数", "天数", "数据日期", "来源"),
        "paid": {"organic": "非商单", "paid": "商单", "unknown": "未说明"}, "stated": "对方给出", "counted": "由单条算出",
        "none": "这些账号没有表现数据:请用 `fanfit import performance 文件` 导入。",
        "metrics": {"plays": "播放", "reads": "阅读", "impressions": "曝光", "interactions": "互动", "likes": "点赞", "comments": "评论", "shares": "转发", "saves": "收藏"},
    },
}  # fmt: skip


def performance(
    ctx: typer.Context,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Accounts in the store; or --candidates.")
    ] = None,
    candidates: Annotated[
        str, typer.Option(metavar="LIST", help="The candidate list, where no account is named.")
    ] = "candidates",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """What posts of accounts brought, organic and commercial apart: the median and the middle half of them."""
    from dataclasses import asdict

    from jobs.watching import named
    from storage.performance import performance_rows
    from storage.queries import candidate_list, resolve_account

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("performance") as store:
        keys = [resolve_account(store, account) for account in accounts or []]
        if not keys:
            keys = [row.account for row in candidate_list(store, candidates) if row.account is not None]
        refs = named(store, keys)
        found = [row for row in performance_rows(store, keys) if row.account in refs]
    if not found and not as_json:
        say(texts["none"])
        return
    rows = [
        (refs[row.account].label, texts["metrics"].get(row.metric, row.metric), texts["paid"][row.paid], f"{row.median:,.0f}",
         None if row.q1 is None or row.q3 is None else f"{row.q1:,.0f}-{row.q3:,.0f}", row.n, row.days, f"{row.observed_at:%Y-%m-%d}",
         texts["stated" if row.stated else "counted"])
        for row in found
    ]  # fmt: skip
    document = [
        {"account": refs[row.account].label, "platform": refs[row.account].platform, "native_id": refs[row.account].native_id}
        | {name: value for name, value in asdict(row).items() if name != "account"}
        for row in found
    ]
    columns = [
        Column(head, "right" if 3 <= place <= 6 else "left", drop={6: 1, 8: 2}.get(place, 0))
        for place, head in enumerate(texts["heads"])
    ]
    show_table(session, "", columns, rows, document, as_json)
