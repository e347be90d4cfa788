"""A short report as plain parts: a lead of sentences, tables of printed cells, notes; the same for a page, a workbook and a mail."""

from dataclasses import dataclass

from reports.numbers import Lang


@dataclass(frozen=True, slots=True)
class Table:
    """Printed cells under heads; `right` are the columns of figures, `hint` says how to read it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What concerns one account, or everything: sentences, then tables, then small print."""

    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The whole report; `lead` is what one reads when one reads nothing else, `cover` are label and value."""

    title: str
    lang: Lang
    cover: tuple[tuple[str, str], ...]
    lead: tuple[str, ...]
    parts: tuple[Part, ...]
    notices: tuple[str, ...] = ()
