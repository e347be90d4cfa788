"""One reading of the store: its connection, what it is for, how long rows live, and who is named."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from scoring.arrays import Parameters
from scoring.results import AccountRef
from scoring.sampling import draw, generator
from storage import matrices as m

if TYPE_CHECKING:
    from scoring.persona import Persona
    from storage.engine import Store

KEPT_DAYS = 90  # a snapshot is never kept longer (DECISIONS 27)
_DAY = 86_400

Nodes = NDArray[np.int64]


class Lifetimes:
    """Since when rows of persons still live, and when the first of those taken will not."""

    def __init__(self, store: "Store", now: datetime) -> None:
        self._now = int(now.timestamp())
        self.days = store.lifetimes
        self.expires = self._now + KEPT_DAYS * _DAY

    def since(self, days: int) -> int:
        """Epoch seconds `days` days ago."""
        return self._now - days * _DAY

    def living(self, fetched: Nodes, days: int, named: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows to take: of named accounts all, of persons those that have not outlived `days`; notes the first to go."""
        alive = named | (fetched > self.since(days))
        self.note(fetched[alive & ~named], days)
        return alive

    def note(self, fetched: Nodes, days: int) -> None:
        """Notes when the first of these rows, fetched at these epoch seconds, will have outlived `days`."""
        if len(fetched):
            self.expires = min(self.expires, int(fetched.min()) + days * _DAY)


class Reading:
    """What the steps share; `named_keys` and `named_ids` are all named accounts, by platform and id."""

    def __init__(self, conn: Connection, persona: "Persona", parameters: Parameters, lives: Lifetimes) -> None:
        self.conn = conn
        self.persona = persona
        self.parameters = parameters
        self.lives = lives
        self.named_keys, self.named_ids = m.read_named(conn)

    def is_named(self, nodes: m.Keys) -> NDArray[np.bool_]:
        """Which of these accounts are kept by name."""
        return m.positions(nodes, self.named_keys) >= 0

    def some(self, keys: m.Keys, most: int, *parts: str) -> m.Keys:
        """At most `most` of them, drawn by their places; `parts` name the draw."""
        return keys[draw(len(keys), most, generator(self.parameters.seed, *parts))]

    def faces(self, keys: m.Keys) -> tuple[list[AccountRef | None], list[str | None]]:
        """Reference and category of each key, None for persons."""
        places = m.positions(keys, self.named_keys)
        faces = m.read_faces(self.conn, m.distinct(keys[places >= 0]))
        refs: list[AccountRef | None] = []
        categories: list[str | None] = []
        for key, place in zip(m.key_list(keys), places.tolist(), strict=True):
            handle, name, url, category = faces.get(key, (None, None, None, None)) if place >= 0 else (None, None, None, None)
            refs.append(_ref(self.named_ids[place], handle, name, url) if place >= 0 else None)
            categories.append(category)
        return refs, categories


def _ref(ids: tuple[str, str], handle: str | None, name: str | None, url: str | None) -> AccountRef:
    return AccountRef(ids[0], ids[1], handle, name, url)
