"""A run in a terminal: the report's parts laid out as tables and lines; every sentence comes from `reports`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from cli.output import Column, emit, show_table

if TYPE_CHECKING:
    from cli.wiring import Session
    from reports.parts import Bar, Figure, OverlapRow, Report, Row, Section, Term

GRAPH = {"zh": "{path}:{accounts} 个账号,{edges} 条边", "en": "{path}: {accounts} accounts, {edges} edges"}
ABOUT = {
    "zh": "第 {run} 次运行 · 目标人群 {persona} 第 {version} 版 · 名单 {list_name} · 数据截至 {date}",
    "en": "Run {run} · persona {persona} version {version} · list {list_name} · data as of {date}",
}
RUN = {
    "zh": "第 {run} 次运行。写报告:{program} report {run};看一个账号为什么:{program} explain 账号 --run {run}",
    "en": "Run {run}. Write its report: {program} report {run}; why one account stands there: {program} explain ACCOUNT --run {run}",
}


def show_ranking(session: "Session", report: "Report") -> None:
    """The ranked table, what it takes to read it, and who was not scored."""
    from reports.text import T

    lang = report.lang
    for notice in report.notices:
        emit(notice)
    if report.rows:
        show_table(session, report.title, list(_columns(report)), [_cells(row) for row in report.rows], None, as_json=False)
        emit(f"[{report.grade}] {report.order_note}")
        emit(_in_one_line(report.base_name, report.base_share))
        for line in (*report.conclusion, *report.reach):
            emit(line)
    show_beside(session, report)
    if report.not_scored:
        heads = (T.col_candidate, T.col_given, T.col_platform, T.col_why)
        columns = [Column(head(lang), drop=int(head is T.col_given)) for head in heads]
        rows = [[each.name, each.given, each.platform, each.why] for each in report.not_scored]
        show_table(session, T.not_scored(lang), columns, rows, None, as_json=False)


def show_beside(session: "Session", report: "Report") -> None:
    """Views of posts, ranges and own topics: a table each, so that no column holds two grades of evidence."""
    from reports.desk import D
    from reports.text import T

    lang = report.lang
    seen = [row for row in report.rows if row.views.value is not None]
    if seen:
        heads = (D.col_any_views(lang), D.col_fitting_views(lang), T.col_price(lang), D.col_cost_views(lang))
        rows = [
            [row.name.label, _whole(row.views), _whole(row.fitting_views), row.price.text, _whole(row.cost_views)] for row in seen
        ]
        columns = [Column(T.col_account(lang)), *(Column(head, "right") for head in heads)]
        show_table(session, D.col_fitting_views(lang), columns, rows, None, as_json=False)
        emit(f"[{report.grade}] {report.views_note}")
    for table in report.ranges:
        columns = [
            Column(T.col_band(lang)), Column(T.col_account(lang)), Column(D.col_range(lang), "right"), Column(D.col_fitting(lang), "right", 3),
            Column(D.col_fitting_views(lang), "right", 2), Column(T.col_price(lang), "right", 4), Column(table.cost_word, "right", 5),
            Column(T.data_date(lang), drop=6), Column(T.col_notes(lang), drop=1),
        ]  # fmt: skip
        rows = [
            [row.band, row.name.label, row.share.text, row.fitting.text, row.fitting_views.text, row.price.text, row.cost.text, row.observed,
             "; ".join(row.notes)]
            for row in table.rows
        ]  # fmt: skip
        show_table(session, table.title, columns, rows, None, as_json=False)
        emit(f"[{table.badge}] {table.hint}")
    if report.packages:
        from cli.packages import tell

        tell(session, report.packages)
    if report.topics:
        columns = [
            Column(T.col_account(lang)),
            Column(D.col_on_topic(lang), "right"),
            Column(D.col_posts(lang), "right"),
            Column(D.col_dates(lang)),
        ]
        told = [(row.name.label, _whole(row.share), row.posts, row.dates) for row in report.topics]
        show_table(session, D.topics(lang), columns, told, None, as_json=False)
        emit(f"[{report.topics_badge}] {D.topics_hint(lang)}")


def show_overlaps(session: "Session", rows: "Sequence[OverlapRow]") -> None:
    """A line for each pair of accounts; bounds where a list is not complete."""
    from reports.text import T

    lang = session.lang
    columns = [Column(f"{T.col_account(lang)} {place}") for place in (1, 2)]
    heads = (T.col_shared, T.col_coefficient, T.col_share_of_a, T.col_share_of_b, T.col_jaccard, T.col_exact)
    columns += [Column(head(lang), "right") for head in heads]
    cells = [
        [
            row.a.label, row.b.label, row.shared.text, row.coefficient.text, row.share_of_a.text, row.share_of_b.text, row.jaccard.text,
            (T.yes if row.exact else T.no)(lang),
        ]
        for row in rows
    ]  # fmt: skip
    show_table(session, T.overlap(lang), columns, cells, None, as_json=False)


def show_section(session: "Session", report: "Report", section: "Section") -> None:
    """One account: the verdict, over- and under-represented traits, terms, where it comes from, at worst and at best."""
    from reports.text import T

    lang = report.lang
    emit(f"{section.row.name.label} · {section.row.name.platform}")
    emit(section.verdict)
    for kpi in section.kpis:
        between = f" ({kpi.interval})" if kpi.interval else ""
        emit(" · ".join(part for part in (f"{kpi.label}: {kpi.value}{between}", kpi.note) if part))
    heads = (T.over(lang, base=report.base_name), T.under(lang, base=report.base_name), T.other(lang, base=report.base_name))
    for head, bars in zip(heads, (section.over, section.under, section.other), strict=True):
        _show_bars(session, report, head, bars)
    if section.more_traits:
        emit(section.more_traits)
    for head, terms in ((T.strong_words(lang), section.words), (T.strong_followees(lang), section.followees)):
        _show_terms(session, report, head, terms)
    if not (section.over or section.under or section.other):
        emit(T.no_traits(lang))
    emit(T.frame_title(lang))
    for fact in section.frame:
        emit(f"  {fact.label}: {fact.text}")
    for line in (*section.bounds, *section.notes, *report.notices):
        emit(line)


def _columns(report: "Report") -> Iterator[Column]:
    from reports.text import T

    lang = report.lang
    yield Column(T.col_band(lang))
    yield Column(T.col_account(lang))
    # What a narrow terminal goes without, first to last: places and ranks to compare with, then prices, then counts.
    figures = (
        (report.precision_word, 0), (T.col_n(lang), 0), (T.col_unknown(lang), 6), (f"{T.col_lift(lang)} (TGI)", 9),
        (T.col_sure(lang, top=report.top), 10), (T.col_places(lang), 1), (report.fitting_word, 7), (T.col_price(lang), 4),
        (T.col_cost(lang), 5), (T.col_rank_followers(lang), 3), (T.col_rank_topic(lang), 2),
    )  # fmt: skip
    for head, drop in figures:
        yield Column(head, "right", drop)


def _cells(row: "Row") -> list[object]:
    name = " ".join([row.name.label, *(f"[{badge.text}]" for badge in row.badges)])
    tgi = "" if row.lift.value is None else f" ({row.lift.value * 100:.0f})"
    return [
        row.band, name, _whole(row.precision), row.n, row.n_unknown, _whole(row.lift) + tgi, row.sure.text, row.places, _whole(row.fitting),
        f"{row.price.text} ({row.price_basis})" if row.price_basis else row.price.text, _whole(row.cost), row.rank_followers, row.rank_topic,
    ]  # fmt: skip


def _whole(figure: "Figure") -> str:
    return f"{figure.text} ({figure.interval})" if figure.interval else figure.text


def _in_one_line(label: str, figure: "Figure") -> str:
    return label if figure.value is None else f"{label}: {_whole(figure)}"


def _show_bars(session: "Session", report: "Report", head: str, bars: "Iterable[Bar]") -> None:
    from reports.text import T

    rows = [[each.label, _whole(each.share), each.n, each.base_text, _whole(each.lift), each.declared] for each in bars]
    if rows:
        lang = report.lang
        heads = (T.col_share(lang), "n", report.base_name, T.col_lift(lang), T.col_declared(lang))
        columns = [Column(T.col_trait(lang)), *(Column(text, "right") for text in heads)]
        show_table(session, head, columns, rows, None, as_json=False)


def _show_terms(session: "Session", report: "Report", head: str, terms: "Sequence[Term]") -> None:
    from reports.text import T

    rows = [[each.label, _whole(each.share), each.n, each.base_text, each.lift.text, each.used_by] for each in terms]
    if rows:
        lang = report.lang
        used_by, what = (T.col_used_by, T.col_word) if terms[0].kind == "word" else (T.col_followed_by, T.col_followee)
        heads = (T.col_share_fitting(lang), T.col_n_fitting(lang), report.base_name, T.col_lift(lang), used_by(lang))
        show_table(session, head, [Column(what(lang)), *(Column(text, "right") for text in heads)], rows, None, as_json=False)
