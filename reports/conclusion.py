"""What page one concludes: whom to book first, how sure that is, and which large accounts not to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports import numbers
from reports.figures import headline, lift_sentence, relative_only, verdict, within_word
from reports.numbers import Lang
from reports.parts import Kpi, Rejected, Row
from reports.text import T

if TYPE_CHECKING:
    from scoring.results import Shortlist

MOST_REJECTED = 5


def conclude(shortlist: "Shortlist", rows: Sequence[Row], lang: Lang) -> tuple[str, ...]:
    """The sentences on top of page one; none of an empty list."""
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
        said.append(T.lead_tied(lang, names=_joined([row.name.label for row in tied], lang), within=within_word(shortlist, lang)))
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


def lead_kpis(shortlist: "Shortlist", rows: Sequence[Row], precision_word: str, fitting_word: str, lang: Lang) -> tuple[Kpi, ...]:
    """The figures below them."""
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


def large_but_not(shortlist: "Shortlist", rows: Sequence[Row], lang: Lang) -> tuple[Rejected, ...]:
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
