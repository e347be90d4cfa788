"""Brings a database's schema to this program's by Alembic's migrations, and tells which one it has."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from storage.connect import READ, WAIT_SECONDS, open_engine
from storage.errors import SchemaMismatch

HEAD = "0016"  # the newest revision in storage/migrations/versions; stated here so that opening does not load Alembic
_MIGRATIONS = Path(__file__).parent / "migrations"


def current(engine: Engine) -> str | None:
    """The revision a database has; None where there is no schema yet."""
    with engine.connect().execution_options(**{READ: True}) as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        revision: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision


def is_current(engine: Engine) -> bool:
    """Whether the schema is this program's."""
    return current(engine) == HEAD


def require_current(engine: Engine) -> None:
    """Refuse a database of another schema.

    Raises:
        SchemaMismatch: says which, and what to do.
    """
    revision = current(engine)
    if revision == HEAD:
        return
    if revision is None:
        message = "The database holds no fanfit schema yet. Run `fanfit init` (a new workspace) or `fanfit db restore FILE`."
    elif revision in known_revisions():
        message = f"The database's schema is {revision}, this program's is {HEAD}. Back it up (`fanfit db backup FILE`), then run `fanfit db upgrade`."
    else:
        message = (
            f"The database's schema ({revision}) is newer than this program's ({HEAD}). Install the newer fanfit that wrote it."
        )
    raise SchemaMismatch(message)


def known_revisions() -> frozenset[str]:
    """The revisions this program has migrations for."""
    return frozenset(path.name.split("_", 1)[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def upgrade(url: str, *, wait_seconds: float = WAIT_SECONDS) -> bool:
    """Bring the database at `url` to this program's schema while no one else writes; False when there was nothing to do.

    Raises:
        SchemaMismatch: when it is newer than this program.
        WorkspaceBusy: when others write for longer than the wait.
    """
    from storage.writers import Writers  # noqa: PLC0415 - writers needs tables, a plain look at the schema does not

    engine = open_engine(url, create=False, wait_seconds=wait_seconds)
    try:
        if is_current(engine):
            return False
        if current(engine) not in known_revisions():
            require_current(engine)
        with Writers(engine, wait_seconds).exclusive("db upgrade"):
            upgrade_engine(engine)
    finally:
        engine.dispose()
    return True


def upgrade_engine(engine: Engine) -> None:
    """Run every migration that is missing, in one transaction; the caller keeps others out."""
    from alembic import command  # noqa: PLC0415 - half a second to load, needed only here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def differences(engine: Engine) -> list[str]:
    """What a database's schema has other than `storage.models` says, in words of one per difference; empty when equal."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - as above
    from alembic.migration import MigrationContext  # noqa: PLC0415

    from storage.models import Base  # noqa: PLC0415

    with engine.connect().execution_options(**{READ: True}) as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        found = compare_metadata(context, Base.metadata)
    return [_words(difference) for difference in found]


def _words(difference: object) -> str:
    """Words such as add_table price for Alembic's tuples, which hold whole tables; lists hold changes of one column."""
    if isinstance(difference, list):
        return ", ".join(_words(part) for part in difference)
    if not isinstance(difference, tuple):
        return str(difference)
    names = [getattr(part, "name", part) for part in difference if isinstance(part, str) or hasattr(part, "name")]
    return " ".join(map(str, names))
