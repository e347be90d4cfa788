"""A small store filled row by row with plain inserts, in any order of rows: what scoring's input is tested on."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sqlalchemy import Connection, create_engine, insert

from scoring.arrays import Attributes, CandidateInput, Followees, Profiles, ScoringInput, Texts
from scoring.results import AccountRef, FrameCard
from storage.engine import Lifetimes
from storage.identity import Pseudonymiser
from storage.models import Base
from storage.text_index import pack

NOW = datetime(2026, 1, 5, tzinfo=UTC)
IDS = Pseudonymiser(bytes(range(32)))
RATES = (0.1, 0.3, 0.3, 0.6, 0.9)  # of `platform`


@dataclass
class World:
    """Rows to be; `store` writes them in an order drawn from `shuffle` and gives something with `read` and `lifetimes`."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> None:
        self.rows.setdefault(table, []).append(row)

    def key(self, name: str) -> bytes:
        return IDS.one("sim", name)

    def imported(self, kind: str, *, status: str = "done", started: datetime = NOW) -> int:
        number = len(self.rows.get("import_run", ())) + 1
        self.add(
            "import_run",
            id=number,
            kind=kind,
            file_name="f",
            fingerprint=str(number),
            options={},
            status=status,
            started=started,
            source="own list",
            basis="contract",
            obtained=NOW,
        )
        return number

    def named(self, name: str, *, followers: int | None = None, display: str | None = None) -> None:
        account, digest = self.key(name), IDS.keyed_hash("profile", name)
        self.add("named_account", account=account, platform="sim", native_id=name, reason="candidate", promoted_at=NOW)
        self.add(
            "profile_snapshot", account=account, digest=digest, handle=name, name=display or name.upper(), url=None, category=None
        )
        self.add("profile_seen", account=account, observed_at=NOW, import_id=1, digest=digest, fetched_at=NOW)
        if followers is not None:
            self.add(
                "count_series",
                account=account,
                observed_at=NOW,
                import_id=1,
                fetched_at=NOW,
                followers=followers,
                followers_half_width=0,
            )

    def candidate(self, name: str, *, list_name: str = "list") -> None:
        row = len(self.rows.get("candidate", ()))
        self.add("candidate", list_name=list_name, row=row, import_id=1, given=name, account=self.key(name), status="matched")

    def pull(
        self,
        owner: str | None,
        members: list[str],
        *,
        frame: str = "complete",
        order: str = "unknown",
        kind: str = "followers",
        total: int | None = None,
        pulled_at: datetime = NOW,
        status: str = "done",
        edges: bool = True,
    ) -> None:
        number = len(self.rows.get("pull", ())) + 1
        account = bytes(16) if owner is None else self.key(owner)
        self.add(
            "pull",
            id=number,
            import_id=self.imported("follows", status=status),
            platform="sim",
            account=account,
            list_kind=kind,
            frame=frame,
            list_order=order,
            pulled_at=pulled_at,
            seen=len(members),
            total=total,
            minors=0,
        )
        for first in range(0, len(members), 7):
            keys = b"".join(IDS.of("sim", members[first : first + 7]))
            self.add("pull_member", pull_id=number, first=first, members=keys)
        for member in members if edges and owner is not None else ():
            self.follows(*((owner, member) if kind == "followees" else (member, owner)))

    def follows(self, follower: str, account: str) -> None:
        row = {"account": self.key(account), "follower": self.key(follower), "first_seen": 0, "last_seen": 0}
        if row not in self.rows.get("follow", ()):
            self.add("follow", **row)

    def text(
        self,
        name: str,
        counts: dict[int, int],
        *,
        week: int = 2900,
        page: int = 0,
        dictionary: str = "d1",
        fetched_at: datetime = NOW,
    ) -> None:
        terms = np.array(sorted(counts), dtype=np.int64)
        blob = pack(terms, np.array([counts[term] for term in terms.tolist()], dtype=np.int64))
        self.add(
            "text_week",
            account=self.key(name),
            week=week,
            import_id=1,
            page=page,
            dictionary=dictionary,
            posts=1,
            words=sum(counts.values()),
            counts=blob,
            fetched_at=fetched_at,
        )

    def attribute(self, name: str, attribute: str, value: str, *, import_id: int = 1, observed_at: datetime = NOW) -> None:
        self.add(
            "attribute",
            account=self.key(name),
            name=attribute,
            import_id=import_id,
            value=value,
            observed_at=observed_at,
            fetched_at=NOW,
        )

    def label(self, name: str, label: str, *, value: bool) -> None:
        self.add("label", account=self.key(name), label=label, import_id=1, value=value, observed_at=NOW, fetched_at=NOW)

    def store(self, path: Path, *, shuffle: int | None = None) -> "RowStore":
        engine = create_engine(f"sqlite:///{path}")
        Base.metadata.create_all(engine)
        with engine.begin() as conn:
            for table in Base.metadata.sorted_tables:
                rows = list(self.rows.get(table.name, ()))
                if shuffle is not None:
                    random.Random(shuffle).shuffle(rows)  # noqa: S311 - an order of rows, no secret
                for row in rows:
                    conn.execute(insert(table), row)
        return RowStore(engine, Lifetimes())


@dataclass
class RowStore:
    """As much of a store as a reader needs."""

    engine: Any
    lifetimes: Lifetimes
    pseudonymiser: Pseudonymiser = IDS

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as conn:
            yield conn

    def close(self) -> None:
        self.engine.dispose()


@pytest.fixture
def small_world() -> World:
    """Three candidates: a complete list of 40, a newest 30 of 500, and one without a list; texts, edges, attributes."""
    world = World()
    world.imported("accounts")
    people = [f"p{number}" for number in range(60)]
    for name, followers in (("a", 40), ("b", 500), ("c", 9), ("big", 9000)):
        world.named(name, followers=followers)
    for name in ("a", "b", "c"):
        world.candidate(name)
    world.add("candidate", list_name="list", row=3, import_id=1, given="nobody", account=None, status="unmatched")
    world.pull("a", people[:40])
    world.pull("b", people[20:50], frame="newest", order="newest_first", total=500)
    world.pull(None, people[45:60], kind="base", frame="random")
    for number, name in enumerate(people):
        followed = ["big"] * (number % 2) + [people[(number + 1) % 60]] * (number % 3 == 0)
        if followed:
            world.pull(name, followed, kind="followees")
        world.text(name, {10: 1 + number % 2, 11: 2, 1000 + number: 1})
        if number % 5 == 0:
            world.text(name, {11: 3}, page=1, week=2925)
            world.attribute(name, "gender", "female" if number % 2 else "male")
    world.text("big", {10: 4, 12: 9})
    world.text("p1", {10: 7}, dictionary="d0", page=3)
    world.label("p3", "outdoor", value=True)
    world.label("p4", "outdoor", value=False)
    world.add("word", term=11, text="露营", accounts=30)
    world.add(
        "price",
        account=world.key("a"),
        format="post",
        import_id=1,
        amount_minor=120000,
        currency="CNY",
        observed_at=NOW,
        valid_until=NOW + timedelta(days=9),
    )
    return world


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., RowStore]]:
    """Writes a world into a store of its own; closed at the end."""
    stores: list[RowStore] = []

    def write(world: World, *, shuffle: int | None = None) -> RowStore:
        stores.append(world.store(tmp_path / f"{len(stores)}.db", shuffle=shuffle))
        return stores[-1]

    yield write
    for store in stores:
        store.close()


@pytest.fixture
def platform() -> Callable[..., ScoringInput]:
    """Five accounts with known shares of women, RATES; 40 % declare; 60 other accounts that either kind likes more."""
    return designed_platform


def designed_platform(seed=0, sampled=60, listed=150, people=1200, *, silent=0):
    """`platform`: `sampled` of `listed` followers of each account, `silent` of all people follow nobody else."""
    rng = np.random.default_rng(seed)
    fits = rng.random(people) < 0.4
    likes = np.where((np.arange(60) % 2 == 0)[None, :] == fits[:, None], 0.16, 0.05)
    edges = np.zeros((people, 65), np.int64)
    edges[:, 5:] = rng.random((people, 60)) < likes
    edges[:silent, 5:] = 0
    lists = []
    for k, rate in enumerate(RATES):
        some = np.concatenate(
            [
                rng.choice(np.flatnonzero(fits), int(listed * rate), replace=False),
                rng.choice(np.flatnonzero(~fits), listed - int(listed * rate), replace=False),
            ]
        )
        edges[some, k] = 1
        lists.append(some)
    samples = [np.sort(rng.choice(each, sampled, replace=False)) for each in lists]
    codes = np.where(rng.random(people) < 0.4, fits.astype(np.int32), -1).astype(np.int32)
    frame = FrameCard("complete", "unknown", NOW, listed, listed, 0, sampled, "random", 0, None, None, None)
    candidates = tuple(CandidateInput(AccountRef("sim", f"c{k}"), frame, listed, None, -1, k, f"@c{k}") for k in range(5))
    nothing = np.full(people, np.nan)
    return ScoringInput(
        candidates=candidates,
        not_scored=(),
        people=people,
        sample_account=np.repeat(np.arange(5), sampled),
        sample_person=np.concatenate(samples),
        attributes={"gender": Attributes("gender", ("male", "female"), codes)},
        profiles=Profiles(*[nothing] * 8),
        texts=Texts(
            sparse.csr_matrix((people, 0), dtype=np.int64),
            np.empty(0, np.int64),
            np.zeros(people, np.int64),
            np.zeros(people, np.int64),
            "d",
            1.0,
            {},
        ),
        followees=Followees(
            sparse.csr_matrix(edges), (None,) * 65, edges.sum(0), (None,) * 65, sparse.csr_matrix((65, 0), dtype=np.int64)
        ),
        labels={},
        base_people=np.empty(0, np.int64),
        seeds={},
        audiences={},
        overlaps=(),
        complete_lists={},
        data_from=NOW,
        data_to=NOW,
        now=NOW,
        digest="d",
        list_sizes=np.full(5, listed),
    )
