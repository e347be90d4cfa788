"""One account's page: what its followers are, why, where the data comes from, and how wrong it could be."""

from typing import TYPE_CHECKING

from reports import numbers
from reports.ceiling import ceiling_lines
from reports.figures import headline, lift_figure, share_figure
from reports.names import ATTRIBUTES, VALUES
from reports.numbers import Lang
from reports.parts import Bar, Fact, Figure, Kpi, Row, Section, Term
from reports.remarks import note
from reports.text import T
from scoring.text.lexicon import interests

if TYPE_CHECKING:
    from scoring.results import FrameCard, Scorecard, Shortlist, TraitShare

MOST_BARS = 6
MOST_OTHER = 4  # what is as everywhere tells little
MOST_TERMS = 12
_FRAMES = {"complete": T.frame_complete, "newest": T.frame_newest, "random": T.frame_random, "unknown": T.frame_unknown}
_ORDERS = {
    "newest_first": T.order_newest_first, "oldest_first": T.order_oldest_first, "random": T.order_random, "unknown": T.order_unknown,
}  # fmt: skip
_SAMPLINGS = {"all": T.frame_all, "strata": T.frame_strata, "random": T.frame_drawn}


def section(card: "Scorecard", row: Row, shortlist: "Shortlist", report_words: tuple[str, str], lang: Lang) -> Section:
    """The page of `card`; `report_words` are this report's words for precision and for fitting followers."""
    k = int(shortlist.parameters.get("k_anonymity", 20))
    bars = [(share, bar(share, k, lang)) for share in card.traits]
    over = sorted((pair for pair in bars if _side(pair[0]) > 0), key=lambda pair: -_multiple(pair[0]))
    under = sorted((pair for pair in bars if _side(pair[0]) < 0), key=lambda pair: _multiple(pair[0]))
    rest = [pair[1] for pair in bars if _side(pair[0]) == 0]
    cut = sum(max(len(group) - most, 0) for group, most in ((over, MOST_BARS), (under, MOST_BARS), (rest, MOST_OTHER)))
    return Section(
        anchor=f"a{row.place}",
        row=row,
        verdict=headline(card, shortlist, lang),
        kpis=_kpis(card, row, shortlist, report_words, lang),
        over=tuple(each for _, each in over[:MOST_BARS]),
        under=tuple(each for _, each in under[:MOST_BARS]),
        other=tuple(rest[:MOST_OTHER]),
        more_traits=T.more_traits(lang, n=cut) if cut else "",
        declared=_declared(card, lang),
        words=terms(card, "word", lang),
        followees=terms(card, "followee", lang),
        frame=frame_facts(card.frame, lang),
        bounds=_bounds(card, row, lang),
        notes=_notes(card, lang),
    )


def bar(share: "TraitShare", k: int, lang: Lang) -> Bar:
    """A trait beside the base; where suppressed no number, only the note why."""
    kind = T.interest(lang) if share.kind == "interest" else T.attribute(lang)
    hidden = share.suppressed or share.share is None
    if hidden:
        said = T.protects_others(lang) if share.protects_others else T.suppressed(lang, k=k)
        return Bar(
            trait_label(share, lang), share_figure(None, lang), None, numbers.MISSING, lift_figure(None), said, True, kind, None
        )
    told = share.kind == "attribute" and share.declared_share is not None
    declared = T.declared(lang, share=numbers.percent(share.declared_share, lang)) if told else ""
    return Bar(
        label=trait_label(share, lang),
        share=share_figure(share.share, lang),
        base=share.base_share,
        base_text=_of(share.base_share, share.n_base, lang),
        lift=lift_figure(share.lift),
        declared=declared,
        suppressed=False,
        kind=kind,
        n=share.share.n if share.share else None,
        n_base=share.n_base,
    )


def _declared(card: "Scorecard", lang: Lang) -> str:
    """Which part of the followers seen states each printed attribute: what those shares are of."""
    told = {share.trait: share.declared_share for share in card.traits if share.kind == "attribute" and not share.suppressed}
    said = [f"{attribute_name(trait, lang)} {numbers.percent(share, lang)}" for trait, share in told.items() if share is not None]
    if not said:
        return ""
    seen = numbers.whole(card.n + card.n_unknown)
    return T.declared_line(lang, n=seen, shares=("、" if lang == "zh" else ", ").join(said))


def attribute_name(trait: str, lang: Lang) -> str:
    """An attribute in the reader's language; an imported one keeps its own word."""
    known = ATTRIBUTES.get(trait)
    return known(lang) if known else numbers.name(trait)


def _of(share: float | None, n: int | None, lang: Lang) -> str:
    """A share of the base and of how many."""
    text = numbers.percent(share, lang)
    return text if share is None or n is None else T.share_of(lang, share=text, n=numbers.whole(n))


def trait_label(share: "TraitShare", lang: Lang) -> str:
    """The trait in the reader's language; imported attributes keep their own words."""
    if share.kind == "interest":
        for interest in interests():
            if interest.id == share.trait:
                return interest.zh if lang == "zh" else interest.en
        return numbers.name(share.value) if share.value else T.interest(lang)
    label, value = attribute_name(share.trait, lang), VALUES.get(share.value)
    if not share.value:
        return label
    said = value(lang) if value else numbers.name(share.value)
    return f"{label}:{said}" if lang == "zh" else f"{label}: {said}"


def frame_facts(frame: "FrameCard", lang: Lang) -> tuple[Fact, ...]:
    """Where the sample comes from, line by line; what was not obtained says so."""
    total = T.not_obtained(lang) if frame.total is None else _total(frame)
    obtained = T.not_obtained(lang) if frame.obtained is None else numbers.date(frame.obtained)
    order = _ORDERS.get(frame.order)
    facts = [
        Fact(T.frame_part(lang), _FRAMES[frame.frame](lang)),
        Fact(T.frame_order(lang), order(lang) if order else numbers.name(frame.order)),
        Fact(T.frame_seen(lang), T.frame_seen_value(lang, seen=numbers.whole(frame.seen), total=total)),
        Fact(T.frame_scored(lang), _SAMPLINGS[frame.sampling](lang, n=numbers.whole(frame.sampled))),
        Fact(T.frame_pulled(lang), numbers.date(frame.pulled_at)),
    ]
    if frame.minors:
        facts.append(Fact(T.frame_minors(lang), T.frame_minors_value(lang, n=numbers.whole(frame.minors))))
    return (
        *facts,
        Fact(T.frame_source(lang), numbers.name(frame.source) if frame.source else T.not_obtained(lang)),
        Fact(T.frame_basis(lang), numbers.name(frame.basis) if frame.basis else T.not_obtained(lang)),
        Fact(T.frame_obtained(lang), obtained),
    )


def _total(frame: "FrameCard") -> str:
    exact = numbers.whole(frame.total)
    return f"{exact} ± {numbers.whole(frame.total_half_width)}" if frame.total_half_width else exact


def _kpis(card: "Scorecard", row: Row, shortlist: "Shortlist", words: tuple[str, str], lang: Lang) -> tuple[Kpi, ...]:
    people = T.people(lang, n=numbers.whole(card.n))
    base = shortlist.base_rate
    multiple = T.col_lift_pool if base is not None and base.kind == "pool" else T.col_lift_base
    tgi = f"TGI {card.lift.value * 100:.0f}" if card.lift else T.not_obtained(lang)
    real = share_figure(card.authenticity, lang)
    alike = T.rest_alike(lang) if card.frame.frame in {"newest", "unknown"} else T.people(lang, n=numbers.whole(card.n))
    wishes = share_figure(card.should, lang)
    met = (Kpi(T.wishes(lang), wishes.text, wishes.interval, T.wishes_note(lang, n=card.should.n)),) if card.should else ()
    return (
        Kpi(numbers.headed(words[0]), row.precision.text, row.precision.interval, people),
        Kpi(numbers.headed(multiple(lang)), row.lift.text, row.lift.interval, tgi),
        Kpi(
            numbers.headed(words[1]),
            row.fitting.text,
            row.fitting.interval,
            alike if row.fitting.text != numbers.MISSING else T.not_obtained(lang),
        ),
        Kpi(numbers.headed(T.cost(lang)), row.cost.text, row.cost.interval, _price_note(row, lang)),
        Kpi(T.authenticity(lang), real.text, real.interval, people if card.authenticity else T.not_assessed(lang)),
        *met,
    )


def _price_note(row: Row, lang: Lang) -> str:
    if row.price.value is None:
        return T.not_obtained(lang)
    return " · ".join(part for part in (f"{T.col_price(lang)} {row.price.text}", row.price_format, row.price_basis) if part)


def _bounds(card: "Scorecard", row: Row, lang: Lang) -> tuple[str, ...]:
    said: list[str] = []
    if card.n_unknown:
        low, high = (numbers.percent(value, lang) for value in card.if_unknown)
        said.append(T.bound_unknown(lang, n=numbers.whole(card.n_unknown), low=low, high=high))
    if card.everyone is not None:
        low, high = (numbers.percent(value, lang) for value in card.everyone)
        followers = (
            f"\u00a0{numbers.whole(card.followers)}\u00a0"
            if card.followers is not None and lang == "zh"
            else numbers.whole(card.followers)
        )
        said.append(T.bound_everyone(lang, followers=followers if card.followers is not None else "", low=low, high=high))
    if card.marginals_claim is not None:
        claim = numbers.percent(card.marginals_claim, lang)
        said.append(
            T.marginals(lang, claim=claim, share=row.precision.text, interval=row.precision.interval, n=numbers.whole(card.n))
        )
    return tuple(said)


def _notes(card: "Scorecard", lang: Lang) -> tuple[str, ...]:
    said = [note(key, lang) for key in card.notes]
    if card.price is not None and card.price.valid_until is not None:
        said.append(T.price_until(lang, date=numbers.date(card.price.valid_until)))
    return (*said, *ceiling_lines(card, lang))


def terms(card: "Scorecard", kind: str, lang: Lang) -> tuple[Term, ...]:
    """Words, or followed accounts, that stand out, the greatest multiple first."""
    chosen = sorted((term for term in card.terms if term.kind == kind), key=lambda term: (-term.lift, term.term))[:MOST_TERMS]
    return tuple(
        Term(
            label=numbers.name(term.term),
            kind=kind,
            share=share_figure(term.share, lang),
            n=term.share.n,
            base=term.base_share,
            base_text=_of(term.base_share, term.n_base, lang),
            n_base=term.n_base,
            lift=Figure(f"{numbers.factor(term.lift)}x", "", term.lift),
            used_by=term.used_by,
        )
        for term in chosen
    )


def _side(share: "TraitShare") -> int:
    """1 and -1 where the whole interval of the multiple lies on one side of 1; 0 where nothing can be said."""
    if share.suppressed or share.lift is None:
        return 0
    return 1 if share.lift.low > 1 else -1 if share.lift.high < 1 else 0


def _multiple(share: "TraitShare") -> float:
    return share.lift.value if share.lift else 1.0
