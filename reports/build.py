"""From a run to the parts of a report in one language: what is said, in which order, with every number as it is printed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from reports import numbers
from reports.ceiling import V, stays_words, worth_figure
from reports.conclusion import conclude, large_but_not, lead_kpis
from reports.desk import D, cost_views_figure, lead_ranges, range_tables, topic_rows, views_figure, views_words
from reports.figures import (
    FEW,
    base_name,
    cost_figure,
    count_figure,
    lift_figure,
    name_of,
    plain_share,
    price_figure,
    relative_only,
    share_figure,
    unknown_label,
    within_word,
)  # fmt: skip
from reports.methods import METHODS
from reports.names import PEOPLE
from reports.numbers import Lang
from reports.overlaps import overlap_rows, reach_of_first, tells
from reports.packages import package_rows
from reports.parts import Badge, Bar, ClausePart, Fact, Figure, Mark, Name, PriceLine, Report, Row, Section, Term, Unscored
from reports.peers import peer_group, with_peers
from reports.prices import together, used_lines
from reports.quality import metadata, quality
from reports.quoting import format_name, price_basis
from reports.remarks import reason, warning
from reports.sections import bar, section, terms
from reports.text import T

if TYPE_CHECKING:
    from scoring.peers import Similar
    from scoring.results import NotScored, Scorecard, Shortlist

TOP_SECTIONS = 20
_FITTING = {"followers": T.fitting_followers, "viewers": T.fitting_viewers, "engagers": T.fitting_engagers}
_ORDER_NOTES = {"precision": T.order_precision, "cost": T.order_cost, "fitting": T.order_fitting}


def build_report(
    shortlist: "Shortlist",
    *,
    run_id: int,
    created: datetime,
    lang: Lang,
    top: int = TOP_SECTIONS,
    code_version: str = "",
    why_not: str | None = None,
    reading: str = "",
    peers: "Sequence[Similar]" = (),
    clauses: ClausePart | None = None,
    marks: Mapping[tuple[str, str], Mark] | None = None,
    quotes: Sequence[PriceLine] = (),
) -> Report:
    """The run as a report; `top` accounts get a page of their own, all stand in the table.

    `why_not` is set where the run's input is gone: the aggregates stay and the report says so (DECISIONS 5). `reading` is the
    persona in words of that language; `peers` where each account stands among similar ones, in the order of the cards;
    `clauses` what each clause of the persona does to the order;
    `marks` what the list says of each account, by platform and native id: without them the tables have no columns for it;
    `quotes` those that were held then, for the sheet of prices.
    """
    sizes = Counter(card.band for card in shortlist.cards)
    rows = tuple(_row(place, card, sizes, shortlist, lang) for place, card in enumerate(shortlist.cards, start=1))
    precision_word = _precision_word(shortlist, lang)
    fitting_word = _FITTING[shortlist.base](lang)
    shown = min(top, len(rows))
    k = int(shortlist.parameters.get("k_anonymity", 20))
    title = shortlist.persona_title.get(lang) or shortlist.persona_title.get("en") or shortlist.persona
    base = shortlist.base_rate
    accounts = [card.account for card in shortlist.cards]
    return Report(
        lang=lang,
        title=T.title(lang, persona=numbers.name(title)),
        reading=reading,
        cover=_cover(shortlist, _one_platform(rows), run_id, created, lang),
        notices=_notices(shortlist, why_not, lang),
        conclusion=(*conclude(shortlist, rows, lang), *lead_ranges(shortlist, lang)),
        kpis=lead_kpis(shortlist, rows, precision_word, fitting_word, lang),
        top=shortlist.top,
        smallest_cell=k,
        platform=_one_platform(rows),
        base_word=PEOPLE[shortlist.base](lang),
        precision_word=precision_word,
        base_name=base_name(shortlist, lang),
        base_share=share_figure(base.share if base else None, lang),
        fitting_word=fitting_word,
        cost_word=T.cost(lang),
        order_note=_order_note(shortlist, precision_word, lang),
        axis_high=_axis(shortlist),
        rows=rows,
        sections=with_peers(
            _sections(shortlist, rows[:shown], (precision_word, fitting_word), lang), peers, precision_word, lang
        ),
        unshown=len(rows) - shown,
        overlaps=overlap_rows(shortlist.overlaps, accounts, lang),
        telling=overlap_rows([each for each in shortlist.overlaps if tells(each)], accounts, lang),
        reach=reach_of_first(shortlist.net_reach, lang),
        not_scored=tuple(_unscored(each, lang) for each in shortlist.not_scored if not _known_otherwise(each, shortlist)),
        rejected=large_but_not(shortlist, rows, lang),
        methods=tuple(Fact(head(lang), text(lang)) for head, text in METHODS),
        quality=quality(shortlist, lang),
        metadata=metadata(shortlist, run_id, code_version, lang),
        grade=D.grade_a(lang),
        views_note=D.views_note(lang) if any(card.views for card in shortlist.cards) else "",
        ranges=range_tables(shortlist, lang),
        topics=topic_rows(shortlist, lang),
        topics_badge=D.badge_c(lang),
        packages=package_rows(shortlist.packages, lang),
        prices=together(used_lines(shortlist, lang), quotes),
        composition=_composition(shortlist, k, lang),
        terms=_terms(shortlist, lang),
        worth_note=V.worth_note(lang) if any(card.ceilings for card in shortlist.cards) else "",
        clauses=clauses,
        created=created,
        peers=tuple((row.name, peer_group(each, precision_word, lang)) for row, each in zip(rows, peers, strict=False)),
        marks=marks,
    )


def _sections(shortlist: "Shortlist", rows: tuple[Row, ...], words: tuple[str, str], lang: Lang) -> tuple[Section, ...]:
    """One for each of `rows`, the first of the table; `words` name precision and fitting followers."""
    return tuple(section(card, row, shortlist, words, lang) for card, row in zip(shortlist.cards, rows, strict=False))


def _row(place: int, card: "Scorecard", sizes: Counter[str], shortlist: "Shortlist", lang: Lang) -> Row:
    followers = numbers.count(card.followers, lang)
    price = price_figure(card, lang)
    first = place == 1 or shortlist.cards[place - 2].band != card.band
    return Row(
        place=place,
        band=card.band,
        first_of_band=first,
        tied=sizes[card.band] > 1,
        name=name_of(card.account, lang),
        followers=Figure(followers, "", card.followers),
        precision=share_figure(card.precision, lang),
        n=card.n,
        n_unknown=card.n_unknown,
        unknown_share=plain_share(card.n_unknown / (card.n + card.n_unknown) if card.n + card.n_unknown else None, lang),
        lift=lift_figure(card.lift),
        sure=Figure(numbers.certainty(card.p_top, lang), "", card.p_top),
        places=f"{card.rank_low}-{card.rank_high}" if card.rank_low != card.rank_high else str(card.rank_low),
        fitting=count_figure(card.fitting, lang),
        price=price,
        currency=card.price.currency if card.price else "",
        price_format=format_name(card.price.format, lang) if card.price else "",
        price_until=numbers.date(card.price.valid_until) if card.price and card.price.valid_until else "",
        cost=cost_figure(card, lang),
        rank_followers=card.rank_followers,
        rank_topic=card.rank_topic,
        few=card.n < FEW,
        badges=_badges(card, lang),
        views=views_figure(card.views, lang),
        views_of=views_words(card.views, lang),
        fitting_views=count_figure(card.fitting_views, lang),
        cost_views=cost_views_figure(card, lang),
        price_basis=price_basis(card.price, lang, expired="price_expired" in card.notes),
        worth=worth_figure(card, lang),
        stays=stays_words(card, lang),
    )


def _badges(card: "Scorecard", lang: Lang) -> tuple[Badge, ...]:
    said = []
    if card.n < FEW:
        said.append(Badge(T.few(lang), caution=True))
    if card.frame.frame in {"newest", "unknown"} and (card.frame.total is None or card.frame.seen < card.frame.total):
        said.append(Badge(T.newest_badge(lang, n=numbers.count(card.frame.seen, lang))))
    if card.authenticity is None:
        said.append(Badge(T.not_assessed(lang), caution=True))
    return tuple(said)


def _precision_word(shortlist: "Shortlist", lang: Lang) -> str:
    if relative_only(shortlist):
        return T.precision_uncalibrated(lang)
    unassessed = bool(shortlist.cards) and all(card.authenticity is None for card in shortlist.cards)
    return (T.precision_unassessed if unassessed else T.precision)(lang)


def _order_note(shortlist: "Shortlist", precision_word: str, lang: Lang) -> str:
    if shortlist.rank_by != "precision":
        return _ORDER_NOTES[shortlist.rank_by](lang)
    within = within_word(shortlist, lang)
    wished = (T.order_wishes(lang, within=within),) if any(card.should for card in shortlist.cards) else ()
    return ("" if lang == "zh" else " ").join((T.order_precision(lang, precision=precision_word, within=within), *wished))


def _cover(shortlist: "Shortlist", platform: str, run_id: int, created: datetime, lang: Lang) -> tuple[Fact, ...]:
    first, last = numbers.date(shortlist.data_from), numbers.date(shortlist.data_to)
    missed = [each for each in shortlist.not_scored if not _known_otherwise(each, shortlist)]
    listed = T.list_value(lang, name=numbers.name(shortlist.list_name), scored=len(shortlist.cards), missed=len(missed))
    if len(missed) < len(shortlist.not_scored):
        listed = D.listed(lang, listed=listed, n=len(shortlist.not_scored) - len(missed))
    return (
        Fact(T.persona(lang), T.persona_value(lang, name=numbers.name(shortlist.persona), version=shortlist.persona_version)),
        Fact(T.candidate_list(lang), listed),
        *((Fact(T.col_platform(lang), platform),) if platform else ()),
        Fact(T.data_date(lang), last if first == last else f"{first} – {last}"),
        Fact(T.created(lang), f"{created:%Y-%m-%d %H:%M} UTC"),
        Fact(T.run(lang), str(run_id)),
    )


def _notices(shortlist: "Shortlist", why_not: str | None, lang: Lang) -> tuple[str, ...]:
    said = [warning(key, values, lang) for key, values in shortlist.warnings]
    return (*said, T.gone(lang)) if why_not and why_not != "desk_only" else tuple(said)


def _known_otherwise(missed: "NotScored", shortlist: "Shortlist") -> bool:
    """Whether a candidate without a sample stands in a table of another grade."""
    known = [card.account for card in shortlist.ranges] + [card.account for card in shortlist.topics]
    return missed.account is not None and missed.account in known


def _axis(shortlist: "Shortlist") -> float:
    """The right end of the list chart: the highest upper limit, rounded up to a tenth of its size."""
    highest = max((card.precision.high for card in shortlist.cards), default=0.1)
    for end in (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8):
        if highest <= end:
            return end
    return 1.0


def _one_platform(rows: Sequence[Row]) -> str:
    found = {row.name.platform for row in rows}
    return found.pop() if len(found) == 1 else ""


def _unscored(each: "NotScored", lang: Lang) -> Unscored:
    given = unknown_label(each.given)
    why = reason(each.reason, lang, each.values)
    if each.account is None:
        return Unscored(numbers.MISSING, given.label, numbers.MISSING, why)
    name = name_of(each.account, lang)
    return Unscored(name.label, given.label, name.platform or numbers.MISSING, why)


def _composition(shortlist: "Shortlist", k: int, lang: Lang) -> tuple[tuple[Name, Bar], ...]:
    return tuple((name_of(card.account, lang), bar(share, k, lang)) for card in shortlist.cards for share in card.traits)


def _terms(shortlist: "Shortlist", lang: Lang) -> tuple[tuple[Name, Term], ...]:
    kinds = ("word", "followee")
    return tuple(
        (name_of(card.account, lang), term) for card in shortlist.cards for kind in kinds for term in terms(card, kind, lang)
    )


def bands(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows by band, in order: what shares a shade in the list chart."""
    return [list(group) for _, group in groupby(rows, key=lambda row: row.band)]
