"""The columns of the ranked list as the workbook and the CSV file have them: the same headings, the same numbers, in one order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reports.ceiling import V
from reports.desk import D
from reports.figures import FEW
from reports.numbers import Lang, headed
from reports.parts import Figure, RangeTable, Report, Row
from reports.text import T

Kind = Literal["text", "share", "chance", "factor", "count", "money", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what its cells are and how wide in a sheet; `amber` where small samples are marked."""

    head: str
    kind: Kind
    width: int
    cell: Callable[[Any], object]
    note: str = ""
    amber: bool = False
    fill_in: bool = False  # empty is empty: nobody has said anything yet
    key: str = ""  # what a brand file calls it; one without a key always stays: who, how sure, which evidence, of when


def shown(report: Report, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Those of the columns that the report's edition shows."""
    if report.edition == "internal":
        return tuple(columns)
    return tuple(column for column in columns if not column.key or column.key in report.brand.columns)


def list_columns(report: Report) -> tuple[Column, ...]:
    """One row per account; a cell is a number, a text or None where it was not obtained."""
    lang = report.lang
    multiple = T.col_lift_pool if report.base_name == T.base_pool(lang) else T.col_lift_base
    about = {fact.label: fact.text for fact in report.methods}
    precision_note = about.get(headed(T.precision(lang)), "")
    return (
        Column(T.col_place(lang), "number", 7, lambda row: row.place, key="place"),
        Column(T.col_band(lang), "text", 6, lambda row: row.band, T.tie(lang)),
        Column(T.tie_short(lang), "text", 7, lambda row: (T.yes if row.tied else T.untied)(lang), T.tie(lang), key="tie"),
        Column(T.col_platform(lang), "text", 11, lambda row: row.name.platform),
        Column(T.col_account(lang), "text", 28, lambda row: row.name.label),
        Column(T.col_handle(lang), "text", 18, lambda row: row.name.handle or None, key="handle"),
        Column(T.col_url(lang), "text", 30, lambda row: row.name.url or None, key="url"),
        Column(T.col_followers(lang), "count", 13, lambda row: row.followers.value, key="followers"),
        *_triple(report.precision_word, lang, "share", lambda row: row.precision, precision_note, amber=True),
        Column(f"{T.col_n(lang)} (n)", "count", 8, lambda row: row.n, T.few(lang) + f": n < {FEW}", amber=True),
        Column(T.col_unknown(lang), "count", 9, lambda row: row.n_unknown, T.unknown(lang)),
        *_triple(multiple(lang), lang, "factor", lambda row: row.lift, report.base_name, key="lift"),
        Column(T.col_sure(lang, top=report.top), "chance", 11, lambda row: row.sure.value, key="sure"),
        Column(
            T.col_places(lang), "text", 14, lambda row: T.place_of(lang, place=row.places), key="places"
        ),  # "3-8" alone is a date to Excel
        *_triple(report.fitting_word, lang, "count", lambda row: row.fitting, T.rest_alike(lang), key="fitting"),
        Column(T.col_price(lang), "money", 13, lambda row: row.price.value, key="price"),
        Column(T.col_currency(lang), "text", 9, lambda row: row.currency or None, key="price"),
        Column(T.col_price_format(lang), "text", 14, lambda row: row.price_format or None, key="price"),
        Column(T.col_price_until(lang), "text", 13, lambda row: row.price_until or None, key="price"),
        Column(T.col_price_basis(lang), "text", 24, lambda row: row.price_basis or None, key="price"),
        *_triple(report.cost_word, lang, "money", lambda row: row.cost, T.table_foot(lang, few=FEW), key="cost"),
        *(_views(lang) if report.views_note else ()),
        *(_ceilings(report) if report.worth_note else ()),
        Column(T.col_rank_followers(lang), "number", 10, lambda row: row.rank_followers, key="rank_followers"),
        Column(T.col_rank_topic(lang), "number", 10, lambda row: row.rank_topic, key="rank_topic"),
        Column(T.col_notes(lang), "text", 30, lambda row: "; ".join(badge.text for badge in row.badges)),
        Column(D.col_grade(lang), "text", 18, lambda _: report.grade),
    )


def _views(lang: Lang) -> tuple[Column, ...]:
    return (
        Column(D.col_any_views(lang), "count", 13, lambda row: row.views.value, key="views"),
        Column(f"{D.col_any_views(lang)} {T.col_notes(lang)}", "text", 22, lambda row: row.views_of or None, key="views"),
        *_triple(D.col_fitting_views(lang), lang, "count", lambda row: row.fitting_views, D.views_note(lang), key="views"),
        *_triple(D.col_cost_views(lang), lang, "money", lambda row: row.cost_views, key="cost"),
    )


def _ceilings(report: Report) -> tuple[Column, ...]:
    lang = report.lang
    return (
        *_triple(V.worth(lang), lang, "money", lambda row: row.worth, report.worth_note),
        Column(V.col_stays(lang), "text", 26, lambda row: row.stays or None),
    )


def range_columns(table: RangeTable, lang: Lang) -> tuple[Column, ...]:
    """The columns of a table of grade B: both ends of each range, never a middle."""

    def ends(head: str, kind: Kind, figure: Callable[[Any], Figure], key: str = "") -> tuple[Column, Column]:
        return (
            Column(f"{head} {T.low(lang)}", kind, 13, lambda row: figure(row).low, key=key),
            Column(f"{head} {T.high(lang)}", kind, 13, lambda row: figure(row).high, key=key),
        )

    return (
        Column(T.col_band(lang), "text", 6, lambda row: row.band, T.tie(lang)),
        Column(T.col_platform(lang), "text", 11, lambda row: row.name.platform),
        Column(T.col_account(lang), "text", 28, lambda row: row.name.label),
        Column(T.col_url(lang), "text", 30, lambda row: row.name.url or None, key="url"),
        Column(T.col_followers(lang), "count", 13, lambda row: row.followers.value, key="followers"),
        *ends(D.col_range(lang), "share", lambda row: row.share),
        Column("n", "count", 8, lambda row: row.n),
        Column(T.data_date(lang), "text", 13, lambda row: row.observed),
        *ends(D.col_fitting(lang), "count", lambda row: row.fitting, "fitting"),
        Column(D.col_any_views(lang), "count", 13, lambda row: row.views.value, key="views"),
        *ends(D.col_fitting_views(lang), "count", lambda row: row.fitting_views, "views"),
        Column(T.col_price(lang), "money", 13, lambda row: row.price.value, key="price"),
        Column(T.col_currency(lang), "text", 9, lambda row: row.currency or None, key="price"),
        *ends(table.cost_word, "money", lambda row: row.cost, "cost"),
        Column(T.col_notes(lang), "text", 40, lambda row: "; ".join(row.notes)),
        Column(D.col_grade(lang), "text", 18, lambda _: table.badge),
    )


def topic_columns(badge: str, lang: Lang) -> tuple[Column, ...]:
    """The columns of grade C."""
    return (
        Column(T.col_platform(lang), "text", 11, lambda row: row.name.platform),
        Column(T.col_account(lang), "text", 28, lambda row: row.name.label),
        Column(T.col_url(lang), "text", 30, lambda row: row.name.url or None, key="url"),
        Column(D.col_posts(lang), "count", 10, lambda row: row.posts),
        Column(D.col_dates(lang), "text", 24, lambda row: row.dates),
        Column(D.col_on_topic(lang), "share", 13, lambda row: row.share.value),
        Column(f"{D.col_on_topic(lang)} {T.low(lang)}", "share", 12, lambda row: row.share.low),
        Column(f"{D.col_on_topic(lang)} {T.high(lang)}", "share", 12, lambda row: row.share.high),
        Column(D.col_grade(lang), "text", 18, lambda _: badge),
    )


def _triple(
    head: str, lang: Lang, kind: Kind, figure: Callable[[Row], Figure], note: str = "", *, amber: bool = False, key: str = ""
) -> tuple[Column, ...]:
    """A figure with its limits in columns of their own."""
    return (
        Column(head, kind, 13, lambda row: figure(row).value, note, amber, key=key),
        Column(f"{head} {T.low(lang)}", kind, 12, lambda row: figure(row).low, "", amber, key=key),
        Column(f"{head} {T.high(lang)}", kind, 12, lambda row: figure(row).high, "", amber, key=key),
    )
