"""What people decided about a list's accounts, as columns that are filled in and read again: words of both languages, nothing else."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from reports import numbers
from reports.columns import Column
from reports.numbers import Lang, headed
from reports.parts import Mark, Name, Report
from reports.sentence import Sentence
from storage.list_changes import CHECKS, FIELDS, STATUSES

KEY_HEAD = "fanfit"  # the hidden column's heading, in every language the same


class M:
    """Sentences about statuses and notes of a list."""

    status = Sentence("状态", "Status")
    owner = Sentence("负责人", "Owner")
    mcn = Sentence("MCN 机构", "MCN")
    slot = Sentence("档期", "Slot")
    note = Sentence("名单备注", "List note")
    order = Sentence("人工排序", "Own order")
    order_reason = Sentence("调整理由", "Reason for own order")
    package = Sentence("素人组合", "Package")
    check = Sentence("抽查", "Spot-check")
    drawn = Sentence("待查", "drawn")
    ok = Sentence("合格", "fine")
    bad = Sentence("不合格", "bad")
    key_note = Sentence(
        "请勿删改:凭此列读回本行的状态和备注。排序、筛选、增删其他列都没有关系。",
        "Keep as it is: by this column the row's status and note are read again. Sorting, filtering and other columns do no harm.",
    )
    status_note = Sentence("从下拉列表选择,或留空", "Choose from the list, or leave empty")
    order_note = Sentence(
        "与系统排序不同时填写名次,并写明理由", "A place of your own where it differs from the run's; say why beside it"
    )
    own_place = Sentence("人工排序第 {place} 位:{why}", "own place {place}: {why}")
    to_quote = Sentence("待询价", "to quote")
    quoted = Sentence("已询价", "quoted")
    sent = Sentence("送客户", "sent to client")
    approved = Sentence("通过", "approved")
    reserve = Sentence("备选", "reserve")
    rejected = Sentence("淘汰", "rejected")
    signed = Sentence("已签", "signed")
    published = Sentence("已发布", "published")


FIELD_WORDS: Mapping[str, Sentence] = MappingProxyType({name: getattr(M, name) for name in FIELDS})
STATUS_WORDS: Mapping[str, Sentence] = MappingProxyType({name: getattr(M, name) for name in STATUSES})
CHECK_WORDS: Mapping[str, Sentence] = MappingProxyType({name: getattr(M, name) for name in CHECKS})
_WIDTHS = {
    "status": 12,
    "owner": 14,
    "mcn": 16,
    "slot": 16,
    "note": 32,
    "order": 9,
    "order_reason": 26,
    "package": 16,
    "check": 10,
}
_NOTES = {"status": M.status_note, "order": M.order_note}


def said(name: str, value: str, lang: Lang) -> str:
    """A field's value as it is printed: a status in words, all else as it was given."""
    words = STATUS_WORDS if name == "status" else CHECK_WORDS if name == "check" else {}
    return words[value](lang) if value in words else value


def plain(text: str) -> str:
    """A heading or status as it is compared: width, case, spaces and invisible signs do not count."""
    visible = (
        sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) not in {"Cf", "Cc"} or sign.isspace()
    )
    return " ".join("".join(visible).split()).casefold()


_STATUS_BY_WORD = {
    plain(word): key for key, each in STATUS_WORDS.items() for word in (key, key.replace("_", " "), each("zh"), each("en"))
}
_CHECK_BY_WORD = {plain(word): key for key, each in CHECK_WORDS.items() for word in (key, each("zh"), each("en"))}
_FIELD_BY_HEAD = {plain(headed(each(lang))): name for name, each in FIELD_WORDS.items() for lang in ("zh", "en")}


def check_of(text: str) -> str | None:
    """What a spot-check says in either language; empty for nothing, None where it is no such word."""
    return "" if not plain(text) else _CHECK_BY_WORD.get(plain(text))


def status_of(text: str) -> str | None:
    """The status that a text names in either language; empty for none, None where it is no status."""
    return "" if not plain(text) else _STATUS_BY_WORD.get(plain(text))


def field_of(head: str) -> str | None:
    """The field that a heading names in either language; None for any other heading."""
    return _FIELD_BY_HEAD.get(plain(head))


def mark_of(report: Report, name: Name) -> Mark | None:
    """What the list says of a row's account."""
    return report.marks.get(name.key) if report.marks is not None else None


def decided(report: Report, name: Name) -> tuple[str, ...]:
    """What the page says of it beside the account: its status, and a place of somebody's own with the reason."""
    found = mark_of(report, name)
    values: Mapping[str, str] = found.values if found is not None else {}
    own = (
        M.own_place(report.lang, place=values["order"], why=numbers.name(values.get("order_reason", "")))
        if values.get("order")
        else ""
    )
    return tuple(filter(None, (said("status", values.get("status", ""), report.lang), own)))


def fields_shown(report: Report) -> tuple[str, ...]:
    """The fields that have a column: all, to a client only those that the brand file names; what has no column is not read back."""
    if report.marks is None:
        return ()
    if report.edition == "internal":
        return FIELDS
    chosen = {"status", "slot", "order"} & set(report.brand.columns)
    return tuple(name for name in FIELDS if name in chosen or (name == "order_reason" and "order" in chosen))


def mark_columns(report: Report) -> tuple[Column, ...]:
    """A column for each field, where the report's list is at hand."""
    if report.marks is None:
        return ()
    lang = report.lang

    def column(name: str) -> Column:
        def cell(row: object) -> object:
            found = mark_of(report, getattr(row, "name"))  # noqa: B009 - rows of all three grades have one
            value = found.values.get(name, "") if found is not None else ""
            return int(value) if name == "order" and value else said(name, value, lang)

        note = _NOTES[name](lang) if name in _NOTES else ""
        return Column(FIELD_WORDS[name](lang), "number" if name == "order" else "text", _WIDTHS[name], cell, note, fill_in=True)

    return tuple(column(name) for name in fields_shown(report))
