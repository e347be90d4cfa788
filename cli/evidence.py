"""Commands over vendors' audience shares (grade B): `audience rank | show`."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, say, show_table
from cli.shortlisting import persona_text
from cli.wiring import Lang, open_session

if TYPE_CHECKING:
    from jobs.audience import Ranged

audience_app = typer.Typer(
    help="What vendors' audience shares say: ranges, beside the estimates and never blended.", no_args_is_help=True
)

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "heads": ("band", "account", "platform", "range of the on-target share", "data of", "notes"),
        "badge": "range",
        "title": "Grade B ({base}): ranges from a vendor's or a back end's shares",
        "unknown": "nothing on {clauses}", "partly": "{buckets} only in part", "oddly": "{dimension} adds up to {total}",
        "why": "A vendor gives one share per dimension. How many meet all conditions at once is anything in the range: the truth lies inside, nothing says where. "
        "Sorted by the lower end; ranges that overlap share a band. Real or not is not assessed. Never put beside a person-level estimate in one column.",
        "without": "No shares of: {names}. Bring them with `fanfit import audience FILE`.",
        "none": "No account of the list has audience shares of {base}: bring them with `fanfit import audience FILE`.",
        "show_heads": ("base", "dimension", "bucket", "share", "n", "data of"), "nothing": "Nothing is known of its audience.",
    },
    "zh": {
        "heads": ("档", "账号", "平台", "TA浓度范围", "数据日期", "说明"),
        "badge": "范围",
        "title": "B 级证据({base}):由供应商或后台占比得出的范围",
        "unknown": "没有 {clauses} 的数据", "partly": "{buckets} 只部分符合", "oddly": "{dimension} 合计 {total}",
        "why": "供应商只给各维度的占比。同时满足全部条件的比例可以是范围内的任何值:真值在其中,但数据没有说在哪里。按下限排序,范围重叠的同档。"
        "未评估是否真人。不与个人级估计放在同一列。",
        "without": "没有占比数据:{names}。请用 `fanfit import audience 文件` 导入。",
        "none": "名单里没有账号有{base}占比:请用 `fanfit import audience 文件` 导入。",
        "show_heads": ("口径", "维度", "选项", "占比", "样本量", "数据日期"), "nothing": "没有它的受众数据。",
    },
}  # fmt: skip


@audience_app.command("rank")
def rank(
    ctx: typer.Context,
    persona: Annotated[str, typer.Option(metavar="FILE", help="The persona's file, or the name of one scored before.")],
    candidates: Annotated[str, typer.Option(metavar="LIST", help="The candidate list.")] = "candidates",
    of: Annotated[Literal["followers", "viewers", "engagers"], typer.Option(help="Whose shares.")] = "followers",
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """A candidate list by what vendors' shares leave open of a persona: a range for each account, with what is missing."""
    from dataclasses import asdict

    from jobs.audience import ranged
    from reports.names import PEOPLE
    from reports.persona_reading import clause
    from scoring.persona import parse_persona

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("audience rank") as store:
        text, where = persona_text(store, persona)
        wanted = parse_persona(text, where=where)
        found = ranged(store, wanted, candidates, of)
    document = {
        "grade": "B", "base": of, "without": list(found.without),
        "rows": [
            {name: value for name, value in asdict(row).items() if name != "key"} | {"unknown": list(row.found.unknown)}
            for row in found.rows
        ],
    }  # fmt: skip
    base = PEOPLE[of](session.lang)
    words = {trait.key: clause(trait, session.lang) for trait in wanted.traits}
    if not found.rows and not as_json:
        say(texts["none"].format(base=base))
        return
    rows = [
        (chr(ord("A") + min(row.band, 25)), row.account.label, row.account.platform, _range(row.found.low, row.found.high, texts),
         f"{row.observed:%Y-%m-%d}", _notes(row, words, session.lang))
        for row in found.rows
    ]  # fmt: skip
    columns = [Column(head, drop=1 if place == 5 else 0) for place, head in enumerate(texts["heads"])]
    show_table(session, texts["title"].format(base=base), columns, rows, document, as_json)
    if not as_json:
        emit(texts["why"])
        if found.without:
            emit(texts["without"].format(names=", ".join(found.without)))


def _range(low: float, high: float, texts: dict[str, Any]) -> str:
    return f"{low * 100:.0f}-{high * 100:.0f}% [{texts['badge']}]"


def _notes(row: "Ranged", words: dict[str, str], lang: Lang) -> str:
    texts = TEXTS[lang]
    told = []
    if row.found.unknown:
        told.append(texts["unknown"].format(clauses=", ".join(words[key] for key in row.found.unknown)))
    buckets = [bucket for clause in row.found.clauses for bucket in clause.partly]
    if buckets:
        told.append(texts["partly"].format(buckets=", ".join(buckets)))
    told += [texts["oddly"].format(dimension=_word(name, lang), total=f"{total * 100:.0f}%") for name, total in row.oddly]
    return "; ".join(told)


def _word(dimension: str, lang: Lang) -> str:
    from reports.names import ATTRIBUTES

    return ATTRIBUTES[dimension](lang) if dimension in ATTRIBUTES else dimension


@audience_app.command("show")
def show(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="Id, handle, name or URL of an account that is in the store.")],
    platform: Annotated[str | None, typer.Option(help="Its platform, where the text could mean several.")] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """An account's audience shares as they were imported, the newest of each dimension."""
    from dataclasses import asdict

    from reports.names import PEOPLE, VALUES
    from storage.audience import audience_rows
    from storage.queries import resolve_account

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    with session.store("audience show") as store:
        found = audience_rows(store, [resolve_account(store, account, platform=platform)])
    if not found and not as_json:
        say(texts["nothing"])
        return
    rows = [
        (PEOPLE[row.base](session.lang), _word(row.dimension, session.lang), VALUES[bucket](session.lang) if bucket in VALUES else bucket,
         f"{share * 100:.1f}%", row.n, f"{row.observed_at:%Y-%m-%d}")
        for row in found for bucket, share in row.by_bucket.items()
    ]  # fmt: skip
    columns = [Column(head, "right" if place in {3, 4} else "left") for place, head in enumerate(texts["show_heads"])]
    document = [{name: value for name, value in asdict(row).items() if name != "account"} for row in found]
    show_table(session, "", columns, rows, document, as_json)
