"""What every page of an import shares: its transaction, the people in it, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, func, select, update

from storage.engine import Store
from storage.errors import StorageError
from storage.naming import NamingRule
from storage.tables import FORGOTTEN, IMPORT_RUN

REMEMBERED_AT_MOST = 200_000  # entries a cache may hold before it starts anew: an import's memory stays bounded
_FORGOTTEN_COUNT = select(func.count()).select_from(FORGOTTEN)
_RUN = IMPORT_RUN.c
_MOVE = (  # made once: composing it cost as much as running it
    update(IMPORT_RUN)
    .where(_RUN.id == bindparam("of"), _RUN.status == "running", _RUN.position.between(bindparam("least"), bindparam("most")))
    .values(
        {
            _RUN.position: bindparam("to"),
            _RUN.accepted: _RUN.accepted + bindparam("news"),
            _RUN.rejected: _RUN.rejected + bindparam("refused"),
            _RUN.duplicates: _RUN.duplicates + bindparam("repeats"),
            _RUN.refused_minors: _RUN.refused_minors + bindparam("young"),
        }
    )
)


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What came of one page; `conflicts` are indices into its records: same key, other content, the first was kept."""

    accepted: int
    duplicates: int = 0
    conflicts: tuple[int, ...] = ()
    minors: int = 0
    forgotten: int = 0


def added_up(parts: Sequence[tuple[Sequence[int], PageOutcome]]) -> PageOutcome:
    """The outcome of a page from those of its record types, each with its records' indices in the page."""
    outcomes = [outcome for _, outcome in parts]
    return PageOutcome(
        accepted=sum(each.accepted for each in outcomes),
        duplicates=sum(each.duplicates for each in outcomes),
        conflicts=tuple(sorted(places[at] for places, outcome in parts for at in outcome.conflicts)),
        minors=sum(each.minors for each in outcomes),
        forgotten=sum(each.forgotten for each in outcomes),
    )


class SeenCodes:
    """Which 64-bit codes an import has seen: sorted runs, eight bytes a code, so that files of any length fit.

    Pseudonyms are keyed hashes, so their first 64 bits are uniform: among ten million the chance that any two different ones
    are taken for one is below 3e-6.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.uint64]] = []

    def new(self, codes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """True at the first occurrence of each code that was not added before; does not add."""
        distinct, first = np.unique(codes, return_index=True)  # sorted: a run is walked through in its own order
        unseen = np.ones(len(distinct), np.bool_)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, distinct), len(run) - 1)
            unseen &= run[at] != distinct
        fresh = np.zeros(len(codes), np.bool_)
        fresh[first[unseen]] = True
        return fresh

    def add(self, codes: NDArray[np.uint64]) -> None:
        """Adds codes that `new` said are new."""
        if not len(codes):
            return
        run = np.sort(codes)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.concatenate([self._runs.pop(), run])
            run.sort(kind="stable")  # two sorted runs are one merge; in place: no third copy of what may be the whole import
        self._runs.append(run)


@dataclass(slots=True)
class Memory:
    """What a writer remembers between pages to save lookups; dropped whenever a page fails."""

    forgotten: dict[bytes, bool] = field(default_factory=dict)
    remembered: SeenCodes = field(default_factory=SeenCodes)
    spelled: set[int] = field(default_factory=set)
    follower_bound: dict[bytes, float] = field(default_factory=dict)
    members: SeenCodes | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page inside its transaction."""

    store: Store
    conn: Connection
    import_id: int
    position: int
    now: datetime
    settings: NamingRule
    memory: Memory
    met: dict[str, dict[str, bytes]] = field(
        default_factory=dict
    )  # pseudonyms by platform and native id: each is hashed once a page


@dataclass(frozen=True, slots=True)
class People:
    """Pseudonyms beside the native ids asked for; `gone` are the forgotten among them (True: a minor)."""

    keys: list[bytes]
    gone: dict[bytes, bool]

    def refused(self, index: int) -> bool:
        """Whether the person at this index may not be written."""
        return bool(self.gone) and self.keys[index] in self.gone


def identify(page: Page, platforms: Sequence[str], native_ids: Sequence[str]) -> People:
    """Pseudonyms of a page's people, once per distinct id; the vault learns those that are not forgotten."""
    distinct = set(platforms)
    for platform in distinct:
        _meet(page, platform, native_ids if len(distinct) == 1 else _of(platform, platforms, native_ids))
    if len(distinct) == 1:
        keys = list(map(page.met[platforms[0]].__getitem__, native_ids))
    else:
        keys = [page.met[platform][native_id] for platform, native_id in zip(platforms, native_ids, strict=True)]
    forgotten = page.memory.forgotten
    gone = {key: forgotten[key] for key in set(keys) & forgotten.keys()} if forgotten else {}
    return People(keys, gone)


def _meet(page: Page, platform: str, native_ids: Sequence[str]) -> None:
    """Hashes those whom no other records of the page named yet: profiles mostly are of people whose follows stand beside them."""
    known = page.met.get(platform, {})
    fresh = [native_id for native_id in native_ids if native_id not in known] if known else native_ids
    if fresh:
        found = page.store.pseudonymiser.each(platform, fresh)
        _remember(page, platform, found)
        page.met[platform] = known | found if known else found


def _of(platform: str, platforms: Sequence[str], native_ids: Sequence[str]) -> list[str]:
    return [native_id for at, native_id in zip(platforms, native_ids, strict=True) if at == platform]


def _remember(page: Page, platform: str, known: dict[str, bytes]) -> None:
    """The vault learns whom it was not told of by this import yet."""
    codes = np.frombuffer(b"".join(known.values()), np.uint64)[::2]
    fresh = page.memory.remembered.new(codes)
    page.memory.remembered.add(codes[fresh])
    if forgotten := page.memory.forgotten:
        fresh &= np.fromiter((key not in forgotten for key in known.values()), np.bool_, len(known))
    chosen = fresh.tolist()
    page.store.vault.remember(platform, list(compress(known, chosen)), list(compress(known.values(), chosen)), page.now)


def learn_forgotten(page: Page) -> None:
    """Everyone forgotten, at the start of a page and after it erased somebody: in between nobody else writes.

    Read again only when their number changed: rows of that table are never deleted.
    """
    count = page.conn.execute(_FORGOTTEN_COUNT).scalar_one()
    if count != len(page.memory.forgotten):
        rows = page.conn.execute(select(FORGOTTEN.c.account, FORGOTTEN.c.minor))
        page.memory.forgotten = {row.account: row.minor for row in rows}


def advance(page: Page, outcome: PageOutcome, rejected: int, after: int | None) -> None:
    """Moves the import's position and counters, in the page's transaction; from `after`, where that is said.

    Raises:
        StorageError: the import is not running, or another process carries it on.
    """
    values = {
        "of": page.import_id,
        "least": 0 if after is None else after,
        "most": page.position if after is None else after,
        "to": page.position,
        "news": outcome.accepted,
        "refused": rejected + len(outcome.conflicts),
        "repeats": outcome.duplicates,
        "young": outcome.minors,
    }
    if page.conn.execute(_MOVE, values).rowcount != 1:
        message = (
            f"import {page.import_id} cannot go on at row {page.position}: it is not running, or another process is further; "
            "see `fanfit imports list`, then start the same file again"
        )
        raise StorageError(message)
