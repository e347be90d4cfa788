"""A persona file from its text to a Persona: keys, clauses, and what clauses may not say together."""

import re
from dataclasses import replace
from pathlib import Path

from scoring.persona import Persona, Trait, digest_of
from scoring.persona_clauses import ClauseReader
from scoring.persona_yaml import Entry, Items, Mapping, Scalar, Tree, decode, read_tree
from scoring.text.lexicon import children

FILE_KEYS = ("name", "title", "must", "must_not", "should", "min_should", "note", "client")
LANGUAGES = ("zh", "en")
MAX_CLAUSES = 50
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")

Placed = list[tuple[Trait, Tree]]


def read_persona(path: Path) -> Persona:
    """The persona of a file.

    Raises:
        PersonaError: with line and column; also where the bytes are not UTF-8.
        OSError: the file cannot be read.
    """
    return parse(decode(path.read_bytes(), where=path.name), where=path.name)


def parse(text: str, *, where: str) -> Persona:
    """See `scoring.persona.parse_persona`."""
    root = read_tree(text.removeprefix("\ufeff"), where=where)
    reader = ClauseReader(where)
    reader.check_keys(root, FILE_KEYS, "a persona file")
    name = _name(reader, root)
    title = _title(reader, root, name)
    must, must_not, should = (_clauses(reader, root, part) for part in ("must", "must_not", "should"))
    if not must and not should:
        place = root.entries.get("must") or root.entries.get("should") or root
        reader.refuse(place, "nobody is asked for: expected at least one clause in `must` or `should`")
    _refuse_contradictions(reader, must, must_not)
    min_should = _min_should(reader, root, should)
    note = _note(reader, root)
    client = _client(reader, root)
    persona = Persona(name, title, _traits(must), _traits(must_not), _traits(should), min_should, "", text, note, client)
    return replace(persona, digest=digest_of(persona))


def _traits(clauses: Placed) -> tuple[Trait, ...]:
    return tuple(trait for trait, _ in clauses)


def _name(reader: ClauseReader, root: Mapping) -> str:
    entry = root.entries.get("name")
    if entry is None:
        reader.refuse(root, "`name:` is missing; expected a short name such as `name: campers`")
    name = reader.text(entry.value, "a name")
    if not NAME.fullmatch(name):
        reader.refuse(
            entry.value,
            f"{name!r} is no name; expected up to 63 lower-case letters, digits, - and _, such as campers or new_parents (titles in any language go to `title`)",
        )
    return name


def _title(reader: ClauseReader, root: Mapping, name: str) -> dict[str, str]:
    entry = root.entries.get("title")
    if entry is None:
        return dict.fromkeys(LANGUAGES, name)
    if isinstance(entry.value, Scalar):
        return dict.fromkeys(LANGUAGES, reader.text(entry.value, "a title"))
    if not isinstance(entry.value, Mapping):
        reader.refuse(entry.value, "expected a title, or {zh: ..., en: ...}")
    reader.check_keys(entry.value, LANGUAGES, "title")
    given = {lang: reader.text(each.value, "a title") for lang, each in entry.value.entries.items()}
    if not given:
        reader.refuse(entry.value, "expected a title, or {zh: ..., en: ...}")
    other = next(iter(given.values()))
    return {lang: given.get(lang, other) for lang in LANGUAGES}


def _note(reader: ClauseReader, root: Mapping) -> str:
    entry = root.entries.get("note")
    if entry is None:
        return ""
    if not isinstance(entry.value, Scalar):
        reader.refuse(entry.value, "expected a note as text")
    return entry.value.text


def _client(reader: ClauseReader, root: Mapping) -> str:
    entry = root.entries.get("client")
    return "" if entry is None else reader.text(entry.value, "a client's name")


def _clauses(reader: ClauseReader, root: Mapping, part: str) -> Placed:
    entry = root.entries.get(part)
    if entry is None or (isinstance(entry.value, Scalar) and entry.value.kind == "nothing"):
        return []
    if not isinstance(entry.value, Items):
        reader.refuse(
            entry.value, f"expected a list of clauses under `{part}`, one `- ` per clause, such as `- interest: camping`"
        )
    if len(entry.value.items) > MAX_CLAUSES:
        reader.refuse(entry.value, f"more than {MAX_CLAUSES} clauses under `{part}`; a clause may list many keywords or values")
    found: Placed = []
    for item in entry.value.items:
        trait = reader.read(item, part)
        for earlier, place in found:
            if earlier.key == trait.key:
                reader.refuse(item, f"the same clause as in line {place.line}; keep one")
        found.append((trait, item))
    return found


def _refuse_contradictions(reader: ClauseReader, must: Placed, must_not: Placed) -> None:
    for wanted, place in must:
        for unwanted, other in must_not:
            if _covers(unwanted, wanted):
                reader.refuse(
                    other,
                    f"nobody can match: `must` asks for the same in line {place.line} ({wanted.key}); take one of the two out",
                )
    for index, (first, place) in enumerate(must):
        for second, other in must[index + 1 :]:
            if first.attribute is not None and first.attribute == second.attribute and not set(first.values) & set(second.values):
                message = f"nobody can match: {first.attribute!r} has one value, and line {place.line} allows none of these; put all values in one `in:` list"
                reader.refuse(other, message)


def _covers(unwanted: Trait, wanted: Trait) -> bool:
    """Whether everyone with `wanted` also has `unwanted`."""
    if unwanted.key == wanted.key:
        return True
    if unwanted.kind == wanted.kind == "interest" and unwanted.interest is not None:
        return wanted.interest in {each.id for each in children(unwanted.interest)}
    if unwanted.kind == wanted.kind == "attribute" and unwanted.attribute == wanted.attribute:
        return set(wanted.values) <= set(unwanted.values)
    return unwanted.kind == wanted.kind == "keyword" and set(wanted.words) <= set(unwanted.words)


def _min_should(reader: ClauseReader, root: Mapping, should: Placed) -> float:
    entry: Entry | None = root.entries.get("min_should")
    if entry is None:
        return 0.0
    if not should:
        reader.refuse(
            entry, "`min_should` counts the weights of `should`, and there is no `should` clause; take it out or add clauses"
        )
    total = sum(trait.weight for trait, _ in should)
    value = reader.number(entry.value, "min_should", 0.0, 1e6)
    if value > total + 1e-9:
        reader.refuse(entry.value, f"nobody can match: min_should is {value:g}, but the weights of `should` add up to {total:g}")
    return value
