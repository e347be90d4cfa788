"""A persona: who should be found among an account's followers, as clauses over interests, words, attributes, seeds and intent."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.errors import PersonaError

Kind = Literal["interest", "keyword", "attribute", "seeds", "audience", "intent"]


@dataclass(frozen=True, slots=True)
class Trait:
    """One clause. `kind` says which of the fields speak; `key` is the same for equal clauses and names it in reports.

    interest: `interest` · keyword: `words` · attribute: `attribute`, `values` · seeds: `positive`, `negative` (as written: a
    native id, handle or URL) · audience: `audience` (a name of imported labels or of an audience) · intent: `phrases`,
    `within_days` (None: at any time). `weight` orders `should` clauses; it is 1 in `must` and `must_not`.
    """

    kind: Kind
    key: str
    interest: str | None = None
    words: tuple[str, ...] = ()
    attribute: str | None = None
    values: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    audience: str | None = None
    phrases: tuple[str, ...] = ()
    within_days: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Persona:
    """A parsed persona file, of one `client` of an agency or of all: fit = every `must`, no `must_not`, and `should` weight of at least `min_should` (DECISIONS 12)."""

    name: str
    title: dict[str, str]
    must: tuple[Trait, ...]
    must_not: tuple[Trait, ...]
    should: tuple[Trait, ...]
    min_should: float
    digest: str
    text: str = field(repr=False)
    note: str = ""
    client: str = ""

    @property
    def traits(self) -> tuple[Trait, ...]:
        """All clauses: must, must_not, should."""
        return (*self.must, *self.must_not, *self.should)


def parse_persona(text: str, *, where: str = "persona") -> Persona:
    """The persona that `text` (YAML) describes; `where` names the file in messages.

    Raises:
        PersonaError: with line and column, what was expected there and what to write.
    """
    from scoring.persona_file import parse  # noqa: PLC0415 - the parser builds this module's classes

    return parse(text, where=where)


def trait_terms(trait: Trait) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Hashed terms that speak for a trait and their weights in (0, 1]: both shape (n,), ids sorted; empty for other kinds."""
    from scoring.text.keywords import phrase_weights, word_weights  # noqa: PLC0415 - loads the tokeniser
    from scoring.text.lexicon import interest_terms  # noqa: PLC0415

    if trait.kind == "interest" and trait.interest is not None:
        return interest_terms(trait.interest)
    if trait.kind == "keyword":
        return word_weights(trait.words)
    if trait.kind == "intent":
        return phrase_weights(trait.phrases)
    return np.empty(0, np.int64), np.empty(0, np.float64)


def trait_words(trait: Trait) -> tuple[str, ...]:
    """The words that speak for an interest, keyword or intent trait, spelled; empty for other kinds."""
    from scoring.text.lexicon import interest_words  # noqa: PLC0415 - data read on demand

    return interest_words(trait.interest) if trait.interest is not None else (*trait.words, *trait.phrases)


def unseen_phrases(trait: Trait) -> tuple[str, ...]:
    """Phrases of a trait that ingest did not look for: counting them needs the texts again, as far as they are still held."""
    from scoring.text.keywords import unseen  # noqa: PLC0415 - loads the tokeniser

    return unseen(trait.words, trait.phrases)


def own_phrases(persona: Persona) -> tuple[str, ...]:
    """The unseen phrases of all traits that can be looked for in texts still held: two signs and more, sorted."""
    from scoring.text.terms import plain  # noqa: PLC0415 - as above

    found = {plain(phrase) for trait in persona.traits for phrase in unseen_phrases(trait)}
    return tuple(sorted(phrase for phrase in found if len(phrase) > 1))


def refuse_sensitive_seeds(persona: Persona, categories: Mapping[str, str | None]) -> None:
    """Check what the seed accounts are about, once they are known: `categories` maps a seed as written to its category.

    Raises:
        PersonaError: a seed's category is on the sensitive list (DECISIONS 7); the file itself has no line for it.
    """
    from scoring.text.sensitive import find_sensitive  # noqa: PLC0415

    traits = persona.traits
    seeds = [seed for trait in traits for seed in (*trait.positive, *trait.negative, *filter(None, [trait.audience]))]
    for seed in seeds:
        finding = find_sensitive(categories.get(seed) or "")
        if finding is not None:
            message = (
                f"persona {persona.name!r}: the seed {seed!r} is filed under a category that concerns {finding.en} ({finding.zh}): "
                "fanfit does not look for people by this; use other seeds"
            )
            raise PersonaError(message)


def digest_of(persona: Persona) -> str:
    """SHA-256 over what a persona says: comments, layout and the order of keys and clauses do not count."""
    parts = {"must": persona.must, "must_not": persona.must_not, "should": persona.should}
    content: dict[str, object] = {
        "name": persona.name,
        "title": persona.title,
        "note": persona.note,
        "min_should": persona.min_should,
        "clauses": {
            part: sorted([trait.key, trait.weight, sorted(trait.phrases)] for trait in traits) for part, traits in parts.items()
        },
    }
    if persona.client:
        content["client"] = persona.client
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
