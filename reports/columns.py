"""The columns of the ranked list as the workbook and the CSV file have them: the same headings, the same numbers, in one order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reports.figures import FEW
from reports.numbers import Lang, headed
from reports.parts import Figure, Report, Row
from reports.text import T

Kind = Literal["text", "share", "chance", "factor", "count", "money", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what its cells are and how wide in a sheet; `amber` where small samples are marked."""

    head: str
    kind: Kind
    width: int
    cell: Callable[[Row], object]
    note: str = ""
    amber: bool = False


def list_columns(report: Report) -> tuple[Column, ...]:
    """One row per account; a cell is a number, a text or None where it was not obtained."""
    lang = report.lang
    multiple = T.col_lift_pool if report.base_name == T.base_pool(lang) else T.col_lift_base
    about = {fact.label: fact.text for fact in report.methods}
    precision_note = about.get(headed(T.precision(lang)), "")
    return (
        Column(T.col_place(lang), "number", 7, lambda row: row.place),
        Column(T.col_band(lang), "text", 6, lambda row: row.band, T.tie(lang)),
        Column(T.tie_short(lang), "text", 7, lambda row: (T.yes if row.tied else T.untied)(lang), T.tie(lang)),
        Column(T.col_platform(lang), "text", 11, lambda row: row.name.platform),
        Column(T.col_account(lang), "text", 28, lambda row: row.name.label),
        Column(T.col_handle(lang), "text", 18, lambda row: row.name.handle or None),
        Column(T.col_url(lang), "text", 30, lambda row: row.name.url or None),
        Column(T.col_followers(lang), "count", 13, lambda row: row.followers.value),
        *_triple(report.precision_word, lang, "share", lambda row: row.precision, precision_note, amber=True),
        Column(f"{T.col_n(lang)} (n)", "count", 8, lambda row: row.n, T.few(lang) + f": n < {FEW}", amber=True),
        Column(T.col_unknown(lang), "count", 9, lambda row: row.n_unknown, T.unknown(lang)),
        *_triple(multiple(lang), lang, "factor", lambda row: row.lift, report.base_name),
        Column(T.col_sure(lang, top=report.top), "chance", 11, lambda row: row.sure.value),
        Column(T.col_places(lang), "text", 14, lambda row: T.place_of(lang, place=row.places)),  # "3-8" alone is a date to Excel
        *_triple(report.fitting_word, lang, "count", lambda row: row.fitting, T.rest_alike(lang)),
        Column(T.col_price(lang), "money", 13, lambda row: row.price.value),
        Column(T.col_currency(lang), "text", 9, lambda row: row.currency or None),
        Column(T.col_price_format(lang), "text", 14, lambda row: row.price_format or None),
        Column(T.col_price_until(lang), "text", 13, lambda row: row.price_until or None),
        Column(T.col_price_basis(lang), "text", 24, lambda row: row.price_basis or None),
        *_triple(report.cost_word, lang, "money", lambda row: row.cost, T.table_foot(lang, few=FEW)),
        Column(T.col_rank_followers(lang), "number", 10, lambda row: row.rank_followers),
        Column(T.col_rank_topic(lang), "number", 10, lambda row: row.rank_topic),
        Column(T.col_notes(lang), "text", 30, lambda row: "; ".join(badge.text for badge in row.badges)),
    )


def _triple(
    head: str, lang: Lang, kind: Kind, figure: Callable[[Row], Figure], note: str = "", *, amber: bool = False
) -> tuple[Column, ...]:
    """A figure with its limits in columns of their own."""
    return (
        Column(head, kind, 13, lambda row: figure(row).value, note, amber),
        Column(f"{head} {T.low(lang)}", kind, 12, lambda row: figure(row).low, "", amber),
        Column(f"{head} {T.high(lang)}", kind, 12, lambda row: figure(row).high, "", amber),
    )
