"""Every sentence of this room under a name of its own, for the tests and the translators."""

from typing import Any

from reports.ceiling import V
from reports.marks import M
from reports.methods import METHODS
from reports.names import ATTRIBUTES, PEOPLE, PLATFORMS, VALUES
from reports.overlaps import C
from reports.packages import K
from reports.peers import P
from reports.prices import Z
from reports.quality import Q
from reports.remarks import NOTES, OTHER_NOTE, OTHER_REASON, OTHER_WARNING, REASONS, WARNINGS
from reports.sentence import Sentence
from reports.text import T


def sentences() -> dict[str, Sentence]:
    """All of them, by name."""
    tables: dict[str, dict[str, Sentence]] = {
        "people": PEOPLE, "platform": PLATFORMS, "attribute": ATTRIBUTES, "value": VALUES, "reason": REASONS,
        "note": NOTES, "warning": WARNINGS,
    }  # fmt: skip
    found: dict[str, Any] = {name: value for name, value in vars(T).items() if isinstance(value, Sentence)}
    found |= {f"quality.{name}": value for name, value in vars(Q).items() if isinstance(value, Sentence)}
    found |= {f"chosen.{name}": value for name, value in vars(C).items() if isinstance(value, Sentence)}
    found |= {f"peers.{name}": value for name, value in vars(P).items() if isinstance(value, Sentence)}
    found |= {f"ceiling.{name}": value for name, value in vars(V).items() if isinstance(value, Sentence)}
    found |= {f"marks.{name}": value for name, value in vars(M).items() if isinstance(value, Sentence)}
    found |= {f"packages.{name}": value for name, value in vars(K).items() if isinstance(value, Sentence)}
    found |= {f"prices.{name}": value for name, value in vars(Z).items() if isinstance(value, Sentence)}
    for table, entries in tables.items():
        found |= {f"{table}.{key}": value for key, value in entries.items()}
    for index, pair in enumerate(METHODS):
        found |= {f"method.{index}.title": pair[0], f"method.{index}.text": pair[1]}
    return found | {"reason.other": OTHER_REASON, "note.other": OTHER_NOTE, "warning.other": OTHER_WARNING}
