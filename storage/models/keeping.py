"""What fanfit notes of its own work: imports, personas, runs, who is erased, what was done, who writes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Text, UniqueConstraint, text
from sqlmodel import Field

from storage.models.base import Base
from storage.types import BigKey, Pseudonym, UtcDateTime


class Meta(Base, table=True):
    """One row per fact of the workspace: key fingerprint, controller, purpose, contact."""

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class ImportRun(Base, table=True):
    """One file brought in: what it was, how far it got, what came of it. `position` moves in each page's transaction."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'stopped', 'done', 'undone')", name="status"),
        CheckConstraint("position >= 0", name="position"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    kind: str
    file_name: str
    fingerprint: str = Field(index=True, description="of the file's bytes and the options: the same again is no news")
    options: dict[str, Any] = Field(sa_type=JSON)
    source: str | None = None
    basis: str | None = None
    obtained: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: str = "running"
    position: int = Field(default=0, sa_type=BigInteger, description="rows of the file done")
    accepted: int = Field(default=0, sa_type=BigInteger)
    rejected: int = Field(default=0, sa_type=BigInteger)
    duplicates: int = Field(default=0, sa_type=BigInteger)
    refused_minors: int = Field(default=0, sa_type=BigInteger)
    started: datetime = Field(sa_type=UtcDateTime)
    finished: datetime | None = Field(default=None, sa_type=UtcDateTime)
    client: str = Field(
        default="", sa_column_kwargs={"server_default": text("''")}, description="whose rows these are; empty: shared by all"
    )


class PersonaVersion(Base, table=True):
    """A persona file as it stood; the same text is the same version."""

    __tablename__ = "persona_version"
    __table_args__ = (UniqueConstraint("name", "version"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str
    version: int
    digest: str = Field(index=True)
    text: str = Field(sa_type=Text)
    created: datetime = Field(sa_type=UtcDateTime)


class ScoreRun(Base, table=True):
    """An immutable score run: everything needed to say what was computed from what."""

    __tablename__ = "score_run"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    persona_id: int = Field(sa_type=BigInteger)
    list_name: str
    parameters: dict[str, Any] = Field(sa_type=JSON)
    seed: int = Field(sa_type=BigInteger)
    code_version: str
    dictionary: str
    input_digest: str
    result_digest: str
    data_date: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created: datetime = Field(sa_type=UtcDateTime)
    snapshot_expires: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recomputable: bool = True
    why_not: str | None = None
    result: dict[str, Any] = Field(sa_type=JSON, description="scoring.results.Shortlist as JSON: aggregates only")
    client: str = Field(
        default="",
        sa_column_kwargs={"server_default": text("''")},
        description="for whom it was made; empty: for nobody in particular",
    )


class Forgotten(Base, table=True):
    """Keyed hashes of erased accounts: they block re-import and are applied again after a restore."""

    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    forgotten_at: datetime = Field(sa_type=UtcDateTime)
    minor: bool = Field(default=False, description="declared to be under 18: later pulls count it as one (DECISIONS 7)")


class AuditEntry(Base, table=True):
    """What was done to people's data: promotion, raw export, forget, purge; no native ids in `detail`."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    at: datetime = Field(sa_type=UtcDateTime)
    action: str = Field(index=True)
    detail: dict[str, Any] = Field(sa_type=JSON)


class Writer(Base, table=True):
    """Who writes now: shown to those who wait (ENGINE 1). One row per process, removed when it is done."""

    pid: int = Field(primary_key=True, sa_type=BigInteger)
    host: str = Field(primary_key=True)
    command: str
    since: datetime = Field(sa_type=UtcDateTime)
    exclusive: bool = False
