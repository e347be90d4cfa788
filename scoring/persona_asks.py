"""What a persona asks for that the input does not hold: a typo is refused, not scored."""

from difflib import get_close_matches

import numpy as np

from scoring.arrays import ScoringInput
from scoring.errors import PersonaError
from scoring.persona import Persona, Trait

SHOWN = 10  # names or values listed in a refusal


def refuse_unknown(given: ScoringInput, persona: Persona, *, k: int) -> None:
    """Refuses clauses that nobody in the input can meet or miss; of declared values only those of `k` people or more are named.

    Raises:
        PersonaError: an attribute or value that nobody declares, seeds of which none is known, an audience that was never imported.
    """
    found = [said for trait in persona.traits if (said := _unknown(given, trait, k)) is not None]
    if found:
        message = f'persona "{persona.name}" asks for what the store does not hold: ' + "; ".join(dict.fromkeys(found))
        raise PersonaError(message)


def missing_seeds(given: ScoringInput, persona: Persona) -> int:
    """How many seed accounts of the persona are no accounts of the store."""
    texts = {text for trait in persona.traits for text in (*trait.positive, *trait.negative)}
    return sum(given.seeds.get(text, -1) < 0 for text in texts)


def labels_unused(given: ScoringInput, persona: Persona) -> bool:
    """Whether people of the run are labelled, but no label set is the persona's, a condition's or an audience of it."""
    used = {persona.name, *(trait.key for trait in persona.traits), *(trait.audience for trait in persona.traits)}
    return bool(given.labels) and used.isdisjoint(given.labels)


def _unknown(given: ScoringInput, trait: Trait, k: int) -> str | None:
    if trait.key in given.labels:
        return None
    if trait.kind == "attribute":
        return _attribute(given, trait, k)
    if trait.kind == "seeds" and all(given.seeds.get(text, -1) < 0 for text in trait.positive):
        return "none of its seed accounts is an account of the store (bring in whom people follow: fanfit import follows FILE)"
    if trait.kind == "audience" and trait.audience is not None and not _has_audience(given, trait.audience):
        known = sorted({*given.labels, *(name for name, people in given.audiences.items() if len(people))})
        return (
            f"no audience or label set {trait.audience!r} was imported (fanfit import labels FILE){_near(trait.audience, known)}"
        )
    return None


def _has_audience(given: ScoringInput, name: str) -> bool:
    return name in given.labels or len(given.audiences.get(name, ())) > 0


def _attribute(given: ScoringInput, trait: Trait, k: int) -> str | None:
    name = str(trait.attribute)
    attribute = given.attributes.get(name)
    if attribute is None or not (attribute.codes >= 0).any():
        known = sorted(other for other, values in given.attributes.items() if (values.codes >= 0).any())
        return f"nobody declares {name!r} (fanfit import attributes FILE){_near(name, known)}"
    counts = np.bincount(attribute.codes[attribute.codes >= 0], minlength=len(attribute.values))
    declared = {value: int(count) for value, count in zip(attribute.values, counts, strict=True) if count}
    if any(value in declared for value in trait.values):
        return None
    common = sorted((value for value, count in declared.items() if count >= k), key=lambda value: (-declared[value], value))
    return f"nobody declares {name} = {' or '.join(trait.values)}{_near(trait.values[0] if trait.values else '', common)}"


def _near(asked: str, known: list[str]) -> str:
    """What there is instead, the nearest first."""
    if not known:
        return ""
    close = get_close_matches(asked, known, n=1)
    listed = ", ".join(known[:SHOWN]) + (", ..." if len(known) > SHOWN else "")
    return f"; there is: {listed}" + (f"; did you mean {close[0]!r}?" if close else "")
