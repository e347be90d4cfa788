"""A planner's file of brands: names and aliases, whose they are, and where a name alone is not enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from scoring.persona_yaml import Entry, Items, Mapping, Scalar, Tree, fail, read_tree
from scoring.watching.mentions import LEAST_LATIN, LEAST_OTHER, plain

Relation = Literal["own", "competitor", "other"]
RELATIONS = ("own", "competitor", "other")
KEYS = ("name", "aliases", "relation", "needs_context", "context", "not_in")


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand as its file says it.

    `needs_context`: a name that is a common word too counts only beside one of `context`, another of its names, or as a tag or
    @mention. `not_in` are longer words in which the name means something else.
    """

    name: str
    aliases: tuple[str, ...] = ()
    relation: Relation = "other"
    needs_context: bool = False
    context: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of it, each once."""
        return tuple(dict.fromkeys((self.name, *self.aliases)))


def read_brands(text: str, *, where: str) -> tuple[Brand, ...]:
    """The brands of a file: a list under the key `brands`.

    Raises:
        PersonaError: not such a file, with line and column.
    """
    root = read_tree(text, where=where)
    entry = root.entries.get("brands")
    if entry is None or not isinstance(entry.value, Items) or not entry.value.items:
        fail(where, root.line, root.column, "expected a list under the key brands: with a name for each brand")
    brands = tuple(_brand(item, where) for item in entry.value.items)
    owners: dict[str, str] = {}
    for brand, item in zip(brands, entry.value.items, strict=True):
        for name in brand.names:
            other = owners.setdefault(plain(name), brand.name)
            if other != brand.name:
                fail(
                    where,
                    item.line,
                    item.column,
                    "two brands have the same name or alias: a post could not be told to one of them",
                )
    return brands


def read_words(text: str) -> tuple[str, ...]:
    r"""A list of words, one a line; lines that begin with // are remarks.

    >>> read_words("赌博\n// a remark\n\n赌博\nvape\n")
    ('赌博', 'vape')
    """
    lines = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("//")))


def _brand(tree: Tree, where: str) -> Brand:
    if not isinstance(tree, Mapping):
        fail(
            where,
            tree.line,
            tree.column,
            "a brand needs keys: name, and where wanted aliases, relation, needs_context, context, not_in",
        )
    for entry in tree.entries.values():
        if entry.key not in KEYS:
            fail(where, entry.line, entry.column, f"this key is not known; expected one of {', '.join(KEYS)}")
    name = _text(tree.entries.get("name"), tree, where)
    relation = "other" if "relation" not in tree.entries else _text(tree.entries["relation"], tree, where)
    if relation not in RELATIONS:
        fail(where, tree.entries["relation"].line, tree.entries["relation"].column, "expected own, competitor or other")
    needs = _truth(tree.entries.get("needs_context"), where)
    brand = Brand(
        name, _texts(tree.entries.get("aliases"), where), cast("Relation", relation), needs,
        _texts(tree.entries.get("context"), where), _texts(tree.entries.get("not_in"), where),
    )  # fmt: skip
    _refuse_short(brand, tree, where)
    return brand


def _refuse_short(brand: Brand, tree: Mapping, where: str) -> None:
    for name in brand.names:
        folded = plain(name).strip()
        least = LEAST_LATIN if folded.isascii() else LEAST_OTHER
        if len(folded) < least - brand.needs_context:
            message = f"a name of fewer than {least} signs means too much: write needs_context: true (one sign less is then enough), or a longer name"
            fail(where, tree.line, tree.column, message)


def _text(entry: Entry | None, tree: Mapping, where: str) -> str:
    if entry is None or not isinstance(entry.value, Scalar) or not entry.value.text:
        place = entry or tree
        fail(where, place.line, place.column, "expected a text: the name of a brand is required")
    return entry.value.text


def _texts(entry: Entry | None, where: str) -> tuple[str, ...]:
    if entry is None:
        return ()
    items: Sequence[Tree] = entry.value.items if isinstance(entry.value, Items) else [entry.value]
    found = [item.text for item in items if isinstance(item, Scalar) and item.text]
    if len(found) != len(items):
        fail(where, entry.line, entry.column, "expected a list of texts")
    return tuple(found)


def _truth(entry: Entry | None, where: str) -> bool:
    if entry is None:
        return False
    if not isinstance(entry.value, Scalar) or entry.value.text.casefold() not in {"true", "false"}:
        fail(where, entry.line, entry.column, "expected true or false")
    return entry.value.text.casefold() == "true"
