"""YAML as a tree in which every value knows its line and column, without anchors, tags, repeated keys or surprises."""

from dataclasses import dataclass, replace
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import (
    AliasToken,
    AnchorToken,
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    DirectiveToken,
    DocumentStartToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    StreamStartToken,
    TagToken,
)

from scoring.errors import PersonaError

MAX_BYTES = 65_536
MAX_DEPTH = 12
_OPENS = (BlockMappingStartToken, BlockSequenceStartToken, FlowMappingStartToken, FlowSequenceStartToken)
_CLOSES = (BlockEndToken, FlowMappingEndToken, FlowSequenceEndToken)
_KIND_OF_TAG = {"str": "text", "int": "number", "float": "number", "bool": "truth", "null": "nothing", "timestamp": "text"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; `kind` is text, number, truth or nothing."""

    text: str
    kind: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping, where it stands, and its value."""

    key: str
    line: int
    column: int
    value: "Tree"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; no key twice."""

    entries: dict[str, Entry]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Tree", ...]
    line: int
    column: int


Tree = Scalar | Mapping | Items


def fail(where: str, line: int, column: int, message: str) -> NoReturn:
    """Refuse a file: "where:line:column: message".

    Raises:
        PersonaError: always.
    """
    text = f"{where}:{line}:{column}: {message}"
    raise PersonaError(text, line=line, column=column)


def decode(content: bytes, *, where: str) -> str:
    """The text of a file in UTF-8, a byte order mark allowed.

    Raises:
        PersonaError: another encoding, at the line and column of the first byte that is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        fail(where, line, column, "this byte is not UTF-8: save the file as UTF-8 (in Excel or Notepad: Save as, encoding UTF-8)")


def read_tree(text: str, *, where: str) -> Mapping:
    """The file as a tree; its root is a mapping.

    Raises:
        PersonaError: not YAML, empty, too large or deep, tabs as indentation, an anchor, alias, tag, or a key written twice.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        fail(where, 1, 1, f"a persona file has at most {MAX_BYTES // 1024} KB; import long lists as labels or attributes instead")
    _refuse_tabs(text, where)
    try:
        _refuse_extras(text, where)
        root = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        fail(
            where,
            line,
            column,
            f"this is not YAML: {error.problem or error.context}; expected `key: value` lines and lists of `- item`",
        )
    except (YAMLError, RecursionError) as error:
        fail(where, 1, 1, f"this is not YAML: {str(error).splitlines()[0] or type(error).__name__}")
    if root is None:
        fail(
            where, 1, 1, "the file is empty; expected at least `name:` and `must:` (`fanfit persona new NAME` writes a template)"
        )
    tree = _tree(root, where)
    if not isinstance(tree, Mapping):
        fail(where, tree.line, tree.column, "expected keys at the top: name, title, must, must_not, should, min_should, note")
    return tree


def _refuse_tabs(text: str, where: str) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        indentation = line[: len(line) - len(line.lstrip())]
        if "\t" in indentation and line.strip():
            fail(
                where,
                number,
                indentation.index("\t") + 1,
                "a tab indents this line; YAML takes blanks only: use two blanks for each step",
            )


def _refuse_extras(text: str, where: str) -> None:
    """What a persona never needs and a hostile file uses: references that multiply, tags, several documents, deep nesting."""
    depth, begun = 0, False
    for token in YAML(typ="rt", pure=True).scan(text):
        line, column = token.start_mark.line + 1, token.start_mark.column + 1
        if isinstance(token, AnchorToken | AliasToken):
            fail(
                where,
                line,
                column,
                "anchors (&name) and aliases (*name) are not used in persona files: quote the text, or write it out",
            )
        if isinstance(token, TagToken | DirectiveToken):
            fail(
                where,
                line,
                column,
                "tags (!name) and directives (%NAME) are not used in persona files: quote the text, or leave it out",
            )
        if isinstance(token, DocumentStartToken) and begun:
            fail(where, line, column, "a second document begins here (---); expected one persona per file")
        begun = begun or not isinstance(token, StreamStartToken)
        depth += isinstance(token, _OPENS) - isinstance(token, _CLOSES)
        if depth > MAX_DEPTH:
            fail(where, line, column, f"nested deeper than {MAX_DEPTH} levels; a persona needs four")


def _tree(node: Node, where: str) -> Tree:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, ScalarNode):
        tag = str(node.tag).rsplit(":", maxsplit=1)[-1]
        return Scalar(str(node.value).strip(), _KIND_OF_TAG.get(tag, "text"), line, column)
    if isinstance(node, SequenceNode):
        return Items(tuple(_tree(item, where) for item in node.value), line, column)
    if not isinstance(node, MappingNode):
        fail(where, line, column, "expected a value, a list or keys")
    entries: dict[str, Entry] = {}
    for key_node, value_node in node.value:
        key_line, key_column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, ScalarNode):
            fail(where, key_line, key_column, "a key must be one word, not a list or a mapping")
        key = str(key_node.value).strip()
        if key in entries:
            fail(
                where,
                key_line,
                key_column,
                f"the key {key!r} stands here a second time (first in line {entries[key].line}); keep one",
            )
        value = _tree(value_node, where)
        if isinstance(value, Scalar) and value.kind == "nothing" and not value.text:
            value = replace(value, line=key_line, column=key_column)  # YAML places a missing value on the next line
        entries[key] = Entry(key, key_line, key_column, value)
    return Mapping(entries, line, column)
