"""The brief of a planner's workbook: labels and answers, and what of it was not understood."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.exports.cells import Unreadable, narrow
from collectors.planner.grid import Grid, GridCell
from collectors.planner.sheets import BRIEF_HEADS, FIELDS, Field

_LABELS = {narrow(label): each for each in FIELDS for label in (each.zh, each.en, each.name)}
_HINTS = frozenset(hint for each in FIELDS for hint in (each.hint_zh, each.hint_en))
_HEADS = frozenset(BRIEF_HEADS.values())
_SEPARATORS = re.compile(r"[,，;；、\n]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands beside a label: the cell, its text, its entries where the field is a list."""

    place: str
    text: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Answers by the field's name; `others` are labels and answers that no field has, `remarks` (cell, text) beside answers."""

    title: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    others: tuple[tuple[str, str], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """A field's answer as written; empty where there is none."""
        return self.answers[name].text if name in self.answers else ""

    def entries(self, name: str) -> tuple[str, ...]:
        """A list's entries; none where there is no answer."""
        return self.answers[name].entries if name in self.answers else ()


def read_brief(grid: Grid) -> Brief:
    """A row's first text is a label, the cell right of it the answer; what stands elsewhere, and what no label names, are remarks."""
    answers: dict[str, Answer] = {}
    others: list[tuple[str, str]] = []
    remarks: list[tuple[str, str]] = []
    for _, cells in sorted(grid.rows.items()):
        own = {at: cell for at, cell in sorted(cells.items()) if not cell.merged and _text(cell) not in _HINTS}
        remarks += [(cell.place, cell.remark) for cell in own.values() if cell.remark]
        texts = {at: cell for at, cell in own.items() if _text(cell)}
        if not texts or tuple(map(_text, texts.values())) in _HEADS:
            continue
        first = next(iter(texts))
        known = _LABELS.get(narrow(_text(texts[first]).rstrip(":：")))
        if known is not None and known.name not in answers:
            del texts[first]
            if (answer := texts.pop(first + 1, None)) is not None:
                answers[known.name] = Answer(answer.place, _text(answer), _entries(known, _text(answer)))
        others += [(cell.place, _text(cell)) for cell in texts.values()]
    return Brief(grid.title, answers, tuple(others), tuple(remarks))


def _text(cell: GridCell) -> str:
    if cell.value is None or isinstance(cell.value, Unreadable):
        return ""
    if isinstance(cell.value, float) and cell.value.is_integer():
        return str(int(cell.value))
    return str(cell.value).strip()


def _entries(field_: Field, text: str) -> tuple[str, ...]:
    if not field_.many:
        return (text,)
    return tuple(dict.fromkeys(entry for part in _SEPARATORS.split(text) if (entry := part.strip())))
