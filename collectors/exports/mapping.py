"""Which column of a file is which: from a mapping file, from a preset, or guessed from the headers and shown before use."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from collectors.errors import FileRefused, MappingError
from collectors.exports.columns import KINDS, WIDE_ATTRIBUTES, Kind
from collectors.exports.declared import attribute_name
from collectors.exports.unpivot import UNITS, ShareColumn
from collectors.exports.wording import Lang
from storage.minors import is_minor

_ASIDE = re.compile(r"[((\[【].*?[))\]】]|[*＊:：]")
_JOINT = re.compile(r"[\s_\-.·/]+")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where each column of a kind stands in a file.

    `columns` maps our names to the file's headers, `attributes` names of attributes to headers (a wide attributes file),
    `constants` our names to one value for the whole file, `values` per attribute what the file writes to what is kept (an attributes
    file; what is not listed stays as it is). `origin` says who decided: mapping, preset or guess; `doubts` are what
    a guess is unsure of, each a sentence. `shares` are columns of an audience file that hold the share of one bucket each.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: str = "mapping"
    doubts: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shares: tuple[ShareColumn, ...] = ()

    def document(self) -> dict[str, Any]:
        """The mapping as plain data: what an import remembers of it."""
        parts = {"columns": self.columns, "constants": self.constants, "attributes": self.attributes}
        told: dict[str, Any] = {name: dict(sorted(part.items())) for name, part in parts.items() if part}
        if self.values:
            told["values"] = {name: dict(sorted(part.items())) for name, part in sorted(self.values.items())}
        if self.shares:
            told["shares"] = [[each.header, each.dimension, each.bucket, each.unit] for each in self.shares]
        return told


# Documented header sets: ours in English, and in Chinese as our own templates write them. Nobody else's.
PRESETS: Mapping[str, Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "generic": {kind.name: {column.name: column.name for column in kind.columns} for kind in KINDS.values()},
        "generic-zh": {kind.name: {column.name: column.zh for column in kind.columns} for kind in KINDS.values()},
    }
)


def plain_header(header: str) -> str:
    """A header as it is compared: lower case, plain width, no spaces, dashes, stars or remarks in brackets.

    >>> plain_header(" User_ID "), plain_header("粉丝ID(必填)*")
    ('userid', '粉丝id')
    """
    text = unicodedata.normalize("NFKC", header).strip().strip("\ufeff").lower()
    return _JOINT.sub("", _ASIDE.sub("", text)) or text


def guess(kind: Kind, header: Sequence[str], *, constants: Mapping[str, str]) -> ColumnMapping:
    """The columns that the headers name; `doubts` say what is unclear.

    Our own names go before synonyms, so that a file with "id" and "native_id" is clear.
    """
    found: dict[str, str] = {}
    doubts: list[str] = []
    by_plain: dict[str, list[str]] = {}
    for name in header:
        by_plain.setdefault(plain_header(name), []).append(name)
    taken: set[str] = set()
    for rank in ("own", "synonym"):
        for column in kind.columns:
            if column.name in found:
                continue
            known = (column.name, column.zh) if rank == "own" else column.known_as
            matches = [
                item for key in dict.fromkeys(map(plain_header, known)) for item in by_plain.get(key, ()) if item not in taken
            ]
            if not matches:
                continue
            found[column.name] = matches[0]
            taken.add(matches[0])
            if len(matches) > 1:
                others = ", ".join(repr(name) for name in matches)
                doubts.append(f"{column.name} could be any of {others}")
    found = {name: found[name] for name in kind.names if name in found}
    wide = _wide(kind, found, by_plain, taken)
    given = {name: value for name, value in constants.items() if name not in found}
    return ColumnMapping(found, given, wide, "guess", tuple(doubts))


def _wide(kind: Kind, found: Mapping[str, str], by_plain: Mapping[str, list[str]], taken: set[str]) -> dict[str, str]:
    if kind.name != "attributes" or ("name" in found and "value" in found):
        return {}
    wide: dict[str, str] = {}
    for name, known in WIDE_ATTRIBUTES.items():
        for key in map(plain_header, known):
            for header in by_plain.get(key, ()):
                if header not in taken and name not in wide:
                    wide[name] = header
                    taken.add(header)
    return wide


def preset(name: str, kind: Kind, header: Sequence[str], *, constants: Mapping[str, str]) -> ColumnMapping:
    """The preset's columns that the file has.

    Raises:
        FileRefused: no such preset.
    """
    if name not in PRESETS:
        message = f"There is no preset {name!r} for {kind.name}. Known are {', '.join(PRESETS)} and those of `fanfit import presets`; or describe the file with --mapping."
        raise FileRefused(message)
    here = set(header)
    columns = {ours: theirs for ours, theirs in PRESETS[name][kind.name].items() if theirs in here}
    return ColumnMapping(columns, {k: v for k, v in constants.items() if k not in columns}, {}, "preset")


def read_mapping(path: Path, kind: Kind, header: Sequence[str], *, constants: Mapping[str, str]) -> ColumnMapping:
    """The mapping of a YAML file with `columns`, and if need be `constants`, `attributes`, `values` and `shares`.

    Raises:
        MappingError: not YAML, an unknown name, a header that the file lacks; with line and column.
    """
    document = _load(path)
    parts: dict[str, dict[str, str]] = {"columns": {}, "constants": {}, "attributes": {}}
    values: dict[str, dict[str, str]] = {}
    shares: tuple[ShareColumn, ...] = ()
    for section in document:
        if section == "values":
            values = _values(path, kind, document)
            continue
        if section == "shares":
            shares = _shares(path, kind, document, header)
            continue
        if section not in parts:
            message = f"{path.name} has an unknown section. Expected columns, constants, attributes, values, shares. Example:\n{example(kind)}"
            raise _at(message, path, document, section)
        block = document[section]
        if not isinstance(block, dict):
            message = f"{path.name}: {section} must hold lines of the form `name: header`. Example:\n{example(kind)}"
            raise _at(message, path, document, section)
        for name in block:
            _check(path, kind, section, block, name, header)
            parts[section][str(name)] = str(block[name])
    given = {name: value for name, value in constants.items() if name not in parts["columns"]}
    return ColumnMapping(parts["columns"], {**given, **parts["constants"]}, parts["attributes"], "mapping", (), values, shares)


def _shares(path: Path, kind: Kind, document: Any, header: Sequence[str]) -> tuple[ShareColumn, ...]:
    """The section `shares`: per column of the file the dimension and bucket whose share it holds."""
    shape = "shares:\n  女粉丝占比: {dimension: gender, bucket: female, unit: percent}"
    block = document["shares"]
    if kind.name != "audience":
        message = f"{path.name}: the section shares belongs to `fanfit import audience` only."
        raise _at(message, path, document, "shares")
    if not isinstance(block, dict) or not block:
        message = f"{path.name}: shares must hold a line per column of the file. Example:\n{shape}"
        raise _at(message, path, document, "shares")
    found: list[ShareColumn] = []
    for name, told in block.items():
        if str(name) not in header:
            message = f"{path.name}: the file has no column headed {str(name)!r}. Its headers are: {quoted(header)}. Write one of them, exactly."
            raise _at(message, path, block, name)
        parts = {str(key): value for key, value in told.items()} if isinstance(told, dict) else {}
        unit = parts.get("unit", "as written")
        if not {"dimension", "bucket"} <= parts.keys() <= {"dimension", "bucket", "unit"} or unit not in UNITS:
            message = (
                f"{path.name}: {name} must name a dimension and a bucket, and a unit of {', '.join(UNITS)}. Example:\n{shape}"
            )
            raise _at(message, path, block, name)
        found.append(ShareColumn(str(name), str(parts["dimension"]), str(parts["bucket"]), unit))
    return tuple(found)


def _values(path: Path, kind: Kind, document: Any) -> dict[str, dict[str, str]]:
    """The section `values`: per attribute, what stands in the file and what is kept instead."""
    shape = "values:\n  age_band:\n    18~24岁: 18-24"
    block = document["values"]
    if kind.name != "attributes":
        message = f"{path.name}: the section values belongs to `fanfit import attributes` only."
        raise _at(message, path, document, "values")
    if not isinstance(block, dict):
        message = f"{path.name}: values must hold a block per attribute. Example:\n{shape}"
        raise _at(message, path, document, "values")
    read: dict[str, dict[str, str]] = {}
    for name, pairs in block.items():
        if not isinstance(pairs, dict) or any(isinstance(value, (dict, list)) or value is None for value in pairs.values()):
            message = f"{path.name}: {name} must hold lines of the form `as written: as kept`. Example:\n{shape}"
            raise _at(message, path, block, name)
        read[attribute_name(str(name))] = {str(written): str(kept) for written, kept in pairs.items()}
        for written, kept in pairs.items():
            if is_minor(str(name), str(written)) and not is_minor(str(name), str(kept)):
                message = f"{path.name}: a value that says under 18 cannot be turned into another: minors leave no row."
                raise _at(message, path, pairs, written)
    return read


def _check(path: Path, kind: Kind, section: str, block: Any, name: object, header: Sequence[str]) -> None:
    if section == "attributes" and kind.name != "attributes":
        message = f"{path.name}: the section attributes belongs to `fanfit import attributes` only."
        raise _at(message, path, block, name)
    if section != "attributes" and name not in kind.names:
        message = f"{path.name}: {name!r} is no column of {kind.name}. Expected one of {', '.join(kind.names)}."
        raise _at(message, path, block, name)
    if isinstance(block[name], (dict, list)) or block[name] is None:
        message = f"{path.name}: {name} must be followed by one {'value' if section == 'constants' else 'header of the file'}."
        raise _at(message, path, block, name)
    if section != "constants" and str(block[name]) not in header:
        message = (
            f"{path.name}: the file has no column headed {str(block[name])!r} (for {name}). "
            f"Its headers are: {quoted(header)}. Write one of them, exactly."
        )
        raise _at(message, path, block, name)


def _load(path: Path) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only who gives a mapping pays for the parser
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - as above

    try:
        document = YAML(typ="rt").load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = f"The mapping {path} cannot be read: {error.strerror}."
        raise MappingError(message) from error
    except UnicodeDecodeError as error:
        message = f"The mapping {path} is not UTF-8. Save it as UTF-8."
        raise MappingError(message) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"{path.name} is not valid YAML: {error.problem or error.context}."
        raise MappingError(message, line=mark.line + 1 if mark else None, column=mark.column + 1 if mark else None) from error
    except YAMLError as error:
        message = f"{path.name} is not valid YAML."
        raise MappingError(message) from error
    if not isinstance(document, dict):
        message = f"{path.name} must hold a section `columns:`. Example:\n{example(KINDS['accounts'])}"
        raise MappingError(message, line=1, column=1)
    return document


def _at(message: str, path: Path, block: Any, name: object) -> MappingError:
    line, column = block.lc.key(name)
    return MappingError(f"{message} ({path.name}, line {line + 1}, column {column + 1})", line=line + 1, column=column + 1)


def example(kind: Kind) -> str:
    """A small mapping file for the kind."""
    lines = [
        "columns:",
        *(f"  {name}: {kind.column(name).zh}" for name in (kind.required or kind.any_of[:1]) if name != "platform"),
    ]
    return "\n".join([*lines, "constants:", "  platform: weibo"])


def quoted(header: Sequence[str], lang: Lang = "en") -> str:
    """The headers for a message, shortened; at most twelve."""
    shown = ", ".join(repr(name[:40]) for name in header[:12])
    more = len(header) - 12
    return shown + ("" if more <= 0 else f" and {more} more" if lang == "en" else f" 及另外 {more} 列")
