"""From a run to the parts of a report in one language: what is said, in which order, with every number as it is printed."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from reports import numbers
from reports.figures import (
    FEW,
    bounds_figure,
    cost_figure,
    count_figure,
    headline,
    lift_figure,
    lift_sentence,
    name_of,
    plain_share,
    price_figure,
    relative_only,
    share_figure,
    unknown_label,
    verdict,
)  # fmt: skip
from reports.numbers import Lang
from reports.parts import Badge, Bar, Fact, Figure, Kpi, Name, OverlapRow, Rejected, Report, Row, Unscored
from reports.remarks import warning
from reports.sections import bar, section
from reports.text import METHODS, PEOPLE, T, reason

if TYPE_CHECKING:
    from scoring.results import NotScored, Overlap, Scorecard, Shortlist

TOP_SECTIONS = 20
MOST_REJECTED = 5
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
) -> Report:
    """The run as a report; `top` accounts get a page of their own, all stand in the table.

    `why_not` is set where the run's input is gone: the aggregates stay and the report says so (DECISIONS 5).
    """
    sizes = Counter(card.band for card in shortlist.cards)
    rows = tuple(_row(place, card, sizes, shortlist, lang) for place, card in enumerate(shortlist.cards, start=1))
    precision_word = _precision_word(shortlist, lang)
    fitting_word = _FITTING[shortlist.base](lang)
    shown = min(top, len(rows))
    k = int(shortlist.parameters.get("k_anonymity", 20))
    title = shortlist.persona_title.get(lang) or shortlist.persona_title.get("en") or shortlist.persona
    base = shortlist.base_rate
    names = _names(shortlist, lang)
    return Report(
        lang=lang,
        title=T.title(lang, persona=numbers.name(title)),
        cover=_cover(shortlist, run_id, created, lang),
        notices=_notices(shortlist, why_not, lang),
        conclusion=_conclusion(shortlist, rows, lang),
        kpis=_kpis(shortlist, rows, precision_word, fitting_word, lang),
        top=shortlist.top,
        smallest_cell=k,
        base_word=PEOPLE[shortlist.base](lang),
        precision_word=precision_word,
        base_name=_base_name(shortlist, lang),
        base_share=share_figure(base.share if base else None, lang),
        fitting_word=fitting_word,
        cost_word=T.cost(lang),
        order_note=_order_note(shortlist, precision_word, lang),
        axis_high=_axis(shortlist),
        rows=rows,
        sections=tuple(
            section(card, row, shortlist, (precision_word, fitting_word), lang)
            for card, row in zip(shortlist.cards[:shown], rows, strict=False)
        ),
        unshown=len(rows) - shown,
        overlaps=tuple(
            _overlap(each, names, lang) for each in sorted(shortlist.overlaps, key=lambda each: -each.overlap_coefficient[1])
        ),
        reach=_reach(shortlist, lang),
        not_scored=tuple(_unscored(each, lang) for each in shortlist.not_scored),
        rejected=_rejected(shortlist, rows, lang),
        methods=tuple(Fact(head(lang), text(lang)) for head, text in METHODS),
        quality=_quality(shortlist, lang),
        metadata=_metadata(shortlist, run_id, code_version, lang),
        composition=_composition(shortlist, k, lang),
    )


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
        cost=cost_figure(card, lang),
        rank_followers=card.rank_followers,
        rank_topic=card.rank_topic,
        few=card.n < FEW,
        badges=_badges(card, lang),
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


def _base_name(shortlist: "Shortlist", lang: Lang) -> str:
    base = shortlist.base_rate
    if base is None:
        return T.no_lift(lang)
    return (T.base_base if base.kind == "base" else T.base_pool)(lang)


def _order_note(shortlist: "Shortlist", precision_word: str, lang: Lang) -> str:
    if shortlist.rank_by != "precision":
        return _ORDER_NOTES[shortlist.rank_by](lang)
    within = _within(shortlist, lang)
    wished = (T.order_wishes(lang, within=within),) if any(card.should for card in shortlist.cards) else ()
    return ("" if lang == "zh" else " ").join((T.order_precision(lang, precision=precision_word, within=within), *wished))


def _within(shortlist: "Shortlist", lang: Lang) -> str:
    return (T.within_cost if shortlist.within_band == "cost" else T.within_fitting)(lang)


def _cover(shortlist: "Shortlist", run_id: int, created: datetime, lang: Lang) -> tuple[Fact, ...]:
    first, last = numbers.date(shortlist.data_from), numbers.date(shortlist.data_to)
    listed = T.list_value(
        lang, name=numbers.name(shortlist.list_name), scored=len(shortlist.cards), missed=len(shortlist.not_scored)
    )
    return (
        Fact(T.persona(lang), T.persona_value(lang, name=numbers.name(shortlist.persona), version=shortlist.persona_version)),
        Fact(T.candidate_list(lang), listed),
        Fact(T.data_date(lang), last if first == last else f"{first} – {last}"),
        Fact(T.created(lang), f"{created:%Y-%m-%d %H:%M} UTC"),
        Fact(T.run(lang), str(run_id)),
    )


def _notices(shortlist: "Shortlist", why_not: str | None, lang: Lang) -> tuple[str, ...]:
    said = [warning(key, values, lang) for key, values in shortlist.warnings]
    return (*said, T.gone(lang)) if why_not else tuple(said)


def _conclusion(shortlist: "Shortlist", rows: Sequence[Row], lang: Lang) -> tuple[str, ...]:
    if not rows:
        return ()
    best, card = rows[0], shortlist.cards[0]
    name = numbers.isolated(best.name.label)
    if relative_only(shortlist):
        lift = lift_sentence(card, shortlist, lang) if card.lift else T.first_in_order(lang)
        said = [T.lead_relative(lang, name=name, lift=lift)]
    else:
        joint = "," if lang == "zh" else "; "
        both = verdict(card, shortlist, lang) + (joint + lift_sentence(card, shortlist, lang) if card.lift else "")
        said = [T.lead(lang, name=name, verdict=both)]
    tied = [row for row in rows if row.band == best.band]
    if len(tied) > 1:
        said.append(T.lead_tied(lang, names=_joined([row.name.label for row in tied], lang), within=_within(shortlist, lang)))
    elif len(rows) > 1:
        said.append(T.lead_ahead(lang))
    biggest = max(range(len(rows)), key=lambda index: shortlist.cards[index].followers or -1)
    if shortlist.cards[biggest].followers is None:
        return tuple(said)
    if biggest == 0:
        return (*said, T.lead_big_same(lang))
    big, row = shortlist.cards[biggest], rows[biggest]
    sentence = headline(big, shortlist, lang)
    said.append(
        T.lead_big(
            lang,
            name=numbers.isolated(row.name.label),
            followers=row.followers.text,
            place=row.place,
            band=row.band,
            verdict=sentence,
        )
    )
    return tuple(said)


def _joined(names: Sequence[str], lang: Lang, most: int = 3) -> str:
    comma = "、" if lang == "zh" else ", "
    text = comma.join(numbers.isolated(name) for name in names[:most])
    return text if len(names) <= most else T.and_others(lang, names=text, n=len(names))


def _kpis(shortlist: "Shortlist", rows: Sequence[Row], precision_word: str, fitting_word: str, lang: Lang) -> tuple[Kpi, ...]:
    if not rows:
        return ()
    best = rows[0]
    name = numbers.isolated(best.name.label)
    pool = shortlist.base_rate is not None and shortlist.base_rate.kind == "pool"
    multiple = (T.col_lift_pool if pool else T.col_lift_base)(lang)
    relative = relative_only(shortlist) and best.lift.value is not None
    head = T.kpi_multiple(lang, multiple=multiple) if relative else T.kpi_first(lang, precision=precision_word)
    first = best.lift if relative else best.precision
    cards = [
        Kpi(numbers.headed(head), first.text, first.interval, f"{name} · {T.people(lang, n=best.n)}"),
        Kpi(numbers.headed(T.kpi_fitting(lang, fitting=fitting_word)), best.fitting.text, best.fitting.interval, name),
    ]
    priced = [row for row in rows if row.cost.value is not None]
    if priced and len({row.currency for row in priced}) == 1:
        cheap = min(priced, key=lambda row: row.cost.value or 0.0)
        cards.append(
            Kpi(T.kpi_cost(lang, cost=T.cost(lang)), cheap.cost.text, cheap.cost.interval, numbers.isolated(cheap.name.label))
        )
    reach = shortlist.net_reach
    if reach is not None:
        low, high = numbers.count(reach.low, lang), numbers.count(reach.high, lang)
        how = (T.exact if reach.exact else T.bounds)(lang)
        note = T.kpi_reach_note(lang, gross=numbers.count(reach.gross, lang), how=how)
        cards.append(Kpi(T.kpi_reach(lang, n=len(reach.accounts)), low if reach.exact else f"{low}-{high}", "", note))
    return tuple(cards)


def _axis(shortlist: "Shortlist") -> float:
    """The right end of the list chart: the highest upper limit, rounded up to a tenth of its size."""
    highest = max((card.precision.high for card in shortlist.cards), default=0.1)
    for end in (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8):
        if highest <= end:
            return end
    return 1.0


def _names(shortlist: "Shortlist", lang: Lang) -> dict[str, Name]:
    """Accounts by native id, as overlaps name them; an id that two platforms share stays an id."""
    ids = Counter(card.account.native_id for card in shortlist.cards)
    return {card.account.native_id: name_of(card.account, lang) for card in shortlist.cards if ids[card.account.native_id] == 1}


def _overlap(each: "Overlap", names: dict[str, Name], lang: Lang) -> OverlapRow:
    low, high = numbers.count(each.shared_low, lang), numbers.count(each.shared_high, lang)
    shared = low if each.exact or low == high else f"{low}-{high}"
    return OverlapRow(
        a=names.get(each.a) or unknown_label(each.a),
        b=names.get(each.b) or unknown_label(each.b),
        exact=each.exact,
        shared=Figure(shared, "", each.shared_low if each.exact else None, each.shared_low, each.shared_high),
        jaccard=bounds_figure(*each.jaccard, lang, exact=each.exact),
        coefficient=bounds_figure(*each.overlap_coefficient, lang, exact=each.exact),
        share_of_a=bounds_figure(*each.share_of_a, lang, exact=each.exact),
        share_of_b=bounds_figure(*each.share_of_b, lang, exact=each.exact),
    )


def _reach(shortlist: "Shortlist", lang: Lang) -> tuple[str, ...]:
    reach = shortlist.net_reach
    if reach is None:
        return ()
    n, gross = len(reach.accounts), numbers.whole(reach.gross)
    if reach.exact:
        return (T.net_reach_exact(lang, n=n, gross=gross, net=numbers.whole(reach.low)),)
    return (T.net_reach_bounds(lang, n=n, gross=gross, low=numbers.whole(reach.low), high=numbers.whole(reach.high)),)


def _unscored(each: "NotScored", lang: Lang) -> Unscored:
    given = unknown_label(each.given)
    why = reason(each.reason, lang, each.values)
    if each.account is None:
        return Unscored(numbers.MISSING, given.label, numbers.MISSING, why)
    name = name_of(each.account, lang)
    return Unscored(name.label, given.label, name.platform or numbers.MISSING, why)


def _rejected(shortlist: "Shortlist", rows: Sequence[Row], lang: Lang) -> tuple[Rejected, ...]:
    """Of the largest accounts those that are surely below the first: their upper limit is under its lower limit."""
    if not rows:
        return ()
    best = shortlist.cards[0].precision
    pairs = [(card, row) for card, row in zip(shortlist.cards, rows, strict=True) if card.rank_followers is not None]
    largest = sorted(pairs, key=lambda pair: pair[0].rank_followers or 0)[: 2 * MOST_REJECTED]
    return tuple(
        Rejected(
            row,
            T.rejected_why(
                lang,
                by_followers=card.rank_followers,
                verdict=headline(card, shortlist, lang),
                best=numbers.percent(best.low, lang),
            ),
        )
        for card, row in largest
        if card.precision.high < best.low
    )[:MOST_REJECTED]


def _quality(shortlist: "Shortlist", lang: Lang) -> tuple[Fact, ...]:
    made = shortlist.calibration
    how = {"labels": T.q_labels, "declared": T.q_declared}.get(made.status)
    facts = [Fact(T.q_calibration(lang), how(lang, n=numbers.whole(made.people)) if how else T.q_none(lang))]
    if made.expected_calibration_error is not None:
        error = numbers.percent(made.expected_calibration_error, lang)
        facts.append(Fact(T.q_error(lang), T.q_error_value(lang, error=error, n=numbers.whole(made.people))))
    unknown = sum(card.n_unknown for card in shortlist.cards)
    people = sum(card.n for card in shortlist.cards) + unknown
    facts.append(
        Fact(
            T.q_people(lang),
            T.q_people_value(lang, n=len(shortlist.cards), people=numbers.whole(people), unknown=numbers.whole(unknown)),
        )
    )
    base = shortlist.base_rate
    if base is not None:
        share = share_figure(base.share, lang)
        said = T.q_base_value(
            lang, base=_base_name(shortlist, lang), share=share.text, interval=share.interval, n=numbers.whole(base.people)
        )
        facts.append(Fact(T.q_base(lang), said))
    covered = T.q_dictionary_value(lang, share=numbers.percent(made.dictionary_share, lang))
    return (*facts, Fact(T.q_dictionary(lang), covered))


def _metadata(shortlist: "Shortlist", run_id: int, code_version: str, lang: Lang) -> tuple[Fact, ...]:
    parameters = ", ".join(f"{key}={value}" for key, value in sorted(shortlist.parameters.items()))
    persona = T.persona_value(lang, name=numbers.name(shortlist.persona), version=shortlist.persona_version)
    return (
        Fact(T.run(lang), str(run_id)),
        Fact(T.m_persona(lang), persona),
        Fact(T.m_parameters(lang), parameters),
        Fact(T.m_input(lang), shortlist.input_digest),
        Fact(T.m_engine(lang), shortlist.engine),
        Fact(T.m_version(lang), f"fanfit {code_version}".strip()),
    )


def _composition(shortlist: "Shortlist", k: int, lang: Lang) -> tuple[tuple[Name, Bar], ...]:
    return tuple((name_of(card.account, lang), bar(share, k, lang)) for card in shortlist.cards for share in card.traits)


def bands(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows by band, in order: what shares a shade in the list chart."""
    return [list(group) for _, group in groupby(rows, key=lambda row: row.band)]
