"""`import presets [NAME]`: which vendors' exports are known field by field, from which public page, and which are not."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import JsonFlag, LangOption
from cli.output import Column, emit, print_json, show_table
from cli.wiring import Lang, open_session

if TYPE_CHECKING:
    from collectors.exports.presets.spec import ReportPreset

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "heads": ("preset", "vendor", "what it reads", "use it with"), "none": "no preset", "use": "fanfit import audience FILE --preset {}",
        "undocumented": "not publicly documented; map columns with --mapping", "fields": ("field of the report", "dimension", "bucket by", "unit", "source"),
        "title": "{vendor}: {report}", "account": "account: {fields} ({source})", "base": "whose shares: {told}", "not_told": "It does not tell: {told}.",
        "left_out": "Not taken: {field} ({why})", "source": "{title}, {address}, looked up {date}: {how}",
        "unknown": "there is no preset {name!r}: expected one of {known}",
    },
    "zh": {
        "heads": ("预设", "供应商", "读取什么", "用法"), "none": "无预设", "use": "fanfit import audience 文件 --preset {}",
        "undocumented": "没有公开文档;请用 --mapping 说明各列", "fields": ("报告字段", "维度", "选项字段", "单位", "来源"),
        "title": "{vendor}:{report}", "account": "账号:{fields}({source})", "base": "口径:{told}", "not_told": "报告没有说明:{told}。",
        "left_out": "不读取:{field}({why})", "source": "{title},{address},查阅于 {date}:{how}",
        "unknown": "没有预设 {name!r}:应为 {known} 之一",
    },
}  # fmt: skip
UNITS_ZH = {"fraction": "小数 0-1", "percent": "百分数 0-100", "as written": "按原样"}


def presets(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A preset or a vendor: modash, hypeauditor, 星图 ...")] = None,
    as_json: JsonFlag = False,
    lang: LangOption = None,
) -> None:
    """Vendors' exports that are known field by field, each with its public source; and those that nobody documents."""
    from collectors.exports.presets.catalogue import PRESETS, UNDOCUMENTED, refusal, undocumented

    session = open_session(ctx, lang=lang)
    texts = TEXTS[session.lang]
    if name is None:
        rows = [
            (each.name, each.vendor[session.lang], each.report[session.lang], texts["use"].format(each.name))
            for each in PRESETS.values()
        ]
        rows += [(texts["none"], each.vendor[session.lang], texts["undocumented"], None) for each in UNDOCUMENTED.values()]
        document = [_document(each) for each in PRESETS.values()]
        document += [
            {"preset": None, "vendor": each.vendor["en"], "tried": dict(each.tried), "looked_up": each.looked_up}
            for each in UNDOCUMENTED.values()
        ]
        show_table(session, "", [Column(head) for head in texts["heads"]], rows, document, as_json)
        return
    if (vendor := undocumented(name)) is not None:
        if as_json:
            print_json(
                {"preset": None, "vendor": vendor.vendor["en"], "tried": dict(vendor.tried), "looked_up": vendor.looked_up}
            )
            return
        emit(refusal(vendor, session.lang))
        return
    preset = PRESETS.get(name.strip().lower())
    if preset is None:
        raise typer.BadParameter(texts["unknown"].format(name=name, known=", ".join((*PRESETS, *UNDOCUMENTED))))
    if as_json:
        print_json(_document(preset))
        return
    _show(session, preset)


def _show(session: Any, preset: "ReportPreset") -> None:
    texts, lang = TEXTS[session.lang], session.lang
    rows = [
        (
            f"{preset.root}.{each.header}",
            each.dimension,
            each.bucket,
            UNITS_ZH[each.unit] if lang == "zh" else each.unit,
            each.source.title,
        )
        for each in preset.lists
    ]
    title = texts["title"].format(vendor=preset.vendor[lang], report=preset.report[lang])
    show_table(session, title, [Column(head) for head in texts["fields"]], rows, None, as_json=False)
    fields = ", ".join(f"{preset.root}.{path}" for path in (preset.account_id, preset.account) if path)
    emit(texts["account"].format(fields=fields, source=preset.account_source.title))
    emit(texts["base"].format(told=preset.base_told[lang]))
    emit(texts["not_told"].format(told=preset.not_told[lang]))
    for name, why in preset.left_out.items():
        emit(texts["left_out"].format(field=name, why=why[lang]))
    for source in dict.fromkeys(_told(each.source, lang) for each in preset.lists):
        emit(source)


def _told(source: Any, lang: Lang) -> str:
    return str(
        TEXTS[lang]["source"].format(title=source.title, address=source.address, date=source.looked_up, how=source.how[lang])
    )


def _document(preset: "ReportPreset") -> dict[str, Any]:
    """The preset as plain values."""
    return {
        "preset": preset.name, "vendor": preset.vendor["en"], "kind": "audience", "reads": preset.report["en"], "base": preset.base,
        "base_told": preset.base_told["en"], "not_told": preset.not_told["en"], "left_out": {name: why["en"] for name, why in preset.left_out.items()},
        "fields": [
            {"field": f"{preset.root}.{each.header}", "dimension": each.dimension, "bucket": each.bucket, "unit": each.unit,
             "source": {"title": each.source.title, "address": each.source.address, "looked_up": each.source.looked_up, "how": each.source.how["en"]}}
            for each in preset.lists
        ],
    }  # fmt: skip
