"""Looks a store over: is the file whole, the schema ours, every row where it belongs, every file private."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from storage import schema
from storage.engine import Store
from storage.models import Base
from storage.tables import IMPORT_RUN, POST, POST_SEEN, PULL, PULL_MEMBER, RAW_POST


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `name` is stable (integrity, schema, key, imports, pulls, posts, vault, permissions); `what_to_do` empty if ok."""

    name: str
    ok: bool
    detail: str
    what_to_do: str = ""


def check(store: Store) -> list[Finding]:
    """Every check, in a fixed order; reads only. The key is right, else the store would not be open."""
    checks: list[Callable[[Store], Finding]] = [_integrity, _schema, _key, _imports, _pulls, _posts, _vault, _permissions]
    return [_guarded(one, store) for one in checks]


def _guarded(one: Callable[[Store], Finding], store: Store) -> Finding:
    """A check that cannot be done is a finding too, and the others go on."""
    try:
        return one(store)
    except SQLAlchemyError as error:
        name = one.__name__.removeprefix("_")
        return Finding(name, ok=False, detail=f"cannot be checked ({type(error).__name__})", what_to_do="fanfit db restore FILE")


def _integrity(store: Store) -> Finding:
    if store.engine.dialect.name == "postgresql":
        return Finding("integrity", ok=True, detail="left to the PostgreSQL server (pg_amcheck)")
    with store.read() as conn:
        answer = conn.execute(text("PRAGMA integrity_check(10)")).scalars().all()
        strays = len(conn.execute(text("PRAGMA foreign_key_check")).all())
    if list(answer) == ["ok"] and not strays:
        return Finding("integrity", ok=True, detail="the database file is whole")
    return Finding(
        "integrity", ok=False, detail=f"{len(answer)} faults, {strays} stray rows", what_to_do="fanfit db restore FILE"
    )


def _schema(store: Store) -> Finding:
    differences = schema.differences(store.engine)
    if not differences:
        return Finding("schema", ok=True, detail=f"revision {schema.HEAD}")
    detail = f"{len(differences)} differences: {', '.join(differences[:3])}"
    return Finding("schema", ok=False, detail=detail, what_to_do="fanfit db upgrade, or fanfit db restore FILE")


def _key(store: Store) -> Finding:
    return Finding("key", ok=True, detail=f"fingerprint {store.pseudonymiser.fingerprint()[:8]}")


def _imports(store: Store) -> Finding:
    tables = [table for table in Base.metadata.sorted_tables if "import_id" in table.c]
    with store.read() as conn:
        strays = {table.name: count for table in tables if (count := _strays(conn, table, "import_id", IMPORT_RUN, "id"))}
    return _strays_finding("imports", "rows without their import", strays)


def _pulls(store: Store) -> Finding:
    with store.read() as conn:
        strays = {"pull_member": _strays(conn, PULL_MEMBER, "pull_id", PULL, "id")}
        cut = select(func.count()).select_from(PULL_MEMBER).where(func.length(PULL_MEMBER.c.members) % 16 != 0)
        strays["cut"] = conn.execute(cut).scalar_one()
    return _strays_finding("pulls", "members without their pull, or cut off", strays)


def _posts(store: Store) -> Finding:
    with store.read() as conn:
        strays = {table.name: _strays(conn, table, "post", POST, "post") for table in (RAW_POST, POST_SEEN)}
    return _strays_finding("posts", "texts without their post", strays)


def _vault(store: Store) -> Finding:
    count = store.vault.count()
    return Finding("vault", ok=True, detail=f"{count:,} entries")


def _permissions(store: Store) -> Finding:
    paths = [Path(str(engine.url.database)) for engine in (store.engine, store.vault.engine) if engine.dialect.name == "sqlite"]
    files = [
        file for path in paths for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", ".lock")))
    ]
    key = paths[0].with_name("secret.key") if paths else None
    every = [*files, key] if key is not None else files
    open_ones = [file.name for file in every if file.exists() and file.stat().st_mode & 0o077]
    if not open_ones:
        return Finding("permissions", ok=True, detail=f"{len(files)} files private" if files else "left to the PostgreSQL server")
    names = " ".join(open_ones)
    return Finding("permissions", ok=False, detail=f"others may read {names}", what_to_do=f"chmod 600 {names}")


def _strays(conn: Connection, table: Table, column: str, parent: Table, key: str) -> int:
    """Rows of `table` whose `column` names nothing in `parent`."""
    named = select(parent.c[key]).where(parent.c[key] == table.c[column]).exists()
    query = select(func.count()).select_from(table).where(table.c[column].is_not(None), ~named)
    return int(conn.execute(query).scalar_one())


def _strays_finding(name: str, what: str, strays: dict[str, int]) -> Finding:
    found = {table: count for table, count in strays.items() if count}
    if not found:
        return Finding(name, ok=True, detail="every row has what it belongs to")
    detail = f"{what}: " + ", ".join(f"{table} {count:,}" for table, count in found.items())
    return Finding(name, ok=False, detail=detail, what_to_do="fanfit db restore FILE, or undo the import that brought them")
