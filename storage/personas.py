"""Accounts that stored personas name: which texts mean an erased account, and a marker in their place.

A persona version is never changed but for this: the text says `(erased 1)` where an account stood, the digest stays that of the file
as it was, so that the same file is known again and refused instead of bringing the account back.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from sqlalchemy import Connection, select, update

from storage.engine import Store
from storage.errors import NotFound, Refused
from storage.lookups import keys_among
from storage.matching import known_platforms
from storage.queries import resolve_account
from storage.tables import FORGOTTEN, PERSONA_VERSION

MARKER = "(erased {})"
_MARKED = re.compile(r"\(erased (\d+)\)")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\n]*", re.MULTILINE)
_PROSE = frozenset({"note", "title"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A value of a persona file: `kind` is seeds, audience or prose; the text stands between `start` and `end`."""

    kind: str
    text: str
    start: int
    end: int


def texts_that_mean(store: Store, means: Callable[[bytes | None, str], bool]) -> frozenset[str]:
    """Seeds and seed audiences of all stored personas for which `means(account, text)` holds.

    `account` is the named account that the store takes the text for, None for nobody; an audience that is no account's name (a set
    of labels) is not asked about.
    """
    with store.read() as conn:
        files = list(conn.execute(select(PERSONA_VERSION.c.text)).scalars())
    named = {(place.kind, place.text) for file in files for place in _places(file) if place.kind != "prose"}
    found = {(kind, text): _resolved(store, text) for kind, text in named}
    return frozenset(
        text for (kind, text), account in found.items() if (kind == "seeds" or account is not None) and means(account, text)
    )


def _resolved(store: Store, text: str) -> bytes | None:
    try:
        return resolve_account(store, text)
    except NotFound:
        return None


def redact_personas(conn: Connection, erased: Collection[str], also_called: Collection[str] = ()) -> int:
    """Puts markers in place of the `erased` seeds, and takes what the account was `also_called` out of notes and comments too.

    Returns:
        How many versions were changed.
    """
    changed = 0
    for row in conn.execute(select(PERSONA_VERSION.c.id, PERSONA_VERSION.c.text)).all():
        text = redacted(row.text, erased, also_called)
        if text != row.text:
            changed += 1
            conn.execute(update(PERSONA_VERSION).where(PERSONA_VERSION.c.id == row.id).values(text=text))
    return changed


def redacted(text: str, erased: Collection[str], also_called: Collection[str] = ()) -> str:
    """A persona file without those accounts; it stays a persona file: each marker is another seed that nobody is."""
    numbers = map(int, _MARKED.findall(text))
    number = max(numbers, default=0)
    words = sorted({word for word in (*erased, *also_called) if len(word) > 1}, key=len, reverse=True)
    prose = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)) if words else None
    places = list(_places(text))
    comments = [_Place("prose", found[0], *found.span()) for found in _COMMENT.finditer(text)]
    marks: dict[str, str] = {}
    edits: list[tuple[int, int, str]] = []
    for place in [*places, *(each for each in comments if not _inside(each, places))]:
        if place.kind == "prose" and prose is not None:
            edits.append((place.start, place.end, prose.sub("(erased)", text[place.start : place.end])))
        elif place.text in erased and place.kind != "prose":
            marks.setdefault(place.text, MARKER.format(number + len(marks) + 1))
            edits.append((place.start, place.end, json.dumps(marks[place.text])))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _inside(place: _Place, others: Collection[_Place]) -> bool:
    return any(other.start <= place.start < other.end for other in others)


def _places(text: str) -> Iterator[_Place]:
    root = YAML(typ="rt", pure=True).compose(text)
    return _walk(root, "") if root is not None else iter(())


def _walk(node: Node, kind: str) -> Iterator[_Place]:
    if isinstance(node, ScalarNode):
        return iter([_Place(kind, str(node.value).strip(), node.start_mark.index, node.end_mark.index)] if kind else [])
    if isinstance(node, MappingNode):
        return chain.from_iterable(_walk(value, kind or _kind(str(key.value))) for key, value in node.value)
    return chain.from_iterable(_walk(item, kind) for item in node.value)


def _kind(key: str) -> str:
    if key in _PROSE:
        return "prose"
    return key if key in {"seeds", "audience"} else ""


def without_seeds(value: Any, erased: Collection[str]) -> Any:
    """A run's result without those seeds: they stand in the names of clauses ("seeds:a|b not c"), as keys and as values."""
    if isinstance(value, dict):
        return {without_seeds(key, erased): without_seeds(item, erased) for key, item in value.items()}
    if isinstance(value, list):
        return [without_seeds(item, erased) for item in value]
    if not erased or not isinstance(value, str) or not value.startswith(("seeds:", "audience:")):
        return value
    every = "|".join(re.escape(text) for text in sorted(erased, key=len, reverse=True))
    return re.sub(rf"(?P<before>[:|]| not )(?:{every})(?=\||$| not )", r"\g<before>(erased)", value)


def refuse_erased(store: Store, name: str, digest: str, seeds: Collection[str]) -> None:
    """Lets no persona bring an erased account back by naming it.

    Raises:
        Refused: a seed is the native id of an erased account, or the file is one from which such an account was taken.
    """
    ours = (PERSONA_VERSION.c.name == name, PERSONA_VERSION.c.digest == digest)
    with store.read() as conn:
        known = conn.execute(select(PERSONA_VERSION.c.text).where(*ours)).scalars()
        again = any(_MARKED.search(text) for text in known)
        platforms = known_platforms(conn)
        accounts = {account for platform in platforms for account in store.pseudonymiser.of(platform, list(seeds))}
        again = again or bool(keys_among(conn, FORGOTTEN, "account", accounts))
    if again:
        message = (
            f"the persona {name!r} names an account that was erased with `fanfit forget`: expected seeds that may be used; take that "
            "account out of `seeds` or `audience` in its file"
        )
        raise Refused(message)
