"""What the last page says about this run: how its probabilities were checked, how many people, which versions."""

from typing import TYPE_CHECKING

from reports import numbers
from reports.figures import base_name, share_figure
from reports.numbers import Lang
from reports.parts import Fact
from reports.text import T

if TYPE_CHECKING:
    from scoring.results import Shortlist


def quality(shortlist: "Shortlist", lang: Lang) -> tuple[Fact, ...]:
    """Calibration, people seen, base, texts covered."""
    made = shortlist.calibration
    how = {"labels": T.q_labels, "declared": T.q_declared}.get(made.status)
    facts = [Fact(T.q_calibration(lang), how(lang, n=numbers.whole(made.people)) if how else T.q_none(lang))]
    if made.expected_calibration_error is not None:
        error = numbers.percent(made.expected_calibration_error, lang)
        facts.append(Fact(T.q_error(lang), T.q_error_value(lang, error=error, n=numbers.whole(made.checked))))
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
            lang, base=base_name(shortlist, lang), share=share.text, interval=share.interval, n=numbers.whole(base.people)
        )
        facts.append(Fact(T.q_base(lang), said))
    covered = T.q_dictionary_value(lang, share=numbers.percent(made.dictionary_share, lang))
    return (*facts, Fact(T.q_dictionary(lang), covered))


def metadata(shortlist: "Shortlist", run_id: int, code_version: str, lang: Lang) -> tuple[Fact, ...]:
    """What it takes to compute the run again."""
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
