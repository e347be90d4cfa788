"""Score runs and persona versions: written once, read back as they stood."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, func, insert, select

from storage.errors import NotFound
from storage.tables import AUDIT_ENTRY, PERSONA_VERSION, SCORE_RUN

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.engine import Store

DECIMALS = 6  # two results that differ only beyond these are the same result (DECISIONS 26)


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a score run leaves behind; `result` is the run as JSON values, aggregates only."""

    persona_id: int
    list_name: str
    parameters: dict[str, Any]
    seed: int
    code_version: str
    dictionary: str
    input_digest: str
    data_date: datetime | None
    created: datetime
    snapshot_expires: datetime | None
    result: dict[str, Any]
    recomputable: bool = True
    why_not: str | None = None
    client: str = ""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run without its result: a line of `fanfit runs list`."""

    id: int
    persona: str
    persona_version: int
    list_name: str
    created: datetime
    data_date: datetime | None
    code_version: str
    input_digest: str
    result_digest: str
    recomputable: bool
    why_not: str | None
    snapshot_expires: datetime | None
    client: str = ""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A whole run: its summary, and what it was computed with and came to."""

    summary: RunSummary
    persona_id: int
    parameters: dict[str, Any]
    seed: int
    dictionary: str
    result: dict[str, Any]

    @property
    def id(self) -> int:
        """The run's number."""
        return self.summary.id


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """A persona file as it stood."""

    id: int
    name: str
    version: int
    digest: str
    text: str
    created: datetime


_SUMMARY = (
    SCORE_RUN.c.id, PERSONA_VERSION.c.name, PERSONA_VERSION.c.version, SCORE_RUN.c.list_name, SCORE_RUN.c.created,
    SCORE_RUN.c.data_date, SCORE_RUN.c.code_version, SCORE_RUN.c.input_digest, SCORE_RUN.c.result_digest,
    SCORE_RUN.c.recomputable, SCORE_RUN.c.why_not, SCORE_RUN.c.snapshot_expires, SCORE_RUN.c.client,
)  # fmt: skip
_WHOLE = (SCORE_RUN.c.persona_id, SCORE_RUN.c.parameters, SCORE_RUN.c.seed, SCORE_RUN.c.dictionary, SCORE_RUN.c.result)
_PERSONA = tuple(PERSONA_VERSION.c[name] for name in ("id", "name", "version", "digest", "text", "created"))


def save_run(store: "Store", run: NewRun) -> int:
    """Keep a run; its number. A run is never changed afterwards, but for `forget` and expiry, which say so on it.

    Raises:
        WorkspaceBusy: another process writes for longer than the wait.
        NotFound: no such persona version.
    """
    with store.write("shortlist") as conn:
        return insert_run(conn, run)


def insert_run(conn: "Connection", run: NewRun) -> int:
    """`save_run` inside a transaction that writes more."""
    if conn.execute(select(PERSONA_VERSION.c.id).where(PERSONA_VERSION.c.id == run.persona_id)).first() is None:
        message = f"there is no persona version with the number {run.persona_id}: save the persona before its run"
        raise NotFound(message)
    row = {
        "persona_id": run.persona_id, "list_name": run.list_name, "parameters": run.parameters, "seed": run.seed,
        "code_version": run.code_version, "dictionary": run.dictionary, "input_digest": run.input_digest,
        "result_digest": result_digest(run.result), "data_date": run.data_date, "created": run.created,
        "snapshot_expires": run.snapshot_expires, "recomputable": run.recomputable, "why_not": run.why_not, "result": run.result,
        "client": run.client,
    }  # fmt: skip
    return int(conn.execute(insert(SCORE_RUN).values(row).returning(SCORE_RUN.c.id)).scalar_one())


def load_run(store: "Store", run_id: int | None = None) -> RunRow:
    """The run with this number, or the newest one.

    Raises:
        NotFound: no such run, or none yet; says what to do.
    """
    query = _joined(select(*_SUMMARY, *_WHOLE))
    query = query.order_by(SCORE_RUN.c.id.desc()).limit(1) if run_id is None else query.where(SCORE_RUN.c.id == run_id)
    with store.read() as conn:
        row = conn.execute(query).first()
    if row is None:
        message = (
            "There is no score run yet: make one with `fanfit shortlist`."
            if run_id is None
            else f"There is no run {run_id}: `fanfit runs list` shows those there are."
        )
        raise NotFound(message)
    size = len(_SUMMARY)
    return RunRow(_summary(row), *row[size:])


def list_runs(store: "Store") -> list[RunSummary]:
    """Every run, the newest first."""
    with store.read() as conn:
        return [_summary(row) for row in conn.execute(_joined(select(*_SUMMARY)).order_by(SCORE_RUN.c.id.desc()))]


def save_persona(store: "Store", name: str, text: str, digest: str, now: datetime) -> tuple[int, int]:
    """Keep a persona file; (its id, its version). The same digest under the same name is the version it already was."""
    with store.write("persona") as conn:
        ours = PERSONA_VERSION.c.name == name
        known = conn.execute(
            select(PERSONA_VERSION.c.id, PERSONA_VERSION.c.version).where(ours, PERSONA_VERSION.c.digest == digest)
        ).first()
        if known is not None:
            return known[0], known[1]
        last = conn.execute(select(func.max(PERSONA_VERSION.c.version)).where(ours)).scalar()
        row = {"name": name, "version": (last or 0) + 1, "digest": digest, "text": text, "created": now}
        made = conn.execute(insert(PERSONA_VERSION).values(row).returning(PERSONA_VERSION.c.id)).scalar_one()
        return int(made), row["version"]  # type: ignore[return-value]


def load_persona(store: "Store", name: str, version: int | None = None) -> PersonaRow:
    """A persona's given version, or its newest.

    Raises:
        NotFound: no such persona or version; names those there are.
    """
    query = select(*_PERSONA).where(PERSONA_VERSION.c.name == name).order_by(PERSONA_VERSION.c.version.desc())
    if version is not None:
        query = query.where(PERSONA_VERSION.c.version == version)
    with store.read() as conn:
        row = conn.execute(query.limit(1)).first()
        if row is not None:
            return PersonaRow(*row)
        names = sorted(conn.execute(select(PERSONA_VERSION.c.name).distinct()).scalars())
    known = ", ".join(names) if names else "none yet"
    which = f'"{name}"' if version is None else f'"{name}" version {version}'
    message = f"There is no persona {which} in this workspace. Saved personas: {known}."
    raise NotFound(message)


def load_persona_by_id(store: "Store", persona_id: int) -> PersonaRow:
    """The persona version that a run names.

    Raises:
        NotFound: it is not there.
    """
    with store.read() as conn:
        row = conn.execute(select(*_PERSONA).where(PERSONA_VERSION.c.id == persona_id)).first()
    if row is None:
        message = f"There is no persona version with the number {persona_id}: the database is damaged; run `fanfit db check`."
        raise NotFound(message)
    return PersonaRow(*row)


def list_personas(store: "Store") -> list[PersonaRow]:
    """Every version of every persona, by name, the newest version first."""
    query = select(*_PERSONA).order_by(PERSONA_VERSION.c.name, PERSONA_VERSION.c.version.desc())
    with store.read() as conn:
        return [PersonaRow(*row) for row in conn.execute(query)]


def add_audit(store: "Store", action: str, detail: dict[str, Any], now: datetime) -> None:
    """Note what was done with people's data; `detail` holds counts and run numbers, never an id."""
    with store.write(action) as conn:
        conn.execute(insert(AUDIT_ENTRY).values(at=now, action=action, detail=detail))


def result_digest(result: dict[str, Any]) -> str:
    """32 hex signs of BLAKE2b over the result with floats rounded to six decimals and keys sorted: equal for equal results."""
    text = json.dumps(_rounded(result), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0  # -0.0 and 0.0 are one number
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.select_from(SCORE_RUN.join(PERSONA_VERSION, PERSONA_VERSION.c.id == SCORE_RUN.c.persona_id))


def _summary(row: Row[Any] | Sequence[Any]) -> RunSummary:
    return RunSummary(*row[: len(_SUMMARY)])
